"""What staff do: see a chat, write in it, read it, type."""

from __future__ import annotations

import base64
import binascii
import math
from typing import TYPE_CHECKING, Any

from echo_bridge.attachments import NotSendableError
from echo_bridge.store import packed, unpacked
from echo_bridge.texts import shown_name, split, whole

if TYPE_CHECKING:
    from echo_bridge.app import Bridge
    from echo_bridge.store import Row

READ = "/v2/bot/chat/markAsRead"
LOADING = "/v2/bot/chat/loading/start"
LOADING_S = range(5, 61, 5)
"""What LINE takes (Messaging API reference, display a loading indicator)."""


class Desk:
    """The side of the staff."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.store = bridge.store

    def transcript(self, chat: str) -> list[dict[str, Any]]:
        """A chat by the time things happened, whatever the order they came in."""
        read = self.store.row("SELECT read_to FROM chats WHERE id = ?", chat)
        rows = self.store.rows("SELECT * FROM entries WHERE chat = ? ORDER BY at_ms, seq", chat)
        return [self._entry(row, read["read_to"] if read else 0) for row in rows]

    def _entry(self, row: Row, read_to: int) -> dict[str, Any]:
        customer = row["author"] == "customer"
        return {
            "id": str(row["seq"]),
            "from": row["author"],
            "kind": row["kind"],
            "text": unpacked(row["text"]),
            "at_ms": row["at_ms"],
            "source_event": row["event"],
            "line_message": row["message"],
            "media_sha256": row["media"],
            "state": row["state"],
            "delivery": "" if customer else self.bridge.outbox.delivery(row["seq"]),
            "quoted": row["quoted"],
            "read": row["seq"] <= read_to if customer else None,
            "name": self.bridge.people.name(row["member"] or row["chat"]) if customer else "",
        }

    def send(self, said: dict[str, Any]) -> dict[str, Any]:
        """Have a message of staff sent; refused at once where it cannot be, with the reason."""
        key = said.get("key") or None
        known = key and self.store.row("SELECT seq FROM entries WHERE staff_key = ?", key)
        if known:
            state = self.bridge.outbox.delivery(known["seq"])
            return {"id": str(known["seq"]), "state": state or "queued"}
        try:
            with self.store.transaction():
                entry = self._write(said, key)
        except NotSendableError as error:
            return {"id": "", "state": "refused", "reason": str(error)}
        self.bridge.outbox.wake()
        return {"id": str(entry), "state": "queued"}

    def _write(self, said: dict[str, Any], key: str | None) -> int:
        chat = str(said.get("user"))
        self._check_chat(chat)
        messages = self.messages(said)
        if name := shown_name(str(said.get("staff", "")), self.bridge.settings.staff_name):
            messages = [{**message, "sender": {"name": name}} for message in messages]
        text = said.get("text") or f"[{messages[0]['type']}]"
        entry = self.store.run(
            "INSERT INTO entries (chat, author, kind, text, at_ms, quoted, staff_key) "
            "VALUES (?, 'staff', ?, ?, ?, ?, ?)",
            chat,
            messages[0]["type"],
            packed(text),
            self.bridge.clock.now_ms(),
            said.get("quote") or "",
            key,
        )
        token = self.token(chat)
        self.bridge.outbox.add(
            chat, entry, messages, at_ms=self.bridge.clock.now_ms(), reply_token=token
        )
        return entry

    def _check_chat(self, chat: str) -> None:
        row = self.store.row("SELECT * FROM chats WHERE id = ? AND kind <> 'member'", chat)
        if row is None:
            reason = "no such customer has written to this account"
            raise NotSendableError(reason)
        if row["blocked"]:
            reason = "the customer has blocked the account: nothing would arrive"
            raise NotSendableError(reason)

    def messages(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        """What is to be sent, as LINE's message objects."""
        media = said.get("media")
        if isinstance(media, dict):
            try:
                data = base64.b64decode(media.get("base64", ""), validate=True)
            except binascii.Error:
                reason = "the attachment is not base64"
                raise NotSendableError(reason) from None
            return [self.bridge.attachments.message(data)]
        text = said.get("text")
        if not isinstance(text, str) or not text.strip():
            reason = "an empty message"
            raise NotSendableError(reason)
        if not whole(text):
            reason = "half of a character (an unpaired surrogate)"
            raise NotSendableError(reason)
        parts = self.parts(text)
        messages: list[dict[str, Any]] = [{"type": "text", "text": part} for part in parts]
        if quote := said.get("quote"):
            messages[0]["quoteToken"] = self.quote_token(str(said.get("user")), quote)
        return messages

    def parts(self, text: str) -> list[str]:
        """The text as the profile allows it: all of it, in as many messages as it takes."""
        return split(text, self.bridge.settings.limits.text.max_units)

    def quote_token(self, chat: str, message: str) -> str:
        """The token to quote a message by; it works in its own chat only."""
        row = self.store.row(
            "SELECT quote_token FROM entries WHERE chat = ? AND message = ? "
            "AND state <> 'retracted' AND quote_token <> ''",
            chat,
            message,
        )
        if row is None:
            reason = "the quoted message cannot be quoted in this chat"
            raise NotSendableError(reason)
        return str(row["quote_token"])

    def token(self, chat: str) -> str:
        """A reply token of the chat that is neither used nor spoken for; empty: none."""
        row = self.store.row(
            "SELECT token FROM reply_tokens WHERE chat = ? AND NOT used AND token NOT IN "
            "(SELECT reply_token FROM outbox) ORDER BY came_at DESC LIMIT 1",
            chat,
        )
        return str(row["token"]) if row else ""

    def read(self, chat: str) -> None:
        """An agent has read the chat; the customer sees it where LINE leaves that to us."""
        row = self.store.row(
            "SELECT seq, read_token FROM entries WHERE chat = ? AND read_token <> '' "
            "ORDER BY at_ms DESC, seq DESC LIMIT 1",
            chat,
        )
        self.store.run(
            "UPDATE chats SET read_to = (SELECT max(seq) FROM entries WHERE chat = chats.id) "
            "WHERE id = ?",
            chat,
        )
        if row and self.bridge.account.marks_as_read:
            self.bridge.start(self.bridge.api.post(READ, {"markAsReadToken": row["read_token"]}))

    def typing(self, chat: str, seconds: float) -> None:
        """Show the customer that somebody types; groups have no such sign."""
        row = self.store.row("SELECT kind FROM chats WHERE id = ? AND NOT blocked", chat)
        if row and row["kind"] == "user":
            said = {"chatId": chat, "loadingSeconds": loading_s(seconds)}
            self.bridge.start(self.bridge.api.post(LOADING, said))


def loading_s(seconds: float) -> int:
    """The next of the lengths that LINE takes."""
    steps = math.ceil(seconds / LOADING_S.step) if math.isfinite(seconds) else len(LOADING_S)
    return LOADING_S[min(max(steps, 1), len(LOADING_S)) - 1]
