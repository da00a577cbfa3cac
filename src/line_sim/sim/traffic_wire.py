"""What passes on the wire when a simulated customer, or somebody to a customer, writes.

For what a customer writes: the webhook, the bridge's 2xx, and what a bridge then fetches (the
profile of somebody new, a picture's content). For what is written to a customer: a call, reply
while the token is young and else push. Lines come out in order of time.
"""

from __future__ import annotations

import heapq
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from line_sim.desk.model import SECOND
from line_sim.wire.bodies import encode, headers
from line_sim.wire.events import webhook
from line_sim.wire.ids import Ids
from line_sim.wire.signature import sign
from line_sim.world.people_names import PeopleNames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.recording.writer import Writer

REPLY_WITHIN_US = 30 * SECOND
"""Age up to which a bridge replies instead of pushing: half of a reply token's minute."""
PLACES = (
    (13.7563, 100.5018, "Bangkok"),
    (35.6812, 139.7671, "Tokyo"),
    (25.033, 121.5654, "Taipei"),
)
WEBHOOK_MS = (15, 120)
"""Milliseconds the recorded bridge takes to confirm, and then to call: uniform, assumed."""


@dataclass(slots=True)
class Chat:
    """What a bridge remembers of a customer."""

    id: str
    name: str
    token: str = ""
    event: str = ""
    wrote_us: int = 0
    known: bool = False
    said: int = 0
    sent_us: int = 0
    """When the bridge last sent to it: it sends to one chat in order."""


@dataclass(order=True, slots=True)
class _Line:
    at_us: int
    order: int
    kind: str = field(compare=False)
    fields: dict[str, Any] = field(compare=False)


class Wire:
    """The lines of a recording in the making.

    Parameters
    ----------
    seed
        Of ids, names, texts and the bridge's delays.
    language
        Of names and texts: ja, th, zh-TW, en, id.
    epoch_ms
        Unix time at which the recording begins.
    media
        Whether pictures, sounds and films are made, or only named.
    """

    def __init__(self, seed: int, language: str, epoch_ms: int, *, media: bool) -> None:
        self.ids = Ids(seed)
        self.luck = Random(seed)  # noqa: S311 - simulated luck
        self.epoch_ms = epoch_ms
        self.chats: dict[int, Chat] = {}
        self.counts = {"webhooks": 0, "calls": 0, "media": 0}
        self.at_us = 0
        """Of the line that was written last."""
        self._names = PeopleNames(seed, language)
        self._language = language
        self._media = media
        self._lines: list[_Line] = []
        self._order = 0
        self._exchanges = 0
        self._files: dict[str, Any] = {}

    def flush(self, writer: Writer, before_us: int | None) -> None:
        """Write what comes by then; None: all of it."""
        while self._lines and (before_us is None or self._lines[0].at_us <= before_us):
            line = heapq.heappop(self._lines)
            self.at_us = line.at_us
            writer.write(line.kind, **line.fields)

    def chat(self, number: int) -> Chat:
        """The chat of a visitor, by the log's number."""
        found = self.chats.get(number)
        if found is None:
            name = self._names.visitor(number)
            found = self.chats[number] = Chat(self.ids.user("provider", number), name)
        return found

    def writes(self, chat: Chat, channel: str, kind: str, at_us: int) -> None:
        """A customer writes: the webhook, the bridge's answer, what it then fetches."""
        self.counts["webhooks"] += 1
        chat.said += 1
        unix_ms = self.epoch_ms + at_us // 1_000
        message = self._message(chat, kind)
        chat.token, chat.event, chat.wrote_us = (
            self.ids.reply_token(), self.ids.event(unix_ms), at_us,
        )  # fmt: skip
        event = {
            "type": "message",
            "message": message,
            "webhookEventId": chat.event,
            "deliveryContext": {"isRedelivery": False},
            "timestamp": unix_ms,
            "source": {"type": "user", "userId": chat.id},
            "replyToken": chat.token,
            "mode": "active",
        }
        body = encode(webhook(self.ids.bot(channel), [event]))
        signed = headers(sign(self.ids.secret(channel), body))
        exchange, took_ms = self._exchange(), self.luck.uniform(*WEBHOOK_MS)
        self._add(
            at_us, "webhook", exchange=exchange, channel=channel, attempt=1, due_s=at_us / SECOND,
            headers=dict(signed), body=body,
        )  # fmt: skip
        end_us = at_us + round(took_ms * 1_000)
        self._add(end_us, "webhook_end", exchange=exchange, status=200, took_ms=round(took_ms, 3))
        if not chat.known:
            chat.known = True
            answer = {"userId": chat.id, "displayName": chat.name, "language": self._language}
            self._call(end_us, channel, "GET", f"/v2/bot/profile/{chat.id}", "getProfile", answer)
        if message["type"] in {"image", "video", "audio", "file"}:
            self._fetches(end_us, channel, message)

    def _message(self, chat: Chat, kind: str) -> dict[str, Any]:
        number = self.ids.message()
        common = {"type": kind, "id": number}
        quote = {"quoteToken": self.ids.quote_token()}
        if kind == "text":
            text = self._names.text(chat.said, int(number) % 100_000)
            return {**common, **quote, "text": text}
        if kind == "sticker":
            sticker = {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC"}
            return {**common, **quote, **sticker}
        if kind == "location":
            latitude, longitude, title = self.luck.choice(PLACES)
            return {**common, "title": title, "latitude": latitude, "longitude": longitude}
        if kind == "file":
            return {**common, "fileName": "receipt.pdf", "fileSize": 2_000}
        more = {"duration": 1_000} if kind in {"audio", "video"} else {}
        quoted = {} if kind == "audio" else quote
        return {**common, **quoted, "contentProvider": {"type": "line"}, **more}

    def _fetches(self, at_us: int, channel: str, message: Mapping[str, Any]) -> None:
        """The bridge fetches what was sent, at once."""
        path = f"/v2/bot/message/{message['id']}/content"
        made = self._file(message["type"]) if self._media else None
        body, media_type = (made.data, made.media_type) if made else (b"", "")
        self.counts["media"] += made is not None
        self._call(at_us, channel, "GET", path, "getMessageContent", body, media_type=media_type)

    def _file(self, kind: str) -> Any:  # noqa: ANN401 - one of line_sim.media's
        """One of a few files of a kind, made once."""
        from line_sim.sim.traffic_media import made  # noqa: PLC0415 - Pillow, PyAV

        name = f"{kind} {self.luck.randrange(3)}"
        if name not in self._files:
            self._files[name] = made(kind, int(name[-1]))
        return self._files[name]

    def sends(self, chat: Chat, channel: str, text: str, staff: str, at_us: int) -> None:
        """Staff, or the channel itself, write to a customer."""
        message: dict[str, Any] = {"type": "text", "text": text.format(staff=staff)}
        if staff:
            message["sender"] = {"name": staff}
        young = bool(chat.token) and at_us - chat.wrote_us <= REPLY_WITHIN_US
        asked: dict[str, Any] = {"messages": [message]}
        asked |= {"replyToken": chat.token} if young else {"to": chat.id}
        key = "" if young else str(uuid.UUID(int=self.luck.getrandbits(128), version=4))
        number = self.ids.message()
        sent = {
            "kind": "reply" if young else "push", "chats": [chat.id], "delivered": [chat.id],
            "messages": [message], "ids": [number], "event": chat.event if young else "",
        }  # fmt: skip
        if young:
            chat.token = ""
        answer = {"sentMessages": [{"id": number, "quoteToken": self.ids.quote_token()}]}
        name = "replyMessage" if young else "pushMessage"
        path = f"/v2/bot/message/{'reply' if young else 'push'}"
        delay_us = round(self.luck.uniform(*WEBHOOK_MS) * 1_000) + 130_000
        chat.sent_us = max(at_us + delay_us, chat.sent_us + 30_000)
        self._call(chat.sent_us, channel, "POST", path, name, answer, asked=asked, key=key,
                   sent=sent)  # fmt: skip

    def _call(  # noqa: PLR0913, PLR0917 - what a call and its answer have
        self, at_us: int, channel: str, method: str, path: str, operation: str, answer: object,
        *, asked: Mapping[str, Any] | None = None, key: str = "", media_type: str = "",
        sent: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.counts["calls"] += 1
        exchange, took_ms = self._exchange(), self.luck.uniform(2, 20)
        sends = {"authorization": f"Bearer {self.ids.access_token(channel)}"}
        if asked is not None:
            sends["content-type"] = "application/json"
        if key:
            sends["x-line-retry-key"] = key
        self._add(
            at_us, "call", exchange=exchange, channel=channel, method=method, path=path,
            headers=sends, body=asked,
        )  # fmt: skip
        gets = {"content-type": media_type or "application/json",
                "x-line-request-id": self.ids.request_id()}  # fmt: skip
        self._add(
            at_us + round(took_ms * 1_000), "call_end", exchange=exchange, status=200,
            headers=gets, body=answer, took_ms=round(took_ms, 3), operation=operation,
            channel_id=self.ids.channel_id(channel), sent=sent,
        )  # fmt: skip

    def _exchange(self) -> int:
        self._exchanges += 1
        return self._exchanges

    def _add(self, at_us: int, kind: str, **fields: Any) -> None:  # noqa: ANN401 - JSON
        self._order += 1
        heapq.heappush(self._lines, _Line(at_us, self._order, kind, fields))
