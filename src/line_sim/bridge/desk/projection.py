"""Where each enquiry stands, for queries: tables ``enquiries`` and ``offers`` follow the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, or_, select, update

from line_sim.bridge.store.tables import (
    channels,
    chats,
    destinations,
    enquiries,
    offers,
    staff,
)
from line_sim.desk.model import MISSED, OPEN, REASONS, SECOND, STATES
from line_sim.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from line_sim.bridge.desk.words import HappeningRow
    from line_sim.bridge.store.store import Store

ENDS_OF_ALERTS = frozenset({"lapsed", "withdrawn", "refused", "picked_up", "transferred"})
TIMES = {
    "picked_up": "picked_up_at",
    "followed_up": "picked_up_at",
    "closed": "closed_at",
    "abandoned": "closed_at",
    "missed": "missed_at",
}
"""Which happenings set which column."""


_MOVE = update(enquiries).where(enquiries.c.number == bindparam("moved"))


class Projection:
    """Keeps the tables of one store beside its desk."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._ids: dict[tuple[str, int], int] = {}

    def forget(self) -> None:
        """Look ids up anew: rows may be gone after a transaction that came to nothing."""
        self._ids.clear()

    def follow(
        self, desk: Any, rows: Sequence[HappeningRow], started: float, initiated_by: str
    ) -> None:
        """Write what these rows of the log changed, within the caller's transaction."""
        of_enquiries: dict[int, list[HappeningRow]] = {}
        for row in rows:
            if row.enquiry >= 0:
                of_enquiries.setdefault(row.enquiry, []).append(row)
        for e, happened in of_enquiries.items():
            if happened[0].kind == "received":
                self._begin(desk, e, started, initiated_by)
            self._move(desk, e, happened)
        self._follow_offers(rows)

    def _begin(self, desk: Any, e: int, started: float, initiated_by: str) -> None:
        enquiry = desk.enquiries[e]
        channel = self._id(channels, enquiry.channel)
        chat = self.store.value(
            select(chats.c.id).where(chats.c.channel == channel, chats.c.visitor == enquiry.visitor)
        )
        if chat is None:
            law = "who writes has a chat"
            raise InvariantError(law, f"visitor {enquiry.visitor} on channel {channel}")
        created = started + enquiry.created_at / SECOND
        self.store.add(
            enquiries, number=e, chat=chat, channel=channel, state="open", reason="",
            initiated_by=initiated_by, created_at=created, room=[],
        )  # fmt: skip

    def _move(self, desk: Any, e: int, happened: list[HappeningRow]) -> None:
        enquiry = desk.enquiries[e]
        values: dict[str, Any] = {
            "state": STATES[enquiry.state],
            "owner": None if enquiry.owner < 0 else self._id(staff, enquiry.owner),
            "changed_at": happened[-1].at,
        }
        if enquiry.state == MISSED:
            values["reason"] = REASONS[enquiry.reason]
        d = enquiry.missed_at_destination if enquiry.state == MISSED else enquiry.destination
        if 0 <= d < desk.destination_count:
            values["destination"] = self._id(destinations, d)
        elif enquiry.state == OPEN:
            values["destination"] = None
        for row in happened:
            if row.kind in TIMES:
                values[TIMES[row.kind]] = row.at
            elif row.kind == "reopened":
                values["closed_at"] = None
            elif row.kind == "joined":
                room = self.room(e) if "room" not in values else values["room"]
                values["room"] = [*room, self._id(staff, row.staff)]
        self.store.run(_MOVE, {"moved": e, **values})

    def _follow_offers(self, rows: Sequence[HappeningRow]) -> None:
        over: list[tuple[int, int]] = []
        out: dict[tuple[int, int], float] = {}
        for row in rows:
            if row.kind != "offered" and row.kind not in ENDS_OF_ALERTS:
                continue
            pair = (row.enquiry, self._id(staff, row.staff))
            if row.kind == "offered":
                out[pair] = row.at
            elif out.pop(pair, None) is None:
                over.append(pair)
        if over:
            gone = [and_(offers.c.enquiry == e, offers.c.staff == s) for e, s in over]
            self.store.run(delete(offers).where(or_(*gone)))
        if out:
            made = [{"enquiry": e, "staff": s, "since": at} for (e, s), at in out.items()]
            self.store.run(offers.insert(), made)

    def room(self, e: int) -> list[int]:
        """The ids of the staff added to an enquiry's room."""
        found = self.store.value(select(enquiries.c.room).where(enquiries.c.number == e))
        return list(found or ())

    def id_of_staff(self, number: int) -> int | None:
        """The id of a member by their number; None if there is none."""
        found: int | None = self.store.value(select(staff.c.id).where(staff.c.number == number))
        return found

    def _id(self, table: Table, number: int) -> int:
        """The key of the row of a member, channel or destination."""
        known = self._ids.get((table.name, number))
        if known is None:
            found = self.store.value(select(table.c.id).where(table.c.number == number))
            if found is None:
                law = f"every number of the desk has its row in {table.name}"
                raise InvariantError(law, f"{number} has none")
            known = self._ids[table.name, number] = int(found)
        return known
