"""How a test reaches the mock: in a thread of this process, or over HTTP in another process.

Both do the same commands (:mod:`line_sim.mock.commands`), so that everything above them is
written once.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Protocol

from line_sim.errors import (
    ConfigurationError,
    Fault,
    MockFailedError,
    ServerError,
    SettleTimeoutError,
    TargetNotAllowedError,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from line_sim.mock.commands import Commands
    from line_sim.net.http.control import ControlClient

HEADER = "x-line-sim"
"""The header every control call must carry: no page in a browser can send it unasked."""


MOCK = "mock"
ENDED = ServerError(MOCK, "it has ended: ask within the block")


def control_headers(token: str = "") -> dict[str, str]:
    """The headers of a control call."""
    return {HEADER: "1", **({"authorization": f"Bearer {token}"} if token else {})}


class Link(Protocol):
    """Does commands of the mock, and waits for each."""

    def do(self, command: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """What the command answers; raises what it raises."""
        ...

    async def do_async(self, command: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """The same without blocking the caller's own event loop."""
        ...

    def end(self) -> None:
        """Reach it no more: it has ended."""
        ...


class ThreadLink:
    """To a mock whose loop runs in a thread of this process."""

    def __init__(self, commands: Commands, loop: asyncio.AbstractEventLoop) -> None:
        self.commands: Commands | None = commands
        self.loop = loop

    def end(self) -> None:
        """See :meth:`Link.end`."""
        self.commands = None

    def do(self, command: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """See :meth:`Link.do`."""
        return asyncio.run_coroutine_threadsafe(self._done(command, arguments), self.loop).result()

    async def do_async(self, command: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """See :meth:`Link.do_async`."""
        future = asyncio.run_coroutine_threadsafe(self._done(command, arguments), self.loop)
        return await asyncio.wrap_future(future)

    def _done(
        self, command: str, arguments: Mapping[str, Any]
    ) -> Coroutine[Any, Any, dict[str, Any]]:
        if self.commands is None:
            raise ENDED
        return self.commands.do(command, arguments)


class HttpLink:
    """To a mock in another process, by its control API."""

    def __init__(self, client: ControlClient) -> None:
        self.client: ControlClient | None = client

    def end(self) -> None:
        """See :meth:`Link.end`."""
        if self.client is not None:
            self.client.close()
        self.client = None

    def do(self, command: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """See :meth:`Link.do`."""
        if self.client is None:
            raise ENDED
        status, body = self.client.post(f"/_sim/{command}", json.dumps(arguments).encode())
        return _answered(status, body)

    async def do_async(self, command: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """See :meth:`Link.do_async`."""
        return await asyncio.to_thread(self.do, command, **arguments)


def told(error: Exception) -> tuple[int, dict[str, Any]]:
    """An error of a command as status and JSON; :func:`_answered` makes the same error of it."""
    match error:
        case SettleTimeoutError(waited_s=waited_s, awaited=awaited):
            return 408, {"error": "settle", "waited_s": waited_s, "awaited": list(awaited)}
        case MockFailedError(findings=findings):
            return 409, {"error": "failed", "findings": list(findings)}
        case TargetNotAllowedError(url=url, allowed=allowed):
            return 403, {"error": "target", "url": url, "allowed": list(allowed)}
        case ConfigurationError(faults=faults):
            parts = [[each.where, each.given, each.allowed, each.mend] for each in faults]
            return 400, {"error": "configuration", "message": str(error), "faults": parts}
        case ServerError(what=what, reason=reason):
            return 500, {"error": "server", "what": what, "reason": reason}
        case _:
            return 500, {"error": "server", "what": type(error).__name__, "reason": str(error)}


def _answered(status: int, body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body) if body else {}
    if status < 400:  # noqa: PLR2004 - HTTP's errors start there
        return found
    match found.get("error"):
        case "settle":
            raise SettleTimeoutError(found["waited_s"], found["awaited"])
        case "failed":
            raise MockFailedError(found["findings"])
        case "target":
            raise TargetNotAllowedError(found["url"], found["allowed"])
        case "configuration":
            raise ConfigurationError(Fault(*parts) for parts in found["faults"])
        case "forbidden":
            raise ServerError(MOCK, found["message"])
        case _:
            raise ServerError(found.get("what", MOCK), found.get("reason", f"answered {status}"))
