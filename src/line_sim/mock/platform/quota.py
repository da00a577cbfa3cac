"""The month's messages: each recipient counts one, replies none."""

from __future__ import annotations

from line_sim.mock.platform.days import next_month_ms
from line_sim.wire.refusals import QUOTA, RefusedError


class Quota:
    """The quota of one channel ("Messaging API pricing"; the month is Japan's, chosen).

    Times are Unix milliseconds of the schedule.

    Parameters
    ----------
    limit
        Messages a month; None: no limit.
    """

    __slots__ = ("_ends_ms", "_pending", "_used", "limit")

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self._used = 0
        self._pending: list[tuple[int, int]] = []
        """Recipients that are reserved, and when they will count."""
        self._ends_ms = 0

    def used(self, unix_ms: int) -> int:
        """Messages that count this month, pending ones apart."""
        self._turn(unix_ms)
        return self._used

    def left(self, unix_ms: int) -> int | None:
        """Messages that may still be sent this month; None: any number."""
        self._turn(unix_ms)
        if self.limit is None:
            return None
        return max(0, self.limit - self._used - sum(count for _, count in self._pending))

    def take(self, recipients: int, unix_ms: int) -> None:
        """Count a message to so many.

        Raises
        ------
        RefusedError
            Where that would pass the limit; then nothing is counted.
        """
        self._check(recipients, unix_ms)
        self._used += recipients

    def reserve(self, recipients: int, unix_ms: int, until_ms: int) -> None:
        """Hold what a narrowcast will use, counted from `until_ms` on; raises as :meth:`take`."""
        self._check(recipients, unix_ms)
        self._pending.append((until_ms, recipients))

    def _check(self, recipients: int, unix_ms: int) -> None:
        left = self.left(unix_ms)
        if left is not None and recipients > left:
            why = f"{recipients} to send, {left} of {self.limit} left this month"
            raise RefusedError(QUOTA, why=why)

    def _turn(self, unix_ms: int) -> None:
        if unix_ms >= self._ends_ms:
            # what was pending and became due before the month ended went with that month
            ended_ms, self._ends_ms = self._ends_ms, next_month_ms(unix_ms)
            self._used = 0
            self._pending = [each for each in self._pending if each[0] >= ended_ms]
        if self._pending:
            self._used += sum(count for until_ms, count in self._pending if until_ms <= unix_ms)
            self._pending = [each for each in self._pending if each[0] > unix_ms]
