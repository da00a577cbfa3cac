"""A subscriber on a real HTTPS socket, that answers as it is told."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

from line_sim.bridge.notify.body import SIGNATURE
from line_sim.net.certificates import Authority
from line_sim.net.serve import TRANSPORT, Server

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

Manner = Literal["takes", "refuses", "takes and cuts", "cuts"]


class Subscriber:
    """Answers challenges, and keeps what it is told.

    Attributes
    ----------
    came
        Every notification in the order it came, however it was answered.
    manners
        How the next ones are answered; afterwards all are taken.
    """

    def __init__(self, trust: ssl.SSLContext, url: str = "") -> None:
        self.trust = trust
        self.url = url
        self.came: list[dict[str, Any]] = []
        self.taken: list[str] = []
        self.signed: list[tuple[str, bytes]] = []
        self.manners: list[Manner] = []
        self.repeats = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Answer."""
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.signed.append((headers.get(SIGNATURE, ""), body))
        said = json.loads(body)
        status, answer = 200, b""
        if said["type"] == "challenge":
            answer = json.dumps({"challenge": said["challenge"] if self.repeats else "?"}).encode()
        else:
            self.came.append(said)
            manner: Manner = self.manners.pop(0) if self.manners else "takes"
            if manner in {"takes", "takes and cuts"}:
                self.taken.append(said["id"])
            if manner in {"cuts", "takes and cuts"}:
                scope["extensions"][TRANSPORT]["transport"].abort()
                return
            status = 500 if manner == "refuses" else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": answer})


@asynccontextmanager
async def subscriber() -> AsyncIterator[Subscriber]:
    """One that listens meanwhile."""
    with Authority() as authority:
        made = Subscriber(authority.client_context())
        server = Server(made, tls=authority.certificate(), lifespan="off")
        made.url = f"{server.url}/hook?team=1"
        await server.start()
        try:
            yield made
        finally:
            await server.stop()
