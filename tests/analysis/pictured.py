"""A day and a study small enough to know by heart, for tests of pictures and reports."""

import numpy as np
from written import ANN, BEN, CAT, Written, team

from line_sim.analysis.study import Record, Study
from line_sim.log import EventLog


def a_day(names: str = "Ann Ben Cat") -> EventLog:
    """Three people from nine to five; nine enquiries, one of them missed, one out of hours."""
    hour = 3600
    made = Written(
        members=team(names, max_concurrent=2),
        destinations=[
            {"name": "Sales", "kind": "queue", "distribution": "most_idle", "staff": names.split()}
        ],
        end_s=24 * hour,
        until_s=24 * hour,
    )
    made.received(hour, 0).missed(hour, 0, reason="closed_hours").away_sent(
        hour, 0, reason="closed_hours"
    )
    for staff in (ANN, BEN, CAT):
        made.shift_started(9 * hour, staff=staff).on(9 * hour, staff)
        made.on(17 * hour, staff, "offline").shift_ended(17 * hour, staff=staff)
    for number in range(1, 8):
        at, staff = 9 * hour + 1800 * number, (ANN, BEN, ANN)[number % 3]
        made.received(at, number).offered(at, number, staff=staff, destination=0, attempt=1)
        made.picked_up(at + 4 * number, number, staff=staff, destination=0)
        made.staff_message(at + 60, number, staff=staff, attempt=1)
        made.closed(at + 2400, number, staff=staff, reason="staff")
    at = 15 * hour
    made.received(at, 8).offered(at, 8, staff=CAT, destination=0, attempt=1)
    made.lapsed(at + 60, 8, staff=CAT, destination=0, attempt=1)
    made.missed(at + 60, 8, destination=0, reason="unanswered").away_sent(
        at + 60, 8, reason="unanswered"
    )
    return made.log


NAMES = ("round robin", "most idle", "fixed order")


def a_study(better: float = 0.04, runs: int = 20, names: tuple[str, ...] = NAMES) -> Study:
    """Away rates of 9 % under the first, `better` under the second, 9 % under the third."""
    rng = np.random.default_rng(3)
    records = []
    for run in range(runs):
        received, common = int(rng.poisson(400)), rng.normal(0, 0.005)
        for name, share in zip(names, (0.09, better, 0.09), strict=False):
            total = round(received * (share + common + rng.normal(0, 0.004)))
            shut = round(0.2 * received)
            parts = {"unanswered": total // 2, "hold_limit": total - total // 2}
            parts["closed_hours"] = shut
            counts = {"away_rate": total + shut, "away_rate_in_hours": total}
            counts |= {f"away_rate_{reason}": part for reason, part in parts.items()}
            records += [
                Record(name, run, metric, count / received, count, received, run)
                for metric, count in counts.items()
            ]
            wait = 200 + 20 * rng.normal()
            records.append(Record(name, run, "waiting_time_s_mean", wait, seed=run))
    return Study(records, names, seed=3, better={"away_rate": "low"})
