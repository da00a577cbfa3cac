"""What was found, kept aside until all of it is known and can be put in order of time.

Small imports stay in memory; larger ones are in a temporary file without a name, which is gone
whatever happens. In memory remain 24 bytes for each line.
"""

from __future__ import annotations

import pickle
import tempfile
from array import array
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_MEMORY_BYTES = 32_000_000
UNKNOWN_US = -1
GAP_US = 1_000
"""Between what has a time and what follows without one."""
MADE_GAP_US = 1_000_000
"""Between what follows each other where nothing has a time."""
START_US = 1_735_689_600_000_000
"""Where times begin that are all made up: 2025-01-01, midnight UTC."""


class Spool:
    """Records by time; each may have a second one, its end, so much later."""

    def __init__(self) -> None:
        # not in a `with`: it lives as long as this object
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
        self._begin_us = array("q")
        self._after_us = array("q")
        self._places = array("Q")
        self.untimed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def add(self, at_ms: float | None, record: object) -> None:
        """Keep a record; without a time it goes after the one before it."""
        if at_ms is None:
            self.untimed += 1
        self._put(UNKNOWN_US if at_ms is None else round(at_ms * 1e3), 0, record)

    def add_end(self, after_ms: float | None, record: object) -> None:
        """Keep the end of what was added last, some time after it."""
        self._put(UNKNOWN_US, round((after_ms or 0.0) * 1e3) + 1, record)

    def _put(self, begin_us: int, after_us: int, record: object) -> None:
        self._begin_us.append(begin_us)
        self._after_us.append(after_us)
        self._places.append(self._file.tell())
        pickle.dump(record, self._file, protocol=pickle.HIGHEST_PROTOCOL)

    def in_order(self) -> Iterator[tuple[int, Any]]:
        """All records by time, and as they came where times are equal; Unix microseconds first."""
        times_us = self._times_us()
        for place in np.argsort(times_us, kind="stable").tolist():
            self._file.seek(self._places[place])
            # our own bytes, which nobody else could write
            yield int(times_us[place]), pickle.load(self._file)  # noqa: S301

    def _times_us(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """When each record is, those without a time filled in."""
        begins = np.array(self._begin_us, dtype=np.int64)
        after = np.array(self._after_us, dtype=np.int64)
        starts = np.flatnonzero(after == 0)
        known = np.flatnonzero(begins[starts] != UNKNOWN_US)
        filled = begins[starts]
        order = np.arange(len(starts), dtype=np.int64)
        if not len(known):
            filled = START_US + order * MADE_GAP_US
        else:
            last = np.maximum.accumulate(np.where(filled != UNKNOWN_US, order, -1))
            before = last < 0
            filled = filled[np.maximum(last, 0)] + (order - last) * GAP_US
            filled[before] = begins[starts][known[0]] - (known[0] - order[before]) * GAP_US
        # an end belongs to the start before it
        owner = np.searchsorted(starts, np.arange(len(begins)), side="right") - 1
        found: np.ndarray[Any, np.dtype[np.int64]] = np.maximum(filled, 0)[owner]
        return found + np.maximum(after - 1, 0)
