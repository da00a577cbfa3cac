"""One HTTP/1.1 connection, kept for the next request where both sides can."""

from __future__ import annotations

import asyncio
import socket
from typing import NamedTuple, cast

import httptools

from line_sim.net.http.failures import OTHER, SESSION_CLOSED, TIMEOUT, ExchangeError

_NO_BODY = {204, 304}
_FINAL = 200
_PEEK = socket.MSG_PEEK


class Reply(NamedTuple):
    """An answer, whole."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Connection(asyncio.Protocol):
    """A connection that carries one request at a time.

    Parameters
    ----------
    sock
        Its socket, connected; looked at before the connection is used again.
    most_bytes
        The largest body that is read of an answer.
    """

    def __init__(self, sock: socket.socket, most_bytes: int) -> None:
        self.idle_since_s = 0.0
        self._sock = sock
        self._most_bytes = most_bytes
        self._lost = False
        self._keep = True
        self._waiter: asyncio.Future[Reply] | None = None

    def begin(self, request: bytes, *, head: bool) -> asyncio.Future[Reply]:
        """Hand a request to the socket; the future brings the answer, or an ExchangeError."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiter = waiter
        self._head = head
        self._parser = httptools.HttpResponseParser(self)
        self._headers: list[tuple[bytes, bytes]] = []
        self._parts: list[bytes] = []
        self._size = 0
        self._status = 0
        self._until_end = False
        self._transport.write(request)
        return waiter

    @property
    def at_rest(self) -> bool:
        """Whether it is open as far as the loop knows, with nothing under way."""
        return self._keep and not self._lost and self._waiter is None

    def usable(self) -> bool:
        """Whether it can take a request: at rest, and nothing came that nobody asked for.

        The socket itself is asked, for the loop may not have heard yet that the other side closed:
        a request written then would be lost, and nobody could tell whether it had been read.
        """
        if not self.at_rest or self._transport.is_closing():
            return False
        try:
            self._sock.recv(1, _PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def abort(self) -> None:
        """Close at once; a pending answer fails."""
        self._keep = False
        self._transport.abort()

    def expire(self) -> None:
        """Give the pending answer up: its time is over."""
        self._fail(ExchangeError(*TIMEOUT, handed_over=True))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody asked for ends the connection."""
        if self._waiter is None:
            self.abort()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(ExchangeError(*OTHER, handed_over=True, why=f"no HTTP answer: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Where an answer without a length was being read, this is its end; else it failed."""
        self._lost = True
        self._keep = False
        if self._waiter is None:
            return
        if self._until_end and exc is None:
            self._finish()
        else:
            why = str(exc) if exc else "closed before the answer was complete"
            self._fail(ExchangeError(*SESSION_CLOSED, handed_over=True, why=why))

    def on_message_begin(self) -> None:
        """A second answer to one request is none of ours."""
        if self._waiter is None:
            self._keep = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self._status = self._parser.get_status_code()
        names = {name.lower() for name, _ in self._headers}
        self._until_end = (
            self._status not in _NO_BODY
            and self._status >= _FINAL
            and names.isdisjoint({b"content-length", b"transfer-encoding"})
        )
        if self._head:
            self._keep = False  # the parser waits for a body that never comes
            self._finish()

    def on_body(self, part: bytes) -> None:
        """Called by the parser."""
        self._size += len(part)
        if self._size > self._most_bytes:
            why = f"the answer is longer than {self._most_bytes} bytes"
            self._fail(ExchangeError(*OTHER, handed_over=True, why=why))
        else:
            self._parts.append(part)

    def on_message_complete(self) -> None:
        """Called by the parser; an interim answer (1xx) is passed over, 101 then raises."""
        if self._waiter is None:
            return
        if self._status < _FINAL:
            self._headers = []
            return
        self._keep = self._keep and self._parser.should_keep_alive()
        self._finish()

    def _finish(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(Reply(self._status, self._headers, b"".join(self._parts)))

    def _fail(self, failure: ExchangeError) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(failure)
        self.abort()
