"""Which pictures a report shows, and how tall each is."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from line_sim.analysis.plots.away_messages import away_rate
from line_sim.analysis.plots.comparison import strategies
from line_sim.analysis.plots.day_load import load_and_staffing
from line_sim.analysis.plots.embedded import picture
from line_sim.analysis.plots.fair_shares import fairness, fairness_data
from line_sim.analysis.plots.team_day import gantt
from line_sim.analysis.plots.team_day_data import gantt_data
from line_sim.analysis.plots.waiting import waits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from line_sim.analysis.plots.embedded import Picture
    from line_sim.analysis.study import Study
    from line_sim.log import EventLog

_MOST = 4
_TOLD = (
    "service_level", "waiting_time_answered_s_mean", "occupancy", "gini_per_available_hour",
)  # fmt: skip
_AWAY = ("unanswered", "hold_limit", "all_at_cap", "nobody_on_shift")


def comparisons(study: Study, metrics: Sequence[str]) -> Iterator[Picture]:
    """Away messages by reason, then one metric each of answering, waiting, work and fairness.

    A study that lacks them shows the first few of `metrics`.
    """
    rows = len(study.names)
    if any(f"away_rate_{reason}" in study.metrics for reason in _AWAY):
        yield picture(functools.partial(away_rate, study), 2.1 + 0.34 * rows)
    chosen = [metric for metric in _TOLD if metric in study.metrics] or metrics[:_MOST]
    for metric in chosen:
        yield picture(functools.partial(strategies, study, metric), 1.7 + 0.34 * rows)


def closely(log: EventLog, *, first: bool) -> Iterator[Picture]:
    """One replication: load and staffing (of the first strategy only), waits, shares, a day."""
    people = len(fairness_data(log, repetitions=1))
    present = len(gantt_data(log).attrs["members"])
    if first:
        yield picture(functools.partial(load_and_staffing, log), 3.6)
    yield picture(functools.partial(waits, log), 3.2)
    yield picture(functools.partial(fairness, log), 1.6 + 0.32 * max(1, people))
    yield picture(lambda ax: gantt(log, ax=ax), 1.7 + 0.5 * max(1, present))
