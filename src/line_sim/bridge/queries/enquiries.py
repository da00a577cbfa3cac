"""Enquiries as staff see them: lists, and one with all that stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, or_, select

from line_sim.bridge.queries.people import Names
from line_sim.bridge.queries.visibility import in_room
from line_sim.bridge.store.tables import channels, chats, enquiries, offers

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Row

    from line_sim.bridge.queries.reading import Reading
    from line_sim.bridge.queries.visibility import Sight

MOST = 200
"""Rows of a page at most (chosen)."""
State = Literal["open", "ongoing", "missed", "followed_up", "closed", "abandoned"]
"""Of the guide (cinnox-enquiries); ``abandoned``, left by the customer, is the desk's own."""
LIVE = ("new", "open", "ongoing", "followed_up")
"""Those that messages of the customer still go to."""
_BARE = ("number", "state", "reason", "initiated_by", "chat", "created_at", "picked_up_at",
         "missed_at", "closed_at", "changed_at")  # fmt: skip


def page(  # noqa: PLR0913 - what may be asked for, by name
    reading: Reading,
    sight: Sight,
    *,
    states: Collection[str] = (),
    mine: bool = False,
    channel: int | None = None,
    chat: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Enquiries that a viewer sees, the newest first.

    Parameters
    ----------
    states
        Only in these; none = in any.
    mine
        Only those the viewer owns or was added to.
    before
        Only those numbered lower: the last number of the page before.
    limit
        At most so many, and at most :data:`MOST`.
    """
    me = sight.viewer.staff
    query = _joined().where(sight.enquiries)
    if states:
        query = query.where(enquiries.c.state.in_(states))
    if channel is not None:
        query = query.where(enquiries.c.channel == channel)
    if chat is not None:
        query = query.where(enquiries.c.chat == chat)
    if before is not None:
        query = query.where(enquiries.c.number < before)
    if mine:
        query = query.where(or_(enquiries.c.owner == me, in_room(me)))
    rows = reading.rows(query.order_by(enquiries.c.number.desc()).limit(max(1, min(limit, MOST))))
    return described(reading, Names(reading), rows)


def one(reading: Reading, sight: Sight, number: int) -> dict[str, Any] | None:
    """An enquiry with the channel's custom info; None where it is not seen."""
    row = reading.row(_joined().where(enquiries.c.number == number, sight.enquiries))
    if row is None:
        return None
    (told,) = described(reading, Names(reading), [row])
    return told | {"custom_info": custom_info(row)}


def custom_info(row: Row[Any]) -> str:
    """What the channel says to staff; not beside direct enquiries and those of campaigns [seed]."""
    config = row.config or {}
    shown = config.get("custom_info_switch") is True and row.initiated_by == "visitor"
    return str(config.get("custom_info") or "") if shown else ""


def alerted(reading: Reading, sight: Sight) -> list[dict[str, Any]]:
    """The enquiries that a viewer is alerted for, who waits longest first, with ``since``."""
    mine = and_(offers.c.enquiry == enquiries.c.number, offers.c.staff == sight.viewer.staff)
    query = _joined(offers.c.since).join(offers, mine).order_by(offers.c.since, offers.c.enquiry)
    rows = reading.rows(query)
    told = described(reading, Names(reading), rows)
    return [each | {"since": row.since} for each, row in zip(told, rows, strict=True)]


def live_of(reading: Reading, chat_ids: Collection[int]) -> list[int]:
    """The numbers of enquiries in chats that still go on."""
    goes_on = enquiries.c.state.in_(LIVE)
    query = select(enquiries.c.number).where(enquiries.c.chat.in_(chat_ids), goes_on)
    return [row.number for row in reading.rows(query.order_by(enquiries.c.number))]


def described(reading: Reading, names: Names, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Rows of :func:`_joined` as the API tells them."""
    numbers = [row.number for row in rows]
    waiting: dict[int, list[Any]] = {}
    if numbers:
        out = select(offers.c.enquiry, offers.c.staff).where(offers.c.enquiry.in_(numbers))
        for row in reading.rows(out.order_by(offers.c.enquiry, offers.c.staff)):
            waiting.setdefault(row.enquiry, []).append(names.staff(row.staff))
    return [
        {
            **{name: getattr(row, name) for name in _BARE},
            "channel": names.channel(row.channel),
            "customer": row.customer,
            "visitor": row.visitor,
            "labels": row.labels or [],
            "owner": names.staff(row.owner),
            "destination": names.destination(row.destination),
            "room": [names.staff(each) for each in row.room or ()],
            "alerted": waiting.get(row.number, []),
        }
        for row in rows
    ]


def _joined(*more: Any) -> Any:  # noqa: ANN401 - columns in, a query of many columns out
    return (
        select(
            enquiries, chats.c.name.label("customer"), chats.c.visitor, chats.c.labels,
            channels.c.config, *more,
        )
        .join(chats, chats.c.id == enquiries.c.chat)
        .join(channels, channels.c.id == enquiries.c.channel)
    )  # fmt: skip
