"""Aggregation units: names that a bot gives its messages to count them by, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.days import next_month_ms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.mock.platform.channel import Channel

MOST = 1_000
"""Names a month; beyond that a message is sent and its name dropped (unit-based statistics)."""


class AggregationUnits:
    """The names used this month by one channel."""

    def __init__(self, _channel: Channel) -> None:
        self._names: dict[str, None] = {}
        self._ends_ms = 0

    def add(self, names: Iterable[str], unix_ms: int) -> tuple[str, ...]:
        """Note names, and tell what the tester should know: a name that was dropped."""
        self._turn(unix_ms)
        dropped = []
        for name in names:
            if name in self._names or len(self._names) < MOST:
                self._names[name] = None
            else:
                dropped.append(f"aggregation unit {name} was dropped: {MOST} are used this month")
        return tuple(dropped)

    def names(self, unix_ms: int) -> list[str]:
        """Names used this month, in the order of their first use."""
        self._turn(unix_ms)
        return list(self._names)

    def _turn(self, unix_ms: int) -> None:
        """Begin a new month where the old one is over."""
        if unix_ms >= self._ends_ms:
            self._names.clear()
            self._ends_ms = next_month_ms(unix_ms)
