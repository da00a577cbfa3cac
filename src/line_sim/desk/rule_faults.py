"""What is wrong with a routing rule: percentages, times of day, lists of destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.desk.fault_kinds import (
    DAYS,
    is_clock,
    list_of_destinations,
    twice,
    word_faults,
)
from line_sim.desk.setup import (
    Alternative,
    Condition,
    DeskSetup,
    Percentage,
    Rule,
    SpecialDay,
    Time,
)
from line_sim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator


def rule_faults(rule: Rule, setup: DeskSetup, where: str) -> Iterator[Fault]:
    """What is wrong with one channel's routing rule; `where` is its place in the desk."""
    if isinstance(rule, Alternative):
        yield from list_of_destinations(rule.destinations, setup, f"{where}.destinations")
    elif isinstance(rule, Percentage):
        yield from _percentage_faults(rule, setup, where)
    else:
        yield from _time_faults(rule, setup, where)


def _percentage_faults(rule: Percentage, setup: DeskSetup, where: str) -> Iterator[Fault]:
    service = setup.service
    values = [share.percentage for share in rule.shares]
    if not values:
        yield Fault(f"{where}.shares", "no share", "at least one")
    for place, share in enumerate(rule.shares):
        here = f"{where}.shares[{place}]"
        alone = len(values) == 1 and share.percentage == 100
        if not alone and not service.percentage_min <= share.percentage <= service.percentage_max:
            allowed = f"{service.percentage_min} to {service.percentage_max}, or 100 alone"
            yield Fault(f"{here}.percentage", str(share.percentage), allowed)
        yield from list_of_destinations(share.destinations, setup, f"{here}.destinations")
    total, sum_of = sum(values), " + ".join(str(value) for value in values)
    remainder = f"{where}.percentage_remainder"
    if total > 100:
        yield Fault(f"{where}.shares", f"percentages sum to {total}", "at most 100", sum_of)
    elif values and total < 100 and rule.percentage_remainder is None:
        mend = f"raise a share, or name {remainder}"
        yield Fault(f"{where}.shares", f"percentages sum to {total}", "100", mend)
    if rule.percentage_remainder is not None:
        yield from list_of_destinations(rule.percentage_remainder, setup, remainder)


def _time_faults(rule: Time, setup: DeskSetup, where: str) -> Iterator[Fault]:
    if not rule.conditions and not rule.special_days and not rule.other_schedule:
        yield Fault(where, "no condition and no other_schedule", "at least one of them")
    other = f"{where}.other_schedule"
    yield from list_of_destinations(rule.other_schedule, setup, other, may_be_empty=True)
    for place, condition in enumerate(rule.conditions):
        here = f"{where}.conditions[{place}]"
        if not condition.days:
            yield Fault(f"{here}.days", "no day", f"one or more of {', '.join(DAYS)}")
        yield from word_faults(condition.days, DAYS, f"{here}.days")
        yield from _condition_faults(condition, rule, setup, here)
    yield from twice(rule.holidays, f"{where}.holidays", "date")
    yield from _special_day_faults(rule, setup, where)


def _special_day_faults(rule: Time, setup: DeskSetup, where: str) -> Iterator[Fault]:
    days: tuple[SpecialDay, ...] = rule.special_days
    yield from twice([day.date for day in days], f"{where}.special_days", "date")
    for place, day in enumerate(days):
        here = f"{where}.special_days[{place}]"
        if day.date in rule.holidays:
            yield Fault(f"{here}.date", f"{day.date} is a holiday too", "one or the other")
        for number, condition in enumerate(day.conditions):
            yield from _condition_faults(condition, rule, setup, f"{here}.conditions[{number}]")


def _condition_faults(
    condition: Condition, rule: Time, setup: DeskSetup, where: str
) -> Iterator[Fault]:
    early, late = condition.from_time, condition.to_time
    if not is_clock(early):
        yield Fault(f"{where}.from_time", repr(early), '"HH:MM", 00:00 to 23:59')
    if not is_clock(late, end=True):
        yield Fault(f"{where}.to_time", repr(late), '"HH:MM", 00:00 to 24:00')
    if is_clock(early) and is_clock(late) and early > late and not rule.time_wrap:
        mend = 'to_time = "24:00" ends at midnight; time_wrap = true passes it'
        given = f"from {early} to {late} with time_wrap off"
        yield Fault(f"{where}.to_time", given, "To later than From", mend)
    yield from list_of_destinations(condition.destinations, setup, f"{where}.destinations")
