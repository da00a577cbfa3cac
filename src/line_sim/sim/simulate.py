"""One run of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.scenario import Scenario
from line_sim.sim.engine import run_world
from line_sim.world.draw import draw

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from line_sim.desk.setup import Key
    from line_sim.log import EventLog
    from line_sim.sim.engine import Progress


def simulate(  # noqa: PLR0913 - the choices of a run, each by name
    scenario: Scenario | str | Path,
    *,
    seed: int = 1,
    replication: int = 0,
    engine: str = "auto",
    methods: Mapping[str, Key] | None = None,
    carry: EventLog | None = None,
    progress: Progress | None = None,
) -> EventLog:
    """Run a scenario once, and return the log of everything that happened.

    Parameters
    ----------
    scenario
        A scenario, the path of its file, or the name of a shipped one.
    seed, replication
        Where all luck comes from: the same pair gives the same log on every engine, byte for byte.
    engine
        ``"auto"`` chooses by the size of the run between ``"python"`` (the plain loop, which waits
        for nothing) and ``"compiled"`` (machine code, some ten times as fast, with the extra
        ``fast``); ``"simpy"`` is the readable one.
    methods
        Planners' own distributions by destination: ``key(member, enquiry, now)``, the member with
        the least key is alerted next; see :func:`line_sim.check_distribution`.
    carry
        The log of the day before, to begin with what it left behind.
    progress
        Called now and then with the share of the simulated time that is done, 0 to 1.

    Raises
    ------
    ConfigurationError
        The scenario, the engine or a destination of `methods` is not as it must be.
    EngineUnavailableError
        The engine's library is not installed.
    DistributionError
        A method raised, or gave no number.
    """
    if not isinstance(scenario, Scenario):
        scenario = Scenario.load(scenario)
    world = draw(scenario, seed=seed, replication=replication, methods=methods, carry=carry)
    return run_world(world, engine, progress)
