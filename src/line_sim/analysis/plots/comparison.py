"""One metric under every strategy, and each strategy's paired difference to the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.plots import canvas
from line_sim.analysis.plots.findings import finding
from line_sim.analysis.plots.words import quantity

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from line_sim.analysis.study import Study

_MARK = 6.0


def strategies_data(study: Study, metric: str) -> pd.DataFrame:
    """One row a strategy, in the study's order.

    Parameters
    ----------
    study
        The study.
    metric
        One of its metrics.

    Returns
    -------
    pandas.DataFrame
        Index ``strategy``; columns

        - ``label``: what is written in the picture;
        - ``mean``, ``low``, ``high``: the estimate and its interval, in the metric's own unit;
        - ``replications``: how many it rests on;
        - ``difference``, ``difference_low``, ``difference_high``, ``p``: to the baseline, paired
          and adjusted as in :meth:`.Study.table`; nan for the baseline itself;
        - ``told_apart``: whether that difference is beyond chance.

    Raises
    ------
    ConfigurationError
        If the study has no such metric.
    """
    table = study.table([metric]).droplevel("metric")
    labels = canvas.drawable(table.index, "strategy")
    table.insert(0, "label", labels)
    table["told_apart"] = table["p"] < 1.0 - study.level
    return table


def strategies(study: Study, metric: str = "away_rate", ax: Axes | None = None) -> Axes:
    """Estimates with their intervals; beside them, the differences to the baseline.

    Intervals of the estimates overlap easily although strategies differ, for a busy day moves all
    of them. The right half shows the paired differences, in which that cancels: hollow ones could
    be chance.

    Parameters
    ----------
    study
        The study.
    metric
        One of its metrics.
    ax
        Axes to draw on, split in two; a new figure's unless given.

    Returns
    -------
    matplotlib.axes.Axes
        The left half; the right one is the last of ``ax.figure.axes``. With a single strategy or
        a single replication there is no right half.

    Raises
    ------
    ConfigurationError
        If the study has no such metric.
    """
    data = strategies_data(study, metric)
    said = quantity(metric, data["mean"])
    ax = canvas.axes(ax, height=1.5 + 0.36 * len(data))
    labels = dict(zip(data.index, data["label"], strict=True))
    compared = bool(data["difference"].notna().any())
    names = [
        f"{label} (baseline)" if compared and name == study.baseline else label
        for name, label in labels.items()
    ]
    canvas.headline(ax, finding(study, metric, labels.__getitem__), names)
    right = canvas.beside(ax) if compared else None
    places = np.arange(len(data))
    values = data[["mean", "low", "high"]].to_numpy() * said.scale
    if said.unit == "%":  # an interval by Student's t does not know where a share ends
        values = values.clip(0, 100)
    _points(ax, values, places, canvas.BLUE)
    canvas.rows(ax, names)
    ax.grid(axis="x", alpha=0.3)
    canvas.below(ax, f"{said.axis} (with {100 * study.level:g} % interval)", 36 if compared else 70)
    if right is not None:
        _differences(right, study, data, places, said.scale)
        unit = f", {said.difference_unit}" if said.difference_unit else ""
        canvas.below(right, f"paired difference to the baseline{unit} (hollow: may be chance)", 36)
    return ax


def _differences(
    right: Axes, study: Study, data: pd.DataFrame, places: np.ndarray, scale: float
) -> None:
    """The right half: differences around a line at zero."""
    values = data[["difference", "difference_low", "difference_high"]].to_numpy() * scale
    certain = data["told_apart"].to_numpy()
    right.axvline(0, color=canvas.INK, linewidth=0.8)
    _points(right, values[certain], places[certain], canvas.RED)
    _points(right, values[~certain], places[~certain], canvas.GREY, hollow=True)
    base = list(data.index).index(study.baseline)
    right.plot(0, base, "|", color=canvas.INK, markersize=10)
    right.grid(axis="x", alpha=0.3)


def _points(
    ax: Axes, values: np.ndarray, places: np.ndarray, colour: str, *, hollow: bool = False
) -> None:
    """One dot with its interval for each row [estimate, low, high]; nan draws nothing."""
    there = ~np.isnan(values[:, 0])
    middle, low, high = values[there].T
    ax.errorbar(
        middle,
        places[there],
        xerr=np.abs(np.nan_to_num(np.array([middle - low, high - middle]))),
        fmt="o",
        color=colour,
        markerfacecolor="white" if hollow else colour,
        markersize=_MARK,
        elinewidth=1.6,
        capsize=3,
    )
