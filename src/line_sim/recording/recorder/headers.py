"""Headers on their way through a gateway (RFC 9110, sections 7.6 and 10.1.1)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.net.http.streams import Pair

HOP_BY_HOP = frozenset({
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization",
    b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade",
})  # fmt: skip
"""What is meant for the next hop only (RFC 9110, 7.6.1; RFC 9112, C.2.2)."""
READABLE = (b"gzip", b"deflate", b"identity")
"""Codings whose content can be written down; in others secrets could not be found."""


def pseudonym() -> bytes:
    """A name of this recorder for ``Via``, by which it knows its own traffic."""
    return b"line-sim-record-" + secrets.token_hex(4).encode()


def passed_by(headers: Iterable[Pair], pseudonym: bytes) -> bool:
    """Whether a request has been through this recorder before."""
    return any(name == b"via" and pseudonym in value for name, value in headers)


def forwarded(headers: list[Pair], host: str, via: bytes, *, readable: bool = False) -> list[Pair]:
    """The headers of a request as they go on, names in lower case.

    Parameters
    ----------
    headers
        As they came, names in lower case.
    host
        The authority that ``Host`` names from here on.
    via
        This recorder's pseudonym.
    readable
        Whether the answer is to come in a coding of :data:`READABLE`.
    """
    found = [(b"host", host.encode("latin-1"))]
    found += [
        (name, _readable(value) if readable and name == b"accept-encoding" else value)
        for name, value in _end_to_end(headers)
        if name not in {b"host", b"expect"}  # what was to be expected has come by now
    ]
    found.append((b"via", b"1.1 " + via))
    return found


def framed(headers: list[Pair], body: bytes) -> list[Pair]:
    """Headers of a request whose body is sent whole, whatever framed it before."""
    length = b"%d" % len(body)
    if any(name == b"content-length" for name, _ in headers):
        return [(name, length if name == b"content-length" else value) for name, value in headers]
    return [*headers, (b"content-length", length)] if body else headers


def returned(headers: Iterable[Pair]) -> list[Pair]:
    """The headers of an answer as they go back."""
    return _end_to_end([(name.lower(), value) for name, value in headers])


def value_of(headers: Iterable[Pair], wanted: bytes) -> str:
    """The value of a header; empty without one."""
    return next((value.decode("latin-1") for name, value in headers if name == wanted), "")


def _end_to_end(headers: list[Pair]) -> list[Pair]:
    named = {
        each.strip().lower()
        for name, value in headers
        if name == b"connection"
        for each in value.split(b",")
    }
    dropped = HOP_BY_HOP | named - {b"host", b"content-length"}
    return [pair for pair in headers if pair[0] not in dropped]


def _readable(accepted: bytes) -> bytes:
    codings = [each.strip() for each in accepted.split(b",")]
    found = [each for each in codings if each.partition(b";")[0].strip().lower() in READABLE]
    return b", ".join(found) or b"identity"
