"""The room: one desk, the people around it, one clock for all, and the log they write."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from line_sim.desk.model import (
    DO_CLOSE,
    DO_FOLLOW_UP,
    DO_LEAVE,
    DO_PICK_UP,
    DO_TAKE_OVER,
    DO_TRANSFER,
    DO_WRITE,
)  # fmt: skip
from line_sim.desk.offers import ALERT_OVER, ALERTED, STARTED, STOPPED
from line_sim.desk.rows import COLUMNS, packed
from line_sim.desk.timers import advance
from line_sim.sim.processes.clock import Clock, Mind
from line_sim.sim.processes.member import Member
from line_sim.sim.processes.visitor import Visitor
from line_sim.sim.start import start
from line_sim.sim.visitors import come_due

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.sim.processes.clock import Plan, Process
    from line_sim.world.drawn import World

GENERATION = itemgetter(4)
"""The count that tells a plan from the one before it."""

PAGE = 4096
"""The log is packed this many rows at a time."""

OF_STAFF = (ALERTED, ALERT_OVER, STARTED, STOPPED)
"""What the desk says to a member; the rest is for visitors."""


class Room:
    """Where a run takes place.

    Parameters
    ----------
    world : what was drawn, and the desk.
    progress : called with every page of the log, with the time reached (microseconds).

    Attributes
    ----------
    desk, people : the rows of :func:`line_sim.sim.start.start`.
    clock : what everybody waits by.
    """

    def __init__(self, world: World, progress: Callable[[int], None] | None = None) -> None:
        self.desk, self.people = start(world)
        self.people.agenda = []  # plans are taken up at once, so there never is a last one
        self.clock = Clock(world.until_us)
        self._progress = progress
        self._pages: list[bytes] = []
        self._members = [Member(self, m) for m in range(self.desk.member_count)]
        self._visitors = [Visitor(self, v) for v in range(self.people.visit_count)]
        self._deadline = Mind(self.clock, self._let_timers_run_out())
        self.clock.begin(self._open_the_doors())

    @property
    def now(self) -> int:
        """The time, microseconds since the start."""
        return int(self.clock.now)

    def run(self) -> bytes:
        """Let everything happen; return the rows of the log."""
        if self.clock.until > 0:
            self.clock.run(until=self.clock.until)
        self._turn_the_page()
        return b"".join(self._pages)

    # --- processes that belong to nobody in particular

    def _open_the_doors(self) -> Process:
        """Let visitors come, each in their time."""
        for v, visit in enumerate(self.people.visits):
            yield self.clock.begin(self._visitors[v].arrive((visit.at, DO_WRITE, v, 0, 0)))

    def _let_timers_run_out(self) -> Process:
        """Wait for the desk's next deadline, let that one timer run out, and look again."""
        while True:
            yield from self._deadline.next()
            advance(self.desk, self.now)
            self.talk()

    def look_at_missed(self, plan: Plan) -> Process:
        """Look at what was missed: one enquiry that is due, or all that still wait for somebody."""
        _at, _kind, e, _place, _generation = plan
        yield self.clock.moment(plan)
        come_due(self.desk, self.people, e, self.now)
        self.talk()

    # --- what follows every act

    def talk(self) -> None:
        """Let people hear what the desk says, in order, and wait for what they then plan."""
        desk = self.desk
        i = 0
        while i < len(desk.told):  # what they do may make the desk say more
            what, e, m = desk.told[i : i + 3]
            i += 3
            if what in OF_STAFF:
                self._members[m].hear(what, e)
            else:
                self._visitors[desk.enquiries[e].visit].hear(what, e)
        desk.told.clear()
        plans, self.people.agenda = self.people.agenda, []
        for plan in sorted(plans, key=GENERATION):  # who changed their mind: the newest plan holds
            self._take_up(plan)
        self._deadline.turn_to(desk.timers[0])
        if len(desk.log) >= PAGE * COLUMNS:
            self._turn_the_page()

    def _take_up(self, plan: Plan) -> None:
        """Let whoever planned something wait for its moment."""
        _at, kind, number, place, _generation = plan
        if kind == DO_PICK_UP:
            self._members[place % self.desk.member_count].alert.turn_to(plan)
        elif kind in (DO_CLOSE, DO_TRANSFER, DO_TAKE_OVER):
            self._members[place].milestone.turn_to(plan)
        elif kind == DO_WRITE:
            self.clock.begin(self._visitors[number].write(plan))
        elif kind == DO_LEAVE:
            visitor = self._visitors[self.desk.enquiries[number].visit]
            self.clock.begin(visitor.lose_patience(plan))
        elif kind == DO_FOLLOW_UP:
            self.clock.begin(self.look_at_missed(plan))

    def _turn_the_page(self) -> None:
        self._pages.append(packed(self.desk.log))
        self.desk.log.clear()
        if self._progress is not None:
            self._progress(self.now)
