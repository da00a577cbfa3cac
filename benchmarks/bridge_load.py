"""How many webhooks a second the bridge confirms in time, with LINE and its customers beside it.

python benchmarks/bridge_load.py [--rate 500] [--seconds 20] [--texts 20] [--highest 2000]
python benchmarks/bridge_load.py --profile bridge.prof [--rounds 1 --highest 0]
chrt --rr 10 python benchmarks/bridge_load.py        where other work runs beside it

A recording of texts is played in real time. One in --texts is the first of a customer, who gets a
welcome and, for no staff is there, an away message, in one reply; LINE is asked for their name. The
bridge is a process of its own; the platform, which also answers its calls, and the customers are
another. What counts is how long LINE waits for the 200, after a warm-up of 4 s. With --profile the
bridge runs under cProfile, which takes about twice as long, and where its time goes is printed.
"""

import argparse
import asyncio
import pstats
import resource
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bridge_crew import furnished
from bridge_tape import SECRET, TOKEN, Tape, platform

from line_sim.replay.orders import Orders
from line_sim.replay.player import play
from line_sim.replay.run import Run
from line_sim.replay.selection import Ramp, Selection

LATEST_MS, NEVER_MS = 200.0, 2_000.0
"""Issue "Bridge": p99 and the longest, which is LINE's limit."""
RAMP = Ramp(0.2, 1.0, 3.0)
"""From a fifth of the rate to all of it within three seconds."""
WARM_UP_S = 4.0
STEP = 250
"""Webhooks a second between two rates of the search."""
SHOWN = 25
"""Functions of the profile."""


class Round(NamedTuple):
    """One run."""

    run: Run
    core: float
    """The bridge's share of one core, its start included."""

    @property
    def holds(self) -> bool:
        """Whether all was confirmed, soon enough."""
        run = self.run
        whole = run.confirmed == run.sent == run.planned
        answers = run.answers
        return whole and answers["p99_ms"] < LATEST_MS and answers["max_ms"] < NEVER_MS


def one(rate: float, seconds: float, texts: int, profile: Path | None = None) -> Round:
    """Play at one rate, on an install of its own."""
    count = round(rate * (seconds + WARM_UP_S))
    tape = Tape(count, count // texts, seconds + WARM_UP_S, plain=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        asyncio.run(furnished(folder, auto_close=False))
        words = ["-m", "line_sim", "bridge", "run", "--from-environment", "--folder", made]
        profiled = ["-m", "cProfile", "-o", str(profile)] if profile else []
        orders = Orders(
            settings=platform(redelivery=False), secret=SECRET, token=TOKEN,
            log=folder / "ledger.jsonl", warm_up_s=WARM_UP_S, selection=Selection(ramp=RAMP),
        )  # fmt: skip
        before_s = children_s()
        run = play(tape, command=[sys.executable, *profiled, *words], orders=orders)
        return Round(run, (children_s() - before_s) / run.span_s)


def children_s() -> float:
    """Processor seconds of the processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rows(name: str, rounds: list[Round]) -> Iterator[str]:
    """The table's rows of some rounds."""
    for each in rounds:
        run, answers = each.run, each.run.answers
        cells = "".join(f"{answers[key]:>9.1f}" for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))
        told = f"{each.core:.2f} core, {run.confirmed:,} of {run.planned:,}"
        late = run.own_lateness["p99_ms"]
        told += f", player's own p99 {late:.1f}" + ("" if run.valid else " (too late itself)")
        told += f", {dict(run.failed)}" if run.failed else ""
        yield f"{name:<12}{cells}  {told}"


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--rate", type=float, default=500, help="webhooks a second")
    asked.add_argument("--seconds", type=float, default=20)
    asked.add_argument("--texts", type=int, default=20, help="texts of a customer")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--highest", type=float, default=2_000, help="end of the search; 0: none")
    asked.add_argument("--profile", type=Path, help="where to write the bridge's profile")
    told = asked.parse_args()
    print(f"{'answers':<12}" + "".join(f"{each:>9}" for each in ("p50 ms", "p95", "p99", "max")))
    rounds = []
    for _ in range(told.rounds):
        rounds.append(one(told.rate, told.seconds, told.texts, told.profile))
        print("\n".join(rows(f"{told.rate:,.0f}/s", rounds[-1:])), flush=True)
    verdict = "holds" if any(each.holds for each in rounds) else "DOES NOT HOLD"
    middle_ms = statistics.median(each.run.answers["p99_ms"] for each in rounds)
    print(f"p99 under {LATEST_MS:g} ms, none over {NEVER_MS:g} ms: {verdict} in the best round;"
          f" median of p99 {middle_ms:.0f} ms")  # fmt: skip
    best, rate = 0.0, told.rate
    while rate <= told.highest:
        tried = []
        while len(tried) < told.rounds and not any(each.holds for each in tried):
            tried.append(one(rate, told.seconds / 2, told.texts))
            print("\n".join(rows(f"{rate:,.0f}/s", tried[-1:])), flush=True)
        if not any(each.holds for each in tried):
            break
        best, rate = rate, rate + STEP
    if told.highest:
        print(f"the highest rate that holds: {best:,.0f}/s")
    if told.profile:
        pstats.Stats(str(told.profile)).sort_stats("tottime").print_stats(SHOWN)


if __name__ == "__main__":
    main()
