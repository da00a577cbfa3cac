"""The queue M/M/50+M: SimPy and Ciw as their users write them, and this project's engines.

python benchmarks/erlang_a_queue.py [rounds]
"""

import sys
from collections.abc import Iterator
from functools import lru_cache

import ciw
import numpy as np
import simpy
from measured import (
    LAMBDA,
    MEAN_PATIENCE,
    STAFF,
    floor,
    interleaved,
    queue_draws,
    queue_world,
    yardstick,
)

from line_sim.desk.model import KIND_ABANDONED
from line_sim.sim.engine import run_world
from line_sim.world.drawn import World


def with_simpy(visits: int) -> float:
    """The queue in SimPy: a store of idle staff; customers wait for one, or run out of patience."""
    arrivals, work, patience = (column.tolist() for column in queue_draws(visits))
    environment = simpy.Environment()
    idle = simpy.Store(environment)
    idle.items.extend(range(STAFF))
    left = 0

    def customer(number: int) -> Iterator[simpy.Event]:
        nonlocal left
        wanted = idle.get()
        found = yield wanted | environment.timeout(patience[number])
        if wanted not in found:
            wanted.cancel()
            left += 1
            return
        yield environment.timeout(work[number])
        yield idle.put(found[wanted])

    def source() -> Iterator[simpy.Event]:
        for number, at in enumerate(arrivals):
            yield environment.timeout(at - environment.now)
            environment.process(customer(number))

    environment.process(source())
    environment.run()
    return left / visits


def with_ciw(visits: int) -> float:
    """The queue in Ciw: exponential everything, customers renege."""
    ciw.seed(1)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(LAMBDA)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[STAFF],
        reneging_time_distributions=[ciw.dists.Exponential(1 / MEAN_PATIENCE)],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(visits, method="Arrive")
    records = simulation.get_all_records()
    return sum(record.record_type == "renege" for record in records) / visits


def with_ours(visits: int, engine: str) -> float:
    """The queue on our desk."""
    log = run_world(worlds(visits), engine)
    return float(np.count_nonzero(log.rows["kind"] == KIND_ABANDONED)) / visits


@lru_cache
def worlds(visits: int) -> World:
    """The queue as a world, made once a size."""
    return queue_world(visits)


def main(rounds: int) -> None:
    """Print the rates, and what is asked of them."""
    some, large = 20_000, 1_000_000
    print("share of customers who leave:")
    for name, share in {
        "yardstick": yardstick(large)(),
        "simpy": with_simpy(some),
        "ciw": with_ciw(some),
        "ours": with_ours(large, "compiled"),
    }.items():
        print(f"  {name:<12}{share:.4f}")
    worlds(some)
    rates = interleaved(
        {
            "yardstick (bare loop)": (large, yardstick(large)),
            "idiomatic SimPy": (some, lambda: with_simpy(some)),
            "Ciw": (some, lambda: with_ciw(some)),
            "ours, python": (some, lambda: with_ours(some, "python")),
            "ours, compiled": (large, lambda: with_ours(large, "compiled")),
        },
        rounds,
    )
    floor("compiled / SimPy", rates["ours, compiled"] / rates["idiomatic SimPy"], 30)
    floor("compiled / Ciw", rates["ours, compiled"] / rates["Ciw"], 30)
    floor("python / SimPy", rates["ours, python"] / rates["idiomatic SimPy"], 1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
