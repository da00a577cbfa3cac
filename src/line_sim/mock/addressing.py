"""Whom a command means: from plain arguments to an act of the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.chats import Chat
    from line_sim.mock.platform.people import Person, Provider
    from line_sim.mock.service import Service

    Act = Callable[..., Mapping[str, Any] | None]

# What every act of a visitor takes: in which group or room, towards which account, and when.
Name = str | None


class Addressing:
    """Visitors, groups and accounts by name or id, and acts of theirs."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def _act(
        self,
        act: Act,
        visitor: str,
        where: tuple[Channel, Chat | None],
        *what: object,
        **how: object,
    ) -> dict[str, Any]:
        """Do an act, leaving out what was not said."""
        channel, chat = where
        said = {name: value for name, value in how.items() if value}
        if chat is not None:
            said["chat"] = chat
        person = self._person(visitor, channel.provider)
        return self._done(act(channel, person, self.service.clock.now(), *what, **said))

    def _done(self, event: Mapping[str, Any] | None) -> dict[str, Any]:
        """What an act answers; deliveries are woken."""
        self.service.dispatcher.wake()
        self.service.activity.touch()
        if event is None:
            return {"events": [], "message": None}
        message = event.get("message", {}).get("id")
        return {"events": [event["webhookEventId"]], "message": message}

    def _where(self, chat: Name, channel: Name) -> tuple[Channel, Chat | None]:
        """The account, by default the group's own or the first, and the group or room."""
        found = self._chat(chat) if chat else None
        if found is not None and channel is None and found.channel is not None:
            return found.channel, found
        return self._channel_of(channel), found

    def _channel_of(self, name: Name) -> Channel:
        platform = self.service.platform
        return platform.channel(name) if name else platform.first

    def _chat(self, chat: str) -> Chat:
        found = self.service.platform.chats.get(chat)
        if found is None:
            raise ConfigurationError([Fault("chat", repr(chat), "the id of a group or room")])
        return found

    def _person(self, visitor: str, provider: Provider) -> Person:
        """A person by user id or name."""
        found = provider.people.get(visitor) or provider.named(visitor)
        if found is None:
            names = [person.name for person in provider.people.values()]
            raise ConfigurationError([Fault.unknown("visitor", visitor, names)])
        return found
