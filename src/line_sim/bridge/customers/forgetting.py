"""Taking entries of transcripts away, with everything that hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from line_sim.bridge.store.tables import chats, entries, outbox, retracted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.bridge.customers.needs import Owner

AT_ONCE = 500
"""Entries of one statement (chosen)."""
FORGOTTEN = "forgotten"
"""The kind of the one entry that stays, empty, so that its number is not given again: positions in
the event stream and of what was read count on that."""
_BLANK = {
    "author": "system", "kind": FORGOTTEN, "text": "", "staff": None, "enquiry": None, "event": "",
    "message": "", "quoted": "", "quote_token": "", "read_token": "", "member": "", "answers": "",
    "media": "", "media_type": "", "fetch": "", "source_url": "", "staff_key": None,
}  # fmt: skip


def forget(bridge: Owner, ids: Sequence[int]) -> int:
    """Delete entries, their media, links to those, and calls that were to send them.

    To be called within a transaction. Files go when it is safe; those that another message holds
    stay.

    Returns
    -------
    int
        How many files they held.
    """
    files = 0
    newest = bridge.store.value(select(func.max(entries.c.id)))
    for start in range(0, len(ids), AT_ONCE):
        files += _forget(bridge, ids[start : start + AT_ONCE], newest)
    return files


def _forget(bridge: Owner, ids: Sequence[int], newest: int) -> int:
    store, these = bridge.store, entries.c.id.in_(ids)
    sent = {row.entry for row in store.rows(select(outbox.c.entry).where(outbox.c.entry.in_(ids)))}
    rows = store.rows(
        select(entries.c.id, entries.c.media, entries.c.fetch, entries.c.message, chats.c.channel)
        .join(chats, chats.c.id == entries.c.chat)
        .where(these)
    )
    for row in rows:
        if row.media or row.fetch or row.id in sent:
            bridge.media.forget(row.id)  # reads the addresses off the outbox, so it comes first
        if row.message:
            gone = (retracted.c.channel == row.channel) & (retracted.c.message == row.message)
            store.run(delete(retracted).where(gone))
    store.run(delete(outbox).where(outbox.c.entry.in_(ids)))
    store.run(delete(entries).where(these, entries.c.id != newest))
    if newest in ids:
        store.run(update(entries).where(entries.c.id == newest).values(**_BLANK))
    return sum(bool(row.media) for row in rows)
