"""What pure chance would give: the value that any fairness index has to be held against.

The baseline keeps everything that routing could not choose (how many decisions there were, when,
and who was eligible at each) and draws anew, uniformly, which of the eligible members got the
enquiry. A decision with one eligible member, such as a sticky one, stays as it was.

The functions work on plain arrays: `staff` has the member chosen at each decision along its last
axis, `eligible` is a table decisions x members.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.arguments import COUNT, SHARE, require
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["Band", "chance_band", "draws", "longest_gap", "passed_over", "tally"]

_AT_ONCE = 2_000_000  # numbers in one table of a statistic: some 16 MB


@dataclasses.dataclass(frozen=True, slots=True)
class Band:
    """An observed value beside what chance alone gives.

    Attributes
    ----------
    observed : float array
        As it happened.
    expected : float array
        The mean over the redrawn runs.
    low, high : float array
        What the middle 95 % (or `level`) of the redrawn runs lie between, both included.
    """

    observed: Floats
    expected: Floats
    low: Floats
    high: Floats

    @property
    def excess(self) -> Floats:
        """Observed minus expected: what chance does not explain."""
        return np.asarray(self.observed - self.expected)

    @property
    def outside(self) -> Whole:
        """1 where the observed value lies above the band, -1 below, 0 within or unknown."""
        above, below = self.observed > self.high, self.observed < self.low
        return np.asarray(above.astype(np.int64) - below)


def chance_band(  # noqa: PLR0913 - what happened, what to ask of it, and how closely
    staff: Whole,
    eligible: Flags,
    statistic: Callable[[Whole], Floats],
    repetitions: int,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
) -> Band:
    """Hold a statistic of who was chosen against chance with the same eligibility and counts.

    Parameters
    ----------
    staff
        Whole numbers [decisions]: the member chosen.
    eligible
        Truth values [decisions, members]: who could have been; the one chosen always.
    statistic
        Takes whole numbers [runs, decisions] and gives numbers [runs, ...].
    repetitions
        How many runs to draw; the band's ends are good to about ``1 / sqrt(repetitions)`` of it.
    rng
        Where the draws come from.
    level
        The share of drawn runs within the band.

    Raises
    ------
    ConfigurationError
        If the tables do not fit together or somebody was chosen who was not eligible.
    """
    require(repetitions=(repetitions, COUNT), level=(level, SHARE))
    _fit(staff, eligible)
    observed = statistic(staff[np.newaxis])[0]
    values = np.concatenate([statistic(runs) for runs in _in_parts(eligible, repetitions, rng)])
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(values, [tail, 1.0 - tail], axis=0)
    return Band(*(np.asarray(one, float) for one in (observed, values.mean(axis=0), low, high)))


def _fit(staff: Whole, eligible: Flags) -> None:
    if eligible.ndim != 2 or staff.shape != eligible.shape[:1]:  # noqa: PLR2004 - a table
        given = f"staff of shape {staff.shape} for eligible of shape {eligible.shape}"
        raise ConfigurationError([Fault("eligible", given, "decisions x members")])
    if staff.size and not eligible[np.arange(staff.size), staff].all():
        first = int(np.argmin(eligible[np.arange(staff.size), staff]))
        given = f"False for member {int(staff[first])}, who was chosen"
        raise ConfigurationError([Fault(f"eligible[{first}]", given, "True for the one chosen")])


def _in_parts(eligible: Flags, repetitions: int, rng: np.random.Generator) -> Iterator[Whole]:
    """The drawn runs, so few at a time that a table runs x decisions x members fits in memory."""
    each = max(1, _AT_ONCE // max(1, eligible.size))
    for done in range(0, repetitions, each):
        yield draws(eligible, min(each, repetitions - done), rng)


def draws(eligible: Flags, repetitions: int, rng: np.random.Generator) -> Whole:
    """Runs in which each decision takes one of those eligible, uniformly: [runs, decisions]."""
    choices = eligible.sum(axis=1)
    in_front = np.argsort(~eligible, axis=1, kind="stable")  # the eligible first, in order
    place = (rng.random((repetitions, len(eligible))) * choices).astype(np.int64)
    found: Whole = in_front[np.arange(len(eligible)), place]
    return found


def tally(staff: Whole, members: int) -> Whole:
    """How often each member was chosen: [..., decisions] to [..., members]."""
    runs = int(np.prod(staff.shape[:-1]))
    keys = staff.reshape(runs, staff.shape[-1]) + members * np.arange(runs)[:, np.newaxis]
    counted = np.bincount(keys.ravel(), minlength=members * runs)
    return counted.reshape(*staff.shape[:-1], members)


def passed_over(staff: Whole, eligible: Flags) -> Whole:
    """How often each member's turn went to somebody served more recently: [..., members].

    Counted are decisions for which the member was eligible while the one chosen had been served
    later than they had; never having been served is longest ago, and ties pass nobody over. It
    asks "was it my turn?" of any method, whatever that method aims at.
    """
    decisions = np.arange(staff.shape[-1])
    before = np.full((eligible.shape[1], *staff.shape), -1)
    for member, last in enumerate(before):
        served = np.where(staff == member, decisions, -1)
        last[..., 1:] = np.maximum.accumulate(served, axis=-1)[..., :-1]
    of_chosen = np.take_along_axis(before, staff[np.newaxis], axis=0)[0] if len(before) else staff
    turns = [
        ((last < of_chosen) & able).sum(axis=-1)
        for last, able in zip(before, eligible.T, strict=True)
    ]
    return _by_member(turns, staff)


def longest_gap(staff: Whole, eligible: Flags) -> Whole:
    """The most decisions in a row for which each member was eligible in vain: [..., members].

    Decisions for which the member was not eligible neither count nor end a row, so nights and
    breaks do not matter. The row before the first and after the last assignment counts too.
    """
    gaps = []
    for member, able in enumerate(eligible.T):
        chosen = staff == member
        missed = np.cumsum(able & ~chosen, axis=-1)
        at_last_chosen = np.maximum.accumulate(np.where(chosen, missed, 0), axis=-1)
        gaps.append((missed - at_last_chosen).max(axis=-1, initial=0))
    return _by_member(gaps, staff)


def _by_member(values: list[Whole], staff: Whole) -> Whole:
    """One array a member, [...], as one array [..., members]; nobody is a member too few."""
    return np.stack(values, axis=-1) if values else np.zeros((*staff.shape[:-1], 0), np.int64)
