"""Names of customers, the account's own id, and leaving groups."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from echo_bridge.routes import waits
from echo_bridge.store import packed, unpacked
from echo_bridge.texts import mended

if TYPE_CHECKING:
    from echo_bridge.app import Bridge

FALLBACK = "LINE user"
"""For whoever has no readable profile: not a friend, no consent, blocked."""
FRESH_S = 24 * 3600.0
"""How long a name is kept before it is asked for again."""
ATTEMPTS = 4


class People:
    """Who the customers are. No message ever waits for a name."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.store = bridge.store
        self._asked: set[str] = set()

    def wanted(self, chat: str, kind: str, member: str) -> None:
        """Find out the name of a customer, or of a group's member, unless it is known."""
        who = member or (chat if kind == "user" else "")
        if not who or who in self._asked or self._fresh(who):
            return
        self._asked.add(who)
        path = f"{kind}/{quote(chat)}/member" if kind in {"group", "room"} else "profile"
        self.bridge.start(self._ask(who, f"/v2/bot/{path}/{quote(who)}"))

    def name(self, user: str) -> str:
        """What staff see."""
        row = self.store.row("SELECT name FROM chats WHERE id = ?", user)
        return unpacked(row["name"]) if row and row["name"] else FALLBACK

    def leave(self, kind: str, chat: str) -> None:
        """Leave a group or room."""
        self.bridge.start(self._leave(f"/v2/bot/{kind}/{quote(chat)}/leave"))

    def _fresh(self, user: str) -> bool:
        row = self.store.row("SELECT named_at FROM chats WHERE id = ?", user)
        return bool(row) and self.bridge.clock.now() - row["named_at"] < FRESH_S

    async def _ask(self, user: str, path: str) -> None:
        """Ask for a profile; 404 is an answer too, and kept like one."""
        try:
            for attempt, wait_s in zip(range(ATTEMPTS), waits(), strict=False):
                answer = await self.bridge.api.get(path)
                if not answer.ambiguous and answer.status != 429:
                    name = answer.json.get("displayName") if answer.ok else None
                    self._keep(user, name if isinstance(name, str) and name else FALLBACK)
                    return
                if attempt + 1 < ATTEMPTS:
                    await self.bridge.clock.sleep(wait_s)
        finally:
            self._asked.discard(user)

    def _keep(self, user: str, name: str) -> None:
        self.store.run("INSERT OR IGNORE INTO chats (id, kind) VALUES (?, 'member')", user)
        self.store.run(
            "UPDATE chats SET name = ?, named_at = ? WHERE id = ?",
            packed(mended(name)),
            self.bridge.clock.now(),
            user,
        )

    async def _leave(self, path: str) -> None:
        for _, wait_s in zip(range(ATTEMPTS), waits(), strict=False):
            answer = await self.bridge.api.post(path, {})
            if not answer.ambiguous and answer.status != 429:
                return
            await self.bridge.clock.sleep(wait_s)


class Account:
    """Which account the access token is of: its user id is the destination of its webhooks."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.user_id = ""
        self.marks_as_read = False
        self._asking: asyncio.Task[None] | None = None

    async def known(self, wait_s: float) -> None:
        """Find it out; waits no longer than that, for LINE waits for us."""
        if self.user_id:
            return
        if self._asking is None or self._asking.done():
            self._asking = self.bridge.start(self._ask())
        await asyncio.wait([self._asking], timeout=wait_s)

    def forget(self) -> None:
        """Another token may be another account's."""
        self.user_id = ""

    async def _ask(self) -> None:
        found = (await self.bridge.api.get("/v2/bot/info")).json
        self.user_id = str(found.get("userId", ""))
        self.marks_as_read = found.get("markAsReadMode") == "manual"
