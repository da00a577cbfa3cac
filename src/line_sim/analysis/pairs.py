"""Is one strategy better than another? Paired differences, and honesty over many pairs.

Two strategies that met the same customers with the same luck (common random numbers) are compared
replication by replication: what a busy day does to both cancels in the difference.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.arguments import SHARE, require
from line_sim.analysis.intervals import mean_interval
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["Difference", "holm", "paired_difference", "paired_differences"]


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """First minus second, with its interval.

    Attributes
    ----------
    estimate, low, high : float
    count : int
        Pairs of replications it rests on.
    level : float
        Of the interval; for one of many pairs, the level at which all intervals hold together.
    p : float
        Two-sided p-value of this pair alone (paired t test).
    p_adjusted : float
        The same, adjusted for all pairs compared together (Holm); equal to `p` for a single pair.
    """

    estimate: float
    low: float
    high: float
    count: int
    level: float
    p: float
    p_adjusted: float

    def __str__(self) -> str:
        return (
            f"{self.estimate:+.4g} [{self.low:+.4g}, {self.high:+.4g}], p = {self.p_adjusted:.3g}"
        )


def holm(p_values: Sequence[float] | Floats) -> Floats:
    """p-values adjusted so that *any* false alarm among them is as rare as each claims.

    Holm's step-down rule (1979), never weaker than Bonferroni's: sorted, the k-th smallest of m is
    multiplied by ``m - k + 1``, made not to fall, and cut at 1. nan (no test made) stays nan and
    does not count.
    """
    given = np.asarray(p_values, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    order = np.argsort(given)[: int(np.count_nonzero(~np.isnan(given)))]
    steps = given[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def paired_difference(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Difference:
    """First minus second over replications that share their luck: paired t interval and test.

    Parameters
    ----------
    first, second
        One value a replication in the same order; for ratios those of
        :func:`~line_sim.analysis.intervals.per_replication`. Pairs with a nan are left out.

    Raises
    ------
    ConfigurationError
        If the two are not of one length.
    NotEnoughDataError
        With fewer than two complete pairs.
    """
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if one.shape != other.shape:
        given = f"{other.size} for {one.size} replications of the first"
        raise ConfigurationError([Fault("second", given, "the same replications")])
    found = mean_interval(one - other, level)
    p = _two_sided(one - other)
    return Difference(found.estimate, found.low, found.high, found.count, level, p, p)


def _two_sided(differences: Floats) -> float:
    """The paired t test; differences that are all alike are certain, or certainly nothing."""
    from scipy import special  # noqa: PLC0415 - half a second, only where it is needed

    known = differences[~np.isnan(differences)]
    error = float(known.std(ddof=1)) / math.sqrt(known.size)
    if error == 0:
        return 1.0 if known.mean() == 0 else 0.0
    return 2.0 * float(special.stdtr(known.size - 1, -abs(float(known.mean())) / error))


def paired_differences(
    pairs: Mapping[str, tuple[ArrayLike, ArrayLike]], level: float = 0.95
) -> dict[str, Difference]:
    """Several differences at once, so that *all* statements hold together at `level`.

    p-values are adjusted by Holm's rule; intervals are widened to ``1 - (1 - level) / pairs``
    (Bonferroni), for Holm's rule gives none. So an adjusted p below ``1 - level`` may, rarely, go
    with an interval that just covers zero; never the other way round.

    Raises
    ------
    ConfigurationError, NotEnoughDataError
        As :func:`paired_difference`.
    """
    require(level=(level, SHARE))
    wide = 1.0 - (1.0 - level) / max(1, len(pairs))
    found = {name: paired_difference(*pair, level=wide) for name, pair in pairs.items()}
    adjusted = holm([one.p for one in found.values()])
    return {
        name: dataclasses.replace(one, level=level, p_adjusted=float(p))
        for (name, one), p in zip(found.items(), adjusted, strict=True)
    }
