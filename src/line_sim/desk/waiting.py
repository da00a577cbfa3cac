"""Who waits where, and in what order.

Each destination keeps a line for each priority class, in order of (created, number). An enquiry in
a line holds a ticket; one that waits in all its legs at once holds several. In a Simultaneous
destination it keeps its ticket while it is being offered, so that late-comers are alerted too;
elsewhere it leaves the line when it is offered.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.model import (
    ALL_AT_CAP, ALL_AWAY, BOT, NO_DESTINATION, NO_REASON, NOBODY, NOBODY_ON_SHIFT, QUEUE,
    QUEUE_FULL, QUEUED, SIMULTANEOUS,
)  # fmt: skip
from line_sim.desk.notes import note_at
from line_sim.desk.rows import fresh, rule
from line_sim.desk.tables import TICKET

TICKET_ROW = TICKET.number


@rule
def leg_destination(desk: Any, enquiry: Any, leg: int) -> int:
    """Return the destination of one leg of an enquiry's plan; leg -1 is the direct one."""
    if leg < 0:
        return enquiry.direct
    condition = desk.conditions[enquiry.condition]
    place = leg + enquiry.rotation
    if place >= condition.routes:
        place -= condition.routes
    return desk.routes[condition.first_route + place]


@rule
def has_room(desk: Any, d: int) -> bool:
    """Return whether one more may wait unoffered in a destination."""
    destination = desk.destinations[d]
    if destination.max_size > destination.waiting:
        return True
    if destination.method != SIMULTANEOUS:
        return False
    unoffered = 0
    for c in range(desk.class_count):
        t = desk.lines[destination.first_line + c].head
        while t >= 0:
            if desk.enquiries[desk.tickets[t].enquiry].first_alert < 0:
                unoffered += 1
            t = desk.tickets[t].after
    return unoffered < destination.max_size


@rule
def speaks(desk: Any, d: int, enquiry: Any) -> bool:
    """Return whether a destination serves the visitor's language, where that is asked."""
    if desk.channels[enquiry.channel].filter_language == 0:
        return True
    return (desk.destinations[d].languages >> enquiry.language) & 1 == 1


@rule
def holds(desk: Any, d: int, enquiry: Any) -> bool:
    """Return whether a leg can hold an enquiry: somebody eligible, or a staffed queue with room."""
    destination = desk.destinations[d]
    if desk.channels[enquiry.channel].filter_language == 1 and not speaks(desk, d, enquiry):
        return False
    if enquiry.holder >= 0:
        return holds_without(desk, d, enquiry.holder)
    if destination.method == SIMULTANEOUS:
        if destination.free > 0:
            return True
    elif destination.able > 0:
        return True
    if destination.kind == BOT:
        return True
    if desk.anyone == 1 and anybody_live(desk, destination):
        return True
    if destination.kind == QUEUE:
        return destination.staffed > 0 and has_room(desk, d)
    return False


@rule
def holds_without(desk: Any, d: int, sender: int) -> bool:
    """Return whether a leg can hold a transfer: the sender does not count, and no chatbot does."""
    destination = desk.destinations[d]
    staffed = 0
    for seat in range(destination.first_seat, destination.first_seat + destination.width):
        m = desk.seats[seat].member
        member = desk.members[m]
        if m != sender:
            staffed += member.receiving
            if member.able == 1 or (member.free == 1 and destination.method == SIMULTANEOUS):
                return True
            if desk.anyone == 1 and member.account == 1:
                return True
    return destination.kind == QUEUE and staffed > 0 and has_room(desk, d)


@rule
def anybody_live(desk: Any, destination: Any) -> bool:
    """Return whether any account of a destination's members is live."""
    for seat in range(destination.first_seat, destination.first_seat + destination.width):
        if desk.members[desk.seats[seat].member].account == 1:
            return True
    return False


@rule
def takes_turn(desk: Any, d: int, enquiry: Any) -> bool:
    """Return whether a leg has its turn: it holds, or nothing is passed over that could wait."""
    if holds(desk, d, enquiry):
        return True
    if desk.skip == 1 or enquiry.holder >= 0 or not speaks(desk, d, enquiry):
        return False
    return desk.destinations[d].kind != QUEUE or has_room(desk, d)


@rule
def why_not(desk: Any, d: int) -> int:
    """Return the reason a leg cannot hold an enquiry, or could not find anybody."""
    destination = desk.destinations[d]
    if destination.kind == QUEUE and not has_room(desk, d):
        return QUEUE_FULL
    if destination.staffed > 0:
        return ALL_AT_CAP
    if destination.width == 0:
        return NO_DESTINATION
    for seat in range(destination.first_seat, destination.first_seat + destination.width):
        if desk.members[desk.seats[seat].member].on_shift == 1:
            return ALL_AWAY
    return NOBODY_ON_SHIFT


@rule
def enter_line(desk: Any, e: int, d: int, leg: int) -> None:
    """Give an enquiry a ticket of a destination, at its place by (class, created, number)."""
    enquiry = desk.enquiries[e]
    t = desk.free_ticket
    if t >= 0:
        desk.free_ticket = desk.tickets[t].next
    else:
        t = desk.ticket_count
        fresh(desk.tickets, TICKET_ROW, t)
        desk.ticket_count = t + 1
    ticket = desk.tickets[t]
    ticket.enquiry = e
    ticket.destination = d
    ticket.leg = leg
    ticket.next = enquiry.first_ticket
    enquiry.first_ticket = t
    destination = desk.destinations[d]
    destination.waiting += 1
    desk.waiting += 1
    line = desk.lines[destination.first_line + enquiry.priority]
    before = line.tail
    while before >= 0 and comes_before(desk, e, desk.tickets[before].enquiry):
        before = desk.tickets[before].before
    ticket.before = before
    if before >= 0:
        after = desk.tickets[before].after
        desk.tickets[before].after = t
    else:
        after = line.head
        line.head = t
    ticket.after = after
    if after >= 0:
        desk.tickets[after].before = t
    else:
        line.tail = t


@rule
def comes_before(desk: Any, e: int, other: int) -> bool:
    """Return whether an enquiry stands before another of its class: (created, number)."""
    created = desk.enquiries[e].created_at
    theirs = desk.enquiries[other].created_at
    return created < theirs or (created == theirs and e < other)


@rule
def leave_lines(desk: Any, e: int) -> None:
    """Take all of an enquiry's tickets back."""
    enquiry = desk.enquiries[e]
    t = enquiry.first_ticket
    while t >= 0:
        ticket = desk.tickets[t]
        destination = desk.destinations[ticket.destination]
        line = desk.lines[destination.first_line + enquiry.priority]
        if ticket.before >= 0:
            desk.tickets[ticket.before].after = ticket.after
        else:
            line.head = ticket.after
        if ticket.after >= 0:
            desk.tickets[ticket.after].before = ticket.before
        else:
            line.tail = ticket.before
        destination.waiting -= 1
        desk.waiting -= 1
        following = ticket.next
        ticket.next = desk.free_ticket
        desk.free_ticket = t
        t = following
    enquiry.first_ticket = NOBODY


@rule
def wait_in_line(desk: Any, e: int, now: int) -> None:
    """Put an enquiry nobody was found for into the line of its leg, or of all its legs."""
    enquiry = desk.enquiries[e]
    if enquiry.first_ticket >= 0:
        return
    if enquiry.everywhere == 0:
        queue(desk, e, enquiry.destination, enquiry.leg, now)
        return
    for leg in range(enquiry.legs):
        d = leg_destination(desk, enquiry, leg)
        if may_wait(desk, d, enquiry):
            queue(desk, e, d, leg, now)


@rule
def may_wait(desk: Any, d: int, enquiry: Any) -> bool:
    """Return whether an enquiry that waits in all its legs waits in this one; offered once, it may.

    Only somebody new can make it wait in vain in a full queue: who was offered keeps the place.
    """
    if desk.destinations[d].width == 0 or not speaks(desk, d, enquiry):
        return False
    return enquiry.leg_offers > 0 or has_room(desk, d)


@rule
def queue(desk: Any, e: int, d: int, leg: int, now: int) -> None:
    """Enter one line and log it."""
    enter_line(desk, e, d, leg)
    note_at(desk, e, QUEUED, NO_REASON, NOBODY, d, leg + 1, now)


@rule
def oldest_waiting(desk: Any, member: Any, after: int) -> int:
    """Return the ticket of the enquiry that comes next for a member, beyond ticket ``after``.

    Over all the member's destinations by (priority class, created, number, leg). Destinations in
    which the member cannot be offered anything now are left out.
    """
    best = NOBODY
    seat = member.first_seat
    while seat >= 0:
        s = desk.seats[seat]
        destination = desk.destinations[s.destination]
        if destination.waiting > 0 and (member.able == 1 or destination.method == SIMULTANEOUS):
            for c in range(desk.class_count):
                t = desk.lines[destination.first_line + c].head
                if after >= 0:
                    t = next_in_line(desk, t, after)
                if t >= 0:
                    if best < 0 or ticket_before(desk, t, best):
                        best = t
                    break
        seat = s.next_of_member
    return best


@rule
def next_in_line(desk: Any, t: int, after: int) -> int:
    """Return the first ticket of a line, whose head is ``t``, beyond another; or NOBODY."""
    passed = desk.tickets[after]
    if t >= 0 and passed.destination == desk.tickets[t].destination:
        theirs = desk.enquiries[passed.enquiry].priority
        if theirs == desk.enquiries[desk.tickets[t].enquiry].priority:
            return passed.after
    while t >= 0 and not ticket_before(desk, after, t):
        t = desk.tickets[t].after
    return t


@rule
def ticket_before(desk: Any, t: int, other: int) -> bool:
    """Return whether a ticket comes before another: (priority class, created, number, leg)."""
    a = desk.tickets[t]
    b = desk.tickets[other]
    ours = desk.enquiries[a.enquiry].priority
    theirs = desk.enquiries[b.enquiry].priority
    if ours != theirs:
        return ours < theirs
    if a.enquiry != b.enquiry:
        return comes_before(desk, a.enquiry, b.enquiry)
    return a.leg < b.leg
