"""Reply tokens: free, usable once, for about a minute (Messaging API reference, send reply)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, update

from line_sim.bridge.store.tables import reply_tokens

if TYPE_CHECKING:
    from line_sim.bridge.outgoing.needs import Sender

YOUNG_S = 30.0
"""PLATFORM.md 26: up to this age a token is used; LINE asks not to build on the minute."""


class Taken(NamedTuple):
    """A token that nobody else will get, and when it came (Unix seconds)."""

    token: str
    came_at: float


class ReplyTokens:
    """Those that came by webhooks and were not used yet."""

    def __init__(self, bridge: Sender) -> None:
        self._store, self._clock = bridge.store, bridge.clock

    def keep(self, chat: int, token: str) -> None:
        """Remember a token of a chat; to be called in the transaction that takes its event."""
        self._store.add_new(reply_tokens, token=token, chat=chat, came_at=self._clock.now())

    def take(self, chat: int) -> Taken | None:
        """The youngest token of a chat that may still be used, which is spent by this.

        To be called in the transaction that fixes the route of a call. None: there is none.
        """
        table = reply_tokens
        row = self._store.row(
            select(table.c.token, table.c.came_at)
            .where(
                table.c.chat == chat,
                table.c.used == 0,
                table.c.came_at >= self._clock.now() - YOUNG_S,
            )
            .order_by(table.c.came_at.desc(), table.c.token)
            .limit(1)
        )
        if row is None:
            return None
        self._store.run(update(table).where(table.c.token == row.token).values(used=1))
        return Taken(row.token, row.came_at)
