"""Scenario files: TOML in, a scenario or every fault at once out.

A text that is not TOML has one fault, with line and column. Else the faults of the keys, of the
tables the file names and of how the parts agree are gathered together: what is faulty is taken out
of a copy, or for a misspelt key put right, so that the rest can still be asked whether it agrees.
"""

from __future__ import annotations

import copy
import dataclasses
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from line_sim.errors import ConfigurationError, Fault, ScenarioSyntaxError
from line_sim.scenario.catalogue import find
from line_sim.scenario.config import Content, content_from
from line_sim.scenario.consistency import inconsistencies
from line_sim.scenario.faulty import findings, path_text, steps
from line_sim.scenario.mending import Mended, spelt
from line_sim.scenario.positions import line_of, lines
from line_sim.scenario.recorded import Recorded, parse_recorded
from line_sim.scenario.rosters import parse_roster
from line_sim.scenario.tables import read_text

if TYPE_CHECKING:
    import datetime as dt

    from line_sim.scenario.shape import Step
    from line_sim.scenario.shifts import Shift

__all__ = ["from_toml", "load"]

_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")
_ROUNDS = 500  # far more than anybody's patience with a file
_SHIFT = re.compile(r"roster\.shifts\[(\d+)\]")
_ENQUIRY = re.compile(r"recorded\.enquiries\[(\d+)\]")


def load(path: str | Path) -> Content:
    """What a scenario file says; see :meth:`line_sim.scenario.Scenario.load`."""
    file = find(path)
    return from_toml(read_text(file), file.parent, str(file))


def from_toml(text: str, base: str | Path, source: str = "scenario") -> Content:
    """What a scenario's text says; `base` is the folder of its tables, `source` its name."""
    data = _parsed(text, source)
    reader = _Reader(data, Path(base))
    content = reader.content()
    faults = reader.placed(text)
    if faults or content is None:
        raise ConfigurationError(faults, source)
    return content


def _parsed(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE.search(message)
        reason = _PLACE.sub("", message).strip()
        if place and place[1]:
            line, column = int(place[1]), int(place[2])
        else:
            line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        raise ScenarioSyntaxError(source, line, column, reason) from None


class _Reader:
    """One reading of one file: its data, and the faults found so far."""

    def __init__(self, data: dict[str, Any], base: Path) -> None:
        self.base = base
        self.faults: list[Fault] = []  # of the file itself
        self.elsewhere: list[Fault] = []  # of the tables it names
        self.mended = Mended(data)
        self.origins: list[str] = []  # of each shift
        self.table = ""  # of recorded enquiries
        self.lines_of_enquiries: tuple[int, ...] = ()

    def content(self) -> Content | None:
        """The content; only faultless where no fault was found. None where nothing is left."""
        self.mended.data = spelt(self.mended.data, Content, (), self._note)
        content = self._typed()
        if content is None:
            return None
        content = self._with_tables(content)
        for fault in inconsistencies(content):
            self._add(fault)
        return content

    def _note(self, path: tuple[Step, ...], fault: Fault) -> None:
        self.faults.append(fault)
        self.mended.dead.append(path)

    def _typed(self) -> Content | None:
        """The content with everything of a wrong type taken out and noted."""
        for _ in range(_ROUNDS):
            try:
                return content_from(self.mended.data)
            except ValidationError as error:
                found = list(findings(error, copy.deepcopy(self.mended.data)))
            misspelt = [each for each in found if each[2]]
            for path, fault, meant in misspelt or found:
                original = self.mended.original(path)
                if not self.mended.touched(original):
                    place = path_text(original)
                    self.faults.append(Fault(place, fault.given, fault.allowed, fault.mend))
                if not self.mended.mend(path, meant):
                    break  # a whole item went: the places of the others are found anew
            self.mended.data = spelt(self.mended.data, Content, (), lambda *_: None)
        return None

    def _with_tables(self, content: Content) -> Content:
        """The content with the rosters and the recorded table it names read into it."""
        names = [member.name for member in content.members]
        shifts: list[Shift] = []
        for place, name in enumerate(content.roster.files):
            text = self._text(name, f"roster.files[{place}]")
            if text is not None:
                found, faults, at = parse_roster(text, names)
                shifts += found
                self.origins += [f"{name}, line {line}" for line in at]
                self._table_faults(name, faults)
        enquiries = content.recorded.enquiries
        if content.recorded.file:
            enquiries = self._enquiries(content.recorded, content.start) + enquiries
        roster = dataclasses.replace(
            content.roster, files=(), shifts=(*shifts, *content.roster.shifts)
        )
        recorded = Recorded(enquiries=enquiries)
        return content.model_copy(update={"roster": roster, "recorded": recorded})

    def _enquiries(self, recorded: Recorded, start: dt.datetime) -> Any:  # noqa: ANN401
        text = self._text(recorded.file, "recorded.file")
        if text is None:
            return ()
        self.table = recorded.file
        found, faults, self.lines_of_enquiries = parse_recorded(text, start)
        self._table_faults(recorded.file, faults)
        return found

    def _text(self, name: str, where: str) -> str | None:
        """The text of a table that the file names; what is wrong with it is noted."""
        try:
            return read_text(self.base / name)
        except ConfigurationError as error:
            self.faults += [
                Fault(where, f"{name!r} is {fault.given}", fault.allowed, fault.mend)
                for fault in error.faults
            ]
        except ScenarioSyntaxError as error:
            self.elsewhere.append(
                Fault(f"{name}, line {error.line}, column {error.column}", error.reason, "UTF-8")
            )
        return None

    def _table_faults(self, name: str, faults: list[Fault]) -> None:
        self.elsewhere += [
            Fault(f"{name}, {fault.where}", fault.given, fault.allowed, fault.mend)
            for fault in faults
        ]

    def _add(self, fault: Fault) -> None:
        """Note a fault of how parts agree, unless it is a consequence of one noted before.

        What came from a table is named by the table's line.
        """
        shift, enquiry = _SHIFT.match(fault.where), _ENQUIRY.match(fault.where)
        if shift and int(shift[1]) < len(self.origins):
            if not fault.where.endswith(".member"):  # reading the table has named those
                where = self.origins[int(shift[1])]
                self.elsewhere.append(Fault(where, fault.given, fault.allowed))
            return
        if enquiry and int(enquiry[1]) < len(self.lines_of_enquiries):
            line = self.lines_of_enquiries[int(enquiry[1])]
            column = fault.where[enquiry.end() :].replace(".", ", ")
            where = f"{self.table}, line {line}{column}"
            self.elsewhere.append(Fault(where, fault.given, fault.allowed, fault.mend))
            return
        path = steps(fault.where)
        if shift:  # the tables' shifts come before those of the file
            path = ("roster", "shifts", int(shift[1]) - len(self.origins), *path[3:])
        path = self.mended.original(path)
        if not self.mended.touched(path):
            self.faults.append(Fault(path_text(path), fault.given, fault.allowed, fault.mend))

    def placed(self, text: str) -> list[Fault]:
        """All faults in the order of the file, each with its line where it has one."""
        if not self.faults:
            return self.elsewhere
        known = lines(text)
        for old, new in self.mended.renamed:
            size = len(old)
            known |= {
                (*new, *path[size:]): line for path, line in known.items() if path[:size] == old
            }
        placed = [(line_of(steps(fault.where), known), fault) for fault in self.faults]
        placed.sort(key=lambda pair: pair[0])
        return [
            Fault(f"line {line}, {fault.where}", fault.given, fault.allowed, fault.mend)
            if line
            else fault
            for line, fault in placed
        ] + self.elsewhere
