"""The desk's clock: timers are pulled.

A driver asks :func:`deadline` and calls :func:`advance` with the very time it got, not with its own
clock's (``docs/decisions/0001-timers-are-pulled.md``). One call fires one timer; ties at one
instant follow ``docs/model.md``: lapse, limit, pool widening, reroute, notice, close; then by
enquiry. A timer whose enquiry has moved on fires into nothing.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.lifecycle import close
from line_sim.desk.model import (
    BY_SYSTEM, LAPSED, MOVED_ON, NO_REASON, NOBODY, NOTICE_SENT, REROUTED, SIMULTANEOUS,
    TIMER_CLOSE, TIMER_LAPSE, TIMER_LIMIT, TIMER_REROUTE, TIMER_WIDEN, WIDENED, WITHDRAWN,
)  # fmt: skip
from line_sim.desk.notes import note_at, note_of
from line_sim.desk.offers import (
    FOR_OWNER, drop_alert, drop_alerts, note_alert, stray, try_or_wait, wait_for_quiet,
)  # fmt: skip
from line_sim.desk.rows import pop, push, rule
from line_sim.desk.rules import next_boundary, open_condition, use_condition
from line_sim.desk.matching import settle
from line_sim.desk.members import refresh
from line_sim.desk.search import begin_list, end_leg
from line_sim.desk.waiting import leave_lines


@rule
def deadline(desk: Any) -> int:
    """Return when the desk's next timer is due, microseconds; NEVER if none is set."""
    return desk.timers[0][0]


@rule
def advance(desk: Any, now: int) -> None:
    """Fire the one timer that is due first, if it is due at ``now``; then settle."""
    if desk.timers[0][0] > now:
        return
    _at, kind, e, _place, generation = pop(desk.timers)
    enquiry = desk.enquiries[e]
    if kind == TIMER_LAPSE or kind == TIMER_LIMIT:
        if enquiry.generation != generation:
            return
        enquiry.generation += 1
        if kind == TIMER_LAPSE:
            lapse(desk, e, now)
        else:
            end_leg(desk, e, now)
    elif kind == TIMER_WIDEN:
        if enquiry.leg_serial != generation:
            return
        widen(desk, e, now)
    elif kind == TIMER_REROUTE:
        if enquiry.search != FOR_OWNER:
            return
        reroute(desk, e, now)
    else:
        if enquiry.close_generation != generation:
            return
        auto_close(desk, e, kind, now)
    if desk.unsettled == 1:
        settle(desk, now)


@rule
def lapse(desk: Any, e: int, now: int) -> None:
    """Let the offer to one member run out: a missed offer, and the next candidate."""
    enquiry = desk.enquiries[e]
    a = enquiry.first_alert
    while a >= 0:
        following = desk.alerts[a].after
        seat = desk.seats[desk.alerts[a].seat]
        if desk.destinations[seat.destination].method != SIMULTANEOUS:
            desk.members[seat.member].missed_offers += 1
            note_alert(desk, a, LAPSED, NO_REASON, now)
            drop_alert(desk, a)
            refresh(desk, seat.member)
        a = following
    stray(desk, e)


@rule
def widen(desk: Any, e: int, now: int) -> None:
    """Let the expanding pool of an enquiry grow by its step."""
    enquiry = desk.enquiries[e]
    destination = desk.destinations[enquiry.destination]
    enquiry.pool += destination.pool_step
    size = min(enquiry.pool, destination.width)
    note_at(desk, e, WIDENED, NO_REASON, NOBODY, enquiry.destination, size, now)
    if enquiry.pool < destination.width:
        at = now + destination.pool_every
        push(desk.timers, (at, TIMER_WIDEN, e, 0, enquiry.leg_serial))
    if enquiry.first_alert < 0:
        try_or_wait(desk, e, now)


@rule
def reroute(desk: Any, e: int, now: int) -> None:
    """Read the clock again for a waiting enquiry: another condition means another plan."""
    enquiry = desk.enquiries[e]
    channel = desk.channels[enquiry.channel]
    chosen = open_condition(desk, channel, now)
    push(desk.timers, (next_boundary(desk, channel, now), TIMER_REROUTE, e, 0, 0))
    if chosen == enquiry.condition or enquiry.bot == 1:
        return
    if enquiry.leg < 0 and enquiry.everywhere == 0:  # with the helper
        return
    drop_alerts(desk, e, WITHDRAWN, MOVED_ON, now)
    leave_lines(desk, e)
    enquiry.everywhere = 0
    note_of(desk, e, REROUTED, NO_REASON, NOBODY, -1, now)
    use_condition(desk, channel, enquiry, chosen)
    begin_list(desk, e, now)


@rule
def auto_close(desk: Any, e: int, kind: int, now: int) -> None:
    """Send the notice, or close; a message in between starts the clock anew.

    Once the notice is out, the time of the close stands, whatever becomes of the settings.
    """
    enquiry = desk.enquiries[e]
    if kind == TIMER_CLOSE:
        close(desk, e, BY_SYSTEM, now)
    elif enquiry.quiet_since + desk.close_after - desk.close_notice > now:
        wait_for_quiet(desk, e)
    else:
        enquiry.noticed = 1
        if desk.close_notice > 0:
            note_of(desk, e, NOTICE_SENT, NO_REASON, enquiry.holder, -1, now)
        push(desk.timers, (now + desk.close_notice, TIMER_CLOSE, e, 0, enquiry.close_generation))
