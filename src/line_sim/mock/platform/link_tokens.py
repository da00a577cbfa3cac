"""Link tokens: with one, a bot's service links its account of a user with the LINE account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.net.clock import SECOND_US

if TYPE_CHECKING:
    from line_sim.net.clock import Instant

_LIFE_US = 600 * SECOND_US
"""Issue link token: valid for ten minutes, and once."""


class LinkTokens:
    """The link tokens of one channel; their life is the schedule's."""

    __slots__ = ("_made",)

    def __init__(self) -> None:
        self._made: dict[str, tuple[str, int]] = {}

    def add(self, token: str, user_id: str, now: Instant) -> None:
        """A token for a user; what has expired is forgotten."""
        self._made = {
            each: made for each, made in self._made.items() if now.schedule_us - made[1] < _LIFE_US
        }
        self._made[token] = user_id, now.schedule_us

    def use(self, token: str, user_id: str, now: Instant) -> bool:
        """Use a token up; False where it is not that user's, was used, or has expired."""
        found = self._made.get(token)
        if found is None or found[0] != user_id:
            return False
        del self._made[token]
        return now.schedule_us - found[1] < _LIFE_US
