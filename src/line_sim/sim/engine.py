"""Engines: from a world to the log of what happened in it (plain form for now)."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from line_sim.desk import rows
from line_sim.log import EventLog
from line_sim.log.header import header_of
from line_sim.sim import loop
from line_sim.sim.start import start

if TYPE_CHECKING:
    from line_sim.world.drawn import World

STEPS = 50_000


def run_world(world: World, engine: str = "auto", progress: Any = None) -> EventLog:  # noqa: ARG001
    """Run a world and return its log."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        desk, people = start(world)
        parts = []
        code = loop.PAUSE
        while code == loop.PAUSE:
            code = loop.run(desk, people, STEPS)
            parts.append(rows.packed(desk.log))
            desk.log.clear()
    finally:
        if collecting:
            gc.enable()
    header = header_of(
        world.setup, end_us=world.end_us, until_us=world.until_us, seed=world.seed, cast=world.cast
    )
    return EventLog.from_bytes(b"".join(parts), header)
