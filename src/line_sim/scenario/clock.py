"""A scenario by the clock, before it is run: who is on duty, where enquiries go, how much comes.

Means and plans only; what really happens is what the simulation is for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from line_sim.desk.fault_kinds import DAYS
from line_sim.desk.model import SECOND
from line_sim.desk.setup import Alternative, Percentage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from line_sim.desk.setup import Channel, Condition, Rule, Time
    from line_sim.scenario.behaviour import SlowDown
    from line_sim.scenario.config import Content

__all__ = [
    "all_named",
    "capacity",
    "local",
    "offered_load",
    "on_duty",
    "quarters",
    "routed",
    "spans",
]

_HOUR_US = 3600 * SECOND
_QUARTER_US = _HOUR_US // 4
_SHOWN = 6
_CHATS_AT_ONCE = 3  # taken for a person without a cap: what teams do (LiveAgent Japan: 3 to 5)


def all_named(rule: Rule) -> Iterable[str]:
    """Every destination a rule names."""
    if isinstance(rule, Alternative):
        return rule.destinations
    if isinstance(rule, Percentage):
        named = [name for share in rule.shares for name in share.destinations]
        return [*named, *(rule.percentage_remainder or ())]
    conditions = [*rule.conditions, *(each for day in rule.special_days for each in day.conditions)]
    return [*rule.other_schedule, *(name for each in conditions for name in each.destinations)]


def quarters(content: Content) -> range:
    """Where each quarter-hour of a run begins, microseconds since the start."""
    return range(0, content.end_us, _QUARTER_US)


def on_duty(content: Content) -> list[set[str]]:
    """Who is planned at work, and not on a break, in the middle of each quarter-hour."""
    duty: list[set[str]] = []
    shifts = content.shifts()
    for start in quarters(content):
        middle = start + _QUARTER_US // 2
        duty.append(
            {
                name
                for name, planned in shifts.items()
                for shift in planned
                if shift.start_us <= middle < shift.end_us
                and not any(early <= middle < late for early, late in shift.breaks)
            }
        )
    return duty


def routed(channel: Channel, moment: dt.datetime) -> Iterable[str]:
    """All destinations a rule may send an enquiry to at a moment of the channel's clock."""
    rule = channel.rule
    if isinstance(rule, Alternative | Percentage):
        return all_named(rule)
    condition = _condition_at(rule, moment)
    return rule.other_schedule if condition is None else condition.destinations


def _condition_at(rule: Time, moment: dt.datetime) -> Condition | None:
    yesterday = moment - dt.timedelta(days=1)
    for date, minutes in ((moment, 0), (yesterday, 24 * 60)):
        now = 60 * moment.hour + moment.minute + minutes
        for condition in _conditions_on(rule, date):
            start, end = _minute(condition.from_time), _minute(condition.to_time)
            end += 24 * 60 if end <= start else 0
            if start <= now < end:
                return condition
    return None


def _conditions_on(rule: Time, moment: dt.datetime) -> Sequence[Condition]:
    date = moment.date()
    for day in rule.special_days:
        if day.date == date:
            return day.conditions
    if date in rule.holidays:
        return ()
    return [each for each in rule.conditions if DAYS[moment.weekday()] in each.days]


def _minute(clock: str) -> int:
    return 60 * int(clock[:2]) + int(clock[3:])


def local(content: Content, channel: Channel, at_us: int) -> dt.datetime:
    """What a channel's clock shows at an instant of the run."""
    moment = content.start + dt.timedelta(microseconds=at_us)
    if channel.utc_offset is None:
        return moment
    return moment + _offset(channel.utc_offset) - _offset(content.utc_offset)


def _offset(text: str) -> dt.timedelta:
    size = dt.timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return -size if text[0] == "-" else size


def spans(content: Content, found: Sequence[bool]) -> str:
    """The stretches of a run in which something holds: ``Mon 2 Nov 18:00-22:00, ...``."""
    stretches: list[list[int]] = []
    for number, holds in enumerate(found):
        if holds and stretches and stretches[-1][1] == number:
            stretches[-1][1] = number + 1
        elif holds:
            stretches.append([number, number + 1])
    quarter = dt.timedelta(minutes=15)
    shown = [
        f"{content.start + first * quarter:%a %H:%M} to {content.start + last * quarter:%a %H:%M}"
        for first, last in stretches[:_SHOWN]
    ]
    more = len(stretches) - _SHOWN
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def offered_load(content: Content) -> list[float]:
    """Work that arrives in each hour of the run, in person-hours of a person of speed 1.

    Mean handling time of the classes by their shares, times mean arrivals; campaigns are left out,
    for they are meant to be more than the team can do.
    """
    classes = content.customers.classes
    total = sum(each.share for each in classes)
    work_s = sum(each.share * each.work.expected_s() for each in classes) / total
    load = [0.0] * (-(-content.end_us // _HOUR_US))
    for enquiry in content.recorded.enquiries:
        work = work_s if enquiry.handling_s is None else enquiry.handling_s
        load[int(enquiry.at_s // 3600)] += work / 3600
    for name in content.customers.arrivals:
        for number, start_us in enumerate(quarters(content)):
            load[number // 4] += _drawn(content, name, start_us) * work_s / 3600
    return load


def arrivals_in(content: Content, channel: Channel, start_us: int) -> float:
    """Mean enquiries that come on a channel in the quarter-hour from `start_us`."""
    first = content.channels[0].name
    found = _drawn(content, channel.name, start_us)
    for enquiry in content.recorded.enquiries:
        if (enquiry.channel or first) == channel.name:
            found += start_us <= enquiry.at_s * SECOND < start_us + _QUARTER_US
    moment = content.start + dt.timedelta(microseconds=start_us)
    for campaign in content.customers.campaigns:
        if campaign.channel == channel.name and campaign.at.date() == moment.date():
            hours = (moment - campaign.at) / dt.timedelta(hours=1)
            share = campaign.within_hours / campaign.hours / 4 if 0 <= hours < campaign.hours else 0
            found += campaign.audience * campaign.open_rate * campaign.writes * share
    return found


def _drawn(content: Content, channel: str, start_us: int) -> float:
    """Mean enquiries in the quarter-hour from `start_us`, apart from campaigns and records."""
    arrivals = content.customers.arrivals.get(channel)
    if arrivals is None:
        return 0.0
    if arrivals.kind == "listed":
        return sum(start_us <= at * SECOND < start_us + _QUARTER_US for at in arrivals.at_s)
    moment = content.start + dt.timedelta(microseconds=start_us)
    rates = arrivals.rates(moment.date())
    return rates[(60 * moment.hour + moment.minute) * len(rates) // (24 * 60)] / 4


def capacity(content: Content, name: str) -> float:
    """Person-hours a member can do in an hour with as many chats at once as allowed."""
    (member,) = (each for each in content.members if each.name == name)
    cap = member.max_concurrent or content.service.max_concurrent or _CHATS_AT_ONCE
    speed = content.staff.speed.by_member.get(name, 1.0)
    return speed * _total(content.staff.slow_down, cap)


def _total(slow_down: SlowDown, chats: int) -> float:
    """Work done in a unit of time with so many chats at once."""
    if slow_down.kind == "by_load":
        return slow_down.total_rates[min(chats, len(slow_down.total_rates)) - 1]
    return chats**slow_down.exponent if slow_down.kind == "power" else float(chats)
