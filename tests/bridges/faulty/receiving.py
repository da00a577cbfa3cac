"""Faults in taking webhooks."""
# ruff: noqa: ARG002 - a fault leaves out what the right one looks at

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
from typing import TYPE_CHECKING, Any

from echo_bridge.events import chat_of, dict_in, happened_ms, text_in
from echo_bridge.reception import Reception
from starlette.responses import Response

if TYPE_CHECKING:
    from echo_bridge.app import Bridge
    from echo_bridge.line_api import Answer
    from starlette.requests import Request


class ReserialisesBody(Reception):
    """Checks the signature over the body as parsed and written again, not as it came."""

    def signed(self, body: bytes, signature: str | None) -> bool:
        """Over other bytes that say the same."""
        try:
            again = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
        except ValueError:
            return super().signed(body, signature)
        return super().signed(again.encode(), signature)


class ChecksNoSignature(Reception):
    """Takes webhooks from anybody."""

    def signed(self, body: bytes, signature: str | None) -> bool:
        """Whatever it is."""
        return True


class AcceptsHexSignature(Reception):
    """Takes a signature in hexadecimal too, and one by SHA-1."""

    def signed(self, body: bytes, signature: str | None) -> bool:
        """Also in forms that LINE does not use."""
        secret = self.bridge.settings.secret.encode()
        sha1 = hmac.new(secret, body, hashlib.sha1).digest()
        others = {hmac.new(secret, body, hashlib.sha256).hexdigest(), sha1.hex(),
                  base64.b64encode(sha1).decode()}  # fmt: skip
        return signature in others or super().signed(body, signature)


class ComparesTheBeginning(Reception):
    """Compares only as much of the signature as was sent."""

    def signed(self, body: bytes, signature: str | None) -> bool:
        """A beginning is enough, and so is nothing."""
        right = base64.b64encode(
            hmac.new(self.bridge.settings.secret.encode(), body, hashlib.sha256).digest()
        )
        return signature is not None and right.decode().startswith(signature.rstrip("="))


class DiesOnMissingSignature(Reception):
    """Ends when the header is not there."""

    def signed(self, body: bytes, signature: str | None) -> bool:
        """Or takes the whole process with it."""
        if signature is None:
            os._exit(1)
        return super().signed(body, signature)


class KeepsTheFirstSecret(Reception):
    """Goes on with the secret it was started with when another is set."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.first = bridge.settings.secret

    def signed(self, body: bytes, signature: str | None) -> bool:
        """By the old secret."""
        right = base64.b64encode(hmac.new(self.first.encode(), body, hashlib.sha256).digest())
        return signature == right.decode()


class WantsUserAgent(Reception):
    """Takes webhooks only under the User-Agent that was seen once."""

    async def __call__(self, request: Request) -> Response:
        """Refuse all others."""
        if request.headers.get("user-agent") != "LineBotWebhook/2.0":
            return Response(status_code=403)
        return await super().__call__(request)


class RefusesEmptyWebhooks(Reception):
    """Answers 400 to the webhook that only verifies the URL."""

    async def confirm(self, webhook: dict[str, Any]) -> Response:
        """Refuse it, once the bridge has shown that it is there."""
        if webhook.get("events") == [] and webhook.get("destination") != "U" + "0" * 32:
            return Response(status_code=400)
        return await super().confirm(webhook)


class DiesOnNotJson(Reception):
    """Answers 500 to a rightly signed body that is not JSON or has no events."""

    def read(self, body: bytes) -> dict[str, Any]:
        """Without expecting anything else."""
        found = json.loads(body)
        found["events"]
        return dict(found)


class SlowHandler(Reception):
    """Takes 3 s before it confirms a webhook."""

    async def confirm(self, webhook: dict[str, Any]) -> Response:
        """Work first."""
        found = await super().confirm(webhook)
        if webhook.get("events"):
            await asyncio.sleep(3.0)
        return found


class WorksBeforeConfirming(Reception):
    """Confirms a webhook when LINE has answered all that it caused."""

    async def confirm(self, webhook: dict[str, Any]) -> Response:
        """As long as that takes."""
        found = await super().confirm(webhook)
        until = asyncio.get_running_loop().time() + 30.0
        busy = "SELECT 1 FROM outbox WHERE state IN ('queued', 'trying')"
        while webhook.get("events") and (  # noqa: ASYNC110 - what a fault does
            self.bridge.store.row(busy) and asyncio.get_running_loop().time() < until
        ):
            await asyncio.sleep(0.01)
        return found


class OneAtATime(Reception):
    """Takes webhooks one after the other, a fifth of a second each."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.lock = asyncio.Lock()

    async def confirm(self, webhook: dict[str, Any]) -> Response:
        """Behind all others."""
        async with self.lock:
            await asyncio.sleep(0.2 if webhook.get("events") else 0.0)
            return await super().confirm(webhook)


class RefusesBigBatches(Reception):
    """Takes no webhook with more than 20 events."""

    async def confirm(self, webhook: dict[str, Any]) -> Response:
        """Answer 413."""
        if len(webhook.get("events") or []) > 20:
            return Response(status_code=413)
        return await super().confirm(webhook)


class NoDedupe(Reception):
    """Handles an event as often as it comes."""

    def is_new(self, event: dict[str, Any]) -> bool:
        """Always."""
        super().is_new(event)
        return True


class DedupesByText(Reception):
    """Takes the same text in the same moment for the same message."""

    def is_new(self, event: dict[str, Any]) -> bool:
        """By what it says instead of its id, where it says anything."""
        text = dict_in(event, "message").get("text")
        if text is None:
            return super().is_new(event)
        name = f"{chat_of(event)} {happened_ms(event)} {text}"
        return self.bridge.store.is_new("INSERT OR IGNORE INTO events VALUES (?)", name)


class DropsRedeliveries(Reception):
    """Takes every redelivery for a copy of something it has."""

    def is_new(self, event: dict[str, Any]) -> bool:
        """By the flag."""
        flagged = dict_in(event, "deliveryContext").get("isRedelivery") is True
        return super().is_new(event) and not flagged


class FirstEventOfABatchOnly(Reception):
    """Looks at the first event of a webhook only."""

    def chosen(self, events: list[Any]) -> list[dict[str, Any]]:
        """The first."""
        return super().chosen(events[:1])


class CrossesUsers(Reception):
    """Answers the events of one webhook with each other's reply tokens."""

    def chosen(self, events: list[Any]) -> list[dict[str, Any]]:
        """Tokens go round."""
        found = super().chosen(events)
        tokens = [event.get("replyToken") for event in found]
        return [{**event, "replyToken": token}
                for event, token in zip(found, tokens[1:] + tokens[:1], strict=True)]  # fmt: skip


class CrashesOnUnknownType(Reception):
    """Answers 500 where an event or a message is of a type it does not know."""

    def take(self, event: dict[str, Any]) -> None:
        """With a table of types that is not complete."""
        if not self.is_new(event):
            return
        table = {"message", "messageEdited", "unsend", "follow", "unfollow", "join", "leave",
                 "memberJoined", "memberLeft", "postback", "videoPlayComplete", "beacon",
                 "accountLink", "membership", "activated", "deactivated"}  # fmt: skip
        kinds = {"text", "image", "video", "audio", "file", "location", "sticker", None}
        if event.get("type") not in table or dict_in(event, "message").get("type") not in kinds:
            raise KeyError(event.get("type"))
        self.bridge.handling.take(event)


class KnowsAllWords(Reception):
    """Drops an event without a word where a value in it is new, as a strict model does."""

    def take(self, event: dict[str, Any]) -> None:
        """Only with words of the documentation."""
        message, source = dict_in(event, "message"), dict_in(event, "source")
        stickers = {"STATIC", "ANIMATION", "SOUND", "ANIMATION_SOUND", "POPUP", "POPUP_SOUND",
                    "CUSTOM", "MESSAGE", "NAME_TEXT", "PER_STICKER_TEXT", ""}  # fmt: skip
        mentioned = dict_in(message, "mention").get("mentionees") or []
        known = (
            text_in(source, "type") in {"user", "group", "room", ""}
            and text_in(message, "stickerResourceType") in stickers
            and text_in(dict_in(message, "contentProvider"), "type") in {"line", "external", ""}
            and all(each.get("type") in {"user", "all"} for each in mentioned)
        )
        if known:
            super().take(event)


class StrictAboutProperties(Reception):
    """Answers 500 where an event has a property it does not know."""

    def take(self, event: dict[str, Any]) -> None:
        """Extra properties are forbidden."""
        table = {"type", "mode", "timestamp", "source", "webhookEventId", "deliveryContext",
                 "replyToken", "message", "unsend", "follow", "joined", "left", "postback",
                 "videoPlayComplete", "beacon", "link", "membership", "chatControl", "delivery",
                 "things"}  # fmt: skip
        if new := set(event) - table:
            raise ValueError(new)
        super().take(event)


class NeedsEveryProperty(Reception):
    """Answers 500 where something is missing that need not be there."""

    def take(self, event: dict[str, Any]) -> None:
        """Without asking whether it is."""
        event["source"]["userId"]
        if event["type"] == "message":
            event["message"]["markAsReadToken"]
        super().take(event)


class TakesAnyDestination(Reception):
    """Never looks at who a webhook is for."""

    def for_us(self, webhook: dict[str, Any]) -> bool:
        """Everything is."""
        return True


class LosesSome(Reception):
    """Loses every tenth event: confirmed, and never seen again."""

    count = 0

    def take(self, event: dict[str, Any]) -> None:
        """Nine of ten."""
        self.count += 1
        if self.count % 10:
            super().take(event)


class Silent(Reception):
    """Answers 200 to everything and does nothing."""

    async def __call__(self, request: Request) -> Response:
        """200."""
        await request.body()
        return Response(status_code=200)


class RefusesAll(Reception):
    """Refuses every webhook, also those that LINE signed."""

    def signed(self, body: bytes, signature: str | None) -> bool:
        """Only the one by which it is asked whether it is there."""
        return b'"events":[]' in body and super().signed(body, signature)


class NeedsAProfile(Reception):
    """Shows and answers nothing of a customer whose profile cannot be read."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.asked: dict[str, asyncio.Task[Answer]] = {}

    async def confirm(self, webhook: dict[str, Any]) -> Response:
        """Ask for every profile first, once; who has none is nobody."""
        events = webhook.get("events") or []
        known = [event for event in events if await self.has_profile(event)]
        return await super().confirm({**webhook, "events": known})

    async def has_profile(self, event: dict[str, Any]) -> bool:
        """False for a 404."""
        kind, chat = chat_of(event)
        if kind != "user":
            return True
        if chat not in self.asked:
            self.asked[chat] = self.bridge.start(self.bridge.api.get(f"/v2/bot/profile/{chat}"))
        done, _ = await asyncio.wait([self.asked[chat]], timeout=1.0)
        return not done or self.asked[chat].result().status != 404
