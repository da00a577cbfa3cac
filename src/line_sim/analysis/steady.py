"""One long run: how much of its start to throw away, and what the rest is worth.

A day that opens and closes starts empty by nature and needs none of this. A line that never closes
does: its first hours belong to the empty start, not to the long run.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.arguments import COUNT, POSITIVE, require
from line_sim.analysis.intervals import Interval, mean_interval
from line_sim.errors import NotEnoughDataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["Cut", "Steady", "mser5", "startup_length", "steady_interval"]

_BATCH = 5  # the 5 of MSER-5
_FEWEST_BATCHES = 10  # fewer say nothing about where the start ends
_ENOUGH = 10  # observations a batch mean, at least
_NOISE = 4.0  # standard errors that a curve may stray without meaning it


@dataclasses.dataclass(frozen=True, slots=True)
class Cut:
    """Where the start of a run ends.

    Attributes
    ----------
    observations : int
        To throw away from the front.
    of : int
        How many there are.
    settled : bool
        Whether the cut lies in the first half; if not, the run is too short to tell.
    """

    observations: int
    of: int
    settled: bool

    def __str__(self) -> str:
        warning = "" if self.settled else ": the run is too short to tell"
        return f"first {self.observations:,} of {self.of:,} observations cut{warning}"


def mser5(series: ArrayLike) -> Cut:
    """The cut after which the mean of the rest is surest (White, Cobb and Spratt 2000).

    Batches of five are averaged; of all starts the one is taken that makes the squared standard
    error of the rest (as if independent) least. The last few batches are no candidates.

    Parameters
    ----------
    series
        One run in order of time.

    Raises
    ------
    NotEnoughDataError
        With fewer than 50 observations.
    """
    values = np.asarray(series, dtype=float)
    if values.size < _BATCH * _FEWEST_BATCHES:
        what = "where the start of a run ends"
        raise NotEnoughDataError(what, values.size, _BATCH * _FEWEST_BATCHES, "observations")
    batches = values[: values.size // _BATCH * _BATCH].reshape(-1, _BATCH).mean(axis=1)
    batches = batches - batches.mean()  # so that the sums of squares do not cancel
    left = np.arange(batches.size, 0, -1)
    total, squares = (np.cumsum(part[::-1])[::-1] for part in (batches, batches**2))
    error = np.maximum(squares - total**2 / left, 0.0) / left**2
    start = int(np.argmin(error[: 1 - _BATCH]))
    return Cut(start * _BATCH, values.size, settled=2 * start <= batches.size)


@dataclasses.dataclass(frozen=True, slots=True)
class Steady:
    """The long-run mean from one long run.

    Attributes
    ----------
    interval : Interval
        Its `count` is the number of batches.
    cut : Cut
        What was thrown away.
    batch_length : int
        Observations in each batch.
    correlation : float
        Of each batch mean with the next. Above about 0.3 the batches are too short to be taken
        as independent, and the interval is too narrow: run longer. nan if they are all alike.
    """

    interval: Interval
    cut: Cut
    batch_length: int
    correlation: float


def steady_interval(series: ArrayLike, level: float = 0.95, batches: int = 20) -> Steady:
    """The long-run mean: cut by :func:`mser5`, then Student's t over the means of long batches.

    Parameters
    ----------
    series
        One run in order of time.
    level
        Of the interval.
    batches
        How many; more and shorter ones narrow the interval only in appearance.

    Raises
    ------
    NotEnoughDataError
        If after the cut a batch would have fewer than 10 observations.
    """
    require(batches=(batches, COUNT))
    values = np.asarray(series, dtype=float)
    cut = mser5(values)
    kept = values[cut.observations :]
    if kept.size < _ENOUGH * batches:
        what = f"{batches} batches after a cut of {cut.observations}"
        raise NotEnoughDataError(what, kept.size, _ENOUGH * batches, "observations")
    length = kept.size // batches
    means = kept[kept.size - length * batches :].reshape(batches, length).mean(axis=1)
    return Steady(mean_interval(means, level), cut, length, _next(means))


def _next(means: Floats) -> float:
    """The correlation of each value with the one after."""
    rest = means - means.mean()
    spread = float(rest @ rest)
    return float(rest[1:] @ rest[:-1]) / spread if spread else math.nan


def startup_length(runs: ArrayLike, window: int = 5, tolerance: float = 0.05) -> int | None:
    """How long the start-up effect is: Welch's averaged and smoothed curve, read by rule.

    Replications are averaged instant by instant and smoothed over ``2 * window + 1`` instants;
    the effect is over where the curve comes within `tolerance` of the level of its last half (or
    within four standard errors of it, where chance is larger) and does not leave again.

    Parameters
    ----------
    runs
        Numbers [replications, instants], at least 2 x 10.
    window
        Instants on either side in the moving average, fewer near the start.
    tolerance
        A share of the level.

    Returns
    -------
    int or None
        Instants to leave out; ``None`` if the curve has not settled in the first half.

    Raises
    ------
    NotEnoughDataError
        With fewer than two replications or ten instants.
    """
    require(window=(window, COUNT), tolerance=(tolerance, POSITIVE))
    table = np.atleast_2d(np.asarray(runs, dtype=float))
    what = "the length of the start-up effect"
    for have, need, of in ((len(table), 2, "replications"), (table.shape[1], 10, "instants")):
        if have < need:
            raise NotEnoughDataError(what, have, need, of)
    smooth = np.stack([_smoothed(run, window) for run in table])
    half = table.shape[1] // 2
    levels = table[:, half:].mean(axis=1)
    away = smooth - levels[:, np.newaxis]  # within a run, so that its own level cancels
    error = math.sqrt(float(away[:, half:].var(axis=0, ddof=1).mean()) / len(table))
    allowed = max(tolerance * abs(float(levels.mean())), _NOISE * error)
    outside = np.flatnonzero(np.abs(away.mean(axis=0)) > allowed)
    length = int(outside[-1]) + 1 if outside.size else 0
    return length if length <= half else None


def _smoothed(run: Floats, window: int) -> Floats:
    """The moving average, over as many instants on either side as there are before it."""
    sums = np.concatenate(([0.0], np.cumsum(run)))
    place = np.arange(run.size)
    side = np.minimum(np.minimum(place, window), run.size - 1 - place)
    smooth: Floats = (sums[place + side + 1] - sums[place - side]) / (2 * side + 1)
    return smooth
