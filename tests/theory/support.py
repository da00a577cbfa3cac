"""Customers as theory draws them, and desks as theory thinks of them.

A unit of time is a minute of the desk. Arrivals are Poisson, work and patience exponential of mean
1 until a world scales them: worlds of one draw meet the same customers with the same luck.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from line_sim.desk.model import NEVER, SECOND
from line_sim.desk.setup import Alternative, Channel, DeskSetup, Member, Queue, Service
from line_sim.sim.engine import run_world
from line_sim.world.by_hand import plain_world

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from line_sim.desk.setup import Destination, Rule
    from line_sim.world.drawn import World

    Floats = NDArray[np.float64]

UNIT = 60 * SECOND
"""Microseconds in a unit of time."""


def rows_of(world: World) -> np.ndarray:
    """The rows of a run to its end, by the quickest engine at hand: all write the same log."""
    return run_world(world, engine="auto").rows


# --- customers


@dataclasses.dataclass(frozen=True)
class Customers:
    """Who comes when with what luck, and the periods that count.

    Attributes
    ----------
    at : int array [customers], microseconds, not falling.
    period : int array [customers]; the period an arrival counts in, -1 = in none.
    windows : float array [periods, 2]; begin and end of each, units.
    begins : float array; when a fresh start begins: nobody from before may still be there.
    work, patience : float arrays [customers], exponential of mean 1.
    controls : float array [periods, 3]; how many too many were there at its begin and came in each
        period, and how much too much work they brought: mean 0 by construction.
    """

    at: NDArray[np.int64]
    period: NDArray[np.int64]
    windows: Floats
    begins: Floats
    work: Floats
    patience: Floats
    controls: Floats


def replications(  # noqa: PLR0913 - the design of an experiment
    seed: int,
    rate: float,
    count: int,
    span: float,
    *,
    present: Sequence[float] | Floats = (1.0,),
    rest: float = 60.0,
) -> Customers:
    """`count` independent periods of `span` units, each from a desk that has become empty.

    `present` is the law of how many are there when a period begins: 0, 1, ... with these chances.
    They come together at its first instant and count in nothing. The law of equilibrium makes
    every period stationary (work and patience forget), so there is no warm-up. After a period
    nobody comes for `rest` units, in which all leave; ``runs.Run`` makes sure that they did.
    """
    arrivals, luck = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    chances = np.asarray(present, float)
    times, periods = [], []
    begins = np.arange(count) * (span + rest)
    for r, begin in enumerate(begins):
        there = int(arrivals.choice(len(chances), p=chances / chances.sum()))
        new = np.sort(arrivals.uniform(begin, begin + span, arrivals.poisson(rate * span)))
        times += [np.full(there, begin), new]
        periods += [np.full(there, -1), np.full(len(new), r)]
    windows = np.stack([begins, begins + span], axis=1)
    at, period = np.concatenate(times), np.concatenate(periods)
    return _customers(at, period, windows, begins, luck, rate=rate, present=chances)


def batches(seed: int, rate: float, count: int, span: float, *, warm: float) -> Customers:
    """One run from empty: `warm` units that do not count, then `count` periods of `span` units."""
    arrivals, luck = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    end = warm + count * span
    times = np.sort(arrivals.uniform(0.0, end, arrivals.poisson(rate * end)))
    periods = np.maximum((times - warm) // span, -1).astype(np.int64)
    edges = warm + np.arange(count + 1) * span
    windows = np.stack([edges[:-1], edges[1:]], axis=1)
    return _customers(times, periods, windows, np.zeros(1), luck, rate=rate)


def apart(seed: int, count: int, size: int, gap: float) -> Customers:
    """`count` periods of `size` customers, `gap` units between any two, so that none meet."""
    times = np.arange(count * size) * gap
    edges = np.arange(count + 1) * size * gap
    windows = np.stack([edges[:-1], edges[1:]], axis=1)
    luck = np.random.default_rng(seed)
    return _customers(times, np.arange(count * size) // size, windows, times, luck, rate=1 / gap)


def _customers(  # noqa: PLR0913 - the columns of a table
    times: np.ndarray,
    periods: NDArray[np.int64],
    windows: np.ndarray,
    begins: np.ndarray,
    luck: np.random.Generator,
    *,
    rate: float,
    present: Floats | None = None,
) -> Customers:
    at = (times * UNIT).astype(np.int64)
    work, patience = luck.exponential(size=(2, len(at)))
    mean = 0.0 if present is None else float(np.arange(len(present)) @ present / present.sum())
    count, counted = len(windows), periods >= 0
    there: np.ndarray = np.zeros(count)
    of = periods
    if present is not None:
        of = np.searchsorted(begins, times, side="right") - 1
        there = np.bincount(of[~counted], minlength=count) - mean
    came = np.bincount(periods[counted], minlength=count) - rate * np.diff(windows, axis=1)[:, 0]
    brought = np.bincount(of[of >= 0], work[of >= 0] - 1.0, count)
    controls = np.stack([there, came, brought], axis=1)
    return Customers(at, periods, windows, begins, work, patience, controls)


def equilibrium(
    staff: int, load: float, patience: float = np.inf, *, room: int | None = None
) -> Floats:
    """The law of the number present in M/M/n+M: chances of 0, 1, ...; at most `room` may wait."""
    most = 4_000 if room is None else staff + room
    number = np.arange(1, most + 1)
    deaths = np.minimum(number, staff) + np.maximum(number - staff, 0) / patience
    logs = np.concatenate([[0.0], np.cumsum(np.log(load / deaths))])
    chances = np.exp(logs - logs.max())
    return np.trim_zeros(chances / chances.sum(), "b")


# --- desks and worlds


def members(count: int) -> tuple[str, ...]:
    """Names of `count` members, in listed order."""
    return tuple(f"m{number}" for number in range(count))


def queue(name: str, staff: Sequence[str], distribution: Any = "most_idle") -> Queue:  # noqa: ANN401
    """A queue in which one may wait for ever."""
    return Queue(name=name, staff=tuple(staff), distribution=distribution, queue_max_hold_s=None)


def desk(*destinations: Destination, rule: Rule | None = None, **changes: Any) -> DeskSetup:  # noqa: ANN401
    """A desk that assigns without offers, one chat a person, nobody ever missed.

    By default one channel sends all to the first destination. `changes` are those of the service,
    or of the whole setup where it has a field of the name.
    """
    people = dict.fromkeys(name for d in destinations for name in getattr(d, "staff", ()))
    whole = {k: v for k, v in changes.items() if k in DeskSetup.__dataclass_fields__}
    switches = {
        "strict_cinnox": False, "auto_pickup": True, "max_concurrent": 1, "max_wait_s": None,
        "offer_timeout_s": None,
    } | {k: v for k, v in changes.items() if k not in whole}  # fmt: skip
    content: dict[str, Any] = {
        "start": np.datetime64("2026-11-02T00:00").item(),
        "utc_offset": "+00:00",
        "members": tuple(Member(name=name) for name in people),
        "destinations": destinations,
        "channels": (
            Channel(name="c", rule=rule or Alternative(destinations=(destinations[0].name,))),
        ),
        "service": Service(**switches),
    }
    return DeskSetup(**content | whole)


def world_of(
    setup: DeskSetup,
    customers: Customers,
    *,
    work: float = 1.0,
    patience: float | None = None,
    **more: Any,  # noqa: ANN401 - whatever a world may be given
) -> World:
    """A world of these customers; `work` and `patience` are means in units."""
    leaves = (
        NEVER if patience is None else (customers.patience * patience * UNIT).astype(np.int64) + 1
    )
    given = {"work_us": customers.work * work * UNIT, "patience": leaves} | more
    return plain_world(setup, customers.at, abandonment="visible", **given)
