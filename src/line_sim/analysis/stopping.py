"""When enough replications have been run: every named metric is precise, and stays so.

The rule of sim-tools (after Hoad, Robinson and Davies 2010): the first number of replications
from which on the half-width is small enough, with a look ahead so that a lucky narrow moment does
not stop a study.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.arguments import COUNT, NOT_NEGATIVE, POSITIVE, SHARE, require
from line_sim.analysis.intervals import student_t
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["Goal", "Stop", "first_that_stays", "look_ahead", "running_half_widths", "when_precise"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """How precise one metric has to be: the half-width of its interval, at most.

    Parameters
    ----------
    metric
        Its name.
    relative
        As a share of the estimate; useless for metrics near zero.
    absolute
        In the metric's own unit. With both, either suffices.

    Raises
    ------
    ConfigurationError
        If neither is given, or one is not above 0.
    """

    metric: str
    relative: float | None = None
    absolute: float | None = None

    def __post_init__(self) -> None:
        limits = {"relative": self.relative, "absolute": self.absolute}
        given = {name: (limit, POSITIVE) for name, limit in limits.items() if limit is not None}
        if not given:
            where = f"goal of {self.metric}"
            raise ConfigurationError(
                [Fault(where, "no half-width", "relative=, absolute= or both")]
            )
        require(**given)

    def met(self, estimates: Floats, half_widths: Floats) -> NDArray[np.bool_]:
        """Whether it is reached at each number of replications; never where that is unknown."""
        allowed = np.full(half_widths.shape, self.absolute or 0.0)
        if self.relative is not None:
            allowed = np.fmax(allowed, self.relative * np.abs(estimates))
        return np.asarray(half_widths <= allowed)

    def __str__(self) -> str:
        relative = [] if self.relative is None else [f"{100 * self.relative:g} %"]
        absolute = [] if self.absolute is None else [f"{self.absolute:g}"]
        return f"{self.metric} ± {' or '.join(relative + absolute)}"


@dataclasses.dataclass(frozen=True, slots=True)
class Stop:
    """Whether to go on, and why.

    Attributes
    ----------
    stop : bool
        Run no more.
    reached : bool
        Every goal was met and stayed met; false when the limit stopped the study.
    replications : int
        How many there are.
    precise_from : int or None
        From how many on every goal was met.
    unmet : tuple of str
        The goals not met now, each with the half-width it has.
    """

    stop: bool
    reached: bool
    replications: int
    precise_from: int | None
    unmet: tuple[str, ...]

    def __str__(self) -> str:
        if self.reached:
            return f"precise enough from {self.precise_from} replications on"
        lacking = ", ".join(self.unmet) or "every goal is met, but only just"
        if self.stop:
            return f"stopped by the limit of {self.replications} replications; lacking: {lacking}"
        return f"not yet precise after {self.replications} replications; lacking: {lacking}"


def running_half_widths(
    numerators: ArrayLike, denominators: ArrayLike | None = None, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Estimate and half-width after 1, 2, 3, ... replications.

    Parameters
    ----------
    numerators, denominators
        As for :func:`~line_sim.analysis.intervals.per_replication`.

    Returns
    -------
    estimates, half_widths : float arrays [replications]
        nan where there is no estimate, or a single replication.
    """
    top = np.asarray(numerators, dtype=float)
    bottom = np.ones_like(top) if denominators is None else np.asarray(denominators, dtype=float)
    there = ~(np.isnan(top) | np.isnan(bottom))
    top, bottom = np.where(there, top, 0.0), np.where(there, bottom, 0.0)
    count, total = np.cumsum(there), np.cumsum(bottom)
    # about the last ratio, so that the sums of squares do not cancel
    about = float(top.sum() / total[-1]) if top.size and total[-1] else 0.0
    rest = top - about * bottom
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.cumsum(rest) / total
        squares = np.cumsum(rest**2) - 2 * shift * np.cumsum(rest * bottom)
        squares += shift**2 * np.cumsum(bottom**2)
        deviation = np.sqrt(np.maximum(squares, 0.0) / (count - 1)) * count / total
        half = np.where(count > 1, student_t(count, level) * deviation / np.sqrt(count), np.nan)
    return about + shift, half


def look_ahead(replications: int, percent: float) -> int:
    """How many more must stay precise: `percent` of a hundred, or of all beyond a hundred."""
    return int(percent / 100 * max(replications, 100))


def when_precise(  # noqa: PLR0913 - the knobs of the rule, each by name
    series: Mapping[str, tuple[ArrayLike, ArrayLike | None]],
    goals: Sequence[Goal],
    *,
    fewest: int = 10,
    most: int = 1_000,
    look_ahead_percent: float = 5.0,
    level: float = 0.95,
) -> Stop:
    """Say whether the replications so far are enough; to be asked after each batch of them.

    Parameters
    ----------
    series
        By metric: (numerators, denominators or None) by replication so far. To make a *comparison*
        precise, put the paired difference of two strategies here.
    goals
        All of them must be met at once.
    fewest
        Never stop before so many; take 30 for shares, whose spread shows late.
    most
        Stop at so many, precise or not.
    look_ahead_percent
        Goals must stay met for so many more, in per cent of a hundred replications (of all beyond
        a hundred); 0 stops at once.

    Raises
    ------
    ConfigurationError
        If a goal names a metric that is not there, or a limit is outside its range.
    """
    require(
        fewest=(fewest, COUNT),
        most=(most, COUNT),
        look_ahead_percent=(look_ahead_percent, NOT_NEGATIVE),
        level=(level, SHARE),
        goals=(len(goals), COUNT),
    )
    unknown = [goal.metric for goal in goals if goal.metric not in series]
    if unknown:
        raise ConfigurationError([Fault.unknown("goals", name, series) for name in unknown])
    widths = [running_half_widths(*series[goal.metric], level=level) for goal in goals]
    met = np.array([goal.met(*width) for goal, width in zip(goals, widths, strict=True)])
    done = met.shape[1]
    unmet = [
        f"{goal} (now {width[1][-1]:.3g})"
        for goal, width, fine in zip(goals, widths, met, strict=True)
        if done and not fine[-1]
    ]
    precise_from = first_that_stays(np.logical_and.reduce(met), fewest, look_ahead_percent)
    reached = precise_from is not None
    return Stop(reached or done >= most, reached, done, precise_from, tuple(unmet))


def first_that_stays(met: NDArray[np.bool_], fewest: int, percent: float) -> int | None:
    """The first number of replications, from `fewest` on, at which all is met and stays so.

    Parameters
    ----------
    met
        Truth values: whether all goals were met after 1, 2, 3, ... replications.
    fewest, percent
        As for :func:`when_precise`.
    """
    for count in range(max(1, fewest), met.size + 1):
        until = count + look_ahead(count, percent)
        if until <= met.size and met[count - 1 : until].all():
            return count
    return None
