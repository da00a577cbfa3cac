"""Rate limits: a token bucket for each channel and operation, and the guard of single users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.net.clock import SECOND_US
from line_sim.wire.refusals import FLOOD, RATE, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.operations import Operation
    from line_sim.mock.settings import LimitSettings
    from line_sim.net.clock import Instant

_MINUTE_US = 60 * SECOND_US


class Buckets:
    """The buckets of one channel (Messaging API reference, rate limits; sizes chosen, D7)."""

    __slots__ = ("_buckets", "_burst", "_scale")

    def __init__(self, settings: LimitSettings) -> None:
        self._scale = settings.scale
        self._burst = settings.burst
        # by operation: tokens left, when that was so, tokens a microsecond, size
        self._buckets: dict[str, list[float]] = {}

    def take(self, operation: Operation, now: Instant) -> None:
        """Count one attempt.

        Raises
        ------
        RefusedError
            Where the bucket is empty; that attempt takes nothing.
        """
        bucket = self._buckets.get(operation.name)
        if bucket is None:
            bucket = self._buckets[operation.name] = self._new(operation, now)
        left = bucket[0] + (now.contract_us - bucket[1]) * bucket[2]
        bucket[1] = now.contract_us
        bucket[0] = left = left if left < bucket[3] else bucket[3]  # noqa: FURB136 - the hot path
        if left < 1:
            calls, period_s = operation.limit
            why = f"{calls * self._scale:g} calls in {period_s} s for {operation.name}"
            raise RefusedError(RATE, why=why)
        bucket[0] = left - 1

    def _new(self, operation: Operation, now: Instant) -> list[float]:
        calls, period_s = operation.limit
        size = max(1.0, calls * self._scale * self._burst)
        return [size, now.contract_us, calls * self._scale / (period_s * SECOND_US), size]


class FloodGuard:
    """Too many messages to one user within a minute (status codes, 429; how many is chosen)."""

    __slots__ = ("_counts", "_limit", "_minute")

    def __init__(self, settings: LimitSettings) -> None:
        self._limit = settings.flood_per_minute
        self._minute = -1
        self._counts: dict[str, int] = {}

    def take(self, chat: str, messages: int, now: Instant) -> None:
        """Count messages to a user; raises :class:`RefusedError` where they are too many."""
        if not self._limit:
            return
        minute = now.contract_us // _MINUTE_US
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        count = self._counts.get(chat, 0) + messages
        if count > self._limit:
            raise RefusedError(FLOOD, why=f"{count} messages, at most {self._limit} a minute")
        self._counts[chat] = count
