"""Driving the plain loop: in slices, with the log packed as it grows."""

from __future__ import annotations

import array
import contextlib
import gc
from typing import TYPE_CHECKING

import numpy as np

from line_sim.desk import rows
from line_sim.log import ROW, EventLog
from line_sim.sim import loop
from line_sim.sim.start import start
from line_sim.sim.visits_at_hand import VisitsAtHand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from line_sim.world.drawn import World

STEPS = 20_000
"""Steps in a slice, after which the log is packed into 32 bytes a row."""


def run(world: World, progress: Callable[[int], None] | None = None) -> np.ndarray:
    """Let a world run in plain Python, and return the rows of its log.

    Parameters
    ----------
    world : what was drawn.
    progress : called after each slice with the time reached, microseconds.
    """
    visits = VisitsAtHand()
    log = EventLog()
    with without_collection():
        desk, people = start(world, visits)
        code = loop.PAUSE
        while code == loop.PAUSE:
            visits.provide(desk, people, STEPS)
            code = loop.run(desk, people, STEPS)
            log.extend(_packed(desk.log))
            desk.log.clear()
            if progress is not None:
                progress(people.now)
    return log.rows


def _packed(numbers: list[int]) -> np.ndarray:
    """Return a plain log as records: :func:`line_sim.desk.rows.packed`, a column at a time."""
    columns = np.frombuffer(array.array("q", numbers), np.int64).reshape(-1, rows.COLUMNS).T
    made = np.zeros(columns.shape[1], ROW)
    for name, column in zip(rows.ROW_ORDER, columns, strict=True):
        made[name] = column
    return made


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """Switch the search for reference cycles off: rows make none, and it would walk them all."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
