"""A whole bridge within a test: a trial's channel, a clock that stands still, no place in LINE."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from sqlalchemy import select, update

from line_sim.bridge import settings
from line_sim.bridge.app import Bridge
from line_sim.bridge.clock import Clock
from line_sim.bridge.desk.setup import next_number
from line_sim.bridge.journal import Journal
from line_sim.bridge.staff.passwords import Passwords
from line_sim.bridge.store import tables
from line_sim.wire import signature

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - obviously fake
TOKEN = "obviously-fake-channel-access-token"  # noqa: S105
NOWHERE = "http://127.0.0.1:1"
START = 1_790_000_000.0
ALICE, BOB = "U" + "a" * 32, "U" + "b" * 32
GROUP = "C" + "c" * 32
ORIGIN = "http://bridge.example"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def told(folder: Path, database: str = "", line_url: str = NOWHERE) -> settings.Settings:
    """The settings of a trial."""
    folder.mkdir(exist_ok=True)
    environment = {
        "LINE_CHANNEL_SECRET": SECRET, "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "LINE_API_BASE_URL": line_url, "BRIDGE_DATABASE": database,
    }  # fmt: skip
    made = settings.of_environment(environment, folder)
    made.data_folder.mkdir(exist_ok=True)
    return made


class AtWork:
    """A bridge between `begin` and `end`, asked without sockets.

    Parameters
    ----------
    told
        Its settings.
    clock
        Its clock; None: one that stands still.
    """

    def __init__(self, told: settings.Settings, clock: Clock | None = None) -> None:
        self.log = io.StringIO()
        self.clock = clock or Clock(stepped=True, start=START)
        self.bridge = Bridge(
            told, clock=self.clock, journal=Journal(self.log), hashing=Passwords(QUICK)
        )
        self._events = 0

    async def begin(self) -> None:
        """Start."""
        await self.bridge.begin()
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.bridge), base_url=ORIGIN)

    def hire(self, name: str = "Aom") -> int:
        """Let a member of staff be there, in the one group; their number."""
        bridge = self.bridge
        with bridge.store.transaction():
            number = next_number(bridge.store, tables.staff)
            member = bridge.store.add(
                tables.staff, number=number, login=name.lower(), first_name=name, last_name="Suk",
                created_at=self.clock.now(),
            )  # fmt: skip
            (place,) = self.rows("destinations")
            staff = [*place.config.get("staff", ()), member]
            bridge.store.run(
                update(tables.destinations).values(config={**place.config, "staff": staff})
            )
            bridge.desk.reconfigure()
        bridge.desk.set_status(number, "active")
        bridge.desk.heartbeat(number, used=True)
        return number

    async def end(self) -> None:
        """End."""
        await self.client.aclose()
        await self.bridge.end()

    async def post(self, events: Any, path: str = "/callback") -> int:  # noqa: ANN401
        """Deliver events; the answer's status."""
        body = json.dumps({"destination": "U" + "d" * 32, "events": events}).encode("ascii")
        return await self.post_body(body, path)

    async def post_body(self, body: bytes, path: str = "/callback", **headers: str) -> int:
        """Deliver bytes, rightly signed unless a header says otherwise."""
        sent = {"x-line-signature": signature.sign(SECRET, body), **headers}
        return (await self.client.post(path, content=body, headers=sent)).status_code

    def event(self, user: str = ALICE, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        """A text message of a user, as LINE writes one; `more` replaces parts."""
        self._events += 1
        number = self._events
        return {
            "type": "message",
            "mode": "active",
            "timestamp": round(self.clock.now() * 1_000),
            "source": {"type": "user", "userId": user},
            "webhookEventId": f"{number:026}",
            "deliveryContext": {"isRedelivery": False},
            "replyToken": f"{number:032}",
            "message": text(f"text {number}", number),
            **more,
        }

    def entries(self, user: str = ALICE) -> list[Any]:
        """The transcript of a chat."""
        (channel,) = self.bridge.channels
        chat = self.bridge.chats.find(channel.id, user)
        return [] if chat is None else list(self.bridge.transcript.entries(chat, limit=None))

    def texts(self, user: str = ALICE) -> list[str]:
        """What stands in the transcript of a chat."""
        return [row.text for row in self.entries(user)]

    def rows(self, table: str) -> list[Any]:
        """All rows of a table."""
        return list(self.bridge.store.rows(select(tables.METADATA.tables[table])))

    def alerts(self) -> list[str]:
        """What people were told."""
        return list(self.bridge.journal.alerts)


def text(said: str, number: int) -> dict[str, Any]:
    """A text message."""
    return {"type": "text", "id": f"48{number:016}", "text": said, "quoteToken": f"q{number}"}


def run(work: Any) -> None:  # noqa: ANN401 - a coroutine
    """Run a test's coroutine."""
    with asyncio.Runner() as runner:
        runner.run(work)
