"""A request as it comes, whole or in parts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from line_sim.net.serve import TRANSPORT
from line_sim.recording.recorder.bodies import Body

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope

    from line_sim.net.http.streams import Pair


class CallerLeftError(Exception):
    """Whoever asked hung up before the request was complete."""


class Request:
    """A request; its body is read up to a size, and the rest comes in parts.

    Parameters
    ----------
    scope, receive
        Of ASGI.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.headers = cast("list[Pair]", list(scope["headers"]))
        self.path: str = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        self.query: str = scope["query_string"].decode("latin-1")
        self.body = Body()
        self.whole: bytes | None = None
        """The body; None where it goes on after what was read."""
        self._scope = scope
        self._receive = receive
        self._begun: list[bytes] = []

    async def read(self, most_bytes: int) -> None:
        """Read the body, or its beginning where it is longer than `most_bytes`.

        Raises
        ------
        CallerLeftError
            Where it breaks off.
        """
        size, more = 0, True
        while more and size <= most_bytes:
            part, more = await self._part()
            self._begun.append(part)
            size += len(part)
        if not more:
            self.whole = b"".join(self._begun)
            self.body.add(self.whole)

    async def parts(self) -> AsyncIterator[bytes]:
        """All of a body that is not whole, part by part.

        Raises
        ------
        CallerLeftError
            Where it breaks off.
        """
        more = True
        while more or self._begun:
            if self._begun:
                part = self._begun.pop(0)
            else:
                part, more = await self._part()
            if part:
                self.body.add(part)
                yield part

    async def hung_up(self) -> None:
        """Wait until the caller hangs up, once the body has been read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def cut(self) -> None:
        """Cut the connection, as whoever was asked did."""
        transport: asyncio.Transport = self._scope["extensions"][TRANSPORT]
        transport.abort()

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @cached_property
    def names(self) -> dict[str, str]:
        """Headers by name, in lower case; the last one where a name comes twice."""
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self.headers}

    async def _part(self) -> tuple[bytes, bool]:
        message: Any = await self._receive()
        if message["type"] != "http.request":
            raise CallerLeftError
        return message.get("body", b""), message.get("more_body", False)
