"""Whether the parts of a scenario agree: names that stand for nothing, times that do not fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from line_sim.desk.faults import faults
from line_sim.desk.model import SECOND
from line_sim.errors import Fault
from line_sim.scenario.shifts import overlaps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from line_sim.scenario.config import Content

__all__ = ["inconsistencies"]

_MOST_DAYS = 3660
_TARGET = re.compile(r"\s*(<=|>=)\s*[0-9.]+(e[+-]?[0-9]+)?\s*%?\s*", re.IGNORECASE)
_DESK_PLACES = {"classes": "customers.classes", "priorities": "customers.classes",
                "languages": "customers.languages"}  # fmt: skip


def inconsistencies(content: Content) -> list[Fault]:
    """Everything that is wrong between the parts of a scenario, the desk's faults included."""
    return [
        *_time_faults(content),
        *_desk_faults(content),
        *_people_faults(content),
        *_customer_faults(content),
        *_roster_faults(content),
        *_recorded_faults(content),
        *_target_faults(content),
    ]


def _time_faults(content: Content) -> Iterator[Fault]:
    if not content.name.strip():
        yield Fault("name", repr(content.name), "a name")
    if not 0 < content.days <= _MOST_DAYS:
        yield Fault("days", f"{content.days:g}", f"more than 0, at most {_MOST_DAYS}")
    if not 0 <= content.drain_s <= _MOST_DAYS * 86_400:
        yield Fault("drain_s", f"{content.drain_s:g}", "0 or more seconds")
    if not content.service_level_s >= 0:
        yield Fault("service_level_s", f"{content.service_level_s:g}", "0 or more seconds")


def _desk_faults(content: Content) -> Iterator[Fault]:
    """The desk's own faults, at the places they have in a scenario."""
    for fault in faults(content.desk_setup()):
        head = fault.where.partition("[")[0]
        place = _DESK_PLACES.get(head, head)
        yield Fault(place + fault.where[len(head) :], fault.given, fault.allowed, fault.mend)
    for number, channel in enumerate(content.channels):
        if channel.name == "none":
            yield Fault(f"channels[{number}].name", "'none'", 'another name: "none" means nothing')


def _unknown(where: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    choices = tuple(known)
    for name in names:
        if name not in choices:
            yield Fault.unknown(f"{where}.{name}" if where else name, name, choices)


def _people_faults(content: Content) -> Iterator[Fault]:
    members = [member.name for member in content.members]
    for where, names in (
        ("staff.reaction.by_member", content.staff.reaction.by_member),
        ("staff.speed.by_member", content.staff.speed.by_member),
        ("costs.by_member", content.costs.by_member),
        ("warm_start.open_chats", content.warm_start.open_chats),
    ):
        yield from _unknown(where, names, members)
    channel = content.warm_start.open_chats_channel
    channels = [each.name for each in content.channels]
    if channel is not None and channel not in channels:
        yield Fault.unknown("warm_start.open_chats_channel", channel, channels)


def _customer_faults(content: Content) -> Iterator[Fault]:
    channels = [each.name for each in content.channels]
    yield from _unknown("customers.arrivals", content.customers.arrivals, channels)
    tag = content.customers.hand_overs.transfer_to
    if tag and tag not in content.tags:
        yield Fault.unknown("customers.hand_overs.transfer_to", tag, content.tags)
    for place, campaign in enumerate(content.customers.campaigns):
        if campaign.channel not in channels:
            where = f"customers.campaigns[{place}].channel"
            yield Fault.unknown(where, campaign.channel, channels)


def _roster_faults(content: Content) -> Iterator[Fault]:
    members = [member.name for member in content.members]
    for place, shift in enumerate(content.roster.shifts):
        if shift.member not in members:
            where = f"roster.shifts[{place}].member"
            yield Fault.unknown(where, shift.member, members)
    if content.start.tzinfo is not None or not 0 < content.days <= _MOST_DAYS:
        return
    for first, second in overlaps(content.roster, content.start, content.until_us):
        shift = content.roster.shifts[second]
        yield Fault(
            f"roster.shifts[{second}]",
            f"{shift.member} is at work already when {shift.start} begins or ends",
            "one shift at a time",
            f"see roster.shifts[{first}]",
        )


def _recorded_faults(content: Content) -> Iterator[Fault]:
    recorded = content.recorded.enquiries
    if recorded and content.customers.arrivals:
        given = "arrivals, and recorded enquiries too"
        mend = "take the arrivals out: recorded enquiries stand in their place"
        yield Fault("customers.arrivals", given, "one of them", mend)
    classes = [each.name for each in content.customers.classes]
    channels = [each.name for each in content.channels]
    languages = [each.code for each in content.customers.languages]
    for place, enquiry in enumerate(recorded):
        where = f"recorded.enquiries[{place}]"
        for field, word, known in (
            ("visitor_class", enquiry.visitor_class, classes),
            ("channel", enquiry.channel, channels),
            ("language", enquiry.language, languages),
        ):
            if word is not None and word not in known:
                yield Fault.unknown(f"{where}.{field}", word, known)
    outside = [each.at_s for each in recorded if not 0 <= each.at_s * SECOND < content.end_us]
    if outside:
        span = f"{min(outside):g} to {max(outside):g} s after the start"
        given = f"{len(outside)} of {len(recorded)} outside the run, {span}"
        allowed = f"from 0 to before {content.end_us / SECOND:g} s"
        yield Fault("recorded.enquiries", given, allowed, "move start, or change days")


def _target_faults(content: Content) -> Iterator[Fault]:
    """Targets that cannot be read; whether there is such a metric, the report finds out."""
    for metric, target in content.targets.items():
        if _TARGET.fullmatch(target) is None:
            allowed = "<= or >= and a number, with or without %"
            yield Fault(f"targets.{metric}", repr(target), allowed, 'for example "<= 5 %"')
