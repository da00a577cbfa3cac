"""Whether a 429 was the month's limit; while it is reached, nothing is pushed in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from echo_bridge.app import Bridge

LOOK_AGAIN_S = 60.0


class Quota:
    """The month's limit, asked for only after a 429."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self._spent = False
        self._looked_at = 0.0

    async def spent(self) -> bool:
        """Whether the limit is known to be reached; asked anew once a minute."""
        if self._spent and self.bridge.clock.now() - self._looked_at >= LOOK_AGAIN_S:
            await self.used_up()
        return self._spent

    async def used_up(self) -> bool:
        """Ask LINE; staff are told when it is so."""
        limit = (await self.bridge.api.get("/v2/bot/message/quota")).json
        used = (await self.bridge.api.get("/v2/bot/message/quota/consumption")).json
        most, total = limit.get("value"), used.get("totalUsage")
        self._looked_at = self.bridge.clock.now()
        self._spent = (
            limit.get("type") == "limited"
            and isinstance(most, int)
            and isinstance(total, int)
            and total >= most
        )
        if self._spent:
            self.bridge.journal.alert(f"the monthly limit of {most} messages is reached: "
                                      "nothing is pushed until the next month")  # fmt: skip
        return self._spent
