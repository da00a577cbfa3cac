"""A channel of a mock and the official SDK's clients for it, over real sockets."""

import itertools
import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

import orjson
import pytest
from linebot.v3 import audience, insight, liff, messaging, module, moduleattach, oauth, shop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from line_sim.mock.server import MockLine
from line_sim.mock.visitors import Happened, Visitor

_NUMBER = itertools.count(1)
CLIENTS: dict[str, tuple[Any, str]] = {
    "MessagingApi": (messaging, "api"),
    "MessagingApiBlob": (messaging, "blob"),
    "ChannelAccessToken": (oauth, "oauth"),
    "ManageAudience": (audience, "audience"),
    "ManageAudienceBlob": (audience, "audience_blob"),
    "Insight": (insight, "insight"),
    "LineModule": (module, "module"),
    "LineModuleAttach": (moduleattach, "attach"),
    "Liff": (liff, "liff"),
    "Shop": (shop, "mission"),
}
"""Each class of the SDK that calls LINE: its package, and what it is called here."""


class Inbox:
    """A bot that keeps every event and answers nothing."""

    def __init__(self) -> None:
        self.app = Starlette(routes=[Route("/callback", self._take, methods=["POST"])])
        self._events: dict[str, dict[str, Any]] = {}
        self._came = threading.Condition()

    async def _take(self, request: Request) -> Response:
        body = orjson.loads(await request.body())
        with self._came:
            self._events |= {each["webhookEventId"]: each for each in body["events"]}
            self._came.notify_all()
        return Response()

    def event(self, happened: Happened) -> dict[str, Any]:
        """The event of that act, once it came."""
        (wanted,) = happened.events
        with self._came:
            came = self._came.wait_for(lambda: wanted in self._events, timeout=10)
        assert came
        return self._events[wanted]


class Account:
    """One channel: its facts, and every client of the SDK with its token."""

    def __init__(self, line: MockLine, facts: dict[str, Any], *, bearer: str = "") -> None:
        self.line = line
        self.facts = facts
        self.name: str = facts["name"]
        self.token = bearer or facts["access_token"]

    def client(self, name: str) -> Any:  # noqa: ANN401 - one of ten classes
        """A client of the SDK by its class's name."""
        package = CLIENTS[name][0]
        told = package.Configuration(
            host=self.line.url,
            access_token=self.token,
            username=self.facts["id"],
            password=self.facts["secret"],
        )
        return getattr(package, name)(package.ApiClient(told))

    @cached_property
    def api(self) -> messaging.MessagingApi:
        """Most of the Messaging API."""
        return self.client("MessagingApi")

    @cached_property
    def blob(self) -> messaging.MessagingApiBlob:
        """What lies on api-data."""
        return self.client("MessagingApiBlob")

    @cached_property
    def oauth(self) -> oauth.ChannelAccessToken:
        """Access tokens."""
        return self.client("ChannelAccessToken")

    def friend(self, **facts: Any) -> Visitor:  # noqa: ANN401 - as MockLine.visitor takes them
        """Somebody new."""
        return self.line.visitor(f"Visitor {next(_NUMBER)}", channel=self.name, **facts)


def text(said: str = "hello") -> list[messaging.TextMessage]:
    """A text to send."""
    return [messaging.TextMessage(text=said)]


def push(to: str, said: str = "hello", **more: Any) -> messaging.PushMessageRequest:  # noqa: ANN401 - the SDK's
    """A push of a text."""
    return messaging.PushMessageRequest(to=to, messages=text(said), **more)


def reply(token: str, said: str = "hello") -> messaging.ReplyMessageRequest:
    """A reply of a text."""
    return messaging.ReplyMessageRequest(replyToken=token, messages=text(said))


def refused(status: int, call: Callable[..., Any], *given: Any, **named: Any) -> Any:  # noqa: ANN401 - any operation
    """What the SDK raises for a call that LINE refuses with that status."""
    with pytest.raises(Exception, match=rf"^\({status}\)") as caught:
        call(*given, **named)
    assert status == caught.value.status
    assert caught.value.headers["x-line-request-id"]
    return caught.value


def words(error: Any) -> dict[str, Any]:  # noqa: ANN401 - ApiException of one of eight packages
    """The body of a refusal."""
    found: dict[str, Any] = orjson.loads(error.body)
    return found
