"""The words of :mod:`line_sim.desk.rows` for rows in memory: the compiled twin of each.

``rows.push`` is ``heapq.heappush`` in plain form and :func:`_push` here, and so on: whoever changes
a word there changes its twin here.
"""

from __future__ import annotations

import operator
from functools import cache
from typing import Any

from line_sim.desk import rows
from line_sim.desk.compiled.parts import callable_from_rules, teach, teach_method
from line_sim.desk.compiled.pointers import call, make_fresh
from line_sim.desk.compiled.records import HEAP, LOG, TOLD


def _push(heap: Any, entry: Any) -> None:
    at, kind, number, place, generation = entry
    order = (kind << 40) + number
    i = heap.count + 1
    heap.count = i
    entries = heap.entries
    while i > 1:
        above = entries[i >> 1]
        if _earlier(above, at, order, place, generation):
            break
        _put(entries[i], above.at, above.order, above.place, above.generation)
        i >>= 1
    _put(entries[i], at, order, place, generation)


def _put(entry: Any, at: int, order: int, place: int, generation: int) -> None:
    entry.at = at
    entry.order = order
    entry.place = place
    entry.generation = generation


def _earlier(entry: Any, at: int, order: int, place: int, generation: int) -> bool:
    if entry.at != at:
        return entry.at < at  # type: ignore[no-any-return]
    if entry.order != order:
        return entry.order < order  # type: ignore[no-any-return]
    if entry.place != place:
        return entry.place < place  # type: ignore[no-any-return]
    return entry.generation < generation  # type: ignore[no-any-return]


def _unpacked(entry: Any) -> Any:
    order = entry.order
    kind = (order + 1) >> 40  # a number may be -1
    return entry.at, kind, order - (kind << 40), entry.place, entry.generation


def _pop(heap: Any) -> Any:
    """Fill the hole at the top with the lesser child, down to the end, and then let the last rise.

    It seldom rises far; and which child is less, a processor cannot guess, so there is no branch.
    """
    entries = heap.entries
    top = _unpacked(entries[1])
    n = heap.count
    heap.count = n - 1
    i = 1
    below = 2
    while below < n:
        left = entries[below]
        right = entries[below + 1]
        here = left.at
        there = right.at
        below += there < here
        if here == there and _earlier(right, here, left.order, left.place, left.generation):
            below += 1
        child = entries[below]
        _put(entries[i], child.at, child.order, child.place, child.generation)
        i = below
        below *= 2
    last = entries[n]
    at, order, place, generation = last.at, last.order, last.place, last.generation
    while i > 1:
        above = entries[i >> 1]
        if _earlier(above, at, order, place, generation):
            break
        _put(entries[i], above.at, above.order, above.place, above.generation)
        i >>= 1
    _put(entries[i], at, order, place, generation)
    return top


def _note(log: Any, happening: Any) -> Any:
    at, kind, reason, channel, enquiry, visitor, staff, destination, attempt = happening
    row = log.entries[log.count]
    log.count += 1
    row.at = at
    row.enquiry = enquiry
    row.visitor = visitor
    row.staff = staff
    row.attempt = attempt
    row.destination = destination
    row.channel = channel
    row.kind = kind
    row.reason = reason
    row.spare = 0
    return log


def _tell(told: Any, thing: Any) -> Any:
    what, number, staff = thing
    entries = told.entries
    count = told.count
    entries[count].value = what
    entries[count + 1].value = number
    entries[count + 2].value = staff
    told.count = count + 3
    return told


def _how_many(told: Any) -> int:
    return told.count  # type: ignore[no-any-return]


def _thing_told(told: Any, i: int) -> int:
    return told.entries[i].value  # type: ignore[no-any-return]


def _entry(heap: Any, i: int) -> Any:
    return _unpacked(heap.entries[i + 1])


def _clear(told: Any) -> None:
    told.count = 0


def _free_rows(of: Any) -> int:
    return of.room - of.count  # type: ignore[no-any-return]


def _fresh(rows: Any, layout: int, count: int) -> None:
    make_fresh(rows, layout, count)


def _call_key(desk: Any, key: int, member: Any, enquiry: Any, now: int) -> float:  # noqa: ARG001
    return call(key, member, enquiry, now)  # type: ignore[no-any-return]


WORDS = (
    (rows.push, HEAP, _push),
    (rows.pop, HEAP, _pop),
    (rows.note, LOG, _note),
    (rows.tell, TOLD, _tell),
    (len, TOLD, _how_many),
    (operator.getitem, TOLD, _thing_told),
    (operator.getitem, HEAP, _entry),
    (rows.free_rows, None, _free_rows),
    (rows.fresh, None, _fresh),
    (rows.call_key, None, _call_key),
)
"""Each word, the layout it is for (None = any row or table of ours), and its twin."""


@cache
def teach_all() -> None:
    """Let numba know all words."""
    for function in (_put, _earlier, _unpacked):
        callable_from_rules(function)
    for word, layout, twin in WORDS:
        teach(word, layout, twin)
    teach_method(TOLD, "clear", _clear)
