"""Where a URL leads: read once, guarded, and the name looked up."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from line_sim.errors import TargetNotAllowedError
from line_sim.net import targets
from line_sim.net.http.failures import INVALID_URL, ExchangeError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_PLAIN = re.compile(r"[!-~]+")
_PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """The parts of a URL that a request needs."""

    url: str
    secure: bool
    host: str
    port: int
    authority: str
    """What goes into ``Host``."""
    path: str
    """Path and query as they stand on the request's first line."""

    @property
    def origin(self) -> tuple[bool, str, int]:
        """What connections are shared by."""
        return self.secure, self.host, self.port


@lru_cache(maxsize=1_024)
def address(url: str) -> Address:
    """The parts of an absolute ``http`` or ``https`` URL.

    Raises
    ------
    ExchangeError
        Where it is none: ``Invalid URL syntax``.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ExchangeError(*INVALID_URL, why=str(error)) from None
    if not _PLAIN.fullmatch(url) or parts.scheme not in _PORTS or not parts.hostname:
        raise ExchangeError(*INVALID_URL, why=f"{url!r} is no http or https URL")
    host = parts.hostname
    shown = f"[{host}]" if ":" in host else host
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(
        url,
        secure=parts.scheme == "https",
        host=host,
        port=_PORTS[parts.scheme] if port is None else port,
        authority=shown if port is None else f"{shown}:{port}",
        path=path,
    )


Place = tuple[socket.AddressFamily, tuple[str, int]]


async def places(found: Address, allow: AbstractSet[str]) -> list[Place]:
    """The sockets' addresses behind `found`, in the order to try them.

    Whoever may only go to loopback gets loopback addresses only, whatever the name resolves to.

    Raises
    ------
    TargetNotAllowedError
        Where none of the addresses is allowed.
    OSError
        Where the name is not known.
    """
    literal = _family(found.host)
    if literal is not None:
        return [(literal, (found.host, found.port))]
    known = await lookup(found.host, found.port)
    free = found.host in allow
    usable: list[Place] = [
        (family, (str(place[0]), found.port))
        for family, _, _, _, place in known
        if free or targets.is_loopback(str(place[0]))
    ]
    if not usable:
        raise TargetNotAllowedError(found.url, allow)
    return usable


def _family(host: str) -> socket.AddressFamily | None:
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return None
    return socket.AF_INET if version == 4 else socket.AF_INET6  # noqa: PLR2004 - IPv4


async def lookup(host: str, port: int) -> list[tuple[Any, ...]]:
    """What the system's resolver knows of a name."""
    loop = asyncio.get_running_loop()
    return list(await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))
