"""What people bring along: the drawn facts of a visit, and how far its conversation is.

A visitor knows how many answers their matter takes, and a member of staff finds out by reading it;
so both look into the same talk, by the visitor's name and channel. Nothing of it is the bridge's.
"""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from line_sim.desk.luck import FOR_BURST, FOR_GAP, FOR_REACTION, FOR_RETRY, FOR_SPACING
from line_sim.desk.model import NEVER, SECOND
from line_sim.sim.work import draw
from line_sim.world.people_names import PeopleNames

if TYPE_CHECKING:
    from line_sim.world.drawn import World


@dataclasses.dataclass(eq=False)
class Talk:
    """One visit.

    Parameters
    ----------
    number : the visit's in the world.
    name, channel : by whom staff know it.
    visit : the drawn row, see ``world.drawn.VISIT``.
    turns : staff turns of the conversation in all.
    todo_s : work that the present turn takes of a person of speed 1 with no other chat.
    answered : staff turns done.
    attempts : enquiries that came to nothing before.
    left : the visitor has left without a sign, and answers no more.
    over : served, or given up.
    """

    number: int
    name: str
    channel: str
    visit: Any
    turns: int
    todo_s: float
    answered: int = 0
    attempts: int = 0
    written: int = 0
    left: bool = False
    over: bool = False
    transferred: bool = False

    @property
    def at_s(self) -> float:
        """When the visitor first writes, seconds since the world's start."""
        return float(self.visit["at"]) / SECOND

    @property
    def patience_s(self) -> float:
        """How long they wait; infinite where they stay."""
        patience = int(self.visit["patience"])
        return float("inf") if patience >= NEVER else patience / SECOND

    @property
    def transfers(self) -> bool:
        """Whether its owner is to ask for a transfer, and has not yet."""
        return float(self.visit["transfer_at"]) >= 0 and not self.transferred

    @property
    def notice_s(self) -> float:
        """Work until somebody notices that the visitor left."""
        return float(self.visit["notice"]) / SECOND


class Script:
    """Every talk of a world, and the draws that are made on the way."""

    def __init__(self, world: World, language: str) -> None:
        self.world, self.language = world, language
        self._tables = SimpleNamespace(quantiles=np.asarray(world.quantiles, "i8").ravel())
        self._words = PeopleNames(world.seed, language)
        self._names: dict[int, str] = {}
        self._taken: set[str] = set()
        channels = world.setup.channels
        self.talks = [
            Talk(
                number, self._name(int(visit["visitor"])), channels[int(visit["channel"])].name,
                visit, int(visit["turns"]), float(visit["work"]) / int(visit["turns"]) / SECOND,
            )
            for number, visit in enumerate(world.visits)
        ]  # fmt: skip
        self._now: dict[tuple[str, str], Talk] = {}

    def begins(self, talk: Talk) -> Talk:
        """A visit begins; the talk that it goes on as, which may be one that is not over."""
        key = talk.name, talk.channel
        before = self._now.get(key)
        if before is not None and not before.over:
            before.turns += talk.turns
            return before
        self._now[key] = talk
        return talk

    def of(self, name: str, channel: str) -> Talk | None:
        """What somebody's matter is; None where nobody of that name is known."""
        return self._now.get((name, channel))

    def text(self, talk: Talk) -> str:
        """The visitor's next message."""
        talk.written += 1
        return self._words.text(talk.number, talk.written)

    def reaction_s(self, talk: Talk, member: int, attempt: int) -> float:
        """Until a member reacts to an alert."""
        table = int(self.world.workers[member]["reaction_table"])
        return self._drawn(table, talk, FOR_REACTION, member, attempt)

    def gap_s(self, talk: Talk) -> float:
        """Until the visitor answers."""
        table = self.world.gap_table[int(talk.visit["visitor_class"])]
        return self._drawn(table, talk, FOR_GAP, talk.answered, 0)

    def retry_s(self, talk: Talk) -> float:
        """Until the visitor writes again after nobody came."""
        return self._drawn(self.world.retry_table, talk, FOR_RETRY, talk.attempts, 0)

    def spacings_s(self, talk: Talk) -> list[float]:
        """Pauses before the further messages of one go."""
        luck, world = int(talk.visit["luck"]), self.world
        count = draw(self._tables, world.burst_table, luck, FOR_BURST, talk.written, talk.attempts)
        return [
            self._drawn(world.spacing_table, talk, FOR_SPACING, talk.written, i)
            for i in range(1, int(count))
        ]

    def _drawn(self, table: int, talk: Talk, purpose: int, a: int, b: int) -> float:
        found = int(draw(self._tables, table, int(talk.visit["luck"]), purpose, a, b))
        return float("inf") if found >= NEVER else found / SECOND

    def _name(self, visitor: int) -> str:
        if visitor not in self._names:
            name, again = self._words.visitor(visitor), 2
            chosen = name
            while chosen in self._taken:
                chosen, again = f"{name} {again}", again + 1
            self._taken.add(chosen)
            self._names[visitor] = chosen
        return self._names[visitor]
