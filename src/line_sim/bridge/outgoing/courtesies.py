"""Signs that are no messages: that somebody has read the chat, that somebody types."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from line_sim.bridge.beside import Beside
from line_sim.bridge.store.tables import chats, entries

if TYPE_CHECKING:
    from line_sim.bridge.outgoing.needs import Sender

READ = "/v2/bot/chat/markAsRead"
LOADING = "/v2/bot/chat/loading/start"
LOADING_S = range(5, 61, 5)
"""What LINE takes (Messaging API reference, display a loading indicator)."""
MANUAL = "manual"
"""``markAsReadMode`` of bot info where LINE leaves it to the account to mark messages."""


class Courtesies:
    """Shows customers what staff do; where a sign is lost, nothing is."""

    def __init__(self, bridge: Sender) -> None:
        self._bridge, self._store = bridge, bridge.store
        self._beside = Beside(bridge.journal)

    async def close(self) -> None:
        """End what is under way."""
        await self._beside.close()

    def read(self, chat: int) -> bool:
        """Somebody of staff has read the chat up to now; whether the customer is shown."""
        newest = select(func.max(entries.c.id)).where(entries.c.chat == chat).scalar_subquery()
        unread = entries.c.id > select(chats.c.read_to).where(chats.c.id == chat).scalar_subquery()
        token = self._store.value(
            select(entries.c.read_token)
            .where(entries.c.chat == chat, entries.c.read_token != "", unread)
            .order_by(entries.c.at_ms.desc(), entries.c.id.desc())
            .limit(1)
        )
        row = self._store.row(select(chats).where(chats.c.id == chat))
        if row is None:
            return False
        self._store.run(
            update(chats).where(chats.c.id == chat).values(read_to=func.coalesce(newest, 0))
        )
        channel = self._bridge.channels.by_id(row.channel)
        if channel is None or not token or channel.account.get("markAsReadMode") != MANUAL:
            return False
        self._beside.start(channel.api.post(READ, {"markAsReadToken": token}))
        return True

    def typing(self, chat: int, duration_s: float) -> bool:
        """Somebody of staff types; whether the customer is shown. Groups have no such sign."""
        row = self._store.row(select(chats).where(chats.c.id == chat))
        if row is None or row.kind != "user" or row.blocked:
            return False
        channel = self._bridge.channels.by_id(row.channel)
        if channel is None:
            return False
        said = {"chatId": row.line_id, "loadingSeconds": loading_s(duration_s)}
        self._beside.start(channel.api.post(LOADING, said))
        return True


def loading_s(duration_s: float) -> int:
    """The next of the lengths that LINE takes, in seconds."""
    if not math.isfinite(duration_s):
        return LOADING_S[-1]
    step = math.ceil(duration_s / LOADING_S.step)
    return LOADING_S[min(max(step, 1), len(LOADING_S)) - 1]
