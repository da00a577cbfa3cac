"""The client of a control API, a mock's or a bridge's, for code without an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from line_sim.errors import UnreachableError
from line_sim.net.http.client import client

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

LONGEST_S = 700.0
"""Above the longest wait that a command takes."""


class ControlClient:
    """Gets from one origin, and posts JSON to it.

    Parameters
    ----------
    url
        The origin.
    headers
        What every call carries.
    allow
        Hosts besides loopback that `url` may name.
    timeout_s
        Wall seconds for one exchange.

    Raises
    ------
    TargetNotAllowedError
        On the first call, where `url` is not on this machine.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        allow: AbstractSet[str] = frozenset(),
        timeout_s: float = LONGEST_S,
    ) -> None:
        self.url = url
        self._client = client(base_url=url, allow=allow, timeout_s=timeout_s)
        self._client.headers.update({"content-type": "application/json", **headers})

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer; raises :class:`UnreachableError` where none comes."""
        return self._exchange("POST", path, body)

    def get(self, path: str, **query: str) -> tuple[int, bytes]:
        """The same for a GET, with `query` behind the path."""
        return self._exchange("GET", path, None, query)

    def _exchange(
        self, method: str, path: str, body: bytes | None, query: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        try:
            answer = self._client.request(method, path, content=body, params=query or None)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise UnreachableError(self.url, str(error)) from None
        return answer.status_code, answer.content

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
