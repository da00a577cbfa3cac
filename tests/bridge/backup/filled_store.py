"""A store with a row in every table, each as nasty as its columns allow."""

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import select

from line_sim.bridge.keys import Keys
from line_sim.bridge.store import tables
from line_sim.bridge.store.store import Store

SECRETS = {
    "channel secret": "fakesecret0123456789fakesecret01",
    "channel access token": "fake-access-token/with+signs=",
    "subscription secret": "fake-subscription-secret",
    "session": "fake-session-token-hash",
    "invitation": "fake-invitation-hash",
    "reply token": "fakereplytoken0123456789",
}
NASTY = "'; DROP TABLE entries; --<script>\x1b[31m\x00\ud800 語 \N{GRINNING FACE} %s {0}\r\n"
PICTURE = b"\x89PNG not really"
DIGEST = hashlib.sha256(PICTURE).hexdigest()


def empty(file: Path) -> Store:
    """A store with tables and no rows."""
    store = Store(str(file))
    tables.METADATA.create_all(store.connection)
    store.connection.commit()
    return store


def place(folder: Path, digest: str = DIGEST) -> Path:
    """Where a file lies in the media folder."""
    return folder / digest[:2] / digest[2:4] / digest


def fill(store: Store, media: Path, keys: Keys) -> None:
    """Put a row into every table."""
    seal = keys.seal
    t = tables
    with store.transaction():
        store.add(t.meta, name="started", value="2026-11-02T09:00:00+07:00")
        channel = store.add(
            t.channels,
            number=0,
            name=NASTY,
            state="enabled",
            bot_user_id="U" + "0" * 32,
            account={"basicId": "@shop"},
            path="fake-path",
            secret_box=seal(SECRETS["channel secret"]),
            token_box=seal(SECRETS["channel access token"]),
            config={"language": "th"},
            created_at=1.5,
        )
        place_ = store.add(t.destinations, number=0, name=NASTY, config={"staff": [1]})
        ann = store.add(
            t.staff,
            number=0,
            login="ann",
            first_name=NASTY,
            last_name="",
            created_at=0.1,
            password_hash="$argon2id$fake",  # noqa: S106
            languages=["th"],
        )
        store.add(
            t.sessions,
            token_hash=SECRETS["session"],
            staff=ann,
            created_at=0.0,
            expires_at=1.0,
            seen_at=0.0,
            used_at=0.0,
        )
        store.add(
            t.invitations,
            token_hash=SECRETS["invitation"],
            purpose="staff",
            staff=ann,
            expires_at=1.0,
        )
        store.add(t.visitors, number=0, line_user_id="U" + "1" * 32)
        chat = store.add(
            t.chats,
            channel=channel,
            kind="user",
            line_id="U" + "1" * 32,
            visitor=0,
            name=NASTY,
            labels=[NASTY],
            note=NASTY,
        )
        store.add(t.events, channel=channel, event="01EVENT", came_at=2.0)
        first = store.add(
            t.entries, chat=chat, enquiry=0, author="customer", kind="text", text=NASTY, at_ms=2**41
        )
        store.add(
            t.entries,
            chat=chat,
            author="customer",
            kind="image",
            text="",
            at_ms=2**41,
            media=DIGEST,
            media_type="image/png",
            staff_key="key",
        )
        store.add(t.retracted, channel=channel, message="5")
        store.add(t.reply_tokens, token=SECRETS["reply token"], chat=chat, came_at=2.0)
        for number, state in enumerate(("queued", "trying", "sent", "failed", "unknown")):
            store.add(
                t.outbox,
                channel=channel,
                chat=chat,
                entry=first,
                cause="staff",
                at_ms=1,
                made_at=1.0,
                messages=[{"type": "text", "text": NASTY}],
                reply_token=SECRETS["reply token"],
                retry_key=str(number),
                state=state,
            )
        store.add(t.files, token=DIGEST[:32], sha256=DIGEST, type="image/png", expires_at=9.0)
        store.add(t.desk_inputs, seq=1, at_us=2**40, kind="setup", args={"a": [1, None, "x"]})
        store.add(
            t.desk_log,
            seq=1,
            at_us=1,
            kind=1,
            reason=2,
            channel=0,
            enquiry=0,
            visitor=0,
            staff=-1,
            destination=-1,
            attempt=-1,
        )
        store.add(t.desk_snapshots, input_seq=1, log_seq=1, state=bytes(range(256)))
        store.add(
            t.enquiries,
            number=0,
            chat=chat,
            channel=channel,
            state="open",
            destination=place_,
            created_at=1.0,
            room=[1],
        )
        store.add(t.offers, enquiry=0, staff=ann, since=None)
        store.add(t.alerts, at=1.0, kind="missed", text=NASTY)
        store.add(t.audit, at=1.0, staff=ann, act="exported", subject=NASTY)
        store.add(t.canned_replies, name=NASTY, text=NASTY)
        subscription = store.add(
            t.subscriptions,
            url="https://example.com",
            state="on",
            secret_box=seal(SECRETS["subscription secret"]),
        )
        store.add(
            t.notifications, subscription=subscription, enquiry=0, body={"x": NASTY}, made_at=1.0
        )
    place(media).parent.mkdir(parents=True)
    place(media).write_bytes(PICTURE)


def content(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {
        table.name: [
            dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
            for row in store.rows(select(table).order_by(*table.primary_key.columns))
        ]
        for table in tables.METADATA.sorted_tables
    }
