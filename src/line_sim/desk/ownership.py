"""Who owns a chat: the one place that moves it (``docs/model.md``, "One function moves ownership").

Open chats, the list of a member's chats, idle clocks and sticky memory change here and nowhere
else.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.members import refresh, touch_idle
from line_sim.desk.model import NOBODY
from line_sim.desk.rows import fresh, rule
from line_sim.desk.tables import HELPER

HELPER_ROW = HELPER.number
BY_PICKUP, BY_CLOSE = 1, 2
LAST_OWNER, FIRST_OWNER, MOST_FREQUENT = range(3)


@rule
def set_owner(desk: Any, e: int, m: int, now: int) -> None:
    """Give a chat to a member, or to nobody (m = NOBODY) when it ends; the last owner is kept."""
    enquiry = desk.enquiries[e]
    if enquiry.holder >= 0:
        release_chat(desk, e, now)
    if m < 0:
        return
    member = desk.members[m]
    enquiry.owner = m
    enquiry.holder = m
    enquiry.chat_before = NOBODY
    enquiry.chat_after = member.first_chat
    if member.first_chat >= 0:
        desk.enquiries[member.first_chat].chat_before = e
    member.first_chat = e
    member.open_chats += 1
    member.pickups += 1
    member.last_pickup = now
    member.last_activity = now
    if member.idles > 0:
        touch_idle(desk, m, BY_PICKUP, now)
    refresh(desk, m)
    if desk.channels[enquiry.channel].remembers == 1:
        keep_in_memory(desk, enquiry.visitor, enquiry.channel, m, now)


@rule
def release_chat(desk: Any, e: int, now: int) -> None:
    """Take a chat from the member who holds it."""
    enquiry = desk.enquiries[e]
    m = enquiry.holder
    member = desk.members[m]
    if enquiry.chat_before >= 0:
        desk.enquiries[enquiry.chat_before].chat_after = enquiry.chat_after
    else:
        member.first_chat = enquiry.chat_after
    if enquiry.chat_after >= 0:
        desk.enquiries[enquiry.chat_after].chat_before = enquiry.chat_before
    enquiry.holder = NOBODY
    member.open_chats -= 1
    member.last_close = now
    member.last_activity = now
    if member.idles > 0:
        touch_idle(desk, m, BY_CLOSE, now)
    refresh(desk, m)


@rule
def memory_of(desk: Any, visitor: int, channel: int) -> Any:
    """Return the contact that holds the sticky memory: of the channel, or of the service."""
    if desk.channels[channel].sticky_service == 1:
        return desk.contacts[visitor * desk.contact_width + desk.channel_count]
    return desk.contacts[visitor * desk.contact_width + channel]


@rule
def keep_in_memory(desk: Any, visitor: int, channel: int, m: int, now: int) -> None:
    """Remember that a member helped a visitor: on the channel, and on the service if any asks."""
    contacts = visitor * desk.contact_width
    settings = desk.channels[channel]
    if settings.sticky == 1 and settings.sticky_service == 0:
        counted = settings.sticky_who == MOST_FREQUENT
        remember_helper(desk, desk.contacts[contacts + channel], m, counted, now)
    if desk.contact_width > desk.channel_count:
        remember_helper(desk, desk.contacts[contacts + desk.channel_count], m, True, now)


@rule
def remember_helper(desk: Any, contact: Any, m: int, counted: bool, now: int) -> None:
    """Write a member into one memory; where it is asked for, also how often they helped."""
    if contact.first_owner < 0:
        contact.first_owner = m
    contact.last_owner = m
    contact.owned_at = now
    if not counted:
        return
    h = contact.first_helper
    while h >= 0:
        helper = desk.helpers[h]
        if helper.staff == m:
            helper.times += 1
            helper.latest = now
            return
        h = helper.next
    h = desk.helper_count
    fresh(desk.helpers, HELPER_ROW, h)
    desk.helper_count = h + 1
    helper = desk.helpers[h]
    helper.staff = m
    helper.times = 1
    helper.latest = now
    helper.next = contact.first_helper
    contact.first_helper = h


@rule
def helper_of(desk: Any, visitor: int, channel: int, now: int) -> int:
    """Return the member a returning visitor is to go to, or NOBODY: none, expired, or suspended."""
    contact = memory_of(desk, visitor, channel)
    if contact.last_owner < 0:
        return NOBODY
    settings = desk.channels[channel]
    if now - contact.owned_at > settings.sticky_ttl:
        return NOBODY
    m = contact.last_owner
    if settings.sticky_who == FIRST_OWNER:
        m = contact.first_owner
    elif settings.sticky_who == MOST_FREQUENT:
        m = most_frequent(desk, contact)
    if desk.members[m].account == 0:
        return NOBODY
    return m


@rule
def most_frequent(desk: Any, contact: Any) -> int:
    """Return who helped most often; of equals, the latest."""
    best = contact.last_owner
    times = 0
    latest = 0
    h = contact.first_helper
    while h >= 0:
        helper = desk.helpers[h]
        if helper.times > times or (helper.times == times and helper.latest > latest):
            best = helper.staff
            times = helper.times
            latest = helper.latest
        h = helper.next
    return best
