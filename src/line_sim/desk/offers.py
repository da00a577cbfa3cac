"""Offers: alert, lapse, withdraw, refuse, pick up."""

from __future__ import annotations

from typing import Any

from line_sim.desk.distributions import choose
from line_sim.desk.members import refresh
from line_sim.desk.model import (
    AT_CAP, AUTO, LAPSED, NEVER, NO_REASON, NOBODY, OFFERED, ONGOING, PICKED_UP, ROUND_ROBIN,
    SIMULTANEOUS, STICKY, TAKEN, TIMER_LAPSE, TIMER_LIMIT, TIMER_NOTICE, TRANSFER, TRANSFERRED,
    WITHDRAWN,
)  # fmt: skip
from line_sim.desk.notes import note_at, shown
from line_sim.desk.ownership import set_owner
from line_sim.desk.rows import fresh, note, push, rule, tell
from line_sim.desk.tables import ALERT
from line_sim.desk.waiting import (
    enter_line, leave_lines, leg_destination, wait_in_line,
)  # fmt: skip

ALERT_ROW = ALERT.number

# why the desk looks for somebody
NO_SEARCH, FOR_OWNER, FOR_TRANSFER = range(3)

# what the desk tells its driver
ALERTED, ALERT_OVER, STARTED, STOPPED, WAS_MISSED, TO_BOT, LEFT = range(7)


@rule
def why_offered(enquiry: Any) -> int:
    """Return the reason column of an offer: sticky, transfer, or nothing."""
    if enquiry.search == FOR_TRANSFER:
        return TRANSFER
    if enquiry.leg < 0 and enquiry.direct >= 0:
        return STICKY
    return NO_REASON


@rule
def alert(desk: Any, e: int, seat: int, now: int) -> None:
    """Offer an enquiry to one member."""
    enquiry = desk.enquiries[e]
    s = desk.seats[seat]
    m = s.member
    member = desk.members[m]
    a = desk.free_alert
    if a >= 0:
        desk.free_alert = desk.alerts[a].after
    else:
        a = desk.alert_count
        fresh(desk.alerts, ALERT_ROW, a)
        desk.alert_count = a + 1
    row = desk.alerts[a]
    enquiry.offers += 1
    enquiry.leg_offers += 1
    row.enquiry = e
    row.seat = seat
    row.attempt = enquiry.offers
    row.refused = 0
    row.before = enquiry.last_alert
    row.after = NOBODY
    if enquiry.last_alert >= 0:
        desk.alerts[enquiry.last_alert].after = a
    else:
        enquiry.first_alert = a
    enquiry.last_alert = a
    row.member_before = member.last_alert
    row.member_after = NOBODY
    if member.last_alert >= 0:
        desk.alerts[member.last_alert].member_after = a
    else:
        member.first_alert = a
    member.last_alert = a
    member.offers += 1
    desk.alerts_out += 1
    refresh(desk, m)
    reason = why_offered(enquiry)
    d = shown(desk, s.destination)
    note(
        desk.log,
        (now, OFFERED, reason, enquiry.channel, e, enquiry.visitor, m, d, enquiry.offers),
    )
    tell(desk.told, (ALERTED, e, m))


@rule
def drop_alert(desk: Any, a: int) -> None:
    """Take one alert away from its enquiry and its member, whose flags are then to be refreshed."""
    row = desk.alerts[a]
    enquiry = desk.enquiries[row.enquiry]
    if row.before >= 0:
        desk.alerts[row.before].after = row.after
    else:
        enquiry.first_alert = row.after
    if row.after >= 0:
        desk.alerts[row.after].before = row.before
    else:
        enquiry.last_alert = row.before
    row.after = desk.free_alert
    desk.free_alert = a
    if row.refused == 0:
        leave_member(desk, a)


@rule
def leave_member(desk: Any, a: int) -> None:
    """Take one alert away from its member, who no longer acts on it."""
    row = desk.alerts[a]
    m = desk.seats[row.seat].member
    member = desk.members[m]
    if row.member_before >= 0:
        desk.alerts[row.member_before].member_after = row.member_after
    else:
        member.first_alert = row.member_after
    if row.member_after >= 0:
        desk.alerts[row.member_after].member_before = row.member_before
    else:
        member.last_alert = row.member_before
    member.offers -= 1
    desk.alerts_out -= 1
    tell(desk.told, (ALERT_OVER, row.enquiry, m))


@rule
def note_alert(desk: Any, a: int, kind: int, reason: int, now: int) -> None:
    """Log what became of an alert."""
    row = desk.alerts[a]
    s = desk.seats[row.seat]
    note_at(desk, row.enquiry, kind, reason, s.member, s.destination, row.attempt, now)


@rule
def drop_alerts(desk: Any, e: int, kind: int, reason: int, now: int) -> None:
    """Take all alerts of an enquiry back, in the order they were made, and log each."""
    enquiry = desk.enquiries[e]
    while enquiry.first_alert >= 0:
        a = enquiry.first_alert
        m = desk.seats[desk.alerts[a].seat].member
        if desk.alerts[a].refused == 0:
            note_alert(desk, a, kind, reason, now)
            if kind == LAPSED:
                desk.members[m].missed_offers += 1
        drop_alert(desk, a)
        refresh(desk, m)


@rule
def alert_of(desk: Any, e: int, m: int) -> int:
    """Return the alert of an enquiry to a member, be it refused, or NOBODY."""
    a = desk.enquiries[e].first_alert
    while a >= 0:
        if desk.seats[desk.alerts[a].seat].member == m:
            return a
        a = desk.alerts[a].after
    return NOBODY


@rule
def arm(desk: Any, e: int, kind: int, at: int) -> None:
    """Set the one timer of an enquiry's search; the one before no longer counts."""
    enquiry = desk.enquiries[e]
    enquiry.generation += 1
    enquiry.stray = 0
    if at < NEVER:
        push(desk.timers, (at, kind, e, 0, enquiry.generation))


@rule
def offer_to(desk: Any, e: int, seat: int, now: int) -> None:
    """Offer an enquiry to the member chosen, or assign it under auto pick-up."""
    enquiry = desk.enquiries[e]
    s = desk.seats[seat]
    destination = desk.destinations[s.destination]
    if destination.method == ROUND_ROBIN and (
        destination.rr_on_pickup == 0 or desk.auto_pickup == 1
    ):
        advance_pointer(destination, s.place)
    if enquiry.first_ticket >= 0:
        leave_lines(desk, e)
    enquiry.destination = s.destination
    if desk.auto_pickup == 1:
        how = why_offered(enquiry)
        take(desk, e, s.member, s.destination, AUTO if how == NO_REASON else how, now)
        return
    alert(desk, e, seat, now)
    limit = enquiry.leg_limit
    lapse = now + desk.offer  # beyond any limit where offers do not lapse
    if lapse < limit:
        arm(desk, e, TIMER_LAPSE, lapse)
    else:
        arm(desk, e, TIMER_LIMIT, limit)


@rule
def advance_pointer(destination: Any, place: int) -> None:
    """Let Round Robin continue after a place."""
    place += 1
    destination.pointer = place if place < destination.width else 0


@rule
def try_or_wait(desk: Any, e: int, now: int) -> None:
    """Offer an enquiry to its next candidate; where there is none it waits in line.

    One that waits in all its legs asks them in order.
    """
    enquiry = desk.enquiries[e]
    if enquiry.everywhere == 0:
        d = enquiry.destination
        if desk.destinations[d].method == SIMULTANEOUS and desk.auto_pickup == 0:
            return
        seat = choose(desk, d, e, now)
        if seat >= 0:
            offer_to(desk, e, seat, now)
            return
    else:
        for leg in range(enquiry.legs):
            if ask_leg(desk, e, leg_destination(desk, enquiry, leg), now):
                return
    wait_in_line(desk, e, now)
    arm(desk, e, TIMER_LIMIT, enquiry.leg_limit)


@rule
def ask_leg(desk: Any, e: int, d: int, now: int) -> bool:
    """Offer an enquiry that waits in all its legs in one of them, if anybody is there now."""
    enquiry = desk.enquiries[e]
    if desk.destinations[d].method == SIMULTANEOUS and desk.auto_pickup == 0:
        alert_free(desk, e, d, now)
        return False
    if enquiry.destination != d:
        enquiry.destination = d
        enquiry.cursor_place = NOBODY
    seat = choose(desk, d, e, now)
    if seat < 0:
        return False
    offer_to(desk, e, seat, now)
    return True


@rule
def alert_all(desk: Any, e: int, d: int, now: int) -> None:
    """Simultaneous: alert every free member in listed order, and keep a place for late-comers."""
    enquiry = desk.enquiries[e]
    if desk.destinations[d].free > 0:
        enter_line(desk, e, d, enquiry.leg)
        alert_free(desk, e, d, now)
    else:
        wait_in_line(desk, e, now)
    arm(desk, e, TIMER_LIMIT, enquiry.leg_limit)


@rule
def alert_free(desk: Any, e: int, d: int, now: int) -> None:
    """Alert every free member of a Simultaneous destination who is not alerted yet."""
    destination = desk.destinations[d]
    for seat in range(destination.first_seat, destination.first_seat + destination.width):
        if may_race(desk, desk.seats[seat].member, e):
            alert(desk, e, seat, now)


@rule
def may_race(desk: Any, m: int, e: int) -> bool:
    """Return whether a member may be alerted beside others."""
    member = desk.members[m]
    enquiry = desk.enquiries[e]
    if member.free == 0 or m == enquiry.holder:
        return False
    if desk.late_join == 0 and member.receiving_since > enquiry.leg_at:
        return False
    return enquiry.first_alert < 0 or alert_of(desk, e, m) < 0


@rule
def stray(desk: Any, e: int) -> None:
    """Remember an enquiry that lost its offer and looks for the next candidate at this instant."""
    enquiry = desk.enquiries[e]
    if enquiry.stray == 1:
        return
    enquiry.stray = 1
    enquiry.next_stray = NOBODY
    desk.unsettled = 1
    if desk.first_stray < 0:
        desk.first_stray = e
    else:
        desk.enquiries[desk.last_stray].next_stray = e
    desk.last_stray = e


@rule
def withdraw_from(desk: Any, m: int, reason: int, now: int) -> None:
    """Take back all alerts a member holds: no missed offers; each enquiry finds its next one."""
    member = desk.members[m]
    while member.first_alert >= 0:
        a = member.first_alert
        e = desk.alerts[a].enquiry
        d = desk.seats[desk.alerts[a].seat].destination
        note_alert(desk, a, WITHDRAWN, reason, now)
        drop_alert(desk, a)
        refresh(desk, m)
        if desk.destinations[d].method != SIMULTANEOUS or d >= desk.destination_count:
            stray(desk, e)


@rule
def withdraw_at_cap(desk: Any, m: int, now: int) -> None:
    """Take back all alerts of a member whose last free place was just taken."""
    member = desk.members[m]
    if member.offers > 0 and member.open_chats >= member.cap:
        withdraw_from(desk, m, AT_CAP, now)


@rule
def take(desk: Any, e: int, m: int, d: int, how: int, now: int) -> None:
    """Make a member the owner: the end of every search that succeeds."""
    enquiry = desk.enquiries[e]
    before = enquiry.holder
    if enquiry.first_ticket >= 0:
        leave_lines(desk, e)
    if enquiry.first_alert >= 0:
        drop_alerts(desk, e, WITHDRAWN, TAKEN, now)
    enquiry.generation += 1
    enquiry.leg_serial += 1
    enquiry.everywhere = 0
    kind = TRANSFERRED if enquiry.search == FOR_TRANSFER else PICKED_UP
    enquiry.search = NO_SEARCH
    if kind == PICKED_UP:
        enquiry.state = ONGOING
    d = shown(desk, d)
    note(desk.log, (now, kind, how, enquiry.channel, e, enquiry.visitor, m, d, enquiry.offers))
    if before >= 0:
        tell(desk.told, (STOPPED, e, before))
    set_owner(desk, e, m, now)
    tell(desk.told, (STARTED, e, m))
    if desk.auto_close == 1 and kind == PICKED_UP:
        start_auto_close(desk, e, now)
    withdraw_at_cap(desk, m, now)


@rule
def start_auto_close(desk: Any, e: int, now: int) -> None:
    """Set the auto-close clock of an enquiry that somebody takes up now going."""
    if desk.auto_close == 0:
        return
    enquiry = desk.enquiries[e]
    enquiry.quiet_since = now
    enquiry.close_generation += 1
    wait_for_quiet(desk, e)


@rule
def hear(desk: Any, e: int, now: int) -> None:
    """Let a message put the auto-close off; if the notice is out, it is void."""
    enquiry = desk.enquiries[e]
    enquiry.quiet_since = now
    if enquiry.noticed == 1:
        enquiry.close_generation += 1
        wait_for_quiet(desk, e)


@rule
def wait_for_quiet(desk: Any, e: int) -> None:
    """Let the countdown notice come when nobody has written for long enough.

    A live desk may have auto-close switched off while a notice is out: then none comes again.
    """
    enquiry = desk.enquiries[e]
    enquiry.noticed = 0
    if desk.auto_close == 0:
        return
    at = enquiry.quiet_since + desk.close_after - desk.close_notice
    push(desk.timers, (at, TIMER_NOTICE, e, 0, enquiry.close_generation))
