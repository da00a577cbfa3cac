"""Where traffic may go: this machine, and hosts that somebody named (PLATFORM.md, "Safety")."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from line_sim.errors import TargetNotAllowedError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_LOOPBACK_V4 = ipaddress.IPv4Network("127.0.0.0/8")
_LOOPBACK_V6 = ipaddress.IPv6Address("::1")
_PLAIN = re.compile(r"[!-~]+")
"""Printable ASCII: parsers disagree about everything else, and drop some of it silently."""


def is_loopback(address: str) -> bool:
    """Whether an IP address, written out, is one of this machine's own: 127.0.0.0/8 or ::1.

    Nothing that has to be interpreted first counts: no name, no ``2130706433``, no ``0177.0.0.1``,
    no IPv4 address mapped into IPv6, no zone.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return found in _LOOPBACK_V4
    return found == _LOOPBACK_V6 and "%" not in address


def check(url: str, allow: AbstractSet[str] = frozenset()) -> None:
    """Let a URL pass whose host is loopback, ``localhost``, or one of `allow`.

    Only the URL is read; whoever connects by name also looks at the addresses found
    (:mod:`line_sim.net.http.addresses`).

    Parameters
    ----------
    url
        An ``http`` or ``https`` URL.
    allow
        Host names or addresses besides loopback, in lower case, without port and brackets.

    Raises
    ------
    TargetNotAllowedError
        For every other URL, and for those that two parsers might read differently.
    """
    host = _host(url)
    if not (host == "localhost" or is_loopback(host) or (host and host in allow)):
        raise TargetNotAllowedError(url, allow)


def _host(url: str) -> str:
    """The host that every parser finds in `url`; ``""`` where they may not agree."""
    if not _PLAIN.fullmatch(url) or "\\" in url:
        return ""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or "%" in parts.netloc:
        return ""
    return parts.hostname or ""
