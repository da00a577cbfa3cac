"""As much of a bridge as channels need, on real sockets: store, keys, desk, web server."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from bridge_in_parts import BridgeInParts

from line_sim import MockLine, MockSettings
from line_sim.bridge.channels.connected import Connected
from line_sim.bridge.desk.setup import next_number
from line_sim.bridge.store.tables import destinations
from line_sim.mock.settings import Channel
from line_sim.net.serve import Server
from line_sim.wire import signature


class Tokens:
    """Counts how often it was told of another token."""

    def __init__(self) -> None:
        self.times = 0

    def changed(self) -> None:
        """There is another."""
        self.times += 1


def equip(channel: Connected) -> None:
    """Give a channel what calls are made with."""
    channel.tokens = Tokens()  # type: ignore[assignment]


class SmallBridge(BridgeInParts):
    """The parts that :mod:`line_sim.bridge.channels.needs` asks for, and a web server."""

    def __init__(self, folder: Path, line_api_url: str, key: str = "") -> None:
        folder.mkdir(exist_ok=True)
        self.file = folder / "bridge.sqlite"
        super().__init__(str(self.file), equip, key=key, line_api_url=line_api_url)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Be reachable meanwhile."""

        async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
            await self.answer(scope, receive, send)

        server = Server(app, lifespan="off")
        self.settings.public_url = server.url
        await server.start()
        try:
            yield
        finally:
            await server.stop()

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Answer webhooks as the bridge's reception does."""
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name: value.decode() for name, value in scope["headers"]}
        channel = self.channels.by_path(scope["path"].removeprefix("/webhook/"))
        status = 404
        if channel is not None:
            right = signature.matches(channel.secret, body, headers.get(b"x-line-signature"))
            ours = json.loads(body)["destination"] == channel.bot_user_id
            status = 200 if right and ours else 401
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def add_destination(self, name: str = "Front") -> int:
        """A group; its id."""
        number = next_number(self.store, destinations)
        return self.store.add(destinations, number=number, name=name, config={"kind": "group"})


@contextmanager
def two_accounts(**switches: Any) -> Iterator[MockLine]:  # noqa: ANN401 - the mock's
    """A LINE with two accounts of one provider."""
    told = MockSettings(
        channels=(Channel(name="Shop", **switches), Channel(name="Other", **switches))
    )
    with MockLine(told, strict=False) as line:
        yield line
