"""Small desks driven step by step: a test says who does what when, and reads the log.

Members are letters in listed order, times are seconds. Before anything a member or visitor does at
a time, the desk's timers before that time have fired; those at that very time come after what staff
do and before what visitors do (``docs/model.md``, "Ties").
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from line_sim.desk import lifecycle, model, shifts, timers
from line_sim.desk.build import build, tag_conditions
from line_sim.desk.faults import faults
from line_sim.desk.rows import COLUMNS
from line_sim.desk.setup import (
    Alternative,
    AutoMessages,
    Channel,
    DeskSetup,
    Member,
    Queue,
    Service,
    ServiceGroup,
    Sticky,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.desk.setup import Destination, Rule

MONDAY = dt.datetime(2026, 11, 2)  # noqa: DTZ001 - local to the desk's offset


def group(name: str, staff: str, distribution: str = "fixed_order", **more: Any) -> ServiceGroup:  # noqa: ANN401 - fields
    """A group of members, named by letters."""
    return ServiceGroup(name=name, staff=tuple(staff), distribution=distribution, **more)


def queue(name: str, staff: str, distribution: str = "fixed_order", **more: Any) -> Queue:  # noqa: ANN401 - fields
    """A queue of members, named by letters."""
    return Queue(name=name, staff=tuple(staff), distribution=distribution, **more)


def channel(rule: Rule, name: str = "shop", **more: Any) -> Channel:  # noqa: ANN401 - fields
    """A channel."""
    return Channel(name=name, rule=rule, **more)


class Room:
    """A desk, its clock in seconds, and what its log says."""

    def __init__(self, setup: DeskSetup) -> None:
        assert [] == faults(setup)
        self.setup = setup
        self.desk = build(setup, visitors=9)
        self.letters = [member.name for member in setup.members]
        self.tags = tag_conditions(setup)

    # --- what happens

    def timers_before(self, at: float) -> int:
        """Let the desk's timers before a time fire; return it in microseconds."""
        now = round(at * model.SECOND)
        while timers.deadline(self.desk) < now:
            timers.advance(self.desk, timers.deadline(self.desk))
        return now

    def timers_until(self, at: float) -> int:
        """Let the desk's timers up to and at a time fire."""
        now = self.timers_before(at)
        while timers.deadline(self.desk) <= now:
            timers.advance(self.desk, now)
        return now

    def status(self, at: float, letters: str, status: str) -> None:
        """Set the status of members."""
        now = self.timers_before(at)
        for letter in letters:
            m = self.letters.index(letter)
            shifts.set_status(self.desk, m, model.STATUSES.index(status), now)

    def on(self, at: float, letters: str) -> None:
        """Let members begin their shift, ACTIVE."""
        now = self.timers_before(at)
        for letter in letters:
            m = self.letters.index(letter)
            shifts.set_shift(self.desk, m, 1, now)
            shifts.set_status(self.desk, m, model.ACTIVE, now)

    def writes(
        self, at: float, visitor: int = 0, channel: int = 0, luck: int = 12345, **more: int
    ) -> int:
        """Let a visitor write; return the enquiry."""
        now = self.timers_until(at)
        asked = {"visitor_class": 0, "priority": 0, "language": 0, "attempt": 0} | more
        return int(
            lifecycle.receive(
                self.desk, channel, visitor, visitor, asked["visitor_class"], asked["priority"],
                asked["language"], luck, asked["attempt"], model.TEXT, now,
            )
        )  # fmt: skip

    def pick(self, at: float, enquiry: int, letter: str) -> int:
        """Let a member pick up or accept."""
        now = self.timers_before(at)
        return int(lifecycle.pick_up(self.desk, enquiry, self.letters.index(letter), now))

    def refuse(self, at: float, enquiry: int, letter: str) -> int:
        """Let a member refuse."""
        now = self.timers_before(at)
        return int(lifecycle.refuse(self.desk, enquiry, self.letters.index(letter), now))

    def close(self, at: float, enquiry: int, by: int = model.BY_STAFF) -> int:
        """Let staff close."""
        return int(lifecycle.close(self.desk, enquiry, by, self.timers_before(at)))

    def follow_up(self, at: float, enquiry: int, letter: str) -> int:
        """Let a member take up what was missed."""
        now = self.timers_before(at)
        return int(lifecycle.follow_up(self.desk, enquiry, self.letters.index(letter), now))

    def transfer(self, at: float, enquiry: int, *, to: str) -> int:
        """Let the owner transfer to a member (a letter) or a tag."""
        now = self.timers_before(at)
        if to in self.tags:
            return int(lifecycle.transfer(self.desk, enquiry, self.tags[to], -1, now))
        return int(lifecycle.transfer(self.desk, enquiry, -1, self.letters.index(to), now))

    def take_over(self, at: float, enquiry: int, letter: str) -> int:
        """Let a member take over."""
        now = self.timers_before(at)
        return int(lifecycle.take_over(self.desk, enquiry, self.letters.index(letter), now))

    def answers(self, at: float, enquiry: int) -> None:
        """Let the owner write."""
        lifecycle.staff_message(self.desk, enquiry, 1, model.TEXT, self.timers_before(at))

    # --- what can be read

    def rows(self, *kinds: str) -> list[tuple[float, str, int, str, str]]:
        """Rows of the log of these kinds (of all): at_s, kind, enquiry, letter, reason."""
        table = zip(*[iter(self.desk.log)] * COLUMNS, strict=True)
        found = []
        for at, kind, reason, _, enquiry, _, staff, _, _ in table:
            name = model.KINDS[kind]
            if not kinds or name in kinds:
                why = "" if name == "received" else model.REASONS[reason]
                letter = self.letters[staff] if staff >= 0 else ""
                found.append((at / model.SECOND, name, enquiry, letter, why))
        return found

    def column(self, name: str, kind: str) -> list[int]:
        """One column of the rows of one kind: destination, attempt, ..."""
        place = ("at", "kind", "reason", "channel", "enquiry", "visitor", "staff", "destination",
                 "attempt").index(name)  # fmt: skip
        table = zip(*[iter(self.desk.log)] * COLUMNS, strict=True)
        return [row[place] for row in table if model.KINDS[row[1]] == kind]

    def offers(self, enquiry: int = -1) -> list[tuple[float, str]]:
        """When who was offered an enquiry (or anything)."""
        return [(at, who) for at, _, e, who, _ in self.rows("offered") if enquiry in (-1, e)]

    def offered(self, *enquiries: int) -> str:
        """Who was offered, in order, as one word."""
        return "".join(
            who for _, _, e, who, _ in self.rows("offered") if not enquiries or e in enquiries
        )

    def reasons(self, kind: str) -> list[tuple[float, str]]:
        """When, and why, things of a kind happened."""
        return [(at, why) for at, _, _, _, why in self.rows(kind)]

    def times(self, kind: str) -> list[float]:
        """When things of a kind happened."""
        return [at for at, *_ in self.rows(kind)]

    def state(self, enquiry: int) -> str:
        """The state of an enquiry."""
        return model.STATES[self.desk.enquiries[enquiry].state]

    def owner(self, enquiry: int) -> str:
        """Who holds an enquiry now, or nobody."""
        holder = self.desk.enquiries[enquiry].holder
        return self.letters[holder] if holder >= 0 else ""


def room(  # noqa: PLR0913 - the parts of a desk, each by name
    *destinations: Destination,
    rule: Rule | None = None,
    channels: Sequence[Channel] = (),
    staff: Sequence[Member] = (),
    sticky: Sticky | None = None,
    messages: AutoMessages | None = None,
    setup: dict[str, Any] | None = None,
    **service: Any,  # noqa: ANN401 - fields of the service
) -> Room:
    """A room with one channel through all destinations in turn, unless told otherwise."""
    listed = Alternative(destinations=tuple(place.name for place in destinations))
    one = channel(rule or listed, sticky=sticky or Sticky(), messages=messages or AutoMessages())
    letters = sorted({m for place in destinations for m in getattr(place, "staff", ())})
    return Room(
        DeskSetup(
            **{"start": MONDAY, "utc_offset": "+07:00", **(setup or {})},
            members=tuple(staff) or tuple(Member(name=letter) for letter in letters),
            destinations=destinations,
            channels=tuple(channels) or (one,),
            service=Service(strict_cinnox=False, **service),
        )
    )
