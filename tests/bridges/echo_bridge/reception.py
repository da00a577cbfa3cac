"""A webhook is checked, stored, and only then confirmed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from echo_bridge.events import happened_ms

if TYPE_CHECKING:
    from starlette.requests import Request

    from echo_bridge.app import Bridge

MOST_BYTES = 2_000_000
"""Of a body; it is not even read further by whoever has not shown a signature yet."""
NOBODY = "U" + "0" * 32
"""The destination of a test that only asks whether we are there."""


class Reception:
    """Takes webhooks.

    What an event causes (its line of the transcript, what is to be answered) is written in the
    same transaction as its id. So an event whose webhook was not confirmed is never taken for
    known, and one that was is never done twice: not by a redelivery, not by a second copy in the
    same moment, not after a restart.
    """

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge

    async def __call__(self, request: Request) -> Response:
        """Answer one webhook."""
        body = await self.body(request)
        if body is None:
            return Response(status_code=413)
        if not self.signed(body, request.headers.get("x-line-signature")):
            return Response(status_code=401)
        webhook = self.read(body)
        await self.bridge.account.known(wait_s=0.5)
        if not self.for_us(webhook):
            return Response(status_code=200)  # rightly signed, so it was LINE; but not for us
        return await self.confirm(webhook)

    async def body(self, request: Request) -> bytes | None:
        """The bytes as they came; None where they are too many."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return None
        return body

    def signed(self, body: bytes, signature: str | None) -> bool:
        """Whether LINE signed exactly these bytes with our secret."""
        if signature is None:
            return False
        secret = self.bridge.settings.secret.encode()
        right = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest())
        return hmac.compare_digest(right, signature.encode("latin-1", "replace"))

    def read(self, body: bytes) -> dict[str, Any]:
        """The webhook; an empty one where the bytes are nothing that we know."""
        try:
            found = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            self.bridge.journal.alert("a rightly signed webhook is not a JSON object")
            return {}
        return found

    def for_us(self, webhook: dict[str, Any]) -> bool:
        """Whether it is for the account whose token we have; where we cannot know, it is.

        The rightly signed webhook of another account shows that secret and token are a wrong pair.
        """
        destination = webhook.get("destination")
        ours = self.bridge.account.user_id
        if not ours or not isinstance(destination, str) or destination == ours:
            return True
        if webhook.get("events") or destination != NOBODY:
            self.bridge.journal.alert(
                f"webhook for {destination}, but the access token is of {ours}: "
                "are channel secret and access token of the same channel?"
            )
        return False

    async def confirm(self, webhook: dict[str, Any]) -> Response:
        """Keep what came and confirm it; what is to be sent is sent by others, later."""
        events = webhook.get("events")
        with self.bridge.store.transaction():
            for event in self.chosen(events if isinstance(events, list) else []):
                self.take(event)
        self.bridge.outbox.wake()
        self.bridge.content.wake()
        return Response(status_code=200)

    def chosen(self, events: list[Any]) -> list[dict[str, Any]]:
        """The events in the order they happened; those that are none are left out."""
        found = [event for event in events if isinstance(event, dict)]
        if len(found) < len(events):
            self.bridge.journal.alert(f"{len(events) - len(found)} events are no JSON objects")
        return sorted(found, key=happened_ms)

    def take(self, event: dict[str, Any]) -> None:
        """Act on an event unless it is known; what is wrong with one harms no other."""
        if not self.is_new(event):
            return
        try:
            with self.bridge.store.transaction():
                self.bridge.handling.take(event)
        except Exception as error:  # noqa: BLE001 - whatever it is, the neighbours are handled
            kind = type(error).__name__
            self.bridge.journal.alert(f"an event of type {event.get('type')!r} broke us: {kind}")
            self.bridge.handling.note(event, "This message could not be read.")

    def is_new(self, event: dict[str, Any]) -> bool:
        """Remember an event's id; whether it was new. One without an id is always new."""
        name = event.get("webhookEventId")
        if not isinstance(name, str):
            return True
        return self.bridge.store.is_new("INSERT OR IGNORE INTO events VALUES (?)", name)
