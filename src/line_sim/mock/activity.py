"""That something happened, and who waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import time


class Activity:
    """When something last happened on the mock's loop."""

    def __init__(self) -> None:
        self._last_ns = time.monotonic_ns()
        self._waiters: set[asyncio.Future[None]] = set()

    @property
    def quiet_s(self) -> float:
        """Wall seconds since something happened."""
        return (time.monotonic_ns() - self._last_ns) / 1e9

    def touch(self) -> None:
        """Note that something happened just now."""
        self._last_ns = time.monotonic_ns()
        if self._waiters:
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiters.clear()

    async def touched(self, timeout_s: float) -> None:
        """Wait until something happens, at most `timeout_s`."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waiter, timeout_s)
        self._waiters.discard(waiter)
