"""Rows, tables, heaps and the log, in plain form: slotted Python objects and lists.

The rules of the desk are written on rows (``member.open_chats += 1``) and on the few words defined
here (``push``, ``pop``, ``note``, ...; most are the list methods themselves, since in plain Python
a call costs more than what is done in it). :mod:`line_sim.desk.compiled` teaches numba the same
words for records in memory and compiles the very same functions: one source, two forms. Whoever
changes a word here changes its twin there; the equality of the two forms' logs is a test.

Three habits keep the forms alike: fields are integers or floats, never None or bool; a row number
is never negative where it indexes; a function returns one type.
"""

from __future__ import annotations

import heapq
import operator
import struct
from collections.abc import Callable
from typing import Any, TypeVar

from line_sim.desk.model import HAPPENING_PACK, NEVER

F = TypeVar("F", bound=Callable[..., Any])

RULES: list[Callable[..., Any]] = []
"""Every two-form function, in the order of definition; what the compiled form compiles."""


def rule(function: F) -> F:
    """Mark a function as two-form."""
    RULES.append(function)
    return function


LAYOUTS: list[Layout] = []
"""Every layout, by its number."""


class Layout:
    """The fields of one kind of row, in order.

    Parameters
    ----------
    name : what a row of it is called.
    fields : field name to type: ``"i2"``, ``"i4"``, ``"i8"``, ``"f8"``, or another layout for a
        table of such rows, ``"heap"``, ``"log"``, ``"told"`` for the words below, ``"list:i8"`` and
        ``"list:f8"`` for a table of numbers. A field may carry its initial value: ``("i4", -1)``.

    Attributes
    ----------
    Row : the slotted class of the plain form; ``Row()`` makes a row of initial values.
    number : its place in LAYOUTS, for :func:`fresh`.
    """

    def __init__(self, name: str, **fields: Any) -> None:
        self.name = name
        self.kinds = {k: v[0] if isinstance(v, tuple) else v for k, v in fields.items()}
        self.initial = {
            k: v[1] if isinstance(v, tuple) else 0 if isinstance(v, str) and v[0] in "if" else None
            for k, v in fields.items()
        }
        self.Row = _row_class(name, self.initial)
        self.number = len(LAYOUTS)
        LAYOUTS.append(self)


def _row_class(name: str, initial: dict[str, Any]) -> Any:
    """Build the slotted class; ``__init__`` takes the fields in order, each with its initial."""
    taken = ", ".join(f"{k}={v!r}" for k, v in initial.items())
    stores = "\n".join(f"    self.{k} = {k}" for k in initial)
    space: dict[str, Any] = {}
    exec(f"def __init__(self, {taken}):\n{stores}", space)  # noqa: S102 - a loop a row is too slow
    return type(name.title(), (), {"__slots__": tuple(initial), "__init__": space["__init__"]})


# --- tables


def table(layout: Layout, rows: int, columns: dict[str, Any] | None = None) -> list[Any]:
    """Make a table of ``rows`` rows; columns fill fields (a list each, or one value for all)."""
    made = [layout.Row() for _ in range(rows)]
    for name, values in (columns or {}).items():
        if isinstance(values, (int, float)):
            for row in made:
                setattr(row, name, values)
        else:
            for row, value in zip(made, values, strict=True):
                setattr(row, name, value)
    return made


def adopt(layout: Layout, array: Any) -> list[Any]:
    """Make a table of a structured array with the same fields in the same order."""
    size = 1 << 14  # a piece at a time: the tuples in between are many
    return [
        layout.Row(*values)
        for first in range(0, len(array), size)
        for values in array[first : first + size].tolist()
    ]


def numbers(values: Any) -> list[Any]:
    """Make a table of plain numbers."""
    return list(values)


def fresh(rows: list[Any], layout: int, count: int) -> None:
    """See to it that row ``count`` of a table exists, so that it may be filled in."""
    if count == len(rows):
        rows.append(LAYOUTS[layout].Row())


def record(layout: Layout, fields: dict[str, Any]) -> Any:
    """Make one row by itself."""
    row = layout.Row()
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def rooms() -> dict[str, int]:
    """Return how many rows the growing tables have room for: any number."""
    return {}


# --- heaps: (at, kind, number, place, generation); the whole tuple is the order. ``heap[0]`` is the
# least; a last entry at NEVER stands in every heap, so that there always is one.

Entry = tuple[int, int, int, int, int]
LAST: Entry = (NEVER, 127, 0, 0, 0)


def heap() -> list[Entry]:
    """Make an empty heap."""
    return [LAST]


push = heapq.heappush
"""``push(heap, entry)``: put an entry on the heap."""
pop = heapq.heappop
"""``pop(heap)``: take the least entry off the heap."""


# --- the log: nine numbers a row, one after another: (at, kind, reason, channel, enquiry, visitor,
# staff, destination, attempt). A driver takes them out from time to time (:func:`packed`, clear).

ROW_ORDER = (
    "at", "kind", "reason", "channel", "enquiry", "visitor", "staff", "destination", "attempt",
)  # fmt: skip
COLUMNS = len(ROW_ORDER)


def log() -> list[int]:
    """Make an empty log."""
    return []


note: Callable[[Any, tuple[int, ...]], Any] = operator.iadd
"""``note(log, row)``: append one happening to the log."""


def packed(log: list[int]) -> bytes:
    """Return the rows of a log in the layout of ``model.HAPPENING_PACK``."""
    pack = struct.Struct(HAPPENING_PACK).pack
    return b"".join(
        pack(at, enquiry, visitor, staff, attempt, destination, channel, kind, reason, 0)
        for at, kind, reason, channel, enquiry, visitor, staff, destination, attempt in zip(
            *[iter(log)] * COLUMNS, strict=True
        )
    )


# --- what the desk tells its driver: three numbers a thing, (what, number, staff); the driver reads
# ``told[i]`` while ``i < len(told)``, then ``told.clear()``


def told() -> list[int]:
    """Make an empty list of things told."""
    return []


tell: Callable[[Any, tuple[int, int, int]], Any] = operator.iadd
"""``tell(told, thing)``: tell the driver something."""


# --- a planner's own method


def key(keys: list[Any], number: int) -> int:  # noqa: ARG001 - the compiled form looks it up
    """Return what stands in a destination's row for a planner's method: its number."""
    return number


def call_key(desk: Any, key: int, member: Any, enquiry: Any, now: int) -> float:
    """Return the key a planner's function gives a member; ``key`` is its number."""
    return float(desk.keys[key](member, enquiry, now))


def free_rows(of: Any) -> int:  # noqa: ARG001 - the compiled form asks the row
    """Return how many more entries fit into a heap, a log or a list of things told."""
    return NEVER
