"""The commands of visitors: who they are, what they write, tap and take back, what they see."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any, Literal

from line_sim.errors import ConfigurationError, Fault
from line_sim.mock.addressing import Addressing, Name
from line_sim.mock.phone_media import loaded
from line_sim.mock.platform import acts
from line_sim.mock.sendings import what_is_sent

if TYPE_CHECKING:
    from line_sim.mock.addressing import Act
    from line_sim.mock.service import Service


class Acting(Addressing):
    """What visitors do; each act answers ``{"events": [...], "message": ...}``."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
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

    async def together(self, *, begin: bool) -> dict[str, Any]:
        """Begin or end a bunch: what happens between goes out as one webhook a channel."""
        if begin:
            self._bunches.enter_context(self.service.platform.deliveries.together())
        else:
            self._bunches.close()
            self.service.dispatcher.wake()
        return {}

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

    async def sees(self, chat: str, at_least: int = 0, wait_s: float = 0.0) -> dict[str, Any]:
        """What accounts sent that reached a chat; waits for so many messages at most `wait_s`."""
        end = time.monotonic() + wait_s
        while True:
            found = self.service.reached(chat)
            left_s = end - time.monotonic()
            if len(found) >= at_least or left_s <= 0:
                return {"messages": found}
            await self.service.activity.touched(left_s)

    async def loads(self, chat: str, message: str) -> dict[str, Any]:
        """Load the media of a message that reached a chat, as a phone does."""
        seen = {each["id"]: each for each in self.service.reached(chat)}
        if message not in seen:
            raise ConfigurationError([Fault.unknown("message", message, seen)])
        return {"loaded": await loaded(self.service, seen[message])}
