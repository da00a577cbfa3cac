"""A forward proxy that knows LINE's hosts only, and leads all of them to this machine.

For bridges that hard-code ``https://api.line.me`` but take a proxy: they ``CONNECT`` to it by name
(RFC 9110, section 9.3.6), and find our own TLS port at the other end. Nothing is ever forwarded to
the real network.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from line_sim.errors import ServerError
from line_sim.net import targets
from line_sim.net.certificates import LINE_HOSTS

if TYPE_CHECKING:
    from types import TracebackType

MOST_HEAD_BYTES = 8_192
"""Chosen, as common servers do: the longest request head."""
HEAD_WITHIN_S = 5.0
"""Chosen: who has not finished asking by then is cut off."""
MOST_TUNNELS = 512
"""Chosen: more than any bridge keeps connections."""
IDLE_S = 120.0
"""Chosen: a tunnel in which nothing moves so long is closed."""
LINGER_S = 0.5
"""Chosen: how long a refused caller may take to close."""
_CHUNK_BYTES = 65_536


class Proxy:
    """The proxy, on a port of the loopback.

    Parameters
    ----------
    tls_url
        The HTTPS origin that all of LINE's hosts lead to; on this machine.
    """

    def __init__(self, tls_url: str) -> None:
        targets.check(tls_url)
        parts = urlsplit(tls_url)
        self._end = (parts.hostname, parts.port or 443)
        self._server: asyncio.Server | None = None
        self._tunnels: set[asyncio.Task[None]] = set()
        self.refused: list[str] = []
        """The first hosts somebody asked for that are not LINE's; a bridge calls more than LINE."""

    @property
    def url(self) -> str:
        """What ``HTTPS_PROXY`` is set to.

        Raises
        ------
        ServerError
            Where it was not started.
        """
        if self._server is None:
            raise ServerError("proxy", "not started")  # noqa: EM101 - the error's parts
        return "http://127.0.0.1:%d" % self._server.sockets[0].getsockname()[1]  # noqa: UP031

    async def start(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", 0, limit=MOST_HEAD_BYTES
        )
        return self

    async def stop(self) -> None:
        """Close the port and every tunnel."""
        if self._server is None:
            return
        self._server.close()
        for task in self._tunnels:
            task.cancel()
        await asyncio.gather(*self._tunnels, return_exceptions=True)
        self._server = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tunnels.add(task)
        try:
            status = await self._refusal(reader)
            if status:
                await _refuse(reader, writer, status)
            else:
                await self._tunnel(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # either side left, or the proxy stops
        finally:
            if task is not None:
                self._tunnels.discard(task)
            await _close(writer)

    async def _refusal(self, reader: asyncio.StreamReader) -> str:
        """Why a request is refused; empty where it asks for LINE."""
        try:
            async with asyncio.timeout(HEAD_WITHIN_S):
                head = await reader.readuntil(b"\r\n\r\n")
        except TimeoutError:
            return "408 Request Timeout"
        except asyncio.LimitOverrunError:
            return "431 Request Header Fields Too Large"
        words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):  # noqa: PLR2004 - RFC 9112, 3
            return "400 Bad Request"
        if words[0] != "CONNECT" or not self._is_lines(words[1]):
            return "403 Forbidden"
        return "503 Service Unavailable" if len(self._tunnels) > MOST_TUNNELS else ""

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._end)
        except OSError:
            await _refuse(reader, writer, "502 Bad Gateway")
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await _join((reader, writer), (far_reader, far_writer))
        finally:
            await _close(far_writer)

    def _is_lines(self, wanted: str) -> bool:
        """Whether somebody asks for one of LINE's hosts at HTTPS's port."""
        if wanted.lower() in _LINES:
            return True
        if len(self.refused) < 20:  # noqa: PLR2004 - enough to see what a bridge is after
            self.refused.append(wanted[:200])
        return False


_LINES = {f"{host}:443" for host in LINE_HOSTS}


async def _refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: str) -> None:
    """Answer, and read a little of what is still coming: a close before that resets the answer."""
    head = f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    writer.write(head.encode("latin-1"))
    writer.write_eof()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            for _ in range(16):
                if not await reader.read(_CHUNK_BYTES):
                    break


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _join(near: Ends, far: Ends) -> None:
    """Carry bytes both ways until either side ends or nothing moves any more."""
    ways = [
        asyncio.ensure_future(_carry(near[0], far[1])),
        asyncio.ensure_future(_carry(far[0], near[1])),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        async with asyncio.timeout(IDLE_S):
            part = await reader.read(_CHUNK_BYTES)
        if not part:
            return
        writer.write(part)
        await writer.drain()
