"""As much of a bridge as the API needs: a real store, desk and channels, and clients of it."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
from argon2 import PasswordHasher
from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.routing import Mount

from line_sim.bridge.api.app import PREFIX, create
from line_sim.bridge.channels.registry import Channels
from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.invitations import issue
from line_sim.bridge.keys import Keys
from line_sim.bridge.staff import accounts
from line_sim.bridge.staff.passwords import Passwords
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.staff.people import Person

ORIGIN = "https://bridge.example.com"
NOWHERE = "http://127.0.0.1:1"
FILE = "bridge.sqlite"
START = 1_790_000_000.0
PASSWORD = "not-a-real-password"  # noqa: S105 - of nobody
OTHER_PASSWORD = "another-unreal-one"  # noqa: S105 - of nobody


def cheap() -> Passwords:
    """Argon2id at the least cost there is."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class SteadyClock:
    """Time that stands until it is told."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> float:
        """Unix seconds."""
        return self.at

    async def sleep(self, duration_s: float) -> None:
        """Never: nobody here waits."""
        raise AssertionError(duration_s)


class KeptJournal:
    """Keeps what is logged, and what is to be hidden."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.hidden: set[str] = set()

    def log(self, text: str, **facts: object) -> None:
        """Note it."""
        self.lines.append(f"{text} {facts}")

    def hide(self, secret: str) -> None:
        """Keep it for the test."""
        self.hidden.add(secret)


class NoCalls:
    """Nothing is sent here."""

    def changed(self) -> None:
        """Nobody minds."""


def equip(channel: Connected) -> None:
    """Give a channel what calls are made with."""
    channel.tokens = NoCalls()  # type: ignore[assignment]


class ApiBridge:
    """The parts that :mod:`line_sim.bridge.api.needs` asks for, and the API mounted on them."""

    def __init__(self, folder: Path, database: str = "") -> None:
        file = folder / FILE
        new = bool(database) or not file.exists()
        self.store = Store(database or str(file))
        if new:
            METADATA.create_all(self.store.connection)
            self.store.connection.commit()
        self.clock, self.journal = SteadyClock(), KeptJournal()
        self.keys = Keys(Fernet.generate_key().decode())
        self.desk = LiveDesk(self)
        self.settings = SimpleNamespace(
            public_url=ORIGIN, line_api_url=NOWHERE, host="127.0.0.1", port=8050
        )
        self.channels = Channels(self, equip)
        self.channels.load()
        self.desk.begin()
        self.api = create(self, hashing=cheap())  # type: ignore[arg-type]
        self.app = Starlette(routes=[Mount(PREFIX, self.api)])
        self.authentication = self.api.state.authentication

    def add(self, login: str, role: str = "staff", **more: Any) -> Person:  # noqa: ANN401
        """Somebody whose password is :data:`PASSWORD`."""
        values = {"login": login, "first_name": login.title(), "last_name": "", **more}
        hashed = run(self.authentication.passwords.hash(PASSWORD))
        return accounts.create(self, {**values, "role": role}, by=None, password_hash=hashed)

    def invitation(self) -> str:
        """The token of a first administrator's link."""
        return issue(self.store, "administrator", self.clock.now())

    def client(self, **headers: str) -> Client:
        """A client of the API."""
        return Client(self, headers)

    def signed_in(self, login: str) -> Client:
        """One that a person uses, with a bearer's token."""
        asked = {"login": login, "password": PASSWORD}
        answer = self.client().post("/session", json=asked)
        assert 201 == answer.status_code, answer.text
        return self.client(authorization=f"Bearer {answer.json()['token']}")


class Client:
    """Calls the API; cookies stay from call to call."""

    def __init__(self, bridge: ApiBridge, headers: dict[str, str]) -> None:
        self._bridge = bridge
        self.headers = headers
        self.cookies = httpx.Cookies()

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        """One call."""
        return run(self._call(method, path, **more))

    async def _call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        more.setdefault("headers", {})
        more["headers"] = {**self.headers, **more["headers"]}
        if "json" in more:  # in ASCII: halves of surrogate pairs, too
            more["content"] = json.dumps(more.pop("json"))
            more["headers"].setdefault("content-type", "application/json")
        address = more.pop("address", "203.0.113.7")
        transport = httpx.ASGITransport(
            self._bridge.app, client=(address, 4711), raise_app_exceptions=more.pop("raises", True)
        )
        async with httpx.AsyncClient(
            transport=transport, base_url=f"{ORIGIN}{PREFIX}", cookies=self.cookies
        ) as http:
            answer = await http.request(method, path.lstrip("/"), **more)
            self.cookies = http.cookies
            return answer

    def get(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """GET."""
        return self.call("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """POST."""
        return self.call("POST", path, **more)

    def put(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """PUT."""
        return self.call("PUT", path, **more)

    def patch(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """PATCH."""
        return self.call("PATCH", path, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """DELETE."""
        return self.call("DELETE", path, **more)


def run(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever it answers
    """What a coroutine answers."""
    return asyncio.run(work)
