"""What one desk hands over to the next when the setup changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.desk.members import (
    count_staffed,
    enter_idle_list,
    leave_idle_list,
    receives,
    refresh,
)
from line_sim.desk.model import FOLLOWED_UP, OFFLINE, ONGOING, TIMER_CLOSE, TIMER_NOTICE
from line_sim.desk.rows import push

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.desk.setup import DeskSetup

KEPT_OF_MEMBERS = (
    "status", "on_shift", "open_chats", "pickups", "missed_offers", "receiving_since",
    "last_pickup", "last_close", "last_activity", "first_chat",
)  # fmt: skip


def carry_contacts(old: Any, new: Any) -> None:
    """What is remembered of visitors: by channel, and of the service where both desks ask."""
    had, has = old.contact_width, new.contact_width
    of_service = had > old.channel_count and has > new.channel_count
    for visitor in range(len(old.contacts) // max(had, 1)):
        for c in range(old.channel_count):
            new.contacts[visitor * has + c] = old.contacts[visitor * had + c]
        if of_service:
            row = old.contacts[visitor * had + old.channel_count]
            new.contacts[visitor * has + new.channel_count] = row


def carry_counters(before: DeskSetup, setup: DeskSetup, old: Any, new: Any) -> None:
    """Rotation and exact shares go on where a channel's rule is what it was."""
    for c, (had, has) in enumerate(zip(before.channels, setup.channels, strict=False)):
        if had.rule != has.rule:
            continue
        first, there = old.channels[c].first_condition, new.channels[c].first_condition
        for i in range(_conditions(old, c)):
            condition = new.conditions[there + i]
            condition.turns = old.conditions[first + i].turns
            condition.credit = old.conditions[first + i].credit


def _conditions(desk: Any, c: int) -> int:
    """How many conditions a channel's rule has, with those of Other Schedule and special days."""
    channel = desk.channels[c]
    last = channel.first_condition + channel.conditions
    if channel.other >= 0:
        last = max(last, channel.other + 1)
    for i in range(channel.first_special, channel.first_special + channel.specials):
        special = desk.specials[i]
        last = max(last, special.first_condition + special.conditions)
    return int(last - channel.first_condition)


def seats_of(desk: Any, d: int) -> Iterator[tuple[int, Any]]:
    """The seats of a destination, in order: number and row."""
    first = desk.destinations[d].first_seat
    for seat in range(first, first + desk.destinations[d].width):
        yield seat, desk.seats[seat]


def carry_pointers(old: Any, new: Any) -> None:
    """Round Robin goes on with whoever was next, or whoever of the rest stood after them."""
    for d in range(old.destination_count):
        width = old.destinations[d].width
        places = {seat.member: seat.place for _, seat in seats_of(new, d)}
        members = [seat.member for _, seat in seats_of(old, d)]
        for k in range(width):
            member = members[(old.destinations[d].pointer + k) % width]
            if member in places:
                new.destinations[d].pointer = places[member]
                break


def carry_seats(old: Any, new: Any, at: int) -> None:
    """Idle clocks, and credits of Weighted Round Robin.

    Where the clock had no reading, it is the member's own, or starts now if they are logged in.
    """
    for d in range(new.destination_count):
        destination = new.destinations[d]
        known = d < old.destination_count
        had = {seat.member: seat for _, seat in seats_of(old, d)} if known else {}
        for number, seat in seats_of(new, d):
            before = had.get(seat.member)
            if before is not None:
                seat.credit = before.credit
                seat.seen_enquiry, seat.seen_round = before.seen_enquiry, before.seen_round
            if destination.idles == 0 or seat.member >= old.member_count:
                continue
            idle_at = before.idle_at if before is not None else -1
            if idle_at < 0:
                idle_at = _own_clock(old.members[seat.member], destination.idle_clock, at)
            if new.anyone == 1:  # all are listed from the start
                leave_idle_list(new, destination, number)
            seat.idle_at = idle_at
            if new.anyone == 1:
                enter_idle_list(new, destination, number)


def _own_clock(member: Any, clock: int, at: int) -> int:
    read: int = (member.last_activity, member.last_pickup, member.last_close)[clock]
    if read >= 0:
        return read
    return -1 if member.status == OFFLINE else at


def carry_members(old: Any, new: Any, at: int) -> None:
    """Statuses, chats and counts; what they may be offered follows the new rules."""
    for m in range(old.member_count):
        before, member = old.members[m], new.members[m]
        for name in KEPT_OF_MEMBERS:
            setattr(member, name, getattr(before, name))
        member.receiving = receives(new, member)
        if member.receiving == 1:
            count_staffed(new, m, 1)
            if before.receiving == 0:
                member.receiving_since = at
        refresh(new, m)


def carry_clocks(old: Any, new: Any, at: int) -> None:
    """Auto-close: a close that was announced stands, every other clock follows the new times."""
    for timer in sorted(old.timers):
        enquiry = old.enquiries[timer[2]] if timer[1] == TIMER_CLOSE else None
        if enquiry is not None and enquiry.close_generation == timer[4]:
            push(new.timers, timer)
    for e in range(new.enquiry_count):
        enquiry = new.enquiries[e]
        if enquiry.state not in {ONGOING, FOLLOWED_UP} or enquiry.holder < 0:
            continue
        if enquiry.noticed == 0:
            enquiry.close_generation += 1
            if new.auto_close == 1:
                due = enquiry.quiet_since + new.close_after - new.close_notice
                push(new.timers, (max(due, at), TIMER_NOTICE, e, 0, enquiry.close_generation))
