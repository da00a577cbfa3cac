"""As much of a bridge as media need: a store, a clock that is pushed, and one channel."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bridge_in_parts import KeptJournal
from sqlalchemy import select

from line_sim.bridge.media.service import Media
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import METADATA, channels, chats, entries, files, outbox
from line_sim.wire.bridge_profiles import load

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from line_sim.wire.bridge_profiles import BridgeProfile

PUBLIC = "https://bridge.example"


@dataclass
class Settings:
    """As the bridge's, with what media read."""

    media_folder: Path
    public_url: str = PUBLIC
    line_data_url: str = "http://127.0.0.1:1"
    allow_loopback: bool = True


class PushedClock:
    """Wall time, and what it was advanced by; sleeps cost a thousandth."""

    ahead_s = 0.0

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self.ahead_s

    async def sleep(self, duration_s: float) -> None:
        """Time passes; little of it on the wall."""
        if duration_s > 3_600:
            await asyncio.Event().wait()  # the daily sweep: tests sweep by themselves
        await asyncio.sleep(duration_s / 1_000)
        self.ahead_s += duration_s


@dataclass
class Tokens:
    """One token for good."""

    token: str = "obviously-fake-token"  # noqa: S105 - a test's
    refusals: int = 0

    async def current(self) -> str:
        """The token."""
        return self.token

    async def refused(self, token: str) -> None:
        """Counted."""
        assert token == self.token
        self.refusals += 1


@dataclass
class OneChannel:
    """A connected channel."""

    id: int
    limits: BridgeProfile
    tokens: Tokens = field(default_factory=Tokens)


class Bench:
    """A bridge with a database, one channel (1) and one chat (1).

    Parameters
    ----------
    folder
        Where it keeps everything; a second bench there is the same install after a restart.
    """

    def __init__(
        self,
        folder: Path,
        profile: str = "seed",
        *,
        trust: ssl.SSLContext | None = None,
        **settings: Any,  # noqa: ANN401
    ) -> None:
        self.settings = Settings(folder / "media", **settings)
        self.store = Store(str(folder / "bridge.db"))
        METADATA.create_all(self.store.connection)
        self.store.connection.commit()
        self.clock = PushedClock()
        self.journal = KeptJournal()
        self.channel = OneChannel(1, load(profile))
        self._trust = trust
        self._told: dict[int, asyncio.Event] = {}
        if self.store.row(select(channels)) is None:
            self.store.add(
                channels, name="Shop", path="p", created_at=0.0, state="enabled", config={}
            )
            self.store.add(chats, channel=1, kind="user", line_id="U1", name="Alice")

    @property
    def channels(self) -> Bench:
        """Ourselves."""
        return self

    def by_id(self, channel: int) -> OneChannel | None:
        """The one channel."""
        return self.channel if channel == 1 else None

    @cached_property
    def media(self) -> Media:
        """What is tested; made within a loop."""
        made = Media(self, self._trust)
        made.on_fetched(lambda entry: self._event(entry).set())
        return made

    def _event(self, entry: int) -> asyncio.Event:
        return self._told.setdefault(entry, asyncio.Event())

    def note(self, kind: str, message: str = "", **more: Any) -> int:  # noqa: ANN401
        """An entry of a customer; wanted, unless said otherwise."""
        said = {"author": "customer", "text": f"[{kind}]", "at_ms": 0, "fetch": "wanted", **more}
        return self.store.add(entries, chat=1, kind=kind, message=message, **said)

    def entry(self, number: int) -> Any:  # noqa: ANN401
        """An entry as it stands."""
        return self.store.row(select(entries).where(entries.c.id == number))

    async def fetched(self, number: int, within_s: float = 20.0) -> Any:  # noqa: ANN401
        """An entry once its content came, or certainly will not."""
        self.media.fetch_wanted()
        async with asyncio.timeout(within_s):
            await self._event(number).wait()
        return self.entry(number)

    def sent(self, messages: list[dict[str, Any]], entry: int) -> None:
        """An outbox row of an entry."""
        self.store.add(
            outbox, channel=1, chat=1, entry=entry, cause="staff", at_ms=0, made_at=0.0,
            messages=messages, retry_key="k",
        )  # fmt: skip

    def links(self) -> int:
        """How many addresses there are."""
        return len(self.store.rows(select(files)))

    def stored(self) -> set[str]:
        """The names of all files in the media folder, drafts among them."""
        folder = self.settings.media_folder
        return {each.name for each in folder.rglob("*") if each.is_file()}

    async def close(self) -> None:
        """End it, as a restart does."""
        if "media" in self.__dict__:
            await self.media.close()
        self.store.close()
