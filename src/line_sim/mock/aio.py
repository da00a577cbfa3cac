"""The same mock for callers on an event loop of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from line_sim.mock.server import MockLine
    from line_sim.net.lifespan import Application


class Aio:
    """What waits, for callers that run on an event loop of their own."""

    def __init__(self, line: MockLine) -> None:
        self.line = line

    async def settle(self, timeout_s: float = 5.0) -> None:
        """See :meth:`MockLine.settle`."""
        await self.line.link.do_async("settle", timeout_s=timeout_s)

    async def advance(self, seconds: float) -> None:
        """See :meth:`MockLine.advance`."""
        await self.line.link.do_async("advance", seconds=seconds)

    async def connect(
        self,
        bridge: str | Application,
        *,
        path: str = "/callback",
        channel: str | None = None,
        verify: bool = True,
    ) -> str:
        """See :meth:`MockLine.connect`."""
        url = self.line.serve(bridge, path)
        await self.line.link.do_async("connect", url=url, channel=channel, verify=verify)
        return url
