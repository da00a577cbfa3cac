"""One request to an address that somebody else chose: public hosts only, by HTTPS, looked at once.

Whoever writes a URL into a message or a form could make us call ourselves, or a neighbour that
trusts us (server-side request forgery). So the name is looked up once, every address found must be
public, the connection goes to one of those and to no other, and redirects are not followed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from typing import TYPE_CHECKING, NamedTuple

from line_sim.errors import LineSimError
from line_sim.net.http.addresses import Address, Place, address, lookup
from line_sim.net.http.failures import OTHER, TIMEOUT, ExchangeError, of_connecting
from line_sim.net.http.pool import connected
from line_sim.net.http.streamed import StreamedConnection
from line_sim.net.http.streams import hand_over
from line_sim.net.targets import is_loopback

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable

TIMEOUT_S = 10.0
"""For all of it (PLATFORM.md 30)."""
_HTTPS = 443
_UNICAST = ipaddress.IPv6Network("2000::/3")
_CARRYING_V4 = (ipaddress.IPv6Network("2001::/32"), ipaddress.IPv6Network("2002::/16"))
"""Teredo and 6to4 (RFC 4380, RFC 3056): an IPv4 address in them may be any."""


class NotPublicError(LineSimError, PermissionError):
    """A URL that somebody else chose, and that is not called.

    Attributes
    ----------
    url : str
        As it was given.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(url)

    def __str__(self) -> str:
        return f"{self.url[:200]!r} is no HTTPS address of a public host; https://HOST/..."


class Received(NamedTuple):
    """An answer whose body went into a sink."""

    status: int
    headers: dict[str, str]
    """Names in lower case; of several, the last."""
    size_bytes: int
    """Read of the body."""
    told_bytes: int | None
    """By Content-Length."""
    cut: bool
    """Whether the body was longer than allowed; what there was of it is worthless."""


def is_public(written: str) -> bool:
    """Whether an IP address is one of the public internet's, and of one machine.

    Nothing that has to be interpreted first counts, and no address that carries another.
    """
    try:
        found = ipaddress.ip_address(written)
    except ValueError:
        return False
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return True
    return found in _UNICAST and "%" not in written and not any(found in v for v in _CARRYING_V4)


async def receive(
    connection: StreamedConnection, sink: Callable[[bytes], object], most_bytes: int
) -> Received:
    """Read the answer on a connection into `sink`, never beyond `most_bytes`.

    Where Content-Length says more, nothing of the body is read.

    Raises
    ------
    ExchangeError
        Where the answer breaks off.
    """
    await connection.head()
    names = {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in connection.headers
    }
    length = names.get("content-length", "")
    told = int(length) if length.isascii() and length.isdigit() else None
    size, cut = 0, told is not None and told > most_bytes
    while not cut and (part := await connection.part()):
        size += len(part)
        cut = size > most_bytes
        if not cut:
            sink(part)
    if cut:
        connection.abort()
    return Received(connection.status, names, size, told, cut)


async def exchange(  # noqa: PLR0913 - the parts of a request, by name
    method: str,
    url: str,
    sink: Callable[[bytes], object],
    *,
    most_bytes: int,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    timeout_s: float = TIMEOUT_S,
    loopback: bool = False,
    trust: ssl.SSLContext | None = None,
) -> Received:
    """Send one request on a connection of its own.

    Parameters
    ----------
    sink
        Takes the parts of the answer's body.
    most_bytes
        The largest body that is read.
    timeout_s
        Wall seconds for all of it.
    loopback
        For tests: whether it may go to this machine, and to any port.
    trust
        What certificates are checked against; None: the system's authorities.

    Raises
    ------
    NotPublicError
        For anything but HTTPS to a public host's usual port.
    ExchangeError
        Where no answer came, or not all of it.
    """
    found = _allowed(url, loopback=loopback)
    stage = "resolve"
    connection: StreamedConnection | None = None
    try:
        async with asyncio.timeout(timeout_s):
            try:
                reachable = await _places(found, loopback=loopback)
                stage = "connect"
                sock = await connected(reachable)
                stage = "handshake"
                connection = await _opened(found, sock, trust or ssl.create_default_context())
            except NotPublicError:  # an OSError too
                raise
            except TimeoutError:
                raise
            except (OSError, UnicodeError) as error:
                raise of_connecting(error, secure=True, stage=stage) from None
            sent = [(b"host", found.authority.encode()), *_raw(headers)]
            sent.append((b"content-length", str(len(body)).encode()))
            line = f"{method} {found.path} HTTP/1.1".encode()
            await hand_over(connection, line, sent, body)
            return await receive(connection, sink, most_bytes)
    except TimeoutError as error:
        if connection is None:
            raise of_connecting(error, secure=True, stage=stage) from None
        raise ExchangeError(*TIMEOUT, handed_over=True) from None
    finally:
        if connection is not None:
            connection.abort()


def _raw(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _allowed(url: str, *, loopback: bool) -> Address:
    """The parts of a URL; raises where it may not be called whatever its host is."""
    found = address(url)
    authority = url.partition("://")[2].partition("/")[0]
    usual = found.port == _HTTPS or loopback
    if not found.secure or not usual or "@" in authority or "\\" in url or "%" in authority:
        raise NotPublicError(url)
    return found


async def _places(found: Address, *, loopback: bool) -> list[Place]:
    """The addresses of a host; raises unless all may be called: one bad one is a trap."""
    known: list[Place] = [
        (family, (str(place[0]), found.port))
        for family, _, _, _, place in await lookup(found.host, found.port)
    ]
    for _, (written, _) in known:
        if not (is_public(written) or (loopback and is_loopback(written))):
            raise NotPublicError(found.url)
    if not known:
        why = "the name has no address"
        raise ExchangeError(*OTHER, why=why)
    return known


async def _opened(found: Address, sock: socket.socket, trust: ssl.SSLContext) -> StreamedConnection:
    try:
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: StreamedConnection(sock), sock=sock, ssl=trust, server_hostname=found.host
        )
    except BaseException:
        sock.close()
        raise
    return connection
