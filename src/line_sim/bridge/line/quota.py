"""The month's messages: how many are left, and whether a 429 meant that none is.

Replies cost nothing; pushes count. LINE answers 429 both to too many calls a second and to a month
that is used up, so the two are told apart by asking (Messaging API reference, get quota and
consumption).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from line_sim.bridge.line.api import LineApi
    from line_sim.bridge.line.needs import Owner

QUOTA = "/v2/bot/message/quota"
CONSUMPTION = "/v2/bot/message/quota/consumption"
LOOK_AGAIN_S = 60.0
"""Chosen: while the month is used up, it is asked for at most this often."""


class Left(NamedTuple):
    """The month's messages: the limit (None: there is none) and how many are used."""

    limit: int | None
    used: int

    @property
    def spent(self) -> bool:
        """Whether none is left."""
        return self.limit is not None and self.used >= self.limit


class Quota:
    """One channel's."""

    def __init__(self, bridge: Owner, api: LineApi, channel: int) -> None:
        self._clock, self._journal = bridge.clock, bridge.journal
        self._api, self._channel = api, channel
        self._spent = False
        self._looked_at = 0.0

    async def left(self) -> Left | None:
        """What LINE says; None where it does not."""
        limit = await self._api.get(QUOTA)
        used = await self._api.get(CONSUMPTION)
        most, total = limit.json.get("value"), used.json.get("totalUsage")
        if not (limit.ok and used.ok) or type(total) is not int:
            return None
        limited = limit.json.get("type") == "limited" and type(most) is int
        return Left(most if limited else None, total)

    async def spent(self) -> bool:
        """Whether the month is known to be used up; asked anew once a minute."""
        if self._spent and self._clock.now() - self._looked_at >= LOOK_AGAIN_S:
            await self.used_up()
        return self._spent

    async def used_up(self) -> bool:
        """Ask LINE; people are told when it became so."""
        left = await self.left()
        self._looked_at = self._clock.now()
        before, self._spent = self._spent, left is not None and left.spent
        if left is not None and self._spent and not before:
            told = f"the month's limit of {left.limit:,} messages is used up: "
            told += "nothing is pushed until the next month or a larger plan; replies still go out"
            self._journal.alert("quota", told, channel=self._channel)
        return self._spent
