"""Transcripts and media that are old go by themselves, once somebody has said after how long.

Old is what belongs to an enquiry that was closed, or missed and never followed up, so many days
ago; and what belongs to no enquiry and is that old itself. Enquiries stay, as numbers and times.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select

from line_sim.bridge.customers.forgetting import AT_ONCE, FORGOTTEN, forget
from line_sim.bridge.customers.scrubbing import leave_no_trace
from line_sim.bridge.store.tables import enquiries, entries, meta
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.bridge.customers.needs import Owner
    from line_sim.bridge.queries.reading import Reading
    from line_sim.bridge.store.store import Store

NAME = "retention_days"
"""In the table ``meta``; no row: everything is kept."""
LONGEST_DAYS = 36_500
DAY_S = 86_400.0
ENDED = ("closed", "missed", "abandoned")


def days(reading: Reading) -> int | None:
    """After how many days transcripts go; None: never."""
    found = reading.value(select(meta.c.value).where(meta.c.name == NAME))
    return found if isinstance(found, int) else None


def set_days(store: Store, after: int | None) -> None:
    """Say after how many days transcripts go; None: never.

    Raises
    ------
    ConfigurationError
        It is no number of days.
    """
    if after is not None and not 1 <= after <= LONGEST_DAYS:
        fault = Fault(NAME, f"{after}", f"1 to {LONGEST_DAYS:,} days, or none: all is kept")
        raise ConfigurationError([fault])
    with store.transaction():
        store.run(delete(meta).where(meta.c.name == NAME))
        if after is not None:
            store.add(meta, name=NAME, value=after)


def pieces(bridge: Owner, after: int) -> Iterator[int]:
    """Forget what is older than so many days, in pieces: how many entries each had.

    Each piece is a transaction; others may go on in between.
    """
    leave_no_trace(bridge.store)
    before = bridge.clock.now() - after * DAY_S
    over = func.coalesce(enquiries.c.closed_at, enquiries.c.missed_at) < before
    old = or_(
        and_(enquiries.c.state.in_(ENDED), over),
        and_(entries.c.enquiry.is_(None), entries.c.at_ms < before * 1_000),
    )
    query = (
        select(entries.c.id)
        .outerjoin(enquiries, enquiries.c.number == entries.c.enquiry)
        .where(old, entries.c.kind != FORGOTTEN)
        .order_by(entries.c.id)
        .limit(AT_ONCE)
    )
    while ids := [row.id for row in bridge.store.rows(query)]:
        with bridge.store.transaction():
            forget(bridge, ids)
        yield len(ids)


async def daily(bridge: Owner) -> None:
    """Forget what is old, at once and then every day, until cancelled."""
    while True:
        after = days(bridge.store)
        gone = 0
        if after is not None:
            for count in pieces(bridge, after):
                gone += count
                await asyncio.sleep(0)
        if gone:
            bridge.journal.log("old entries were forgotten", entries=gone, days=after)
        await bridge.clock.sleep(DAY_S)
