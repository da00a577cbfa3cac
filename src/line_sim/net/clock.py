"""One clock with two faces: the schedule, which may run fast or by steps, and LINE's contract.

The *schedule* moves visitors, redelivery, the life of content, the retry key's day and the
quota's month. The *contract* is what a bridge must keep to in real time: the two-second limit, the
life of reply tokens, rate buckets, the preparation of media. A bridge has a clock of its own, so by
default only the schedule is scaled. A stepped clock stands still while anything is under way, so
there the two-second limit is wall time whatever else (docs/decisions/0009-one-clock-two-faces.md).
"""

from __future__ import annotations

import time
from typing import NamedTuple

SECOND_US = 1_000_000


class Instant(NamedTuple):
    """Both faces of one moment, in microseconds since the clock was made."""

    schedule_us: int
    contract_us: int


class Clock:
    """A clock that is real, runs `speed` times as fast, or moves only by :meth:`step`.

    Parameters
    ----------
    speed
        Schedule seconds in one wall second, above 0; 1 is real time. Ignored when `stepped`.
    stepped
        Whether time stands still but for :meth:`step`.
    scale_contracts
        Whether the contract follows the schedule. By default only where the clock is stepped:
        there nothing else could ever expire.
    epoch_ms
        The Unix time, in milliseconds, at which both faces show 0; by default now.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        stepped: bool = False,
        scale_contracts: bool | None = None,
        epoch_ms: int | None = None,
    ) -> None:
        self.speed = speed
        self.stepped = stepped
        self.scale_contracts = stepped if scale_contracts is None else scale_contracts
        self.epoch_ms = time.time_ns() // 1_000_000 if epoch_ms is None else epoch_ms
        self._started_ns = time.monotonic_ns()
        self._stepped_us = 0
        self._skipped_us = 0

    def now(self) -> Instant:
        """Both faces now."""
        wall_us = (time.monotonic_ns() - self._started_ns) // 1_000
        wall_us += self._skipped_us
        schedule_us = self._stepped_us if self.stepped else int(wall_us * self.speed)
        return Instant(schedule_us, schedule_us if self.scale_contracts else wall_us)

    def unix_ms(self, schedule_us: int) -> int:
        """The Unix time in milliseconds that the schedule shows at `schedule_us`."""
        return self.epoch_ms + schedule_us // 1_000

    def wall_s_until(self, schedule_us: int) -> float | None:
        """Wall seconds until the schedule shows `schedule_us`, at least 0; None: a step away."""
        left_us = schedule_us - self.now().schedule_us
        if left_us <= 0:
            return 0.0
        return None if self.stepped else left_us / self.speed / SECOND_US

    def skip(self, seconds: float) -> None:
        """Let a running clock jump: both faces show `seconds` of wall time more at once.

        As a night passes while nobody works: reply tokens die, what is due later is due now. A
        stepped clock has :meth:`step`.
        """
        self._skipped_us += round(seconds * SECOND_US)

    def step(self, schedule_us: int) -> None:
        """Move a stepped clock to `schedule_us`; never backwards."""
        self._stepped_us = max(self._stepped_us, schedule_us)

    def contract_wall_s(self, seconds: float) -> float:
        """The wall seconds that `seconds` of an exchange's contract take."""
        scaled = self.scale_contracts and not self.stepped
        return seconds / self.speed if scaled else seconds
