"""The staff of the agent view: whoever a test names is there, and attends to whom they write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from line_sim.bridge.desk.setup import DestinationConfig, next_number
from line_sim.bridge.store.tables import destinations, enquiries, staff

if TYPE_CHECKING:
    from line_sim.bridge.app import Bridge


class Members:
    """Members of staff by their display names."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge, self._store = bridge, bridge.store

    def named(self, name: str) -> int | None:
        """The row of a member, first name first; a new one where needed; None for no name.

        A new one is of the first destination.
        """
        first, _, last = " ".join(name.split()).partition(" ")
        if not first:
            return None
        found: int | None = self._store.value(
            select(staff.c.id).where(staff.c.first_name == first, staff.c.last_name == last)
        )
        return self._new(first, last) if found is None else found

    def _new(self, first: str, last: str) -> int:
        store = self._store
        with store.transaction():
            number = next_number(store, staff)
            made = store.add(
                staff, number=number, login=f"agent-view-{number}", first_name=first,
                last_name=last, created_at=self._bridge.clock.now(),
            )  # fmt: skip
            place = store.row(
                select(destinations)
                .where(destinations.c.state != "deleted")
                .order_by(destinations.c.id)
            )
            if place is not None:
                config = DestinationConfig.model_validate(place.config)
                if config.weights is None:
                    config = config.model_copy(update={"staff": (*config.staff, made)})
                plain = config.model_dump(mode="json", exclude_defaults=True)
                store.run(
                    update(destinations).where(destinations.c.id == place.id).values(config=plain)
                )
            self._bridge.desk.reconfigure()
        return made

    def attend(self, chat: int, member: int) -> None:
        """Take the enquiry of a chat where nobody has it yet; else write as it is."""
        desk = self._bridge.desk
        number = self._store.value(select(staff.c.number).where(staff.c.id == member))
        enquiry = self._store.row(
            select(enquiries.c.number, enquiries.c.state)
            .where(enquiries.c.chat == chat)
            .order_by(enquiries.c.number.desc())
        )
        if enquiry is None or number is None or enquiry.state not in {"open", "missed"}:
            return
        desk.heartbeat(number, used=True)
        desk.set_status(number, "active")
        if enquiry.state == "open":
            desk.pick_up(enquiry.number, number)
        else:
            desk.follow_up(enquiry.number, number)
