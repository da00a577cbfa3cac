"""Passes requests on and answers back, and writes both down: the application of one side."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from line_sim.errors import TargetNotAllowedError
from line_sim.net.http.failures import (
    CONNECTION_FAILED,
    COULD_NOT_CONNECT,
    OTHER,
    REQUEST_TIMEOUT,
    SESSION_CLOSED,
    TIMEOUT,
    ExchangeError,
)
from line_sim.net.http.streams import hand_over
from line_sim.recording.recorder.answer import Answer, PassedBack
from line_sim.recording.recorder.headers import forwarded, framed, passed_by
from line_sim.recording.recorder.patience import Patience
from line_sim.recording.recorder.request import CallerLeftError, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from line_sim.net.http.streamed import StreamedConnection
    from line_sim.net.http.streams import Streams
    from line_sim.recording.recorder.items import Line
    from line_sim.recording.recorder.sides import Side
    from line_sim.recording.recorder.tape import Tape

LOOP = 508
BAD_GATEWAY = 502
GATEWAY_TIMEOUT = 504


class Passing:
    """The ASGI application of one side.

    Parameters
    ----------
    side
        Where requests go, and what is written down of them.
    tape
        Where it is written.
    number
        Gives a new number for each exchange.
    streams
        Connections to the other side.
    via
        This recorder's pseudonym.

    Attributes
    ----------
    recorded, failed, passed, looped : int
        Exchanges written down; those of them without a 2xx; what was passed on unrecorded; what
        came from this very recorder and was refused.
    """

    def __init__(
        self, side: Side, tape: Tape, number: Callable[[], int], streams: Streams, via: bytes
    ) -> None:
        self.side = side
        self.tape = tape
        self.number = number
        self.streams = streams
        self.via = via
        self.recorded = self.failed = self.passed = self.looped = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        request = Request(scope, receive)
        if passed_by(request.headers, self.via):
            self.looped += 1
            await _say(send, LOOP, "this recorder was led to itself: point it at the other side")
            return
        try:
            await request.read(self.side.most_bytes)
        except CallerLeftError:
            return  # nothing came of it, and nothing was passed on
        await _Exchange(self, request, send).run()


class _Exchange:
    """One request on its way, and its answer."""

    def __init__(self, passing: Passing, request: Request, send: Send) -> None:
        self.passing = passing
        self.request = request
        self.send = send
        self.answer = Answer()
        self.patience = Patience(passing.tape)
        self.exchange = 0
        self.connection: StreamedConnection | None = None
        self.back: PassedBack | None = None
        self.left = False
        self.watcher: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Write the request down, pass it on, write the answer down, pass it back."""
        await self._begin()
        try:
            await self._pass()
        except CallerLeftError:
            self.answer.failure = ExchangeError(*TIMEOUT, why="the other side hung up")
        except TargetNotAllowedError as error:  # a name that leads elsewhere than it did
            self.answer.failure = ExchangeError(*CONNECTION_FAILED, why=str(error))
        except ExchangeError as failure:
            self.answer.failure = failure
        except asyncio.CancelledError:  # nobody waits for this task: the server cuts it off
            self.answer.failure = ExchangeError(*SESSION_CLOSED, why="the recorder was stopped")
        except Exception as error:
            self.answer.failure = ExchangeError(*OTHER, why=f"{type(error).__name__}: {error}")
            raise
        finally:
            await self._end()

    async def _begin(self) -> None:
        """Write the request down, where it is one of this side's."""
        passing = self.passing
        try:
            line = passing.side.begun(self.request)
        except Exception as error:  # noqa: BLE001 - whatever it is, traffic goes on
            passing.tape.leave_out(error)
            return
        if line is None:
            passing.passed += 1
            return
        self.exchange = passing.number()
        passing.recorded += 1
        await self._write(line)

    async def _write(self, line: Line) -> None:
        line.fields = {"exchange": self.exchange, **line.fields}
        await self.patience.written(line)

    async def _pass(self) -> None:
        request, passing = self.request, self.passing
        found = passing.side.address(request)
        headers = forwarded(
            request.headers, found.authority, passing.via, readable=passing.side.readable
        )
        if request.whole is not None:
            headers = framed(headers, request.whole)
            self._watch()
        self.connection = connection = await passing.streams.connection(found)
        if self.left:
            connection.abort()
            raise CallerLeftError
        line = f"{request.method} {request.target} HTTP/1.1".encode("latin-1")
        try:
            body = request.parts() if request.whole is None else request.whole
            await hand_over(connection, line, headers, body)
            if request.whole is None:
                self._watch()
            await connection.head()
            keeps = bool(self.exchange) and passing.side.kind == "call"
            self.back = PassedBack(connection, self.send, self.answer, keeps=keeps)
            await self.back.all_but_the_end()
        except BaseException:
            connection.abort()
            raise
        passing.streams.give_back(found, connection)

    def _watch(self) -> None:
        self.watcher = asyncio.get_running_loop().create_task(self._hung_up())

    async def _hung_up(self) -> None:
        """Where the caller hangs up, so does this side: the bridge would notice, too."""
        await self.request.hung_up()
        self.left = True
        if self.connection is not None:
            self.connection.fail(ExchangeError(*TIMEOUT, why="the other side hung up"))

    async def _end(self) -> None:
        """Write the answer down, then let its end go."""
        answer = self.answer
        answer.over()
        if self.watcher is not None:
            self.watcher.cancel()
        if self.exchange:
            passing = self.passing
            passing.failed += not answer.ok
            try:
                line = passing.side.ended(self.request, answer)
            except Exception as error:  # noqa: BLE001 - as above
                passing.tape.leave_out(error)
            else:
                await self._write(line)
        if answer.failure is None and self.back is not None:
            await self.back.end()
        elif not self.left:
            await self._refuse(answer.failure or ExchangeError(*SESSION_CLOSED))

    async def _refuse(self, failure: ExchangeError) -> None:
        """Say that there is no answer, as gateways do; one that broke off breaks off here, too."""
        started = self.back is not None and self.back.started
        reason = failure.reason
        if not started and reason in {COULD_NOT_CONNECT, REQUEST_TIMEOUT}:
            status = BAD_GATEWAY if reason == COULD_NOT_CONNECT else GATEWAY_TIMEOUT
            await _say(self.send, status, str(failure))
        else:
            self.request.cut()
            with contextlib.suppress(TimeoutError):  # until the server has noticed, too
                async with asyncio.timeout(1):
                    await self.request.hung_up()


async def _say(send: Send, status: int, text: str) -> None:
    body = f"line-sim record: {text}\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
