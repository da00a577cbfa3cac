"""Requests passed on as they come: bodies of any size go through in parts, both ways.

:class:`~line_sim.net.http.pool.Pool` is for requests at a rate, each and its answer whole; this is
for whoever stands between two others and may hold neither back.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from line_sim.net.http.addresses import Address, places
from line_sim.net.http.failures import of_connecting
from line_sim.net.http.pool import IDLE_S, MOST_IDLE, connected
from line_sim.net.http.streamed import StreamedConnection
from line_sim.net.targets import check

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import AsyncIterator, Iterable
    from collections.abc import Set as AbstractSet
    from types import TracebackType

CONNECT_S = 10.0
"""Chosen: nobody waits longer for a connection; LINE and its SDKs give up before."""

Pair = tuple[bytes, bytes]


class Streams:
    """Connections for requests in parts, kept for the next one where both sides can.

    Belongs to one event loop. No redirects, no proxies, no cookies.

    Parameters
    ----------
    allow
        Hosts besides loopback (:func:`line_sim.net.targets.check`).
    trust
        What certificates are checked against; None: the system's authorities, and those of
        ``SSL_CERT_FILE``.
    """

    def __init__(
        self, *, allow: AbstractSet[str] = frozenset(), trust: ssl.SSLContext | None = None
    ) -> None:
        self.allow = allow
        self._trust = trust
        self._idle: dict[tuple[bool, str, int], list[StreamedConnection]] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    async def connection(self, found: Address) -> StreamedConnection:
        """A connection to an address, kept or new, on which :meth:`exchange` may begin.

        Raises
        ------
        ExchangeError
            Where none can be had, with LINE's reason and detail.
        TargetNotAllowedError
            Where the address leads away from this machine.
        """
        check(found.url, self.allow)
        kept = self._idle.get(found.origin)
        while kept:
            connection = kept.pop()
            if connection.usable():
                return connection
            connection.abort()
        stage = "resolve"
        try:
            async with asyncio.timeout(CONNECT_S):
                reachable = await places(found, self.allow)
                stage = "connect"
                sock = await connected(reachable)
                stage = "handshake"
                return await self._opened(found, sock)
        except PermissionError:  # not allowed; an OSError too, but LINE has no word for it
            raise
        except (OSError, UnicodeError) as error:
            raise of_connecting(error, secure=found.secure, stage=stage) from None

    async def _opened(self, found: Address, sock: socket.socket) -> StreamedConnection:
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: StreamedConnection(sock),
                sock=sock,
                ssl=self._context() if found.secure else None,
                server_hostname=found.host if found.secure else None,
            )
        except BaseException:
            sock.close()
            raise
        return connection

    def give_back(self, found: Address, connection: StreamedConnection) -> None:
        """Keep a connection whose answer was read to its end; close any other."""
        kept = self._idle.setdefault(found.origin, [])
        if len(kept) >= MOST_IDLE or not connection.at_rest:
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
            while kept and kept[0].idle_since_s <= stale_s:
                kept.pop(0).abort()
        self._idle = {origin: kept for origin, kept in self._idle.items() if kept}
        self._sweeping = loop.call_later(IDLE_S / 2, self._sweep) if self._idle else None

    def _context(self) -> ssl.SSLContext:
        if self._trust is None:
            import ssl  # noqa: PLC0415 - loads the system's authorities; rarely needed

            self._trust = ssl.create_default_context()
        return self._trust

    async def close(self) -> None:
        """Close every kept connection."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None
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


async def hand_over(
    connection: StreamedConnection,
    line: bytes,
    headers: Iterable[Pair],
    body: bytes | AsyncIterator[bytes],
) -> None:
    """Write a request: its first line, its headers as they are, and its body.

    A body that comes in parts is framed by the Content-Length among `headers`, else in chunks.
    Where the other side answers before all of it was sent, the rest is left out, as clients do.

    Raises
    ------
    ExchangeError
        Where the connection was lost.
    ValueError
        Where a header holds a line break.
    """
    headers = list(headers)
    told = any(name.lower() == b"content-length" for name, _ in headers)
    chunked = not told and not isinstance(body, bytes)
    if chunked:
        headers.append((b"transfer-encoding", b"chunked"))
    head = _head(line, headers)
    if isinstance(body, bytes):
        connection.begin(head + body, head=line.startswith(b"HEAD "))
        return
    connection.begin(head, head=line.startswith(b"HEAD "))
    async for part in body:
        if connection.answered:
            connection.keep = False
            return
        await connection.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
    if chunked:
        await connection.write(b"0\r\n\r\n")


def _head(line: bytes, headers: list[Pair]) -> bytes:
    text = b"\r\n".join([line, *(b"%b: %b" % pair for pair in headers), b"", b""])
    # one break a line, and two at the end: whatever stands in a header starts no other
    lines = len(headers) + 2
    if text.count(b"\n") != lines or text.count(b"\r") != lines or b"\0" in text:
        why = "a header holds a line break"
        raise ValueError(why)
    return text
