"""The desk as data: members, destinations, rules, channels and every switch of the service.

Plain frozen dataclasses with the names and defaults of ``docs/model.md``; the scenario files, the
bridge and the tests all fill in these same classes. Nothing here runs. ``faults`` in
:mod:`line_sim.desk.faults` says what is wrong with a filled-in desk; :mod:`line_sim.desk.build`
turns a faultless one into the rows a run works on.

The basis of each default is given in brackets: *guide* = CINNOX guide (page), *seed* = the
"Connecting LINE" page of that guide, *inferred* = read between its lines, *chosen* = ours.
"""

from __future__ import annotations

import dataclasses
import datetime as dt  # noqa: TC003 - readers of files look the annotations up
from collections.abc import Callable
from typing import Any, Literal

from line_sim.desk.routing import (
    Alternative,
    Condition,
    Percentage,
    Rule,
    Share,
    SpecialDay,
    Time,
    frozen,
)

__all__ = [
    "Alternative",
    "AutoMessages",
    "Channel",
    "Chatbot",
    "Condition",
    "DeskSetup",
    "Destination",
    "Distribution",
    "Key",
    "Member",
    "Percentage",
    "Queue",
    "Rule",
    "Service",
    "ServiceGroup",
    "Share",
    "SpecialDay",
    "Status",
    "Sticky",
    "Time",
    "frozen",
]

Status = Literal["active", "busy", "idle", "offline"]
Distribution = Literal[
    "simultaneous",
    "fixed_order",
    "most_idle",
    "round_robin",
    "least_active",
    "most_spare_capacity",
    "weighted_round_robin",
    "uniform_random",
    "expanding_pool",
]
Key = Callable[[Any, Any, int], float]
"""A planner's own distribution: ``key(member, enquiry, now)``; the least key is alerted next."""


@frozen
class Member:
    """One member of staff, as the desk knows them.

    Parameters
    ----------
    name : unique, shown in tables.
    role : ``"agent"`` or ``"administrator"``; only administrators take over [guide, monitor-chat].
    device : ``"dashboard"`` or ``"mobile"``: decides when idleness begins [guide,
        setting-availability].
    max_concurrent : open chats at most; ``None`` takes the service's value.
    account : ``"live"`` or ``"suspended"``; a suspended account is never offered anything [guide,
        faq-admin-and-settings].
    """

    name: str
    role: Literal["agent", "administrator"] = "agent"
    device: Literal["dashboard", "mobile"] = "dashboard"
    max_concurrent: int | None = None
    account: Literal["live", "suspended"] = "live"


@frozen
class _Staffed:
    """What service groups and queues share: people, and how an enquiry is distributed to them.

    Parameters
    ----------
    name : up to 40 characters [guide, create-destination].
    staff : names of members in listed order; the order is what Fixed Order and ties follow.
    weights : for Weighted Round Robin, one positive number a member; ``None`` = all equal [chosen].
    support_languages : language codes, ``"*"`` = all; used only with ``filter_by_language`` [guide,
        add-new-destination; use in routing inferred].
    support_locations : recorded, not used in routing [guide, add-new-destination].
    rr_advance_on : Round Robin's pointer moves when a member is offered, or only at a pickup
        [inferred].
    idle_since : Most Idle's clock: last pickup or close, last pickup, or last close [inferred].
    idle_resets_on_login : coming back from OFFLINE starts the idle clock anew [inferred]; with
        ``False`` only the first time does.
    pool_start, pool_step, pool_every_s : Expanding Pool: listed members at first, how many more,
        and how often in seconds [chosen; the bullseye of other products].
    """

    name: str
    staff: tuple[str, ...] = ()
    weights: tuple[float, ...] | None = None
    support_languages: tuple[str, ...] = ("*",)
    support_locations: tuple[str, ...] = ("*",)
    rr_advance_on: Literal["offer", "pickup"] = "offer"
    idle_since: Literal["last_activity", "last_pickup", "last_close"] = "last_activity"
    idle_resets_on_login: bool = True
    pool_start: int = 1
    pool_step: int = 1
    pool_every_s: float = 15.0


@frozen
class ServiceGroup(_Staffed):
    """A named team. Simultaneous by default; strict CINNOX also allows Fixed Order, nothing else.

    See the fields of a queue for the shared ones [guide, add-new-destination].
    """

    kind: Literal["group"] = "group"
    distribution: Distribution = "simultaneous"


@frozen
class Queue(_Staffed):
    """A line that people serve first come first served, by priority class.

    Parameters
    ----------
    distribution : Round Robin by default [inferred]; strict CINNOX allows Simultaneous, Fixed
        Order, Most Idle and Round Robin [guide, enquiry-queue].
    queue_max_hold_s : how long an enquiry may wait here, in seconds; ``None`` = for ever. Default
        60 [inferred].
    queue_max_size : how many may wait unoffered; ``None`` = any number [inferred].
    """

    kind: Literal["queue"] = "queue"
    distribution: Distribution = "round_robin"
    queue_max_hold_s: float | None = 60.0
    queue_max_size: int | None = None


@frozen
class Chatbot:
    """A chatbot as destination: no capacity, never away, solves or hands over [guide, chatbot]."""

    name: str
    kind: Literal["chatbot"] = "chatbot"
    support_languages: tuple[str, ...] = ("*",)


Destination = ServiceGroup | Queue | Chatbot


@frozen
class Sticky:
    """Sends a returning visitor to somebody who helped before, ahead of any rule [guide].

    Parameters
    ----------
    enabled : off by default.
    sticky_wait_s : how long the helper is offered the enquiry alone, seconds; 60 = direct chat
        [guide, serving-chat-inquiry].
    sticky_ttl_s : how long the memory lasts, seconds; ``None`` = for ever [inferred].
    sticky_who : last owner, first owner, or the one who helped most often (ties: the latest).
    sticky_scope : memory by ``"channel"`` or of the whole ``"service"``.
    sticky_unavailable : helper not eligible: ``"fallback"`` to the rule, ``"wait"`` for them, or
        ``"miss"`` [inferred: fallback].
    sticky_require_membership : helper must belong to a destination the rule would choose
        [inferred: no].
    """

    enabled: bool = False
    sticky_wait_s: float | None = 60.0
    sticky_ttl_s: float | None = None
    sticky_who: Literal["last_owner", "first_owner", "most_frequent"] = "last_owner"
    sticky_scope: Literal["channel", "service"] = "channel"
    sticky_unavailable: Literal["fallback", "wait", "miss"] = "fallback"
    sticky_require_membership: bool = False


@frozen
class AutoMessages:
    """The three automatic messages of a LINE channel [seed]; each off by default [inferred].

    Parameters
    ----------
    welcome, away, close : switches.
    welcome_scope : once a ``"visitor"`` [seed, literal] or with every ``"enquiry"``.
    welcome_before_away : whether a new enquiry that gets an away message at once may get its
        welcome first; ``False`` sends the away message alone [inferred: both, welcome first].
    away_trigger : ``"no_eligible"`` at arrival, ``"missed"`` at the miss, or ``"either"``.
    away_once_per : ``"enquiry"``, or ``"visitor_window"``: one a visitor and ``away_cooldown_s``.
    away_cooldown_s : seconds between two away messages to one visitor [inferred: 0].
    """

    welcome: bool = False
    away: bool = False
    close: bool = False
    welcome_scope: Literal["visitor", "enquiry"] = "visitor"
    welcome_before_away: bool = True
    away_trigger: Literal["no_eligible", "missed", "either"] = "either"
    away_once_per: Literal["enquiry", "visitor_window"] = "enquiry"
    away_cooldown_s: float = 0.0


@frozen
class Channel:
    """One LINE Official Account connected to the service [seed].

    Parameters
    ----------
    name : up to 40 characters [seed].
    line_account : the LINE account; a second channel with the same one is refused [seed]. Empty =
        the channel's name.
    rule : one routing rule.
    sticky, messages : see there.
    state : enabled, suspended (messages make no enquiry) or deleted (frees the account) [inferred].
    utc_offset : "+07:00"; ``None`` takes the service's. Fixed: daylight saving has no effect.
    filter_by_language : skip destinations that do not support the visitor's language [inferred:
        no].
    custom_info : staff-side note, up to 10,000 characters [seed].
    """

    name: str
    rule: Rule
    line_account: str = ""
    sticky: Sticky = Sticky()
    messages: AutoMessages = AutoMessages()
    state: Literal["enabled", "suspended", "deleted"] = "enabled"
    utc_offset: str | None = None
    filter_by_language: bool = False
    custom_info: str = ""


@frozen
class Service:
    """What holds for the whole service.

    Parameters
    ----------
    strict_cinnox : groups take Simultaneous or Fixed Order, queues the four methods of the product;
        everything else needs ``False`` [inferred].
    receiving_statuses : who may be offered an enquiry; ACTIVE alone is the literal reading [guide,
        serving-chat-inquiry], {ACTIVE, IDLE} the lenient one.
    max_concurrent : open chats a person at most; ``None`` = no limit, as documented.
    max_wait_s : how long an open enquiry waits in a group, seconds; 60 [guide,
        serving-chat-inquiry]. ``None`` = for ever.
    max_wait_scope : a fresh ``max_wait_s`` in each ``"destination"``, or one for the whole
        ``"enquiry"`` [inferred].
    offer_timeout_s : how long one member is alerted before the next, seconds [inferred: 20].
    recycle_offers : start again from the top when all have let it lapse [inferred].
    late_join : members whose status becomes receiving during the wait join in [inferred].
    skip_ineligible_destination : pass over a destination that cannot hold the enquiry [inferred].
    auto_pickup : assign without a click [guide, contact-and-enquiry-management].
    auto_pickup_requires_eligible : ``False`` assigns to the head of the list whatever their status.
    miss_immediately_when_unstaffed : nothing can hold the enquiry at arrival: miss it at once
        instead of waiting for somebody to come [inferred: no].
    missed_absorbs_messages : a missed enquiry takes further messages instead of a new one
        [inferred: no].
    reopen_window_s : a message this soon after the close reopens the enquiry, seconds [inferred: 0
        = never].
    reassign_on_offline : route an owner's chats anew when they go OFFLINE [inferred: no].
    auto_close, auto_close_after_s, auto_close_notice_s : close handled enquiries this long after
        their last message, with a notice this long before [guide; times not published].
    transfer_wait_s : how long a transfer is offered, seconds [guide, direct chat: 60].
    display_name_format : of staff in messages: none, first name, full name [seed; default
        inferred].
    idle_after_dashboard_s, idle_after_mobile_s : unused this long is IDLE [guide,
        setting-availability: 600 and 60].
    max_destinations_per_condition : five [guide, routing-rules].
    percentage_min, percentage_max : of one share [guide, the predecessor: 1 and 99].
    channel_name_max, service_group_name_max, custom_info_max, text_max : characters [seed; guide,
        create-destination].
    room_max : people in one room [guide, add-staff: 15].
    """

    strict_cinnox: bool = True
    receiving_statuses: tuple[Status, ...] = ("active",)
    max_concurrent: int | None = None
    max_wait_s: float | None = 60.0
    max_wait_scope: Literal["destination", "enquiry"] = "destination"
    offer_timeout_s: float | None = 20.0
    recycle_offers: bool = True
    late_join: bool = True
    skip_ineligible_destination: bool = True
    auto_pickup: bool = False
    auto_pickup_requires_eligible: bool = True
    miss_immediately_when_unstaffed: bool = False
    missed_absorbs_messages: bool = False
    reopen_window_s: float = 0.0
    reassign_on_offline: bool = False
    auto_close: bool = False
    auto_close_after_s: float | None = None
    auto_close_notice_s: float | None = None
    transfer_wait_s: float | None = 60.0
    display_name_format: Literal["none", "first_name", "full_name"] = "none"
    idle_after_dashboard_s: float = 600.0
    idle_after_mobile_s: float = 60.0
    max_destinations_per_condition: int = 5
    percentage_min: int = 1
    percentage_max: int = 99
    channel_name_max: int = 40
    service_group_name_max: int = 40
    custom_info_max: int = 10_000
    text_max: int = 4_999
    room_max: int = 15


@frozen
class DeskSetup:
    """A whole desk: what :func:`line_sim.desk.build.build` makes rows of.

    Parameters
    ----------
    start : the instant ``at = 0`` stands for, local to ``utc_offset`` (no zone of its own).
    utc_offset : "+07:00"; required, fixed [chosen].
    members, destinations, channels : unique names each.
    tags : named lists of destinations that a chat may be transferred to [guide, transferring-chat].
    classes : names of the visitors' classes, in the order of their numbers.
    priorities : one number a class, 0 = served first; empty = all alike [chosen].
    languages : codes of the visitors' languages, in the order of their numbers.
    methods : planners' own distributions by destination name; they take the place of
        ``distribution`` there.
    service : see :class:`Service`.
    """

    start: dt.datetime
    utc_offset: str
    members: tuple[Member, ...]
    destinations: tuple[Destination, ...]
    channels: tuple[Channel, ...]
    tags: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    classes: tuple[str, ...] = ("customer",)
    priorities: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    methods: dict[str, Key] = dataclasses.field(default_factory=dict)
    service: Service = Service()
