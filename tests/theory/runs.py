"""Runs read from the rows of a log with numpy alone, not with the product's own analysis.

So a fault of the analysis cannot hide one of the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from estimates import Estimate, ratio
from support import UNIT

from line_sim.desk.model import (
    KIND_ABANDONED,
    KIND_CLOSED,
    KIND_MISSED,
    PICKED_UP,
    QUEUED,
    RECEIVED,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from support import Customers

    Floats = NDArray[np.float64]


class Run:
    """What became of each customer of a log, in units of time; NaN where it never came to that.

    One enquiry a customer, numbered as they came. `came`, `taken` (picked up), `gone` (left or
    missed), `ended` (closed), `wait` to the first of taken and gone; `staff` who picked up, -1 for
    nobody; `place`, the destination that had them last, waiting or served, -1 for none.
    """

    def __init__(self, rows: np.ndarray, customers: Customers) -> None:
        self.customers = customers
        self.came = self._when(rows, RECEIVED)
        self.taken = self._when(rows, PICKED_UP)
        self.gone = self._when(rows, KIND_ABANDONED, KIND_MISSED)
        self.ended = self._when(rows, KIND_CLOSED)
        pickups = rows[rows["kind"] == PICKED_UP]
        had = rows[np.isin(rows["kind"], (QUEUED, PICKED_UP))]
        self.staff, self.place = np.full((2, len(customers.at)), -1)
        self.staff[pickups["enquiry"]] = pickups["staff"]
        self.place[had["enquiry"]] = had["destination"]
        self.answered = ~np.isnan(self.taken)
        self.lost = ~np.isnan(self.gone)
        self.wait = np.where(self.answered, self.taken, self.gone) - self.came
        self._lengths = np.diff(customers.windows, axis=1)[:, 0]
        self._is_over()

    def _when(self, rows: np.ndarray, *kinds: int) -> Floats:
        of_kind = rows[np.isin(rows["kind"], kinds)]
        times = np.full(len(self.customers.at), np.nan)
        times[of_kind["enquiry"]] = of_kind["at"] / UNIT
        return times

    def _is_over(self) -> None:
        """Make sure that everybody had gone before the next fresh start."""
        over = np.where(self.answered, self.ended, self.gone)
        begins = np.append(self.customers.begins, np.inf)
        fresh = np.searchsorted(begins, self.customers.at / UNIT, side="right")
        if not np.all(over < begins[fresh]):
            crowded = "a replication began before the last was over: rest longer"
            raise RuntimeError(crowded)

    def mean(self, values: np.ndarray, among: np.ndarray | None = None) -> Estimate:
        """The mean of a number of each customer, over those who count (and are `among`)."""
        counted = self.customers.period >= 0
        if among is not None:
            counted &= among
        period, periods = self.customers.period[counted], len(self._lengths)
        tops = np.bincount(period, np.asarray(values, float)[counted], periods)
        return self._controlled(tops, np.bincount(period, minlength=periods))

    def present(self, starts: Floats, ends: Floats, among: np.ndarray | None = None) -> Estimate:
        """The mean over time of how many are between their start and end; NaN = never started."""
        of = ~(np.isnan(starts) | np.isnan(ends))
        if among is not None:
            of &= among
        begin, end = self.customers.windows.T
        inside = _elapsed(starts[of], ends[of], end) - _elapsed(starts[of], ends[of], begin)
        return self._controlled(inside, self._lengths)

    def time_at_least(self, starts: Floats, ends: Floats, most: int) -> list[Estimate]:
        """For 1 ... `most`: the share of time in which at least so many are present at once."""
        edges = self.customers.windows.ravel()
        times = np.concatenate([edges, starts, ends])
        steps = np.concatenate([0 * edges, starts * 0 + 1, ends * 0 - 1])
        order = np.argsort(times, kind="stable")
        times, level = times[order], np.cumsum(steps[order])
        window = np.searchsorted(edges, times[:-1], side="right") - 1  # even = inside
        lasting = np.diff(times)
        inside = (window >= 0) & (window % 2 == 0)
        found = []
        for number in range(1, most + 1):
            those = inside & (level[:-1] >= number)
            spent = np.bincount(window[those] // 2, lasting[those], len(self._lengths))
            found.append(self._controlled(spent, self._lengths))
        return found

    def _controlled(self, tops: np.ndarray, bottoms: np.ndarray) -> Estimate:
        return ratio(tops, bottoms).controlled(self.customers.controls)

    def busy(self, member: int) -> Estimate:
        """The share of time in which a member serves, one chat at a time."""
        return self.present(self.taken, self.ended, self.staff == member)


def _elapsed(starts: Floats, ends: Floats, until: Floats) -> Floats:
    """The time spent by all between start and end, up to each of some instants."""

    def since(times: Floats) -> Floats:
        ordered = np.sort(times)
        before = np.searchsorted(ordered, until)
        spent: Floats = before * until - np.concatenate([[0.0], np.cumsum(ordered)])[before]
        return spent

    return since(starts) - since(ends)


def line(run: Run, staff: int, minutes: float = 1.0) -> dict[str, Estimate]:
    """What theory speaks of in one line of `staff`; also in seconds, a unit being `minutes`."""
    waits_end = np.where(run.answered, run.taken, run.gone)
    serving = run.present(run.taken, run.ended)
    wait = run.mean(run.wait)
    return {
        "P(W > 0)": run.mean(run.wait > 0),
        "P(lost)": run.mean(run.lost),
        "E[W]": wait,
        "E[W], s": wait * (60 * minutes),
        "in 20 s": run.mean(run.answered & (run.wait * minutes <= 20 / 60)),
        "waiting": run.present(run.came, waits_end),
        "serving": serving,
        "occupancy": serving * (1 / staff),
    }
