"""LINE as an administrator meets it: who an account is, where its webhooks go, whose a secret is.

Calls that are made by hand now and then, also for channels that are not connected yet; what the
bridge calls all day is in :mod:`line_sim.bridge.line`. Facts of each call: Messaging API reference
(bot info, webhook settings), LINE API reference (channel access token).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from line_sim.errors import UnreachableError
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.pool import Pool

if TYPE_CHECKING:
    from types import TracebackType

TIMEOUT_S = 15.0
"""Above the ten seconds that LINE takes at most to test a webhook URL (chosen)."""

BOT_INFO = "/v2/bot/info"
ENDPOINT = "/v2/bot/channel/webhook/endpoint"
TEST = "/v2/bot/channel/webhook/test"
VERIFY = "/v2/oauth/verify"
STATELESS = "/oauth2/v3/token"
QUOTA = "/v2/bot/message/quota"
CONSUMPTION = "/v2/bot/message/quota/consumption"


class Answer(NamedTuple):
    """What LINE answered: status, JSON object (empty where it is none), date header."""

    status: int
    json: dict[str, Any]
    date: str

    @property
    def ok(self) -> bool:
        """Whether LINE did what it was asked."""
        return self.status in range(200, 300)

    @property
    def said(self) -> str:
        """LINE's own words about a refusal."""
        words = self.json.get("message") or self.json.get("error_description") or ""
        return f"{self.status}: {words}" if isinstance(words, str) and words else str(self.status)


class Platform:
    """LINE's API for one access token; belongs to the running loop, closed by ``async with``.

    Every call raises :class:`~line_sim.errors.UnreachableError` where no answer came.
    """

    def __init__(self, api_url: str, token: str) -> None:
        self._url = api_url.rstrip("/")
        self._token = token
        host = urlsplit(self._url).hostname
        self._pool = Pool(allow=frozenset({host}) if host else frozenset())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pool.close()

    async def bot_info(self) -> Answer:
        """The account: userId, basicId, displayName, chatMode, markAsReadMode."""
        return await self._call("GET", BOT_INFO)

    async def endpoint(self) -> Answer:
        """The webhook URL, and whether "Use webhook" is on (``active``); 404: none is set."""
        return await self._call("GET", ENDPOINT)

    async def set_endpoint(self, url: str) -> Answer:
        """Set the webhook URL."""
        return await self._call("PUT", ENDPOINT, {"endpoint": url})

    async def test_endpoint(self) -> Answer:
        """Have a webhook without events sent: success, statusCode, reason, detail."""
        return await self._call("POST", TEST, {})

    async def quota(self) -> Answer:
        """The month's limit: type, value."""
        return await self._call("GET", QUOTA)

    async def consumption(self) -> Answer:
        """How much of it is used: totalUsage."""
        return await self._call("GET", CONSUMPTION)

    async def channel_of_token(self) -> Answer:
        """Which channel has issued the token: client_id."""
        return await self._form(VERIFY, access_token=self._token)

    async def own_secret(self, channel_id: str, secret: str) -> bool | None:
        """Whether `secret` is that of the channel; None where LINE does not say.

        Asked for by a stateless token, which ends by itself and counts against no limit.
        """
        answer = await self._form(
            STATELESS, grant_type="client_credentials", client_id=channel_id, client_secret=secret
        )
        if answer.ok:
            return True
        return False if answer.status in {400, 401} else None

    async def _call(self, method: str, path: str, said: object = None) -> Answer:
        headers = [("authorization", f"Bearer {self._token}")]
        body = b""
        if said is not None:
            headers.append(("content-type", "application/json"))
            body = json.dumps(said).encode("ascii")
        return await self._send(method, path, headers, body)

    async def _form(self, path: str, **fields: str) -> Answer:
        headers = [("content-type", "application/x-www-form-urlencoded")]
        return await self._send("POST", path, headers, urlencode(fields).encode("ascii"))

    async def _send(
        self, method: str, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> Answer:
        try:
            reply = await self._pool.send(
                method, self._url + path, headers=headers, body=body, timeout_s=TIMEOUT_S
            )
        except ExchangeError as error:
            raise UnreachableError(self._url, str(error)) from None
        try:
            found = json.loads(reply.body)
        except ValueError:
            found = {}
        dated = [value for name, value in reply.headers if _lower(name) == "date"]
        date = dated[0] if dated else ""
        return Answer(
            reply.status,
            found if isinstance(found, dict) else {},
            date if isinstance(date, str) else date.decode("latin-1"),
        )


def _lower(name: str | bytes) -> str:
    return (name if isinstance(name, str) else name.decode("latin-1")).lower()
