"""A study as a notebook shows it: every number once, rounded, with its interval."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from line_sim.analysis.intervals import Interval
    from line_sim.analysis.study import Study

_SHOWN = 15  # metrics; the rest is in Study.table


def rounded(interval: Interval) -> str:
    """Estimate ± half-width, both to the second digit of the half-width."""
    estimate, half = interval.estimate, interval.half_width
    if math.isnan(estimate):
        return ""
    if math.isnan(half):
        return f"{estimate:.4g}"
    if half == 0 or math.isinf(half):
        return f"{estimate:.4g} ± {half:g}"
    digits = max(0, 1 - math.floor(math.log10(half)))
    return f"{estimate:.{digits}f} ± {half:.{digits}f}"


def cells(study: Study, metric: str) -> list[str]:
    """One metric under every strategy, rounded; * marks a difference that chance does not make."""
    apart = study.differences(metric)
    told_apart = {name for name, one in apart.items() if one.p_adjusted < 1.0 - study.level}
    return [
        rounded(study.interval(metric, name)) + (" *" if name in told_apart else "")
        for name in study.names
    ]


def brief(study: Study, metrics: Sequence[str]) -> pd.DataFrame:
    """Strategies by metrics, in words; see :meth:`.Study.brief`."""
    import pandas as pd  # noqa: PLC0415 - a second, only where a table is made

    index = pd.Index(study.names, name="strategy")
    return pd.DataFrame({metric: cells(study, metric) for metric in metrics}, index=index)


def to_html(study: Study) -> str:
    """A table metric by strategy, and the notes."""
    lines = [[metric, *cells(study, metric)] for metric in study.metrics[:_SHOWN]]
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *study.names))
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines
    )
    more = len(study.metrics) - len(lines)
    notes = [
        *([f"* differs from {study.baseline!r}"] if len(study.names) > 1 else []),
        *([f"{more} more metrics in table()"] if more > 0 else []),
        *study.notes,
    ]
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    title = f"<p>{escape(repr(study)[1:-1])}</p>"
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"{title}{table}<ul>{listed}</ul>"
