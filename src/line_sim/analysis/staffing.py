"""How many staff a line needs, and what happens to delay when it grows large.

The inverses search for the least number exactly; the limits are what the square-root rule
``staff = load + beta * sqrt(load)`` gives as the load grows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from line_sim.analysis.arguments import (
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    POSITIVE_OR_NEVER,
    SHARE,
    Allowed,
    require,
)
from line_sim.analysis.erlang import ServiceLevels, WaitingLine, erlang_b
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "delay_limit",
    "delay_limit_patience",
    "least_staff",
    "least_staff_loss",
]


def _least(meets: Callable[[int], bool], start: int) -> int:
    """The least whole number from 1 that `meets`, which is false up to it and true from it on."""
    high = max(1, start)
    while not meets(high):
        high *= 2
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def least_staff_loss(load: float, lost_share: float) -> int:
    """The fewest staff with which at most `lost_share` of customers find all busy (Erlang B).

    Parameters
    ----------
    load
        Erlangs, above 0.
    lost_share
        Between 0 and 1, both excluded.
    """
    require(load=(load, POSITIVE), lost_share=(lost_share, SHARE))
    return _least(lambda staff: erlang_b(staff, load) <= lost_share, round(load))


def _check_targets(
    definition: str,
    level: float | None,
    threshold: float | None,
    limits: dict[str, tuple[float, Allowed]],
) -> None:
    """Refuse targets that are none, half given or out of range."""
    faults = []
    if definition not in ServiceLevels._fields:
        faults.append(Fault.unknown("definition", definition, ServiceLevels._fields))
    if (level is None) != (threshold is None):
        faults.append(Fault("threshold", "one of a pair", "service_level and threshold together"))
    if not limits and level is None:
        faults.append(Fault("targets", "none given", "at least one", "service_level=0.8 ..."))
    if faults:
        raise ConfigurationError(faults)
    if level is not None and threshold is not None:
        limits = {**limits, "service_level": (level, SHARE), "threshold": (threshold, NOT_NEGATIVE)}
    require(**limits)


def least_staff(  # noqa: PLR0913 - each target has its name, and all may be asked for together
    arrival_rate: float,
    handling_time: float,
    patience: float = math.inf,
    *,
    service_level: float | None = None,
    threshold: float | None = None,
    definition: str = "answered_of_received",
    wait_share: float | None = None,
    abandoned_share: float | None = None,
    mean_wait: float | None = None,
    occupancy: float | None = None,
) -> int:
    """The fewest staff that meet every target given (Erlang A, or C with endless patience).

    Parameters
    ----------
    arrival_rate, handling_time, patience
        As for :class:`~line_sim.analysis.erlang.WaitingLine`.
    service_level, threshold, definition
        At least this share within `threshold`, by the definition named, one of
        :class:`~line_sim.analysis.erlang.ServiceLevels`.
    wait_share, abandoned_share, mean_wait, occupancy
        At most this.

    Raises
    ------
    ConfigurationError
        If no target is given, or one is outside its range.
    """
    most = {
        "wait_share": (wait_share, SHARE),
        "abandoned_share": (abandoned_share, SHARE),
        "mean_wait": (mean_wait, POSITIVE),
        "occupancy": (occupancy, SHARE),
    }
    limits = {name: (limit, fits) for name, (limit, fits) in most.items() if limit is not None}
    _check_targets(definition, service_level, threshold, limits)

    def meets(staff: int) -> bool:
        line = WaitingLine(staff, arrival_rate, handling_time, patience)
        if any(getattr(line, name) > limit for name, (limit, _) in limits.items()):
            return False
        if service_level is None or threshold is None:
            return True
        return float(getattr(line.service_levels(threshold), definition)) >= service_level

    return _least(meets, round(arrival_rate * handling_time))


def _mills(x: float) -> float:
    """Upper tail over density of the standard normal, without underflow; inf far to the left."""
    from scipy import special  # noqa: PLC0415 - half a second, only where it is needed

    return math.sqrt(math.pi / 2.0) * float(special.erfcx(x / math.sqrt(2.0)))


def delay_limit(beta: float) -> float:
    """P(W > 0) of ever larger lines without abandonment (Halfin and Whitt 1981).

    Parameters
    ----------
    beta
        ``(staff - load) / sqrt(load)``, above 0.
    """
    require(beta=(beta, POSITIVE))
    return 1.0 / (1.0 + beta * _mills(-beta))


def delay_limit_patience(beta: float, patience_over_handling: float) -> float:
    """P(W > 0) of ever larger lines with abandonment (Garnett, Mandelbaum and Reiman 2002).

    Parameters
    ----------
    beta
        ``(staff - load) / sqrt(load)``, any number.
    patience_over_handling
        Mean patience over mean handling time, above 0; ``math.inf`` is :func:`delay_limit`.
    """
    require(beta=(beta, NUMBER), patience_over_handling=(patience_over_handling, POSITIVE_OR_NEVER))
    if math.isinf(patience_over_handling):
        return delay_limit(beta) if beta > 0 else 1.0
    root = math.sqrt(patience_over_handling)
    return 1.0 / (1.0 + _mills(-beta) / _mills(beta * root) / root)
