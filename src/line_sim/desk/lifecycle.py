"""The life of an enquiry: what visitors, staff and chatbots can do to it.

Each function here is one step: it leaves the desk settled, so a driver may call any of them at any
time. All take the desk and the time ``now`` in microseconds; none waits, draws or raises: what a
driver may not do at this moment returns 0 (or NOBODY) and changes nothing.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.automessages import contact_of, say_goodbye, welcome
from line_sim.desk.model import (
    ABANDONED, BOT_HANDED_OVER, BY_BOT, CLOSED, DROPPED, ENABLED, FOLLOWED_UP, GAVE_UP, JOINED,
    KIND_ABANDONED, KIND_CLOSED, KIND_FOLLOWED_UP, MISSED, MOVED_ON, NEVER, NO_REASON, NOBODY,
    ONGOING, OPEN, RECEIVED, REFUSED, REOPENED, SIMULTANEOUS, STAFF_MESSAGE, TAKEN_OVER,
    TARGET_GONE, TRANSFER_STARTED, VISITOR_LEFT, VISITOR_MESSAGE, WARM, WITHDRAWN,
)  # fmt: skip
from line_sim.desk.notes import note_at, note_of
from line_sim.desk.offers import (
    FOR_OWNER, FOR_TRANSFER, LEFT, NO_SEARCH, STARTED, STOPPED, advance_pointer, alert_of,
    drop_alert, drop_alerts, hear, leave_member, note_alert, start_auto_close, stray, take,
    why_offered, withdraw_at_cap,
)  # fmt: skip
from line_sim.desk.ownership import release_chat, set_owner
from line_sim.desk.rows import fresh, note, rule, tell
from line_sim.desk.matching import settle
from line_sim.desk.members import refresh
from line_sim.desk.search import (
    fail_transfer, go_on_to_staff, leave_direct, next_leg, route, start_leg,
)  # fmt: skip
from line_sim.desk.tables import ENQUIRY
from line_sim.desk.waiting import leave_lines

ENQUIRY_ROW = ENQUIRY.number


@rule
def receive(
    desk: Any, c: int, visitor: int, visit: int, visitor_class: int, priority: int, language: int,
    luck: int, attempt: int, message_type: int, now: int,
) -> int:  # fmt: skip
    """Take a message of a visitor; return the enquiry it belongs to.

    It joins the visitor's live enquiry on that channel, reopens one just closed, or creates a new
    one. NOBODY where the channel takes no messages. ``visit`` and ``luck`` (0 ... 2^31 - 1) come
    from the driver and stay with the enquiry; ``attempt`` counts the visit's earlier enquiries.
    """
    channel = desk.channels[c]
    if channel.state != ENABLED:
        note(desk.log, (now, DROPPED, NO_REASON, c, NOBODY, visitor, NOBODY, NOBODY, -1))
        return NOBODY
    contact = contact_of(desk, visitor, c)
    e = contact.latest
    if e >= 0 and joins(desk, e, now):
        write(desk, e, message_type, now)
        return e
    e = desk.enquiry_count
    fresh(desk.enquiries, ENQUIRY_ROW, e)
    desk.enquiry_count = e + 1
    enquiry = desk.enquiries[e]
    enquiry.state = OPEN
    enquiry.channel = c
    enquiry.visitor = visitor
    enquiry.visit = visit
    enquiry.visitor_class = visitor_class
    enquiry.priority = priority
    enquiry.language = language
    enquiry.luck = luck
    enquiry.created_at = now
    enquiry.quiet_since = now
    contact.latest = e
    first_contact = 1 - contact.known
    contact.known = 1
    note(desk.log, (now, RECEIVED, visitor_class, c, e, visitor, NOBODY, NOBODY, attempt))
    if channel.welcome == 1 and channel.welcome_first == 1:
        welcome(desk, e, first_contact, now)
    route(desk, e, now)
    if channel.welcome == 1 and channel.welcome_first == 0 and enquiry.away_sent == 0:
        welcome(desk, e, first_contact, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return e


@rule
def is_live(desk: Any, e: int) -> bool:
    """Return whether an enquiry is open, ongoing or followed up: one a visitor and channel."""
    state = desk.enquiries[e].state
    return state == OPEN or state == ONGOING or state == FOLLOWED_UP


@rule
def joins(desk: Any, e: int, now: int) -> bool:
    """Return whether a message of its visitor belongs to this enquiry."""
    if is_live(desk, e):
        return True
    enquiry = desk.enquiries[e]
    state = enquiry.state
    if state == MISSED:
        return desk.absorbs == 1
    return state == CLOSED and now - enquiry.closed_at < desk.reopen


@rule
def write(desk: Any, e: int, message_type: int, now: int) -> None:
    """Append a visitor's message to an enquiry; one that was closed comes back to life."""
    enquiry = desk.enquiries[e]
    hear(desk, e, now)
    note_of(desk, e, VISITOR_MESSAGE, message_type, NOBODY, -1, now)
    if enquiry.state != CLOSED:
        return
    owner = enquiry.owner
    if owner >= 0 and desk.members[owner].free == 1:
        enquiry.state = ONGOING
        note_of(desk, e, REOPENED, NO_REASON, owner, -1, now)
        set_owner(desk, e, owner, now)
        tell(desk.told, (STARTED, e, owner))
        start_auto_close(desk, e, now)
        withdraw_at_cap(desk, owner, now)
    else:
        enquiry.state = OPEN
        note_of(desk, e, REOPENED, NO_REASON, NOBODY, -1, now)
        route(desk, e, now)
    if desk.unsettled == 1:
        settle(desk, now)


@rule
def staff_message(desk: Any, e: int, turn: int, message_type: int, now: int) -> None:
    """Append a message of the owner to an enquiry."""
    hear(desk, e, now)
    note_of(desk, e, STAFF_MESSAGE, message_type, desk.enquiries[e].holder, turn, now)


@rule
def pick_up(desk: Any, e: int, m: int, now: int) -> int:
    """Let a member take an enquiry he is alerted for, or accept a transfer; 1 if it is his now."""
    a = alert_of(desk, e, m)
    if a < 0 or desk.alerts[a].refused == 1:
        return 0
    enquiry = desk.enquiries[e]
    seat = desk.seats[desk.alerts[a].seat]
    d = seat.destination
    if desk.destinations[d].rr_on_pickup == 1:
        advance_pointer(desk.destinations[d], seat.place)
    how = why_offered(enquiry)
    drop_alert(desk, a)
    take(desk, e, m, d, how, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return 1


@rule
def refuse(desk: Any, e: int, m: int, now: int) -> int:
    """Let a member refuse an alert; the search goes on at once. 1 if there was an alert.

    Whoever refuses is passed over as if the offer had lapsed; where all are alerted at once, they
    are not alerted again in this leg.
    """
    a = alert_of(desk, e, m)
    if a < 0 or desk.alerts[a].refused == 1:
        return 0
    d = desk.seats[desk.alerts[a].seat].destination
    note_alert(desk, a, REFUSED, NO_REASON, now)
    if desk.destinations[d].method == SIMULTANEOUS:
        desk.alerts[a].refused = 1
        leave_member(desk, a)
    else:
        drop_alert(desk, a)
        stray(desk, e)
    refresh(desk, m)
    if d >= desk.destination_count:
        leave_direct(desk, e, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return 1


@rule
def cancel_search(desk: Any, e: int, reason: int, now: int) -> None:
    """Stop looking for somebody: alerts are withdrawn, places in line given up."""
    enquiry = desk.enquiries[e]
    drop_alerts(desk, e, WITHDRAWN, reason, now)
    leave_lines(desk, e)
    enquiry.generation += 1
    enquiry.leg_serial += 1
    enquiry.everywhere = 0
    enquiry.search = NO_SEARCH


@rule
def end(desk: Any, e: int, kind: int, reason: int, state: int, now: int) -> None:
    """End an enquiry: closed or abandoned."""
    enquiry = desk.enquiries[e]
    if enquiry.search != NO_SEARCH:
        cancel_search(desk, e, MOVED_ON if state == CLOSED else VISITOR_LEFT, now)
    enquiry.state = state
    enquiry.closed_at = now
    enquiry.close_generation += 1
    enquiry.noticed = 0
    enquiry.bot = 0
    holder = enquiry.holder
    note_of(desk, e, kind, reason, holder, -1, now)
    if holder >= 0:
        tell(desk.told, (STOPPED, e, holder))
        release_chat(desk, e, now)


@rule
def close(desk: Any, e: int, by: int, now: int) -> int:
    """Close a handled enquiry, by staff, the system or a bot; 1 if it was one."""
    enquiry = desk.enquiries[e]
    if enquiry.state != ONGOING and enquiry.state != FOLLOWED_UP:
        return 0
    end(desk, e, KIND_CLOSED, by, CLOSED, now)
    if by != BY_BOT:
        say_goodbye(desk, e, by, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return 1


@rule
def visitor_left(desk: Any, e: int, visible: int, now: int) -> int:
    """Let a waiting visitor leave: without a sign (LINE), or so that the desk sees it.

    Without a sign only a ``gave_up`` row is written: the desk does not know. 1 if still waiting.
    """
    enquiry = desk.enquiries[e]
    if enquiry.state != OPEN:
        return 0
    if visible == 0:
        note_of(desk, e, GAVE_UP, NO_REASON, NOBODY, -1, now)
        return 1
    end(desk, e, KIND_ABANDONED, NO_REASON, ABANDONED, now)
    tell(desk.told, (LEFT, e, NOBODY))
    if desk.unsettled == 1:
        settle(desk, now)
    return 1


@rule
def may_follow_up(desk: Any, e: int) -> bool:
    """Return whether a missed enquiry may be taken up: its visitor has no live one by now."""
    enquiry = desk.enquiries[e]
    if enquiry.state != MISSED:
        return False
    return not is_live(desk, contact_of(desk, enquiry.visitor, enquiry.channel).latest)


@rule
def follow_up(desk: Any, e: int, m: int, now: int) -> int:
    """Let an eligible member take up a missed enquiry; 1 if it is his now."""
    if not may_follow_up(desk, e) or desk.members[m].free == 0:
        return 0
    enquiry = desk.enquiries[e]
    enquiry.state = FOLLOWED_UP
    contact_of(desk, enquiry.visitor, enquiry.channel).latest = e
    note_of(desk, e, KIND_FOLLOWED_UP, NO_REASON, m, -1, now)
    set_owner(desk, e, m, now)
    tell(desk.told, (STARTED, e, m))
    start_auto_close(desk, e, now)
    withdraw_at_cap(desk, m, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return 1


@rule
def transfer(desk: Any, e: int, condition: int, member: int, now: int) -> int:
    """Offer a chat to a member, or to a list of destinations (a tag, a condition); 1 if begun.

    The owner keeps chat and work until somebody accepts, at most ``transfer_wait_s``. Nobody
    eligible at all = failed at once.
    """
    enquiry = desk.enquiries[e]
    if enquiry.holder < 0 or enquiry.search != NO_SEARCH:
        return 0
    note_of(desk, e, TRANSFER_STARTED, NO_REASON, enquiry.holder, -1, now)
    enquiry.search = FOR_TRANSFER
    enquiry.rule_limit = NEVER if desk.transfer_wait == NEVER else now + desk.transfer_wait
    enquiry.leg_offers = 0
    enquiry.spills = 0
    if member >= 0:
        enquiry.direct = desk.destination_count + member
        if desk.members[member].free == 1 and member != enquiry.holder:
            start_leg(desk, e, NOBODY, now)
        else:
            fail_transfer(desk, e, TARGET_GONE, now)
    else:
        enquiry.condition = condition
        enquiry.legs = desk.conditions[condition].routes
        enquiry.rotation = 0
        if not next_leg(desk, e, 0, now):
            fail_transfer(desk, e, TARGET_GONE, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return 1


@rule
def take_over(desk: Any, e: int, m: int, now: int) -> int:
    """Let an administrator become the owner of a chat; 1 if so."""
    enquiry = desk.enquiries[e]
    member = desk.members[m]
    if member.administrator == 0 or member.account == 0:
        return 0
    if enquiry.holder < 0 or enquiry.holder == m:
        return 0
    if enquiry.search != NO_SEARCH:
        cancel_search(desk, e, MOVED_ON, now)
    note_of(desk, e, TAKEN_OVER, NO_REASON, m, -1, now)
    tell(desk.told, (STOPPED, e, enquiry.holder))
    set_owner(desk, e, m, now)
    tell(desk.told, (STARTED, e, m))
    withdraw_at_cap(desk, m, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return 1


@rule
def join(desk: Any, e: int, m: int, now: int) -> int:
    """Let a member join the room of a chat, the owner stays; 1 unless the room is full."""
    enquiry = desk.enquiries[e]
    if enquiry.holder < 0 or enquiry.holder == m or enquiry.room + 2 > desk.room_max:
        return 0
    enquiry.room += 1
    note_of(desk, e, JOINED, NO_REASON, m, -1, now)
    return 1


@rule
def bot_solved(desk: Any, e: int, now: int) -> int:
    """Let the chatbot close the enquiry it has; 1 if it had it."""
    if desk.enquiries[e].bot == 0:
        return 0
    return close(desk, e, BY_BOT, now)


@rule
def bot_hands_over(desk: Any, e: int, now: int) -> int:
    """Let the chatbot pass the enquiry on to the next leg; 1 if it had it."""
    enquiry = desk.enquiries[e]
    if enquiry.bot == 0:
        return 0
    enquiry.bot = 0
    enquiry.state = OPEN
    note_at(desk, e, BOT_HANDED_OVER, NO_REASON, NOBODY, enquiry.destination, -1, now)
    if enquiry.rule_limit < NEVER:
        enquiry.rule_limit += now - enquiry.leg_at
    go_on_to_staff(desk, e, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return 1


@rule
def carry_in(
    desk: Any, c: int, visitor: int, visit: int, visitor_class: int, language: int, luck: int,
    m: int, now: int,
) -> int:  # fmt: skip
    """Put a chat that was open before the start on its owner's desk; return the enquiry."""
    contact = contact_of(desk, visitor, c)
    if contact.latest >= 0 and joins(desk, contact.latest, now):
        return NOBODY
    e = desk.enquiry_count
    fresh(desk.enquiries, ENQUIRY_ROW, e)
    desk.enquiry_count = e + 1
    enquiry = desk.enquiries[e]
    enquiry.channel = c
    enquiry.visitor = visitor
    enquiry.visit = visit
    enquiry.visitor_class = visitor_class
    enquiry.language = language
    enquiry.luck = luck
    enquiry.created_at = now
    enquiry.quiet_since = now
    contact.latest = e
    contact.known = 1
    note(desk.log, (now, RECEIVED, visitor_class, c, e, visitor, NOBODY, NOBODY, 0))
    enquiry.search = FOR_OWNER
    take(desk, e, m, desk.destination_count + m, WARM, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return e
