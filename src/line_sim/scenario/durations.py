"""How long things take: laws of seconds, as data a scenario file and a notebook spell alike.

Each law is a frozen dataclass with a ``kind``; each knows its inverse distribution function (for
the quantile tables of a run), draws samples from a generator passed in, and knows its mean (for
load against capacity). "Distribution" is kept for how a destination distributes enquiries.

:data:`Duration` is any of them. This module adds the mixed and the recorded ones to those of
:mod:`line_sim.scenario.parametric`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from line_sim.errors import ConfigurationError, Fault
from line_sim.scenario.checked import Checked, weights_faults
from line_sim.scenario.parametric import (
    Constant,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    LognormalByMedian,
    Uniform,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_HALVINGS = 60  # of a bracket: more than a float's 53 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture(Checked):
    """One of several laws by chance: "at the phone" or "hours later".

    Parameters
    ----------
    parts : exponential or lognormal laws.
    weights : one number a part, relative to their sum.
    """

    kind: Literal["mixture"] = "mixture"
    parts: tuple[
        Annotated[Exponential | Lognormal | LognormalByMedian, Field(discriminator="kind")], ...
    ]
    weights: tuple[float, ...]

    def _faults(self) -> Iterator[Fault]:
        if len(self.parts) != len(self.weights):
            given = f"{len(self.weights)} weights for {len(self.parts)} parts"
            yield Fault("weights", given, "one weight a part")
        yield from weights_faults("weights", self.weights)

    def _probabilities(self) -> Floats:
        weights = np.asarray(self.weights, np.float64)
        probabilities: Floats = weights / weights.sum()
        return probabilities

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1), found by halving the bracket of the parts."""
        used = [(p, part) for p, part in zip(self._probabilities(), self.parts, strict=True) if p]
        of_parts = np.stack([part.inverse(u) for _, part in used])
        low: Floats = of_parts.min(axis=0)
        high: Floats = of_parts.max(axis=0)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            below = np.sum([p * part.cdf(middle) for p, part in used], axis=0) < u
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return high

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        chosen = rng.choice(len(self.parts), size, p=self._probabilities())
        drawn = np.empty(size)
        for number, part in enumerate(self.parts):
            mine = chosen == number
            drawn[mine] = part.sample(rng, int(mine.sum()))
        return drawn

    def expected_s(self) -> float:
        """The mean, seconds."""
        means = [part.expected_s() for part in self.parts]
        return float(np.dot(self._probabilities(), means))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperexponential(Checked):
    """One of several exponential laws by chance: more variable than exponential.

    Parameters
    ----------
    means_s : mean of each branch, seconds.
    weights : one number a branch, relative to their sum.
    """

    kind: Literal["hyperexponential"] = "hyperexponential"
    means_s: tuple[float, ...]
    weights: tuple[float, ...]

    def _faults(self) -> Iterator[Fault]:
        if any(not 0 < mean < math.inf for mean in self.means_s):
            yield Fault("means_s", repr(self.means_s), "finite numbers above 0")
        else:
            yield from self._mixture_faults()

    def _mixture_faults(self) -> Iterator[Fault]:
        try:
            self._mixture()
        except ConfigurationError as error:
            yield from error.faults

    def _mixture(self) -> Mixture:
        parts = tuple(Exponential(mean_s=mean) for mean in self.means_s)
        return Mixture(parts=parts, weights=self.weights)

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1)."""
        return self._mixture().inverse(u)

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        return self._mixture().sample(rng, size)

    def expected_s(self) -> float:
        """The mean, seconds."""
        return self._mixture().expected_s()


def _values_faults(values_s: tuple[float, ...]) -> Iterator[Fault]:
    if not values_s or any(not 0 <= value < math.inf for value in values_s):
        yield Fault("values_s", repr(values_s), "one or more finite numbers of at least 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Empirical(Checked):
    """One of the observed `values_s`, seconds, each as likely as the others."""

    kind: Literal["empirical"] = "empirical"
    values_s: tuple[float, ...]

    def _faults(self) -> Iterator[Fault]:
        yield from _values_faults(self.values_s)

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1): a step function."""
        ordered = np.sort(np.asarray(self.values_s, np.float64))
        places = (np.asarray(u) * len(ordered)).astype(np.intp)
        return ordered[places]

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        return self.inverse(rng.random(size))

    def expected_s(self) -> float:
        """The mean, seconds."""
        return math.fsum(self.values_s) / len(self.values_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles(Checked):
    """A law known by a few quantiles, linear between them and flat outside.

    Parameters
    ----------
    levels : rising, from 0 to 1: ``(0, 0.5, 0.9, 1)``.
    values_s : seconds at those levels, not falling.
    """

    kind: Literal["quantiles"] = "quantiles"
    levels: tuple[float, ...]
    values_s: tuple[float, ...]

    def _faults(self) -> Iterator[Fault]:
        yield from _values_faults(self.values_s)
        if list(self.values_s) != sorted(self.values_s):
            yield Fault("values_s", repr(self.values_s), "numbers that do not fall")
        rising = list(self.levels) == sorted(set(self.levels))
        if not (rising and all(0 <= level <= 1 for level in self.levels)):
            yield Fault("levels", repr(self.levels), "rising numbers from 0 to 1")
        if len(self.levels) != len(self.values_s):
            given = f"{len(self.levels)} levels for {len(self.values_s)} values"
            yield Fault("levels", given, "one level a value")

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1)."""
        return np.interp(u, self.levels, self.values_s)

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        return self.inverse(rng.random(size))

    def expected_s(self) -> float:
        """The mean, seconds."""
        levels = np.concatenate(([0.0], self.levels, [1.0]))
        values = np.interp(levels, self.levels, self.values_s)
        return float(np.sum(np.diff(levels) * (values[1:] + values[:-1]) / 2))


Duration = Annotated[
    Constant
    | Exponential
    | Lognormal
    | LognormalByMedian
    | Uniform
    | Gamma
    | Erlang
    | Mixture
    | Hyperexponential
    | Empirical
    | Quantiles,
    Field(discriminator="kind"),
]
"""How long something takes, in seconds."""
