"""What a study found about one metric, in a sentence that claims no more than chance allows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from line_sim.analysis.plots.words import quantity, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.analysis.intervals import Interval
    from line_sim.analysis.pairs import Difference
    from line_sim.analysis.study import Study

_LOW = ("rate", "wait", "time", "missed", "cost", "gini", "abandoned", "duration", "silence")
_HIGH = ("service_level", "recovery_rate", "sticky_hit_rate", "line_reply_rate", "handled")


def finding(study: Study, metric: str, say: Callable[[str], str] = str) -> str:
    """What strategies do to `metric`, one sentence without a full stop.

    A change is claimed only where the paired difference to the baseline, adjusted for all
    comparisons of the metric, is beyond chance; else the sentence says that none can be told.

    Parameters
    ----------
    study
        The study.
    metric
        One of its metrics.
    say
        How a strategy's name is written.
    """
    found = {name: study.interval(metric, name) for name in study.names}
    apart = study.differences(metric)
    values = [one.estimate for one in found.values()]
    said = quantity(metric, values)
    prefer = preferred(study, metric)
    return told(said.words, said.said, found, apart, study.baseline, 1.0 - study.level, prefer, say)


def preferred(study: Study, metric: str) -> str:
    """``"low"`` or ``"high"``: as the study says, else what everybody would want; or ``""``."""
    if metric in study.better:
        return study.better[metric]
    if metric.startswith(_HIGH):
        return "high"
    return "low" if any(word in metric for word in _LOW) else ""


def told(  # noqa: PLR0913, PLR0917 - the parts of a statement
    words: str,
    said: Callable[..., list[str]],
    found: Mapping[str, Interval],
    apart: Mapping[str, Difference],
    baseline: str,
    false_alarms: float,
    prefer: str,
    say: Callable[[str], str],
) -> str:
    """The sentence of :func:`finding`, from numbers however they were made.

    Parameters
    ----------
    words, said
        The metric in words, and how its values are written.
    found, apart
        Estimates by strategy; differences to the baseline by strategy.
    baseline, prefer
        The strategy compared with; ``"low"``, ``"high"`` or ``""``.
    false_alarms
        A difference with an adjusted p below this is beyond chance.
    say
        How a strategy's name is written.
    """
    base = found[baseline]
    certain = {name: one for name, one in apart.items() if one.p_adjusted < false_alarms}
    if not certain:
        return _nothing_told(words, said, base, len(found), bool(apart), say(baseline))
    if not prefer:
        most = max(certain, key=lambda name: abs(certain[name].estimate))
        return _moved(words, said, base, most, found, say)
    sign = -1.0 if prefer == "high" else 1.0
    first = min(certain, key=lambda name: sign * found[name].estimate)
    if sign * certain[first].estimate < 0:
        return _moved(words, said, base, first, found, say)
    last = max(certain, key=lambda name: sign * found[name].estimate)
    here, there = said(base.estimate, found[last].estimate)
    worse = "most" if certain[last].estimate > 0 else "least"
    return sentence(
        f"{words}: nothing is told to beat {say(baseline)} ({here}); {worse} is {there} with "
        f"{say(last)}"
    )


def _nothing_told(  # noqa: PLR0913, PLR0917 - the parts of a statement
    words: str,
    said: Callable[..., list[str]],
    base: Interval,
    strategies: int,
    paired: bool,  # noqa: FBT001 - as above
    baseline: str,
) -> str:
    """What can be said where no difference is beyond chance."""
    if math.isnan(base.estimate):
        return sentence(f"{words}: not observed under {baseline}")
    if strategies == 1:
        middle, low, high = said(base.estimate, base.low, base.high)
        span = "" if math.isnan(base.low) else f" ({low} to {high})"
        return sentence(f"{words}: {middle}{span}")
    if not paired:
        return sentence(f"{words}: a single replication can tell no difference")
    (about,) = said(base.estimate)
    return sentence(f"{words}: no difference to {baseline} can be told (about {about} there)")


def _moved(  # noqa: PLR0913, PLR0917 - the parts of a statement
    words: str,
    said: Callable[..., list[str]],
    base: Interval,
    to: str,
    found: Mapping[str, Interval],
    say: Callable[[str], str],
) -> str:
    before, after = said(base.estimate, found[to].estimate)
    way = "down" if found[to].estimate < base.estimate else "up"
    return sentence(f"{words}: {way} from {before} to {after} with {say(to)}")
