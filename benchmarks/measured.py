"""What the benchmarks share: the problems, the yardstick, and a table of interleaved runs."""

from __future__ import annotations

import datetime as dt
import heapq
import statistics
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from line_sim.desk.model import SECOND
from line_sim.desk.setup import (
    Alternative,
    AutoMessages,
    Channel,
    DeskSetup,
    Member,
    Queue,
    Service,
)
from line_sim.world.by_hand import plain_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.world.drawn import World

STAFF = 50
LOAD = 0.9
WORK_S = 600.0
REACTION_S = 8.0
LAMBDA, MEAN_PATIENCE = 47.5, 2.0
"""The queue M/M/50+M: arrivals a unit of time, patience in units; service takes 1."""


def prototype_problem(visits: int, seed: int = 1) -> World:
    """50 people with 3 chats each, half Most Idle, half Round Robin; offers of 20 s, limit 60 s."""
    generator = np.random.default_rng(seed)
    names = tuple(f"staff {number}" for number in range(STAFF))
    chats = 3
    gaps = generator.exponential(WORK_S / (STAFF * chats * LOAD), visits)
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=tuple(Member(name=name) for name in names),
        destinations=(
            Queue(name="idle", staff=names[: STAFF // 2], distribution="most_idle"),
            Queue(name="turns", staff=names[STAFF // 2 :], distribution="round_robin"),
        ),
        channels=tuple(
            Channel(
                name=name,
                rule=Alternative(destinations=(name,)),
                messages=AutoMessages(away=True),
            )
            for name in ("idle", "turns")
        ),
        service=Service(max_concurrent=chats),
    )
    places = (np.arange(4096) + 0.5) / 4096
    return plain_world(
        setup,
        (np.cumsum(gaps) * SECOND).astype("i8"),
        generator.lognormal(np.log(WORK_S) - 0.5, 1.0, visits) * SECOND,
        reactions=(-np.log(1 - places) * REACTION_S * SECOND + 1).astype("i8"),
        channel=generator.integers(0, 2, visits),
    )


def queue_draws(visits: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Arrivals, work and patience of the queue M/M/50+M, in units of the mean work."""
    generator = np.random.default_rng(seed)
    arrivals = np.cumsum(generator.exponential(1 / LAMBDA, visits))
    return arrivals, generator.exponential(1.0, visits), generator.exponential(2.0, visits)


def queue_world(visits: int, seed: int = 1) -> World:
    """The same queue on our desk: one line, picked up at once, visible leavers, one chat each."""
    arrivals, work, patience = queue_draws(visits, seed)
    names = tuple(f"staff {number}" for number in range(STAFF))
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=tuple(Member(name=name) for name in names),
        destinations=(
            Queue(
                name="line",
                staff=names,
                distribution="most_idle",
                queue_max_size=None,
                queue_max_hold_s=None,
            ),
        ),
        channels=(Channel(name="shop", rule=Alternative(destinations=("line",))),),
        service=Service(max_concurrent=1, auto_pickup=True, max_wait_s=None),
    )
    unit = 100 * SECOND
    return plain_world(
        setup,
        (arrivals * unit).astype("i8"),
        work * unit + 1,
        patience=(patience * unit).astype("i8"),
        abandonment="visible",
    )


def yardstick(visits: int) -> Callable[[], float]:
    """A bare loop over that queue in plain Python, ready to run; returns the share of leavers."""
    arrivals, work, patience = (column.tolist() for column in queue_draws(visits))
    return lambda: _bare_loop(arrivals, work, patience)


def _bare_loop(arrivals: list[float], work: list[float], patience: list[float]) -> float:
    visits = len(arrivals)
    idle, line = deque(range(STAFF)), deque[int]()
    gone, begun = bytearray(visits), bytearray(visits)
    heap: list[tuple[float, int, int, int]] = []
    arrived = left = 0
    push, pop = heapq.heappush, heapq.heappop
    while arrived < visits or heap:
        if arrived < visits and (not heap or arrivals[arrived] < heap[0][0]):
            now = arrivals[arrived]
            if idle:
                push(heap, (now + work[arrived], 0, arrived, idle.popleft()))
            else:
                line.append(arrived)
                push(heap, (now + patience[arrived], 1, arrived, 0))
            arrived += 1
            continue
        now, kind, customer, server = pop(heap)
        if kind == 0:
            while line and gone[line[0]]:
                line.popleft()
            if line:
                customer = line.popleft()
                begun[customer] = 1
                push(heap, (now + work[customer], 0, customer, server))
            else:
                idle.append(server)
        elif not begun[customer]:
            gone[customer] = 1
            left += 1
    return left / visits


def interleaved(
    contestants: dict[str, tuple[int, Callable[[], Any]]], rounds: int
) -> dict[str, float]:
    """Let all run in turn, `rounds` times; return the best rate of each, visits a CPU second.

    The best, for what else a machine does only ever slows a run down. Each runs twice in its turn
    and the second run counts, as in a study, which runs many in a row: the first gets its memory
    from the system, which on a virtual machine may take longer than the run itself.

    Parameters
    ----------
    contestants
        By name, the number of visits of one run, and the run.
    rounds
        How often; a machine's mood changes within minutes, so nobody gets all the good ones.
    """
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, (visits, run) in contestants.items():
            run()
            begun = time.process_time()
            run()
            rates[name].append(visits / (time.process_time() - begun))
    for name, found in rates.items():
        middle = statistics.median(found)
        print(f"{name:<24}{max(found):>12,.0f}/s   median {middle:>10,.0f}")
    return {name: max(found) for name, found in rates.items()}


def floor(what: str, ratio: float, least: float) -> None:
    """Print a ratio beside the least it should be."""
    verdict = "holds" if ratio >= least else "BELOW"
    print(f"{what:<40}{ratio:>8.2f}   at least {least:g}: {verdict}")
