"""How many there are: laws of counts of at least one, as data.

Turns of a conversation, messages in one go. Each law is a frozen dataclass with a ``kind`` and
knows its inverse distribution function, samples and mean, as the laws of durations do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from line_sim.scenario.checked import Checked, weights_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from line_sim.errors import Fault

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

_MOST = 32_000  # what a visit's column of turns can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedCount(Checked):
    """Always `value`, at least 1."""

    kind: Literal["fixed"] = "fixed"
    value: int = 1

    def _faults(self) -> Iterator[Fault]:
        yield from self._at_least(1, "value")

    def inverse(self, u: Floats) -> Integers:
        """Counts at the levels `u`, each in (0, 1)."""
        return np.full(np.shape(u), self.value, np.int64)

    def sample(self, rng: np.random.Generator, size: int) -> Integers:
        """`size` draws; `rng` is not used."""
        del rng
        return np.full(size, self.value, np.int64)

    def expected(self) -> float:
        """The mean."""
        return float(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometric(Checked):
    """One, and after each as likely one more as after the others; `mean` at least 1."""

    kind: Literal["geometric"] = "geometric"
    mean: float

    def _faults(self) -> Iterator[Fault]:
        yield from self._at_least(1, "mean")

    def inverse(self, u: Floats) -> Integers:
        """Counts at the levels `u`, each in (0, 1); at most 32,000."""
        if self.mean == 1:
            return np.ones(np.shape(u), np.int64)
        counts = np.ceil(np.log1p(-np.asarray(u)) / np.log1p(-1 / self.mean))
        whole: Integers = np.clip(counts, 1, _MOST).astype(np.int64)
        return whole

    def sample(self, rng: np.random.Generator, size: int) -> Integers:
        """`size` draws."""
        return self.inverse(rng.random(size))

    def expected(self) -> float:
        """The mean."""
        return self.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCount(Checked):
    """One, two, three, ... with the listed `weights`, relative to their sum."""

    kind: Literal["listed"] = "listed"
    weights: tuple[float, ...]

    def _faults(self) -> Iterator[Fault]:
        yield from weights_faults("weights", self.weights)

    def inverse(self, u: Floats) -> Integers:
        """Counts at the levels `u`, each in (0, 1)."""
        edges = np.cumsum(self.weights) / np.sum(self.weights)
        counts: Integers = np.searchsorted(edges[:-1], u, side="right").astype(np.int64) + 1
        return counts

    def sample(self, rng: np.random.Generator, size: int) -> Integers:
        """`size` draws."""
        return self.inverse(rng.random(size))

    def expected(self) -> float:
        """The mean."""
        counts = np.arange(1, len(self.weights) + 1)
        return float(np.dot(counts, self.weights) / np.sum(self.weights))


Count = Annotated[FixedCount | Geometric | ListedCount, Field(discriminator="kind")]
"""How many, at least one."""
