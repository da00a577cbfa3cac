"""SimPy in scaled real time: processes wait by the clock of the bridge, and for what it answers.

SimPy's own ``simpy.rt`` sleeps the whole thread. Here the environment lives on the event loop: in
between its events the loop serves sockets, and what comes in by them is an event of its instant.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    Process = Generator[simpy.Event, Any, Any]
    """What somebody does, and waits for in between."""


class Pace(simpy.Environment):
    """An environment whose seconds pass `speed` times as fast as the wall's.

    Parameters
    ----------
    start_s
        What it shows first.
    speed
        Its seconds in one of the wall's, above 0.
    """

    def __init__(self, start_s: float, speed: float) -> None:
        super().__init__(initial_time=start_s)
        self.speed = speed
        self._start_s = start_s
        self._began = time.monotonic()
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.late_s = 0.0
        """How much later than due, in wall seconds, an event came at worst."""

    def shown(self) -> float:
        """The time it is, which :attr:`now` follows event by event."""
        return self._start_s + (time.monotonic() - self._began) * self.speed

    def begin(self, shown_s: float) -> None:
        """Let time pass from now on, beginning with what somebody else's clock shows."""
        self._start_s, self._began = shown_s, time.monotonic()

    async def perform(self, until_s: float) -> None:
        """Let everything happen until then; what a process raises is raised here.

        Other tasks of the loop get their turn between any two instants.
        """
        while True:
            self._woken.clear()
            while self.peek() <= min(self.shown(), until_s):
                self.late_s = max(self.late_s, (self.shown() - self.peek()) / self.speed)
                self.step()
            left = min(self.peek(), until_s) - self.shown()
            if left <= 0 and self.shown() >= until_s:
                return
            try:
                await asyncio.wait_for(self._woken.wait(), max(left, 0.0) / self.speed)
            except TimeoutError:
                continue

    def ask(self, work: Coroutine[Any, Any, Any]) -> simpy.Event:
        """An event that comes with what a coroutine returns, or raises, when it does."""
        answered = self.event()
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._answer(answered, done))
        return answered

    def tell(self, heard: Callable[[], object]) -> None:
        """Call it at the instant that it is now, after what is due before: for news from outside.

        May be called from the loop's own thread only.
        """
        news = self.timeout(max(self.shown() - self.now, 0.0))

        def hear(_event: simpy.Event) -> None:
            heard()

        news.callbacks.append(hear)
        self._woken.set()

    def _answer(self, answered: simpy.Event, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self.tell(lambda: answered.succeed(task.result()))
        elif isinstance(error, Exception):
            self.tell(lambda: answered.fail(error))

    async def close(self) -> None:
        """Give up what is still asked."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
