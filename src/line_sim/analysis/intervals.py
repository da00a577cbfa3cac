"""Intervals over replications: how far a number from so many runs can be trusted.

The unit is the **replication**, a day or a week run from its own luck, never the customer: waits
within a run are strongly correlated, and an interval over customers is far too narrow. nan stands
for a replication in which the number does not exist (the mean wait of a day without customers); it
is left out, and an interval says how many replications it rests on.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from line_sim.analysis.arguments import COUNT, SHARE, require
from line_sim.errors import ConfigurationError, Fault, NotEnoughDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Interval",
    "bootstrap_interval",
    "mean_interval",
    "per_replication",
    "percentile_interval",
    "ratio_interval",
    "student_t",
]

Run = TypeVar("Run")
_FEWEST = 2  # replications that show any spread


@dataclasses.dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the range that its true value lies in `level` of the times.

    Attributes
    ----------
    estimate, low, high : float
    count : int
        Replications it rests on.
    level : float
        0.95 for a 95 % interval.
    """

    estimate: float
    low: float
    high: float
    count: int
    level: float

    @property
    def half_width(self) -> float:
        """Half the width: the ± of a symmetric interval."""
        return 0.5 * (self.high - self.low)

    def __str__(self) -> str:
        return f"{self.estimate:.4g} [{self.low:.4g}, {self.high:.4g}]"


def student_t(count: ArrayLike, level: float) -> Floats:
    """The factor on a standard error for `count` values: Student's t, two-sided."""
    from scipy import special  # noqa: PLC0415 - half a second, only where it is needed

    return np.asarray(special.stdtrit(np.asarray(count) - 1, 0.5 + 0.5 * level), dtype=float)


def _known(values: ArrayLike, what: str) -> Floats:
    given = np.asarray(values, dtype=float).ravel()
    known: Floats = given[~np.isnan(given)]
    if known.size < _FEWEST:
        raise NotEnoughDataError(what, known.size, _FEWEST, "replications")
    return known


def mean_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Student's t interval of the mean of one number a replication.

    Raises
    ------
    NotEnoughDataError
        With fewer than two values that are not nan.
    """
    require(level=(level, SHARE))
    known = _known(values, "an interval of a mean")
    mean = float(known.mean())
    half = float(student_t(known.size, level)) * float(known.std(ddof=1)) / math.sqrt(known.size)
    return Interval(mean, mean - half, mean + half, known.size, level)


def per_replication(numerators: ArrayLike, denominators: ArrayLike | None = None) -> Floats:
    """One value a replication whose mean is the estimate and whose spread is its error.

    For plain numbers these are the numbers. For a ratio of totals (missed over received) they are
    the linear form of the delta method, ``r + (n - r d) / mean(d)`` with ``r = sum(n) / sum(d)``:
    a day with more customers weighs more. The mean of daily ratios is another number, and a biased
    one. Feed the result to :func:`mean_interval` or to a paired difference.

    Parameters
    ----------
    numerators, denominators
        By replication; nan in either leaves the replication out (nan comes back). All nan when
        the denominators sum to zero, for then there is no ratio.

    Raises
    ------
    ConfigurationError
        If the two are not of one length, or a denominator is negative.
    """
    top = np.asarray(numerators, dtype=float)
    if denominators is None:
        return top
    bottom = np.asarray(denominators, dtype=float)
    if top.shape != bottom.shape:
        given = f"{bottom.size} for {top.size} numerators"
        raise ConfigurationError([Fault("denominators", given, "one a numerator")])
    if bool((bottom < 0).any()):
        given = f"{float(np.nanmin(bottom))!r}"
        raise ConfigurationError([Fault("denominators", given, "counts or times of at least 0")])
    both = ~(np.isnan(top) | np.isnan(bottom))
    total = float(bottom[both].sum())
    if total == 0:
        return np.full(top.shape, np.nan)
    ratio = float(top[both].sum()) / total
    return np.where(both, ratio + (top - ratio * bottom) * (both.sum() / total), np.nan)


def ratio_interval(numerators: ArrayLike, denominators: ArrayLike, level: float = 0.95) -> Interval:
    """The interval of a ratio of totals over replications, by the delta method.

    Raises
    ------
    NotEnoughDataError
        With fewer than two replications, or nothing to divide by in all of them.
    """
    return mean_interval(per_replication(numerators, denominators), level)


def percentile_interval(runs: Sequence[ArrayLike], share: float, level: float = 0.95) -> Interval:
    """The interval of a percentile: taken within each replication, then Student's t over them.

    Parameters
    ----------
    runs
        The values (waits) of each replication; one without values is left out.
    share
        0.9 for the 90th percentile. In short runs the extreme percentiles are biased towards the
        middle; then pool them with :func:`bootstrap_interval`.

    Raises
    ------
    NotEnoughDataError
        With fewer than two replications that have values.
    """
    require(share=(share, SHARE))
    values = [np.asarray(run, dtype=float) for run in runs]
    return mean_interval([np.quantile(run, share) for run in values if run.size], level)


def bootstrap_interval(
    runs: Sequence[Run],
    statistic: Callable[[Sequence[Run]], float],
    rng: np.random.Generator,
    *,
    repetitions: int = 1_000,
    level: float = 0.95,
) -> Interval:
    """The interval of any statistic of whole replications, by drawing replications anew.

    For what has no formula: pooled percentiles, fairness indices (biased at small counts, so
    never draw customers). The percentile method; with fewer than about 20 replications it is too
    narrow.

    Parameters
    ----------
    runs
        One item a replication, whatever `statistic` understands.
    statistic
        Takes a sequence of items (some more than once) and gives a number; draws for which it
        gives nan are left out.
    rng
        Where the draws come from.

    Raises
    ------
    NotEnoughDataError
        With fewer than two replications.
    """
    require(repetitions=(repetitions, COUNT), level=(level, SHARE))
    if len(runs) < _FEWEST:
        what = "a bootstrap interval"
        raise NotEnoughDataError(what, len(runs), _FEWEST, "replications")
    drawn = rng.integers(0, len(runs), (repetitions, len(runs)))
    values = np.array([statistic([runs[number] for number in row]) for row in drawn])
    tail = 0.5 * (1.0 - level)
    low, high = np.nanquantile(values, [tail, 1.0 - tail])
    return Interval(float(statistic(runs)), float(low), float(high), len(runs), level)
