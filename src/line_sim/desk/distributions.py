"""Which member is alerted next: the distributions.

A method is a key over (member, enquiry, now): the next candidate is the eligible member with the
least (key, place) beyond the enquiry's cursor; at the end of the list the cursor starts again if
``recycle_offers`` (``docs/model.md``, "A method is a key"). So a member who let an offer lapse is
passed over until the next round. Where a scan is not needed there is none: Most Idle walks a list
kept in idle order, Fixed Order and Round Robin go by position.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.luck import FOR_RANDOM_CHOICE, mix
from line_sim.desk.model import (
    CUSTOM, EXPANDING_POOL, FIXED_ORDER, LEAST_ACTIVE, MOST_IDLE, MOST_SPARE_CAPACITY, NOBODY,
    ROUND_ROBIN, SIMULTANEOUS, UNIFORM_RANDOM, WEIGHTED_ROUND_ROBIN,
)  # fmt: skip
from line_sim.desk.rows import call_key, rule


@rule
def may_take(desk: Any, seat: Any, enquiry: Any) -> bool:
    """Return whether the member of this seat may be offered this enquiry now."""
    member = desk.members[seat.member]
    if seat.member == enquiry.holder:
        return False
    if desk.anyone == 1:
        return member.account == 1
    if desk.late_join == 0 and member.receiving_since > enquiry.leg_at:
        return False
    return member.able == 1


@rule
def choose(desk: Any, d: int, e: int, now: int) -> int:
    """Return the seat of the member who is alerted next, or NOBODY; the cursor moves there."""
    destination = desk.destinations[d]
    if destination.able == 0 and desk.anyone == 0:
        return NOBODY
    enquiry = desk.enquiries[e]
    if enquiry.cursor_place < 0:
        enquiry.origin = destination.pointer
        return next_candidate(desk, destination, e, now)
    seat = next_candidate(desk, destination, e, now)
    if seat < 0 and desk.recycle == 1:
        enquiry.cursor_place = NOBODY
        enquiry.round += 1
        enquiry.origin = destination.pointer
        seat = next_candidate(desk, destination, e, now)
    return seat


@rule
def next_candidate(desk: Any, destination: Any, e: int, now: int) -> int:
    """Return the seat with the least (key, place) beyond the cursor, or NOBODY."""
    enquiry = desk.enquiries[e]
    method = destination.method
    if method == MOST_IDLE or method == EXPANDING_POOL:
        return idle_longest(desk, destination, enquiry)
    if method == ROUND_ROBIN:
        return next_in_turn(desk, destination, enquiry, enquiry.origin)
    if method == FIXED_ORDER or method == SIMULTANEOUS:
        return next_in_turn(desk, destination, enquiry, 0)
    if method == WEIGHTED_ROUND_ROBIN:
        return most_credit(desk, destination, e)
    return least_key(desk, destination, enquiry, now)


@rule
def next_in_turn(desk: Any, destination: Any, enquiry: Any, origin: int) -> int:
    """Fixed Order and Round Robin: by position from the origin, round the list once."""
    width = destination.width
    first = destination.first_seat
    for k in range(enquiry.cursor_place + 1, width):
        place = origin + k
        if place >= width:
            place -= width
        s = desk.seats[first + place]
        if desk.simple == 1 and desk.members[s.member].able == 0:
            continue
        if may_take(desk, s, enquiry):
            enquiry.cursor_place = k
            return first + place
    return NOBODY


@rule
def idle_longest(desk: Any, destination: Any, enquiry: Any) -> int:
    """Most Idle, and the pool of Expanding Pool: along the idle list of those eligible."""
    seat = destination.idle_head
    pool = enquiry.pool
    cursor = enquiry.cursor_place
    key = enquiry.cursor_key
    while seat >= 0:
        s = desk.seats[seat]
        beyond = cursor < 0 or s.idle_at > key or (s.idle_at == key and s.place > cursor)
        if beyond and s.place < pool and may_take(desk, s, enquiry):
            enquiry.cursor_place = s.place
            enquiry.cursor_key = float(s.idle_at)
            return seat
        seat = s.idle_after
    return NOBODY


@rule
def least_key(desk: Any, destination: Any, enquiry: Any, now: int) -> int:
    """Every other method: a scan for the least (key, place) beyond the cursor."""
    best = NOBODY
    best_key = 0.0
    first = destination.first_seat
    for place in range(destination.width):
        s = desk.seats[first + place]
        if not may_take(desk, s, enquiry):
            continue
        key = key_of(desk, destination, s, enquiry, now)
        if enquiry.cursor_place >= 0 and not (
            key > enquiry.cursor_key or (key == enquiry.cursor_key and place > enquiry.cursor_place)
        ):
            continue
        if best < 0 or key < best_key:
            best = place
            best_key = key
    if best < 0:
        return NOBODY
    enquiry.cursor_place = best
    enquiry.cursor_key = best_key
    return first + best


@rule
def key_of(desk: Any, destination: Any, seat: Any, enquiry: Any, now: int) -> float:
    """Return the key of a member by the destination's method; the least is alerted first."""
    member = desk.members[seat.member]
    method = destination.method
    if method == LEAST_ACTIVE:
        return float(member.open_chats)
    if method == MOST_SPARE_CAPACITY:
        return member.open_chats / member.cap
    if method == UNIFORM_RANDOM:
        return float(mix(mix(enquiry.luck, FOR_RANDOM_CHOICE + enquiry.round), seat.member))
    if method == CUSTOM:
        return call_key(desk, destination.key, member, enquiry, now)
    return 0.0


@rule
def most_credit(desk: Any, destination: Any, e: int) -> int:
    """Smooth weighted round robin among those eligible: all gain their weight, the richest pays.

    A seat that already had this enquiry in this round is passed over; its credit still grows.
    """
    enquiry = desk.enquiries[e]
    best = NOBODY
    total = 0.0
    first = destination.first_seat
    for place in range(destination.width):
        s = desk.seats[first + place]
        if not may_take(desk, s, enquiry):
            continue
        if s.seen_enquiry == e and s.seen_round == enquiry.round:
            continue
        s.credit += s.weight
        total += s.weight
        if best < 0 or s.credit > desk.seats[first + best].credit:
            best = place
    if best < 0:
        return NOBODY
    s = desk.seats[first + best]
    s.credit -= total
    s.seen_enquiry = e
    s.seen_round = enquiry.round
    enquiry.cursor_place = best
    return first + best
