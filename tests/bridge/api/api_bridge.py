"""As much of a bridge as the API needs: a real store, desk and channels, and clients of it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
from argon2 import PasswordHasher
from bridge_in_parts import BridgeInParts
from starlette.applications import Starlette
from starlette.routing import Mount

from line_sim.bridge.api.app import PREFIX, create
from line_sim.bridge.invitations import issue
from line_sim.bridge.staff import accounts
from line_sim.bridge.staff.passwords import Passwords

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.staff.people import Person

ORIGIN = "https://bridge.example.com"
FILE = "bridge.sqlite"
PASSWORD = "not-a-real-password"  # noqa: S105 - of nobody
OTHER_PASSWORD = "another-unreal-one"  # noqa: S105 - of nobody


def cheap() -> Passwords:
    """Argon2id at the least cost there is."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class NoCalls:
    """Nothing is sent here."""

    def changed(self) -> None:
        """Nobody minds."""


def equip(channel: Connected) -> None:
    """Give a channel what calls are made with."""
    channel.tokens = NoCalls()  # type: ignore[assignment]


class ApiBridge(BridgeInParts):
    """The parts that :mod:`line_sim.bridge.api.needs` asks for, and the API mounted on them."""

    def __init__(self, folder: Path, database: str = "") -> None:
        file = folder / FILE
        new = bool(database) or not file.exists()
        super().__init__(database or str(file), equip, new=new, public_url=ORIGIN, port=8050)
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
