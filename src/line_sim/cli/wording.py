"""Numbers in words: rounded once, here, each with its unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.analysis.intervals import Interval
    from line_sim.analysis.pairs import Difference
    from line_sim.analysis.study import Study

UNKNOWN = "–"  # noqa: RUF001 - a dash: there is no such number

MANY = 3
"""Longer lists of strategies are shortened where that says the same."""

_NOT_SHARES = {"staff_hours_per_enquiry", "cost_per_enquiry"}
_SHARES = {"missed_rate", "recovery_rate", "occupancy", "load", "push_share", "line_reply_rate"}


def is_share(metric: str) -> bool:
    """Whether a metric is a share, shown in per cent."""
    if metric in _NOT_SHARES:
        return False
    return (
        metric in _SHARES
        or metric.startswith(("away_rate", "service_level"))
        or (metric.endswith("_rate"))
    )


def is_time(metric: str) -> bool:
    """Whether a metric is a time in seconds."""
    return metric.endswith("_s") or "_s_" in metric


def unit(metric: str) -> str:
    """The unit that :func:`number` leaves out, in brackets after a metric's name; may be empty."""
    if is_share(metric):
        return "%"
    if is_time(metric):
        return "seconds"
    return "hours" if metric.endswith("_hours") else ""


def number(metric: str, value: float, *, signed: bool = False) -> str:
    """A metric's value without its unit: shares in per cent, times in seconds."""
    if math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    scaled = 100 * value if is_share(metric) else value
    decimals = 1 if is_share(metric) or is_time(metric) else _decimals(metric, scaled)
    text = f"{scaled:{'+' if signed else ''},.{decimals}f}"
    # no "-0.0": a difference too small to show has no direction
    return text.lstrip("+-") if not text.strip("+-0.,") else text


def _decimals(metric: str, value: float) -> int:
    """How many decimals say enough: three digits, and none for counts."""
    if metric.startswith("gini"):
        return 3
    if value == int(value):
        return 0
    size = abs(value)
    return 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 1 else 3  # noqa: PLR2004


def with_unit(metric: str, value: float) -> str:
    """A metric's value and its unit."""
    text, of = number(metric, value), unit(metric)
    if text == UNKNOWN or not of:
        return text
    return f"{text} {'s' if of == 'seconds' else 'h' if of == 'hours' else of}"


def span(metric: str, low: float, high: float, *, signed: bool = False) -> str:
    """An interval, without its unit."""
    if math.isnan(low) or math.isnan(high):
        return UNKNOWN
    return f"{number(metric, low, signed=signed)} to {number(metric, high, signed=signed)}"


def estimate(metric: str, interval: Interval) -> tuple[str, str]:
    """A metric's estimate and its interval, without units."""
    return number(metric, interval.estimate), span(metric, interval.low, interval.high)


def apart(metric: str, difference: Difference | None) -> tuple[str, str, str]:
    """A paired difference, its interval and its p, without units."""
    if difference is None:
        return "", "", ""
    low_to_high = span(metric, difference.low, difference.high, signed=True)
    return (
        number(metric, difference.estimate, signed=True), low_to_high, chance(difference.p_adjusted)
    )  # fmt: skip


def chance(p: float) -> str:
    """A p-value: three decimals, never 0."""
    if math.isnan(p):
        return UNKNOWN
    return "<.001" if p < 0.001 else f"{p:.3f}"  # noqa: PLR2004 - the smallest that is shown


def title(metric: str, study: Study) -> str:
    """A metric's name with its unit and which side of it is better."""
    of = unit(metric)
    better = study.better.get(metric)
    side = f"{better} is better" if better else ""
    facts = ", ".join(fact for fact in (of, side) if fact)
    return f"{metric} ({facts})" if facts else metric


def winner(metric: str, study: Study) -> str:
    """Which strategy is best by a metric, said with its ties."""
    best = study.best(metric)
    value = with_unit(metric, study.interval(metric, best.strategy).estimate)
    extreme = "lowest" if best.prefer == "low" else "highest"
    if len(study.replications) < 2:  # noqa: PLR2004 - one run compares nothing
        return f"{metric}: {extreme} with {best.strategy} ({value}), but one run proves nothing"
    if not best.tied:
        lead = "the lead over every other is more than chance"
        return f"{metric}: {extreme} with {best.strategy} ({value}); {lead}"
    values = {study.interval(metric, name).estimate for name in study.names}
    if len(values) == 1:
        return f"{metric}: the same with all ({value})"
    others = [name for name in study.names if name != best.strategy]
    if len(best.tied) == len(others):
        return (
            f"{metric}: no strategy can be told from the best; "
            f"{extreme} in these runs: {best.strategy} ({value})"
        )
    rivals = listed(best.tied, others, "all others")
    return f"{metric}: {extreme} with {best.strategy} ({value}); {rivals} may be as good"


def listed(names: Sequence[str], among: Sequence[str], everybody: str = "all") -> str:
    """Names with commas and "and"; most of a longer list as those that are missing."""
    missing = [name for name in among if name not in names]
    if len(among) > MANY and not missing:
        return everybody if everybody != "all" else f"all {len(among)}"
    if len(among) > MANY and len(missing) <= len(among) // 3:
        return f"{everybody} but {listed(missing, missing)}"
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun; its plural has an s unless told."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
