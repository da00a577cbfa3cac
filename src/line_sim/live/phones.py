"""Visitors' phones: what they write goes out by the mock, what accounts send comes in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.mock.server import MockLine

LOOK_EVERY_S = 0.02
"""Wall seconds between two looks at what came (chosen): nobody reads faster."""


class Message(NamedTuple):
    """One message of an account, as a phone shows it."""

    name: str
    channel: str
    text: str


class Phones:
    """Everybody's phones.

    Parameters
    ----------
    line
        The mock.
    """

    def __init__(self, line: MockLine) -> None:
        self._line = line
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._channels: dict[str, str] = {}
        self._seen = 0
        self._open: dict[int, str] = {}

    async def says(self, name: str, channel: str, text: str) -> list[str]:
        """Write to an account; the ids of the webhook events that go out for it."""
        return await self.acts("says", name, channel, text=text)

    async def acts(self, act: str, name: str, channel: str, **what: Any) -> list[str]:  # noqa: ANN401
        """Do anything a phone can; see :class:`line_sim.mock.visitors.Visitor`."""
        do, user = self._line.link.do_async, await self._id(name, channel)
        return list((await do(act, visitor=user, channel=channel, **what))["events"])

    async def follow(self, heard: Callable[[Message], object]) -> None:
        """Call it with each message that reaches anybody, until cancelled."""
        while True:
            for message in await self.news():
                heard(message)
            await asyncio.sleep(LOOK_EVERY_S)

    async def news(self) -> list[Message]:
        """What came since the last look, in order."""
        found: list[Message] = []
        lines = (await self._line.link.do_async("calls", after=self._seen))["lines"]
        for line in lines:
            self._seen = max(self._seen, int(line["seq"]))
            if line["kind"] == "call":
                self._open[line["exchange"]] = str(line.get("channel") or "")
            elif line["kind"] == "call_end":
                channel = self._open.pop(line["exchange"], "")
                found += self._delivered(line.get("sent") or {}, channel)
        return found

    def _delivered(self, sent: dict[str, Any], channel: str) -> list[Message]:
        named = self._channels.get(channel, channel)
        return [
            Message(self._names[chat], named, str(message.get("text", "")))
            for chat in sent.get("delivered") or ()
            if chat in self._names
            for message in sent["messages"]
        ]

    async def _id(self, name: str, channel: str) -> str:
        """The LINE user of a name, who has added the account."""
        do = self._line.link.do_async
        if not self._channels:
            for each in (await do("channels"))["channels"]:
                self._channels[each["id"]] = each["name"]
        if name not in self._ids:
            found = await do("visitor", name=name, channel=channel, friend=True)
            self._ids[name] = str(found["id"])
            self._names[self._ids[name]] = name
        return self._ids[name]
