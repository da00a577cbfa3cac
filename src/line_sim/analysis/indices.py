"""Indices of inequality: one number for how evenly something is shared.

Every index takes an array whose last axis is the members and works on all rows at once. Values are
amounts or rates of at least 0. nan anywhere among the members gives nan; so does a total of zero,
for nothing is shared then, neither evenly nor unevenly. Negative values are refused.

No index means anything alone: among ten members with 20 chats each, pure chance gives a Gini of
0.11. :mod:`line_sim.analysis.chance` has the value to hold beside it.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from line_sim.errors import ConfigurationError, Fault, NotEnoughDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "TheilSplit",
    "coefficient_of_variation",
    "gini",
    "idle_share",
    "jain",
    "max_over_mean",
    "theil",
    "theil_split",
]


def _amounts(values: ArrayLike) -> Floats:
    """The values as floats, if they can be shared amounts."""
    amounts = np.asarray(values, dtype=float)
    if amounts.ndim == 0 or amounts.shape[-1] == 0:
        what = "an index of inequality"
        raise NotEnoughDataError(what, 0, 1, "members")
    if bool((amounts < 0).any()):
        given = f"{float(np.nanmin(amounts))!r}"
        raise ConfigurationError([Fault("values", given, "amounts or rates of at least 0")])
    return amounts


def _shares(values: ArrayLike) -> Floats:
    """Each member's part of the total; nan where the total is zero."""
    amounts = _amounts(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        # by the largest first: totals of the tiniest and the hugest amounts then stay floats
        relative = amounts / amounts.max(axis=-1, keepdims=True)
        shares: Floats = relative / relative.sum(axis=-1, keepdims=True)
    return shares


def jain(values: ArrayLike) -> Floats:
    """Jain's index: 1 is equal, 1 / n is all to one; equals 1 / (1 + CV²).

    Insensitive near 1, and its worst value depends on how many members there are (Jain, Chiu and
    Hawe 1984: ``(sum x)² / (n sum x²)``).
    """
    shares = _shares(values)
    return np.asarray(1.0 / (shares.shape[-1] * np.square(shares).sum(axis=-1)))


def coefficient_of_variation(values: ArrayLike) -> Floats:
    """Standard deviation over mean, 0 is equal; the population's deviation (division by n)."""
    shares = _shares(values)
    return np.asarray(shares.std(axis=-1) * shares.shape[-1])


def max_over_mean(values: ArrayLike) -> Floats:
    """The largest over the mean: 1 is equal, n is all to one; chance rules it at low counts."""
    shares = _shares(values)
    return np.asarray(shares.max(axis=-1) * shares.shape[-1])


def gini(values: ArrayLike, *, small_sample: bool = False) -> Floats:
    """The Gini coefficient: half the mean difference of two members over the mean; 0 is equal.

    Parameters
    ----------
    values
        Amounts or rates, members along the last axis.
    small_sample
        Multiply by ``n / (n - 1)``: all to one is then 1 whatever n (else ``1 - 1 / n``), and
        groups of different size compare. nan for a single member.
    """
    ordered = np.sort(_shares(values), axis=-1)  # nan sorts last and spreads over the sum
    members = ordered.shape[-1]
    rank = 2.0 * np.arange(1, members + 1) - members - 1
    index = np.asarray(np.maximum((ordered * rank).sum(axis=-1), 0.0) / members)
    if not small_sample:
        return index
    return index * members / (members - 1) if members > 1 else np.full_like(index, np.nan)


def _log_ratio(shares: Floats, fair: Floats | float) -> Floats:
    """``shares * log(shares / fair)``, 0 where the share is 0, its limit."""
    positive = np.where(shares == 0, 1.0, shares)
    found: Floats = np.where(shares == 0, 0.0, shares * np.log(positive / fair))
    return found


def theil(values: ArrayLike) -> Floats:
    """Theil's T: mean of ``x / mean * log(x / mean)``; 0 is equal, log n is all to one."""
    shares = _shares(values)
    return np.asarray(np.maximum(_log_ratio(shares, 1.0 / shares.shape[-1]).sum(axis=-1), 0.0))


@dataclasses.dataclass(frozen=True, slots=True)
class TheilSplit:
    """Theil's T in two parts that add up to it.

    Attributes
    ----------
    within : float array
        Inequality inside the groups, each weighted with its part of the total.
    between : float array
        What would remain if every group were level inside.
    """

    within: Floats
    between: Floats


def theil_split(values: ArrayLike, groups: Sequence[object]) -> TheilSplit:
    """Theil's T within and between groups of members (shifts, destinations, contracts).

    Parameters
    ----------
    values
        Amounts or rates, members along the last axis.
    groups
        The group of each member, any labels.

    Raises
    ------
    ConfigurationError
        If there is not one label a member.
    """
    shares = _shares(values)
    if len(groups) != shares.shape[-1]:
        given = f"{len(groups)} labels for {shares.shape[-1]} members"
        raise ConfigurationError([Fault("groups", given, "one label a member")])
    between = np.zeros(shares.shape[:-1])
    for label in dict.fromkeys(groups):
        inside = shares[..., [own == label for own in groups]]
        between += _log_ratio(inside.sum(axis=-1), inside.shape[-1] / len(groups))
    total = _log_ratio(shares, 1.0 / len(groups)).sum(axis=-1)
    between = np.maximum(between, 0.0)
    return TheilSplit(np.maximum(total - between, 0.0), between)


def idle_share(idle: ArrayLike, eligible: ArrayLike) -> Floats:
    """Each member's part of all idle time over their part of all eligible time; 1 is fair.

    What "most idle" aims at. It is not the same as equal occupancy when speeds differ.

    Parameters
    ----------
    idle, eligible
        Hours by member along the last axis, in the same order.

    Returns
    -------
    float array
        In the shape of the input; nan for a member without eligible time, and for all when nobody
        was idle or nobody eligible.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = _shares(idle) / _shares(eligible)
    return np.asarray(np.where(np.asarray(eligible, dtype=float) > 0, ratio, np.nan))
