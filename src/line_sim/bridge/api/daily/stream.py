"""The event stream: server-sent events (HTML standard, section 9.2), for one member at a time."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from fastapi.sse import format_sse_event
from starlette.responses import Response

from line_sim.bridge.api.daily.feed import LOOK_AGAIN
from line_sim.bridge.api.daily.seeing import sight_of
from line_sim.net.serve import TRANSPORT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from line_sim.bridge.api.daily.feed import Feed, Position
    from line_sim.bridge.api.daily.needs import Bridge
    from line_sim.bridge.queries.visibility import Sight
    from line_sim.bridge.staff.sessions import Session, Sessions

HEARTBEAT_S = 15.0
"""Of the bridge's clock, between two signs of life where nothing happens (PLATFORM.md 27)."""
STALLED_S = 30.0
"""Wall seconds that a reader may take for one piece; then it is cut off (chosen)."""
PAUSE_S = 0.1
"""Wall seconds between two looks, so that much at once is one look (chosen)."""
AGAIN_MS = 2_000
"""After which a browser comes again (chosen)."""
MEDIA_TYPE = "text/event-stream"


class Stream(Response):
    """The events of one member, until they leave, are signed out, or take nothing any more.

    Parameters
    ----------
    last
        The id of the last event they got, to go on after; empty: from now on.
    """

    media_type = MEDIA_TYPE

    def __init__(
        self, bridge: Bridge, feed: Feed, sessions: Sessions, session: Session, last: str
    ) -> None:
        self._bridge, self._feed = bridge, feed
        self._sessions, self._session, self._last = sessions, session, last
        self._seen: tuple[tuple[object, bool], Sight] | None = None
        self.status_code = 200
        self.background = None
        self.init_headers({"cache-control": "no-store", "x-accel-buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until it ends."""
        writing = asyncio.create_task(self._write(send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (writing, leaving):
                task.cancel()
            ended, _ = await asyncio.gather(writing, leaving, return_exceptions=True)
        if isinstance(ended, TimeoutError):
            self._bridge.journal.log("a reader of events took nothing", staff=self._me)
            if transport := scope.get("extensions", {}).get(TRANSPORT, {}).get("transport"):
                transport.abort()
        elif isinstance(ended, Exception) and not isinstance(ended, OSError):
            raise ended

    @property
    def _me(self) -> int:
        return self._session.person.id

    async def _write(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        async for piece in self._pieces():
            async with asyncio.timeout(STALLED_S):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _pieces(self) -> AsyncIterator[bytes]:
        feed = self._feed
        position, again = feed.resumed(self._last) if self._last else (feed.now(), "")
        yield _framed("hello", {}, position, retry=AGAIN_MS)
        if again:
            yield _framed(LOOK_AGAIN, {"at": again}, position)
        told, at = position, self._bridge.clock.now()
        while True:
            mark = feed.mark()
            if (session := self._sessions.again(self._session.key)) is None:
                yield _framed("signed_out", {}, position)
                return
            events, after = feed.after(position, self._sight(session), session.person.number)
            left_s = HEARTBEAT_S - (self._bridge.clock.now() - at)
            if events:
                yield b"".join(_framed(each.kind, each.data, each.position) for each in events)
                told, at = events[-1].position, self._bridge.clock.now()
            elif left_s <= 0:
                yield _heartbeat(after if told != after else None)
                told, at = after, self._bridge.clock.now()
            elif after == position:
                await self._quiet(mark, left_s)
            if after != position:  # there may be more
                await asyncio.sleep(PAUSE_S)
            position = after

    def _sight(self, session: Session) -> Sight:
        """What the member sees, worked out anew where the setup or their role is another."""
        by = (self._bridge.desk.state.setup, session.person.administrator)
        if self._seen is None or self._seen[0][0] is not by[0] or self._seen[0][1] != by[1]:
            self._seen = by, sight_of(self._bridge, session.person)
        return self._seen[1]

    async def _quiet(self, mark: asyncio.Event, most_s: float) -> None:
        """Wait until something happens, for so long at most."""
        waits: list[asyncio.Task[object]] = [
            asyncio.create_task(self._bridge.clock.sleep(most_s)),
            asyncio.create_task(mark.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()


def _framed(
    kind: str, data: dict[str, object], position: Position, retry: int | None = None
) -> bytes:
    text = json.dumps(data, separators=(",", ":"))
    return format_sse_event(data_str=text, event=kind, id=str(position), retry=retry)


def _heartbeat(position: Position | None) -> bytes:
    """A comment; with the position where what is not seen has moved it, so that it is not lost."""
    return format_sse_event(comment="", id=None if position is None else str(position))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
