"""Who may see what: one rule, as a condition that every query of the staff API carries.

Administrators see everything. Others see an enquiry

- that one of their destinations has, or has had when it was missed;
- that no destination has, on a channel that leads to one of theirs: nobody could take it yet, or
  could when it was missed, and somebody has to follow it up [choice];
- that is theirs, that they were added to, or that they are alerted for at this moment, for one
  cannot decide about what one does not see [choice];

and the chats of the enquiries that they see, whole. What is not seen is not there: 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Text, and_, exists, false, or_, select, true, type_coerce

from line_sim.bridge.store.tables import channels, chats, destinations, enquiries, offers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from line_sim.bridge.queries.reading import Reading

_LISTS = frozenset({"destinations", "other_schedule", "percentage_remainder"})
"""Fields of rules that list ids of destinations."""


class Viewer(NamedTuple):
    """Who looks."""

    staff: int
    """Their row."""
    administrator: bool = False


class Sight:
    """What a viewer sees at this moment; to be made anew for each request.

    Attributes
    ----------
    enquiries, chats
        Conditions on the rows of these tables.
    """

    def __init__(self, reading: Reading, viewer: Viewer) -> None:
        self._reading = reading
        self.viewer = viewer
        if viewer.administrator:
            self.enquiries: ColumnElement[bool] = true()
            self.chats: ColumnElement[bool] = true()
            return
        self.enquiries = _condition(reading, viewer.staff)
        seen = exists().where(enquiries.c.chat == chats.c.id, self.enquiries)
        self.chats = seen.correlate(chats)

    def enquiry(self, number: int) -> bool:
        """Whether it sees an enquiry."""
        there = select(enquiries.c.number).where(enquiries.c.number == number, self.enquiries)
        return self._reading.value(there) is not None

    def chat(self, chat: int) -> bool:
        """Whether it sees a chat."""
        there = select(chats.c.id).where(chats.c.id == chat, self.chats)
        return self._reading.value(there) is not None


def _condition(reading: Reading, staff: int) -> ColumnElement[bool]:
    mine = _destinations_of(reading, staff)
    lead = [
        row.id
        for row in reading.rows(select(channels.c.id, channels.c.config))
        if mine.intersection(_named((row.config or {}).get("rule")))
    ]
    alerted = select(offers.c.enquiry).where(offers.c.staff == staff)
    return or_(
        enquiries.c.destination.in_(mine) if mine else false(),
        and_(enquiries.c.destination.is_(None), enquiries.c.channel.in_(lead)) if lead else false(),
        enquiries.c.owner == staff,
        in_room(staff),
        enquiries.c.number.in_(alerted),
    )


def _destinations_of(reading: Reading, staff: int) -> set[int]:
    """The ids of the destinations that a member works in."""
    there = select(destinations.c.id, destinations.c.config).where(
        destinations.c.state != "deleted"
    )
    return {row.id for row in reading.rows(there) if staff in (row.config or {}).get("staff", ())}


def _named(value: Any, field: str = "") -> Iterator[int]:  # noqa: ANN401 - a rule as plain JSON
    """Every id of a destination that a rule names."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _named(each, key)
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, int) and field in _LISTS:
                yield each
            else:
                yield from _named(each)


def in_room(staff: int) -> ColumnElement[bool]:
    """Whether a member was added: their id stands in the JSON list of the room, ``[3,17]``."""
    room = type_coerce(enquiries.c.room, Text)
    return or_(
        room == f"[{staff}]",
        room.like(f"[{staff},%"),
        room.like(f"%,{staff},%"),
        room.like(f"%,{staff}]"),
    )
