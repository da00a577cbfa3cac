"""Members of staff: they follow their rosters, react to alerts, and work on chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.desk.lifecycle import pick_up
from line_sim.desk.model import DO_STATUS, NOBODY
from line_sim.desk.offers import ALERT_OVER, ALERTED, STARTED
from line_sim.sim.loop import change_shift, go_home
from line_sim.sim.processes.clock import Mind
from line_sim.sim.visitors import reach_milestone
from line_sim.sim.work import attend, start_work, stop_work

if TYPE_CHECKING:
    from line_sim.sim.processes.clock import Process
    from line_sim.sim.processes.room import Room


class Member:
    """A member of staff. Three things go on at once, and each is a process.

    Parameters
    ----------
    room : where the run takes place.
    m : number of the member.

    Attributes
    ----------
    alert : the alert they turned to: when they will have reacted to it.
    milestone : which of their chats is the next to come to an answer, a transfer or a take-over,
        and when.
    """

    def __init__(self, room: Room, m: int) -> None:
        self.room = room
        self.m = m
        self.worker = room.people.workers[m]
        self.alert = Mind(room.clock, self.react())
        self.milestone = Mind(room.clock, self.work())
        room.clock.begin(self.follow_roster())

    def follow_roster(self) -> Process:
        """Log in, take breaks, drift away and come back, go home: as the roster has it."""
        room = self.room
        for line, event in enumerate(room.people.events):
            if event.staff == self.m:
                yield room.clock.moment((event.at, DO_STATUS, line, 0, 0))
                change_shift(room.desk, room.people, self.m, event.what, room.now)
                room.talk()

    def react(self) -> Process:
        """Turn to the oldest alert; after a while take the enquiry, unless it is gone by then."""
        room = self.room
        while True:
            _at, _kind, e, _place, attention = yield from self.alert.next()
            if attention == self.worker.attention:
                pick_up(room.desk, e, self.m, room.now)
                room.talk()

    def work(self) -> Process:
        """Work on all chats that await an answer, until the next of them comes to one."""
        room = self.room
        while True:
            _at, kind, e, m, generation = yield from self.milestone.next()
            reach_milestone(room.desk, room.people, kind, e, m, generation, room.now)
            room.talk()

    def hear(self, what: int, e: int) -> None:
        """Hear what the desk says: an alert, an alert that is over, a chat to begin or to stop."""
        desk, people, now = self.room.desk, self.room.people, self.room.now
        if what == ALERTED:
            if self.worker.attending == NOBODY:
                attend(desk, people, self.m, now)
        elif what == ALERT_OVER:
            if self.worker.attending == e:
                attend(desk, people, self.m, now)
        elif what == STARTED:
            start_work(desk, people, e, self.m, now)
        else:
            stop_work(desk, people, e, self.m, now)
            if self.worker.leaving == 1 and desk.members[self.m].open_chats == 0:
                go_home(desk, people, self.m, now)
