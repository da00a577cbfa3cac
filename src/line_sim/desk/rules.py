"""Which list of destinations an enquiry goes through: Alternative, Percentage, Time.

A rule is evaluated when it is first needed, with the clock of the enquiry's creation, and only then
do its counters move (``docs/model.md``, "Rules"). Each condition is a list of destinations; the
enquiry keeps the condition and where in the list it starts.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.luck import FOR_PERCENTAGE, mix
from line_sim.desk.model import NOBODY, PERCENTAGE, TIME
from line_sim.desk.rows import rule

MINUTE = 60_000_000
DAY_MINUTES = 1440


@rule
def evaluate(desk: Any, e: int, at: int) -> None:
    """Choose the enquiry's condition, by the clock ``at``, and where its list starts."""
    enquiry = desk.enquiries[e]
    channel = desk.channels[enquiry.channel]
    if channel.rule == PERCENTAGE:
        chosen = choose_share(desk, channel, enquiry)
    elif channel.rule == TIME:
        chosen = open_condition(desk, channel, at)
    else:
        chosen = channel.first_condition
    use_condition(desk, channel, enquiry, chosen)


@rule
def use_condition(desk: Any, channel: Any, enquiry: Any, chosen: int) -> None:
    """Let an enquiry go through a condition's list, from its next place if the rule rotates."""
    enquiry.condition = chosen
    enquiry.rotation = 0
    enquiry.legs = 0
    if chosen < 0:
        return
    condition = desk.conditions[chosen]
    enquiry.legs = condition.routes
    if channel.rotate == 1 and condition.routes > 0:
        enquiry.rotation = condition.turns % condition.routes
    condition.turns += 1


@rule
def choose_share(desk: Any, channel: Any, enquiry: Any) -> int:
    """Return the share an enquiry falls into; the remainder counts as a share."""
    first = channel.first_condition
    last = first + channel.conditions
    if channel.smooth == 1:
        best = NOBODY
        for c in range(first, last):
            condition = desk.conditions[c]
            condition.credit += condition.percentage
            if best < 0 or condition.credit > desk.conditions[best].credit:
                best = c
        desk.conditions[best].credit -= 100
        return best
    percent = (mix(enquiry.luck, FOR_PERCENTAGE) * 100) >> 32
    for c in range(first, last - 1):
        percent -= desk.conditions[c].percentage
        if percent < 0:
            return c
    return last - 1


@rule
def open_condition(desk: Any, channel: Any, at: int) -> int:
    """Return the first condition that holds at a time, or that of Other Schedule (may be NOBODY).

    A window that passes midnight belongs to the day of its From; holidays and special days have
    lists of their own for the windows that begin on them.
    """
    minute = at // MINUTE + channel.start_minute
    day = minute // DAY_MINUTES
    of_day = minute % DAY_MINUTES
    today, todays = conditions_of_day(desk, channel, day)
    before, befores = conditions_of_day(desk, channel, day - 1)
    if today == before and todays == befores:
        for c in range(today, today + todays):
            if begun_today(desk.conditions[c], day, of_day):
                return c
            if begun_yesterday(desk.conditions[c], day, of_day):
                return c
        return channel.other
    for c in range(before, before + befores):
        if begun_yesterday(desk.conditions[c], day, of_day):
            return c
    for c in range(today, today + todays):
        if begun_today(desk.conditions[c], day, of_day):
            return c
    return channel.other


@rule
def conditions_of_day(desk: Any, channel: Any, day: int) -> Any:
    """Return (first, number) of the conditions of a day: the rule's, or a special day's own."""
    for i in range(channel.first_special, channel.first_special + channel.specials):
        special = desk.specials[i]
        if special.day == day:
            return special.first_condition, special.conditions
    return channel.first_condition, channel.conditions


@rule
def begun_today(condition: Any, day: int, minute: int) -> bool:
    """Return whether a window that begins on this day is open at a minute of the same day."""
    if (condition.days >> (day % 7)) & 1 == 0:
        return False
    start = condition.from_minute
    end = condition.to_minute
    if start < end:
        return start <= minute < end
    return start == end or minute >= start


@rule
def begun_yesterday(condition: Any, day: int, minute: int) -> bool:
    """Return whether a window that began the day before is still open at a minute of this day."""
    if (condition.days >> ((day - 1) % 7)) & 1 == 0:
        return False
    start = condition.from_minute
    return condition.to_minute < start and minute < condition.to_minute


@rule
def next_boundary(desk: Any, channel: Any, at: int) -> int:
    """Return the next time after ``at`` when another condition may hold."""
    minute = at // MINUTE + channel.start_minute
    day = minute // DAY_MINUTES
    of_day = minute % DAY_MINUTES
    nearest = DAY_MINUTES
    today, todays = conditions_of_day(desk, channel, day)
    for c in range(today, today + todays):
        condition = desk.conditions[c]
        if of_day < condition.from_minute < nearest:
            nearest = condition.from_minute
        if of_day < condition.to_minute < nearest:
            nearest = condition.to_minute
    before, befores = conditions_of_day(desk, channel, day - 1)
    for c in range(before, before + befores):
        if of_day < desk.conditions[c].to_minute < nearest:
            nearest = desk.conditions[c].to_minute
    return (day * DAY_MINUTES + nearest - channel.start_minute) * MINUTE
