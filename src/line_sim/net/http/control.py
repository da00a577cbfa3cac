"""The client of a mock's control API, for code without an event loop."""

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
    """Posts JSON to one origin.

    Parameters
    ----------
    url
        The origin.
    headers
        What every call carries.
    allow
        Hosts besides loopback that `url` may name.

    Raises
    ------
    TargetNotAllowedError
        On the first call, where `url` is not on this machine.
    """

    def __init__(
        self, url: str, headers: Mapping[str, str], *, allow: AbstractSet[str] = frozenset()
    ) -> None:
        self.url = url
        self._client = client(base_url=url, allow=allow, timeout_s=LONGEST_S)
        self._client.headers.update({"content-type": "application/json", **headers})

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer; raises :class:`UnreachableError` where none comes."""
        try:
            answer = self._client.post(path, content=body)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise UnreachableError(self.url, str(error)) from None
        return answer.status_code, answer.content

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
