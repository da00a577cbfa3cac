"""The tables of the bridge.

Times ending in ``_at`` are Unix seconds (float) by the bridge's clock, in ``_ms`` Unix milliseconds
as LINE tells them, in ``_us`` microseconds since the service began (the desk's time). Numbers named
``number`` are the desk's row numbers: they are given once, in order, and never again.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from line_sim.bridge.store.columns import AnyText, Json

METADATA = MetaData()

Sequence = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only in a column that is just INTEGER."""


def _key() -> Column[int]:
    return Column("id", Sequence, primary_key=True, autoincrement=True)


meta = Table("meta", METADATA, Column("name", String, primary_key=True), Column("value", Json))
"""Facts of this install: ``started`` (ISO date-time), ``utc_offset``, ``service`` settings, ..."""

# --- what administrators set up

channels = Table(
    "channels", METADATA, _key(),
    Column("number", Integer, unique=True),  # on the desk; NULL while a draft
    Column("name", AnyText, nullable=False),
    Column("state", String, nullable=False, default="draft"),  # draft enabled suspended deleted
    Column("bot_user_id", String),  # the LINE account: what a webhook's destination says
    Column("account", Json, default=dict),  # the rest of what bot info said
    Column("path", String, unique=True, nullable=False),  # unguessable, of the webhook URL
    Column("secret_box", LargeBinary),  # encrypted; NULL once deleted
    Column("token_box", LargeBinary),
    Column("config", Json, nullable=False, default=dict),  # channels.config.ChannelConfig
    Column("created_at", Float, nullable=False),
    Column("last_webhook_at", Float),
    Column("paused", Text),  # why nothing is sent, e.g. a refused token; NULL = all is well
    Column("line_channel_id", String),  # for tokens that the bridge issues itself
)  # fmt: skip

destinations = Table(
    "destinations", METADATA, _key(),
    Column("number", Integer, unique=True, nullable=False),
    Column("name", AnyText, nullable=False),
    Column("state", String, nullable=False, default="enabled"),  # enabled deleted
    Column("config", Json, nullable=False, default=dict),  # kind, distribution, staff ids, ...
)  # fmt: skip

staff = Table(
    "staff", METADATA, _key(),
    Column("number", Integer, unique=True, nullable=False),
    Column("login", String, unique=True, nullable=False),
    Column("first_name", AnyText, nullable=False), Column("last_name", AnyText, nullable=False),
    Column("locale", String, nullable=False, default="en"),  # en ja th zh-TW: the order of names
    Column("role", String, nullable=False, default="staff"),  # staff administrator
    Column("state", String, nullable=False, default="enabled"),  # enabled suspended deleted
    Column("password_hash", Text),  # argon2; NULL until the invitation is taken
    Column("max_concurrent", Integer), Column("languages", Json, default=list),
    Column("created_at", Float, nullable=False),
)  # fmt: skip

sessions = Table(
    "sessions", METADATA, Column("token_hash", String, primary_key=True),
    Column("staff", ForeignKey("staff.id"), nullable=False), Column("csrf_hash", String),
    Column("client", String, default="dashboard"),  # dashboard mobile
    Column("created_at", Float, nullable=False), Column("expires_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False), Column("used_at", Float, nullable=False),
)  # fmt: skip

invitations = Table(
    "invitations", METADATA, Column("token_hash", String, primary_key=True),
    Column("purpose", String, nullable=False),  # administrator staff reset
    Column("staff", ForeignKey("staff.id")), Column("expires_at", Float, nullable=False),
)  # fmt: skip

# --- who writes, and what was written

visitors = Table(
    "visitors", METADATA, Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line_user_id", String, unique=True, nullable=False),
)  # fmt: skip

chats = Table(
    "chats", METADATA, _key(),
    Column("channel", ForeignKey("channels.id"), nullable=False),
    Column("kind", String, nullable=False),  # user group room
    Column("line_id", String, nullable=False),
    Column("visitor", ForeignKey("visitors.number")),  # NULL for groups and rooms
    Column("name", AnyText, nullable=False, default=""), Column("named_at", Float, default=0.0),
    Column("picture_url", AnyText, default=""), Column("language", String, default=""),
    Column("blocked", Integer, nullable=False, default=0),
    Column("read_to", Integer, nullable=False, default=0),  # entries.id an agent has read up to
    Column("labels", Json, default=list), Column("note", AnyText, default=""),
    UniqueConstraint("channel", "line_id"),
)  # fmt: skip

events = Table(
    "events", METADATA, Column("channel", Integer, primary_key=True),
    Column("event", AnyText, primary_key=True),  # webhookEventId
    Column("came_at", Float, nullable=False),
)  # fmt: skip
"""Every event ever taken: what makes a second copy known."""

entries = Table(
    "entries", METADATA, _key(),  # the transcript
    Column("chat", ForeignKey("chats.id"), nullable=False), Column("enquiry", Integer),
    Column("author", String, nullable=False),  # customer staff system
    Column("staff", ForeignKey("staff.id")), Column("kind", AnyText, nullable=False),
    Column("text", AnyText, nullable=False), Column("at_ms", BigInteger, nullable=False),
    Column("event", AnyText, default=""), Column("message", AnyText, default=""),  # LINE's ids
    Column("state", String, nullable=False, default="shown"),  # shown edited retracted
    Column("quoted", AnyText, default=""), Column("quote_token", AnyText, default=""),
    Column("read_token", AnyText, default=""), Column("member", AnyText, default=""),
    Column("answers", AnyText, default=""),  # LINE's message id that an automatic one answers
    Column("media", String, default=""), Column("media_type", String, default=""),  # sha256
    Column("fetch", String, default=""),  # "" wanted failed too_big expired
    Column("source_url", AnyText, default=""),  # of content that lies at another provider
    Column("staff_key", String, unique=True),  # idempotency key of staff
    Index("entries_chat", "chat", "at_ms"), Index("entries_message", "message"),
    Index("entries_answers", "answers"), Index("entries_enquiry", "enquiry"),
    Index("entries_fetch", "fetch"),
)  # fmt: skip

retracted = Table(
    "retracted", METADATA, Column("channel", Integer, primary_key=True),
    Column("message", AnyText, primary_key=True),
)  # fmt: skip
"""Messages taken back, also those still to come."""

# --- what goes out

reply_tokens = Table(
    "reply_tokens", METADATA, Column("token", AnyText, primary_key=True),
    Column("chat", ForeignKey("chats.id"), nullable=False),
    Column("came_at", Float, nullable=False),
    Column("used", Integer, nullable=False, default=0), Index("reply_tokens_chat", "chat"),
)  # fmt: skip

outbox = Table(
    "outbox", METADATA, _key(),  # a row is one call, its messages frozen
    Column("channel", ForeignKey("channels.id"), nullable=False),
    Column("chat", ForeignKey("chats.id"), nullable=False),
    Column("entry", ForeignKey("entries.id"), nullable=False),
    Column("cause", String, nullable=False),  # staff welcome away close notice ...
    Column("at_ms", BigInteger, nullable=False), Column("made_at", Float, nullable=False),
    Column("messages", Json, nullable=False),
    Column("reply_token", AnyText, default=""), Column("token_came_at", Float, default=0.0),
    Column("route", String, default=""), Column("retry_key", String, nullable=False),
    Column("first_tried_at", Float, default=0.0), Column("ambiguous", Integer, default=0),
    # queued trying sent failed unknown withdrawn skipped_stale
    Column("state", String, nullable=False, default="queued"),
    Column("reason", AnyText, default=""),
    Index("outbox_entry", "entry"), Index("outbox_state", "state", "chat"),
)  # fmt: skip

files = Table(
    "files", METADATA, Column("token", String, primary_key=True),  # what LINE may load from us
    Column("sha256", String, nullable=False), Column("type", String, nullable=False),
    Column("expires_at", Float, nullable=False),
)  # fmt: skip

# --- the desk: every input, what it did, and where things stand

desk_inputs = Table(
    "desk_inputs", METADATA, Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False), Column("kind", String, nullable=False),
    Column("args", Json, nullable=False),
)  # fmt: skip

desk_log = Table(
    "desk_log", METADATA, Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    *(Column(name, Integer, nullable=False) for name in (
        "kind", "reason", "channel", "enquiry", "visitor", "staff", "destination", "attempt")),
    Index("desk_log_enquiry", "enquiry"),
)  # fmt: skip
"""The event log, row by row as ``line_sim.desk.rows.ROW_ORDER`` has it."""

desk_snapshots = Table(
    "desk_snapshots", METADATA,
    Column("input_seq", Sequence, primary_key=True, autoincrement=False),
    Column("log_seq", BigInteger, nullable=False), Column("state", LargeBinary, nullable=False),
)  # fmt: skip

enquiries = Table(
    "enquiries", METADATA, Column("number", Integer, primary_key=True, autoincrement=False),
    Column("chat", ForeignKey("chats.id"), nullable=False),
    Column("channel", ForeignKey("channels.id"), nullable=False),
    Column("state", String, nullable=False), Column("reason", String, default=""),  # of the miss
    Column("initiated_by", String, nullable=False, default="visitor"),  # visitor direct campaign
    Column("owner", ForeignKey("staff.id")), Column("destination", ForeignKey("destinations.id")),
    Column("created_at", Float, nullable=False), Column("picked_up_at", Float),
    Column("closed_at", Float), Column("missed_at", Float), Column("changed_at", Float),
    Column("room", Json, default=list),  # staff ids added
    Index("enquiries_state", "state"), Index("enquiries_chat", "chat"),
)  # fmt: skip
"""Where each enquiry stands: read off the desk after every step, for queries."""

offers = Table(
    "offers", METADATA, Column("enquiry", Integer, primary_key=True),
    Column("staff", ForeignKey("staff.id"), primary_key=True), Column("since", Float),
)  # fmt: skip
"""Who is alerted for what at this moment."""

# --- beside it

alerts = Table(
    "alerts", METADATA, _key(), Column("at", Float, nullable=False),
    Column("kind", String, nullable=False), Column("text", AnyText, nullable=False),
    Column("channel", Integer), Column("enquiry", Integer), Column("seen", Integer, default=0),
)  # fmt: skip

audit = Table(
    "audit", METADATA, _key(), Column("at", Float, nullable=False), Column("staff", Integer),
    Column("act", String, nullable=False), Column("subject", AnyText, default=""),
)  # fmt: skip
"""Who did what: connected, exported, erased."""

canned_replies = Table(
    "canned_replies", METADATA, _key(), Column("name", AnyText, nullable=False),
    Column("text", AnyText, nullable=False), Column("staff", ForeignKey("staff.id")),
)  # fmt: skip

subscriptions = Table(
    "subscriptions", METADATA, _key(), Column("url", String, nullable=False),
    Column("secret_box", LargeBinary, nullable=False), Column("state", String, nullable=False),
)  # fmt: skip
"""Who is told of enquiries by a webhook."""

notifications = Table(
    "notifications", METADATA, _key(),
    Column("subscription", ForeignKey("subscriptions.id"), nullable=False),
    Column("enquiry", Integer, nullable=False), Column("body", Json, nullable=False),
    Column("made_at", Float, nullable=False), Column("tries", Integer, default=0),
    Column("state", String, nullable=False, default="queued"),
    Index("notifications_state", "state"),
)  # fmt: skip
