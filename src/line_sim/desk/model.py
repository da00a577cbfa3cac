"""The words of the desk: states, happenings, reasons, and the one table that names each number.

Inside, everything is a small integer; at the border everything is a name. Nobody else keeps a
second list: the log, the metrics, the documentation and the bridge all read the tables below.

Sources: CINNOX guide for states and rules; ``docs/model.md`` for what was decided beside it.
"""

from __future__ import annotations

NOBODY = -1
"""Stands where a member, an enquiry, a destination or any other row number would: there is none."""

NEVER = 1 << 62
"""A time (microseconds) that does not come; also "no limit" for counts."""

SECOND = 1_000_000
"""Microseconds in a second: time inside is an integer number of microseconds since the start."""

# --- states of an enquiry (CINNOX guide, cinnox-enquiries; ABANDONED is ours, for visible leavers)
NEW, OPEN, ONGOING, MISSED, FOLLOWED_UP, CLOSED, ABANDONED = range(7)
STATES = ("new", "open", "ongoing", "missed", "followed_up", "closed", "abandoned")

# --- staff status (CINNOX guide, setting-availability)
OFFLINE, ACTIVE, BUSY, IDLE = range(4)
STATUSES = ("offline", "active", "busy", "idle")

# --- channel state (seed, "Managing LINE channels")
ENABLED, SUSPENDED, DELETED = range(3)
CHANNEL_STATES = ("enabled", "suspended", "deleted")

# --- what kind of row of the log this is
HAPPENINGS = {
    "status": "a member's status changed; staff, reason = the new status",
    "shift_started": "a member's shift began; staff",
    "shift_ended": "a member's shift ended; staff",
    "received": "an enquiry was created; reason column = number of the visitor's class (see the "
    "header's classes), attempt = how many times this visit had asked before (0 = first time)",
    "offered": "an alert to one member; staff, destination, attempt = 1, 2, ... within the "
    "enquiry; reason = sticky or transfer where it was such an offer",
    "lapsed": "an alert ran out unanswered: a missed offer; staff, destination, attempt",
    "withdrawn": "an alert was taken back: no missed offer; staff, destination, attempt, reason",
    "refused": "a member refused an alert; staff, destination, attempt",
    "queued": "the enquiry waits in a destination without an offer; destination, attempt = place "
    "in the plan",
    "skipped": "the rule passed a destination over; destination, reason",
    "widened": "the expanding pool of a waiting enquiry grew; destination, attempt = its new size",
    "picked_up": "a member became the owner; staff, destination, attempt, reason = auto, sticky, "
    "warm or nothing",
    "missed": "nobody took the enquiry; destination = the last that held or offered it, reason",
    "followed_up": "a missed enquiry was taken up later; staff",
    "closed": "the enquiry ended; staff = its owner, reason = staff, system or bot",
    "unfinished": "auto-close dropped unfinished work; staff, attempt = seconds of work left",
    "reopened": "a closed enquiry came back to life; staff = its owner or none",
    "transfer_started": "the owner asked for a transfer; staff = the owner",
    "transferred": "a transfer was accepted; staff = the new owner, destination",
    "transfer_failed": "a transfer failed, the owner keeps the chat; staff = the owner, reason",
    "taken_over": "an administrator became the owner; staff = the administrator",
    "joined": "a member joined the room, the owner stays; staff",
    "gave_up": "the visitor left without a sign: the desk does not know",
    "abandoned": "the visitor left and the desk saw it; the enquiry is over",
    "welcome_sent": "the welcome message went out",
    "away_sent": "the away message went out; reason",
    "close_sent": "the close message went out; reason = staff, system or bot",
    "notice_sent": "the countdown notice before an auto-close went out; staff = the owner",
    "visitor_message": "the visitor wrote (the message that creates an enquiry is its received "
    "row); attempt = 1, 2, ... within the visit, reason = message type",
    "staff_message": "the owner wrote; staff, attempt = turn of the conversation, reason = type",
    "bot_started": "a chatbot took the enquiry; destination",
    "bot_handed_over": "the chatbot passed the enquiry on; destination",
    "dropped": "a message came on a suspended or deleted channel: no enquiry",
    "channel_changed": "a channel was enabled, suspended or deleted; reason",
    "account_changed": "a member's account was enabled or suspended; staff, reason",
    "rerouted": "the schedule changed during the wait and the rule was evaluated anew",
}
KINDS = tuple(HAPPENINGS)
(
    STATUS, SHIFT_STARTED, SHIFT_ENDED, RECEIVED, OFFERED, LAPSED, WITHDRAWN, REFUSED, QUEUED,
    SKIPPED, WIDENED, PICKED_UP, KIND_MISSED, KIND_FOLLOWED_UP, KIND_CLOSED, UNFINISHED, REOPENED,
    TRANSFER_STARTED, TRANSFERRED, TRANSFER_FAILED, TAKEN_OVER, JOINED, GAVE_UP, KIND_ABANDONED,
    WELCOME_SENT, AWAY_SENT, CLOSE_SENT, NOTICE_SENT, VISITOR_MESSAGE, STAFF_MESSAGE, BOT_STARTED,
    BOT_HANDED_OVER, DROPPED, CHANNEL_CHANGED, ACCOUNT_CHANGED, REROUTED,
) = range(len(KINDS))  # fmt: skip

# --- why. One table; the first nine are the reasons of a miss or an away message.
REASONS = (
    "", "no_destination", "closed_hours", "nobody_on_shift", "all_away", "all_at_cap",
    "unanswered", "hold_limit", "queue_full",
    "offline", "active", "busy", "idle",
    "taken", "status_change", "at_cap", "moved_on", "visitor_left",
    "sticky", "transfer", "auto", "warm",
    "staff", "system", "bot",
    "refused", "timed_out", "target_gone",
    "text", "image", "sticker", "video", "audio", "file", "location",
    "enabled", "suspended", "deleted", "language",
)  # fmt: skip
(
    NO_REASON, NO_DESTINATION, CLOSED_HOURS, NOBODY_ON_SHIFT, ALL_AWAY, ALL_AT_CAP,
    UNANSWERED, HOLD_LIMIT, QUEUE_FULL,
    WAS_OFFLINE, WAS_ACTIVE, WAS_BUSY, WAS_IDLE,
    TAKEN, STATUS_CHANGE, AT_CAP, MOVED_ON, VISITOR_LEFT,
    STICKY, TRANSFER, AUTO, WARM,
    BY_STAFF, BY_SYSTEM, BY_BOT,
    WAS_REFUSED, TIMED_OUT, TARGET_GONE,
    TEXT, IMAGE, STICKER, VIDEO, AUDIO, FILE, LOCATION,
    WAS_ENABLED, WAS_SUSPENDED, WAS_DELETED, LANGUAGE,
) = range(len(REASONS))  # fmt: skip

CINNOX_REASONS = {
    "no_destination": "no_destination", "closed_hours": "no_destination",
    "nobody_on_shift": "no_eligible_staff", "all_away": "no_eligible_staff",
    "all_at_cap": "no_eligible_staff", "unanswered": "timeout", "hold_limit": "timeout",
    "queue_full": "queue_full",
}  # fmt: skip
"""Our eight reasons of a miss or away message, and the four coarse ones they belong to."""

MESSAGE_TYPES = REASONS[TEXT : LOCATION + 1]
"""Types of message a visitor or a member of staff may write, in the order of their numbers."""

# --- kinds of destination, and what a member is offered by
GROUP, QUEUE, BOT = range(3)
DESTINATION_KINDS = ("group", "queue", "chatbot")

METHODS = (
    "simultaneous", "fixed_order", "most_idle", "round_robin", "least_active",
    "most_spare_capacity", "weighted_round_robin", "uniform_random", "expanding_pool", "custom",
)  # fmt: skip
(
    SIMULTANEOUS, FIXED_ORDER, MOST_IDLE, ROUND_ROBIN, LEAST_ACTIVE,
    MOST_SPARE_CAPACITY, WEIGHTED_ROUND_ROBIN, UNIFORM_RANDOM, EXPANDING_POOL, CUSTOM,
) = range(len(METHODS))  # fmt: skip

RULES = ("alternative", "percentage", "time")
ALTERNATIVE, PERCENTAGE, TIME = range(3)

# --- order of happenings at one instant (docs/model.md, "Ties"): status changes, what staff do, the
# desk's timers, what visitors do. A driver merges its own events with the desk's timers by it.
(
    DO_STATUS, DO_PICK_UP, DO_ACCEPT, DO_REFUSE, DO_CLOSE, DO_TRANSFER, DO_TAKE_OVER, DO_FOLLOW_UP,
    DO_BOT, TIMER_LAPSE, TIMER_LIMIT, TIMER_WIDEN, TIMER_REROUTE, TIMER_NOTICE, TIMER_CLOSE,
    DO_WRITE, DO_LEAVE,
) = range(17)  # fmt: skip

HAPPENING_FIELDS = (
    ("at", "i8"), ("enquiry", "i4"), ("visitor", "i4"), ("staff", "i4"), ("attempt", "i4"),
    ("destination", "i2"), ("channel", "i2"), ("kind", "i1"), ("reason", "i1"), ("spare", "i2"),
)  # fmt: skip
"""One row of the log: 32 bytes, little endian, ``at`` in microseconds; -1 = nothing there."""
HAPPENING_PACK = "<qiiiihhbbh"
"""The same row for :mod:`struct`."""
