"""Sends webhooks when they are due: on a tick, never waiting for one bot to send to another.

All that is due is sent every millisecond, for a timer of its own for each webhook costs four times
as much; where nothing is due the task sleeps until something is.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from line_sim.errors import ServerError
from line_sim.mock.bad_luck import Due
from line_sim.mock.posting import Posting
from line_sim.net.clock import SECOND_US
from line_sim.net.http.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from line_sim.mock.bad_luck import Sending
    from line_sim.mock.faults.engine import Faults
    from line_sim.mock.platform.calls import Outcome
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.platform import Platform
    from line_sim.mock.posting import Watch
    from line_sim.mock.settings import Settings
    from line_sim.net.clock import Clock
    from line_sim.recording.writer import Writer

TICK_S = 0.001
"""uvloop's timers count milliseconds."""
LOOK_S = 0.05
"""How often an idle dispatcher looks whether something was scheduled that nobody woke it for."""


class Dispatcher:
    """Delivers what the platform schedules, on the running event loop.

    At most ``dispatch.in_flight`` exchanges are open; with ``dispatch.mode`` serial, or a stepped
    clock, one for each channel, or one in all.

    Parameters
    ----------
    platform, clock, ledger, settings
        Whose webhooks, when, where it is written down, and how.
    faults
        Who decides their bad luck.
    allow
        Hosts besides loopback that webhooks may go to.
    touched
        Called whenever an exchange ends.
    broke
        Called with every exception that is the mock's own, and where it happened.
    pool
        Where connections come from; by default one of its own, closed by :meth:`stop`.
    """

    def __init__(  # noqa: PLR0913 - each by name but the first four
        self,
        platform: Platform,
        clock: Clock,
        ledger: Writer,
        settings: Settings,
        *,
        faults: Faults | None = None,
        allow: AbstractSet[str] = frozenset(),
        touched: Callable[[], None] = lambda: None,
        broke: Callable[[str, BaseException], None] = lambda _where, _error: None,
        pool: Pool | None = None,
    ) -> None:
        self.clock = clock
        self._pool = Pool(allow=allow) if pool is None else pool
        self._own_pool = pool is None
        self._posting = Posting(platform, clock, ledger, self._pool, settings, broke)
        self._due = Due(platform, faults)
        self._touched = touched
        self._most = 1 if clock.stepped else settings.dispatch.in_flight
        self._serial = settings.dispatch.mode == "serial"
        self._open: dict[asyncio.Task[None], Sending] = {}
        self._ready: deque[Sending] = deque()
        self._lanes: dict[str, deque[Sending]] = {}
        """By channel id, those that wait for the one under way (serial)."""
        self._woken = asyncio.Event()
        self._resting: set[asyncio.Future[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="webhooks")

    async def stop(self) -> None:
        """Stop delivering; exchanges under way are cut off, and end as such in the ledger."""
        tasks = [*self._open, *([self._task] if self._task else [])]
        self._task = None
        self._ready.clear()
        self._lanes.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._rested()
        if self._own_pool:
            await self._pool.close()

    def wake(self) -> None:
        """Look again what is due: something was scheduled."""
        self._woken.set()

    @property
    def errors(self) -> list[BaseException]:
        """The first hundred exceptions that are the mock's own, not a bot's."""
        return self._posting.errors

    def watch(self, watcher: Watch) -> None:
        """Tell somebody of every webhook's way from now on."""
        self._posting.watch = watcher

    @property
    def open(self) -> int:
        """How many webhooks are under way, or due and waiting for room."""
        waiting = sum(len(lane) for lane in self._lanes.values())
        return len(self._open) + len(self._ready) + waiting

    def under_way(self) -> list[str]:
        """What is being delivered, one sentence each."""
        found = [
            f"{_title(each)} is waiting for {each.shown.url} to answer"
            for each in self._open.values()
        ]
        waiting = self.open - len(found)
        return found + ([f"{waiting} webhooks wait for those under way"] if waiting else [])

    def lateness(self) -> dict[str, float]:
        """How late bytes were handed to the socket, wall time: count, p50_ms ... max_ms."""
        return self._posting.lateness.to_dict()

    def next_due_us(self) -> int | None:
        """When the next webhook is due on the schedule, those that faults hold back included."""
        return self._due.next_us()

    async def probe(self, url: str, channel: Channel) -> Outcome:
        """Send an empty webhook at once, as LINE does to verify a URL."""
        return await self._posting.probe(url, channel)

    async def idle(self) -> None:
        """Wait until nothing is due and nothing under way.

        Raises
        ------
        ServerError
            Where nobody delivers any more, with what ended it as the cause.
        """
        while self.open or self._is_due():
            if self._task is None or self._task.done():
                ended = self._task.exception() if self._task else None
                reason = "not running, so webhooks stay undelivered"
                raise ServerError("webhook delivery", reason) from ended  # noqa: EM101, TRY003 - its two parts
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._resting.add(waiter)
            self.wake()
            await waiter

    async def advance(self, seconds: float) -> None:
        """Move a stepped clock; what becomes due goes out in order, each answer waited for."""
        until_us = self.clock.now().schedule_us + round(seconds * SECOND_US)
        await self.idle()
        while (due_us := self.next_due_us()) is not None and due_us <= until_us:
            self.clock.step(due_us)
            await self.idle()
        self.clock.step(until_us)

    async def _run(self) -> None:
        try:
            while True:
                await self._until_due()
                taken = self._due.take(self.clock.now())
                self._ready.extend(taken)
                self._start_ready()
                if self._ready:
                    self._press(taken)
                if taken:
                    await asyncio.sleep(TICK_S)
        except Exception as error:
            self._posting.note("the schedule of webhooks", error)
            raise
        finally:
            self._rested()

    async def _until_due(self) -> None:
        """Sleep until something is due, or somebody wakes us."""
        due_us = self.next_due_us()
        wait_s = None if due_us is None else self.clock.wall_s_until(due_us)
        if wait_s == 0:
            return
        self._rested()
        within_s = LOOK_S if wait_s is None else max(TICK_S, min(wait_s, LOOK_S))
        timer = asyncio.get_running_loop().call_later(within_s, self._woken.set)
        await self._woken.wait()
        self._woken.clear()
        timer.cancel()

    def _is_due(self) -> bool:
        due_us = self.next_due_us()
        return due_us is not None and due_us <= self.clock.now().schedule_us

    def _start_ready(self) -> None:
        """Start those that are due, in order, as long as there is room."""
        while self._ready and len(self._open) < self._most:
            sending = self._ready.popleft()
            if not self._serial:
                self._begin(sending)
            elif (lane := self._lanes.get(sending.delivery.channel.id)) is not None:
                lane.append(sending)
            else:
                self._lanes[sending.delivery.channel.id] = deque()
                self._begin(sending)

    def _press(self, taken: list[Sending]) -> None:
        """Note which of those just taken found no room: the last of the queue."""
        for sending in taken[-len(self._ready) :]:
            sending.pressed = True

    def _begin(self, sending: Sending) -> None:
        task = asyncio.get_running_loop().create_task(self._posting.deliver(sending))
        self._open[task] = sending
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        sending = self._open.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._posting.note(_title(sending), error)
        channel = sending.delivery.channel.id
        lane = self._lanes.get(channel)
        if lane:
            self._begin(lane.popleft())
        elif lane is not None:
            del self._lanes[channel]
        self._start_ready()
        self._rested()
        self._touched()

    def _rested(self) -> None:
        """Let those who wait for quiet look again."""
        for waiter in self._resting:
            if not waiter.done():
                waiter.set_result(None)
        self._resting.clear()


def _title(sending: Sending) -> str:
    shown = sending.shown
    kinds = ", ".join(sorted({str(event.get("type")) for event in shown.events})) or "nothing"
    return f"webhook {shown.number} of {shown.channel.name} ({kinds})"
