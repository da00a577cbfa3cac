"""What customers sent in is fetched at once, for LINE deletes it after a time it does not tell."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from echo_bridge.routes import waits
from echo_bridge.store import packed, unpacked
from line_sim.errors import MediaError
from line_sim.media import probe

if TYPE_CHECKING:
    from echo_bridge.app import Bridge
    from echo_bridge.line_api import Answer
    from echo_bridge.store import Row

ATTEMPTS = 5
"""To fetch what LINE says is there."""
PREPARED_WITHIN_S = 600.0
"""How long LINE may take to prepare a long film."""
CHECKED = {"image": "image", "video": "video", "audio": "audio"}
AT_ONCE = 8


class Content:
    """Fetches the content of messages, stores it by its hash, or tells staff why there is none."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.store = bridge.store
        self._fetching: set[int] = set()
        self._some = asyncio.Semaphore(AT_ONCE)

    def wake(self) -> None:
        """Fetch whatever is wanted, also from an earlier life."""
        for row in self.store.rows("SELECT * FROM entries WHERE fetch = 'wanted'"):
            if row["seq"] not in self._fetching:
                self._fetching.add(row["seq"])
                self.bridge.start(self._fetch(row))

    async def _fetch(self, row: Row) -> None:
        try:
            async with self._some:
                found = await self.fetched(row["message"], row["kind"])
            self.keep(row, found)
        finally:
            self._fetching.discard(row["seq"])

    async def fetched(self, message: str, kind: str) -> bytes | str:
        """The content; or why there is none, for staff."""
        until = self.bridge.clock.now() + PREPARED_WITHIN_S
        attempts = 0
        for wait_s in waits():
            answer = await self.bridge.api.content(message)
            match answer.status:
                case 200 if not (reason := self.damage(answer, kind)):
                    return answer.body
                case 202:
                    if await self.will_not_come(message) or self.bridge.clock.now() > until:
                        return "LINE could not prepare it"
                case 200 | 0 | 429 | 500 | 502 | 503 | 504:
                    attempts += 1
                    reason = reason if answer.status == 200 else f"LINE answered {answer.status}"
                    if attempts == ATTEMPTS:
                        return reason
                case 404 | 410:
                    return "it is gone"
                case other:
                    return f"LINE answered {other}"
            await self.bridge.clock.sleep(wait_s)
        raise AssertionError

    async def will_not_come(self, message: str) -> bool:
        """Whether LINE gave its preparation up."""
        answer = await self.bridge.api.content(message, "/transcoding")
        return answer.json.get("status") == "failed"

    def damage(self, answer: Answer, kind: str) -> str:
        """Why the bytes are not what they should be; empty where they are."""
        if not answer.body:
            return "LINE sent nothing"
        if kind not in CHECKED:
            return ""
        try:
            found = probe.probe(answer.body)
        except MediaError as error:
            return f"it is damaged: {error}"
        return "" if found.kind == CHECKED[kind] else f"it is {found.media_type}, not {kind}"

    def keep(self, row: Row, found: bytes | str) -> None:
        """Store the content, unless it was taken back meanwhile; or note why there is none."""
        media, note = "", ""
        if isinstance(found, bytes):
            media = hashlib.sha256(found).hexdigest()
            (self.store.folder / media).write_bytes(found)
        else:
            note = f" ({found})"
        changed = self.store.run(
            "UPDATE entries SET media = ?, text = ?, fetch = '' "
            "WHERE seq = ? AND state <> 'retracted'",
            media,
            packed(unpacked(row["text"]) + note),
            row["seq"],
        )
        if not changed:
            self.forget(media)

    def forget(self, media: str) -> None:
        """Delete stored content that no other message holds."""
        if media and not self.store.row(
            "SELECT 1 FROM entries WHERE media = ? AND state <> 'retracted' LIMIT 1 OFFSET 1", media
        ):
            (self.store.folder / media).unlink(missing_ok=True)
