"""One HTTP/1.1 connection whose answer is read part by part, as fast as somebody takes them."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from typing import TYPE_CHECKING, cast

import httptools

from line_sim.net.http.failures import OTHER, SESSION_CLOSED, TIMEOUT, ExchangeError

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE_ANSWER_S = 120.0
"""Chosen: whoever stands between waits longer than those who ask, who then hang up."""
MOST_WAITING_BYTES = 262_144
"""Chosen: so much of an answer is read before somebody takes it."""
_NO_BODY = {204, 304}
_FINAL = 200


class StreamedConnection(asyncio.Protocol):
    """A connection that carries one request at a time.

    Parameters
    ----------
    sock
        Its socket, connected; looked at before the connection is used again.

    Attributes
    ----------
    status, headers
        The answer's, once :meth:`head` has returned; headers as they came.
    keep
        Whether the connection can be used again.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.idle_since_s = 0.0
        self.keep = True
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._sock = sock
        self._lost = False
        self._reading = False
        """Whether a request was begun whose answer has not ended."""
        self._failure: ExchangeError | None = None
        self._told: asyncio.Future[None] | None = None
        self._can_write = asyncio.Event()
        self._can_write.set()

    def begin(self, request: bytes, *, head: bool) -> None:
        """Hand the beginning of a request to the socket."""
        self._head = head
        self._parser = httptools.HttpResponseParser(self)
        self.status, self.headers = 0, []
        self._until_end = False
        self._complete = self._ended = False
        self._parts: deque[bytes] = deque()
        self._size = 0
        self._reading = True
        self._transport.write(request)

    async def write(self, part: bytes) -> None:
        """Hand more of the request over, as fast as the other side reads.

        Raises
        ------
        ExchangeError
            Where the connection was lost, and no answer has begun.
        """
        await self._can_write.wait()
        if self._failure is not None and not self.answered:
            raise self._failure
        if not self.answered and not self._transport.is_closing():
            self._transport.write(part)

    @property
    def answered(self) -> bool:
        """Whether an answer has begun."""
        return self._complete

    async def head(self) -> None:
        """Wait for the status and the headers.

        Raises
        ------
        ExchangeError
            Where none come.
        """
        await self._until(lambda: self._complete)

    async def part(self) -> bytes:
        """The next part of the answer's body; empty at its end.

        Raises
        ------
        ExchangeError
            Where the answer breaks off.
        """
        await self._until(lambda: bool(self._parts) or self._ended)
        if not self._parts:
            return b""
        found = b"".join(self._parts)
        self._parts.clear()
        if self._size > MOST_WAITING_BYTES and not self._lost:
            self._transport.resume_reading()
        self._size = 0
        return found

    async def _until(self, there: Callable[[], bool]) -> None:
        """Wait until something is there; what came before a failure counts first."""
        while not there():
            if self._failure is not None:
                raise self._failure
            loop = asyncio.get_running_loop()
            self._told = loop.create_future()
            timer = loop.call_later(IDLE_ANSWER_S, self.fail, ExchangeError(*TIMEOUT))
            try:
                await self._told
            finally:
                timer.cancel()
                self._told = None

    def _tell(self) -> None:
        if self._told is not None and not self._told.done():
            self._told.set_result(None)

    @property
    def at_rest(self) -> bool:
        """Whether it is open as far as the loop knows, with nothing under way."""
        return self.keep and not self._lost and not self._reading

    def usable(self) -> bool:
        """Whether it can take a request; the socket is asked whether the other side closed it."""
        if not self.at_rest or self._transport.is_closing():
            return False
        try:
            self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def fail(self, failure: ExchangeError) -> None:
        """Give the exchange up; whoever waits for it is told so."""
        if self._failure is None:
            self._failure = failure
        self.abort()
        self._can_write.set()
        self._tell()

    def abort(self) -> None:
        """Close at once."""
        self.keep = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def pause_writing(self) -> None:
        """Called where the other side reads slower than it is written to."""
        self._can_write.clear()

    def resume_writing(self) -> None:
        """Called where it has caught up."""
        self._can_write.set()

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody asked for ends the connection."""
        if not self._reading:
            self.abort()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self.fail(ExchangeError(*OTHER, handed_over=True, why=f"no HTTP answer: {error}"))
        if self._size > MOST_WAITING_BYTES and not self._transport.is_closing():
            self._transport.pause_reading()
        self._tell()

    def connection_lost(self, exc: Exception | None) -> None:
        """Where an answer without a length was being read, this is its end; else it failed."""
        self._lost = True
        self.keep = False
        self._can_write.set()
        if not self._reading:
            return
        if self._until_end and exc is None:
            self._end()
        elif self._failure is None:
            why = str(exc) if exc else "closed before the answer was complete"
            self._failure = ExchangeError(*SESSION_CLOSED, handed_over=True, why=why)
        self._tell()

    def on_message_begin(self) -> None:
        """A second answer to one request is none of ours."""
        if not self._reading:
            self.keep = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self.status = self._parser.get_status_code()
        if self.status < _FINAL:
            return
        names = {name.lower() for name, _ in self.headers}
        self._until_end = self.status not in _NO_BODY and names.isdisjoint(
            {b"content-length", b"transfer-encoding"}
        )
        self._complete = True
        self._can_write.set()  # whoever still sends need not
        if self._head:
            self.keep = False  # the parser waits for a body that never comes
            self._end()

    def on_body(self, part: bytes) -> None:
        """Called by the parser."""
        self._parts.append(part)
        self._size += len(part)

    def on_message_complete(self) -> None:
        """Called by the parser; an interim answer (1xx) is passed over, 101 then raises."""
        if not self._reading:
            return
        if self.status < _FINAL:
            self.headers = []
            return
        self.keep = self.keep and self._parser.should_keep_alive()
        self._end()

    def _end(self) -> None:
        self._ended = True
        self._reading = False
        self._tell()
