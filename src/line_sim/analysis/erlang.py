"""One line of waiting customers: Erlang B, C and A.

Customers come in a Poisson stream, work is exponential, `staff` people serve one customer each,
first come first served. Patience is exponential (Erlang A: Palm 1957; Garnett, Mandelbaum and
Reiman 2002), endless (Erlang C) or none at all (Erlang B). All times are in one unit of the
caller's choice, rates in customers a unit.

No number leaves the range of a float: sums over the queue are kept as logarithms, so thousands of
staff are as exact as five (shares to about 1e-8). What the textbook writes with incomplete gamma
functions is, term by term, the sum over the number found waiting.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import NamedTuple

import numpy as np

from line_sim.analysis.arguments import (
    COUNT,
    COUNT_OR_NONE,
    NOT_NEGATIVE,
    POSITIVE,
    POSITIVE_OR_NEVER,
    SHARE,
    require,
)

__all__ = ["ServiceLevels", "WaitingLine", "erlang_a", "erlang_b", "erlang_c"]

_NEGLIGIBLE = math.log(1e-18)  # a tail this much smaller than the whole changes no printed digit
_HALVINGS = 200  # of an interval of floats: more than there are bits


def _one_over_b(staff: int, load: float) -> float:
    """1 / B by the recursion 1/B(n) = 1 + n / (load B(n-1)); inf where B is below all floats."""
    reciprocal = 1.0
    for busy in range(1, staff + 1):
        reciprocal = 1.0 + reciprocal * busy / load
    return reciprocal


def erlang_b(staff: int, load: float) -> float:
    """The share of customers who find all staff busy and are lost: nobody waits.

    Parameters
    ----------
    staff
        How many serve, at least 0.
    load
        Arrival rate times mean handling time (erlangs), at least 0.

    Raises
    ------
    ConfigurationError
        If an argument is outside its range.
    """
    require(staff=(staff, COUNT_OR_NONE), load=(load, NOT_NEGATIVE))
    if load == 0:
        return 1.0 if staff == 0 else 0.0
    return 1.0 / _one_over_b(staff, load)


def erlang_c(staff: int, load: float) -> float:
    """The share of customers who wait when nobody ever leaves; 1 where `load` is not below `staff`.

    Parameters
    ----------
    staff
        How many serve, at least 1.
    load
        Arrival rate times mean handling time (erlangs), above 0.

    Raises
    ------
    ConfigurationError
        If an argument is outside its range.
    """
    return WaitingLine(staff, load, 1.0, math.inf).wait_share


class ServiceLevels(NamedTuple):
    """Service level by its four definitions, each a share; they differ, so name the one you print.

    Attributes
    ----------
    answered_of_received
        Answered in time / arrivals.
    answered_of_answered
        Answered in time / answered.
    answered_of_patient
        Answered in time / (arrivals minus those who left in time).
    served_or_left_of_received
        (Answered in time or left in time) / arrivals.
    """

    answered_of_received: float
    answered_of_answered: float
    answered_of_patient: float
    served_or_left_of_received: float


class _Queue(NamedTuple):
    """The customers ahead of an arrival who has to wait.

    `log_sum` is the logarithm of ``sum of x^k / (c (c+1) ... (c+k))`` over k = 0, 1, ...;
    `share` has the part of each term, the chance of k others waiting; `ahead` is k + 1, the
    departures to wait for. Terms too small to matter are left out at both ends.
    """

    log_sum: float
    share: np.ndarray
    ahead: np.ndarray


def _queue(c: float, x: float) -> _Queue:
    """Sum the series of :class:`_Queue`, doubling the terms until the rest is negligible."""
    # terms grow until k = x - c, and as many deviations of a Poisson number below that are nothing
    first = max(0, math.floor(x - c - 12.0 * math.sqrt(x)))
    start = (
        first * math.log(x) - math.lgamma(c + first + 1) + math.lgamma(c)
        if first
        else (-math.log(c))
    )
    terms = 256
    while True:
        k = first + np.arange(1, terms if x else 1)
        logs = np.concatenate(([start], start + np.cumsum(math.log(x or 1.0) - np.log(c + k))))
        top = float(logs.max())
        ratio = x / (c + first + terms)
        # from the last term on, a geometric series bounds the rest
        if not x or (ratio < 1 and logs[-1] - top - math.log1p(-ratio) < _NEGLIGIBLE):
            break
        terms *= 2
    weights = np.exp(logs - top)
    total = float(weights.sum())
    return _Queue(top + math.log(total), weights / total, first + 1.0 + np.arange(len(logs)))


@dataclasses.dataclass(frozen=True)
class WaitingLine:
    """One M/M/n+M line in the long run, everything counted over *arriving* customers.

    Parameters
    ----------
    staff
        How many serve, at least 1.
    arrival_rate
        Customers a unit of time, above 0.
    handling_time
        Mean work of one customer, above 0.
    patience
        Mean patience, above 0; ``math.inf`` for customers who never leave (Erlang C). With endless
        patience and a load not below `staff` the queue grows for ever: then ``wait_share`` is 1,
        mean waits are ``inf`` and service levels 0.

    Raises
    ------
    ConfigurationError
        If an argument is outside its range.
    """

    staff: int
    arrival_rate: float
    handling_time: float = 1.0
    patience: float = math.inf

    def __post_init__(self) -> None:
        require(
            staff=(self.staff, COUNT),
            arrival_rate=(self.arrival_rate, POSITIVE),
            handling_time=(self.handling_time, POSITIVE),
            patience=(self.patience, POSITIVE_OR_NEVER),
        )

    @property
    def load(self) -> float:
        """Erlangs: arrival rate times handling time."""
        return self.arrival_rate * self.handling_time

    @property
    def grows_for_ever(self) -> bool:
        """Whether nobody leaves and staff cannot keep up."""
        return math.isinf(self.patience) and self.load >= self.staff

    @property
    def _served_per_patience(self) -> float:
        """Customers that a busy staff serves in one mean patience."""
        return self.staff * self.patience / self.handling_time

    def _still_ahead(self, elapsed: float) -> _Queue:
        """Who is still ahead of somebody who has waited `elapsed`."""
        came = self.arrival_rate * self.patience
        return _queue(self._served_per_patience, came * math.exp(-elapsed / self.patience))

    @functools.cached_property
    def _found(self) -> _Queue:
        """Who is ahead of an arrival who has to wait."""
        return self._still_ahead(0.0)

    def _leaves(self, found: _Queue) -> float:
        """The chance that somebody with these customers ahead leaves before being served."""
        c = self._served_per_patience
        return float(np.sum(found.share * found.ahead / (c + found.ahead)))

    @functools.cached_property
    def wait_share(self) -> float:
        """P(W > 0): the share of arrivals that find all staff busy."""
        if self.grows_for_ever:
            return 1.0
        if math.isinf(self.patience):
            log_queue = -math.log1p(-self.load / self.staff)
        else:
            log_queue = math.log(self._served_per_patience) + self._found.log_sum
        free_over_full = _one_over_b(self.staff, self.load) - 1.0
        return 1.0 / (1.0 + free_over_full * math.exp(-log_queue))

    @property
    def abandoned_share(self) -> float:
        """P(abandon): the share of arrivals that leave unserved."""
        if math.isinf(self.patience):
            return 0.0
        return self.wait_share * self._leaves(self._found)

    @property
    def mean_wait(self) -> float:
        """E[W] of all arrivals, those who left included."""
        if self.grows_for_ever:
            return math.inf
        if math.isinf(self.patience):
            return self.wait_share / (self.staff / self.handling_time - self.arrival_rate)
        return self.abandoned_share * self.patience

    @property
    def mean_wait_answered(self) -> float:
        """E[W | served]: the mean wait of those who were answered."""
        if math.isinf(self.patience):
            return self.mean_wait
        found, c = self._found, self._served_per_patience
        stays = c / (c + found.ahead)  # the chance to outlast that many departures
        # the time they take, given that one does: the sum of patience / (c + 1 ... c + ahead)
        spent = np.cumsum(1.0 / (c + found.ahead))
        if left_out := found.ahead[0] - 1.0:
            from scipy import special  # noqa: PLC0415 - half a second, only where it is needed

            spent += special.digamma(c + left_out + 1.0) - special.digamma(c + 1.0)
        waited = self.wait_share * float(np.sum(found.share * stays * spent)) * self.patience
        return waited / (1.0 - self.abandoned_share)

    @property
    def mean_queue(self) -> float:
        """The mean number waiting: Little's law, arrival rate times mean wait."""
        return self.arrival_rate * self.mean_wait

    @property
    def occupancy(self) -> float:
        """The share of time a member of staff is serving."""
        return min(1.0, self.load * (1.0 - self.abandoned_share) / self.staff)

    def offered_wait_exceeds(self, threshold: float) -> float:
        """P(V > t): the chance that somebody who never leaves waits longer than `threshold`."""
        require(threshold=(threshold, NOT_NEGATIVE))
        if self.grows_for_ever:
            return 1.0
        drained = self.staff / self.handling_time * threshold
        if math.isinf(self.patience):
            return self.wait_share * math.exp(self.arrival_rate * threshold - drained)
        refilled = -self.arrival_rate * self.patience * math.expm1(-threshold / self.patience)
        grown = self._still_ahead(threshold).log_sum - self._found.log_sum
        return self.wait_share * math.exp(refilled - drained + grown)

    def waits_longer(self, threshold: float) -> float:
        """P(W > t): the share of arrivals that wait longer than `threshold`, served or not."""
        return self.offered_wait_exceeds(threshold) * math.exp(-threshold / self.patience)

    def wait_percentile(self, share: float) -> float:
        """The wait that `share` of all arrivals do not exceed; 0 where that many do not wait.

        Parameters
        ----------
        share
            Between 0 and 1, both excluded: 0.9 is the 90th percentile.
        """
        require(share=(share, SHARE))
        if self.grows_for_ever:
            return math.inf
        beyond = 1.0 - share
        if self.wait_share <= beyond:
            return 0.0
        low, high = 0.0, self.handling_time
        while self.waits_longer(high) > beyond:
            low, high = high, 2.0 * high
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            if middle in {low, high}:
                break
            low, high = (middle, high) if self.waits_longer(middle) > beyond else (low, middle)
        return high

    def service_levels(self, threshold: float) -> ServiceLevels:
        """The share served within `threshold`, by all four definitions."""
        longer = self.waits_longer(threshold)
        left = self.abandoned_share
        left_in_time = left
        if longer and not math.isinf(self.patience):
            left_in_time -= longer * self._leaves(self._still_ahead(threshold))
        in_time = max(0.0, 1.0 - longer - left_in_time)
        return ServiceLevels(
            answered_of_received=in_time,
            answered_of_answered=in_time / (1.0 - left),
            answered_of_patient=in_time / (1.0 - left_in_time),
            served_or_left_of_received=1.0 - longer,
        )


def erlang_a(staff: int, arrival_rate: float, handling_time: float, patience: float) -> WaitingLine:
    """The M/M/n+M line: Erlang A, and Erlang C with ``patience=math.inf``.

    Parameters and errors are those of :class:`WaitingLine`.

    Examples
    --------
    >>> line = erlang_a(50, arrival_rate=48, handling_time=1, patience=2)
    >>> round(line.abandoned_share, 4)
    0.0309
    """
    return WaitingLine(staff, arrival_rate, handling_time, patience)
