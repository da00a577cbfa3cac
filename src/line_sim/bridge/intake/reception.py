"""The webhook's HTTP: whose it is, whether LINE signed it, what is in it; then it is taken."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from line_sim.bridge.channels.environment import PATH
from line_sim.bridge.channels.registry import ROUTE
from line_sim.bridge.intake.taking import Taking, Webhook
from line_sim.wire import signature

if TYPE_CHECKING:
    from starlette.requests import Request

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.intake.needs import Owner

MOST_BYTES = 2_000_000
"""Of a body; nobody who has not shown a signature yet has more of it read (PLATFORM.md 32)."""
BODY_WITHIN_S = 10.0
"""Wall seconds; LINE itself waits two for the answer (chosen)."""
NOBODY = "U" + "0" * 32
"""The destination of a test that only asks whether we are there."""
CALLBACK = "/callback"
"""Where the one channel of a trial also takes webhooks (docs/replaying.md)."""


class Intake:
    """Answers webhooks.

    404 for a path of no channel, 413 for too much, 401 for a signature that is not LINE's, 503
    where nothing can be stored now, so that LINE delivers again; else 200, once all is safe. What
    was rightly signed came from LINE, and is never refused for what is in it.

    Attributes
    ----------
    routes
        The paths.
    """

    def __init__(self, bridge: Owner) -> None:
        self._bridge = bridge
        self._taking = Taking(bridge)
        self.routes = [
            Route(f"{ROUTE}{{path}}", self.receive, methods=["POST"]),
            Route(CALLBACK, self.receive, methods=["POST"]),
        ]

    def close(self) -> None:
        """Take no more."""
        self._taking.close()

    async def receive(self, request: Request) -> Response:
        """Answer one webhook."""
        channel = self._bridge.channels.by_path(request.path_params.get("path", PATH))
        if channel is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                body = await _body(request)
        except TimeoutError:
            return Response(status_code=HTTPStatus.REQUEST_TIMEOUT, headers={"connection": "close"})
        if body is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not signature.matches(channel.secret, body, request.headers.get("x-line-signature")):
            self._bridge.journal.log("a webhook is not signed by LINE", channel=channel.id)
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        events = self._events_of(channel, body)
        if channel.state == "draft" and events:
            self._bridge.journal.log(f"{len(events)} events for a draft", channel=channel.id)
            events = []
        if await self._taking.take(Webhook(channel, events)):
            return Response(status_code=HTTPStatus.OK)
        return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)

    def _events_of(self, channel: Connected, body: bytes) -> list[Any]:
        """The events in a webhook; none where it is not for us, or nothing that we know."""
        try:
            webhook = json.loads(body)
        except (ValueError, RecursionError):
            webhook = None
        if not isinstance(webhook, dict):
            told = "a rightly signed webhook is no JSON object"
            self._bridge.journal.alert("webhook", told, channel=channel.id)
            return []
        events = webhook.get("events")
        if not isinstance(events, list):
            told = "a rightly signed webhook has no list of events"
            self._bridge.journal.alert("webhook", told, channel=channel.id)
            return []
        return events if self._is_for(channel, webhook.get("destination"), events) else []

    def _is_for(self, channel: Connected, destination: object, events: list[Any]) -> bool:
        """Whether it is for the account whose token we have; where we cannot know, it is.

        The rightly signed webhook of another account shows that secret and token are no pair.
        """
        ours = channel.bot_user_id
        if not ours or not isinstance(destination, str) or destination == ours:
            return True
        if events or destination != NOBODY:
            told = (
                f"a webhook for {destination[:40]} came to {channel.name}, whose access token is "
                f"of {ours}: are channel secret and access token of the same channel?"
            )
            self._bridge.journal.alert("wrong_pair", told, channel=channel.id)
        return False


async def _body(request: Request) -> bytes | None:
    """The bytes as they came; None where they are too many."""
    told = request.headers.get("content-length", "0")
    if told.isdecimal() and int(told[:20]) > MOST_BYTES:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)
