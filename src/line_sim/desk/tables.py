"""The desk's tables: which rows there are and what stands in them.

Row numbers tie them together (``NOBODY`` = none). Lists run through rows as links, so that taking
somebody out of the middle of a line costs the same as taking the first.
"""

from __future__ import annotations

from line_sim.desk.model import NEVER, NOBODY
from line_sim.desk.rows import Layout

NONE = ("i4", NOBODY)
SHORT_NONE = ("i2", NOBODY)
"""For the number of a member, a destination or a place: there are at most LARGEST of each."""
LARGEST = (1 << 15) - 1

MEMBER = Layout(
    "member",
    status="i2",
    account=("i2", 1),  # 1 = live, 0 = suspended
    administrator="i2",
    on_shift="i2",
    receiving="i2",  # status and account allow new enquiries
    free="i2",  # receiving and below the cap
    able="i2",  # free and holding no offer: eligible for a new one
    races="i2",  # how many of the member's destinations are Simultaneous
    idles="i2",  # how many go by an idle clock
    pending="i2",  # stands in the list of those to be matched
    open_chats="i4",
    cap=("i8", NEVER),
    offers="i4",  # alerts held
    pickups="i4",  # since the start
    missed_offers="i4",  # since the start
    receiving_since="i8",
    last_pickup=("i8", -1),
    last_close=("i8", -1),
    last_activity=("i8", -1),
    first_seat=NONE,
    first_alert=NONE,  # oldest first
    last_alert=NONE,
    first_chat=NONE,  # the enquiries held, newest first
    next_pending=NONE,
)

SEAT = Layout(
    "seat",  # one member's place in one destination
    member="i4",
    destination="i4",
    place="i4",
    next_of_member=NONE,
    idle_at=("i8", -1),  # the destination's idle clock; least = idle longest
    idle_before=NONE,
    idle_after=NONE,
    weight=("f8", 1.0),
    credit="f8",
    seen_enquiry=NONE,  # the last enquiry offered here, and in which round
    seen_round="i4",
)

DESTINATION = Layout(
    "destination",  # a group, queue or chatbot; or a member's own, for direct offers
    kind="i4",
    method="i4",
    first_seat="i4",
    width="i4",
    staffed="i4",  # members receiving
    free="i4",  # members free
    able="i4",  # members able
    hold="i8",  # how long a leg here lasts; NEVER = for ever
    max_size=("i8", NEVER),
    waiting="i4",  # tickets in its lines; those unoffered, but for races
    first_line="i4",
    pointer="i4",  # Round Robin: the place after the last one offered
    rr_on_pickup="i4",
    idle_clock="i4",  # 0 activity, 1 pickup, 2 close
    idle_resets="i4",
    idles="i4",  # 1 = goes by an idle clock
    idle_head=NONE,
    idle_tail=NONE,
    pool_start="i4",
    pool_step="i4",
    pool_every="i8",
    languages="i8",  # bit i = supports language i
    key="i8",  # a planner's own method: its number (plain) or address (compiled)
)

LINE = Layout("line", head=NONE, tail=NONE)
"""Those waiting in a destination, of one priority class: row destination x classes + class."""

TICKET = Layout(
    "ticket",  # one enquiry's place in one line
    enquiry="i4",
    destination="i4",
    leg="i4",
    before=NONE,
    after=NONE,
    next=NONE,  # of the same enquiry; or the next free row
)

ALERT = Layout(
    "alert",  # one enquiry offered to one member
    enquiry="i4",
    seat="i4",
    attempt="i4",
    refused="i4",  # stays with its enquiry, so that the member is not asked again
    before=NONE,  # of the same enquiry
    after=NONE,
    member_before=NONE,  # of the same member
    member_after=NONE,
)

CHANNEL = Layout(
    "channel",
    state="i4",
    rule="i4",
    rotate="i4",
    first_condition="i4",
    conditions="i4",
    other="i4",  # the condition of Other Schedule or of the percentage remainder
    smooth="i4",
    spill="i4",
    reroute="i4",
    first_special="i4",
    specials="i4",
    start_minute="i8",  # local minutes from Monday 00:00 of the first week to at = 0
    filter_language="i4",
    sticky="i4",
    remembers="i4",  # who helps a visitor here is kept in mind
    sticky_wait="i8",
    sticky_ttl=("i8", NEVER),
    sticky_who="i4",  # 0 last owner, 1 first owner, 2 most frequent
    sticky_service="i4",
    sticky_unavailable="i4",  # 0 fallback, 1 wait, 2 miss
    sticky_member="i4",
    welcome="i4",
    welcome_enquiry="i4",
    welcome_first="i4",
    away="i4",
    away_at_arrival="i4",
    away_at_miss="i4",
    away_window="i4",
    away_cooldown="i8",
    close="i4",
)

CONDITION = Layout(
    "condition",  # a list of destinations and when it holds
    first_route="i4",
    routes="i4",
    percentage="i4",
    credit="i4",
    turns="i4",  # how often it was chosen: the rotation
    days="i4",  # bit 0 = Monday
    from_minute="i4",
    to_minute="i4",
)

SPECIAL = Layout("special", day="i4", first_condition="i4", conditions="i4")

CONTACT = Layout(
    "contact",  # one visitor on one channel; the last of a visitor's: on the whole service
    latest=NONE,  # enquiry
    first_helper=NONE,
    first_owner=SHORT_NONE,
    last_owner=SHORT_NONE,
    known="i2",
    away_at=("i8", -1),
    owned_at="i8",
)

HELPER = Layout("helper", staff="i4", times="i4", latest="i8", next=NONE)

ENQUIRY = Layout(
    "enquiry",
    state="i1",
    channel="i2",
    visitor_class="i2",
    language="i2",
    priority="i2",
    search="i1",  # 0 none, 1 for a first owner, 2 for a transfer
    everywhere="i1",  # waits in all its legs at once
    away_sent="i1",
    noticed="i1",  # the countdown notice is out
    bot="i1",
    spills="i2",
    stray="i1",  # lost its offer in this step
    reason="i1",  # of the last leg that held or offered
    visitor="i4",
    visit="i4",
    luck="i4",
    owner=SHORT_NONE,  # the last one; stays after the close
    holder=SHORT_NONE,  # whose open chat it is now
    chat_before=NONE,
    chat_after=NONE,
    condition=SHORT_NONE,
    legs="i2",  # of the plan
    rotation="i4",
    leg=SHORT_NONE,  # -1 = the direct one before any rule
    destination=SHORT_NONE,  # of the present leg
    direct=SHORT_NONE,  # destination of the direct leg
    missed_at_destination=SHORT_NONE,
    offers="i4",  # alerts so far: the number of the attempt
    leg_offers="i4",
    round="i4",
    cursor_place=SHORT_NONE,
    origin="i2",
    pool="i4",
    room="i4",
    leg_serial="i4",
    next_stray=NONE,
    first_alert=NONE,
    last_alert=NONE,
    first_ticket=NONE,
    generation="i4",
    close_generation="i4",
    cursor_key="f8",
    created_at="i8",
    routed_at="i8",  # when the search for an owner began: the clock of the rule
    leg_at="i8",
    leg_limit="i8",
    rule_limit=("i8", NEVER),
    quiet_since="i8",  # the last message, or the pickup if later
    closed_at="i8",
)

DESK = Layout(
    "desk",
    members=MEMBER,
    seats=SEAT,
    destinations=DESTINATION,
    lines=LINE,
    tickets=TICKET,
    alerts=ALERT,
    channels=CHANNEL,
    conditions=CONDITION,
    routes="list:i8",
    specials=SPECIAL,
    enquiries=ENQUIRY,
    contacts=CONTACT,
    helpers=HELPER,
    timers="heap",
    log="log",
    told="told",
    keys="list:i8",  # planners' own methods, in plain form
    member_count="i8",
    destination_count="i8",  # without the members' own
    channel_count="i8",
    contact_width="i8",  # contacts a visitor has: one a channel, and one of the service if asked
    class_count="i8",  # of priorities
    enquiry_count="i8",
    ticket_count="i8",
    free_ticket=("i8", NOBODY),
    alert_count="i8",
    free_alert=("i8", NOBODY),
    alerts_out="i8",
    helper_count="i8",
    waiting="i8",  # tickets in all lines
    unsettled="i8",  # somebody is to be matched before the step is complete
    first_pending=("i8", NOBODY),
    last_pending=("i8", NOBODY),
    first_stray=("i8", NOBODY),
    last_stray=("i8", NOBODY),
    wait="i8",
    wait_by_enquiry="i8",
    offer="i8",
    recycle="i8",
    late_join="i8",
    simple="i8",  # able alone decides who may take an enquiry
    skip="i8",
    auto_pickup="i8",
    anyone="i8",  # auto pick-up whatever the status
    miss_unstaffed="i8",
    absorbs="i8",
    reopen="i8",
    reassign="i8",
    auto_close="i8",
    close_after="i8",
    close_notice="i8",
    transfer_wait="i8",
    receiving_mask="i8",
    room_max="i8",
    enquiry_room=("i8", NEVER),  # rows there are; plain tables grow by themselves
    ticket_room=("i8", NEVER),
    alert_room=("i8", NEVER),
    helper_room=("i8", NEVER),
)
