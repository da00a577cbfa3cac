"""The engines: three ways from a world to the log of what happened in it, one and the same log."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from line_sim.desk.model import NEVER
from line_sim.errors import ConfigurationError, Fault, Notice
from line_sim.log import ROW, EventLog, header_of
from line_sim.sim import machine_code, plain_run
from line_sim.sim.own_methods import guarded

if TYPE_CHECKING:
    from line_sim.world.drawn import World

Engine = Literal["auto", "python", "compiled", "simpy"]
ENGINES = ("auto", "python", "compiled", "simpy")

Progress = Callable[[float], None]
"""Called now and then with the share of the simulated time that is done, 0 to 1."""

REPAYS_LOADING = 5_000
"""Visits from which on compiled code that is already there is the faster choice [estimated]."""

REPAYS_COMPILING = 1_000_000
"""Visits from which on it is worth while to wait for the compiler [estimated]."""


def run_world(world: World, engine: str = "auto", progress: Progress | None = None) -> EventLog:
    """Let a world run, and return the log of it.

    Parameters
    ----------
    world
        A desk and everybody's luck, from :func:`line_sim.world.draw.draw` or made by hand.
    engine
        ``"python"``: the plain loop. ``"compiled"``: the same loop as machine code (needs numba).
        ``"simpy"``: processes, to read. ``"auto"``: the plain loop, or the compiled one for a large
        world where it is at hand. The log is the same, byte for byte.
    progress
        See :data:`Progress`. An exception it raises, like Ctrl-C, ends the run and harms nothing.

    Raises
    ------
    ConfigurationError
        There is no such engine.
    EngineUnavailableError
        The library it needs is not installed.
    DistributionError
        A planner's own method raised, or gave no number.

    Warns
    -----
    Notice
        The plain loop ran in the place of the compiled one: it says why.
    """
    told = None if progress is None else _in_shares(progress, world)
    chosen = chosen_engine(engine, len(world.visits))
    if chosen == "compiled":
        rows = _compiled(world, told)
    elif chosen == "simpy":
        rows = _simpy(world, told)
    else:
        rows = plain_run.run(guarded(world), told)
    if progress is not None:
        progress(1.0)
    header = header_of(
        world.setup, end_us=world.end_us, until_us=world.until_us, seed=world.seed, cast=world.cast
    )
    return EventLog.adopt(rows.view(ROW), header)


def chosen_engine(engine: str, visits: int) -> str:
    """The engine that ``"auto"`` means for so many visits; any other one as it is.

    A study asks once, with the visits of all its runs.

    Raises
    ------
    ConfigurationError
        There is no such engine.
    EngineUnavailableError
        The library it needs is not installed.
    """
    if engine not in ENGINES:
        raise ConfigurationError([Fault.unknown("engine", engine, ENGINES)])
    if engine == "compiled":
        machine_code.require()
    if engine != "auto":
        return engine
    if visits < REPAYS_LOADING or not machine_code.available():
        return "python"
    if visits >= REPAYS_COMPILING or machine_code.is_cached():
        return "compiled"
    return "python"


def _in_shares(progress: Progress, world: World) -> Callable[[int], None]:
    end = world.end_us if world.until_us >= NEVER else world.until_us
    return lambda now: progress(min(1.0, now / end) if end > 0 else 1.0)


def _simpy(world: World, told: Callable[[int], None] | None) -> np.ndarray:
    from line_sim.sim import processes  # noqa: PLC0415 - the one place that needs SimPy

    return np.frombuffer(bytearray(processes.run(guarded(world), told)), ROW)


def _compiled(world: World, told: Callable[[int], None] | None) -> np.ndarray:
    """Run in compiled form; where that cannot be, in plain form with a notice."""
    from line_sim.sim import compiled_run  # noqa: PLC0415 - only now, for it needs llvmlite

    try:
        return compiled_run.run(world, told)
    except machine_code.NotCompiledError as why:
        warnings.warn(Notice(f"the plain loop runs this world: {why}"), stacklevel=3)
    return plain_run.run(guarded(world), told)
