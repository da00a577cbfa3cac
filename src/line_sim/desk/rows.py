"""Rows, tables, heaps and the log, in plain form: slotted Python objects and lists.

The rules of the desk are written on rows (``member.open_chats += 1``) and on the few words defined
here (``push``, ``pop``, ``note``, ...). :mod:`line_sim.desk.compiled` teaches numba the same words
for records in memory and compiles the very same functions: one source, two forms. Whoever changes
a word here changes its twin there; the equality of the two forms' logs is a test.

Three habits keep the forms alike: fields are integers or floats, never None or bool; a row number
is never negative where it indexes; a function returns one type.
"""

from __future__ import annotations

import heapq
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
    """

    def __init__(self, name: str, **fields: Any) -> None:
        self.name = name
        self.kinds = {k: v[0] if isinstance(v, tuple) else v for k, v in fields.items()}
        self.initial = {
            k: v[1] if isinstance(v, tuple) else 0 if isinstance(v, str) and v[0] in "if" else None
            for k, v in fields.items()
        }
        self.Row = _row_class(name, self.initial)


def _row_class(name: str, initial: dict[str, Any]) -> Any:
    """Build the slotted class; its ``__init__`` takes the fields in order, each with its initial."""
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


def fresh(rows: list[Any], layout_row: Any, count: int) -> None:
    """See to it that row ``count`` exists, so that it may be filled in."""
    if count == len(rows):
        rows.append(layout_row())


def record(layout: Layout, fields: dict[str, Any]) -> Any:
    """Make one row by itself."""
    row = layout.Row()
    for name, value in fields.items():
        setattr(row, name, value)
    return row


# --- heaps: (at, kind, number, place, generation); the whole tuple is the order


def heap(room: int = 0) -> list[tuple[int, int, int, int, int]]:  # noqa: ARG001
    """Make an empty heap; it grows by itself."""
    return []


def push(heap: Any, at: int, kind: int, number: int, place: int, generation: int) -> None:
    """Put an entry on the heap."""
    heapq.heappush(heap, (at, kind, number, place, generation))


def pop(heap: Any) -> Any:
    """Take the least entry off the heap."""
    return heapq.heappop(heap)


def next_at(heap: Any) -> int:
    """Return the time of the least entry; NEVER where there is none."""
    return heap[0][0] if heap else NEVER  # type: ignore[no-any-return]


def next_kind(heap: Any) -> int:
    """Return the kind of the least entry of a heap that has one."""
    return heap[0][1]  # type: ignore[no-any-return]


# --- the log: 32 bytes a row

_pack = struct.Struct(HAPPENING_PACK).pack


def log(room: int = 0) -> bytearray:  # noqa: ARG001
    """Make an empty log; it grows by itself."""
    return bytearray()


def note(
    log: Any, at: int, kind: int, reason: int, channel: int, enquiry: int, visitor: int, staff: int,
    destination: int, attempt: int,
) -> None:  # fmt: skip
    """Append one happening to the log."""
    log.extend(_pack(at, enquiry, visitor, staff, attempt, destination, channel, kind, reason, 0))


# --- what the desk tells its driver: a short list, emptied after every step


def told(room: int = 0) -> list[tuple[int, int, int]]:  # noqa: ARG001
    """Make an empty list of things told; it grows by itself."""
    return []


def tell(told: Any, what: int, number: int, staff: int) -> None:
    """Tell the driver something."""
    told.append((what, number, staff))


def count_told(told: Any) -> int:
    """Return how many things stand in the list."""
    return len(told)


def hear(told: Any, i: int) -> Any:
    """Return the thing told at place ``i``: (what, number, staff)."""
    return told[i]


def forget(told: Any) -> None:
    """Empty the list."""
    told.clear()


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


def next_number(heap: Any) -> int:
    """Return the number of the least entry of a heap that has one."""
    return heap[0][2]  # type: ignore[no-any-return]
