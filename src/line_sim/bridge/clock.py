"""The bridge's own time: real, faster than real, or moved by hand; and waiting by it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time

from line_sim.errors import ConfigurationError, Fault

FASTEST = 100_000.0
"""Chosen: a day in about a second."""
LATEST_S = 4e9
"""Unix seconds of 2096 (chosen): the latest that a clock may begin at."""
TURNS = 30
"""Turns of the loop that those who wake up are given, to come to their next wait (chosen)."""


class Clock:
    """Unix seconds, and waiting until so many of them have passed.

    Belongs to one event loop.

    Parameters
    ----------
    factor
        Its seconds in a second of the wall's; at most :data:`FASTEST`.
    stepped
        Whether time stands still but for :meth:`advance`.
    start
        Unix seconds that it shows first; None: the wall's.

    Raises
    ------
    ConfigurationError
        The factor is no clock's.
    """

    def __init__(
        self, *, factor: float = 1.0, stepped: bool = False, start: float | None = None
    ) -> None:
        if not 0 < factor <= FASTEST:
            allowed = f"above 0 and at most {FASTEST:,.0f}"
            raise ConfigurationError([Fault("clock factor", repr(factor), allowed)])
        if start is not None and not 0 <= start <= LATEST_S:
            allowed = f"Unix seconds, 0 to {LATEST_S:,.0f}"
            raise ConfigurationError([Fault("clock start", repr(start), allowed)])
        self.factor = 0.0 if stepped else factor
        self._wall = time.time()
        self._shown = self._wall if start is None else start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Unix seconds."""
        return self._shown + (time.time() - self._wall) * self.factor

    def now_ms(self) -> int:
        """Unix milliseconds, as LINE counts."""
        return round(self.now() * 1_000)

    async def sleep(self, duration_s: float) -> None:
        """Wait until so many seconds of this clock have passed."""
        if duration_s <= 0:
            await asyncio.sleep(0)
            return
        until = self.now() + duration_s
        woken = asyncio.get_running_loop().create_future()
        entry = (until, next(self._order), woken)
        heapq.heappush(self._sleepers, entry)
        try:
            while not woken.done() and (left := until - self.now()) > 0:
                await asyncio.wait([woken], timeout=left / self.factor if self.factor else None)
        finally:
            woken.cancel()
            if entry in self._sleepers:
                self._sleepers.remove(entry)
                heapq.heapify(self._sleepers)

    async def advance(self, duration_s: float) -> None:
        """Move on by so many seconds, letting whoever waits go on when their time comes, in order.

        What they do then may take wall time (a call to LINE); that is not waited for.
        """
        target = self.now() + max(duration_s, 0.0)
        while self._sleepers and self._sleepers[0][0] <= target:
            self._move(self._sleepers[0][0])
            while self._sleepers and self._sleepers[0][0] <= self.now():
                woken = heapq.heappop(self._sleepers)[2]
                if not woken.done():
                    woken.set_result(None)
            await _turns()
        self._move(target)
        await _turns()

    def catch_up(self, time_s: float) -> None:
        """Show at least this: after a restart of a clock that ran ahead of the wall's."""
        self._move(time_s)

    def _move(self, time_s: float) -> None:
        self._shown += max(time_s - self.now(), 0.0)


async def _turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)
