"""Where a visitor acts: alone with the account, or in a group or room with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.happenings import Happening, Place, Way, happens
from line_sim.mock.platform.impossible import ImpossibleActError

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.chats import Chat
    from line_sim.mock.platform.people import Person
    from line_sim.net.clock import Instant


def alone(channel: Channel, person: Person) -> Place:
    """The chat of one person with the account.

    Raises
    ------
    ImpossibleActError
        Where the account is unknown to the person's provider, or the person is gone.
    """
    where = f"{person.name} towards {channel.name}"
    if channel.provider.people.get(person.id) is not person:
        mend = f"make one of {channel.provider.name!r}: user ids differ from provider to provider"
        raise ImpossibleActError(where, "a person of another provider", "one of its own", mend)
    if person.deleted:
        raise ImpossibleActError(where, "the account is deleted", "a living one")
    return Place(person.id, {"type": "user", "userId": person.id})


def present(channel: Channel, person: Person, now: Instant, chat: Chat | None) -> Place:
    """Where a person taps or takes back something: nobody can in a chat they block.

    In groups and rooms LINE does not tell who it is: it does for messages only (common properties).
    """
    place = alone(channel, person)
    if chat is None:
        if person.id in channel.blocked:
            where = f"{person.name} towards {channel.name}"
            raise ImpossibleActError(where, "blocks it", "unblock it first", "follows()")
        return place
    _among(channel, person, chat)
    announce(channel, chat, now, {})
    return Place(chat.id, chat.source(None))


def writing(channel: Channel, person: Person, now: Instant, chat: Chat | None) -> Place:
    """Where a person writes to the account; in their own chat it is remembered (seven-day rule)."""
    place = present(channel, person, now, chat)
    if chat is None:
        channel.last_wrote_us[person.id] = now.schedule_us
        return place
    return Place(chat.id, chat.source(person))


def _among(channel: Channel, person: Person, chat: Chat) -> None:
    """Check that a person and the account are both in a group or room."""
    where = f"{person.name} in {chat.name or chat.kind}"
    if person.id not in chat.members:
        raise ImpossibleActError(where, "is no member", "members only", "let them join first")
    if chat.channel is not channel:
        given = f"{channel.name} is not in it"
        mend = "invite it, with groups switched on in its settings"
        raise ImpossibleActError(where, given, "the account's own groups", mend)


def announce(channel: Channel, chat: Chat, now: Instant, way: Way) -> dict[str, Any] | None:
    """Send the join event where it is still due: for a room with the first event there."""
    if chat.announced:
        return None
    chat.announced = True
    place = Place(chat.id, chat.source(None))
    return happens(channel, now, place, Happening("join", {}), way)
