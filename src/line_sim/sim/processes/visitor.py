"""Visitors: they write, talk to a chatbot, answer, lose patience, try again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.desk.model import DO_BOT, DO_FOLLOW_UP, NEVER
from line_sim.desk.offers import TO_BOT, WAS_MISSED
from line_sim.sim.visitors import arrive, lose_patience, meet_bot, try_again_later, write_again

if TYPE_CHECKING:
    from line_sim.sim.processes.clock import Plan, Process
    from line_sim.sim.processes.room import Room


class Visitor:
    """A visit: one wish of one visitor to be served.

    A visitor may have several things in mind at once (one more line, an answer, leaving): each is
    a process of its own, begun when the visitor thinks of it.

    Parameters
    ----------
    room : where the run takes place.
    v : number of the visit.
    """

    def __init__(self, room: Room, v: int) -> None:
        self.room = room
        self.v = v

    def arrive(self, plan: Plan) -> Process:
        """Write for the first time."""
        room = self.room
        yield room.clock.moment(plan)
        arrive(room.desk, room.people, self.v, room.now)
        room.talk()

    def write(self, plan: Plan) -> Process:
        """Write again, if it is still wanted: one more line, an answer, or anew after a miss."""
        room = self.room
        _at, _kind, _v, line, message = plan
        yield room.clock.moment(plan)
        write_again(room.desk, room.people, self.v, line, message, room.now)
        room.talk()

    def lose_patience(self, plan: Plan) -> Process:
        """Wait as long as patience lasts, then leave if nobody has taken the enquiry."""
        room = self.room
        _at, _kind, e, _place, _generation = plan
        yield room.clock.moment(plan)
        lose_patience(room.desk, room.people, e, room.now)
        room.talk()

    def ask_bot(self, e: int) -> Process:
        """Talk to a chatbot until it has solved the matter, or hands it over."""
        room = self.room
        time = room.people.visits[self.v].bot_time
        yield room.clock.moment((room.now + time, DO_BOT, e, 0, 0))
        meet_bot(room.desk, room.people, e, room.now)
        room.talk()

    def hear(self, what: int, e: int) -> None:
        """Hear what the desk says of an enquiry: a chatbot has it, or nobody took it."""
        room = self.room
        if what == TO_BOT:
            room.clock.begin(self.ask_bot(e))
            return
        try_again_later(room.desk, room.people, e, room.now)
        follow_up = room.people.visits[self.v].follow_up
        if what == WAS_MISSED and follow_up < NEVER:
            room.clock.begin(room.look_at_missed((room.now + follow_up, DO_FOLLOW_UP, e, 0, 0)))
