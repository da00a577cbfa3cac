"""Makes the people and places of a recording known to the platform, right before they matter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.chats import Chat, chat_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.people import Person
    from line_sim.mock.platform.platform import Platform
    from line_sim.net.clock import Instant
    from line_sim.replay.scan import Scan
    from line_sim.replay.token_map import TokenMap

ID = re.compile(r"[UCR][0-9a-f]{32}")
"""An id as LINE gives them out; others are kept as they are, for a bridge may trip over them."""


class Acquaintance:
    """Who stands for whom.

    Parameters
    ----------
    platform
        Which comes to know them.
    seen
        What the recording tells of them.
    known
        Where recorded and live ids are joined.
    """

    def __init__(self, platform: Platform, seen: Scan, known: TokenMap) -> None:
        self._platform = platform
        self._seen = seen
        self._map = known
        self._met: set[tuple[str, str]] = set()
        """Channel id and recorded user id of those whose friendship is settled."""

    def person(self, channel: Channel, recorded: str) -> Person:
        """The live person for a recorded user id, new at first."""
        provider = channel.provider
        live = self._map.people.get(recorded)
        if live is not None and live in provider.people:
            return provider.people[live]
        name, facts = self._seen.people.get(recorded, ("", {}))
        person = provider.new(name or f"Visitor {len(provider.people) + 1}", **facts)
        if ID.fullmatch(recorded) is None:
            del provider.people[person.id]
            person.id = recorded
            provider.people[recorded] = person
        self._map.put(self._map.people, recorded, person.id)
        return person

    def chat(self, channel: Channel, recorded: str) -> Chat:
        """The live group or room for a recorded one, the account in it."""
        live = self._map.chats.get(recorded)
        if live is not None:
            return self._platform.chats[live]
        facts = self._seen.groups.get(recorded)
        kind = "room" if chat_kind(recorded) == "room" else "group"
        found = self._platform.new_chat(
            channel.provider, [], facts.name if facts else "", "room" if kind == "room" else "group"
        )
        found.picture_url = facts.picture_url if facts else ""
        found.announced = True  # the recording has its own join event
        if ID.fullmatch(recorded) is None:
            del self._platform.chats[found.id]
            found.id = recorded
            self._platform.chats[recorded] = found
        self._map.put(self._map.chats, recorded, found.id)
        return found

    def source(self, channel: Channel, event: Mapping[str, Any], now: Instant) -> dict[str, str]:
        """Let what an event says of its source be so; the live source."""
        told = event.get("source")
        if not isinstance(told, dict) or not told:
            return {}
        found = {"type": str(told.get("type"))}
        user = told.get("userId")
        person = self.person(channel, user) if isinstance(user, str) and user else None
        if person is not None:
            found["userId"] = person.id
        name = "groupId" if told.get("groupId") else "roomId"
        place = told.get(name)
        if isinstance(place, str) and place:
            chat = self.chat(channel, place)
            found[name] = chat.id
            self._in_chat(channel, chat, person, event)
            return found
        if person is not None:
            self._alone(channel, person, str(user), event, now)
        return found

    def _alone(
        self, channel: Channel, person: Person, user: str, event: Mapping[str, Any], now: Instant
    ) -> None:
        kind = event.get("type")
        first = (channel.id, user) not in self._met
        self._met.add((channel.id, user))
        if kind == "unfollow":
            channel.friends[person.id] = None
            channel.blocked.add(person.id)
            channel.last_wrote_us.pop(person.id, None)
        elif first or kind == "follow":  # whoever is met without a word of it was a friend before
            channel.friends[person.id] = None
            channel.blocked.discard(person.id)
        if kind == "message":
            channel.last_wrote_us[person.id] = now.schedule_us

    def _in_chat(
        self, channel: Channel, chat: Chat, person: Person | None, event: Mapping[str, Any]
    ) -> None:
        kind = event.get("type")
        if person is not None:
            chat.members[person.id] = person
        for member in members_of(event, "joined"):
            found = self.person(channel, member)
            chat.members[found.id] = found
        for member in members_of(event, "left"):
            chat.members.pop(self.person(channel, member).id, None)
        chat.channel = None if kind == "leave" else channel


def members_of(event: Mapping[str, Any], name: str) -> list[str]:
    """The users that joined or left, as an event tells it."""
    part = event.get(name)
    members = part.get("members") if isinstance(part, dict) else None
    found = members if isinstance(members, list) else ()
    users = [each.get("userId") for each in found if isinstance(each, dict)]
    return [each for each in users if isinstance(each, str) and each]
