"""The end of everything that is held of one customer.

What stays are numbers: that an enquiry was, when, and who answered it. The desk's inputs never held
more, so its log can still be derived. Who writes again after it is a new customer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, delete, or_, select, update

from line_sim.bridge.customers.finding import Customer, chats_of, entries_of
from line_sim.bridge.customers.forgetting import AT_ONCE, forget
from line_sim.bridge.customers.scrubbing import MOST_BYTES_LIVE, leave_no_trace, scrub
from line_sim.bridge.queries.chats import ERASED
from line_sim.bridge.queries.enquiries import live_of
from line_sim.bridge.queries.searching import folded, holds
from line_sim.bridge.staff.refusals import NotNowError
from line_sim.bridge.store.tables import (
    alerts,
    audit,
    chats,
    enquiries,
    entries,
    events,
    reply_tokens,
    visitors,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from line_sim.bridge.customers.needs import Owner

REDELIVERED_S = 3 * 86_400.0
"""Chosen: how long the ids of webhook events stay, so that LINE's second copy of one that is erased
does not begin it anew. They are LINE's numbers of deliveries and say nothing of whom."""
SHORTEST_NAME = 2
"""Characters of a name that is looked for in alerts: one alone stands in any text."""


class Erased(NamedTuple):
    """What was held."""

    chats: int
    entries: int
    files: int
    rewritten: bool
    """Whether the database's file was rewritten, so that no byte is left in it."""


def erase(bridge: Owner, customer: Customer, *, by: int | None, live: bool = True) -> Erased:
    """Delete everything that is held of a customer, all of it or nothing.

    Parameters
    ----------
    by
        The administrator who does it; None: the command line.
    live
        Whether customers wait meanwhile, so that a large file is not rewritten now.

    Raises
    ------
    NotNowError
        An enquiry of theirs still goes on.
    """
    store = bridge.store
    leave_no_trace(store)
    with store.transaction():
        theirs = chats_of(store, customer)
        if going_on := live_of(store, theirs):
            told = ", ".join(map(str, going_on))
            message = f"enquiry {told} of this customer still goes on"
            raise NotNowError(message, mend="close it, or wait until it is missed")
        ids = entries_of(store, customer)
        _forget_events(bridge, ids)
        files = forget(bridge, ids)
        _forget_mentions(bridge, customer, theirs)
        store.run(delete(reply_tokens).where(reply_tokens.c.chat.in_(theirs)))
        for chat in theirs:
            store.run(update(chats).where(chats.c.id == chat).values(
                line_id=f"{ERASED}{chat}", name="", picture_url="", language="", note="",
                labels=[], blocked=0, named_at=bridge.clock.now(),
            ))  # fmt: skip
        number = customer.number
        stand_in = {"line_user_id": f"{ERASED}{number}"}
        store.run(update(visitors).where(visitors.c.number == number).values(**stand_in))
        subject = f"customer {number}"
        store.add(audit, at=bridge.clock.now(), staff=by, act="erased", subject=subject)
    bridge.journal.log("a customer was erased", customer=number, entries=len(ids))
    rewritten = scrub(store, MOST_BYTES_LIVE if live else None)
    return Erased(len(theirs), len(ids), files, rewritten)


def _forget_events(bridge: Owner, ids: Sequence[int]) -> None:
    """Forget the events that entries came by, but for those that LINE may deliver again."""
    before = bridge.clock.now() - REDELIVERED_S
    for start in range(0, len(ids), AT_ONCE):
        rows = bridge.store.rows(
            select(entries.c.event, chats.c.channel)
            .join(chats, chats.c.id == entries.c.chat)
            .where(entries.c.id.in_(ids[start : start + AT_ONCE]), entries.c.event != "")
        )
        for row in rows:
            these = and_(events.c.channel == row.channel, events.c.event == row.event)
            bridge.store.run(delete(events).where(these, events.c.came_at < before))


def _forget_mentions(bridge: Owner, customer: Customer, theirs: Sequence[int]) -> None:
    """Take away alerts about a customer, and what the audit says of them by name."""
    store = bridge.store
    named = store.rows(select(chats.c.name).where(chats.c.id.in_(theirs)))
    words = {customer.line_user_id, *(row.name.strip() for row in named)}
    words = {each for each in words if len(each) >= SHORTEST_NAME}
    of_theirs = select(enquiries.c.number).where(enquiries.c.chat.in_(theirs))
    store.run(delete(alerts).where(alerts.c.enquiry.in_(of_theirs)))
    for table, column in ((alerts, alerts.c.text), (audit, audit.c.subject)):
        rows = store.rows(
            select(table.c.id, column.label("said")).where(or_(*(holds(column, w) for w in words)))
        )
        ids = [row.id for row in rows if _mentions(row.said, words)]
        if table is alerts:
            store.run(delete(alerts).where(alerts.c.id.in_(ids)))
        else:
            told = f"customer {customer.number}, erased"
            store.run(update(audit).where(audit.c.id.in_(ids)).values(subject=told))


def _mentions(text: str, words: Iterable[str]) -> bool:
    return any(folded(each) in folded(text) for each in words)
