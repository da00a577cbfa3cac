"""Who can be offered what: the flags and counts that follow a member's every change.

Three notions, one place each (``docs/model.md``, "Who can be offered what"): *staffed*: some member
of the destination receives; *eligible*: receiving, below the cap, and holding no other offer unless
the method is Simultaneous (``able`` and ``free`` here); *holds*: see :mod:`line_sim.desk.waiting`.
Flags and counts are kept up to date, so that asking costs nothing.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.model import NOBODY
from line_sim.desk.rows import rule


@rule
def refresh(desk: Any, m: int) -> None:
    """Bring a member's flags, and the counts of his destinations, up to date."""
    member = desk.members[m]
    free = 1 if member.receiving == 1 and member.open_chats < member.cap else 0
    able = 1 if free == 1 and member.offers == 0 else 0
    more_free = free - member.free
    more_able = able - member.able
    if more_free == 0 and more_able == 0:
        return
    member.free = free
    member.able = able
    seat = member.first_seat
    while seat >= 0:
        s = desk.seats[seat]
        destination = desk.destinations[s.destination]
        destination.free += more_free
        destination.able += more_able
        if destination.idles == 1 and more_able != 0 and desk.anyone == 0:
            if able == 1:
                enter_idle_list(desk, destination, seat)
            else:
                leave_idle_list(desk, destination, seat)
        seat = s.next_of_member
    if desk.waiting > 0 and (more_able > 0 or more_free > 0):
        remember(desk, m)


@rule
def remember(desk: Any, m: int) -> None:
    """Put a member who became able at the end of those to be matched with who waits."""
    member = desk.members[m]
    if member.pending == 1:
        return
    member.pending = 1
    desk.unsettled = 1
    member.next_pending = NOBODY
    if desk.first_pending < 0:
        desk.first_pending = m
    else:
        desk.members[desk.last_pending].next_pending = m
    desk.last_pending = m


@rule
def receives(desk: Any, member: Any) -> int:
    """Return 1 if the member's status and account allow new enquiries, else 0."""
    return member.account & (desk.receiving_mask >> member.status) & 1


@rule
def count_staffed(desk: Any, m: int, more: int) -> None:
    """Count a member in (+1) or out (-1) of the receiving staff of his destinations."""
    seat = desk.members[m].first_seat
    while seat >= 0:
        s = desk.seats[seat]
        desk.destinations[s.destination].staffed += more
        seat = s.next_of_member


@rule
def touch_idle(desk: Any, m: int, what: int, now: int) -> None:
    """Set the idle clocks that a pickup (what = 1), a close (2) or a login (0) sets.

    A destination's idle list holds those eligible (everybody, where anyone may be assigned), in the
    order of this clock and, at one instant, of the list of staff; so the first is the next.
    """
    listed = desk.members[m].able == 1 or desk.anyone == 1
    seat = desk.members[m].first_seat
    while seat >= 0:
        s = desk.seats[seat]
        destination = desk.destinations[s.destination]
        if destination.idles == 1:
            clock = destination.idle_clock
            if what == 0:
                sets = destination.idle_resets == 1 or s.idle_at < 0
            else:
                sets = clock == 0 or clock == what
            if sets:
                if listed:
                    leave_idle_list(desk, destination, seat)
                s.idle_at = now
                if listed:
                    enter_idle_list(desk, destination, seat)
        seat = s.next_of_member


@rule
def leave_idle_list(desk: Any, destination: Any, seat: int) -> None:
    """Take a seat out of its destination's idle list."""
    seats = desk.seats
    before = seats[seat].idle_before
    after = seats[seat].idle_after
    if before >= 0:
        seats[before].idle_after = after
    else:
        destination.idle_head = after
    if after >= 0:
        seats[after].idle_before = before
    else:
        destination.idle_tail = before


@rule
def enter_idle_list(desk: Any, destination: Any, seat: int) -> None:
    """Put a seat at its place in its destination's idle list: nearly always the end."""
    seats = desk.seats
    s = seats[seat]
    at = s.idle_at
    before = destination.idle_tail
    while before >= 0 and (
        seats[before].idle_at > at
        or (seats[before].idle_at == at and seats[before].place > s.place)
    ):
        before = seats[before].idle_before
    after = seats[before].idle_after if before >= 0 else destination.idle_head
    s.idle_before = before
    s.idle_after = after
    if before >= 0:
        seats[before].idle_after = seat
    else:
        destination.idle_head = seat
    if after >= 0:
        seats[after].idle_before = seat
    else:
        destination.idle_tail = seat
