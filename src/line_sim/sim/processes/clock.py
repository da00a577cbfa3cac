"""What waiting means: a moment with its place among all that happens at its instant.

SimPy lets what is scheduled first go first at one instant; here the order is that of
``docs/model.md``, "Ties", whoever scheduled what and when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import simpy
from simpy.events import EventPriority

from line_sim.desk.model import NEVER

if TYPE_CHECKING:
    from collections.abc import Generator

    Process = Generator[simpy.Event, Any, None]
    """What somebody does, and waits for in between."""

Plan = tuple[int, int, int, int, int]
"""What somebody waits for: when (microseconds), what kind of act, of which enquiry or visit, which
listed place, and a count that tells it from what the same person planned before."""

NOTHING: Plan = (NEVER, 0, 0, 0, 0)
"""The plan of somebody who has nothing in mind."""


class Clock(simpy.Environment):
    """Time in whole microseconds since the start, and moments to wait for.

    Parameters
    ----------
    until : when the run stops; a moment from then on never comes.
    """

    def __init__(self, until: int) -> None:
        super().__init__()
        self.until = until

    def moment(self, plan: Plan) -> simpy.Event:
        """Make an event of the moment somebody waits for."""
        return Moment(self, plan) if plan[0] < self.until else self.event()

    def begin(self, process: Process) -> simpy.Process:
        """Let a process begin; an error in it ends the run as it was raised, not as a copy."""
        begun = self.process(process)
        begun.callbacks.append(_raise_its_error)
        return begun


def _raise_its_error(process: simpy.Event) -> None:
    if isinstance(process.value, BaseException):
        raise process.value


class Moment(simpy.Event):
    """An instant somebody waits for, and its place in the order of that instant."""

    def __init__(self, clock: Clock, plan: Plan) -> None:
        super().__init__(clock)
        self._ok = True
        self._value = None
        at, *place = plan
        clock.schedule(self, place_in_order(*place), at - clock.now)


class Mind:
    """The one thing somebody waits for next; they may think better of it while they wait.

    Parameters
    ----------
    clock : where they wait.
    process : what they do: it asks :meth:`next` what to do next, again and again.
    """

    def __init__(self, clock: Clock, process: Process) -> None:
        self.clock = clock
        self.plan = NOTHING
        self.process = clock.begin(process)

    def turn_to(self, plan: Plan) -> None:
        """Wait for this instead."""
        if plan != self.plan:
            self.plan = plan
            if self.clock.active_process is not self.process:
                self.process.interrupt()

    def next(self) -> Generator[simpy.Event, Any, Plan]:
        """Wait for the moment of what is planned, whatever that is by then, and return the plan."""
        while True:
            try:
                yield self.clock.moment(self.plan)
            except simpy.Interrupt:
                continue
            plan, self.plan = self.plan, NOTHING
            return plan


def place_in_order(kind: int, number: int, place: int, generation: int) -> EventPriority:
    """Return where an act belongs among all that happens at one instant: least first.

    By kind (status changes, what staff do, the desk's timers, what visitors do), then enquiry (or
    visit) number, then listed place. SimPy's own two priorities come before all of these, so that
    interrupts and the beginnings of processes are over before anybody acts.
    """
    return EventPriority((kind + 1 << 96) + (number + 1 << 64) + (place << 32) + generation)
