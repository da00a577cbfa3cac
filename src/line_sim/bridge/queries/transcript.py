"""Pages of a transcript, each entry with how far it got on its way to the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, or_, select

from line_sim.bridge.outgoing.outbox import WORST_FIRST
from line_sim.bridge.queries.people import Names
from line_sim.bridge.store.tables import entries, outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Row

    from line_sim.bridge.queries.reading import Reading

MOST = 200
"""Entries of a page at most (chosen)."""


class Delivery(NamedTuple):
    """How far an entry got on its way to the customer."""

    delivery: str
    """``queued``, ``sent``, ``failed``, ``unknown`` (nobody can know whether LINE sent it),
    ``withdrawn`` or ``skipped_stale``; empty where nothing of it goes out."""
    reason: str
    """Why it was not sent, where that is known."""


NOTHING_SENT = Delivery("", "")


def page(
    reading: Reading, chat: int, *, before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Entries of a chat in the order staff read them, the newest page first.

    Parameters
    ----------
    before
        An entry: those that stand before it; the first of the page before.
    limit
        At most so many, and at most :data:`MOST`.
    """
    query = select(entries).where(entries.c.chat == chat)
    if before is not None:
        mark = reading.row(
            select(entries.c.at_ms, entries.c.id).where(
                entries.c.id == before, entries.c.chat == chat
            )
        )
        if mark is None:
            return []
        earlier = or_(
            entries.c.at_ms < mark.at_ms,
            and_(entries.c.at_ms == mark.at_ms, entries.c.id < mark.id),
        )
        query = query.where(earlier)
    rows = reading.rows(
        query.order_by(entries.c.at_ms.desc(), entries.c.id.desc()).limit(max(1, min(limit, MOST)))
    )
    return described(reading, rows[::-1])


def whole(reading: Reading, chat: int) -> Iterator[dict[str, Any]]:
    """Every entry of a chat in the order staff read them."""
    pages, before = [], None
    while found := page(reading, chat, before=before, limit=MOST):
        pages.append([each["id"] for each in found])
        before = found[0]["id"]
    for ids in reversed(pages):
        yield from of_ids(reading, ids)


def of_ids(reading: Reading, ids: Collection[int]) -> list[dict[str, Any]]:
    """Entries by their ids, in the order staff read them; those that are gone are left out."""
    if not ids:
        return []
    query = select(entries).where(entries.c.id.in_(ids))
    return described(reading, reading.rows(query.order_by(entries.c.at_ms, entries.c.id)))


def described(reading: Reading, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Rows of entries as the API tells them."""
    names = Names(reading)
    sent = deliveries(reading, [row.id for row in rows if row.author != "customer"])
    return [
        {
            "id": row.id,
            "chat": row.chat,
            "enquiry": row.enquiry,
            "author": row.author,
            "staff": names.staff(row.staff),
            "kind": row.kind,
            "text": row.text,
            "at_ms": row.at_ms,
            "state": row.state,
            "message": row.message,
            "quoted": row.quoted,
            "media": _media(row),
            **sent.get(row.id, NOTHING_SENT)._asdict(),
        }
        for row in rows
    ]


def deliveries(reading: Reading, ids: Collection[int]) -> dict[int, Delivery]:
    """How far entries got; those that nothing was sent of are left out."""
    if not ids:
        return {}
    held: dict[int, dict[str, str]] = {}
    columns = (outbox.c.entry, outbox.c.state, outbox.c.reason)
    for row in reading.rows(select(*columns).where(outbox.c.entry.in_(ids))):
        state = "queued" if row.state == "trying" else row.state
        held.setdefault(row.entry, {})[state] = row.reason or ""
    worst = {entry: next(s for s in WORST_FIRST if s in states) for entry, states in held.items()}
    return {entry: Delivery(state, held[entry][state]) for entry, state in worst.items()}


def _media(row: Row[Any]) -> dict[str, Any] | None:
    if row.media:
        return {"sha256": row.media, "type": row.media_type, "state": "stored"}
    return {"sha256": "", "type": "", "state": row.fetch} if row.fetch else None
