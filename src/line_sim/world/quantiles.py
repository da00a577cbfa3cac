"""Quantile tables: laws as whole numbers a run can look up with any visit's luck.

A run may only add, subtract, multiply, divide, compare and look up, so that every engine agrees to
the bit; what is drawn during a run therefore comes from a table of the inverse distribution
function at (i + 0.5) / 4096. An exponential read from it has a mean 0.008 % short and a variance
0.16 % short; a lognormal with sigma 1 loses 0.07 % and 2.8 %, with sigma 2 1.8 % and half: the
farthest tail of a very heavy law is not reached.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from line_sim.desk.model import SECOND
from line_sim.world.drawn import TABLE_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from line_sim.scenario.behaviour import Count, Duration

LONGEST = 1 << 50
"""Microseconds, about 36 years: no drawn time is longer, so that sums stay far from overflow."""

LEVELS = (np.arange(TABLE_SIZE) + 0.5) / TABLE_SIZE
LEVELS.setflags(write=False)


def microseconds(seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole microseconds nearest to `seconds`, from 1 to ``LONGEST``; `seconds` is used up."""
    seconds *= SECOND
    np.rint(seconds, out=seconds)
    np.clip(seconds, 1, LONGEST, out=seconds)
    return seconds.astype(np.int64)


@lru_cache(maxsize=256)  # an experiment draws the same laws for every strategy and replication
def duration_table(law: Duration) -> NDArray[np.int64]:
    """Microseconds of `law` at each level, at least 1; shape (TABLE_SIZE,), not falling."""
    table = microseconds(np.array(law.inverse(LEVELS), np.float64))
    table.setflags(write=False)
    return table


def count_table(law: Count) -> NDArray[np.int64]:
    """Counts of `law` at each level, at least 1; shape (TABLE_SIZE,), not falling."""
    return law.inverse(LEVELS)


def kind_table(shares: Sequence[float]) -> NDArray[np.int64]:
    """Numbers 0, 1, ... at each level, in proportion to `shares`; shape (TABLE_SIZE,)."""
    edges = np.cumsum(shares) / np.sum(shares)
    numbers: NDArray[np.int64] = np.searchsorted(edges[:-1], LEVELS, side="right").astype(np.int64)
    return numbers


class Tables:
    """Collects tables and numbers them; an equal table gets the number it has already."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    def add(self, table: NDArray[np.int64]) -> int:
        """The number of `table`, int64 of shape (TABLE_SIZE,)."""
        key = np.ascontiguousarray(table, np.int64).tobytes()
        return self._numbers.setdefault(key, len(self._numbers))

    def array(self) -> NDArray[np.int64]:
        """All tables, int64 of shape (tables, TABLE_SIZE)."""
        rows = [np.frombuffer(key, np.int64) for key in self._numbers]
        return np.stack(rows) if rows else np.zeros((0, TABLE_SIZE), np.int64)
