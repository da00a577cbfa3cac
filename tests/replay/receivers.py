"""Bots in this process on a real socket: they keep what came, and may be slow."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from line_sim.net.serve import Server


class Receiver:
    """Answers every webhook, and keeps it; parsed on demand."""

    def __init__(self, wait_s: float = 0.0, status: int = 200) -> None:
        self.wait_s = wait_s
        self.status = status
        self.came: list[bytes] = []
        self.url = ""

    async def __call__(self, _scope: object, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Take one webhook."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.came.append(body)
        if self.wait_s:
            await asyncio.sleep(self.wait_s)
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event that came, in order."""
        return [event for body in self.came for event in json.loads(body)["events"]]

    @property
    def texts(self) -> list[str]:
        """The text of every message that came, in order."""
        return [event["message"]["text"] for event in self.events]


@contextmanager
def receiving(**how: Any) -> Iterator[Receiver]:  # noqa: ANN401
    """A receiver while it runs."""
    receiver = Receiver(**how)
    server = Server(receiver, lifespan="off").start_in_thread()
    receiver.url = f"{server.url}/callback"
    try:
        yield receiver
    finally:
        server.stop_in_thread()
