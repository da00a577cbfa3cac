"""The bridge's own time, which a test may move on."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_S = 0.02
"""How often somebody else's clock is looked at while waiting for it."""


class Clock:
    """Unix time in seconds, and waiting by it.

    `now` may be given: a test's clock, in seconds. It is then asked again and again while waiting.
    """

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._now = now or time.time
        self._poll_s = POLL_S if now else None
        self._moved_s = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Seconds since 1970."""
        return self._now() + self._moved_s

    def now_ms(self) -> int:
        """The same in milliseconds."""
        return round(self.now() * 1_000)

    async def sleep(self, seconds: float) -> None:
        """Wait until so many seconds of this clock have passed."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            moved = self._moved
            timeout = left if self._poll_s is None else min(left, self._poll_s)
            try:
                await asyncio.wait_for(moved.wait(), timeout)
            except TimeoutError:
                continue

    async def advance(self, seconds: float) -> None:
        """Move on, and let everybody who has waited long enough go on."""
        self._moved_s += seconds
        self._moved.set()
        self._moved = asyncio.Event()
        for _ in range(10):  # a few turns of the loop, for those who wait to take their first step
            await asyncio.sleep(0)
