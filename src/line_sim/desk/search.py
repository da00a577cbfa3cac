"""The search for an owner: leg after leg, until somebody takes the enquiry or nobody is left.

A search is for a first owner or for the target of a transfer; only its end differs.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.automessages import away
from line_sim.desk.model import (
    BOT, BOT_STARTED, CLOSED_HOURS, EXPANDING_POOL, HOLD_LIMIT, KIND_MISSED, LANGUAGE, LAPSED,
    MISSED, MOVED_ON, NEVER, NO_DESTINATION, NO_REASON, NOBODY, ONGOING, QUEUE, SIMULTANEOUS,
    SKIPPED, TARGET_GONE, TIME, TIMED_OUT, TIMER_LIMIT, TIMER_REROUTE, TIMER_WIDEN,
    TRANSFER_FAILED, UNANSWERED, WAS_REFUSED, WITHDRAWN,
)  # fmt: skip
from line_sim.desk.notes import note_at, note_of, shown
from line_sim.desk.offers import (
    FOR_OWNER, FOR_TRANSFER, NO_SEARCH, TO_BOT, WAS_MISSED, alert_all, arm, drop_alerts,
    try_or_wait,
)  # fmt: skip
from line_sim.desk.ownership import helper_of
from line_sim.desk.rows import push, rule, tell
from line_sim.desk.rules import evaluate, next_boundary, use_condition
from line_sim.desk.waiting import (
    holds, leave_lines, leg_destination, may_wait, speaks, takes_turn, wait_in_line, why_not,
)  # fmt: skip

FALLBACK, WAIT, MISS = range(3)


@rule
def route(desk: Any, e: int, now: int) -> None:
    """Begin the search for a first owner: the remembered helper first, then the rule."""
    enquiry = desk.enquiries[e]
    enquiry.search = FOR_OWNER
    enquiry.routed_at = now
    enquiry.condition = NOBODY
    enquiry.legs = 0
    enquiry.direct = NOBODY
    enquiry.leg = NOBODY
    enquiry.spills = 0
    enquiry.reason = NO_REASON
    enquiry.missed_at_destination = NOBODY
    if desk.channels[enquiry.channel].sticky == 1 and begin_sticky(desk, e, now):
        return
    begin_rule(desk, e, now)


@rule
def begin_sticky(desk: Any, e: int, now: int) -> bool:
    """Offer the enquiry to the visitor's helper alone; return False if the rule is next."""
    enquiry = desk.enquiries[e]
    channel = desk.channels[enquiry.channel]
    m = helper_of(desk, enquiry.visitor, enquiry.channel, now)
    if m < 0:
        return False
    if channel.sticky_member == 1:
        evaluate(desk, e, enquiry.routed_at)
        if not belongs(desk, enquiry, m):
            return False
    d = desk.destination_count + m
    if desk.destinations[d].free == 0:
        if channel.sticky_unavailable == FALLBACK:
            return False
        if channel.sticky_unavailable == MISS:
            enquiry.reason = why_not(desk, d)
            away(desk, e, enquiry.reason, 1, now)
            exhausted(desk, e, now)
            return True
    enquiry.direct = d
    start_leg(desk, e, NOBODY, now)
    return True


@rule
def belongs(desk: Any, enquiry: Any, m: int) -> bool:
    """Return whether a member sits in one of the destinations of an enquiry's plan."""
    for leg in range(enquiry.legs):
        d = leg_destination(desk, enquiry, leg)
        seat = desk.members[m].first_seat
        while seat >= 0:
            if desk.seats[seat].destination == d:
                return True
            seat = desk.seats[seat].next_of_member
    return False


@rule
def begin_rule(desk: Any, e: int, now: int) -> None:
    """Evaluate the channel's rule, if it is not yet, and begin with its first leg."""
    enquiry = desk.enquiries[e]
    channel = desk.channels[enquiry.channel]
    if enquiry.condition < 0:
        evaluate(desk, e, enquiry.routed_at)
    if channel.reroute == 1:
        push(desk.timers, (next_boundary(desk, channel, now), TIMER_REROUTE, e, 0, 0))
    enquiry.rule_limit = NEVER
    if desk.wait_by_enquiry == 1 and desk.wait < NEVER:
        enquiry.rule_limit = now + desk.wait
    begin_list(desk, e, now)


@rule
def begin_list(desk: Any, e: int, now: int) -> None:
    """Begin with the first leg that holds; where none does, away at once and wait in all."""
    enquiry = desk.enquiries[e]
    legs = enquiry.legs
    if legs == 0:
        enquiry.reason = why_nowhere(desk, enquiry)
        away(desk, e, enquiry.reason, 1, now)
        exhausted(desk, e, now)
        return
    somewhere = desk.skip == 1 or anything_holds(desk, enquiry, enquiry.condition)
    if somewhere and next_leg(desk, e, 0, now):
        return
    if not spill(desk, e, now):
        nothing_holds(desk, e, now)


@rule
def spill(desk: Any, e: int, now: int) -> bool:
    """Pass an enquiry on to the next share that holds, where a Percentage rule spills."""
    enquiry = desk.enquiries[e]
    channel = desk.channels[enquiry.channel]
    if channel.spill == 0:
        return False
    c = enquiry.condition
    while enquiry.spills + 1 < channel.conditions:
        enquiry.spills += 1
        c += 1
        if c == channel.first_condition + channel.conditions:
            c = channel.first_condition
        if anything_holds(desk, enquiry, c):
            use_condition(desk, channel, enquiry, c)
            return next_leg(desk, e, 0, now)
    return False


@rule
def anything_holds(desk: Any, enquiry: Any, c: int) -> bool:
    """Return whether any destination of a condition's list holds."""
    condition = desk.conditions[c]
    for route in range(condition.first_route, condition.first_route + condition.routes):
        if holds(desk, desk.routes[route], enquiry):
            return True
    return False


@rule
def why_nothing_holds(desk: Any, enquiry: Any) -> int:
    """Return why no leg holds: of the legs' reasons the most hopeful, which is the last listed."""
    best = why_nowhere(desk, enquiry)
    for leg in range(enquiry.legs):
        d = leg_destination(desk, enquiry, leg)
        if speaks(desk, d, enquiry) and desk.destinations[d].kind != BOT:
            best = max(best, why_not(desk, d))
    return best


@rule
def why_nowhere(desk: Any, enquiry: Any) -> int:
    """Return why there is nobody to go to: outside all hours, or no destination at all."""
    channel = desk.channels[enquiry.channel]
    if channel.rule == TIME and enquiry.condition == channel.other:
        return CLOSED_HOURS
    return NO_DESTINATION


@rule
def nothing_holds(desk: Any, e: int, now: int) -> None:
    """Send the away message at once; then wait in all legs for whoever comes, or miss."""
    enquiry = desk.enquiries[e]
    enquiry.reason = why_nothing_holds(desk, enquiry)
    away(desk, e, enquiry.reason, 1, now)
    if desk.miss_unstaffed == 1:
        exhausted(desk, e, now)
        return
    enter_leg(enquiry, NOBODY, NOBODY, now)
    limit = now
    for leg in range(enquiry.legs):
        d = leg_destination(desk, enquiry, leg)
        if may_wait(desk, d, enquiry):
            hold = desk.destinations[d].hold
            limit = NEVER if hold == NEVER else max(limit, now + hold)
    limit = min(limit, enquiry.rule_limit)
    if limit <= now:
        exhausted(desk, e, now)
        return
    enquiry.everywhere = 1
    enquiry.leg_limit = limit
    wait_in_line(desk, e, now)
    arm(desk, e, TIMER_LIMIT, limit)


@rule
def next_leg(desk: Any, e: int, leg: int, now: int) -> bool:
    """Start the first leg from ``leg`` on whose turn it is; log those passed over."""
    enquiry = desk.enquiries[e]
    legs = enquiry.legs
    found = leg
    while True:
        if found >= legs:
            return False
        if takes_turn(desk, leg_destination(desk, enquiry, found), enquiry):
            break
        found += 1
    for passed in range(leg, found):
        d = leg_destination(desk, enquiry, passed)
        reason = why_not(desk, d) if speaks(desk, d, enquiry) else LANGUAGE
        note_at(desk, e, SKIPPED, reason, NOBODY, d, passed + 1, now)
    start_leg(desk, e, found, now)
    return True


@rule
def enter_leg(enquiry: Any, leg: int, d: int, now: int) -> None:
    """Set an enquiry's place in its plan, and forget the cursor of the leg before."""
    enquiry.leg = leg
    enquiry.destination = d
    enquiry.leg_at = now
    enquiry.leg_offers = 0
    enquiry.leg_serial += 1
    enquiry.cursor_place = NOBODY
    enquiry.round += 1
    enquiry.pool = 1 << 30


@rule
def start_leg(desk: Any, e: int, leg: int, now: int) -> None:
    """Start one leg: hand to a bot, alert everybody, or offer to the first candidate."""
    enquiry = desk.enquiries[e]
    d = leg_destination(desk, enquiry, leg)
    destination = desk.destinations[d]
    enter_leg(enquiry, leg, d, now)
    if destination.kind == BOT:
        give_to_bot(desk, e, now)
        return
    hold = destination.hold
    if leg < 0 and enquiry.search == FOR_OWNER:
        hold = desk.channels[enquiry.channel].sticky_wait
    limit = NEVER if hold == NEVER else now + hold
    if leg >= 0 or enquiry.search == FOR_TRANSFER:
        limit = min(limit, enquiry.rule_limit)
    enquiry.leg_limit = limit
    if destination.method == EXPANDING_POOL:
        enquiry.pool = destination.pool_start
        if destination.pool_start < destination.width:
            at = now + destination.pool_every
            push(desk.timers, (at, TIMER_WIDEN, e, 0, enquiry.leg_serial))
    if destination.method == SIMULTANEOUS and desk.auto_pickup == 0:
        alert_all(desk, e, d, now)
    else:
        try_or_wait(desk, e, now)


@rule
def give_to_bot(desk: Any, e: int, now: int) -> None:
    """Let a chatbot have the enquiry: ongoing, with no owner among the staff."""
    enquiry = desk.enquiries[e]
    enquiry.generation += 1
    enquiry.state = ONGOING
    enquiry.bot = 1
    note_at(desk, e, BOT_STARTED, NO_REASON, NOBODY, enquiry.destination, -1, now)
    tell(desk.told, (TO_BOT, e, NOBODY))


@rule
def end_leg(desk: Any, e: int, now: int) -> None:
    """End a leg whose time is up and go on with the next that holds; a lapse is a missed offer."""
    enquiry = desk.enquiries[e]
    drop_alerts(desk, e, LAPSED, NO_REASON, now)
    leave_lines(desk, e)
    give_reason(desk, enquiry)
    go_on(desk, e, now)


@rule
def go_on(desk: Any, e: int, now: int) -> None:
    """Go on after a leg: the rule after the direct offer, else the next leg, else the end."""
    enquiry = desk.enquiries[e]
    if enquiry.everywhere == 0:
        if enquiry.search == FOR_OWNER and enquiry.leg < 0:
            begin_rule(desk, e, now)
            return
        if now < enquiry.rule_limit and next_leg(desk, e, enquiry.leg + 1, now):
            return
        if enquiry.search == FOR_OWNER and now < enquiry.rule_limit and spill(desk, e, now):
            return
    exhausted(desk, e, now)


@rule
def go_on_to_staff(desk: Any, e: int, now: int) -> None:
    """Go on after a chatbot: to the legs after it, as if the enquiry arrived there now."""
    enquiry = desk.enquiries[e]
    if now < enquiry.rule_limit and next_leg(desk, e, enquiry.leg + 1, now):
        return
    if spill(desk, e, now):
        return
    nothing_holds(desk, e, now)


@rule
def leave_direct(desk: Any, e: int, now: int) -> None:
    """Go on from an offer to one member alone who no longer can take it, or does not want to."""
    enquiry = desk.enquiries[e]
    unavailable = desk.channels[enquiry.channel].sticky_unavailable
    refused = enquiry.first_alert >= 0
    if enquiry.search == FOR_OWNER and unavailable == WAIT and not refused:
        return
    drop_alerts(desk, e, WITHDRAWN, MOVED_ON, now)
    leave_lines(desk, e)
    enquiry.generation += 1
    if enquiry.search == FOR_TRANSFER:
        fail_transfer(desk, e, WAS_REFUSED if refused else TARGET_GONE, now)
    elif unavailable == MISS and not refused:
        enquiry.reason = why_not(desk, enquiry.destination)
        exhausted(desk, e, now)
    else:
        go_on(desk, e, now)


@rule
def give_reason(desk: Any, enquiry: Any) -> None:
    """Set the reason a leg that ends now would give a miss."""
    if enquiry.leg_offers > 0:
        enquiry.reason = UNANSWERED
        enquiry.missed_at_destination = shown(desk, enquiry.destination)
    elif enquiry.everywhere == 1:
        enquiry.reason = why_nothing_holds(desk, enquiry)
    else:
        d = enquiry.destination
        enquiry.missed_at_destination = shown(desk, d)
        destination = desk.destinations[d]
        if destination.kind == QUEUE and destination.staffed > 0:
            enquiry.reason = HOLD_LIMIT
        else:
            enquiry.reason = why_not(desk, d)


@rule
def exhausted(desk: Any, e: int, now: int) -> None:
    """End a search that found nobody: a miss, or a failed transfer that changes nothing."""
    enquiry = desk.enquiries[e]
    enquiry.generation += 1
    enquiry.leg_serial += 1
    enquiry.everywhere = 0
    if enquiry.search == FOR_TRANSFER:
        fail_transfer(desk, e, TIMED_OUT if enquiry.leg_offers > 0 else TARGET_GONE, now)
        return
    enquiry.search = NO_SEARCH
    enquiry.state = MISSED
    note_at(desk, e, KIND_MISSED, enquiry.reason, NOBODY, enquiry.missed_at_destination, -1, now)
    away(desk, e, enquiry.reason, 0, now)
    tell(desk.told, (WAS_MISSED, e, NOBODY))


@rule
def fail_transfer(desk: Any, e: int, reason: int, now: int) -> None:
    """End a transfer that nobody accepted: the sender keeps the chat."""
    enquiry = desk.enquiries[e]
    enquiry.search = NO_SEARCH
    note_of(desk, e, TRANSFER_FAILED, reason, enquiry.holder, -1, now)
