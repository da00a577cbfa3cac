"""The start contract: arguments and environment in, TERM ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uvicorn

from echo_bridge import settings
from echo_bridge.app import Bridge

if TYPE_CHECKING:
    from echo_bridge.app import Parts


def main(words: list[str], parts: Parts | None = None, **serving: Any) -> None:  # noqa: ANN401
    """Serve until TERM; `serving` is given to uvicorn."""
    told = settings.read(words)
    bridge = Bridge(told, parts=parts)
    bridge.journal.log(f"listens on {told.host}:{told.port}")
    uvicorn.run(
        bridge.app(),
        host=told.host,
        port=told.port,
        log_level="warning",  # no access log: paths and headers are none of its business
        access_log=False,
        timeout_graceful_shutdown=2,
        server_header=False,
        **serving,
    )
