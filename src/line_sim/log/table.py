"""The event log in memory: a growing table of happenings under one header."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from line_sim.desk.model import HAPPENING_FIELDS, KINDS, NOBODY, REASONS, RECEIVED, SECOND
from line_sim.errors import InvariantError
from line_sim.log.header import completed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

ROW = np.dtype([(name, f"<{kind}") for name, kind in HAPPENING_FIELDS])
"""One row: 32 bytes, little endian, ``at`` in microseconds since the start."""

FIELDS = tuple(name for name, _ in HAPPENING_FIELDS if name != "spare")

BLOCK = 1 << 16
"""Rows whose order is checked at once."""

Made = TypeVar("Made")


class EventLog:
    """What happened, in order: a table of rows and the header that says who took part.

    Parameters
    ----------
    rows
        Structured array of dtype :data:`ROW`, in order of time; copied. ``None`` starts an empty
        log, as a live desk does.
    header
        Plain JSON, see ``docs/log.md``; absent keys take neutral values.

    Raises
    ------
    InvariantError
        When the rows are not in order of time.

    Notes
    -----
    ``log[a:b]`` and ``log[mask]`` are logs of those rows under the same header, ``log[i]`` is one
    row in words. Two logs are equal when their rows are, whatever their headers say: that is how
    engines are compared. 32 bytes a row.
    """

    def __init__(
        self, rows: np.ndarray | None = None, header: Mapping[str, Any] | None = None
    ) -> None:
        self.header: dict[str, Any] = completed(header or {})
        self._table = np.zeros(0, ROW) if rows is None else np.array(rows, ROW, ndmin=1)
        self._count = len(self._table)
        self._known: dict[str, Any] = {}
        self._check_order()

    def _check_order(self) -> None:
        """Compare times a block at a time: the differences of a long log would be long, too."""
        for first in range(0, self._count, BLOCK):
            times = self._table["at"][first : min(first + BLOCK + 1, self._count)]
            backwards = np.flatnonzero(times[1:] < times[:-1])
            if backwards.size:
                self._refuse(first + int(backwards[0]) + 1)

    @classmethod
    def adopt(cls, rows: np.ndarray, header: Mapping[str, Any]) -> EventLog:
        """The log of `rows` (dtype :data:`ROW`) without a copy; nobody else may change them now.

        Raises
        ------
        InvariantError
            When the rows are not in order of time.
        """
        log = cls(None, header)
        log._table = rows
        log._count = len(rows)
        log._check_order()
        return log

    @classmethod
    def from_bytes(
        cls, data: bytes | bytearray | memoryview, header: Mapping[str, Any]
    ) -> EventLog:
        """The log whose rows are packed one after another in `data`, 32 bytes each."""
        return cls(np.frombuffer(data, ROW), header)

    @property
    def rows(self) -> np.ndarray:
        """The rows, a read-only view of dtype :data:`ROW`; -1 where there is nothing."""
        view = self._table[: self._count]
        view.flags.writeable = False
        return view

    def append(  # noqa: PLR0913 - one argument a column
        self,
        at: int,
        kind: int,
        *,
        enquiry: int = NOBODY,
        visitor: int = NOBODY,
        staff: int = NOBODY,
        attempt: int = NOBODY,
        destination: int = NOBODY,
        channel: int = NOBODY,
        reason: int = 0,
    ) -> None:
        """Add one happening at `at` microseconds; numbers as in :mod:`line_sim.desk.model`.

        Raises
        ------
        InvariantError
            When `at` lies before the last row.
        """
        row = (at, enquiry, visitor, staff, attempt, destination, channel, kind, reason, 0)
        self.extend(np.array([row], ROW))

    def extend(self, rows: np.ndarray) -> None:
        """Add `rows` (dtype :data:`ROW`) at the end; the cost of growing is spread evenly.

        Raises
        ------
        InvariantError
            When they are not in order of time, or begin before the last row.
        """
        start, end = self._count, self._count + len(rows)
        if end > len(self._table):
            grown = np.zeros(max(end, 2 * len(self._table), 256), ROW)
            grown[:start] = self._table[:start]
            self._table = grown
        self._table[start:end] = rows
        from_here = max(start - 1, 0)
        backwards = np.flatnonzero(np.diff(self._table["at"][from_here:end]) < 0)
        if backwards.size:
            self._refuse(from_here + int(backwards[0]) + 1)
        self._count = end
        self._known.clear()

    def _refuse(self, place: int) -> None:
        before, after = self._table["at"][place - 1] / SECOND, self._table["at"][place] / SECOND
        law = "the rows of a log are in order of time"
        raise InvariantError(law, f"row {place} at {after} s after one at {before} s")

    def known(self, name: str, make: Callable[[EventLog], Made]) -> Made:
        """``make(self)``, computed once and kept under `name` until the log grows.

        What the analyses derive from a whole log and share with each other, such as the table of
        enquiries.
        """
        if name not in self._known:
            self._known[name] = make(self)
        made: Made = self._known[name]
        return made

    def where(self, *kinds: int) -> np.ndarray:
        """Positions of the rows of these kinds, in order; the log is searched once for all."""
        order, edges = self.known("kinds", _by_kind)
        found = [order[edges[kind] : edges[kind + 1]] for kind in kinds]
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found), kind="stable")

    def names(self, table: str, column: str = "") -> tuple[str, ...]:
        """Names of ``"members"``, ``"destinations"``, ``"channels"`` or ``"classes"``, by number.

        Rows may speak of numbers that the header does not name; with `column`, the name of the
        column they stand in, those are called ``staff 3`` and the like.
        """
        entries = self.header[table]
        given = [one["name"] if isinstance(one, dict) else str(one) for one in entries]
        if column and self._count:
            used = int(self.rows[column].max()) + 1
            given += [f"{column} {number}" for number in range(len(given), used)]
        return tuple(given)

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the staff, in the order of their numbers."""
        return self.names("members", "staff")

    @property
    def start(self) -> dt.datetime:
        """The local instant that ``at = 0`` stands for."""
        return dt.datetime.fromisoformat(self.header["start"])

    @property
    def until_us(self) -> int:
        """Where the run stopped, microseconds: the header's ``until_s``, else the last row."""
        last = int(self.rows["at"][-1]) if self._count else 0
        stop = self.header["until_s"]
        return last if stop is None else max(last, round(stop * SECOND))

    def frame(self) -> pd.DataFrame:
        """The rows with names in place of numbers, one row a happening.

        Returns
        -------
        pandas.DataFrame
            ``at_s`` float, seconds since the start; ``kind``, ``channel``, ``staff``,
            ``destination`` and ``reason`` categories of names, missing where there is none;
            ``enquiry``, ``visitor`` and ``attempt`` nullable whole numbers. The reason of a
            ``received`` row is the visitor's class.
        """
        return self.known("frame", _frame).copy()

    def save(self, path: str | Path, *, force: bool = False) -> None:
        """Write the log as JSON Lines, gzipped when the name ends in ``.gz``; all or nothing.

        Raises
        ------
        OutputExistsError
            When there is such a file already and not `force`.
        """
        from line_sim.log.files import write  # noqa: PLC0415 - most logs are never written

        write(self, path, force=force)

    @classmethod
    def load(cls, path: str | Path) -> EventLog:
        """The log in the file at `path`.

        Raises
        ------
        LogFormatError
            When it is no log, a newer version, cut short or broken; says which line.
        """
        from line_sim.log.files import read  # noqa: PLC0415 - as in save

        rows, header = read(path)
        return cls(rows, header)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, key: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, key: slice | np.ndarray) -> EventLog: ...
    def __getitem__(self, key: int | slice | np.ndarray) -> EventLog | dict[str, Any]:
        """Rows as a log (slice, mask or positions), or one row in words (an integer)."""
        if isinstance(key, (int, np.integer)):
            return _in_words(self, self.rows[key])
        return EventLog(self.rows[key], self.header)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EventLog):
            return NotImplemented
        mine, theirs = self.rows, other.rows
        return len(mine) == len(theirs) and all(
            np.array_equal(mine[name], theirs[name]) for name in FIELDS
        )

    __hash__ = None  # type: ignore[assignment] # it grows

    def __repr__(self) -> str:
        facts = [
            f"{self._count:,} rows",
            f"{self.header['origin']} from {self.start:%Y-%m-%d %H:%M} {self.header['utc_offset']}",
            f"{self.until_us / SECOND / 3600:.4g} h",
        ]
        if self.header["seed"] is not None:
            facts.append(f"seed {self.header['seed']}")
        return f"<EventLog: {', '.join(facts)}>"

    def _repr_html_(self) -> str:
        from html import escape  # noqa: PLC0415 - in notebooks only

        shown = self.rows[:8]
        first = EventLog(shown, self.header).frame().to_html(na_rep="", border=0)
        rest = self._count - len(shown)
        more = f"<p>and {rest:,} more</p>" if rest > 0 else ""
        return f"<p>{escape(repr(self)[1:-1])}</p>{first}{more}"


def _by_kind(log: EventLog) -> tuple[np.ndarray, np.ndarray]:
    """Positions sorted by kind, and where each kind begins among them."""
    kind = log.rows["kind"]
    order = np.argsort(kind, kind="stable")
    return order, np.append(0, np.cumsum(np.bincount(kind, minlength=len(KINDS))))


def _in_words(log: EventLog, row: np.void) -> dict[str, Any]:
    """One row with names for numbers; what is not there is left out."""
    kind = int(row["kind"])
    words: dict[str, Any] = {"at_s": int(row["at"]) / SECOND, "kind": KINDS[kind]}
    tables = {"channel": "channels", "staff": "members", "destination": "destinations"}
    for column in ("channel", "enquiry", "visitor", "staff", "destination", "attempt"):
        number = int(row[column])
        if number >= 0:
            table = tables.get(column)
            words[column] = log.names(table, column)[number] if table else number
    reason = int(row["reason"])
    if kind == RECEIVED:
        classes = log.names("classes")
        words["reason"] = classes[reason] if 0 <= reason < len(classes) else f"class {reason}"
    elif reason > 0:
        words["reason"] = REASONS[reason]
    return words


def _frame(log: EventLog) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - half a second that counting rows need not wait for

    rows = log.rows

    def named(codes: np.ndarray, names: tuple[str, ...]) -> pd.Categorical:
        return pd.Categorical.from_codes(np.where(codes < 0, -1, codes), list(names))

    def whole(column: str) -> pd.api.extensions.ExtensionArray:
        return pd.arrays.IntegerArray(rows[column].astype("i4"), rows[column] < 0)

    received = rows["kind"] == RECEIVED
    classes = log.names("classes")
    top = int(rows["reason"][received].max(initial=-1)) + 1
    classes += tuple(f"class {number}" for number in range(len(classes), top))
    reasons = REASONS[1:] + tuple(name for name in classes if name not in REASONS[1:])
    code_of_class = np.array([reasons.index(name) for name in classes] or [-1])
    codes = rows["reason"].astype("i2") - 1
    codes[received] = code_of_class[rows["reason"][received]]
    return pd.DataFrame(
        {
            "at_s": rows["at"] / SECOND,
            "kind": named(rows["kind"], KINDS),
            "channel": named(rows["channel"], log.names("channels", "channel")),
            "enquiry": whole("enquiry"),
            "visitor": whole("visitor"),
            "staff": named(rows["staff"], log.members),
            "destination": named(rows["destination"], log.names("destinations", "destination")),
            "attempt": whole("attempt"),
            "reason": named(codes, reasons),
        }
    )
