"""The room: visitors, staff, one time for all, and what is told of what happens."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

from line_sim.desk.model import NEVER, SECOND
from line_sim.live.colleagues import Desk, StaffApiError
from line_sim.live.furnishing import started
from line_sim.live.pacing import Pace
from line_sim.live.phones import Phones
from line_sim.live.staff import Member
from line_sim.live.stream import events
from line_sim.live.talks import Script
from line_sim.live.visitors import Visitors
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.streams import Streams
from line_sim.sim.traffic_texts import answers
from line_sim.world.drawn import SHIFT_START

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.live.furnishing import Furnished
    from line_sim.live.pacing import Process
    from line_sim.live.phones import Message
    from line_sim.live.talks import Talk
    from line_sim.mock.server import MockLine
    from line_sim.world.drawn import World

OF_THEIR_OWN = frozenset({"offered", "picked_up", "followed_up", "closed", "transferred",
                          "taken_over", "lapsed"})  # fmt: skip
"""Happenings that whoever they are about tells."""


class Room:
    """Where simulated people work a bridge that runs.

    Parameters
    ----------
    world
        Who comes when, and who works; its times are the bridge's, see :func:`.scene.part_of`.
    furnished
        The bridge's install.
    url
        Where the bridge listens.
    line
        The mock LINE.
    speed
        Seconds in a second of the wall's.
    told
        Called with what happens, a word and its facts.
    """

    def __init__(  # noqa: PLR0913 - all but the first two by name
        self,
        world: World,
        furnished: Furnished,
        *,
        url: str,
        line: MockLine,
        speed: float,
        start_s: float,
        language: str = "en",
        told: Callable[[str, dict[str, Any]], object] = lambda _word, _facts: None,
    ) -> None:
        self.world, self.url, self.texts = world, url, furnished.texts
        self.zero_s = started(world.setup)
        self.pace = Pace(start_s, speed)
        self.script = Script(world, language)
        self.phones = Phones(line)
        self._line, self._paths = line, furnished.paths
        self._answers = answers(language)
        self._told = told
        self._streams = Streams()
        self._reading: dict[int, asyncio.Task[None]] = {}
        self._missed: set[int] = set()
        self.visitors = Visitors(self)
        self.members = [
            Member(self, m, Desk.at(url, login, furnished.password))
            for m, login in enumerate(furnished.logins)
        ]

    async def open(self) -> None:
        """Connect the accounts, let those sign in whose shift has begun, and let time begin.

        Time is the bridge's, as sessions tell it.

        Signing in takes a while, for passwords are slow to compare on purpose; whoever gave the
        bridge's clock a start some seconds early begins in time.
        """
        start_s = self.pace.now
        for channel, path in zip(self.world.setup.channels, self._paths, strict=True):
            await self._line.aio.connect(self.url + path, channel=channel.name)
        begun = {m for at, m, what in self.world.staff_events.tolist()
                 if what == SHIFT_START and at <= start_s * SECOND}  # fmt: skip
        for m in sorted(begun):
            await self.sign_in(self.members[m])
        shown_s = start_s
        if begun:
            shown_s = self.members[max(begun)].desk.time_s(self.pace.speed) - self.zero_s
            await asyncio.sleep(max(start_s - shown_s, 0.0) / self.pace.speed)
        self.pace.begin(max(shown_s, start_s))

    async def perform(self, until_s: float) -> None:
        """Let everybody act until then, seconds since the world's start."""
        following = asyncio.ensure_future(self.phones.follow(self._reached))
        performing = asyncio.ensure_future(self.pace.perform(until_s))
        try:
            await asyncio.wait({following, performing}, return_when=asyncio.FIRST_COMPLETED)
            for task in (performing, following):
                if task.done():
                    await task
        finally:
            for task in (following, performing, *self._reading.values()):
                task.cancel()
            reading = [*self._reading.values()]
            await asyncio.gather(following, performing, *reading, return_exceptions=True)

    async def close(self) -> None:
        """Leave; nothing of anybody is left running."""
        await self.pace.close()
        await self._streams.close()
        for member in self.members:
            await member.desk.close()

    # --- signing in and out

    async def sign_in(self, member: Member) -> None:
        """Let a member be there: a session, its stream, and how things stand."""
        mobile = self.world.setup.members[member.m].device == "mobile"
        member.id = (await member.desk.sign_in(mobile=mobile))["id"]
        ready = asyncio.Event()
        reading = asyncio.ensure_future(self._read(member, ready))
        self._reading[member.m] = reading
        waiting = asyncio.ensure_future(ready.wait())
        await asyncio.wait({reading, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if reading.done():
            reading.result()
        offers, mine = await member.desk.offers(), await member.desk.mine()
        self.pace.tell(lambda: member.look(offers, mine))

    async def sign_out(self, member: Member) -> None:
        """Let a member be gone."""
        await member.desk.sign_out()
        if (reading := self._reading.pop(member.m, None)) is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _read(self, member: Member, ready: asyncio.Event) -> None:
        """Read a member's stream for as long as they are signed in."""
        with contextlib.suppress(ExchangeError):  # the bridge ended; whoever asks next is told
            async for event in events(self._streams, self.url, member.desk.token):
                ready.set()
                self.pace.tell(partial(member.hear, event.kind, event.data))

    async def enquiry(self, member: Member, number: int) -> dict[str, Any] | None:
        """An enquiry as a member sees it; None where they do not."""
        if not member.desk.token:
            return None
        try:
            return await member.desk.enquiry(number)
        except StaffApiError:
            return None

    # --- what people know and say

    def reaction_s(self, member: Member, offer: dict[str, Any]) -> float:
        """Until a member reacts to an offer."""
        talk = self.script.of(offer["customer"], offer["channel"]["name"])
        talk = self.script.talks[0] if talk is None else talk  # LINE has not told the name yet
        return self.script.reaction_s(talk, member.m, 1)

    def answer(self, m: int, talk: Talk) -> str:
        """What a member says."""
        return self._answers[(m + talk.number + talk.answered) % len(self._answers)]

    def tell(self, word: str, **facts: Any) -> None:  # noqa: ANN401 - names and texts
        """Tell whoever watches."""
        self._told(word, {"at_s": self.pace.now, **facts})

    def _reached(self, message: Message) -> None:
        occasion = self.texts.get(message.text)
        if occasion is not None:
            self.pace.tell(lambda: self.tell(occasion, name=message.name))
        self.pace.tell(lambda: self.visitors.hear(message))

    # --- what is seen on the desk

    def happened(self, member: Member, number: int, data: dict[str, Any]) -> None:
        """A member was told of a happening of an enquiry; it is told once."""
        word, about = data["happening"], (data["staff"] or {}).get("id")
        name = (data["enquiry"] or {}).get("customer") or "a new customer"
        if word in OF_THEIR_OWN and about == member.id:
            self.tell(word, staff=member.name, name=name, enquiry=number, reason=data["reason"])
        elif word == "missed" and number not in self._missed:
            self._missed.add(number)
            self.tell("missed", name=name, enquiry=number, reason=data["reason"])
            if (enquiry := data["enquiry"]) is not None:
                self.pace.process(self._follow_up(enquiry))

    def _follow_up(self, enquiry: dict[str, Any]) -> Process:
        """Let somebody look at what was missed, after a while, who is there."""
        talk = self.script.of(enquiry["customer"], enquiry["channel"]["name"])
        wait = NEVER if talk is None else int(talk.visit["follow_up"])
        if talk is None or wait >= NEVER:
            return
        yield self.pace.timeout(wait / SECOND)
        for member in self.members:
            if talk.over or talk.answered:
                return
            if member.desk.token and not member.away and not member.leaving:
                done = yield self.pace.ask(member.desk.do(enquiry["number"], "follow-up"))
                if done:
                    return
