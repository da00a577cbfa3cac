"""A connection of uvicorn's that waits for no request without end; imported when one is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from line_sim.net.serve import TRANSPORT

if TYPE_CHECKING:
    import asyncio

MOST_HEAD_BYTES = 65_536
"""Of a request's first line and headers, beyond the part that came last (chosen)."""
HEAD_WITHIN_S = 30.0
"""Wall seconds until they are there (chosen)."""


class Connection(HttpToolsProtocol):
    """One connection; the application may reach its transport."""

    head_bytes = 0
    in_head = True
    hanging_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; uvicorn itself would keep as much of a head as is sent."""
        super().data_received(data)
        if not self.in_head:
            self._wait_no_more()
            return
        self._wait()
        self.head_bytes += len(data)
        if self.head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("Too many headers.")

    def on_message_begin(self) -> None:
        """Of a request, its first byte is here."""
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: self.transport}  # type: ignore[dict-item]
        self.in_head, self.head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Of a request, all but the body is here."""
        self.in_head = False
        super().on_headers_complete()

    def _wait(self) -> None:
        """Hang up where the head is not there in time; uvicorn waits for ever."""
        if self.hanging_up is None:
            self.hanging_up = self.loop.call_later(HEAD_WITHIN_S, self.transport.close)

    def _wait_no_more(self) -> None:
        if self.hanging_up is not None:
            self.hanging_up.cancel()
            self.hanging_up = None
