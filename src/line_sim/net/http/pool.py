"""Requests at a rate: a pool of kept connections, without queue and without per-request objects.

Stock httpx stops at about 500 requests a second and collapses behind schedule, as its pool scans
all connections for each request; this one takes the connection used last.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING, Self

from line_sim.errors import TargetNotAllowedError
from line_sim.net import targets
from line_sim.net.http.addresses import Address, Place, address, places
from line_sim.net.http.connection import Connection, Reply
from line_sim.net.http.failures import of_connecting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from collections.abc import Set as AbstractSet
    from types import TracebackType

IDLE_S = 1.5
"""Chosen shorter than the shortest keep-alive among common servers (gunicorn: 2 s), so that it is
this side that closes."""
MOST_IDLE = 1_024
"""Chosen: connections kept for each origin."""
MOST_BODY_BYTES = 1_000_000
"""Chosen: LINE ignores the body of a bot's answer, so nothing is gained by reading more."""
_MOST_URLS = 1_024


class Pool:
    """Connections to this machine, and to hosts that were allowed.

    Belongs to one event loop. No redirects, no proxies, no cookies.

    Parameters
    ----------
    allow
        Hosts besides loopback (:func:`line_sim.net.targets.check`).
    trust
        What certificates are checked against; None: the system's authorities, and those of
        ``SSL_CERT_FILE``.
    most_body_bytes
        The largest body that is read of an answer.
    """

    def __init__(
        self,
        *,
        allow: AbstractSet[str] = frozenset(),
        trust: ssl.SSLContext | None = None,
        most_body_bytes: int = MOST_BODY_BYTES,
    ) -> None:
        self.allow = allow
        self._trust = trust
        self._most_body_bytes = most_body_bytes
        self._idle: dict[tuple[bool, str, int], list[Connection]] = {}
        self._known: dict[str, Address] = {}
        self._sweeping: asyncio.TimerHandle | None = None
        self._closed = False

    async def send(  # noqa: PLR0913 - the parts of a request, by name
        self,
        method: str,
        url: str,
        *,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        timeout_s: float = 2.0,
        handed_over: Callable[[], None] | None = None,
        turn: Callable[[], Awaitable[None]] | None = None,
    ) -> Reply:
        """Send a request and wait for its whole answer.

        Parameters
        ----------
        headers
            ``Host`` and ``Content-Length`` are added.
        timeout_s
            Wall seconds for all of it: name, connection, request and answer.
        handed_over
            Called right before the bytes are given to the socket.
        turn
            Awaited once there is a connection, before anything is handed over: where requests
            must not overtake each other although one connects and the other need not.

        Raises
        ------
        ExchangeError
            Where no answer came, with LINE's reason and detail.
        TargetNotAllowedError
            Where the URL leads away from this machine.
        ValueError
            Where a header holds a line break.
        """
        found = self._address(url)
        request = _encoded(method, found, headers, body)
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        connection = self._take(found) or await self._connect(found, deadline_s)
        try:
            if turn is not None:
                await turn()
            if handed_over is not None:
                handed_over()
            answer = connection.begin(request, head=method == "HEAD")
        except BaseException:
            connection.abort()
            raise
        timer = loop.call_at(deadline_s, connection.expire)
        try:
            reply = await answer
        except asyncio.CancelledError:
            connection.abort()
            raise
        finally:
            timer.cancel()
        self._give_back(found, connection)
        return reply

    def _address(self, url: str) -> Address:
        """The parts of a URL that may be reached; remembered, for webhooks have few."""
        found = self._known.get(url)
        if found is None:
            found = address(url)
            targets.check(url, self.allow)
            if len(self._known) >= _MOST_URLS:
                self._known.clear()
            self._known[url] = found
        return found

    def _take(self, found: Address) -> Connection | None:
        kept = self._idle.get(found.origin)
        while kept:
            connection = kept.pop()
            if connection.usable():
                return connection
            connection.abort()
        return None

    def _give_back(self, found: Address, connection: Connection) -> None:
        kept = self._idle.setdefault(found.origin, [])
        if self._closed or len(kept) >= MOST_IDLE or not connection.at_rest:
            connection.abort()
            return
        loop = asyncio.get_running_loop()
        connection.idle_since_s = loop.time()
        kept.append(connection)
        if self._sweeping is None:
            self._sweeping = loop.call_later(IDLE_S, self._sweep)

    def _sweep(self) -> None:
        """Close what nobody used for a while; those used last are at the end."""
        loop = asyncio.get_running_loop()
        stale_s = loop.time() - IDLE_S
        for kept in self._idle.values():
            fresh = 0
            while fresh < len(kept) and kept[fresh].idle_since_s <= stale_s:
                kept[fresh].abort()
                fresh += 1
            del kept[:fresh]
        self._idle = {origin: kept for origin, kept in self._idle.items() if kept}
        self._sweeping = loop.call_later(IDLE_S / 2, self._sweep) if self._idle else None

    async def _connect(self, found: Address, deadline_s: float) -> Connection:
        stage = "resolve"
        try:
            async with asyncio.timeout_at(deadline_s):
                reachable = await places(found, self.allow)
                stage = "connect"
                sock = await connected(reachable)
                stage = "handshake"
                return await self._opened(found, sock)
        except TargetNotAllowedError:  # an OSError too, but nothing that LINE has a word for
            raise
        except (OSError, UnicodeError) as error:
            raise of_connecting(error, secure=found.secure, stage=stage) from None

    async def _opened(self, found: Address, sock: socket.socket) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: Connection(sock, self._most_body_bytes),
                sock=sock,
                ssl=self._context() if found.secure else None,
                server_hostname=found.host if found.secure else None,
            )
        except BaseException:
            sock.close()
            raise
        return connection

    def _context(self) -> ssl.SSLContext:
        if self._trust is None:
            self._trust = ssl.create_default_context()
        return self._trust

    async def close(self) -> None:
        """Close every kept connection; those under way close when they end."""
        self._closed = True
        if self._sweeping is not None:
            self._sweeping.cancel()
        for kept in self._idle.values():
            for connection in kept:
                connection.abort()
        self._idle.clear()
        await asyncio.sleep(0)  # connections end in the loop's next turn

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


async def connected(reachable: list[Place]) -> socket.socket:
    """A socket connected to the first place that answers."""
    loop = asyncio.get_running_loop()
    failed: OSError | None = None
    for family, place in reachable:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(sock, place)
        except OSError as error:
            sock.close()
            failed = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failed or OSError("no address")


def _encoded(method: str, found: Address, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    lines = [f"{method} {found.path} HTTP/1.1", f"host: {found.authority}"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines.append(f"content-length: {len(body)}\r\n\r\n")
    text = "\r\n".join(lines)
    # one break a line, and two at the end: whatever stands in a header starts no other
    if text.count("\n") != len(lines) + 1 or text.count("\r") != len(lines) + 1 or "\0" in text:
        why = "a header holds a line break"
        raise ValueError(why)
    return text.encode("latin-1") + body
