"""Rosters as CSV tables: one line a member and shift, every fault at once with its line.

::

    member, date,       days,    start, end,   break_start, break_end, break_2_start, break_2_end
    Anong,  ,           mon-fri, 09:00, 18:00, 12:00,       13:00,     15:30,         15:45
    Boon,   ,           fri sat, 22:00, 06:00, 02:00,       02:30,     ,
    Boon,   2026-11-06, ,        ,      ,      ,            ,          ,

Each line has a date or days of the week. The second is a night shift: an end not later than the
start is on the next day. The third is a day off: lines with a date take the place of that member's
weekly lines. ``docs/scenario-format.md`` has the whole format.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

from line_sim.desk.fault_kinds import DAYS
from line_sim.errors import ConfigurationError, Fault, RosterError
from line_sim.scenario.shifts import Shift
from line_sim.scenario.tables import read_rows, read_text, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from line_sim.scenario.tables import Row

__all__ = ["parse_roster", "read_roster", "write_roster"]

_REQUIRED = ("member", "start", "end")
_MOST_BREAKS = 9
_GROUPS = {"all": DAYS, "weekdays": DAYS[:5], "weekend": DAYS[5:]}


def _break_columns(number: int) -> tuple[str, str]:
    middle = "" if number == 1 else f"_{number}"
    return f"break{middle}_start", f"break{middle}_end"


_BREAKS = [_break_columns(number) for number in range(1, _MOST_BREAKS + 1)]
_ALLOWED = ("member", "date", "days", "start", "end", *(name for pair in _BREAKS for name in pair))


def read_roster(path: str | Path, members: Iterable[str] | None = None) -> tuple[Shift, ...]:
    """The shifts of a roster file.

    Parameters
    ----------
    path
        A UTF-8 CSV table.
    members
        The names that may stand in it; None = any.

    Raises
    ------
    RosterError
        All faults at once, each with its line and column.
    ConfigurationError, ScenarioSyntaxError
        Where there is no such file, or it is not text.
    """
    shifts, faults, _ = parse_roster(read_text(Path(path)), members)
    if faults:
        raise RosterError(faults, path)
    return shifts


def parse_roster(
    text: str, members: Iterable[str] | None = None
) -> tuple[tuple[Shift, ...], list[Fault], tuple[int, ...]]:
    """The shifts of a roster's text, its faults, and the line each shift stands in."""
    rows, faults = read_rows(text, _REQUIRED, _ALLOWED)
    names = None if members is None else tuple(members)
    shifts, lines = [], []
    for row in rows:
        before = len(faults)
        fields, found = _fields(row)
        faults += found
        if names is not None and row.cells.get("member", "") not in names:
            faults.append(Fault.unknown(row.where("member"), row.cells.get("member", ""), names))
        if len(faults) > before:
            continue
        try:
            shifts.append(Shift(**fields))  # type: ignore[arg-type]
            lines.append(row.line)
        except ConfigurationError as error:
            faults += [
                Fault(row.where(fault.where), fault.given, fault.allowed, fault.mend)
                for fault in error.faults
            ]
    return tuple(shifts), faults, tuple(lines)


def _fields(row: Row) -> tuple[dict[str, object], list[Fault]]:
    """What a row says, as the fields of a shift, and what cannot be read in it."""
    cells, faults = row.cells, list[Fault]()
    date: dt.date | None = None
    if cells.get("date"):
        try:
            date = dt.date.fromisoformat(cells["date"])
        except ValueError:
            faults.append(Fault(row.where("date"), repr(cells["date"]), "YYYY-MM-DD"))
    days, found = _days(cells.get("days", ""), row)
    faults += found
    breaks = []
    for early, late in _BREAKS:
        begins, ends = cells.get(early, ""), cells.get(late, "")
        if begins and ends:
            breaks.append((begins, ends))
        elif begins or ends:
            missing, there = (late, early) if begins else (early, late)
            faults.append(Fault(row.where(missing), "empty", f"a time, as {there} has one"))
    fields: dict[str, object] = {
        "member": cells.get("member", ""),
        "date": date,
        "days": days,
        "start": cells.get("start", ""),
        "end": cells.get("end", ""),
        "breaks": tuple(breaks),
    }
    return fields, faults


def _days(text: str, row: Row) -> tuple[tuple[str, ...], list[Fault]]:
    """Days such as ``mon-fri``, ``sat sun``, ``fri-mon``, ``weekdays``, ``all``."""
    found: list[str] = []
    faults = []
    for part in re.split(r"[\s,;/]+", text.casefold().strip()):
        first, dash, last = part.partition("-")
        unknown = [word for word in (first, last) if word and word not in DAYS]
        if part in _GROUPS:
            found += _GROUPS[part]
        elif unknown and not (dash and first in DAYS and last in DAYS):
            faults.append(Fault.unknown(row.where("days"), unknown[0], (*DAYS, *_GROUPS)))
        elif dash:
            start, end = DAYS.index(first), DAYS.index(last)
            found += [DAYS[(start + step) % 7] for step in range((end - start) % 7 + 1)]
        elif part:
            found.append(part)
    return tuple(day for day in DAYS if day in found), faults


def write_roster(shifts: Sequence[Shift], path: str | Path, *, force: bool = False) -> None:
    """Write a roster file that :func:`read_roster` reads back as the same shifts.

    Raises
    ------
    OutputExistsError
        Where the file is there already and `force` is not set.
    """
    most = max((len(shift.breaks) for shift in shifts), default=0)
    pairs = _BREAKS[: max(1, most)]
    header = ("member", "date", "days", "start", "end", *(name for pair in pairs for name in pair))
    write_rows(Path(path), header, (_cells(shift, len(pairs)) for shift in shifts), force=force)


def _cells(shift: Shift, breaks: int) -> list[str]:
    times = [time for pair in shift.breaks for time in pair]
    times += [""] * (2 * breaks - len(times))
    date = "" if shift.date is None else shift.date.isoformat()
    return [shift.member, date, " ".join(shift.days), shift.start, shift.end, *times]
