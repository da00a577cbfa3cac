"""Adding an account as a friend, and blocking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from line_sim.mock.platform.acts.automatic import greets
from line_sim.mock.platform.acts.places import alone
from line_sim.mock.platform.happenings import Happening, Way, happens
from line_sim.mock.platform.impossible import ImpossibleActError

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.people import Person
    from line_sim.mock.platform.platform import Platform
    from line_sim.net.clock import Instant


def befriends(channel: Channel, person: Person) -> None:
    """Make them a friend without any event: a friend of before the story begins."""
    alone(channel, person)
    channel.blocked.discard(person.id)
    channel.friends[person.id] = None


def follows(channel: Channel, person: Person, now: Instant, **way: Unpack[Way]) -> dict[str, Any]:
    """Add the account, or unblock it; both only where they are not friends already."""
    place = alone(channel, person)
    unblocked = person.id in channel.blocked
    befriends(channel, person)
    what = Happening("follow", {"follow": {"isUnblocked": unblocked}})
    event = happens(channel, now, place, what, way)
    greets(channel, person, now)
    return event


def blocks(channel: Channel, person: Person, now: Instant, **way: Unpack[Way]) -> dict[str, Any]:
    """Block the account: nothing reaches them any more."""
    place = alone(channel, person)
    if person.id in channel.blocked:
        where = f"{person.name} blocks {channel.name}"
        raise ImpossibleActError(where, "blocked already", "follows() first")
    channel.blocked.add(person.id)
    channel.last_wrote_us.pop(person.id, None)
    what = Happening("unfollow", {}, answerable=False)
    return happens(channel, now, place, what, way)


def deletes_account(platform: Platform, person: Person) -> None:
    """Leave LINE: no event tells of it, and no message arrives any more."""
    person.deleted = True
    for chat in platform.chats.values():
        chat.members.pop(person.id, None)
