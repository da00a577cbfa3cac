"""Chats as staff see them: lists with what is unread, and one with its customer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, exists, func, or_, select, type_coerce

from line_sim.bridge.queries.people import Names
from line_sim.bridge.queries.searching import ESCAPE, literal
from line_sim.bridge.store.tables import channels, chats, enquiries, entries

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row

    from line_sim.bridge.queries.reading import Reading
    from line_sim.bridge.queries.visibility import Sight

MOST = 200
"""Rows of a page at most (chosen)."""
ERASED = "erased-"
"""What the LINE id of an erased customer begins with; LINE's own begin with U, C or R."""

_is_unread = and_(
    entries.c.chat == chats.c.id,
    entries.c.id > chats.c.read_to,
    entries.c.author == "customer",
    entries.c.state != "retracted",
)
_unread = (
    select(func.count()).select_from(entries).where(_is_unread).correlate(chats).scalar_subquery()
)
_latest = (
    select(func.max(entries.c.at_ms))
    .where(entries.c.chat == chats.c.id)
    .correlate(chats)
    .scalar_subquery()
)


def page(  # noqa: PLR0913 - what may be asked for, by name
    reading: Reading,
    sight: Sight,
    *,
    channel: int | None = None,
    label: str = "",
    unread: bool = False,
    before_ms: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Chats that a viewer sees, those written in last first.

    Parameters
    ----------
    label
        Only those that carry this label.
    unread
        Only those with something of the customer's that nobody has read.
    before_ms
        Only those last written in before: ``latest_ms`` of the last one of the page before.
    limit
        At most so many, and at most :data:`MOST`.
    """
    latest = func.coalesce(_latest, 0)
    found = select(chats.c.id).where(sight.chats)
    if channel is not None:
        found = found.where(chats.c.channel == channel)
    if label:
        found = found.where(_labelled(label))
    if unread:
        found = found.where(exists().where(_is_unread).correlate(chats))
    if before_ms is not None:
        found = found.where(latest < before_ms)
    limit = max(1, min(limit, MOST))
    ids = [row.id for row in reading.rows(found.order_by(latest.desc(), chats.c.id.desc())
                                          .limit(limit))]  # fmt: skip
    names = Names(reading)
    rows = {row.id: row for row in reading.rows(_joined().where(chats.c.id.in_(ids)))}
    return [_described(names, rows[each]) for each in ids]


def one(reading: Reading, sight: Sight, chat: int) -> dict[str, Any] | None:
    """A chat; None where it is not seen."""
    row = reading.row(_joined().where(and_(chats.c.id == chat, sight.chats)))
    if row is None:
        return None
    numbers = reading.rows(
        select(enquiries.c.number)
        .where(enquiries.c.chat == chat, sight.enquiries)
        .order_by(enquiries.c.number.desc())
        .limit(MOST)
    )
    told = _described(Names(reading), row)
    return told | {"enquiries": [each.number for each in numbers]}


def _joined() -> Any:  # noqa: ANN401 - a query of many columns
    columns = (
        chats, channels.c.state.label("channel_state"), _unread.label("unread"),
        func.coalesce(_latest, 0).label("latest_ms"),
    )  # fmt: skip
    return select(*columns).join(channels, channels.c.id == chats.c.channel)


def _labelled(label: str) -> ColumnElement[bool]:
    """Whether a label stands in the JSON list of them; capitals do not count."""
    stored, labels = literal(json.dumps(label)), type_coerce(chats.c.labels, Text)
    return or_(*(labels.ilike(f"%{before}{stored}%", ESCAPE) for before in "[,"))


def _described(names: Names, row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "channel": names.channel(row.channel),
        "kind": row.kind,
        "visitor": row.visitor,
        "name": row.name,
        "picture_url": row.picture_url or "",
        "language": row.language or "",
        "blocked": bool(row.blocked),
        "erased": row.line_id.startswith(ERASED),
        "labels": row.labels or [],
        "note": row.note or "",
        "unread": row.unread,
        "latest_ms": row.latest_ms,
    }
