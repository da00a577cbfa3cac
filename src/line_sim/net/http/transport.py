"""httpx on top of our pool: its requests and responses, our connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from line_sim.net.http.failures import (
    CONNECTION_TIMEOUT,
    COULD_NOT_CONNECT,
    DNS_TIMEOUT,
    INVALID_URL,
    REQUEST_TIMEOUT,
    ExchangeError,
)

if TYPE_CHECKING:
    from line_sim.net.http.pool import Pool

_OURS = {"host", "content-length", "transfer-encoding"}
"""Headers that the pool writes itself; bodies go out whole."""


class Transport(httpx.AsyncBaseTransport):
    """A pool as a transport of httpx; closing it closes the pool.

    Cheapest: ``await transport.handle_async_request(request)``. With cookies and hooks:
    ``await client.send(client.build_request(...))``. A request's extension ``handed_over`` is
    called right before its bytes are given to the socket.

    Parameters
    ----------
    pool
        Where connections come from.
    timeout_s
        Wall seconds for the whole exchange, where the request's own ``read`` timeout says nothing.
    """

    def __init__(self, pool: Pool, timeout_s: float = 2.0) -> None:
        self.pool = pool
        self.timeout_s = timeout_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the response comes whole.

        Raises
        ------
        httpx.TransportError
            Its kind follows LINE's reason, its message is LINE's detail.
        TargetNotAllowedError
            Where the URL leads away from this machine.
        """
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in request.headers.raw
            if name.decode("latin-1").lower() not in _OURS
        ]
        told_s = request.extensions.get("timeout", {}).get("read")
        try:
            reply = await self.pool.send(
                request.method,
                str(request.url),
                headers=headers,
                body=await request.aread(),
                timeout_s=self.timeout_s if told_s is None else told_s,
                handed_over=request.extensions.get("handed_over"),
            )
        except ExchangeError as error:
            raise _as_httpx(error)(str(error), request=request) from error
        return httpx.Response(
            reply.status, headers=reply.headers, content=reply.body, request=request
        )

    async def aclose(self) -> None:
        """Close the pool."""
        await self.pool.close()


def _as_httpx(error: ExchangeError) -> type[httpx.TransportError]:
    words = (error.reason, error.detail)
    if words == INVALID_URL:
        return httpx.UnsupportedProtocol
    if words in {CONNECTION_TIMEOUT, DNS_TIMEOUT}:
        return httpx.ConnectTimeout
    if error.reason == COULD_NOT_CONNECT:
        return httpx.ConnectError
    return httpx.ReadTimeout if error.reason == REQUEST_TIMEOUT else httpx.RemoteProtocolError
