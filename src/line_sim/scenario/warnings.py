"""What a scenario may say but probably does not mean, told before a run.

A warning stops nothing. Each says where to look and what would mend it, as a fault does.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from line_sim.desk.setup import Chatbot
from line_sim.errors import Fault
from line_sim.scenario.clock import (
    all_named,
    arrivals_in,
    capacity,
    local,
    offered_load,
    on_duty,
    quarters,
    routed,
    spans,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.scenario.config import Content

__all__ = ["warnings"]


def warnings(content: Content) -> list[Fault]:
    """All warnings of a scenario, an empty list where nothing is suspicious."""
    return [
        *_nobody_writes(content),
        *_idle_staff(content),
        *_unstaffed_hours(content),
        *_too_few_people(content),
        *_messages(content),
        *_chats_without_end(content),
        *_outside_the_run(content),
    ]


def _nobody_writes(content: Content) -> Iterator[Fault]:
    customers = content.customers
    if not customers.arrivals and not customers.campaigns and not content.recorded.enquiries:
        mend = "give each channel arrivals, or name a recorded table"
        yield Fault("customers.arrivals", "nobody writes", "arrivals, campaigns or a record", mend)
        return
    fed = {*customers.arrivals, *(campaign.channel for campaign in customers.campaigns)}
    for place, channel in enumerate(content.channels):
        if channel.name not in fed and not content.recorded.enquiries:
            where, mend = f"channels[{place}]", f"add customers.arrivals.{channel.name}"
            yield Fault(where, f"nobody writes on {channel.name!r}", "arrivals", mend)


def _idle_staff(content: Content) -> Iterator[Fault]:
    """Staff whom no destination, no rule or no shift ever needs."""
    used = {name for channel in content.channels for name in all_named(channel.rule)}
    used |= {name for names in content.tags.values() for name in names}
    serving: dict[str, bool] = {}
    for number, destination in enumerate(content.destinations):
        if destination.name not in used:
            mend = "name it in a channel's rule, or take it out"
            where = f"destinations[{number}]"
            yield Fault(where, f"{destination.name!r} is in no rule", "a rule or a tag", mend)
        if not isinstance(destination, Chatbot):
            if not destination.staff:
                given = f"{destination.name!r} has no staff"
                mend = "every enquiry sent there waits for nobody"
                yield Fault(f"destinations[{number}].staff", given, "one or more", mend)
            serving |= dict.fromkeys(destination.staff, True)
    shifts = content.shifts()
    for number, member in enumerate(content.members):
        where = f"members[{number}]"
        if member.name not in serving:
            mend = "add the name to a destination's staff"
            yield Fault(where, f"{member.name} is in no destination", "one or more", mend)
        if not shifts[member.name]:
            mend = "add a line to the roster"
            yield Fault(where, f"{member.name} has no shift in the run", "one or more", mend)


def _unstaffed_hours(content: Content) -> Iterator[Fault]:
    """Hours in which enquiries come and go to people of whom none is planned at work."""
    staff = {
        each.name: None if isinstance(each, Chatbot) else set(each.staff)
        for each in content.destinations
    }
    duty = on_duty(content)
    for place, channel in enumerate(content.channels):
        empty = []
        for number, start in enumerate(quarters(content)):
            names = routed(channel, local(content, channel, start))
            teams = [staff[name] for name in names]
            served = any(team is None or team & duty[number] for team in teams)
            unserved = bool(teams) and not served
            empty.append(unserved and arrivals_in(content, channel, start) > 0)
        if any(empty):
            hours = sum(empty) / 4
            given = f"routed to people but nobody on shift for {hours:g} h"
            mend = "more shifts, or a Time rule with Other Schedule"
            yield Fault(f"channels[{place}].rule", given, spans(content, empty), mend)


def _too_few_people(content: Content) -> Iterator[Fault]:
    """Hours in which more work arrives than the people on shift can do."""
    duty = on_duty(content)
    load = offered_load(content)
    short = []
    for number in range(len(duty)):
        possible = sum(capacity(content, name) for name in duty[number])
        short.append(bool(duty[number]) and load[number // 4] > possible)
    if any(short):
        worst = max(range(len(duty)), key=lambda number: load[number // 4] if short[number] else 0)
        given = (
            f"more work arrives than staff can do for {sum(short) / 4:g} h; "
            f"at worst {load[worst // 4]:.1f} person-hours an hour for {len(duty[worst])} people"
        )
        yield Fault("roster", given, spans(content, short), "more people then, or fewer enquiries")


# --- settings that rarely mean what they say


def _messages(content: Content) -> Iterator[Fault]:
    measured = any("away" in metric for metric in content.targets)
    for place, channel in enumerate(content.channels):
        if measured and not channel.messages.away:
            given, mend = "off, but the targets ask for the away rate", "away = true"
            yield Fault(f"channels[{place}].messages.away", given, "on", mend)
        once = channel.messages.away_once_per == "visitor_window"
        if once and channel.messages.away_cooldown_s == 0:
            where = f"channels[{place}].messages.away_cooldown_s"
            mend = "say how long one away message is enough"
            yield Fault(where, "0 s with away_once_per = visitor_window", "more than 0", mend)


def _chats_without_end(content: Content) -> Iterator[Fault]:
    """Chats that nobody may ever close, so that open chats only grow."""
    several = any(each.turns.expected() > 1 for each in content.customers.classes)
    keeps = content.staff.at_shift_end == "keep"
    if (several or keeps) and not content.service.auto_close:
        given = "off: chats whose customer does not write again stay open"
        mend = "auto_close = true with auto_close_after_s; LINE itself ends no conversation"
        yield Fault("service.auto_close", given, "on", mend)


def _outside_the_run(content: Content) -> Iterator[Fault]:
    end = content.start + dt.timedelta(microseconds=content.end_us)
    for place, campaign in enumerate(content.customers.campaigns):
        if not content.start - dt.timedelta(days=1) < campaign.at < end:
            where = f"customers.campaigns[{place}].at"
            mend = "move start, or change days"
            yield Fault(where, str(campaign.at), f"within {content.start} to {end}", mend)
