"""A channel's routing rule as administrators give it: destinations by their ids.

The same rules and the same words as :mod:`line_sim.desk.routing`, which asks everything else of
them; ids, because names may change.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, TypeAdapter

from line_sim.desk import routing
from line_sim.desk.rule_faults import rule_faults
from line_sim.desk.setup import DeskSetup, Service, ServiceGroup
from line_sim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Ids = tuple[int, ...]
Mode = Literal["failover", "rotate"]

_LISTS = ("destinations", "other_schedule", "percentage_remainder")
_DESK_RULE: TypeAdapter[routing.Rule] = TypeAdapter(routing.Rule)


class Table(BaseModel):
    """A part of a channel's configuration: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Alternative(Table):
    """One destination after the other."""

    kind: Literal["alternative"] = "alternative"
    destinations: Ids = ()
    alternative_mode: Mode = "failover"


class Share(Table):
    """A percentage of new enquiries and where they go."""

    percentage: int
    destinations: Ids


class Percentage(Table):
    """New enquiries split by percentage."""

    kind: Literal["percentage"] = "percentage"
    shares: tuple[Share, ...] = ()
    percentage_remainder: Ids | None = None
    percentage_mode: Literal["random", "smooth_wrr"] = "random"
    percentage_spill: bool = False
    alternative_mode: Mode = "failover"


class Condition(Table):
    """A time of the week and where enquiries go in it."""

    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    from_time: str = "00:00"
    to_time: str = "00:00"
    destinations: Ids = ()


class SpecialDay(Table):
    """A date with conditions of its own."""

    date: dt.date
    conditions: tuple[Condition, ...] = ()


class Time(Table):
    """Destinations by day and time."""

    kind: Literal["time"] = "time"
    conditions: tuple[Condition, ...] = ()
    other_schedule: Ids = ()
    holidays: tuple[dt.date, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    time_wrap: bool = True
    reroute_on_schedule_change: bool = False
    alternative_mode: Mode = "failover"


Rule = Annotated[Alternative | Percentage | Time, Discriminator("kind")]


def destinations_of(rule: Alternative | Percentage | Time) -> Iterator[tuple[str, int]]:
    """Every place in a rule that names a destination, and the id there."""
    yield from _listed(rule.model_dump(), "rule")


def faults_of(rule: Alternative | Percentage | Time, known: Mapping[int, str]) -> Iterator[Fault]:
    """What is wrong with a rule, as the desk sees it.

    Parameters
    ----------
    known
        Names of the destinations there are, by id.
    """
    for where, destination in destinations_of(rule):
        if destination not in known:
            there = ", ".join(f"{key} ({name})" for key, name in sorted(known.items()))
            allowed = f"one of {there}" if there else "a destination, and there is none yet"
            mend = "" if there else "line-sim bridge destinations --add NAME makes one"
            yield Fault(where, f"no destination {destination}", allowed, mend)
    words = {*map(str, known), *(str(each) for _, each in destinations_of(rule))}
    desk = DeskSetup(
        start=dt.datetime(2000, 1, 1),  # noqa: DTZ001 - the desk's dates are local
        utc_offset="+00:00",
        members=(),
        destinations=tuple(ServiceGroup(name=word) for word in sorted(words)),
        channels=(),
        service=Service(),
    )
    named = _DESK_RULE.validate_python(_with_words(rule.model_dump()))
    yield from rule_faults(named, desk, "rule")


def _listed(value: Any, where: str) -> Iterator[tuple[str, int]]:  # noqa: ANN401 - plain data
    if isinstance(value, dict):
        for key, each in value.items():
            if key in _LISTS:
                for place, destination in enumerate(each or ()):
                    yield f"{where}.{key}[{place}]", destination
            else:
                yield from _listed(each, f"{where}.{key}")
    elif isinstance(value, (list, tuple)):
        for place, each in enumerate(value):
            yield from _listed(each, f"{where}[{place}]")


def _with_words(value: Any, field: str = "") -> Any:  # noqa: ANN401 - plain data
    """The same with ids as words, which is what the desk calls destinations by."""
    if isinstance(value, dict):
        return {key: _with_words(each, key) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(str(each) if field in _LISTS else _with_words(each) for each in value)
    return value
