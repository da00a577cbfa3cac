"""Ordinary clients, for what is not done by the thousand: consoles, control, bots under test.

None follows redirects, takes a proxy from the environment, or leaves this machine unasked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from line_sim.net import targets
from line_sim.net.http.pool import Pool
from line_sim.net.http.transport import Transport

if TYPE_CHECKING:
    import ssl
    from collections.abc import Set as AbstractSet

    from line_sim.net.lifespan import Application

MOST_BODY_BYTES = 256 * 2**20
"""Chosen above any content that LINE keeps."""


def async_client(
    *,
    base_url: str = "",
    allow: AbstractSet[str] = frozenset(),
    timeout_s: float = 10.0,
    trust: ssl.SSLContext | None = None,
) -> httpx.AsyncClient:
    """A client for the running loop.

    Parameters
    ----------
    allow
        Hosts besides loopback; others raise :class:`~line_sim.errors.TargetNotAllowedError`.
    timeout_s
        Wall seconds for one exchange.
    trust
        What certificates are checked against; None: the system's authorities.
    """
    pool = Pool(allow=allow, trust=trust, most_body_bytes=MOST_BODY_BYTES)
    transport = Transport(pool, timeout_s)
    return httpx.AsyncClient(
        transport=transport, base_url=base_url, timeout=timeout_s, trust_env=False
    )


def client(
    *,
    base_url: str = "",
    allow: AbstractSet[str] = frozenset(),
    timeout_s: float = 10.0,
    trust: ssl.SSLContext | None = None,
) -> httpx.Client:
    """The same for code without a loop; names other than ``localhost`` only where allowed."""
    verify = True if trust is None else trust
    guarded = _Guarded(httpx.HTTPTransport(verify=verify, trust_env=False), allow)
    return httpx.Client(transport=guarded, base_url=base_url, timeout=timeout_s, trust_env=False)


def in_process(app: Application, base_url: str = "http://localhost") -> httpx.AsyncClient:
    """A client that calls an ASGI application without any socket; lifespan is not its business."""
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url=base_url, trust_env=False)


class _Guarded(httpx.BaseTransport):
    """Another transport behind the loopback guard."""

    def __init__(self, inner: httpx.BaseTransport, allow: AbstractSet[str]) -> None:
        self._inner = inner
        self._allow = allow

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        targets.check(str(request.url), self._allow)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()
