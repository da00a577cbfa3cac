"""One call to LINE: with the token of the moment, a request id in the log, and a time-out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

if TYPE_CHECKING:
    from echo_bridge.journal import Journal
    from echo_bridge.settings import Settings
    from echo_bridge.tokens import Tokens

TIMEOUT_S = 10.0
"""For a whole answer; afterwards nobody knows whether LINE acted on the call."""
MOST_CONTENT_BYTES = 210_000_000
"""Nothing that customers send is read beyond this."""


Body = bytes | dict[str, str] | None


class Answer(NamedTuple):
    """What LINE answered; `status` 0: nothing, or not all of it."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether LINE did what it was asked."""
        return self.status in range(200, 300)

    @property
    def ambiguous(self) -> bool:
        """Whether LINE may have done it although it did not say so."""
        return self.status == 0 or self.status >= 500

    @property
    def json(self) -> dict[str, Any]:
        """The body where it is a JSON object, else an empty one."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class LineApi:
    """LINE's two origins."""

    def __init__(self, settings: Settings, tokens: Tokens, journal: Journal) -> None:
        self.settings = settings
        self.tokens = tokens
        self.journal = journal
        self._client = httpx.AsyncClient(
            # waiting for a free connection is no time-out: nothing was sent yet
            timeout=httpx.Timeout(TIMEOUT_S, pool=None),
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=50),
            trust_env=False,
        )

    async def get(self, path: str) -> Answer:
        """Ask for something."""
        return await self._call("GET", self.settings.api_url + path)

    async def content(self, message: str, part: str = "") -> Answer:
        """What a customer sent, or (``/transcoding``) how far its preparation is."""
        return await self._call(
            "GET", f"{self.settings.data_url}/v2/bot/message/{message}/content{part}"
        )

    async def post(self, path: str, said: object, retry_key: str = "") -> Answer:
        """Have something done. The same `said` is the same bytes."""
        headers = {"content-type": "application/json"}
        if retry_key:
            headers["x-line-retry-key"] = retry_key
        body = json.dumps(said, ensure_ascii=True).encode("ascii")
        return await self._call("POST", self.settings.api_url + path, headers, body)

    async def form(self, path: str, **fields: str) -> Answer:
        """One of the calls about tokens, which carry none and are logged without their words."""
        return await self._send("POST", self.settings.api_url + path, {}, data=fields)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def _call(
        self,
        method: str,
        url: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        token = await self.tokens.current()
        sent = {"authorization": f"Bearer {token}", **(headers or {})}
        answer = await self._send(method, url, sent, content=body)
        if answer.status == 401:
            await self.tokens.refused(token)
        return answer

    async def _send(self, method: str, url: str, headers: dict[str, str], **body: Body) -> Answer:
        path = httpx.URL(url).path
        try:
            async with self._client.stream(
                method,
                url,
                headers=headers,
                **body,  # type: ignore[arg-type]
            ) as response:
                parts, size = [], 0
                async for part in response.aiter_bytes():
                    parts.append(part)
                    size += len(part)
                    if size > MOST_CONTENT_BYTES:
                        self.journal.log(f"{method} {path}: more than {MOST_CONTENT_BYTES} bytes")
                        return Answer(413, response.headers, b"")
        except (httpx.TransportError, httpx.StreamError) as error:
            self.journal.log(f"{method} {path}: no answer ({type(error).__name__})")
            return Answer(0, httpx.Headers(), b"")
        self.log_call(f"{method} {path}: {response.status_code}", response.headers)
        return Answer(response.status_code, response.headers, b"".join(parts))

    def log_call(self, told: str, headers: httpx.Headers) -> None:
        """Log a call by the id that LINE's support asks for."""
        self.journal.log(f"{told}, request id {headers.get('x-line-request-id', 'none')}")
