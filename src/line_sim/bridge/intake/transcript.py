"""What was written in a chat, by the time things happened, whatever the order they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, bindparam, or_, select, update

from line_sim.bridge.store.tables import chats, entries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Row

    from line_sim.bridge.intake.needs import Owner

Author = Literal["customer", "staff", "system"]
PAGE = 50
"""Entries at once (chosen)."""


_SET = update(entries).where(entries.c.id == bindparam("entry"))
_CHAT_OF = select(entries.c.chat).where(entries.c.id == bindparam("entry"))
_OF_MESSAGE = (
    select(entries.c.id, entries.c.chat, entries.c.state, entries.c.event)
    .join(chats, entries.c.chat == chats.c.id)
    .where(chats.c.channel == bindparam("on"), entries.c.message == bindparam("what"))
    .order_by(entries.c.id)
)


class Transcript:
    """The table of entries.

    Whoever listens is told once what was written is safe.
    """

    def __init__(self, bridge: Owner) -> None:
        self._store = bridge.store
        self._media = bridge.media
        self._listeners: list[Callable[[int, int], object]] = []
        self._changed: dict[tuple[int, int], None] = {}
        self._media.on_fetched(self.changed)

    def on_changed(self, listener: Callable[[int, int], object]) -> None:
        """Call it with chat and entry of each entry that is new or changed, after the commit."""
        self._listeners.append(listener)

    def changed(self, entry: int) -> None:
        """Have listeners told of an entry, by whoever changed it."""
        chat = self._store.value(_CHAT_OF, {"entry": entry})
        if chat is not None:
            self._tell_of(chat, entry)

    def note(
        self, chat: int, *, author: Author, kind: str, text: str, at_ms: int,
        **columns: Any,  # noqa: ANN401 - columns of the table
    ) -> int:  # fmt: skip
        """Write an entry; its id.

        Parameters
        ----------
        at_ms
            Unix milliseconds by which the transcript is ordered.
        columns
            Any others of ``entries``: staff, enquiry, event, message, fetch, ...
        """
        values = {"chat": chat, "author": author, "kind": kind, "text": text, "at_ms": at_ms}
        entry = self._store.add(entries, **values, **columns)
        self._tell_of(chat, entry)
        return entry

    def set(self, entry: int, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
        """Change columns of an entry."""
        self._store.run(_SET, {"entry": entry, **columns})
        self.changed(entry)

    def belongs(self, chat: int, entry: int, enquiry: int) -> None:
        """Say which enquiry an entry of a chat belongs to."""
        self._store.run(_SET, {"entry": entry, "enquiry": enquiry})
        self._tell_of(chat, entry)

    def entry(self, entry: int) -> Row[Any] | None:
        """One entry."""
        return self._store.row(select(entries).where(entries.c.id == entry))

    def entries(
        self, chat: int, before: int | None = None, limit: int | None = PAGE
    ) -> Sequence[Row[Any]]:
        """The last entries of a chat, the oldest of them first.

        Parameters
        ----------
        before
            Only those that stand before this entry.
        limit
            How many at most; None: all.
        """
        query = select(entries).where(entries.c.chat == chat)
        if before is not None:
            border = self.entry(before)
            if border is None:
                return []
            earlier = and_(entries.c.at_ms == border.at_ms, entries.c.id < before)
            query = query.where(or_(entries.c.at_ms < border.at_ms, earlier))
        query = query.order_by(entries.c.at_ms.desc(), entries.c.id.desc())
        return self._store.rows(query.limit(limit) if limit is not None else query)[::-1]

    def of_message(self, channel: int, message: str) -> Sequence[Row[Any]]:
        """Entries of a message of LINE's on a channel: id, chat, state, event."""
        return self._store.rows(_OF_MESSAGE, {"on": channel, "what": message})

    def edit(self, entry: int, text: str, quote_token: str) -> None:
        """Show a message as it reads now, and that it was edited."""
        self.set(entry, text=text, quote_token=quote_token, state="edited")

    def retract(self, entry: int, text: str) -> None:
        """Show `text` in the place of what was taken back; its content goes, too."""
        self._media.forget(entry)
        self.set(entry, text=text, state="retracted", quote_token="")

    def _tell_of(self, chat: int, entry: int) -> None:
        self._changed[chat, entry] = None
        self._store.after_commit(self._tell)

    def _tell(self) -> None:
        told, self._changed = self._changed, {}
        for chat, entry in told:
            for listener in self._listeners:
                listener(chat, entry)
