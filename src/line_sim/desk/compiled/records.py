"""Rows, tables, heaps and the log as records in memory: where the compiled form keeps its data.

The same makers as :mod:`line_sim.desk.rows`, on numpy arrays: a row holds the addresses of its
tables. Tables that grow during a run know how many rows they have room for; :meth:`Record.grow`
moves one to a larger place between two steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from line_sim.desk.model import HAPPENING_FIELDS
from line_sim.desk.rows import LAST, Layout

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRY = Layout("entry", at="i8", order="i8", place="i4", generation="i4")
HEAP = Layout("heap", count="i8", room="i8", entries=ENTRY)
HAPPENING = Layout("happening", **dict(HAPPENING_FIELDS))
LOG = Layout("log", count="i8", room="i8", entries=HAPPENING)
NUMBER = Layout("number", value="i8")
TOLD = Layout("told", count="i8", room="i8", entries=NUMBER)
LISTS = {"heap": HEAP, "log": LOG, "told": TOLD}
NUMBERS = {"list:i8": "i8", "list:f8": "f8"}
SPARE = 2
"""Rows beyond the room of a list: a heap counts from 1."""


def dtype_of(layout: Layout) -> np.dtype:
    """Return the numpy type of a row; tables and lists are addresses."""
    return np.dtype(
        [(k, v if isinstance(v, str) and v[0] in "if" else "i8") for k, v in layout.kinds.items()],
        align=True,
    )


class Record:
    """One row by itself, with the tables it points to.

    Attributes
    ----------
    address : where the row lies; what compiled code takes.
    keys : compiled planners' methods, kept alive.
    """

    def __init__(self, layout: Layout, fields: dict[str, Any]) -> None:
        self._layout = layout
        self._row = _initial(layout, 1)
        self._held: dict[str, Any] = {}
        self.address = int(self._row.ctypes.data)
        for name, value in fields.items():
            self.set(name, value)

    def set(self, name: str, value: Any) -> None:
        """Set a field: a number, a table, or a list."""
        if isinstance(value, Record):
            self._held[name] = value
            value = value.address
        elif isinstance(value, np.ndarray):
            self._held[name] = value
            value = value.ctypes.data
        self._row[0][name] = value

    def __getattr__(self, name: str) -> Any:
        """Return a number, or the table or list that stands in a field."""
        if name.startswith("_"):
            raise AttributeError(name)
        held = self._held.get(name)
        return self._row[0][name].item() if held is None else held

    def grow(self, name: str, rows: int) -> None:
        """Move a table to where at least ``rows`` rows fit; what it held stays."""
        old = self._held[name]
        new = np.empty(rows, old.dtype)  # rows beyond are written when they come into use
        new[: len(old)] = old
        self.set(name, new)


def _initial(layout: Layout, rows: int) -> np.ndarray:
    """Return rows of initial values."""
    array = np.zeros(rows, dtype_of(layout))
    for name, value in layout.initial.items():
        if value:
            array[name] = value
    return array


def initial_row(layout: Layout) -> bytes:
    """Return the bytes of a row of initial values."""
    return _initial(layout, 1).tobytes()


def table(layout: Layout, rows: int, columns: dict[str, Any] | None = None) -> np.recarray:
    """Make a table of ``rows`` rows; columns fill fields (one value a row, or one for all)."""
    made = _initial(layout, rows)
    for name, values in (columns or {}).items():
        made[name] = values
    return made.view(np.recarray)


def adopt(layout: Layout, array: np.ndarray) -> np.ndarray:
    """Take a structured array as a table; it must have the layout's very fields."""
    if array.dtype != dtype_of(layout):
        message = f"{layout.name}: {array.dtype} is not {dtype_of(layout)}"
        raise TypeError(message)
    return np.ascontiguousarray(array)


def numbers(values: Any) -> np.ndarray:
    """Make a table of plain numbers."""
    of = list(values)
    return np.array(of if of and not callable(of[0]) else [0], "f8" if _any_float(of) else "i8")


def _any_float(of: list[Any]) -> bool:
    return any(isinstance(value, float) for value in of)


def rooms() -> dict[str, int]:
    """Return how many rows the growing tables have room for: none yet."""
    return {"enquiry_room": 0, "ticket_room": 0, "alert_room": 0, "helper_room": 0}


def record(layout: Layout, fields: dict[str, Any]) -> Record:
    """Make one row by itself."""
    return Record(layout, fields)


def _list(layout: Layout, room: int) -> Record:
    made = Record(layout, {"room": room})
    made.set("entries", np.empty(room + SPARE, dtype_of(layout.kinds["entries"])))
    return made


def grow_list(of: Record, room: int) -> None:
    """Give a heap, log or list of things told room for ``room`` entries."""
    of.grow("entries", room + SPARE)
    of.set("room", room)


def heap(room: int = 1024) -> Record:
    """Make an empty heap: but for the last entry, which stands in every heap."""
    made = _list(HEAP, room)
    at, kind, number, place, generation = LAST
    made.entries[1] = (at, (kind << 40) + number, place, generation)
    made.set("count", 1)
    return made


def log(room: int = 1024) -> Record:
    """Make an empty log."""
    return _list(LOG, room)


def told(room: int = 4096) -> Record:
    """Make an empty list of things told."""
    return _list(TOLD, room)


def key(keys: list[Callable[..., Any]], number: int) -> int:
    """Return what stands in a destination's row for a planner's method: its address."""
    return 0 if number < 0 else int(keys[number].address)  # type: ignore[attr-defined]
