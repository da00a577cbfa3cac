"""The staff API as one member of staff calls it."""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple, Protocol, Self

from line_sim.bridge.staff.sessions import LIFE_S
from line_sim.errors import LineSimError, UnreachableError
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.pool import Pool

PREFIX = "/api/v1"
NOT_NOW = frozenset({404, 409})
"""Answers to who came too late: it is gone, or somebody else's."""
SIGNED_OUT = 401
TIMEOUT_S = 30.0
"""Wall seconds for one call: passwords of many take their turns on a busy machine (chosen)."""


class Client(Protocol):
    """What calls the bridge: over a socket, or in process."""

    async def request(
        self, method: str, url: str, *, content: bytes | None, headers: dict[str, str]
    ) -> Any:  # noqa: ANN401 - what has a status_code and content
        """An exchange."""

    async def aclose(self) -> None:
        """Close its connections."""


class OverSockets:
    """Calls a bridge where it listens.

    Parameters
    ----------
    url
        Its origin.
    """

    def __init__(self, url: str) -> None:
        self._url, self._pool = url, Pool()

    async def request(
        self, method: str, url: str, *, content: bytes | None, headers: dict[str, str]
    ) -> Whole:
        """An exchange; raises :class:`UnreachableError` where no answer comes."""
        try:
            reply = await self._pool.send(
                method, self._url + url, headers=headers.items(), body=content or b"",
                timeout_s=TIMEOUT_S,
            )  # fmt: skip
        except ExchangeError as error:
            raise UnreachableError(self._url, str(error)) from None
        return Whole(reply.status, reply.body)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._pool.close()


class Whole(NamedTuple):
    """An answer, read to its end."""

    status_code: int
    content: bytes


class Answer(NamedTuple):
    """What the API answered to whom: status and body, and the request in words."""

    status: int
    body: bytes
    token: str
    asked: str

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.status in range(200, 300)


class StaffApiError(LineSimError):
    """The bridge answered a member of staff as it should not."""


class Desk:
    """A member's own session.

    Parameters
    ----------
    client
        Calls the bridge's origin.
    login, password
        Whose.
    """

    def __init__(self, client: Client, login: str, password: str = "") -> None:
        self._client, self.login, self._password = client, login, password
        self.token = ""
        self._signed_in = 0.0, 0.0

    @classmethod
    def at(cls, url: str, login: str, password: str) -> Self:
        """One that calls over a socket."""
        return cls(OverSockets(url), login, password)

    async def sign_in(self, *, mobile: bool = False) -> dict[str, Any]:
        """Begin a session; who one is."""
        client = "mobile" if mobile else "dashboard"
        asked = {"login": self.login, "password": self._password, "client": client}
        answer = await self.post("session", asked)
        self.token = str(answer["token"])
        self._signed_in = float(answer["expires_at"]) - LIFE_S, time.monotonic()
        return dict(answer["staff"])

    def time_s(self, speed: float) -> float:
        """What the bridge's clock shows now, Unix seconds, as far as the last sign-in tells."""
        at_s, wall_s = self._signed_in
        return at_s + (time.monotonic() - wall_s) * speed

    async def sign_out(self) -> None:
        """End it; what was asked meanwhile is refused, and nobody minds."""
        if self.token:
            token, self.token = self.token, ""
            await self.ask("DELETE", "session", token=token)

    async def heartbeat(self, *, used: bool) -> None:
        """Be there."""
        await self.post("me/heartbeat", {"used": used})

    async def choose(self, status: str) -> None:
        """Choose a status, active or busy."""
        await self.ask("PUT", "me/status", {"status": status})

    async def offers(self) -> list[dict[str, Any]]:
        """The enquiries one is alerted for, who waits longest first."""
        return list(await self.ask("GET", "offers"))

    async def mine(self) -> list[dict[str, Any]]:
        """The enquiries that are one's own and go on."""
        going_on = "mine=true&state=ongoing&state=followed_up&limit=200"
        return list(await self.ask("GET", f"enquiries?{going_on}"))

    async def enquiry(self, number: int) -> dict[str, Any]:
        """One enquiry."""
        return dict(await self.ask("GET", f"enquiries/{number}"))

    async def read(self, chat: int) -> None:
        """Mark a chat as read."""
        await self.post(f"chats/{chat}/read")

    async def do(self, enquiry: int, act: str, body: dict[str, Any] | None = None) -> bool:
        """Pick up, close, transfer, take over, follow up; False where it is too late for it."""
        answer = await self.send("POST", f"enquiries/{enquiry}/{act}", body)
        return self._allowed(answer)

    async def write(self, chat: int, text: str, key: str) -> bool:
        """Write to a customer; False where it may not be."""
        answer = await self.send("POST", f"chats/{chat}/messages", {"text": text, "key": key})
        return self._allowed(answer)

    async def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Post, and have what is answered."""
        return dict(await self.ask("POST", path, body))

    async def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, token: str = ""
    ) -> Any:  # noqa: ANN401 - plain JSON
        """What the API answers; raises :class:`StaffApiError` where that is a refusal."""
        answer = await self.send(method, path, body, token)
        if not answer.ok and not self._left(answer):
            raise StaffApiError(self._told(answer))
        return json.loads(answer.body) if answer.body else {}

    async def send(
        self, method: str, path: str, body: dict[str, Any] | None = None, token: str = ""
    ) -> Answer:
        """The answer as it is; `token`: of another session than the present one."""
        used = token or self.token
        headers = {"authorization": f"Bearer {used}"} if used else {}
        content = None
        if body is not None:
            content = json.dumps(body).encode("utf-8")
            headers["content-type"] = "application/json"
        answer = await self._client.request(
            method, f"{PREFIX}/{path}", content=content, headers=headers
        )
        return Answer(answer.status_code, answer.content, used, f"{method} {path}")

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    def _allowed(self, answer: Answer) -> bool:
        if answer.status in NOT_NOW or self._left(answer):
            return False
        if not answer.ok:
            raise StaffApiError(self._told(answer))
        return True

    def _left(self, answer: Answer) -> bool:
        """Whether an act is refused because its person signed out meanwhile."""
        return answer.status == SIGNED_OUT and answer.token != self.token

    def _told(self, answer: Answer) -> str:
        said = answer.body[:300].decode("utf-8", "replace")
        return f"{answer.asked} by {self.login}: {answer.status} {said}"
