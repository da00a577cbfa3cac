"""Driving the compiled loop: roomy tables, short slices, and what ran out is made larger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.desk.compiled import records
from line_sim.desk.tables import LARGEST
from line_sim.sim import loop
from line_sim.sim.machine_code import NotCompiledError, compiled_loop
from line_sim.sim.own_methods import named, with_methods
from line_sim.sim.start import start

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from line_sim.desk.compiled.keys import CompiledKey
    from line_sim.desk.compiled.loading import Entry
    from line_sim.desk.setup import Key
    from line_sim.world.drawn import World

STEPS = 100_000
"""Steps in a slice: a tenth of a second, after which Ctrl-C is heard."""

ROWS_A_VISIT = 8
"""Rows of the log set aside for a visit. Memory is used where rows are written, not before."""

HEAP = 1 << 16
LISTS = 1 << 14
"""Entries set aside in heaps, and in lists that hold what is going on at one time."""

TABLES = ("enquiry", "ticket", "alert", "helper")
"""The desk's tables that grow, as in ``enquiries``, ``enquiry_count`` and ``enquiry_room``."""

PLURAL = {"enquiry": "enquiries"}


def run(world: World, progress: Callable[[int], None] | None = None) -> np.ndarray:
    """Let a world run in compiled form, and return the rows of its log.

    Parameters
    ----------
    world : what was drawn.
    progress : called after each slice with the time reached, microseconds.

    Raises
    ------
    NotCompiledError
        Where it cannot be: a method does not compile, or failed; the plain loop says more.
    """
    if len(world.setup.destinations) + len(world.setup.members) > LARGEST:
        message = f"more than {LARGEST} destinations and members in all"
        raise NotCompiledError(message)
    methods = {where: _compiled(where, key) for where, key in world.setup.methods.items()}
    rows = _run(compiled_loop(), with_methods(world, methods) if methods else world, progress)
    for where, key in methods.items():
        if key.failed:
            message = f"the method of {where!r} raised in compiled form"
            raise NotCompiledError(message)
    return rows


def _compiled(where: str, function: Key) -> CompiledKey:
    from line_sim.desk.compiled import keys  # noqa: PLC0415 - loads numba

    try:
        key = keys.compiled_key(function)
    except keys.NotCompilableError as why:
        message = f"numba does not compile {named(function)}, the method of {where!r}: {why}"
        raise NotCompiledError(message) from None
    key.forget()
    return key


def _run(entry: Entry, world: World, progress: Callable[[int], None] | None) -> np.ndarray:
    desk, people = start(world, records)
    _make_room(desk, people, world)
    while True:
        code = entry(desk.address, people.address, STEPS)
        if code == loop.DONE:
            break
        if code == loop.PAUSE:
            if progress is not None:
                progress(people.now)
        elif code in {loop.LOG_FULL, loop.HEAP_FULL, loop.TABLE_FULL}:
            _grow(desk, people)
        else:
            message = "a rule raised in compiled form"
            raise NotCompiledError(message)
    return desk.log.entries[: desk.log.count]  # type: ignore[no-any-return]


def _make_room(desk: Any, people: Any, world: World) -> None:  # noqa: ANN401 - rows
    """Set generous room aside before the first step."""
    visits = len(world.visits)
    again = min(int(world.visits["retries"].sum()), visits)
    rooms = dict.fromkeys(TABLES, LISTS) | {"enquiry": visits + again + LISTS}
    for name, room in rooms.items():
        _give(desk, name, room)
    records.grow_list(desk.log, ROWS_A_VISIT * visits + LISTS)
    for heap in (people.agenda, desk.timers):
        records.grow_list(heap, HEAP)


def _give(desk: Any, name: str, room: int) -> None:  # noqa: ANN401 - rows
    desk.grow(PLURAL.get(name, f"{name}s"), room)
    desk.set(f"{name}_room", room)


def _grow(desk: Any, people: Any) -> None:  # noqa: ANN401 - rows
    """Double what has too little room for the next step, which said how many rows it wants."""
    wants = people.wants
    for name in TABLES:
        count = getattr(desk, f"{name}_count")
        if getattr(desk, f"{name}_room") - count < wants:
            _give(desk, name, 2 * (count + wants))
    for of in (desk.log, people.agenda, desk.timers):
        if of.room - of.count < wants:
            records.grow_list(of, 2 * (of.count + wants))
    if desk.told.room - desk.told.count < 4 * wants:
        records.grow_list(desk.told, 2 * (desk.told.count + 4 * wants))
