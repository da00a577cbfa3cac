"""Rows of delimited text: which delimiter, which columns; quoted cells may hold line breaks."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from line_sim.recording.importers.found import Unusable
from line_sim.recording.importers.reading import BOM, LONGEST_LINE, head, raw_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

DELIMITERS = ("\t", ",", ";", "|")
MOST_CELLS = 1_000
PREAMBLE = 15
"""Rows before the names of the columns that are looked at: exports begin with facts about them."""
SNIFFED = 50
"""Rows by which the delimiter is told."""
_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells by the names that its format gives to columns."""

    line: int
    cells: tuple[str, ...]
    columns: Mapping[str, int]

    def __getitem__(self, name: str) -> str:
        """The cell of a column; empty where there is none."""
        place = self.columns.get(name, len(self.cells))
        return self.cells[place].strip() if place < len(self.cells) else ""


@dataclass(slots=True)
class Columns:
    """Which column is which, and what stood before the row with their names."""

    by_name: dict[str, int]
    line: int = 0
    """The line with the names; 0: there is none."""
    preamble: list[tuple[str, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose columns have been looked for."""

    named: Columns | None
    """None: no row names them."""
    first: tuple[str, ...]
    """Its first row; empty: it has none."""
    rows: Iterator[tuple[int, tuple[str, ...]] | Unusable]
    """As :func:`rows`, but for those above the table and the one with the names."""


def delimiter(start: bytes) -> str:
    """The delimiter of a table, told by its start: the one that makes most rows equally wide.

    A blank where there is no other.
    """
    text = start.removeprefix(BOM).decode("utf-8", "replace").replace("\0", "?")
    found, best = " ", (0.0, 0)
    for each in DELIMITERS:
        widths = _widths(text, each)
        usual, rows_so = max(
            Counter(width for width in widths if width > 1).items(),
            key=lambda pair: (pair[1], pair[0]),
            default=(0, 0),
        )
        score = (rows_so / len(widths), usual) if widths else (0.0, 0)
        if usual and score > best:
            found, best = each, score
    return found


def _widths(text: str, separator: str) -> list[int]:
    """How many cells each of the first rows has."""
    found: list[int] = []
    try:
        for cells in csv.reader(text.splitlines(keepends=True), delimiter=separator):
            if cells:
                found.append(len(cells))
            if len(found) == SNIFFED:
                break
    except csv.Error:  # a quotation mark that nobody closes: the rows before it tell, too
        pass
    # the last row may be cut off
    return found[:-1] if 1 < len(found) < SNIFFED else found


def rows(path: Path, separator: str) -> Iterator[tuple[int, tuple[str, ...]] | Unusable]:
    """The rows of a file with the line each begins in; empty ones are passed over."""
    began, reader_line = 1, [0]
    broken: list[Unusable] = []
    lines = _texts(path, reader_line, broken)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator == " ")
    while True:
        began = reader_line[0] + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:  # a cell of more than 131,072 characters
            yield Unusable(f"line {began}", f"no row of a table ({error})")
            continue
        yield from broken
        broken.clear()
        if cells is None:
            return
        if len(cells) > MOST_CELLS:
            yield Unusable(f"line {began}", f"{len(cells):,} cells; at most {MOST_CELLS:,}")
        elif any(cell.strip() for cell in cells):
            yield began, tuple(cells)


def _texts(path: Path, count: list[int], broken: list[Unusable]) -> Iterator[str]:
    for number, raw in raw_lines(path):
        count[0] = number
        if raw is None:
            broken.append(Unusable(f"line {number}", f"longer than {LONGEST_LINE:,} bytes"))
            continue
        text = raw.removeprefix(BOM) if number == 1 else raw
        yield text.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}") + "\n"


def word(name: str) -> str:
    """A column's name as it is compared: in lower case, without blanks and signs."""
    return _WORD.sub("", name.casefold())


def columns(
    first: Iterable[tuple[str, ...]], names: Mapping[str, str], least: int
) -> Columns | None:
    """The columns named in one of the first rows; None where no row names `least` of them.

    Parameters
    ----------
    first
        The first rows.
    names
        What columns may be called (:func:`word`), and what each is then.
    least
        Fewest names that make a row one of names.
    """
    preamble: list[tuple[str, ...]] = []
    for cells in first:
        found: dict[str, int] = {}
        for place, cell in enumerate(cells):
            name = names.get(word(cell))
            if name is not None:
                found.setdefault(name, place)
        if len(found) >= least:
            return Columns(found, len(preamble) + 1, preamble)
        preamble.append(cells)
    return None


def first_rows(path: Path, separator: str) -> list[tuple[str, ...]]:
    """The first of its rows that can be read, among which the names of columns are looked for."""
    sound = (each[1] for each in rows(path, separator) if not isinstance(each, Unusable))
    return list(itertools.islice(sound, PREAMBLE))


def begun(path: Path, names: Mapping[str, str], least: int) -> Table:
    """The table in a file, with its columns; `names` and `least` as for :func:`columns`."""
    read = rows(path, delimiter(head(path)))
    first = list(itertools.islice(read, PREAMBLE))
    sound = [each[1] for each in first if not isinstance(each, Unusable)]
    named = columns(sound, names, least)
    below = _below(itertools.chain(first, read), named.line if named else 0)
    return Table(named, sound[0] if sound else (), below)


def _below(
    read: Iterable[tuple[int, tuple[str, ...]] | Unusable], line: int
) -> Iterator[tuple[int, tuple[str, ...]] | Unusable]:
    seen = 0
    for each in read:
        if not isinstance(each, Unusable):
            seen += 1
            if seen <= line:
                continue
        yield each
