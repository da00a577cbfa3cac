"""Routing rules as data: Alternative, Percentage, Time.

Part of :mod:`line_sim.desk.setup`, where the marks in brackets are explained; how the rules choose
is in :mod:`line_sim.desk.rules`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt  # noqa: TC003 - readers of files look the annotations up
from typing import Literal, TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def frozen(data: type[_Class]) -> type[_Class]:
    """A dataclass that cannot be changed and is filled in by name only."""
    return dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(data)


@frozen
class Alternative:
    """Goes through the listed destinations in a line [seed; guide, routing-rules].

    Parameters
    ----------
    destinations : one to five names.
    alternative_mode : ``"failover"`` starts at the first for every enquiry, ``"rotate"`` one
        further each time [inferred from the Chinese page: standby].
    """

    kind: Literal["alternative"] = "alternative"
    destinations: tuple[str, ...] = ()
    alternative_mode: Literal["failover", "rotate"] = "failover"


@frozen
class Share:
    """One condition of the Percentage rule: 1 to 99 percent (100 if alone) and its destinations."""

    percentage: int
    destinations: tuple[str, ...]


@frozen
class Percentage:
    """Splits new enquiries by percentage [seed; guide, routing-rules].

    Parameters
    ----------
    shares : the conditions; together at most 100.
    percentage_remainder : destinations of what is left below 100; required then [guide, the
        predecessor's "Otherwise"].
    percentage_mode : ``"random"`` draws by the visit's luck, ``"smooth_wrr"`` is exact in every
        block of 100 [inferred].
    percentage_spill : whether a share in which nobody takes the enquiry passes it on to the next
        share [inferred: no].
    alternative_mode : how a share with several destinations uses them.
    """

    kind: Literal["percentage"] = "percentage"
    shares: tuple[Share, ...] = ()
    percentage_remainder: tuple[str, ...] | None = None
    percentage_mode: Literal["random", "smooth_wrr"] = "random"
    percentage_spill: bool = False
    alternative_mode: Literal["failover", "rotate"] = "failover"


@frozen
class Condition:
    """One condition of the Time rule: every <days>, From, To, destinations [guide, routing-rules].

    Parameters
    ----------
    days : of ``"mon" ... "sun"``; the day of From where the window passes midnight.
    from_time, to_time : "HH:MM"; the window is [From, To); From later than To passes midnight;
        equal = the whole day [inferred]. "24:00" is allowed as To.
    destinations : one to five names.
    """

    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    from_time: str = "00:00"
    to_time: str = "00:00"
    destinations: tuple[str, ...] = ()


@frozen
class SpecialDay:
    """A date with conditions of its own (their days are ignored); none at all = closed [chosen]."""

    date: dt.date
    conditions: tuple[Condition, ...] = ()


@frozen
class Time:
    """Chooses destinations by day and time; the first condition that fits wins [guide].

    Parameters
    ----------
    conditions : in order.
    other_schedule : destinations outside all conditions; none = missed at once, closed_hours.
    holidays : dates on which no condition holds, so Other Schedule does [chosen].
    special_days : dates with conditions of their own [chosen].
    time_wrap : whether From later than To may pass midnight [inferred: yes].
    reroute_on_schedule_change : whether the clock is read again while an enquiry waits [inferred:
        no].
    alternative_mode : how several destinations of a condition are used.
    """

    kind: Literal["time"] = "time"
    conditions: tuple[Condition, ...] = ()
    other_schedule: tuple[str, ...] = ()
    holidays: tuple[dt.date, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    time_wrap: bool = True
    reroute_on_schedule_change: bool = False
    alternative_mode: Literal["failover", "rotate"] = "failover"


Rule = Alternative | Percentage | Time
