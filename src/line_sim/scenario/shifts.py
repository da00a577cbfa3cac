"""Shifts as a planner writes them, and the same on the clock of a run.

A planner writes *"Anong, mon-fri, 22:00 to 06:00, break at 02:00"*; a run needs half-open intervals
of microseconds since the scenario's start. Calendars end here: after this module there is only the
absolute clock. Time zones play no part, since a scenario has one fixed offset.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from line_sim.desk.fault_kinds import DAYS, is_clock
from line_sim.desk.model import SECOND
from line_sim.errors import Fault
from line_sim.scenario.checked import Checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Day", "Planned", "Roster", "Shift", "planned_shifts"]

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_MINUTE = 60 * SECOND
_MINUTES_A_DAY = 24 * 60


def _minutes(clock: str) -> int:
    return 60 * int(clock[:2]) + int(clock[3:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Checked):
    """One line of a roster: who works when.

    Parameters
    ----------
    member : the member's name.
    date : the one date it holds on; it takes the place of that member's weekly lines that day.
    days : or the days of the week it holds on, every week except holidays.
    start, end : "HH:MM"; [start, end). An end not later than the start is on the next day, so
        equal times are 24 hours; "24:00" is allowed as end. Both empty, with a date: a day off.
    breaks : pairs of "HH:MM" inside the shift; times before the shift's start are on the next day.
    """

    member: str
    date: dt.date | None = None
    days: tuple[Day, ...] = ()
    start: str = ""
    end: str = ""
    breaks: tuple[tuple[str, str], ...] = ()

    def _faults(self) -> Iterator[Fault]:
        if not self.member.strip():
            yield Fault("member", repr(self.member), "a member's name")
        if (self.date is None) == (not self.days):
            given = "neither date nor days" if self.date is None else "both date and days"
            yield Fault("date", given, "one of the two")
        if len(set(self.days)) < len(self.days):
            yield Fault("days", repr(self.days), "each day once")
        if not self.start and not self.end and self.date is not None:
            if self.breaks:
                yield Fault("breaks", "a break on a day off", "none")
            return
        yield from self._clock_faults()

    def _clock_faults(self) -> Iterator[Fault]:
        proper = True
        clocks = [("start", self.start, False), ("end", self.end, True)]
        for early, late in self.breaks:
            clocks += [("breaks", early, False), ("breaks", late, True)]
        for name, clock, end in clocks:
            if not is_clock(clock, end=end):
                last = "24:00" if end else "23:59"
                yield Fault(name, repr(clock), f'"HH:MM", 00:00 to {last}', _padded(clock))
                proper = False
        if proper:
            yield from self._break_faults()

    def _break_faults(self) -> Iterator[Fault]:
        start, end, breaks = self.minutes()
        for early, late in breaks:
            if early < start or late > end:
                shown = f"{_clock(early)} to {_clock(late)}"
                yield Fault("breaks", shown, f"inside the shift, {self.start} to {self.end}")
        for (_, until), (early, _) in pairwise(breaks):
            if early < until:
                yield Fault("breaks", f"{_clock(early)} begins before {_clock(until)}", "in order")

    def minutes(self) -> tuple[int, int, tuple[tuple[int, int], ...]]:
        """Start, end and breaks in minutes since midnight of the day; up to 48 hours."""
        start = _minutes(self.start)
        end = _later(_minutes(self.end), start)
        breaks = []
        for early, late in self.breaks:
            begins = _minutes(early) if early >= self.start else _minutes(early) + _MINUTES_A_DAY
            breaks.append((begins, _later(_minutes(late), begins)))
        return start, end, tuple(breaks)


def _later(minute: int, start: int) -> int:
    """The first time after `start` at which the clock shows `minute`."""
    while minute <= start:
        minute += _MINUTES_A_DAY
    return minute


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _padded(clock: str) -> str:
    return f"did you mean '0{clock}'?" if is_clock(f"0{clock}", end=True) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster(Checked):
    """Who is planned to work when; how people keep to it is :class:`.Punctuality`'s business.

    Without any line everybody is on shift all the time.

    Parameters
    ----------
    files : CSV tables beside the scenario file; their lines come before the `shifts` given here.
        Loading a scenario reads them and leaves this empty, so that a scenario is whole in itself.
    shifts : the lines.
    holidays : dates on which no weekly line holds.
    """

    files: tuple[str, ...] = ()
    shifts: tuple[Shift, ...] = ()
    holidays: tuple[dt.date, ...] = ()

    def _faults(self) -> Iterator[Fault]:
        if len(set(self.holidays)) < len(self.holidays):
            yield Fault("holidays", "a date stands here twice", "each date once")


@dataclass(frozen=True, slots=True)
class Planned:
    """One shift on the clock of a run: half-open [start_us, end_us), microseconds since the start.

    `breaks` are (start, end) pairs inside it, in order.
    """

    start_us: int
    end_us: int
    breaks: tuple[tuple[int, int], ...] = ()


def planned_shifts(
    roster: Roster, members: Sequence[str], start: dt.datetime, until_us: int
) -> dict[str, tuple[Planned, ...]]:
    """Every member's planned shifts, cut to what a run from 0 to `until_us` sees.

    Parameters
    ----------
    roster
        Its lines; a roster without any has everybody on shift from 0 to `until_us`.
    members
        All members' names, those without a line too.
    start
        The scenario's start, local.
    until_us
        Nothing beginning at or after it is planned; ends may lie beyond.

    Returns
    -------
    dict
        Name to shifts, in order of time. Shifts of one member that touch or overlap are one.
    """
    if not roster.shifts:
        return {name: (Planned(0, until_us),) for name in members}
    on_clock: dict[str, list[Planned]] = {name: [] for name in members}
    for place, planned in _by_line(roster, start, until_us):
        name = roster.shifts[place].member
        if name in on_clock:
            on_clock[name].append(planned)
    return {name: _joined(sorted(shifts, key=_start)) for name, shifts in on_clock.items()}


def overlaps(roster: Roster, start: dt.datetime, until_us: int) -> list[tuple[int, int]]:
    """Pairs of lines (their places in `roster.shifts`) that have one member at work twice."""
    by_member: dict[str, list[tuple[Planned, int]]] = {}
    for place, planned in _by_line(roster, start, until_us):
        by_member.setdefault(roster.shifts[place].member, []).append((planned, place))
    pairs: dict[tuple[int, int], None] = {}
    for shifts in by_member.values():
        shifts.sort(key=lambda pair: (pair[0].start_us, pair[1]))
        for (one, first), (other, second) in pairwise(shifts):
            if other.start_us < one.end_us:
                pairs[min(first, second), max(first, second)] = None
    return list(pairs)


def _by_line(roster: Roster, start: dt.datetime, until_us: int) -> Iterator[tuple[int, Planned]]:
    """Each line's shifts between 0 and `until_us`, by date; night shifts of the day before too."""
    dated = {(shift.member, shift.date) for shift in roster.shifts if shift.date is not None}
    date = start.date() - dt.timedelta(days=1)
    midnight = dt.datetime.combine(date, dt.time())
    while (midnight_us := (midnight - start) // dt.timedelta(microseconds=1)) < until_us:
        date, day = midnight.date(), DAYS[midnight.weekday()]
        for place, shift in enumerate(roster.shifts):
            weekly = day in shift.days and date not in roster.holidays
            if not shift.start or not (
                shift.date == date or (weekly and (shift.member, date) not in dated)
            ):
                continue
            planned = _on_clock(shift, midnight_us, until_us)
            if planned is not None:
                yield place, planned
        midnight += dt.timedelta(days=1)


def _on_clock(shift: Shift, midnight_us: int, until_us: int) -> Planned | None:
    start, end, breaks = shift.minutes()
    start_us, end_us = midnight_us + start * _MINUTE, midnight_us + end * _MINUTE
    if end_us <= 0 or start_us >= until_us:
        return None
    cut = [
        (max(0, midnight_us + early * _MINUTE), midnight_us + late * _MINUTE)
        for early, late in breaks
    ]
    return Planned(max(0, start_us), end_us, tuple(pair for pair in cut if pair[1] > 0))


def _start(planned: Planned) -> int:
    return planned.start_us


def _joined(shifts: list[Planned]) -> tuple[Planned, ...]:
    joined: list[Planned] = []
    for shift in shifts:
        if joined and shift.start_us <= joined[-1].end_us:
            before = joined.pop()
            end_us = max(before.end_us, shift.end_us)
            joined.append(Planned(before.start_us, end_us, before.breaks + shift.breaks))
        else:
            joined.append(shift)
    return tuple(joined)
