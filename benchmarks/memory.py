"""How much memory an enquiry takes on the prototype's problem: peaks of processes of two sizes.

python benchmarks/memory.py
"""

import resource
import subprocess
import sys

from measured import prototype_problem

from line_sim.sim.engine import run_world

SIZES = {"compiled": (200_000, 800_000, 600), "python": (60_000, 180_000, 1_500)}
"""Visits of the smaller and the larger run, and the most bytes an enquiry may take."""

KILOBYTE = 1 if sys.platform == "darwin" else 1_024


def peak_bytes(visits: int, engine: str) -> int:
    """The peak of a process of its own that runs a world, draws and log included."""
    command = [sys.executable, __file__, str(visits), engine]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return int(done.stdout) * KILOBYTE


def main() -> None:
    """Print the growth of the peak an enquiry."""
    for engine, (small, large, most) in SIZES.items():
        grown = (peak_bytes(large, engine) - peak_bytes(small, engine)) / (large - small)
        verdict = "holds" if grown < most else "ABOVE"
        print(f"{engine:<12}{grown:>8.0f} bytes an enquiry   less than {most:,}: {verdict}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        log = run_world(prototype_problem(int(sys.argv[1])), sys.argv[2])
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    else:
        main()
