# ruff: noqa: INP001 - a script beside its table
"""Make recorded_day.csv, a day of enquiries as a history would hold it.

Invented, but in the shape of the Technion "Anonymous Bank": two humps and a lunch dip, random
within quarter-hours, lognormal handling times by class, exponential patience, waits that are
longest when load is. What a real history does not know is missing here too: the patience of those
who were answered, and the handling time of those who left.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np

SEED = 20261109
DAY = dt.datetime(2026, 11, 9)  # noqa: DTZ001 - local time, as the scenario's start
PER_HOUR = (0, 0, 0, 0, 0, 0, 2, 6, 28, 38, 46, 42, 34, 36, 44, 46, 48, 36, 28, 24, 16, 6, 2, 0)
CLASSES = ("order", "delivery", "return")
SHARES = (0.55, 0.30, 0.15)
MEAN_S = {"order": 240.0, "delivery": 110.0, "return": 380.0}
SIGMA = 0.93  # of the logarithm of handling times
PATIENCE_S = 600.0
QUICKEST_S = 5.0  # from message to pickup
REGULARS = 300


def main(path: Path) -> None:
    """Write the table."""
    rng = np.random.default_rng(SEED)
    rates = np.repeat(PER_HOUR, 4) / 4 * rng.gamma(20.0, 1 / 20.0, 96)
    at_s = np.sort(
        np.concatenate(
            [900 * (place + rng.random(count)) for place, count in enumerate(rng.poisson(rates))]
        )
    )
    lines = ["arrival,class,customer,handling_s,waited_s,gave_up"]
    lines += [_line(at, rng) for at in at_s]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(at_s: float, rng: np.random.Generator) -> str:
    arrival = DAY + dt.timedelta(seconds=int(at_s))
    kind = CLASSES[rng.choice(len(CLASSES), p=SHARES)]
    customer = f"c{int(rng.pareto(1.2) * 20) % REGULARS:03d}"
    handling = rng.lognormal(np.log(MEAN_S[kind]) - SIGMA**2 / 2, SIGMA)
    busy = PER_HOUR[int(at_s // 3600)] / max(PER_HOUR)
    wait = QUICKEST_S + rng.exponential(120.0 * busy**2)
    patience = rng.exponential(PATIENCE_S)
    if patience < wait:
        return f"{arrival},{kind},{customer},,{patience:.1f},true"
    return f"{arrival},{kind},{customer},{max(handling, 1.0):.1f},{wait:.1f},false"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("recorded_day.csv"))
