"""Kinds of fault that many parts of a desk can have: numbers, names, lists, times of day."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from line_sim.desk.misfits import shown
from line_sim.desk.setup import DeskSetup, Member, Queue, Service, ServiceGroup, Sticky
from line_sim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days of the week by the names the Time rule and the rosters use, Monday first."""

LONGEST_S = 1e9
"""No time span is longer than this many seconds (some 30 years): microseconds stay exact."""

_OFFSET = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_SPANS = {  # seconds: field -> whether None (no limit) is allowed
    Service: {
        "max_wait_s": True,
        "offer_timeout_s": True,
        "transfer_wait_s": True,
        "auto_close_after_s": True,
        "auto_close_notice_s": True,
        "idle_after_dashboard_s": False,
        "idle_after_mobile_s": False,
    },
    Sticky: {"sticky_wait_s": True, "sticky_ttl_s": True},
    Queue: {"queue_max_hold_s": True, "pool_every_s": False},
    ServiceGroup: {"pool_every_s": False},
}
_COUNTS = {  # whole numbers: field -> the least allowed
    Service: {
        "max_concurrent": 1,
        "max_destinations_per_condition": 1,
        "percentage_min": 1,
        "percentage_max": 1,
        "channel_name_max": 1,
        "service_group_name_max": 1,
        "custom_info_max": 0,
        "text_max": 1,
        "room_max": 1,
    },
    Member: {"max_concurrent": 1},
    Queue: {"queue_max_size": 0, "pool_start": 1, "pool_step": 1},
    ServiceGroup: {"pool_start": 1, "pool_step": 1},
}


def is_utc_offset(text: str) -> bool:
    """Whether `text` is a fixed offset such as ``+07:00``, at most 14 hours and 59 minutes."""
    return _OFFSET.fullmatch(text) is not None


def is_clock(text: str, *, end: bool = False) -> bool:
    """Whether `text` is a time of day ``HH:MM``; at the end of a window ``24:00`` is one too."""
    return _CLOCK.fullmatch(text) is not None or (end and text == "24:00")


def number_faults(part: object, where: str) -> Iterator[Fault]:
    """Spans of time and counts of one part of the desk that are out of their range."""
    for field, endless in _SPANS.get(type(part), {}).items():
        value = getattr(part, field)
        if value is not None and not 0 < value <= LONGEST_S:
            allowed = f"more than 0 and at most {LONGEST_S:.0f} seconds"
            mend = 'None (in a file: "none") for no limit' if endless and value == 0 else ""
            yield Fault(f"{where}.{field}", shown(value), allowed, mend)
    for field, least in _COUNTS.get(type(part), {}).items():
        value = getattr(part, field)
        if value is not None and value < least:
            yield Fault(f"{where}.{field}", shown(value), f"at least {least}")


def twice(values: Sequence[Hashable], where: str, what: str) -> Iterator[Fault]:
    """One fault for each value that stands in a list more than once, at its second place."""
    for value, count in Counter(values).items():
        if count > 1:
            places = [place for place, other in enumerate(values) if other == value]
            first, second = places[0], places[1]
            yield Fault(
                f"{where}[{second}]", f"{value!s} stands here again", f"each {what} once",
                f"the first is {where}[{first}]",
            )  # fmt: skip


def name_faults(names: Sequence[str], where: str, what: str) -> Iterator[Fault]:
    """Missing names, and names that two of a kind bear."""
    for place, name in enumerate(names):
        if not name.strip():
            yield Fault(f"{where}[{place}].name", repr(name), f"a {what} needs a name")
    yield from twice([name for name in names if name.strip()], where, f"{what}'s name")


def word_faults(words: Sequence[str], allowed: Iterable[str], where: str) -> Iterator[Fault]:
    """Names in a list that stand for nothing, and names that stand there twice."""
    choices = tuple(allowed)
    for place, word in enumerate(words):
        if word not in choices:
            yield Fault.unknown(f"{where}[{place}]", word, choices)
    yield from twice(words, where, "name")


def list_of_destinations(
    names: Sequence[str], setup: DeskSetup, where: str, *, may_be_empty: bool = False
) -> Iterator[Fault]:
    """What is wrong with the destinations of one condition of a rule, or of a tag."""
    most = setup.service.max_destinations_per_condition
    if not names and not may_be_empty:
        yield Fault(where, "no destination", f"one to {most}")
    if len(names) > most:
        yield Fault(where, f"{len(names)} destinations", f"at most {most} a condition")
    known = [destination.name for destination in setup.destinations]
    yield from word_faults(names, known, where)
