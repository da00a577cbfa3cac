"""An answer on its way back: passed on as it comes, held for a moment where it is short."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from line_sim.recording.recorder.bodies import Body
from line_sim.recording.recorder.headers import returned

if TYPE_CHECKING:
    from starlette.types import Send

    from line_sim.net.http.failures import ExchangeError
    from line_sim.net.http.streamed import StreamedConnection
    from line_sim.net.http.streams import Pair

HOLD_S = 0.01
"""Chosen: an answer that is not complete after that is passed on as far as it has come."""
HOLD_BYTES = 262_144
"""Chosen: so much of an answer is held."""


@dataclass(slots=True)
class Answer:
    """What came of a request."""

    began_ns: int = field(default_factory=time.perf_counter_ns)
    status: int = 0
    headers: list[Pair] = field(default_factory=list)
    body: Body = field(default_factory=Body)
    failure: ExchangeError | None = None
    took_ms: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it is a whole 2xx."""
        return self.failure is None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's 2xx

    def told(self) -> dict[str, Any]:
        """Its status, and LINE's words where that is no success."""
        found: dict[str, Any] = {"status": self.status or None}
        if self.failure is not None:
            found |= {"reason": self.failure.reason, "detail": self.failure.detail}
            found["why"] = self.failure.why or None
        elif not self.ok:
            found |= {"reason": "error_status_code", "detail": str(self.status)}
        return found

    def over(self) -> None:
        """Note the time that all of it took."""
        self.took_ms = (time.perf_counter_ns() - self.began_ns) // 1_000 / 1_000


class PassedBack:
    """The answer of a connection, passed back.

    Parameters
    ----------
    connection
        Where it comes from; its head has come.
    send
        Of ASGI.
    answer
        Filled as it goes by.
    keeps
        Whether its body is of interest.
    """

    def __init__(
        self, connection: StreamedConnection, send: Send, answer: Answer, *, keeps: bool
    ) -> None:
        self.started = False
        self._connection = connection
        self._send = send
        self._answer = answer
        self._keeps = keeps
        self._held: list[bytes] = []
        self._held_bytes = 0
        answer.status, answer.headers = connection.status, connection.headers

    async def all_but_the_end(self) -> None:
        """Pass on what cannot be held; :meth:`end` sends the rest, and nothing before it ends.

        Raises
        ------
        ExchangeError
            Where the answer breaks off.
        """
        while part := await self._next():
            if self._keeps:
                self._answer.body.add(part)
            self._held.append(part)
            self._held_bytes += len(part)
            if self._held_bytes > HOLD_BYTES:
                await self._pass()

    async def _next(self) -> bytes:
        """The next part; while something is held, it is not waited for long."""
        if self.started and not self._held:
            return await self._connection.part()
        try:
            async with asyncio.timeout(HOLD_S):
                return await self._connection.part()
        except TimeoutError:
            await self._pass()
            return await self._connection.part()

    async def _pass(self) -> None:
        if not self.started:
            await self._start()
        if self._held:
            await self._send(self._taken(more=True))

    async def _start(self) -> None:
        self.started = True
        headers = returned(self._answer.headers)
        status = self._answer.status
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    def _taken(self, *, more: bool) -> dict[str, Any]:
        body = b"".join(self._held)
        self._held.clear()
        self._held_bytes = 0
        return {"type": "http.response.body", "body": body, "more_body": more}

    async def end(self) -> None:
        """Send what was held, and that it is all."""
        if not self.started:
            await self._start()
        await self._send(self._taken(more=False))
