"""Names of customers, members and groups, found out beside; and leaving where we may not be.

No message waits for a name. Who has no readable profile is called the same as everybody without.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import select, update

from line_sim.bridge.intake.chats import MEMBER
from line_sim.bridge.intake.shapes import MANY, Place, text_in
from line_sim.bridge.store.tables import chats

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.intake.needs import Owner
    from line_sim.bridge.line.answers import Answer

FRESH_S = 86_400.0
"""How long a name is kept before it is asked for again (chosen)."""
UNTOLD_S = 600.0
"""Until it is asked for again where LINE did not answer (chosen)."""
WAITS_S = (1.0, 2.0, 4.0)
"""Between attempts, of the bridge's clock (chosen)."""
AT_ONCE = 16
"""Of one channel, so that names never take all the turns of a bridge's calls (chosen)."""
ASKED_AT_START = 1_000
"""Names that an earlier life did not come to ask for (chosen)."""
LONGEST_NAME = 100
"""Characters; LINE's have 20 at most (chosen)."""
_LANGUAGE = re.compile(r"[A-Za-z0-9-]{1,35}")
"""A BCP 47 tag."""


class People:
    """Asks LINE who somebody is, once, and again when a day has passed."""

    def __init__(self, bridge: Owner) -> None:
        self._bridge = bridge
        self._under_way: set[tuple[int, str]] = set()
        self._turns: dict[int, asyncio.Semaphore] = {}
        self._listeners: list[Callable[[int, str], object]] = []

    def on_named(self, listener: Callable[[int, str], object]) -> None:
        """Call it with channel and LINE id of whoever got another name."""
        self._listeners.append(listener)

    def begin(self) -> None:
        """Ask for those whom an earlier life did not come to ask for."""
        query = (
            select(chats)
            .where(chats.c.kind == "user", chats.c.named_at == 0)
            .order_by(chats.c.id.desc())
        )
        for row in self._bridge.store.rows(query.limit(ASKED_AT_START)):
            if channel := self._bridge.channels.by_id(row.channel):
                self.want(channel, Place("user", row.line_id, row.line_id), row.named_at)

    def want(self, channel: Connected, place: Place, named_at: float) -> None:
        """Find out who somebody is, once it is safe that they wrote; unless that is known.

        Parameters
        ----------
        named_at
            Of the chat: when LINE was asked last who it is.
        """
        chat, member = quote(place.line_id, safe=""), quote(place.member, safe="")
        if place.kind == "user":
            self._want(channel, place.line_id, f"/v2/bot/profile/{chat}", named_at)
        elif place.kind in MANY and place.member:
            known = self._bridge.chats.named_at(channel.id, place.member)
            self._want(channel, place.member, f"/v2/bot/{place.kind}/{chat}/member/{member}", known)
        if place.kind == "group" and channel.config.groups:  # rooms have no name
            self._want(channel, place.line_id, f"/v2/bot/group/{chat}/summary", named_at)

    def leave(self, channel: Connected, place: Place) -> None:
        """Leave a group or room, once it is safe that we were there."""
        chat = quote(place.line_id, safe="")
        path = f"/v2/bot/{place.kind}/{chat}/leave"
        self._once((channel.id, path), lambda: self._leave(channel, path))

    def _want(self, channel: Connected, line_id: str, path: str, named_at: float) -> None:
        if self._bridge.clock.now() - named_at >= FRESH_S:
            self._once((channel.id, path), lambda: self._ask(channel, line_id, path))

    def _once(self, key: tuple[int, str], work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it beside, after the commit, unless the same is under way."""

        def begin() -> None:
            if key not in self._under_way:
                self._under_way.add(key)
                task = self._bridge.start(work())
                task.add_done_callback(lambda _done: self._under_way.discard(key))

        if key not in self._under_way:
            self._bridge.store.after_commit(begin)

    async def _ask(self, channel: Connected, line_id: str, path: str) -> None:
        async with self._turns.setdefault(channel.id, asyncio.Semaphore(AT_ONCE)):
            answer = await self._persist(lambda: channel.api.get(path))
        self._keep(channel, line_id, answer)

    async def _leave(self, channel: Connected, path: str) -> None:
        answer = await self._persist(lambda: channel.api.post(path, {}))
        told = "left a chat of several, where this account may not be"
        self._bridge.journal.log(told, channel=channel.id, answer=answer.said)

    async def _persist(self, call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """An answer that would be the same if asked again at once, or the last of some."""
        answer = await call()
        for wait_s in WAITS_S:
            if not answer.transient:
                break
            await self._bridge.clock.sleep(wait_s)
            answer = await call()
        return answer

    def _keep(self, channel: Connected, line_id: str, answer: Answer) -> None:
        """Write down what LINE said; that it knows nobody (404) is an answer, too."""
        store, now = self._bridge.store, self._bridge.clock.now()
        told = _told(answer.json) if answer.ok else {}
        told["named_at"] = now - FRESH_S + UNTOLD_S if answer.transient else now
        with store.transaction():
            row = self._bridge.chats.take(channel.id, MEMBER, line_id)
            store.run(update(chats).where(chats.c.id == row.id).values(**told))
        if "name" in told:
            for listener in self._listeners:
                listener(channel.id, line_id)


def _told(profile: dict[str, Any]) -> dict[str, Any]:
    """The columns that a profile, or a group's summary, fills."""
    name = text_in(profile, "displayName") or text_in(profile, "groupName")
    picture, language = text_in(profile, "pictureUrl"), text_in(profile, "language")
    return {
        **({"name": name[:LONGEST_NAME]} if name.strip() else {}),
        **({"picture_url": picture} if picture.startswith("https://") else {}),
        **({"language": language} if _LANGUAGE.fullmatch(language) else {}),
    }
