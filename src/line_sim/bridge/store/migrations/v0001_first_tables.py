"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None

FLOAT, INTEGER, BYTES = sa.Float(), sa.Integer(), sa.LargeBinary()
WORD, TEXT, BIG = sa.String(), sa.Text(), sa.BigInteger()
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite counts rows by itself only in a column that is just INTEGER."""


def has(name: str, of_type: Any) -> sa.Column[Any]:  # noqa: ANN401
    """A column that always holds something."""
    return sa.Column(name, of_type, nullable=False, autoincrement=False)


def may(name: str, of_type: Any) -> sa.Column[Any]:  # noqa: ANN401
    """A column that may hold nothing."""
    return sa.Column(name, of_type, nullable=True)


def key() -> sa.Column[Any]:
    """A row's number, given by the database."""
    return sa.Column("id", COUNT, primary_key=True, autoincrement=True)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "alerts", key(), has("at", FLOAT), has("kind", WORD), has("text", TEXT),
        may("channel", INTEGER), may("enquiry", INTEGER), may("seen", INTEGER),
    )  # fmt: skip
    op.create_table(
        "audit", key(), has("at", FLOAT), may("staff", INTEGER), has("act", WORD),
        may("subject", TEXT),
    )  # fmt: skip
    op.create_table(
        "channels", key(), may("number", INTEGER), has("name", TEXT), has("state", WORD),
        may("bot_user_id", WORD), may("account", TEXT), has("path", WORD),
        may("secret_box", BYTES), may("token_box", BYTES), has("config", TEXT),
        has("created_at", FLOAT), may("last_webhook_at", FLOAT), may("paused", TEXT),
        may("line_channel_id", WORD), sa.UniqueConstraint("number"), sa.UniqueConstraint("path"),
    )  # fmt: skip
    op.create_table(
        "desk_inputs", has("seq", COUNT), has("at_us", BIG), has("kind", WORD), has("args", TEXT),
        sa.PrimaryKeyConstraint("seq"),
    )  # fmt: skip
    op.create_table(
        "desk_log", has("seq", COUNT), has("at_us", BIG), has("kind", INTEGER),
        has("reason", INTEGER), has("channel", INTEGER), has("enquiry", INTEGER),
        has("visitor", INTEGER), has("staff", INTEGER), has("destination", INTEGER),
        has("attempt", INTEGER), sa.PrimaryKeyConstraint("seq"),
    )  # fmt: skip
    op.create_index("desk_log_enquiry", "desk_log", ["enquiry"])
    op.create_table(
        "desk_snapshots", has("input_seq", COUNT), has("log_seq", BIG), has("state", BYTES),
        sa.PrimaryKeyConstraint("input_seq"),
    )  # fmt: skip
    op.create_table(
        "destinations", key(), has("number", INTEGER), has("name", TEXT), has("state", WORD),
        has("config", TEXT), sa.UniqueConstraint("number"),
    )  # fmt: skip
    op.create_table(
        "events", has("channel", INTEGER), has("event", TEXT), has("came_at", FLOAT),
        sa.PrimaryKeyConstraint("channel", "event"),
    )  # fmt: skip
    op.create_table(
        "files", has("token", WORD), has("sha256", WORD), has("type", WORD),
        has("expires_at", FLOAT), sa.PrimaryKeyConstraint("token"),
    )  # fmt: skip
    op.create_table(
        "meta", has("name", WORD), may("value", TEXT), sa.PrimaryKeyConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "retracted", has("channel", INTEGER), has("message", TEXT),
        sa.PrimaryKeyConstraint("channel", "message"),
    )  # fmt: skip
    op.create_table(
        "staff", key(), has("number", INTEGER), has("login", WORD), has("first_name", TEXT),
        has("last_name", TEXT), has("locale", WORD), has("role", WORD), has("state", WORD),
        may("password_hash", TEXT), may("max_concurrent", INTEGER), may("languages", TEXT),
        has("created_at", FLOAT), sa.UniqueConstraint("login"), sa.UniqueConstraint("number"),
    )  # fmt: skip
    op.create_table(
        "subscriptions", key(), has("url", WORD), has("secret_box", BYTES), has("state", WORD),
    )  # fmt: skip
    op.create_table(
        "visitors", has("number", INTEGER), has("line_user_id", WORD),
        sa.PrimaryKeyConstraint("number"), sa.UniqueConstraint("line_user_id"),
    )  # fmt: skip
    op.create_table(
        "canned_replies", key(), has("name", TEXT), has("text", TEXT), may("staff", COUNT),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"]),
    )  # fmt: skip
    op.create_table(
        "chats", key(), has("channel", COUNT), has("kind", WORD), has("line_id", WORD),
        may("visitor", INTEGER), has("name", TEXT), may("named_at", FLOAT),
        may("picture_url", TEXT), may("language", WORD), has("blocked", INTEGER),
        has("read_to", INTEGER), may("labels", TEXT), may("note", TEXT),
        sa.ForeignKeyConstraint(["channel"], ["channels.id"]),
        sa.ForeignKeyConstraint(["visitor"], ["visitors.number"]),
        sa.UniqueConstraint("channel", "line_id"),
    )  # fmt: skip
    op.create_table(
        "invitations", has("token_hash", WORD), has("purpose", WORD), may("staff", COUNT),
        has("expires_at", FLOAT), sa.PrimaryKeyConstraint("token_hash"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"]),
    )  # fmt: skip
    op.create_table(
        "notifications", key(), has("subscription", COUNT), has("enquiry", INTEGER),
        has("body", TEXT), has("made_at", FLOAT), may("tries", INTEGER), has("state", WORD),
        sa.ForeignKeyConstraint(["subscription"], ["subscriptions.id"]),
    )  # fmt: skip
    op.create_index("notifications_state", "notifications", ["state"])
    op.create_table(
        "offers", has("enquiry", INTEGER), has("staff", COUNT), may("since", FLOAT),
        sa.PrimaryKeyConstraint("enquiry", "staff"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"]),
    )  # fmt: skip
    op.create_table(
        "sessions", has("token_hash", WORD), has("staff", COUNT), may("csrf_hash", WORD),
        may("client", WORD), has("created_at", FLOAT), has("expires_at", FLOAT),
        has("seen_at", FLOAT), has("used_at", FLOAT), sa.PrimaryKeyConstraint("token_hash"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"]),
    )  # fmt: skip
    op.create_table(
        "enquiries", has("number", INTEGER), has("chat", COUNT), has("channel", COUNT),
        has("state", WORD), may("reason", WORD), has("initiated_by", WORD), may("owner", COUNT),
        may("destination", COUNT), has("created_at", FLOAT), may("picked_up_at", FLOAT),
        may("closed_at", FLOAT), may("missed_at", FLOAT), may("changed_at", FLOAT),
        may("room", TEXT), sa.PrimaryKeyConstraint("number"),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"]),
        sa.ForeignKeyConstraint(["channel"], ["channels.id"]),
        sa.ForeignKeyConstraint(["owner"], ["staff.id"]),
        sa.ForeignKeyConstraint(["destination"], ["destinations.id"]),
    )  # fmt: skip
    op.create_index("enquiries_chat", "enquiries", ["chat"])
    op.create_index("enquiries_state", "enquiries", ["state"])
    op.create_table(
        "entries", key(), has("chat", COUNT), may("enquiry", INTEGER), has("author", WORD),
        may("staff", COUNT), has("kind", TEXT), has("text", TEXT), has("at_ms", BIG),
        may("event", TEXT), may("message", TEXT), has("state", WORD), may("quoted", TEXT),
        may("quote_token", TEXT), may("read_token", TEXT), may("member", TEXT),
        may("answers", TEXT), may("media", WORD), may("media_type", WORD), may("fetch", WORD),
        may("source_url", TEXT), may("staff_key", WORD),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"]),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"]), sa.UniqueConstraint("staff_key"),
    )  # fmt: skip
    op.create_index("entries_answers", "entries", ["answers"])
    op.create_index("entries_chat", "entries", ["chat", "at_ms"])
    op.create_index("entries_enquiry", "entries", ["enquiry"])
    op.create_index("entries_fetch", "entries", ["fetch"])
    op.create_index("entries_message", "entries", ["message"])
    op.create_table(
        "reply_tokens", has("token", TEXT), has("chat", COUNT), has("came_at", FLOAT),
        has("used", INTEGER), sa.PrimaryKeyConstraint("token"),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"]),
    )  # fmt: skip
    op.create_index("reply_tokens_chat", "reply_tokens", ["chat"])
    op.create_table(
        "outbox", key(), has("channel", COUNT), has("chat", COUNT), has("entry", COUNT),
        has("cause", WORD), has("at_ms", BIG), has("made_at", FLOAT), has("messages", TEXT),
        may("reply_token", TEXT), may("token_came_at", FLOAT), may("route", WORD),
        has("retry_key", WORD), may("first_tried_at", FLOAT), may("ambiguous", INTEGER),
        has("state", WORD), may("reason", TEXT),
        sa.ForeignKeyConstraint(["channel"], ["channels.id"]),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"]),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"]),
    )  # fmt: skip
    op.create_index("outbox_entry", "outbox", ["entry"])
    op.create_index("outbox_state", "outbox", ["state", "chat"])
