"""Away messages by reason: how many enquiries get one, and why; out of hours apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis import metrics
from line_sim.analysis.frames import keyed
from line_sim.analysis.intervals import Interval, mean_interval, per_replication
from line_sim.analysis.pairs import paired_differences
from line_sim.analysis.plots import canvas
from line_sim.analysis.plots.findings import told
from line_sim.analysis.plots.words import percent, quantity
from line_sim.analysis.study import Study
from line_sim.errors import ConfigurationError, Fault, NotEnoughDataError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from line_sim.log import EventLog

    Floats = NDArray[np.float64]

IN_HOURS = "in hours"
OUT_OF_HOURS = "closed_hours"
THIS_RUN = "this run"
_PREFIX = "away_rate_"
_REASONS = {
    "no_destination": canvas.PURPLE,
    OUT_OF_HOURS: canvas.GREY,
    "nobody_on_shift": canvas.SKY,
    "all_away": canvas.ORANGE,
    "all_at_cap": canvas.BLUE,
    "unanswered": canvas.RED,
    "hold_limit": canvas.GREEN,
    "queue_full": canvas.BROWN,
}
_COLUMNS = ("rate", "low", "high", "out_of_hours")


def away_rate_data(what: Study | EventLog) -> pd.DataFrame:
    """How many of all enquiries received get an away message, by reason.

    Parameters
    ----------
    what
        A study with the metrics ``away_rate_<reason>``, or the log of one run.

    Returns
    -------
    pandas.DataFrame
        Index (``strategy``, ``reason``): each reason that occurs, in the order of the desk's own
        list, and ``in hours``, all of them but ``closed_hours`` together. Columns

        - ``rate``: share of all enquiries received, 0 to 1;
        - ``low``, ``high``: its interval; nan for a single run;
        - ``out_of_hours``: true for ``closed_hours``.

    Raises
    ------
    ConfigurationError
        If a study lacks those metrics.
    """
    if isinstance(what, Study):
        found = {name: _of_study(what, name) for name in what.names}
    else:
        table = metrics.by_reason(what)["away_rate"].fillna(0.0)
        found = {THIS_RUN: {reason: np.array([rate]) for reason, rate in table.items()}}
    level = what.level if isinstance(what, Study) else 0.95
    occurring = [
        reason
        for reason in _REASONS
        if any(np.nansum(rates[reason]) > 0 for rates in found.values() if reason in rates)
    ]
    rows = []
    for strategy, rates in found.items():
        shown = {reason: rates[reason] for reason in occurring if reason in rates}
        for reason, values in (shown | {IN_HOURS: _in_hours(rates)}).items():
            one = _interval(values, level)
            numbers = (one.estimate, one.low, one.high, reason == OUT_OF_HOURS)
            keys = {"strategy": strategy, "reason": reason}
            rows.append(keys | dict(zip(_COLUMNS, numbers, strict=True)))
    return keyed(rows, ("strategy", "reason"), _COLUMNS)


def _of_study(study: Study, strategy: str) -> dict[str, Floats]:
    """By reason, one value a replication whose mean is the rate."""
    known = [reason for reason in _REASONS if f"{_PREFIX}{reason}" in study.metrics]
    if not known:
        given, allowed = "no such metrics", f"a study with {_PREFIX}<reason>"
        raise ConfigurationError([Fault("study", given, allowed)])
    return {
        reason: per_replication(*study.series(f"{_PREFIX}{reason}", strategy)) for reason in known
    }


def _in_hours(rates: dict[str, Floats]) -> Floats:
    """All reasons but closed hours; a ratio's linear forms add up, for all divide by received."""
    parts = [values for reason, values in rates.items() if reason != OUT_OF_HOURS]
    return np.asarray(np.sum(parts, axis=0), dtype=float)


def _interval(values: Floats, level: float) -> Interval:
    try:
        return mean_interval(values, level)
    except NotEnoughDataError:
        known = values[~np.isnan(values)]
        mean = float(known.mean()) if known.size else np.nan
        return Interval(mean, np.nan, np.nan, known.size, level)


def away_rate(what: Study | EventLog, ax: Axes | None = None) -> Axes:
    """How many enquiries get an away message and why; those out of hours in the right half.

    A message out of hours is a matter of opening hours, not of routing, so it stands apart with a
    scale of its own. For one strategy there is one bar a reason; for several, one stacked bar a
    strategy, with the interval of its total in hours. Intervals are over replications; one run has
    none.

    Parameters
    ----------
    what
        A study, or the log of one run.
    ax
        Axes to draw on, split in two where there are messages out of hours; a new figure's unless
        given.

    Returns
    -------
    matplotlib.axes.Axes
        The left half; the right one, if any, is the last of ``ax.figure.axes``.
    """
    data = away_rate_data(what)
    names = list(data.index.unique("strategy"))
    labels = dict(zip(names, canvas.drawable(names, "strategy"), strict=True))
    reasons = [one for one in data.index.unique("reason") if one not in {IN_HOURS, OUT_OF_HOURS}]
    single = len(names) == 1
    ax = canvas.axes(ax, height=1.9 + 0.36 * (max(1, len(reasons)) if single else len(names)))
    canvas.headline(ax, _title(what, data, labels), () if single else list(labels.values()))
    if single:
        return _by_reason(ax, data.loc[names[0]])
    shut = OUT_OF_HOURS in data.index.unique("reason")
    right = canvas.beside(ax, 0.35) if shut else None
    _stacked(ax, data, names, reasons)
    canvas.rows(ax, list(labels.values()))
    canvas.below(ax, "in hours, % of all enquiries (with interval of the total)", 45)
    if right is not None:
        _bars(right, data.xs(OUT_OF_HOURS, level="reason").loc[names], canvas.GREY)
        canvas.below(right, "out of hours, % of all enquiries", 24)
    if len(reasons) > 1:
        canvas.key(ax, 3, below=True)
    return ax


def _by_reason(ax: Axes, data: pd.DataFrame) -> Axes:
    """One bar a reason, closed hours last and grey."""
    order = [one for one in data.index if one not in {IN_HOURS, OUT_OF_HOURS}]
    order += [OUT_OF_HOURS] if OUT_OF_HOURS in data.index else []
    colours = [canvas.GREY if one == OUT_OF_HOURS else canvas.BLUE for one in order]
    _bars(ax, data.loc[order], colours)
    said = [("out of hours" if one == OUT_OF_HOURS else one.replace("_", " ")) for one in order]
    canvas.rows(ax, said)
    canvas.below(ax, "enquiries with an away message, % of all enquiries")
    return ax


def _stacked(ax: Axes, data: pd.DataFrame, names: list[str], reasons: list[str]) -> None:
    """One bar a strategy, a segment a reason, the interval of the total at its end."""
    left = np.zeros(len(names))
    for reason in reasons:
        widths = 100 * data.xs(reason, level="reason")["rate"].loc[names].to_numpy()
        ax.barh(
            range(len(names)), widths, 0.6, left=left, color=_REASONS[reason],
            label=reason.replace("_", " "), edgecolor="white", linewidth=0.5,
        )  # fmt: skip
        left = left + np.nan_to_num(widths)
    _whiskers(ax, data.xs(IN_HOURS, level="reason").loc[names])
    ax.grid(axis="x", alpha=0.3)
    ax.set_xlim(left=0)


def _bars(ax: Axes, data: pd.DataFrame, colours: str | list[str]) -> None:
    """One bar a row of `data`, with its interval."""
    ax.barh(range(len(data)), 100 * data["rate"].to_numpy(), 0.6, color=colours)
    _whiskers(ax, data)
    ax.grid(axis="x", alpha=0.3)
    ax.set_xlim(left=0)


def _whiskers(ax: Axes, data: pd.DataFrame) -> None:
    """The intervals of the rows of `data`; none where they are unknown."""
    middle, low, high = (100 * data[name].to_numpy() for name in ("rate", "low", "high"))
    if np.isnan(low).all():
        return
    width = np.nan_to_num(np.array([np.minimum(middle - low, middle), high - middle]))
    ax.errorbar(
        middle, range(len(data)), xerr=np.abs(width), fmt="none", ecolor=canvas.INK, capsize=3
    )


def _title(what: Study | EventLog, data: pd.DataFrame, labels: dict[str, str]) -> str:
    if isinstance(what, Study) and len(what.names) > 1:
        values = {name: _in_hours(_of_study(what, name)) for name in what.names}
        found = {name: _interval(each, what.level) for name, each in values.items()}
        base = values[what.baseline]
        pairs = {
            name: (each, base)
            for name, each in values.items()
            if name != what.baseline and np.count_nonzero(~np.isnan(each - base)) > 1
        }
        apart = paired_differences(pairs, what.level)
        words = "away messages in hours, of all enquiries"
        say, limit = quantity("away_rate").said, 1.0 - what.level
        return told(words, say, found, apart, what.baseline, limit, "low", labels.__getitem__)
    (strategy,) = labels
    one = data.loc[strategy]
    shut = one["rate"].get(OUT_OF_HOURS, 0.0)
    inside = one.drop([IN_HOURS, OUT_OF_HOURS], errors="ignore")["rate"]
    total = float(one.loc[IN_HOURS, "rate"])
    text = f"{percent(total) if total else 'None'} of enquiries get an away message in hours"
    if total:
        text += f", most as {inside.idxmax().replace('_', ' ')}"
    return f"{text}; {percent(shut)} out of hours" if shut else text
