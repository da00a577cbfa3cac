"""Visitors who react: a chat's next webhook waits for what the bridge answers.

Where the recorded visitor wrote after the bridge's n-th answer, the replayed one writes as long
after the n-th answer of the bridge of today. Where that does not come, the recorded gap and a
minute later; where the recorded visitor wrote without being answered, after the recorded gap.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from line_sim.net.clock import SECOND_US
from line_sim.replay.feeding import AHEAD_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.replay.feeding import Schedule
    from line_sim.replay.plan import Planned

LOOK_S = 0.002
"""Longest sleep, for an answer may come at any time."""
PATIENCE_S = 60.0
"""Beyond the recorded gap, for an answer that does not come (PLATFORM 19)."""


@dataclass(slots=True, eq=False)
class _Chat:
    queue: deque[Planned] = field(default_factory=deque)
    live: str = ""
    """Its live id, once something of it was sent."""
    last: Planned | None = None
    last_us: int = 0
    """When that was sent."""
    due_us: int = 0
    decided: bool = False
    """Whether `due_us` stands; else it is the time at which patience ends."""


class ClosedLoop:
    """The feed for visitors who react; holds what is played in memory.

    Parameters
    ----------
    zero_us
        When, on the schedule, the replay starts.
    """

    def __init__(self, schedule: Schedule, zero_us: int) -> None:
        self._schedule = schedule
        self._zero_us = zero_us
        self._by_live: dict[str, _Chat] = {}
        self._heap: list[tuple[int, int, _Chat]] = []
        self._pushed = 0

    async def run(self, plan: Iterable[Planned]) -> None:
        """See :meth:`line_sim.replay.feeding.Feed.run`."""
        schedule, clock = self._schedule, self._schedule.clock
        schedule.answers.heard = self._answered
        for chat in await self._chats(plan):
            self._next(chat)
        ahead_us = AHEAD_S * clock.speed * SECOND_US
        while self._heap and not schedule.stopped:
            due_us, _, chat = self._heap[0]
            if due_us != chat.due_us or not chat.queue:  # it was decided otherwise meanwhile
                heappop(self._heap)
                continue
            early_us = due_us - clock.now().schedule_us - (ahead_us if chat.decided else 0)
            if early_us > 0:
                await schedule.rest(min(max(early_us / clock.speed / SECOND_US, 0.001), LOOK_S))
                continue
            heappop(self._heap)
            self._send(chat)
            await schedule.breathe()
        schedule.write_map()

    async def _chats(self, plan: Iterable[Planned]) -> list[_Chat]:
        found: dict[str, _Chat] = {}
        for planned in plan:
            name = planned.lanes[0] if planned.lanes else f"{planned.loop} {planned.seq}"
            found.setdefault(f"{planned.channel} {name}", _Chat()).queue.append(planned)
            await self._schedule.breathe()
        return list(found.values())

    def _next(self, chat: _Chat) -> None:
        """Find out when a chat's next webhook is due."""
        if not chat.queue:
            return
        planned, last = chat.queue[0], chat.last
        if last is None:
            self._decide(chat, self._zero_us + planned.at_us)
            return
        gap_us = max(0, planned.at_us - last.at_us)
        if planned.thought_s is None or planned.loop != last.loop:
            self._decide(chat, chat.last_us + gap_us)
            return
        chat.decided = False
        self._push(chat, chat.last_us + gap_us + int(PATIENCE_S * SECOND_US))
        self._look(chat)

    def _answered(self, live: str) -> None:
        chat = self._by_live.get(live)
        if chat is not None and chat.queue and not chat.decided:
            self._look(chat)

    def _look(self, chat: _Chat) -> None:
        """Decide where the answer that is waited for has come."""
        planned = chat.queue[0]
        times_us = self._schedule.answers.of(chat.live).times_us
        if planned.thought_s is not None and len(times_us) >= planned.answers:
            thought_us = int(planned.thought_s * SECOND_US)
            self._decide(chat, max(chat.last_us, times_us[planned.answers - 1]) + thought_us)

    def _decide(self, chat: _Chat, due_us: int) -> None:
        chat.decided = True
        self._push(chat, due_us)

    def _push(self, chat: _Chat, due_us: int) -> None:
        chat.due_us = due_us
        self._pushed += 1
        heappush(self._heap, (due_us, self._pushed, chat))

    def _send(self, chat: _Chat) -> None:
        planned = chat.queue.popleft()
        due_us = chat.due_us
        if not chat.decided:  # patience ended: nothing was intended for that very moment
            due_us = max(due_us, self._schedule.clock.now().schedule_us)
        lanes = self._schedule.put(planned, due_us)
        if not chat.live and lanes:
            chat.live = lanes[0]
            self._by_live[chat.live] = chat
        chat.last, chat.last_us = planned, due_us
        self._next(chat)
