"""Who serves how much: exact answers for routing inside a group and between groups.

Arrivals are Poisson, work exponential; `service_rates` are customers a unit of time, one number a
member. Each answer is a check on a simulation and a lesson about a policy.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.arguments import COUNT, POSITIVE, require
from line_sim.analysis.erlang import erlang_b
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "IdleOrder",
    "Overflow",
    "PrivateQueues",
    "idle_order",
    "ordered_loss",
    "overflow",
    "round_robin_queues",
]


@dataclasses.dataclass(frozen=True, slots=True)
class IdleOrder:
    """The long run of a group that routes by idle time.

    Attributes
    ----------
    busy : float array [members]
        The share of time each member serves.
    wait_share : float
        P(W > 0).
    mean_wait : float
        E[W] of all customers.
    """

    busy: Floats
    wait_share: float
    mean_wait: float


def _means_of_products(loads: Floats) -> Floats:
    """For every size k, the mean product over all sets of k of the `loads`; sets along axis -1.

    One load after the other joins, as a weighted mean of "without it" and "with it", so nothing
    cancels and nothing overflows.
    """
    members = loads.shape[-1]
    mean = np.zeros((*loads.shape[:-1], members + 1))
    mean[..., 0] = 1.0
    for joined in range(1, members + 1):
        size = np.arange(1, joined + 1)
        with_it = loads[..., joined - 1, None] * mean[..., :joined]
        mean[..., 1 : joined + 1] = (
            (joined - size) * mean[..., 1 : joined + 1] + size * with_it
        ) / joined
    return mean


def idle_order(arrival_rate: float, service_rates: Sequence[float]) -> IdleOrder:
    """The exact answer for *every* policy that picks by order of idleness, rates unequal or not.

    Most idle, uniform random and even shortest idle share one long run (Doroudi and
    Gopalakrishnan 2013; Gopalakrishnan, Doroudi, Ward and Wierman 2016): the chance that exactly
    the set S of the N members is busy goes as ``(N - |S|)! * arrival_rate**|S| / product of the
    rates in S``, with a geometric queue behind the full set. So slower members stay busier: "most
    idle" does not equalise occupancy.

    Parameters
    ----------
    arrival_rate
        Customers a unit of time, above 0.
    service_rates
        One a member, each above 0. Time and memory grow as the cube of their number: hundreds are
        fine.

    Raises
    ------
    ConfigurationError
        If a rate is not above 0, there is no member, or arrivals are not below the sum of rates.
    """
    rates = np.asarray(service_rates, dtype=float)
    require(arrival_rate=(arrival_rate, POSITIVE), members=(float(rates.size), COUNT))
    require(**{f"service_rates[{i}]": (float(rate), POSITIVE) for i, rate in enumerate(rates)})
    full = arrival_rate / float(rates.sum())
    if full >= 1:
        given = f"{arrival_rate!r} arrivals for rates that sum to {float(rates.sum())!r}"
        raise ConfigurationError(
            [Fault("arrival_rate", given, "less than the sum: the queue grows")]
        )

    members = rates.size
    loads = arrival_rate / rates
    scale = float(loads.mean())
    size = np.arange(members + 1)
    logs = size * math.log(scale) - np.array([math.lgamma(k + 1.0) for k in size])
    with np.errstate(divide="ignore"):
        logs = logs + np.log(_means_of_products(loads / scale))
    weights = np.exp(logs - logs.max())
    weights[-1] /= 1.0 - full  # the queue behind the full set
    number_busy = weights / weights.sum()

    busy = _busy_given_number(loads / scale) @ number_busy[1:]
    waits = float(number_busy[-1])
    return IdleOrder(busy, waits, waits / (float(rates.sum()) - arrival_rate))


def _busy_given_number(loads: Floats) -> Floats:
    """For each member (row) and number busy 1 ... N (column), the chance that the member is one."""
    members = loads.size
    others = np.array([np.delete(loads, member) for member in range(members)])
    without = _means_of_products(others.reshape(members, members - 1))
    size = np.arange(1, members + 1)
    chance: Floats = size / members * loads[:, None] * without / _means_of_products(loads)[1:]
    return chance


def ordered_loss(staff: int, load: float) -> Floats:
    """The busy share of each of `staff` members asked in fixed order, customers lost if all busy.

    Parameters
    ----------
    staff
        How many, at least 1.
    load
        Erlangs, above 0; equal rates.

    Returns
    -------
    float array [staff]
        The first asked comes first.
    """
    require(staff=(staff, COUNT), load=(load, POSITIVE))
    lost = np.array([erlang_b(asked, load) for asked in range(staff + 1)])
    busy: Floats = load * (lost[:-1] - lost[1:])
    return busy


@dataclasses.dataclass(frozen=True, slots=True)
class Overflow:
    """The load that a full group passes on, as it would show on a group without end.

    Attributes
    ----------
    mean, variance : float
        Of the number of busy members there (erlangs, and erlangs squared); a Poisson stream would
        have them equal, overflow comes in bursts and has more variance.
    """

    mean: float
    variance: float


def overflow(staff: int, load: float) -> Overflow:
    """What overflows from `staff` members without waiting (Kosten 1937; Wilkinson 1956).

    Parameters
    ----------
    staff
        How many come first, at least 1.
    load
        Erlangs offered to them, above 0.
    """
    require(staff=(staff, COUNT), load=(load, POSITIVE))
    mean = load * erlang_b(staff, load)
    return Overflow(mean, mean * (1.0 - mean + load / (staff + 1.0 - load + mean)))


@dataclasses.dataclass(frozen=True, slots=True)
class PrivateQueues:
    """The long run of members who each have a queue of their own.

    Attributes
    ----------
    sigma : float
        The root of the GI/M/1 equation: the chance to wait.
    mean_wait : float
        E[W] of all customers.
    """

    sigma: float
    mean_wait: float


def round_robin_queues(staff: int, arrival_rate: float, service_rate: float) -> PrivateQueues:
    """Strict round robin into private queues: each member is an E_N/M/1 line.

    Parameters
    ----------
    staff
        How many take turns, at least 1.
    arrival_rate
        Customers a unit of time to all of them together, above 0.
    service_rate
        Of one member; ``staff * service_rate`` must exceed `arrival_rate`.

    Raises
    ------
    ConfigurationError
        If an argument is outside its range, or the queues would grow for ever.
    """
    require(
        staff=(staff, COUNT),
        arrival_rate=(arrival_rate, POSITIVE),
        service_rate=(service_rate, POSITIVE),
    )
    if staff * service_rate <= arrival_rate:
        given = f"{arrival_rate!r} arrivals for {staff} x {service_rate!r}"
        raise ConfigurationError([Fault("arrival_rate", given, "less: the queues grow for ever")])
    low, high = 0.0, 1.0  # bracket 1 - sigma, the chance not to wait
    while low < (middle := 0.5 * (low + high)) < high:
        # all of 1 - (1 + ...)^-N without cancellation where the chance is small
        served_first = -math.expm1(-staff * math.log1p(service_rate * middle / arrival_rate))
        low, high = (middle, high) if served_first > middle else (low, middle)
    return PrivateQueues(1.0 - low, (1.0 - low) / (service_rate * low))
