"""Estimates with honest standard errors, and how they are held against theory.

Customers of one run wait together, so they are never counted as independent. A run is cut into
periods that (nearly) are: *replications*, each from an empty desk or from equilibrium to empty
again, or *batches* of one long run, each many relaxation times long (``support.Customers``). A
number is a ratio of sums over the periods, its error that of the delta method over the periods:
sqrt(R / (R - 1) x sum of residuals squared), where the residual of period r is
(top_r - ratio x bottom_r) / sum of bottoms. What chance did to the input of a period (how many
came, how much work they brought) is known, so its part of the error is taken out by regression
(control variates): errors become two to three times smaller at no cost. ``test_estimates.py``
holds the errors against waits whose mean is known.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

Theory = Mapping[str, tuple[float, float]]
"""By name: what is expected, and the stated error: how large the standard error may be."""

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

STANDARD_ERRORS = 4.0
"""How far an estimate may lie from theory; 3 in 10,000 right ones of 40 periods lie further."""


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A number and what each independent period adds to its error; differences keep the pairing."""

    value: float
    residuals: np.ndarray

    @property
    def error(self) -> float:
        """The standard error."""
        periods = len(self.residuals)
        return math.sqrt(periods / (periods - 1) * float(np.sum(self.residuals**2)))

    def __sub__(self, other: Estimate) -> Estimate:
        return Estimate(self.value - other.value, self.residuals - other.residuals)

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.value + other.value, self.residuals + other.residuals)

    def __mul__(self, factor: float) -> Estimate:
        return Estimate(self.value * factor, self.residuals * factor)

    def controlled(self, controls: np.ndarray) -> Estimate:
        """The estimate without what is explained by `controls` [periods, controls] of mean 0."""
        around = controls - controls.mean(axis=0)
        inverse = np.linalg.pinv(around)
        slopes = inverse @ self.residuals
        # a period far out pulls the slopes towards itself; as if each had been left out in turn
        pull = np.einsum("rc,cr->r", around, inverse)
        left = (self.residuals - around @ slopes) / (1.0 - pull)
        return Estimate(self.value - float(controls.sum(axis=0) @ slopes), left)

    def z(self, expected: float, expected_error: float = 0.0) -> float:
        """How many standard errors the estimate lies above what is expected."""
        difference = self.value - expected
        error = math.hypot(self.error, expected_error)
        if error == 0.0:
            return math.copysign(math.inf, difference) if difference else 0.0
        return difference / error


def ratio(tops: ArrayLike, bottoms: ArrayLike) -> Estimate:
    """The ratio of two sums over independent periods."""
    top, bottom = np.asarray(tops, float), np.asarray(bottoms, float)
    value = float(top.sum() / bottom.sum())
    return Estimate(value, (top - value * bottom) / bottom.sum())


def rejected(theory: Theory, found: Mapping[str, Estimate]) -> set[str]:
    """The names of the numbers that theory rejects.

    Parameters
    ----------
    theory
        What is expected.
    found
        Estimates; all names of `theory` must be there.
    """
    return {
        name for name, (expected, _) in theory.items()
        if abs(found[name].z(expected)) > STANDARD_ERRORS
    }  # fmt: skip


def faults(theory: Theory, found: Mapping[str, Estimate]) -> list[str]:
    """What is wrong with a run, one line each: off by too much, or too coarse to tell."""
    wrong = rejected(theory, found)
    lines = []
    for name, (expected, error) in theory.items():
        estimate = found[name]
        if name in wrong or not estimate.error <= error:
            lines.append(
                f"{name}: expected {expected:.6g}, found {estimate.value:.6g} +- "
                f"{estimate.error:.2g} (z = {estimate.z(expected):.1f}), stated error {error:.2g}"
            )
    return lines
