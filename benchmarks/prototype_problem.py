"""The whole desk on the prototype's problem: every engine beside a bare loop in plain Python.

python benchmarks/prototype_problem.py [rounds]
"""

import sys

from measured import floor, interleaved, prototype_problem, yardstick

from line_sim.sim.engine import run_world

MILLION = 1_000_000


def main(rounds: int) -> None:
    """Print the rates and what is asked of them."""
    small, middle, large = 4_000, 20_000, 500_000
    worlds = {visits: prototype_problem(visits) for visits in (small, middle, large)}
    run_world(worlds[small], "compiled")  # loads or compiles the code
    rates = interleaved(
        {
            "yardstick (bare loop)": (MILLION, yardstick(MILLION)),
            "python": (middle, lambda: run_world(worlds[middle], "python")),
            "compiled": (large, lambda: run_world(worlds[large], "compiled")),
            "simpy": (small, lambda: run_world(worlds[small], "simpy")),
        },
        rounds,
    )
    bare = rates["yardstick (bare loop)"]
    floor("python / yardstick", rates["python"] / bare, 1 / 20)
    floor("compiled / yardstick", rates["compiled"] / bare, 1.2)
    floor("python / simpy", rates["python"] / rates["simpy"], 2)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
