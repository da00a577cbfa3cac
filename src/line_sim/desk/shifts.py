"""What a member's status, shift and account, and a channel's state, do to the desk."""

from __future__ import annotations

from typing import Any

from line_sim.desk.lifecycle import cancel_search
from line_sim.desk.members import count_staffed, receives, refresh, touch_idle
from line_sim.desk.model import (
    ACCOUNT_CHANGED, CHANNEL_CHANGED, MOVED_ON, NO_REASON, NOBODY, OFFLINE, OPEN, REOPENED,
    SHIFT_ENDED, SHIFT_STARTED, STATUS, STATUS_CHANGE, WAS_ENABLED, WAS_OFFLINE, WAS_SUSPENDED,
)  # fmt: skip
from line_sim.desk.notes import note_of
from line_sim.desk.offers import NO_SEARCH, STOPPED, withdraw_from
from line_sim.desk.ownership import set_owner
from line_sim.desk.rows import note, rule, tell
from line_sim.desk.matching import settle
from line_sim.desk.search import route

BY_LOGIN = 0


@rule
def note_member(desk: Any, m: int, kind: int, reason: int, now: int) -> None:
    """Log a happening of a member that concerns no enquiry."""
    note(desk.log, (now, kind, reason, NOBODY, NOBODY, NOBODY, m, NOBODY, -1))


@rule
def set_status(desk: Any, m: int, status: int, now: int) -> int:
    """Set a member's status; 1 if it changed.

    Leaving the receiving statuses withdraws offers (no missed offers); coming back matches who
    waits.
    """
    member = desk.members[m]
    if member.status == status:
        return 0
    before = member.status
    member.status = status
    note_member(desk, m, STATUS, WAS_OFFLINE + status, now)
    follow_receiving(desk, m, now)
    if before == OFFLINE and member.idles > 0:
        touch_idle(desk, m, BY_LOGIN, now)
    if status == OFFLINE and desk.reassign == 1:
        route_chats_anew(desk, m, now)
    if desk.unsettled == 1:
        settle(desk, now)
    return 1


@rule
def follow_receiving(desk: Any, m: int, now: int) -> None:
    """Let offers and counts follow what a member's status and account now allow."""
    member = desk.members[m]
    receiving = receives(desk, member)
    if receiving == member.receiving:
        return
    member.receiving = receiving
    count_staffed(desk, m, 1 if receiving == 1 else -1)
    if receiving == 1:
        member.receiving_since = now
        refresh(desk, m)
    else:
        refresh(desk, m)
        if member.offers > 0:
            withdraw_from(desk, m, STATUS_CHANGE, now)


@rule
def route_chats_anew(desk: Any, m: int, now: int) -> None:
    """Send all chats of a member who went OFFLINE through their rules again, first taken first."""
    member = desk.members[m]
    following = member.first_chat
    while following >= 0 and desk.enquiries[following].chat_after >= 0:
        following = desk.enquiries[following].chat_after
    for _ in range(member.open_chats):
        e = following
        enquiry = desk.enquiries[e]
        following = enquiry.chat_before
        if enquiry.search != NO_SEARCH:
            cancel_search(desk, e, MOVED_ON, now)
        tell(desk.told, (STOPPED, e, m))
        set_owner(desk, e, NOBODY, now)
        enquiry.state = OPEN
        enquiry.close_generation += 1
        enquiry.noticed = 0
        note_of(desk, e, REOPENED, WAS_OFFLINE, m, -1, now)
        route(desk, e, now)


@rule
def set_shift(desk: Any, m: int, on: int, now: int) -> None:
    """Record that a member's shift begins (1) or ends (0); the status is another matter."""
    member = desk.members[m]
    if member.on_shift != on:
        member.on_shift = on
        note_member(desk, m, SHIFT_STARTED if on == 1 else SHIFT_ENDED, NO_REASON, now)


@rule
def set_account(desk: Any, m: int, live: int, now: int) -> None:
    """Suspend (0) or restore (1) a member's account."""
    member = desk.members[m]
    if member.account == live:
        return
    member.account = live
    note_member(desk, m, ACCOUNT_CHANGED, WAS_ENABLED if live == 1 else WAS_SUSPENDED, now)
    follow_receiving(desk, m, now)
    if desk.unsettled == 1:
        settle(desk, now)


@rule
def set_channel(desk: Any, c: int, state: int, now: int) -> None:
    """Enable, suspend or delete a channel; enquiries there are stay as they are."""
    channel = desk.channels[c]
    if channel.state == state:
        return
    channel.state = state
    row = (now, CHANNEL_CHANGED, WAS_ENABLED + state, c, NOBODY, NOBODY, NOBODY, NOBODY, -1)
    note(desk.log, row)
