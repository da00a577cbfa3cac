"""Why something is not done now, in words: the desk only says no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from line_sim.bridge.queries.chats import ERASED
from line_sim.bridge.queries.people import Names
from line_sim.bridge.staff.refusals import NotNowError
from line_sim.bridge.store.tables import chats, enquiries, offers

if TYPE_CHECKING:
    from sqlalchemy import Row

    from line_sim.bridge.staff.people import Person
    from line_sim.bridge.store.store import Store

HANDLED = ("ongoing", "followed_up")
MENDS = {
    "open": "pick it up first",
    "missed": "follow it up first",
    "closed": "the customer's next message begins another",
    "abandoned": "the customer's next message begins another",
}


def not_now(store: Store, row: Row[Any], act: str) -> NotNowError:
    """The refusal of an act on an enquiry, by how it stands now."""
    now = store.row(select(enquiries).where(enquiries.c.number == row.number)) or row
    owner = Names(store).staff(now.owner) if now.state in HANDLED else None
    whose = f", {owner['name']} has it" if owner else ""
    state = now.state.replace("_", " ")
    message = f"enquiry {row.number} cannot be {act}: it is {state}{whose}"
    return NotNowError(message, mend=MENDS.get(now.state, ""))


def not_free(store: Store, row: Row[Any]) -> NotNowError:
    """The refusal of a follow-up of a missed enquiry, whose own state allows it."""
    newer = store.value(
        select(enquiries.c.number)
        .where(enquiries.c.chat == row.chat, enquiries.c.number > row.number)
        .order_by(enquiries.c.number.desc())
        .limit(1)
    )
    if newer is not None:
        message = f"the customer has written again: enquiry {newer} is newer"
        return NotNowError(message, mend=f"see to enquiry {newer}")
    message = "you are not active, or have as many chats as you may"
    return NotNowError(message, mend="PUT /me/status, or close one")


def demand_alert(store: Store, row: Row[Any], person: Person, act: str) -> None:
    """Refuse where a person is not alerted for an enquiry.

    Raises
    ------
    NotNowError
        Somebody else has it, or it was never offered to them.
    """
    mine = offers.c.staff == person.id
    if store.row(select(offers).where(offers.c.enquiry == row.number, mine)):
        return
    if row.state != "open":
        raise not_now(store, row, act)
    message = f"enquiry {row.number} cannot be {act}: it is not offered to you"
    raise NotNowError(message, mend="GET /offers lists what is")


def demand_owner(store: Store, row: Row[Any], person: Person, act: str) -> None:
    """Refuse where neither an enquiry is a person's nor they administrate.

    Raises
    ------
    NotNowError
        It is somebody else's, or nobody's.
    """
    if row.state not in HANDLED:
        raise not_now(store, row, act)
    if row.owner != person.id and not person.administrator:
        owner = (Names(store).staff(row.owner) or {}).get("name", "nobody")
        message = f"enquiry {row.number} cannot be {act} by you: {owner} has it"
        raise NotNowError(message, mend="its owner can, or an administrator")


def demand_writer(store: Store, chat: int, person: Person) -> None:
    """Refuse where it is not a person's turn to write in a chat.

    In a chat with an enquiry that goes on write its owner, who was added, and administrators; else
    the one who had the last, and administrators [choice].

    Raises
    ------
    NotNowError
        Who writes there, or what is to be done first.
    """
    row = store.row(
        select(enquiries)
        .where(enquiries.c.chat == chat)
        .order_by(enquiries.c.number.desc())
        .limit(1)
    )
    line_id = store.value(select(chats.c.line_id).where(chats.c.id == chat)) or ""
    if line_id.startswith(ERASED):
        message = "this customer was erased"
        raise NotNowError(message, mend="should they write again, it is in another chat")
    if person.administrator:
        return
    if row is None:
        message = "nobody writes first: there is no enquiry in this chat"
        raise NotNowError(message, mend="the customer's message begins one")
    if row.state in {"open", "missed"}:
        raise not_now(store, row, "answered")
    if person.id != row.owner and person.id not in (row.room or ()):
        owner = (Names(store).staff(row.owner) or {}).get("name", "nobody")
        message = f"not your chat: {owner} has enquiry {row.number}"
        raise NotNowError(message, mend="join it, or have it transferred to you")
