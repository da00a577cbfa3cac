"""As much of a bridge as calls to LINE need, on a mock of LINE."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet
from sqlalchemy import select, update

from line_sim.bridge.channels.registry import Channels
from line_sim.bridge.clock import Clock
from line_sim.bridge.journal import Journal
from line_sim.bridge.keys import Keys
from line_sim.bridge.line.equip import Equip
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import METADATA, channels

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from line_sim import MockLine
    from line_sim.bridge.channels.connected import Connected

KEY = Fernet.generate_key().decode()
INFO = "/v2/bot/info"


class LineBench:
    """An install with one channel; a second one in the same folder goes on."""

    def __init__(self, folder: Path, line: MockLine, log: io.StringIO, **channel: Any) -> None:  # noqa: ANN401
        self.line = line
        self.clock, self.journal = Clock(stepped=True, start=1_790_000_000.0), Journal(log)
        self.keys = Keys(KEY)
        self.settings = SimpleNamespace(line_api_url=line.url)
        self.store = Store(str(folder / "bridge.sqlite"))
        METADATA.create_all(self.store.connection)
        self.store.connection.commit()
        if self.store.row(select(channels)) is None:
            told = line.channel
            self.store.add(
                channels, number=0, name="Shop", state="enabled", path="p", created_at=0.0,
                secret_box=self.keys.seal(told.secret), config={},
                token_box=self.keys.seal(told.access_token), **channel,
            )  # fmt: skip
        self.equip = Equip(self)
        self.channels = Channels(self, self.equip)  # type: ignore[arg-type]
        self.channels.load()

    @property
    def channel(self) -> Connected:
        """The one channel."""
        (found,) = self.channels
        return found

    def change(self, **columns: Any) -> None:  # noqa: ANN401
        """Change the channel's row, as an administrator does."""
        with self.store.transaction():
            self.store.run(update(channels).values(**columns))
            self.channels.refresh(self.channel.id)

    def give(self, token: str) -> None:
        """Replace the access token."""
        self.change(token_box=self.keys.seal(token))

    def calls(self, operation: str) -> int:
        """How often LINE was asked for something."""
        return sum(call.operation == operation for call in self.line.calls)

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until something is so, which LINE or a task beside makes so."""
        while not done():  # noqa: ASYNC110 - nobody there has an event
            await asyncio.sleep(0.005)

    async def issued(self, times: int) -> None:
        """Wait until tokens were issued so often, and one of them works."""
        await self.until(lambda: self.calls("issueChannelToken") >= times)
        assert (await self.channel.api.get(INFO)).ok

    async def close(self) -> None:
        """End it."""
        await self.equip.close()
        self.store.close()


def run(
    make: Callable[[], LineBench], test: Callable[[LineBench], Coroutine[Any, Any, None]]
) -> None:
    """Run a test with a bench that is ended afterwards."""

    async def whole() -> None:
        bench = make()
        try:
            async with asyncio.timeout(20.0):
                await test(bench)
        finally:
            await bench.close()

    asyncio.run(whole())
