"""Everything that is wrong with a desk, at once, each with its place and its likely mend.

A desk comes from a scenario file, from the bridge or from a notebook cell; all three are asked the
same questions here, so that :mod:`line_sim.desk.build` and everything after it may take a faultless
desk for granted. The limits are those of ``docs/model.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from line_sim.desk.fault_kinds import (
    LONGEST_S,
    is_utc_offset,
    list_of_destinations,
    name_faults,
    number_faults,
    twice,
    word_faults,
)
from line_sim.desk.misfits import misfits, shown
from line_sim.desk.rule_faults import rule_faults
from line_sim.desk.setup import (
    AutoMessages,
    Channel,
    Chatbot,
    DeskSetup,
    Queue,
    Service,
    ServiceGroup,
)
from line_sim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["faults"]

_GROUP_METHODS = ("simultaneous", "fixed_order")
_QUEUE_METHODS = ("simultaneous", "fixed_order", "most_idle", "round_robin")
_STRICT_MEND = "service.strict_cinnox = false allows every method"


def faults(setup: DeskSetup) -> list[Fault]:
    """Every fault of a desk; an empty list where there is none.

    Parameters
    ----------
    setup
        The desk. Its fields may hold anything: values of a wrong type are faults too, and then
        nothing else is asked, since a name that is a number has no nearest name.

    Returns
    -------
    list of Fault
        In the order of the desk's fields; `where` is a path such as ``channels[0].rule.shares``.
    """
    wrong = list(misfits(setup))
    if any(of_a_wrong_type for _, of_a_wrong_type in wrong):
        return [fault for fault, _ in wrong]
    return [
        *(fault for fault, _ in wrong),
        *_clock_faults(setup),
        *_member_faults(setup),
        *_destination_faults(setup),
        *_channel_faults(setup),
        *_list_faults(setup),
        *_method_faults(setup),
        *_service_faults(setup.service),
    ]


def _clock_faults(setup: DeskSetup) -> Iterator[Fault]:
    if setup.start.tzinfo is not None:
        mend = "utc_offset says the zone"
        yield Fault("start", str(setup.start), "a local date and time without a zone", mend)
    yield from _offset_faults(setup.utc_offset, "utc_offset")


def _offset_faults(text: str, where: str) -> Iterator[Fault]:
    if not is_utc_offset(text):
        yield Fault(where, repr(text), 'a fixed offset "+HH:MM" or "-HH:MM"', 'such as "+07:00"')


def _member_faults(setup: DeskSetup) -> Iterator[Fault]:
    if not setup.members:
        yield Fault("members", "nobody", "at least one member of staff")
    yield from name_faults([member.name for member in setup.members], "members", "member")
    for place, member in enumerate(setup.members):
        yield from number_faults(member, f"members[{place}]")


def _destination_faults(setup: DeskSetup) -> Iterator[Fault]:
    names = [destination.name for destination in setup.destinations]
    if not names:
        yield Fault("destinations", "none", "at least one destination")
    yield from name_faults(names, "destinations", "destination")
    for place, destination in enumerate(setup.destinations):
        where = f"destinations[{place}]"
        longest = setup.service.service_group_name_max
        if len(destination.name) > longest:
            yield Fault(
                f"{where}.name", f"{len(destination.name)} characters", f"at most {longest}"
            )
        if not destination.support_languages:
            mend = '["*"] means all'
            yield Fault(f"{where}.support_languages", "none", "at least one", mend)
        if not isinstance(destination, Chatbot):
            yield from _staffed_faults(destination, setup, where)


def _staffed_faults(
    destination: ServiceGroup | Queue, setup: DeskSetup, where: str
) -> Iterator[Fault]:
    members = {member.name: member for member in setup.members}
    yield from word_faults(destination.staff, members, f"{where}.staff")
    yield from number_faults(destination, where)
    weights = destination.weights
    if weights is not None:
        if len(weights) != len(destination.staff):
            given, allowed = f"{len(weights)} weights", f"{len(destination.staff)}, one a member"
            yield Fault(f"{where}.weights", given, allowed)
        for place, weight in enumerate(weights):
            if weight <= 0:
                yield Fault(f"{where}.weights[{place}]", shown(weight), "more than 0")
    if destination.name in setup.methods:
        return  # the planner's own method takes the place of `distribution`
    method = destination.distribution
    allowed_methods = _QUEUE_METHODS if isinstance(destination, Queue) else _GROUP_METHODS
    if setup.service.strict_cinnox and method not in allowed_methods:
        yield Fault(
            f"{where}.distribution", f"{method!r} under strict_cinnox",
            f"a {destination.kind} takes {', '.join(allowed_methods)}", _STRICT_MEND,
        )  # fmt: skip
    if method == "most_spare_capacity" and setup.service.max_concurrent is None:
        uncapped = [
            name
            for name in destination.staff
            if name in members and members[name].max_concurrent is None
        ]
        if uncapped:
            yield Fault(
                f"{where}.distribution", f"{method!r}, but {', '.join(uncapped)} without a cap",
                "a cap for every member", "set service.max_concurrent, or each member's",
            )  # fmt: skip


def _channel_faults(setup: DeskSetup) -> Iterator[Fault]:
    channels, service = setup.channels, setup.service
    if not channels:
        yield Fault("channels", "none", "at least one channel")
    yield from name_faults([channel.name for channel in channels], "channels", "channel")
    yield from _account_faults(channels)
    for place, channel in enumerate(channels):
        where = f"channels[{place}]"
        for field, longest in (
            ("name", service.channel_name_max),
            ("custom_info", service.custom_info_max),
        ):
            length = len(getattr(channel, field))
            if length > longest:
                yield Fault(f"{where}.{field}", f"{length} characters", f"at most {longest}")
        if channel.utc_offset is not None:
            yield from _offset_faults(channel.utc_offset, f"{where}.utc_offset")
        yield from number_faults(channel.sticky, f"{where}.sticky")
        yield from _message_faults(channel.messages, f"{where}.messages")
        yield from rule_faults(channel.rule, setup, f"{where}.rule")


def _account_faults(channels: Sequence[Channel]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for place, channel in enumerate(channels):
        account = channel.line_account or channel.name
        if channel.state == "deleted":
            continue
        if account in first and channels[first[account]].name != channel.name:
            yield Fault(
                f"channels[{place}].line_account", f"{account!r} is connected already",
                "one channel a LINE account", f"to channels[{first[account]}]",
            )  # fmt: skip
        first.setdefault(account, place)


def _message_faults(messages: AutoMessages, where: str) -> Iterator[Fault]:
    cooldown = messages.away_cooldown_s
    if not 0 <= cooldown <= LONGEST_S:
        yield Fault(f"{where}.away_cooldown_s", shown(cooldown), "0 or more seconds")


def _list_faults(setup: DeskSetup) -> Iterator[Fault]:
    for tag, names in setup.tags.items():
        yield from list_of_destinations(names, setup, f"tags.{tag}")
    if not setup.classes:
        yield Fault("classes", "none", "at least one class of visitors")
    yield from twice(setup.classes, "classes", "class")
    yield from twice(setup.languages, "languages", "language")
    if setup.priorities and len(setup.priorities) != len(setup.classes):
        given, allowed = f"{len(setup.priorities)} numbers", f"{len(setup.classes)}, one a class"
        yield Fault("priorities", given, allowed, f"classes are {', '.join(setup.classes)}")
    for place, priority in enumerate(setup.priorities):
        if priority < 0:
            yield Fault(f"priorities[{place}]", str(priority), "0 (first) or more")


def _method_faults(setup: DeskSetup) -> Iterator[Fault]:
    staffed = [place.name for place in setup.destinations if not isinstance(place, Chatbot)]
    for name, key in setup.methods.items():
        where, method = f"methods.{name}", cast("object", key)  # a notebook may put anything there
        if name not in staffed:
            yield Fault.unknown(where, name, staffed)
        if not callable(method):
            yield Fault(where, shown(method), "a function key(member, enquiry, now)")
    if setup.methods and setup.service.strict_cinnox:
        given = "a distribution of one's own under strict_cinnox"
        yield Fault("methods", given, "the methods of the product", _STRICT_MEND)


def _service_faults(service: Service) -> Iterator[Fault]:
    yield from number_faults(service, "service")
    statuses = service.receiving_statuses
    if not statuses:
        yield Fault("service.receiving_statuses", "none", "at least one", '["active"]')
    if "offline" in statuses:
        given, allowed = "'offline'", "active, busy or idle: nobody offline sees an alert"
        yield Fault(f"service.receiving_statuses[{statuses.index('offline')}]", given, allowed)
    yield from twice(statuses, "service.receiving_statuses", "status")
    if not 0 <= service.reopen_window_s <= LONGEST_S:
        given = shown(service.reopen_window_s)
        yield Fault("service.reopen_window_s", given, "0 (never) or more seconds")
    least, most = service.percentage_min, service.percentage_max
    if not least <= most <= 100:
        yield Fault("service.percentage_max", str(most), f"{least} to 100")
    after, notice = service.auto_close_after_s, service.auto_close_notice_s
    if service.auto_close and after is None:
        mend = "say how long after the last message an enquiry is closed"
        yield Fault("service.auto_close", "on, without auto_close_after_s", "both or neither", mend)
    if after is not None and notice is not None and notice >= after:
        allowed = f"less than auto_close_after_s ({after:g})"
        yield Fault("service.auto_close_notice_s", shown(notice), allowed)
