"""Alerts on new and missed enquiries, for whoever looks after the service (PLATFORM.md 33).

Members see theirs by the event stream. An alert says numbers only, so nothing of a customer stays
behind in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from line_sim.bridge.store.tables import alerts, channels

if TYPE_CHECKING:
    from line_sim.bridge.desk.words import HappeningRow
    from line_sim.bridge.notify.needs import Owner

TEXTS = {"received": ("new_enquiry", "is new"), "missed": ("missed_enquiry", "was missed")}
"""Which happenings of the log alert: kind, and what is said."""


def alert_on_enquiries(bridge: Owner) -> None:
    """Write an alert for each new and each missed enquiry, with what it tells of."""
    store = bridge.store

    def happened(row: HappeningRow) -> None:
        if row.kind not in TEXTS:
            return
        kind, said = TEXTS[row.kind]
        channel = store.row(
            select(channels.c.id, channels.c.name).where(channels.c.number == row.channel)
        )
        name = "" if channel is None else f" on {channel.name}"
        why = f": {row.reason.replace('_', ' ')}" if row.reason else ""
        store.add(
            alerts, at=row.at, kind=kind, text=f"enquiry {row.enquiry}{name} {said}{why}",
            channel=None if channel is None else channel.id, enquiry=row.enquiry, seen=0,
        )  # fmt: skip

    bridge.desk.on_row(happened)
