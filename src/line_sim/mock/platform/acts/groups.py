"""Groups and rooms: who comes, who leaves, and whether the account is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from line_sim.mock.platform.acts.places import announce
from line_sim.mock.platform.happenings import Happening, Place, Way, happens
from line_sim.mock.platform.impossible import ImpossibleActError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.chats import Chat
    from line_sim.mock.platform.people import Person
    from line_sim.net.clock import Instant


class Invitation(NamedTuple):
    """How the invitation of an account ended."""

    event: dict[str, Any] | None
    """The join event; None where there is none, or none yet (rooms: with the first event)."""
    finding: str = ""
    """Why LINE did not let the account in."""


def invites_bot(channel: Channel, chat: Chat, now: Instant, **way: Unpack[Way]) -> Invitation:
    """Invite the account into a group or room (Group chats and multi-person chats)."""
    if chat.provider is not channel.provider:
        where = f"{channel.name} into {chat.name or chat.kind}"
        mend = "make the group with people of the channel's provider"
        raise ImpossibleActError(where, "another provider's people", "its own", mend)
    if not channel.groups:
        return Invitation(None, f"{channel.name} is not let in: groups are off in its settings")
    if chat.channel is not None:
        return Invitation(None, f"{chat.channel.name} is in already: LINE lets in one account only")
    chat.channel = channel
    chat.announced = False
    return Invitation(announce(channel, chat, now, way) if chat.kind == "group" else None)


def removes_bot(chat: Chat, now: Instant, **way: Unpack[Way]) -> dict[str, Any]:
    """The account is removed, or leaves by itself; nothing can be sent there any more."""
    channel = _let_in(chat)
    event = happens(channel, now, _place(chat), Happening("leave", {}, answerable=False), way)
    chat.channel = None
    return event


def joins(
    chat: Chat, people: Iterable[Person], now: Instant, **way: Unpack[Way]
) -> dict[str, Any] | None:
    """People come into a group or room; the account, where it is in, is told once of all."""
    new = [person for person in people if person.id not in chat.members]
    for person in new:
        if person.provider != chat.provider.name:
            where = f"{person.name} into {chat.name or chat.kind}"
            raise ImpossibleActError(where, f"of {person.provider}", f"of {chat.provider.name}")
    chat.members |= {person.id: person for person in new}
    return _told_of(chat, new, "memberJoined", "joined", now, way)


def leaves(
    chat: Chat, people: Iterable[Person], now: Instant, **way: Unpack[Way]
) -> dict[str, Any] | None:
    """People leave a group or room."""
    gone = [person for person in people if chat.members.pop(person.id, None) is not None]
    return _told_of(chat, gone, "memberLeft", "left", now, way)


def _told_of(  # noqa: PLR0913, PLR0917 - one event, two names for the same thing
    chat: Chat, people: list[Person], kind: str, name: str, now: Instant, way: Way
) -> dict[str, Any] | None:
    if not people or chat.channel is None:
        return None
    announce(chat.channel, chat, now, way)
    members = [{"type": "user", "userId": person.id} for person in people]
    what = Happening(kind, {name: {"members": members}}, answerable=name == "joined")
    return happens(chat.channel, now, _place(chat), what, way)


def _let_in(chat: Chat) -> Channel:
    if chat.channel is None:
        where = f"the account in {chat.name or chat.kind}"
        raise ImpossibleActError(where, "none is in it", "one that was let in", "invites_bot()")
    return chat.channel


def _place(chat: Chat) -> Place:
    return Place(chat.id, chat.source(None))
