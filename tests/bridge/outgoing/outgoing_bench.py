"""As much of a bridge as sending needs: real store, outbox and calls to a mock of LINE.

Time is the bench's own: a sleep costs no wall time and moves LINE's time by as much.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from bridge_in_parts import KeptJournal, StandingClock
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from line_sim.bridge.channels.registry import Channels
from line_sim.bridge.keys import Keys
from line_sim.bridge.line.equip import Equip
from line_sim.bridge.outgoing.outbox import Outbox
from line_sim.bridge.outgoing.sending import Sending
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import (
    METADATA,
    channels,
    chats,
    destinations,
    entries,
    outbox,
    visitors,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from line_sim import MockLine
    from line_sim.mock.faults import Fault
    from line_sim.mock.visitors import Visitor

KEY = Fernet.generate_key().decode()
ENDED = ("sent", "failed", "unknown", "withdrawn", "skipped_stale")


class KilledError(Exception):
    """The process ends here."""


class Shop:
    """A LINE with one account, whose webhooks end in a list."""

    def __init__(self, line: MockLine) -> None:
        self.line = line
        self.bodies: list[bytes] = []
        self._came = threading.Event()
        self._people = itertools.count(1)

        async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
            assert scope["type"] == "http"  # no lifespan
            await self._take(receive, send)

        line.connect(app)

    async def _take(self, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.bodies.append(body)
        self._came.set()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def visitor(self) -> Visitor:
        """Somebody nobody knew."""
        return self.line.visitor(f"Visitor {next(self._people)}")

    def said(self, visitor: Visitor, text: str = "hello") -> dict[str, Any]:
        """Let somebody write; the event."""
        self.bodies.clear()
        self._came.clear()
        visitor.says(text)
        assert self._came.wait(5.0)
        (event,) = json.loads(self.bodies[0])["events"]
        return dict(event)


class PassingClock(StandingClock):
    """Unix seconds; whoever sleeps lets time pass, for LINE as well."""

    def __init__(self, line: MockLine) -> None:
        super().__init__()
        self._line = line

    def pass_(self, duration_s: float) -> None:
        """Let time pass."""
        self.at += duration_s
        self._line.skip(duration_s)

    async def sleep(self, duration_s: float) -> None:
        """Time passes; none of it on the wall."""
        self.pass_(duration_s)
        await asyncio.sleep(0)


class Transcript:
    """Writes entries."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, chat: int, **columns: Any) -> int:  # noqa: ANN401 - columns
        """Write one."""
        return self._store.add(entries, chat=chat, **columns)

    def set(self, entry: int, **columns: Any) -> None:  # noqa: ANN401 - columns
        """Change one."""
        self._store.run(entries.update().where(entries.c.id == entry).values(**columns))


class Desk:
    """Counts what staff wrote."""

    def __init__(self) -> None:
        self.wrote: list[tuple[int, str]] = []
        self.listeners: list[Callable[[Any], object]] = []

    def on_row(self, listener: Callable[[Any], object]) -> None:
        """Keep who listens."""
        self.listeners.append(listener)

    def staff_message(self, enquiry: int, kind: str) -> bool:
        """Count it."""
        self.wrote.append((enquiry, kind))
        return True


class Attempt(NamedTuple):
    """What befalls one call: how long it is waited for before, and what LINE does then."""

    fault: Fault | None = None
    wait_s: float = 0.0
    killed: str = ""
    """``before`` or ``after``: the process ends there."""


class RiggedApi:
    """LINE's API with a plan for each of the next sends; notes those made."""

    def __init__(self, bench: Bench, api: Any) -> None:  # noqa: ANN401 - LineApi
        self._bench, self._api = bench, api
        self.quota = api.quota

    async def post(
        self,
        path: str,
        said: Any,  # noqa: ANN401
        retry_key: str = "",
        **more: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """One send, as it was planned."""
        plan = self._bench.plan.popleft() if self._bench.plan else Attempt()
        if plan.wait_s:
            self._bench.clock.pass_(plan.wait_s)
        if plan.killed == "before":
            raise KilledError
        if plan.fault is not None:
            self._bench.shop.line.add_fault(plan.fault)
        try:
            answer = await self._api.post(path, said, retry_key, **more)
        finally:
            if plan.fault is not None:
                self._bench.shop.line.clear_faults()
        if answer.why != "it was no longer to be made":
            self._bench.called.set()
            self._bench.made.append((path.rpartition("/")[2], said, retry_key, answer.status))
        if plan.killed == "after":
            raise KilledError
        return answer

    async def get(self, path: str) -> Any:  # noqa: ANN401
        """As it is."""
        return await self._api.get(path)


class Bench:
    """An install with one channel, in a folder; made anew there, the same install.

    Belongs to the running loop.
    """

    def __init__(self, folder: Path, shop: Shop, clock: PassingClock | None = None) -> None:
        self.shop, self.folder = shop, folder
        self.clock = clock or PassingClock(shop.line)
        self.journal = KeptJournal()
        self.keys = Keys(KEY)
        self.settings = type("Settings", (), {"line_api_url": shop.line.url})()
        self.store = Store(str(folder / "bridge.sqlite"))
        METADATA.create_all(self.store.connection)
        self.store.connection.commit()
        self.plan: deque[Attempt] = deque()
        self.made: list[tuple[str, dict[str, Any], str, int]] = []
        self.called = asyncio.Event()
        self.desk, self.transcript = Desk(), Transcript(self.store)
        self.media: Any = None
        if self.store.row(select(channels)) is None:
            self._fill()
        self.equip = Equip(self)
        self.channels = Channels(self, self._equipped)  # type: ignore[arg-type]
        self.channels.load()
        self.outbox = Outbox(self)
        self.sending = Sending(self, self.outbox)

    def _fill(self) -> None:
        told = self.shop.line.channel
        self.store.add(destinations, number=0, name="Front", config={})
        self.store.add(
            channels, number=0, name="Shop", state="enabled", path="p", created_at=0.0,
            secret_box=self.keys.seal(told.secret), token_box=self.keys.seal(told.access_token),
            config={}, account={"markAsReadMode": "manual"},
        )  # fmt: skip

    def _equipped(self, channel: Any) -> None:  # noqa: ANN401 - Connected
        self.equip(channel)
        channel.api = RiggedApi(self, channel.api)

    @property
    def channel(self) -> Any:  # noqa: ANN401 - Connected
        """The one channel."""
        return self.channels.by_id(1)

    def configure(self, **config: Any) -> None:  # noqa: ANN401
        """Change the channel's configuration."""
        plain = {**self.channel.config.model_dump(mode="json"), **config}
        self.store.run(channels.update().values(config=plain))
        self.channels.refresh(1)

    def chat(self, line_id: str, kind: str = "user") -> int:
        """The chat of somebody; made where it is new."""
        found = self.store.value(select(chats.c.id).where(chats.c.line_id == line_id))
        if found is not None:
            return int(found)
        number = None
        if kind == "user":
            number = int(self.store.value(select(func.count()).select_from(visitors)))
            self.store.add(visitors, number=number, line_user_id=line_id)
        return self.store.add(chats, channel=1, kind=kind, line_id=line_id, visitor=number)

    def keep(self, event: dict[str, Any]) -> int:
        """Take a customer's event: its chat, its reply token."""
        chat = self.chat(event["source"]["userId"])
        self.outbox.reply_tokens.keep(chat, event["replyToken"])
        return chat

    def wish(self, chat: int, text: str) -> int:
        """Have a text sent; its entry."""
        sent = self.sending.send(chat, None, text=text)
        assert sent.entry is not None, sent
        return sent.entry

    def row(self, entry: int) -> Any:  # noqa: ANN401
        """The outbox row of an entry."""
        return self.store.row(select(outbox).where(outbox.c.entry == entry))

    def rows(self) -> Iterator[Any]:
        """All of the outbox."""
        yield from self.store.rows(select(outbox).order_by(outbox.c.id))

    async def ended(self, *found: int, within_s: float = 10.0) -> str:
        """Wait until entries are at their end, or the process died; the state of the first."""
        async with asyncio.timeout(within_s):
            while not all(self.outbox.delivery(each) in ENDED for each in found):
                if any(kind == "broken" for kind, *_ in self.journal.alerts):
                    return "died"
                await asyncio.sleep(0.001)
        return self.outbox.delivery(found[0])

    async def calls(self) -> None:
        """Wait until a call was made."""
        async with asyncio.timeout(5.0):
            await self.called.wait()

    async def close(self) -> None:
        """End it, as a restart does."""
        await self.outbox.close()
        await self.sending.close()
        await self.equip.close()
        self.store.close()
