"""What goes out: chat by chat, in order, each call once, also over a restart (PLATFORM.md 26)."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from line_sim.bridge.beside import Beside
from line_sim.bridge.outgoing.calls import Call, Outcome
from line_sim.bridge.outgoing.reply_tokens import ReplyTokens
from line_sim.bridge.outgoing.routes import Routes
from line_sim.bridge.store.tables import chats, entries, outbox
from line_sim.wire.limits import LIMITS

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Row

    from line_sim.bridge.outgoing.needs import Sender

MOST_MESSAGES = LIMITS["call.messages"].most
STALE_S = 60.0
"""PLATFORM.md 25: an automatic message that is older is not sent any more."""
AUTOMATIC = frozenset({"welcome", "away", "close"})
OPEN = ("queued", "trying")
WORST_FIRST = ("failed", "unknown", "queued", "skipped_stale", "withdrawn", "sent")


class Outbox:
    """Rows, each one call of LINE's API: messages and retry key fixed when it is written.

    Belongs to one event loop.

    Attributes
    ----------
    reply_tokens
        Those that calls may use.
    """

    def __init__(self, bridge: Sender, reply_tokens: ReplyTokens | None = None) -> None:
        self._bridge, self._store = bridge, bridge.store
        self.reply_tokens = reply_tokens or ReplyTokens(bridge)
        self._routes = Routes(bridge, self.reply_tokens)
        self._beside = Beside(bridge.journal)
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._listeners: list[Callable[[int, int], object]] = []
        self._running = False

    # its life

    async def start(self) -> None:
        """Take up what an earlier life left; what it was doing, LINE may have taken."""
        self._store.run(update(outbox).where(outbox.c.state == "trying").values(ambiguous=1))
        self._running = True
        self.wake()

    async def close(self) -> None:
        """Stop at once: everything that matters is in the store."""
        self._running = False
        await self._beside.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Begin no call meanwhile: for a test that moves the clock, after which LINE's shows more.

        What becomes due on the way is sent by the time that the clock shows at the end.
        """
        self._routes.open.clear()
        try:
            yield
        finally:
            self._routes.open.set()

    def on_changed(self, listener: Callable[[int, int], object]) -> None:
        """Call it with chat and entry after each change of what :meth:`delivery` says."""
        self._listeners.append(listener)

    # what is asked of it

    def add(  # noqa: PLR0913 - what is to be known of a call
        self,
        chat: int,
        entry: int,
        messages: list[dict[str, Any]],
        *,
        cause: str,
        at_ms: int,
        state: str = "queued",
        reason: str = "",
    ) -> list[int]:
        """Have messages sent, in calls of as many as LINE takes; within a transaction.

        Returns
        -------
        list of int
            The rows made.
        """
        channel = self._store.value(select(chats.c.channel).where(chats.c.id == chat))
        made = [
            self._store.add(
                outbox, channel=channel, chat=chat, entry=entry, cause=cause, at_ms=at_ms,
                made_at=self._bridge.clock.now(), messages=messages[start : start + MOST_MESSAGES],
                retry_key=str(uuid.uuid4()), state=state, reason=reason,
            )
            for start in range(0, len(messages), MOST_MESSAGES)
        ]  # fmt: skip
        self._changed(chat, entry)
        return made

    def withdraw(self, entry: int) -> bool:
        """Do not send what is not under way yet; whether anything was withdrawn."""
        held = (outbox.c.entry == entry) & (outbox.c.state == "queued")
        chat = self._store.value(select(outbox.c.chat).where(held))
        if chat is None:
            return False
        self._store.run(update(outbox).where(held).values(state="withdrawn"))
        self._changed(chat, entry)
        return True

    def delivery(self, entry: int) -> str:
        """How far a line of the transcript got; empty where nothing of it goes out.

        ``queued``, ``sent``, ``failed``, ``unknown`` (nobody can know whether LINE sent it),
        ``withdrawn`` or ``skipped_stale``: the worst of its calls.
        """
        return self.deliveries([entry]).get(entry, "")

    def deliveries(self, of_entries: Iterable[int]) -> dict[int, str]:
        """The same for many at once; those of which nothing goes out are left out."""
        query = select(outbox.c.entry, outbox.c.state).where(outbox.c.entry.in_(list(of_entries)))
        states: dict[int, set[str]] = {}
        for row in self._store.rows(query):
            state = "queued" if row.state == "trying" else row.state
            states.setdefault(row.entry, set()).add(state)
        return {
            entry: next(state for state in WORST_FIRST if state in found)
            for entry, found in states.items()
        }

    def reason(self, entry: int) -> str:
        """Why a line of the transcript was not sent, for staff; empty where nobody knows of any."""
        query = select(outbox.c.reason).where(outbox.c.entry == entry, outbox.c.reason != "")
        return str(self._store.value(query.order_by(outbox.c.id.desc())) or "")

    def resend(self, entry: int) -> bool:
        """Send again what failed or may have got lost, because staff say so; whether there is any.

        What may have arrived can arrive twice by this. Retry keys are new: the old ones may be
        forgotten by LINE, or answer for the attempt before.
        """
        ended = (outbox.c.entry == entry) & outbox.c.state.in_(
            ("failed", "unknown", "withdrawn", "skipped_stale")
        )
        with self._store.transaction():
            rows = self._store.rows(select(outbox.c.id, outbox.c.chat).where(ended))
            for row in rows:
                values: dict[str, Any] = {
                    "state": "queued", "reason": "", "route": "", "reply_token": "",
                    "token_came_at": 0.0, "first_tried_at": 0.0, "ambiguous": 0,
                    "retry_key": str(uuid.uuid4()), "made_at": self._bridge.clock.now(),
                }  # fmt: skip
                self._store.run(update(outbox).where(outbox.c.id == row.id).values(**values))
            for chat in {row.chat for row in rows}:
                self._changed(chat, entry)
        return bool(rows)

    def _changed(self, chat: int, entry: int) -> None:
        self._store.after_commit(self.wake)
        self._store.after_commit(partial(self._tell, chat, entry))

    def _tell(self, chat: int, entry: int) -> None:
        for listener in self._listeners:
            listener(chat, entry)

    # sending

    def wake(self) -> None:
        """See to every chat with something to send; no chat waits for another."""
        if not self._running:
            return
        query = select(outbox.c.chat).where(outbox.c.state.in_(OPEN)).distinct()
        for row in self._store.rows(query):
            if row.chat not in self._lanes:
                self._lanes[row.chat] = self._beside.start(self._lane(row.chat))

    async def _lane(self, chat: int) -> None:
        """Send what is there for a chat, one call after the other."""
        try:
            while row := self._next(chat):
                self._end(row, await self._deliver(row))
        finally:
            del self._lanes[chat]

    def _next(self, chat: int) -> Row[Any] | None:
        """The call to make next: one that is half done, else the oldest."""
        return self._store.row(
            select(outbox)
            .where(outbox.c.chat == chat, outbox.c.state.in_(OPEN))
            .order_by((outbox.c.state == "trying").desc(), outbox.c.id)
            .limit(1)
        )

    async def _deliver(self, row: Row[Any]) -> Outcome:
        channel = self._bridge.channels.by_id(row.channel)
        chat = self._store.row(select(chats).where(chats.c.id == row.chat))
        if channel is None or chat is None:
            return Outcome(_unmade(row), "the channel is no longer connected")
        if row.state == "queued":
            age_s = self._bridge.clock.now() - row.made_at
            if row.cause in AUTOMATIC and age_s > STALE_S:
                return Outcome("skipped_stale", f"it was due {age_s:,.0f} s ago")
            if chat.blocked:
                return Outcome("failed", "the customer has blocked the account")
        return await self._routes.deliver(Call.of(row, channel, chat.line_id))

    def _end(self, row: Row[Any], outcome: Outcome) -> None:
        """Write down what became of a call."""
        store = self._store
        with store.transaction():
            store.run(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(state=outcome.state, reason=outcome.reason)
            )
            for sent in outcome.sent[:1]:
                store.run(
                    update(entries)
                    .where(entries.c.id == row.entry, entries.c.message == "")
                    .values(message=_text(sent, "id"), quote_token=_text(sent, "quoteToken"))
                )
            if outcome.state in {"failed", "unknown"}:
                told = f"a message to a customer is {outcome.state}: {outcome.reason}"
                enquiry = store.value(select(entries.c.enquiry).where(entries.c.id == row.entry))
                self._bridge.journal.alert(
                    f"delivery_{outcome.state}", told, channel=row.channel, enquiry=enquiry
                )
            store.after_commit(partial(self._tell, row.chat, row.entry))


def _unmade(row: Row[Any]) -> Any:  # noqa: ANN401 - a state
    """The end of a call that cannot be made any more."""
    return "unknown" if row.ambiguous else "failed"


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""
