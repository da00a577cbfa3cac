"""The commands of visitors: who does what, from plain arguments to an act of the platform."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any, Literal

from line_sim.errors import ConfigurationError, Fault
from line_sim.mock.phone_media import loaded
from line_sim.mock.platform import acts
from line_sim.mock.sendings import what_is_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.chats import Chat
    from line_sim.mock.platform.people import Person
    from line_sim.mock.service import Service

    Act = Callable[..., Mapping[str, Any] | None]

# What every act of a visitor takes: in which group or room, towards which account, and when.
Name = str | None


class Acting:
    """What visitors and groups do; each answers ``{"events": [...], "message": ...}``."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._bunches = contextlib.ExitStack()

    async def visitor(
        self,
        name: str = "Alice",
        channel: Name = None,
        *,
        friend: bool = True,
        picture_url: str = "",
        status_message: str = "",
        language: str = "",
        consent: bool = True,
    ) -> dict[str, Any]:
        """The user of that name, new where there is none."""
        found = self._channel_of(channel)
        provider = found.provider
        person = provider.named(name)
        if person is None:
            person = provider.new(
                name,
                picture_url=picture_url,
                status_message=status_message,
                language=language,
                consent=consent,
            )
            if friend:
                acts.befriends(found, person)
        return {"id": person.id, "name": person.name}

    async def group(
        self,
        name: str = "Friends",
        members: list[str] | None = None,
        channel: Name = None,
        *,
        room: bool = False,
    ) -> dict[str, Any]:
        """A new group or room of people, without any account."""
        found = self._channel_of(channel)
        people = [self._person(each, found) for each in members or []]
        kind: Literal["group", "room"] = "room" if room else "group"
        chat = self.service.platform.new_chat(found.provider, people, name, kind)
        return {"id": chat.id, "name": chat.name, "kind": chat.kind}

    async def together(self, *, begin: bool) -> dict[str, Any]:
        """Begin or end a bunch: what happens between goes out as one webhook a channel."""
        if begin:
            self._bunches.enter_context(self.service.platform.deliveries.together())
        else:
            self._bunches.close()
            self.service.dispatcher.wake()
        return {}

    async def says(
        self,
        visitor: str,
        text: str,
        chat: Name = None,
        channel: Name = None,
        quotes: Name = None,
        emojis: list[dict[str, Any]] | None = None,
        mentions: list[dict[str, Any]] | None = None,
        delay_s: float = 0.0,
    ) -> dict[str, Any]:
        """Write a text."""
        more = {"quotes": quotes, "emojis": emojis, "mentions": mentions}
        where = self._where(chat, channel)
        return self._act(acts.says, visitor, where, text, delay_s=delay_s, **more)

    async def sends(
        self,
        visitor: str,
        kind: Literal["image", "video", "audio", "file"],
        chat: Name = None,
        channel: Name = None,
        delay_s: float = 0.0,
        **what: Any,
    ) -> dict[str, Any]:
        """Send a picture, film, sound or file made to measure (:mod:`line_sim.mock.sendings`)."""
        attachment, more = await asyncio.to_thread(what_is_sent, kind, what)
        act: Act = getattr(acts, f"sends_{kind}")
        where = self._where(chat, channel)
        return self._act(act, visitor, where, attachment, delay_s=delay_s, **more)

    async def sends_sticker(
        self,
        visitor: str,
        package_id: str = "446",
        sticker_id: str = "1988",
        chat: Name = None,
        channel: Name = None,
        resource_type: str = "STATIC",
        keywords: list[str] | None = None,
        quotes: Name = None,
        delay_s: float = 0.0,
    ) -> dict[str, Any]:
        """Send a sticker."""
        more = {"resource_type": resource_type, "keywords": keywords, "quotes": quotes}
        where, sticker = self._where(chat, channel), (package_id, sticker_id)
        return self._act(acts.sends_sticker, visitor, where, sticker, delay_s=delay_s, **more)

    async def sends_location(
        self,
        visitor: str,
        latitude: float,
        longitude: float,
        title: str = "",
        address: str = "",
        chat: Name = None,
        channel: Name = None,
        delay_s: float = 0.0,
    ) -> dict[str, Any]:
        """Send a place."""
        where, at = self._where(chat, channel), (latitude, longitude)
        more = {"title": title, "address": address}
        return self._act(acts.sends_location, visitor, where, at, delay_s=delay_s, **more)

    async def taps(
        self,
        visitor: str,
        data: str,
        params: dict[str, str] | None = None,
        chat: Name = None,
        channel: Name = None,
        delay_s: float = 0.0,
    ) -> dict[str, Any]:
        """Tap a button with a postback."""
        where = self._where(chat, channel)
        return self._act(acts.taps, visitor, where, data, delay_s=delay_s, params=params)

    async def switches_menu(
        self, visitor: str, alias: str, channel: Name = None, delay_s: float = 0.0
    ) -> dict[str, Any]:
        """Tap a rich menu switch."""
        where = self._where(None, channel)
        return self._act(acts.switches_rich_menu, visitor, where, alias, delay_s=delay_s)

    async def follows(
        self, visitor: str, channel: Name = None, delay_s: float = 0.0
    ) -> dict[str, Any]:
        """Add the account as a friend, or unblock it."""
        return self._act(acts.follows, visitor, self._where(None, channel), delay_s=delay_s)

    async def blocks(
        self, visitor: str, channel: Name = None, delay_s: float = 0.0
    ) -> dict[str, Any]:
        """Block the account."""
        return self._act(acts.blocks, visitor, self._where(None, channel), delay_s=delay_s)

    async def unsends(
        self,
        visitor: str,
        message: str,
        chat: Name = None,
        channel: Name = None,
        delay_s: float = 0.0,
    ) -> dict[str, Any]:
        """Take a message back."""
        where = self._where(chat, channel)
        return self._act(acts.unsends, visitor, where, message, delay_s=delay_s)

    async def edits(
        self,
        visitor: str,
        message: str,
        text: str,
        chat: Name = None,
        channel: Name = None,
        delay_s: float = 0.0,
    ) -> dict[str, Any]:
        """Change a text sent to a group."""
        where = self._where(chat, channel)
        return self._act(acts.edits, visitor, where, message, delay_s=delay_s, text=text)

    async def joins(self, visitor: str, chat: str) -> dict[str, Any]:
        """Join a group or room."""
        return self._moves(acts.joins, visitor, chat)

    async def leaves(self, visitor: str, chat: str) -> dict[str, Any]:
        """Leave a group or room."""
        return self._moves(acts.leaves, visitor, chat)

    async def invites(self, chat: str, channel: Name = None) -> dict[str, Any]:
        """Invite the account into a group or room."""
        found, where = self._channel_of(channel), self._chat(chat)
        invitation = acts.invites_bot(found, where, self.service.clock.now())
        if invitation.finding:
            self.service.ledger.write("note", text=invitation.finding)
        return {**self._done(invitation.event), "finding": invitation.finding}

    async def removes(self, chat: str) -> dict[str, Any]:
        """Remove the account from a group or room."""
        return self._done(acts.removes_bot(self._chat(chat), self.service.clock.now()))

    async def sees(self, chat: str, at_least: int = 0, wait_s: float = 0.0) -> dict[str, Any]:
        """What accounts sent that reached a chat; waits for so many messages at most `wait_s`."""
        end = time.monotonic() + wait_s
        while True:
            found = self.service.reached(chat)
            left_s = end - time.monotonic()
            if len(found) >= at_least or left_s <= 0:
                return {"messages": found}
            await self.service.touched(left_s)

    async def loads(self, chat: str, message: str) -> dict[str, Any]:
        """Load the media of a message that reached a chat, as a phone does."""
        seen = {each["id"]: each for each in self.service.reached(chat)}
        if message not in seen:
            raise ConfigurationError([Fault.unknown("message", message, seen)])
        return {"loaded": await loaded(self.service, seen[message])}

    def _act(
        self,
        act: Act,
        visitor: str,
        where: tuple[Channel, Chat | None],
        *what: object,
        **how: Any,
    ) -> dict[str, Any]:
        """Do an act, leaving out what was not said."""
        channel, chat = where
        said = {name: value for name, value in how.items() if value}
        if chat is not None:
            said["chat"] = chat
        person = self._person(visitor, channel)
        return self._done(act(channel, person, self.service.clock.now(), *what, **said))

    def _moves(self, act: Act, visitor: str, chat: str) -> dict[str, Any]:
        found = self._chat(chat)
        person = found.provider.people.get(visitor) or found.provider.named(visitor)
        if person is None:
            raise ConfigurationError([Fault("visitor", repr(visitor), "one who was made before")])
        return self._done(act(found, [person], self.service.clock.now()))

    def _done(self, event: Mapping[str, Any] | None) -> dict[str, Any]:
        """What an act answers; deliveries are woken."""
        self.service.dispatcher.wake()
        self.service.touch()
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

    def _person(self, visitor: str, channel: Channel) -> Person:
        """A person by user id or name."""
        provider = channel.provider
        found = provider.people.get(visitor) or provider.named(visitor)
        if found is None:
            names = [person.name for person in provider.people.values()]
            raise ConfigurationError([Fault.unknown("visitor", visitor, names)])
        return found
