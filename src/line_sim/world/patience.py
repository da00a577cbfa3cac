"""Patience from a history in which those who were answered hide theirs.

Who was answered after 40 seconds would have waited at least that long: their patience is censored.
The Kaplan-Meier estimate takes that into account; the mean of those who left does not, and is far
too short.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from line_sim.errors import NotEnoughDataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["SurvivalCurve", "kaplan_meier", "patience_given_waited"]


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """The share still there after a time: a step function.

    Parameters
    ----------
    times_s
        Rising, seconds; shape (steps,).
    survival
        Share of people whose patience is longer than each of the times, falling; shape (steps,).
    """

    times_s: NDArray[np.float64]
    survival: NDArray[np.float64]

    def at(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Share of people with patience longer than `seconds`; 1 before the first step."""
        place = np.searchsorted(self.times_s, seconds, side="right")
        shares: NDArray[np.float64] = np.concatenate(([1.0], self.survival))[place]
        return shares


def kaplan_meier(waited_s: ArrayLike, gave_up: ArrayLike) -> SurvivalCurve:
    """The Kaplan-Meier (product-limit) estimate of the patience behind a history.

    Parameters
    ----------
    waited_s
        How long each person waited, until answered or until leaving; shape (people,).
    gave_up
        Whether that person left; shape (people,).

    Raises
    ------
    NotEnoughDataError
        Nobody waited.

    Notes
    -----
    At one instant people leave before others are answered, as usual. Source: Kaplan and Meier 1958.
    """
    waited = np.asarray(waited_s, np.float64)
    left = np.asarray(gave_up, bool)
    if not len(waited):
        what = "Kaplan-Meier curve"
        raise NotEnoughDataError(what, 0, 1, "people who waited")
    times, leavers = np.unique(waited[left], return_counts=True)
    still_there = len(waited) - np.searchsorted(np.sort(waited), times, side="left")
    survival = np.cumprod(1.0 - leavers / still_there, dtype=np.float64)
    return SurvivalCurve(times, survival)


def patience_given_waited(
    curve: SurvivalCurve, waited_s: ArrayLike, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Patience, in seconds, of people of whom only is known that it is longer than `waited_s`.

    Parameters
    ----------
    curve
        Of everybody's patience.
    waited_s
        Shape (people,).
    rng
        One number a person is drawn.

    Returns
    -------
    ndarray
        Above `waited_s`; infinite where the curve says that nobody ever leaves. Beyond the curve's
        last step people leave at the average rate before it, -log(survival) / time [chosen]: the
        data say nothing about them.
    """
    waited = np.asarray(waited_s, np.float64)
    target = (1 - rng.random(len(waited))) * curve.at(waited)
    place = np.searchsorted(-curve.survival, -target, side="right")
    patience = np.append(curve.times_s, np.inf)[place]
    beyond = np.flatnonzero(place == len(curve.times_s))
    if len(beyond) and len(curve.times_s):
        patience[beyond] = _beyond(curve, waited[beyond], target[beyond], rng)
    return patience


def _beyond(
    curve: SurvivalCurve,
    waited: NDArray[np.float64],
    target: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Patience of those who stay beyond the curve's last step."""
    end, share = float(curve.times_s[-1]), float(curve.survival[-1])
    if share > 0:
        mean = end / -np.log(share) if end > 0 else np.inf
        luck = -np.log(target / share)
    else:
        # everybody seen had left by then, yet these waited on: nothing but the mean rate is known
        mean, luck = max(end, 1e-6), rng.standard_exponential(len(target))
    patience: NDArray[np.float64] = np.maximum(waited, end) + mean * luck
    return patience
