"""Recorded enquiries: a history that drives the model in place of drawn customers.

A plain CSV table, one line an enquiry, in any order::

    arrival,             class,    handling_s, patience_s, customer
    2026-11-02 09:00:41, order,    312.0,      ,           c0117
    2026-11-02 09:02:10, delivery, ,           95.5,       c0042

or with what a telephone switch or a chat log knows instead of the patience::

    arrival_s, class, handling_s, waited_s, gave_up, customer

``docs/scenario-format.md`` has the whole format.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from line_sim.errors import ConfigurationError, Fault
from line_sim.scenario.checked import Checked
from line_sim.scenario.tables import read_rows, read_text, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from line_sim.scenario.tables import Row

__all__ = ["Recorded", "RecordedEnquiry", "parse_recorded", "read_recorded", "write_recorded"]

_COLUMNS = (
    "arrival", "arrival_s", "class", "channel", "language", "customer",
    "handling_s", "patience_s", "waited_s", "gave_up",
)  # fmt: skip
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_CENSORED = "waited_s and gave_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEnquiry(Checked):
    """One recorded enquiry.

    Parameters
    ----------
    at_s : when the customer first wrote, seconds since the scenario's start.
    visitor_class : name of the class; ``None`` = the first. In the table: ``class``.
    channel : name of the channel; ``None`` = the first.
    language : code of the language; ``None`` = drawn.
    customer : who wrote, so that one who comes back is known; ``None`` = somebody new.
    handling_s : seconds of work, of the person who did it; ``None`` = not known, drawn.
    patience_s : seconds the customer waits before leaving, where it is known.
    waited_s, gave_up : else, what was seen: how long the customer waited, and whether they left
        then. One who left had that patience; one who was answered had at least that.
    """

    at_s: float
    visitor_class: str | None = None
    channel: str | None = None
    language: str | None = None
    customer: str | None = None
    handling_s: float | None = None
    patience_s: float | None = None
    waited_s: float | None = None
    gave_up: bool = False

    def _faults(self) -> Iterator[Fault]:
        if not math.isfinite(self.at_s):
            yield Fault("at_s", repr(self.at_s), "a finite number of seconds")
        for name in ("patience_s", "waited_s"):
            if getattr(self, name) is not None:
                yield from self._at_least(0, name)
        if self.handling_s is not None:
            yield from self._above(0, "handling_s")
        if self.gave_up and self.patience_s is None and self.waited_s is None:
            yield Fault("gave_up", "true, without waited_s", _CENSORED)
        if self.patience_s is not None and self.waited_s is not None:
            yield Fault("patience_s", "given, and waited_s too", f"patience_s, or {_CENSORED}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Checked):
    """A recorded history, in place of drawn customers or beside them.

    Parameters
    ----------
    file : a CSV table beside the scenario file. Loading a scenario reads it into `enquiries` and
        leaves this empty, so that a scenario is whole in itself.
    enquiries : what it says.
    """

    file: str = ""
    enquiries: tuple[RecordedEnquiry, ...] = ()


def read_recorded(path: str | Path, start: dt.datetime | None = None) -> Recorded:
    """The enquiries of a recorded table.

    Parameters
    ----------
    path
        A UTF-8 CSV table.
    start
        The scenario's start, local; needed where the table has dates (``arrival``) instead of
        seconds since the start (``arrival_s``).

    Raises
    ------
    ConfigurationError
        All faults at once, each with its line and column; or where there is no such file.
    ScenarioSyntaxError
        Where it is not text.
    """
    enquiries, faults, _ = parse_recorded(read_text(Path(path)), start)
    if faults:
        raise ConfigurationError(faults, path)
    return Recorded(enquiries=enquiries)


def parse_recorded(
    text: str, start: dt.datetime | None
) -> tuple[tuple[RecordedEnquiry, ...], list[Fault], tuple[int, ...]]:
    """The enquiries of a table's text, its faults, and the line each enquiry stands in."""
    rows, faults = read_rows(text, (), _COLUMNS)
    if rows and ("arrival" in rows[0].cells) == ("arrival_s" in rows[0].cells):
        given = "both arrival and arrival_s" if "arrival" in rows[0].cells else "no arrival"
        return (), [*faults, Fault("line 1", given, "a column arrival, or arrival_s")], ()
    enquiries, lines = [], []
    for row in rows:
        cells = _Cells(row, start)
        fields = cells.fields()
        faults += cells.faults
        if cells.faults:
            continue
        try:
            enquiries.append(RecordedEnquiry(**fields))  # type: ignore[arg-type]
            lines.append(row.line)
        except ConfigurationError as error:
            faults += [
                Fault(row.where(fault.where), fault.given, fault.allowed, fault.mend)
                for fault in error.faults
            ]
    return tuple(enquiries), faults, tuple(lines)


class _Cells:
    """The cells of one row, read one after the other; `faults` gathers what cannot be read."""

    def __init__(self, row: Row, start: dt.datetime | None) -> None:
        self.row = row
        self.start = start
        self.faults: list[Fault] = []

    def fields(self) -> dict[str, object]:
        cells = self.row.cells
        return {
            "at_s": self._arrival(),
            "visitor_class": cells.get("class") or None,
            "channel": cells.get("channel") or None,
            "language": cells.get("language") or None,
            "customer": cells.get("customer") or None,
            "handling_s": self._number("handling_s"),
            "patience_s": self._number("patience_s"),
            "waited_s": self._number("waited_s"),
            "gave_up": self._flag("gave_up"),
        }

    def _arrival(self) -> float | None:
        if "arrival_s" in self.row.cells:
            found = self._number("arrival_s")
            if found is None and not self.row.cells["arrival_s"]:
                self._refuse("arrival_s", "a number of seconds")
            return found
        if self.start is None:
            self._refuse("arrival", "arrival_s, or a start to count from")
            return None
        try:
            moment = dt.datetime.fromisoformat(self.row.cells["arrival"])
            return (moment - self.start).total_seconds()
        except (ValueError, TypeError):  # TypeError: a time zone, which the start has not
            self._refuse("arrival", "a local YYYY-MM-DD HH:MM:SS")
            return None

    def _number(self, column: str) -> float | None:
        text = self.row.cells.get(column, "")
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            self._refuse(column, "a number, or nothing where it is not known")
            return None

    def _flag(self, column: str) -> bool:
        text = self.row.cells.get(column, "").casefold()
        if text and text not in _YES + _NO:
            self._refuse(column, f"one of {', '.join(_YES + _NO)}")
        return text in _YES

    def _refuse(self, column: str, allowed: str) -> None:
        given = repr(self.row.cells.get(column, ""))
        self.faults.append(Fault(self.row.where(column), given, allowed))


def write_recorded(
    enquiries: Sequence[RecordedEnquiry], path: str | Path, *, force: bool = False
) -> None:
    """Write a recorded table that :func:`read_recorded` reads back as the same enquiries.

    Columns of which nothing is known are left out.

    Raises
    ------
    OutputExistsError
        Where the file is there already and `force` is not set.
    """
    columns: dict[str, Sequence[object]] = {
        "arrival_s": [each.at_s for each in enquiries],
        "class": [each.visitor_class for each in enquiries],
        "channel": [each.channel for each in enquiries],
        "language": [each.language for each in enquiries],
        "customer": [each.customer for each in enquiries],
        "handling_s": [each.handling_s for each in enquiries],
        "patience_s": [each.patience_s for each in enquiries],
        "waited_s": [each.waited_s for each in enquiries],
        "gave_up": ["true" if each.gave_up else None for each in enquiries],
    }
    known = {
        name: ["" if cell is None else cell for cell in cells]
        for name, cells in columns.items()
        if name == "arrival_s" or any(cell is not None for cell in cells)
    }
    write_rows(Path(path), tuple(known), zip(*known.values(), strict=True), force=force)
