"""Which customer is meant, and all the chats that are theirs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import or_, select

from line_sim.bridge.store.tables import chats, entries, visitors
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.bridge.queries.reading import Reading

MOST_DIGITS = 10


class Customer(NamedTuple):
    """One customer: the number they have on the desk, and LINE's id of them."""

    number: int
    line_user_id: str


def find(reading: Reading, who: str | int) -> Customer | None:
    """The customer with a number, or with an id of LINE's; None where there is none."""
    told = str(who)
    if re.fullmatch(rf"[0-9]{{1,{MOST_DIGITS}}}", told):
        where = visitors.c.number == int(told)
    else:
        where = visitors.c.line_user_id == told
    row = reading.row(select(visitors).where(where))
    return None if row is None else Customer(row.number, row.line_user_id)


def the(reading: Reading, who: str) -> Customer:
    """The same.

    Raises
    ------
    ConfigurationError
        There is none.
    """
    found = find(reading, who)
    if found is None:
        allowed = "the number of a customer, or their LINE user id"
        mend = "line-sim bridge report lists numbers in its column visitor"
        raise ConfigurationError([Fault("CUSTOMER", f"nobody is {who!r}", allowed, mend)])
    return found


def chats_of(reading: Reading, customer: Customer) -> list[int]:
    """The rows that are about a customer: a chat on each channel, their name in groups."""
    theirs = or_(chats.c.visitor == customer.number, chats.c.line_id == customer.line_user_id)
    return [row.id for row in reading.rows(select(chats.c.id).where(theirs).order_by(chats.c.id))]


def entries_of(reading: Reading, customer: Customer) -> list[int]:
    """Everything in their chats, and what they wrote in groups."""
    theirs = or_(
        entries.c.chat.in_(chats_of(reading, customer)),
        entries.c.member == customer.line_user_id,
    )
    query = select(entries.c.id).where(theirs).order_by(entries.c.id)
    return [row.id for row in reading.rows(query)]
