"""Matching: whoever became able with whoever waits.

Who becomes able in a step is not matched at once but remembered, and matched when the step is
complete: so no rule sees a half-made change.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.distributions import choose
from line_sim.desk.model import NOBODY, SIMULTANEOUS
from line_sim.desk.offers import NO_SEARCH, alert, may_race, offer_to, try_or_wait
from line_sim.desk.rows import rule
from line_sim.desk.search import leave_direct
from line_sim.desk.waiting import oldest_waiting, wait_in_line


@rule
def settle(desk: Any, now: int) -> None:
    """Match whoever became able with whoever waits, until nothing matches."""
    while True:
        if desk.first_pending >= 0:
            if desk.first_stray >= 0:
                line_up_strays(desk, now)
            m = desk.first_pending
            desk.first_pending = desk.members[m].next_pending
            desk.members[m].pending = 0
            serve(desk, m, now)
        elif desk.first_stray >= 0:
            e = desk.first_stray
            enquiry = desk.enquiries[e]
            desk.first_stray = enquiry.next_stray
            lost = enquiry.stray == 1 and enquiry.search != NO_SEARCH
            enquiry.stray = 0
            if lost and enquiry.destination < desk.destination_count:
                try_or_wait(desk, e, now)
            elif lost and enquiry.first_alert < 0:
                leave_direct(desk, e, now)
        else:
            desk.unsettled = 0
            return


@rule
def line_up_strays(desk: Any, now: int) -> None:
    """Let those who lost their offer stand in line before members are matched: oldest first."""
    e = desk.first_stray
    while e >= 0:
        enquiry = desk.enquiries[e]
        if enquiry.stray == 1 and enquiry.search != NO_SEARCH:
            wait_in_line(desk, e, now)
        e = enquiry.next_stray


@rule
def serve(desk: Any, m: int, now: int) -> None:
    """Offer a member who became able what waits, oldest first over all their destinations."""
    member = desk.members[m]
    passed = NOBODY
    while desk.waiting > 0 and (member.able == 1 or (member.free == 1 and member.races > 0)):
        t = oldest_waiting(desk, member, passed)
        if t < 0:
            return
        ticket = desk.tickets[t]
        e = ticket.enquiry
        d = ticket.destination
        enquiry = desk.enquiries[e]
        if desk.destinations[d].method == SIMULTANEOUS and desk.auto_pickup == 0:
            passed = t
            if may_race(desk, m, e):
                alert(desk, e, seat_of(desk, m, d), now)
            continue
        if enquiry.everywhere == 1 and enquiry.destination != d:
            enquiry.destination = d
            enquiry.cursor_place = NOBODY
        seat = choose(desk, d, e, now)
        if seat < 0:
            passed = t
        else:
            if passed >= 0 and desk.tickets[passed].enquiry == e:
                passed = NOBODY  # its places in line are gone
            offer_to(desk, e, seat, now)


@rule
def seat_of(desk: Any, m: int, d: int) -> int:
    """Return a member's seat in a destination he belongs to."""
    seat = desk.members[m].first_seat
    while desk.seats[seat].destination != d:
        seat = desk.seats[seat].next_of_member
    return seat
