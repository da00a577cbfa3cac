"""Which pictures a report shows, and how tall each is."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.axes import Axes

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
    from line_sim.analysis import plots  # noqa: PLC0415 - matplotlib is large
    from line_sim.analysis.plots.embedded import picture  # noqa: PLC0415

    rows = len(study.names)
    if any(f"away_rate_{reason}" in study.metrics for reason in _AWAY):
        yield picture(functools.partial(_away, study), 2.1 + 0.34 * rows)
    chosen = [metric for metric in _TOLD if metric in study.metrics] or metrics[:_MOST]
    for metric in chosen:
        draw: Callable[[Axes], Axes] = functools.partial(plots.strategies, study, metric)
        yield picture(draw, 1.7 + 0.34 * rows)


def _away(study: Study, ax: Axes) -> Axes:
    from line_sim.analysis import plots  # noqa: PLC0415 - as above

    return plots.away_rate(study, ax)


def closely(log: EventLog, *, first: bool) -> Iterator[Picture]:
    """One replication: load and staffing (of the first strategy only), waits, shares, a day."""
    from line_sim.analysis import plots  # noqa: PLC0415 - matplotlib is large
    from line_sim.analysis.plots.embedded import picture  # noqa: PLC0415

    people = len(plots.fairness_data(log, repetitions=1))
    present = len(plots.gantt_data(log).attrs["members"])
    if first:
        yield picture(lambda ax: plots.load_and_staffing(log, ax), 3.6)
    yield picture(lambda ax: plots.waits(log, ax), 3.2)
    yield picture(lambda ax: plots.fairness(log, ax), 1.6 + 0.32 * max(1, people))
    yield picture(lambda ax: plots.gantt(log, ax=ax), 1.7 + 0.5 * max(1, present))
