"""Engines: from a world to the log of what happened in it (plain form for now)."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from line_sim.desk import rows
from line_sim.log import EventLog
from line_sim.log.header import header_of
from line_sim.scenario import Scenario
from line_sim.sim import loop
from line_sim.sim.start import start
from line_sim.world.draw import draw

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from line_sim.desk.setup import Key
    from line_sim.world.drawn import World

STEPS = 50_000


def simulate(  # noqa: PLR0913 - the choices of a run, each by name
    scenario: Scenario | str | Path,
    *,
    seed: int = 1,
    replication: int = 0,
    engine: str = "auto",
    methods: Mapping[str, Key] | None = None,
    carry: EventLog | None = None,
    progress: Any = None,
) -> EventLog:
    """Run a scenario once and return its log.

    Parameters
    ----------
    scenario : a scenario, the path of its file, or the name of a shipped one.
    seed, replication : the same pair gives the same log, byte for byte.
    engine : ``"auto"``, ``"python"``, ``"compiled"`` or ``"simpy"``; all write the same log.
    methods : planners' own distributions by destination, see :func:`line_sim.check_distribution`.
    carry : the log of the day before, to begin with what it left behind.
    progress : called now and then with how far the run is.
    """
    if not isinstance(scenario, Scenario):
        scenario = Scenario.load(scenario)
    world = draw(scenario, seed=seed, replication=replication, methods=methods, carry=carry)
    return run_world(world, engine=engine, progress=progress)


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
