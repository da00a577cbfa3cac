"""What staff want to say as LINE's message objects, or the reason why it cannot be said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from line_sim.bridge.outgoing.texts import blank, sender_name, split, staff_name, whole
from line_sim.bridge.store.tables import entries, staff
from line_sim.wire.counting import utf16

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.media.results import Accepted
    from line_sim.bridge.outgoing.needs import Owner
    from line_sim.bridge.store.store import Store


class NotSendableError(Exception):
    """What staff want to send cannot be; the message says why, what can be, and the mend."""


class Wanted(NamedTuple):
    """What is to be sent: a text, an accepted file or both; LINE's id of what the text quotes."""

    text: str = ""
    accepted: Accepted | None = None
    quote: str = ""


def messages_of(
    bridge: Owner, channel: Connected, chat: int, wanted: Wanted, name: str
) -> list[dict[str, Any]]:
    """The messages, in order: the file, then the text in as many parts as it takes.

    To be called in the transaction that adds them to the outbox.

    Raises
    ------
    NotSendableError
        Nothing may be stored then.
    """
    text, accepted, quote = wanted
    made = [] if accepted is None else [bridge.media.message(accepted, channel)]
    said = [{"type": "text", "text": part} for part in parts(text, channel)] if text else []
    if not made and not said:
        why = "an empty message; LINE takes none"
        raise NotSendableError(why)
    if quote:
        if not said:
            why = "a file cannot quote a message; only a text can"
            raise NotSendableError(why)
        said[0]["quoteToken"] = quote_token(bridge.store, chat, quote)
    shown = sender_name(name)
    found: list[dict[str, Any]] = [*made, *said]
    return [{**each, "sender": {"name": shown}} for each in found] if shown else found


def parts(text: str, channel: Connected) -> list[str]:
    """A text as the channel's limits allow it: whole, or cut where the channel says so.

    Raises
    ------
    NotSendableError
        It is blank, no text, or longer than it may be.
    """
    if blank(text):
        why = "a text of white space alone; LINE takes none"
        raise NotSendableError(why)
    if not whole(text):
        why = "half of a character (an unpaired surrogate); write the text anew"
        raise NotSendableError(why)
    most, units = channel.limits.text.max_units, utf16(text)
    if units <= most:
        return [text]
    if channel.config.split_long == "refuse":
        why = f"{units:,} characters (UTF-16 units); at most {most:,} fit into a message"
        raise NotSendableError(why)
    found = split(text, most)
    if any(map(blank, found)):
        why = f"more than {most:,} characters of white space in one place; leave some out"
        raise NotSendableError(why)
    return found


def quote_token(store: Store, chat: int, message: str) -> str:
    """The token to quote a message of this chat by (LINE's message id).

    Raises
    ------
    NotSendableError
        There is no such message here, or it was taken back.
    """
    row = store.row(
        select(entries.c.quote_token).where(
            entries.c.chat == chat,
            entries.c.message == message,
            entries.c.state != "retracted",
            entries.c.quote_token != "",
        )
    )
    if row is None:
        why = "the quoted message cannot be quoted in this chat; it may have been taken back"
        raise NotSendableError(why)
    return str(row.quote_token)


def name_of(store: Store, member: int | None, channel: Connected) -> str:
    """How a member of staff (row id) is called before the channel's customers; empty: not."""
    row = store.row(select(staff).where(staff.c.id == member)) if member is not None else None
    if row is None:
        return ""
    form = channel.config.display_name_format
    return staff_name(row.first_name, row.last_name, row.locale, form)
