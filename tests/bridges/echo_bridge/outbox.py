"""What goes out: chat by chat, in order, each message once, also over a restart."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from echo_bridge.store import packed, unpacked
from line_sim.wire.limits import LIMITS

if TYPE_CHECKING:
    import asyncio

    from echo_bridge.app import Bridge
    from echo_bridge.store import Row

MOST_MESSAGES = LIMITS["call.messages"].most
HOLD_S = 0.05
"""So long an answer is held back: what overtook it, or takes its message back, may come."""
OPEN = "state IN ('queued', 'trying')"


class Outbox:
    """A row is one call, its messages and its retry key fixed when it is written."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.store = bridge.store
        self._lanes: dict[str, asyncio.Task[None]] = {}

    def add(
        self,
        chat: str,
        entry: int,
        messages: list[dict[str, Any]],
        *,
        at_ms: int,
        reply_token: str = "",
    ) -> None:
        """Have messages sent, in calls of as many as LINE takes; within a transaction.

        The first call may use the reply token; a second would find it spent.
        """
        for start in range(0, len(messages), MOST_MESSAGES):
            self.store.run(
                "INSERT INTO outbox (chat, entry, at_ms, made_at, messages, reply_token, "
                "retry_key) VALUES (?, ?, ?, ?, ?, ?, ?)",
                chat,
                entry,
                at_ms,
                self.bridge.clock.now(),
                packed(messages[start : start + MOST_MESSAGES]),
                reply_token if start == 0 else "",
                self.new_key(),
            )

    def new_key(self) -> str:
        """A retry key: with the first attempt already, or it could never be tried again."""
        return str(uuid.uuid4())

    def resume(self) -> None:
        """Take up what an earlier life left; whether its last reply was taken nobody knows."""
        self.store.run("UPDATE outbox SET ambiguous = 1 WHERE state = 'trying' "
                       "AND route = 'reply'")  # fmt: skip
        self.wake()

    def wake(self) -> None:
        """See to every chat with something to send. One chat never waits for another."""
        for row in self.store.rows(f"SELECT DISTINCT chat FROM outbox WHERE {OPEN}"):  # noqa: S608
            chat = row["chat"]
            if chat not in self._lanes:
                self._lanes[chat] = self.bridge.start(self._lane(chat))

    async def _lane(self, chat: str) -> None:
        """Send what is there for a chat, one call after the other."""
        try:
            while row := self.next(chat):
                wait_s = row["made_at"] + HOLD_S - self.bridge.clock.now()
                if row["state"] == "queued" and wait_s > 0:
                    await self.bridge.clock.sleep(wait_s)
                    continue  # something older may have come
                await self.send(row)
        finally:
            del self._lanes[chat]

    def next(self, chat: str) -> Row | None:
        """The call to make next: one that is half done, else what belongs to the oldest event."""
        return self.store.row(
            f"SELECT * FROM outbox WHERE chat = ? AND {OPEN} "  # noqa: S608
            "ORDER BY state = 'trying' DESC, at_ms, seq LIMIT 1",
            chat,
        )

    async def send(self, row: Row) -> None:
        """Bring one call to its end, and write down what the end was."""
        outcome = await self.bridge.routes.deliver(row)
        with self.store.transaction():
            self.store.run(
                # what was sent need not be kept
                "UPDATE outbox SET state = ?, reason = ?, messages = '[]' WHERE seq = ?",
                outcome.state,
                outcome.reason,
                row["seq"],
            )
            for sent in outcome.sent[:1]:
                self.store.run(
                    "UPDATE entries SET message = ?, quote_token = ? WHERE seq = ?",
                    str(sent.get("id", "")),
                    str(sent.get("quoteToken", "")),
                    row["entry"],
                )
        if outcome.state != "sent":
            self.bridge.journal.alert(f"a message to {row['chat']} is {outcome.state}: "
                                      f"{outcome.reason}")  # fmt: skip

    def withdraw(self, entry: int) -> None:
        """Do not send what is not under way yet."""
        self.store.run(
            "UPDATE outbox SET state = 'withdrawn', messages = '[]' "
            "WHERE entry = ? AND state = 'queued'",
            entry,
        )

    def delivery(self, entry: int) -> str:
        """How far a line of the transcript got: the worst of its calls; empty where it has none."""
        rows = self.store.rows("SELECT state FROM outbox WHERE entry = ?", entry)
        states = {"queued" if row["state"] == "trying" else row["state"] for row in rows}
        return next((s for s in ("failed", "unknown", "queued", "sent") if s in states), "")

    def messages(self, row: Row) -> list[dict[str, Any]]:
        """The messages of a call."""
        found: list[dict[str, Any]] = unpacked(row["messages"])
        return found
