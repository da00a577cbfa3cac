"""Laws of seconds with a formula: constant, exponential, lognormal, uniform, gamma, Erlang.

Each is a frozen dataclass with a ``kind``; each knows its inverse distribution function, draws
samples from a generator passed in, and knows its mean. See :mod:`line_sim.scenario.durations`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

from line_sim.scenario.checked import Checked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from line_sim.errors import Fault

    Floats = NDArray[np.float64]

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(Checked):
    """Always `value_s` seconds."""

    kind: Literal["constant"] = "constant"
    value_s: float

    def _faults(self) -> Iterator[Fault]:
        yield from self._at_least(0, "value_s")

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1)."""
        return np.full(np.shape(u), self.value_s)

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds; `rng` is not used."""
        del rng
        return np.full(size, self.value_s)

    def expected_s(self) -> float:
        """The mean, seconds."""
        return self.value_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential(Checked):
    """Memoryless, with mean `mean_s` seconds."""

    kind: Literal["exponential"] = "exponential"
    mean_s: float

    def _faults(self) -> Iterator[Fault]:
        yield from self._above(0, "mean_s")

    def cdf(self, x: Floats) -> Floats:
        """Share of at most `x` seconds."""
        return -np.expm1(-x / self.mean_s)

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1)."""
        return -self.mean_s * np.log1p(-u)

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        return rng.exponential(self.mean_s, size)

    def expected_s(self) -> float:
        """The mean, seconds."""
        return self.mean_s


def _lognormal_inverse(mu: float, sigma: float, u: Floats) -> Floats:
    z = np.fromiter(map(_NORMAL.inv_cdf, np.ravel(u)), np.float64, np.size(u))
    return np.exp(mu + sigma * z).reshape(np.shape(u))


def _lognormal_cdf(mu: float, sigma: float, x: Floats) -> Floats:
    z = (np.log(x) - mu) / (sigma * math.sqrt(2))
    erf = np.fromiter(map(math.erf, np.ravel(z)), np.float64, np.size(z))
    return 0.5 * (1 + erf.reshape(np.shape(x)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lognormal(Checked):
    """Lognormal by its mean `mean_s`, seconds, and `cv` = standard deviation / mean.

    By far the best of four laws for handling times of a bank's call centre, cv 1.31
    (Technion "Anonymous Bank", 1999).
    """

    kind: Literal["lognormal"] = "lognormal"
    mean_s: float
    cv: float

    def _faults(self) -> Iterator[Fault]:
        yield from self._above(0, "mean_s", "cv")

    def _parameters(self) -> tuple[float, float]:
        variance = math.log1p(self.cv**2)
        return math.log(self.mean_s) - variance / 2, math.sqrt(variance)

    def cdf(self, x: Floats) -> Floats:
        """Share of at most `x` seconds, `x` > 0."""
        return _lognormal_cdf(*self._parameters(), x)

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1)."""
        return _lognormal_inverse(*self._parameters(), u)

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        return rng.lognormal(*self._parameters(), size)

    def expected_s(self) -> float:
        """The mean, seconds."""
        return self.mean_s


@dataclass(frozen=True, slots=True, kw_only=True)
class LognormalByMedian(Checked):
    """Lognormal by its median `median_s`, seconds, and `sigma`, the deviation of the logarithm.

    How answer times of messaging support are usually reported.
    """

    kind: Literal["lognormal_by_median"] = "lognormal_by_median"
    median_s: float
    sigma: float

    def _faults(self) -> Iterator[Fault]:
        yield from self._above(0, "median_s", "sigma")

    def cdf(self, x: Floats) -> Floats:
        """Share of at most `x` seconds, `x` > 0."""
        return _lognormal_cdf(math.log(self.median_s), self.sigma, x)

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1)."""
        return _lognormal_inverse(math.log(self.median_s), self.sigma, u)

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        return rng.lognormal(math.log(self.median_s), self.sigma, size)

    def expected_s(self) -> float:
        """The mean, seconds."""
        return self.median_s * math.exp(self.sigma**2 / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform(Checked):
    """Anything from `low_s` to `high_s` seconds alike."""

    kind: Literal["uniform"] = "uniform"
    low_s: float = 0.0
    high_s: float

    def _faults(self) -> Iterator[Fault]:
        yield from self._at_least(0, "low_s")
        yield from self._at_least(self.low_s, "high_s")

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1)."""
        return self.low_s + (self.high_s - self.low_s) * u

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        return self.inverse(rng.random(size))

    def expected_s(self) -> float:
        """The mean, seconds."""
        return (self.low_s + self.high_s) / 2


def _gamma_inverse(shape: float, u: Floats) -> Floats:
    from scipy.special import gammaincinv  # noqa: PLC0415 - slow to load, and seldom needed

    inverse: Floats = gammaincinv(shape, u)
    return inverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Gamma(Checked):
    """Gamma by its mean `mean_s`, seconds, and `cv` = standard deviation / mean."""

    kind: Literal["gamma"] = "gamma"
    mean_s: float
    cv: float

    def _faults(self) -> Iterator[Fault]:
        yield from self._above(0, "mean_s", "cv")

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1)."""
        return self.mean_s * self.cv**2 * _gamma_inverse(self.cv**-2, u)

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        return rng.gamma(self.cv**-2, self.mean_s * self.cv**2, size)

    def expected_s(self) -> float:
        """The mean, seconds."""
        return self.mean_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Erlang(Checked):
    """The sum of `stages` equal exponential stages, `mean_s` seconds together."""

    kind: Literal["erlang"] = "erlang"
    mean_s: float
    stages: int

    def _faults(self) -> Iterator[Fault]:
        yield from self._above(0, "mean_s")
        yield from self._at_least(1, "stages")

    def inverse(self, u: Floats) -> Floats:
        """Seconds at the levels `u`, each in (0, 1)."""
        return self.mean_s / self.stages * _gamma_inverse(self.stages, u)

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """`size` draws, in seconds."""
        return rng.gamma(self.stages, self.mean_s / self.stages, size)

    def expected_s(self) -> float:
        """The mean, seconds."""
        return self.mean_s
