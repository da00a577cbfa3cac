"""Puts planned webhooks on the mock's schedule, each a little before it is due.

What is due is kept ahead of time and in small slices, so that nothing else on the mock's loop, and
no webhook, waits for a long piece of work.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Protocol

from line_sim.net.clock import SECOND_US
from line_sim.replay.token_map import NOTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.mock.service import Service
    from line_sim.replay.live_answers import LiveAnswers
    from line_sim.replay.plan import Planned
    from line_sim.replay.staging import Staging
    from line_sim.replay.token_map import TokenMap
    from line_sim.replay.watching import Watching

AHEAD_S = 0.05
"""Wall seconds before it is due that a webhook becomes known; chosen above a collection of
garbage, and small enough that an unfollow does not come noticeably early."""
HEAD_START_S = 0.1
"""Wall seconds until the first webhook."""
BUSY_PER_S = 200.0
"""From this rate on the first webhooks are made ready before the start: connecting to the bridge is
work enough for the first second."""
BUSY_HEAD_S = 1.5
FIRST_S = 1.0
"""Wall seconds of a busy replay that are made ready before it starts."""
SLICE_S = 0.0015
"""Longest piece of work without letting others run."""
BATCH_S = 0.01
"""Least sleep: what is due soon is made ready in batches, each with one line of the map."""
NAP_S = 0.05
"""Longest sleep without looking whether to stop."""
ROOM_S = 0.001
"""How often it is asked whether there is room for one more."""
MAP_ENTRIES = 1_000


class Feed(Protocol):
    """A way to put a plan on the schedule."""

    async def run(self, plan: Iterable[Planned]) -> None:
        """Put all of it there, or as much until :attr:`Schedule.stopped`."""
        ...


class Schedule:
    """The mock's schedule, as a feed sees it.

    Attributes
    ----------
    stopped
        Whether nothing more is to be sent.
    put_count
        Webhooks put on the schedule so far.
    """

    def __init__(
        self,
        service: Service,
        staging: Staging,
        known: TokenMap,
        answers: LiveAnswers,
        watching: Watching,
    ) -> None:
        self.service = service
        self.clock = service.clock
        self.answers = answers
        self.watching = watching
        self.stopped = False
        self.put_count = 0
        self._staging = staging
        self._map = known
        self._worked_s = time.perf_counter()

    def put(self, planned: Planned, due_us: int) -> tuple[str, ...]:
        """Make a webhook ready and schedule it; its live chats."""
        service = self.service
        staged = self._staging.webhook(planned, due_us, self.clock.now())
        line: dict[str, Any] = {"recorded": planned.seq, "loop": planned.loop}
        if planned.attempt > 1:
            line["attempt"] = planned.attempt
        flags = {"ready": staged.outgoing, "lanes": staged.lanes, "line": line}
        for chat in staged.lanes:
            self.answers.begins(chat, planned.loop)
        service.platform.deliveries.schedule(staged.channel, staged.events, due_us, flags)
        self.put_count += 1
        return staged.lanes

    @property
    def waiting(self) -> int:
        """Webhooks on the schedule that were not begun yet."""
        return self.put_count - self.watching.started_count

    def write_map(self) -> None:
        """Write what became known since the last time into the ledger."""
        if self._map.fresh:
            self.service.ledger.write("note", text=NOTE, recorded=dict(self._map.fresh))
            self._map.fresh.clear()

    async def breathe(self) -> None:
        """Let others run where work has been going on for a while."""
        if time.perf_counter() - self._worked_s > SLICE_S:
            await asyncio.sleep(0)
            self._worked_s = time.perf_counter()

    async def rest(self, seconds: float) -> None:
        """Let others run for so long."""
        self.write_map()
        await asyncio.sleep(seconds)
        self._worked_s = time.perf_counter()


class OpenLoop:
    """Each webhook at its time, whatever the bridge does: real time, or times N."""

    def __init__(self, schedule: Schedule, zero_us: int, *, busy: bool = False) -> None:
        self._schedule = schedule
        self._zero_us = zero_us
        self._first_us = FIRST_S * schedule.clock.speed * SECOND_US if busy else 0.0

    async def run(self, plan: Iterable[Planned]) -> None:
        """See :meth:`Feed.run`."""
        schedule, clock = self._schedule, self._schedule.clock
        ahead_us = AHEAD_S * clock.speed * SECOND_US
        for planned in plan:
            due_us = self._zero_us + planned.at_us
            early_us = 0.0 if planned.at_us < self._first_us else 1.0
            while early_us > 0:
                early_us = due_us - clock.now().schedule_us - ahead_us
                if early_us <= 0:
                    break
                if schedule.stopped:
                    return
                early_s = early_us / clock.speed / SECOND_US
                await schedule.rest(min(max(early_s, BATCH_S), NAP_S))
            if schedule.stopped:
                return
            schedule.put(planned, due_us)
            await schedule.breathe()
        schedule.write_map()


class AsFastAsPossible:
    """Each webhook once fewer than so many are unanswered."""

    def __init__(self, schedule: Schedule, most: int) -> None:
        self._schedule = schedule
        self._most = most

    async def run(self, plan: Iterable[Planned]) -> None:
        """See :meth:`Feed.run`."""
        schedule = self._schedule
        for planned in plan:
            while schedule.waiting + schedule.watching.open >= self._most:
                if schedule.stopped:
                    return
                schedule.service.dispatcher.wake()
                await schedule.rest(ROOM_S)
            if schedule.stopped:
                return
            schedule.put(planned, schedule.clock.now().schedule_us)
            await schedule.breathe()
        schedule.write_map()
        schedule.service.dispatcher.wake()


class Stepped:
    """Each webhook at its time on a clock that moves only there; each answer is waited for."""

    def __init__(self, schedule: Schedule, zero_us: int) -> None:
        self._schedule = schedule
        self._zero_us = zero_us

    async def run(self, plan: Iterable[Planned]) -> None:
        """See :meth:`Feed.run`."""
        schedule = self._schedule
        for planned in plan:
            if schedule.stopped:
                return
            due_us = self._zero_us + planned.at_us
            schedule.put(planned, due_us)
            schedule.write_map()
            left_us = max(0, due_us - schedule.clock.now().schedule_us)
            if left_us:
                await schedule.service.advance(left_us / SECOND_US)
            else:
                await schedule.service.dispatcher.idle()
