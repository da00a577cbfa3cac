"""Bots of a few lines, and the standard library's HTTP client for whatever calls a mock."""

import asyncio
import http.client
import json
import ssl
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Event = dict[str, Any]


class Pointing(Protocol):
    """What a bot is told of a mock."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a bridge."""
        ...


@dataclass(frozen=True)
class Reply:
    """What a call was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was answered
        """The body."""
        return json.loads(self.body)


class Api:
    """Calls of a bot, each on a connection of its own."""

    def __init__(self, line: Pointing, token: str = "", timeout_s: float = 10.0) -> None:
        told = line.environment
        self.url = told["LINE_API_BASE_URL"]
        self.timeout_s = timeout_s
        self.token = token or told["LINE_CHANNEL_ACCESS_TOKEN"]

    def call(self, method: str, path: str, said: object = None, **headers: str) -> Reply:
        """One call; header names with underscores for hyphens."""
        sent = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = said if isinstance(said, bytes | None) else json.dumps(said).encode()
        return request(self.url, method, path, body, sent, timeout_s=self.timeout_s)

    def get(self, path: str) -> Reply:
        """A GET."""
        return self.call("GET", path)

    def push(self, to: str, *texts: str, **more: str) -> Reply:
        """A push of texts."""
        return self.call("POST", "/v2/bot/message/push", {"to": to, **messages(*texts)}, **more)

    def reply(self, token: str, *texts: str, **more: str) -> Reply:
        """A reply of texts."""
        said = {"replyToken": token, **messages(*texts)}
        return self.call("POST", "/v2/bot/message/reply", said, **more)

    def content(self, message: str, part: str = "") -> Reply:
        """What a visitor sent."""
        return self.get(f"/v2/bot/message/{message}/content{part}")


def messages(*texts: str) -> dict[str, Any]:
    """Text messages, as calls carry them."""
    return {"messages": [{"type": "text", "text": text} for text in texts]}


def request(  # noqa: PLR0913 - the parts of a request
    url: str,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    *,
    timeout_s: float = 10.0,
    trust: ssl.SSLContext | None = None,
) -> Reply:
    """One request; the whole answer."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=timeout_s, context=trust
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, names, answer.read())
    finally:
        connection.close()


@dataclass
class Bot:
    """An ASGI bot: confirms each webhook, then does `reacts` with each event, in a thread."""

    reacts: Callable[[Event], object] = lambda _event: None
    statuses: list[int] = field(default_factory=list)
    """Of the next webhooks; afterwards 200."""
    webhooks: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Take one webhook."""
        if scope["type"] != "http":
            raise NotImplementedError
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.webhooks.append((headers, body))
        status = self.statuses.pop(0) if self.statuses else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        for event in json.loads(body)["events"]:
            await asyncio.to_thread(self.reacts, event)

    @property
    def events(self) -> list[Event]:
        """Every event that came."""
        return [event for _, body in self.webhooks for event in json.loads(body)["events"]]

    @property
    def types(self) -> list[str]:
        """The type of each event that came."""
        return [event["type"] for event in self.events]


def echo(api: Api) -> Bot:
    """A bot that answers each text with the same in capitals."""

    def reacts(event: Event) -> None:
        if event["type"] == "message" and event["message"]["type"] == "text":
            api.reply(event["replyToken"], event["message"]["text"].upper())

    return Bot(reacts)
