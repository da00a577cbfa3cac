"""Chats: a user, a group or a room on a channel, made when something first comes from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, select, update

from line_sim.bridge.store.tables import chats

if TYPE_CHECKING:
    from line_sim.bridge.intake.needs import Owner

FALLBACK = "LINE user"
"""For whoever has no readable profile: not a friend, no consent, blocked."""
MEMBER = "member"
"""The kind of a row that only holds a group member's name; it becomes a user's when they write."""


_OF = select(chats.c.id, chats.c.kind, chats.c.visitor, chats.c.blocked, chats.c.named_at).where(
    chats.c.channel == bindparam("on"), chats.c.line_id == bindparam("who")
)


class Chat(NamedTuple):
    """One chat: its row, and the visitor's number on the desk (-1: of nobody)."""

    id: int
    kind: str
    line_id: str
    visitor: int = -1
    blocked: bool = False
    named_at: float = 0.0


class Chats:
    """The table of chats, by what LINE calls them."""

    def __init__(self, bridge: Owner) -> None:
        self._bridge = bridge

    def of(self, channel: int, kind: str, line_id: str) -> int:
        """The id of a chat; made where it is new, with a visitor for a user."""
        return self.take(channel, kind, line_id).id

    def take(self, channel: int, kind: str, line_id: str) -> Chat:
        """The same with what is known of it.

        Parameters
        ----------
        kind
            user, group, room; ``account`` for what concerns no chat, ``member`` for a name only.
        """
        store = self._bridge.store
        row = store.row(_OF, {"on": channel, "who": line_id})
        if row is not None and (kind != "user" or row.visitor is not None):
            visitor = -1 if row.visitor is None else row.visitor
            return Chat(row.id, row.kind, line_id, visitor, bool(row.blocked), row.named_at)
        with store.transaction():
            visitor = self._bridge.desk.visitor(line_id) if kind == "user" else None
            if row is None:
                values = {"channel": channel, "kind": kind, "line_id": line_id, "visitor": visitor}
                found = store.add(chats, **values)
            else:
                found = int(row.id)
                store.run(
                    update(chats).where(chats.c.id == found).values(kind=kind, visitor=visitor)
                )
        return Chat(found, kind, line_id, -1 if visitor is None else visitor)

    def find(self, channel: int, line_id: str) -> int | None:
        """The id of a chat that is there; None where nothing ever came from it."""
        query = select(chats.c.id).where(
            chats.c.channel == channel, chats.c.line_id == line_id, chats.c.kind != MEMBER
        )
        found: int | None = self._bridge.store.value(query)
        return found

    def named_at(self, channel: int, line_id: str) -> float:
        """When LINE was asked last who somebody is, Unix seconds; 0: never."""
        row = self._bridge.store.row(_OF, {"on": channel, "who": line_id})
        return 0.0 if row is None else row.named_at

    def set_blocked(self, chat: Chat, *, blocked: bool) -> None:
        """Note whether the user has blocked the account."""
        if chat.blocked != blocked:
            where = chats.c.id == chat.id
            self._bridge.store.run(update(chats).where(where).values(blocked=int(blocked)))

    def name(self, channel: int, line_id: str) -> str:
        """What staff call a user, a member or a group."""
        query = select(chats.c.name).where(chats.c.channel == channel, chats.c.line_id == line_id)
        return self._bridge.store.value(query) or FALLBACK
