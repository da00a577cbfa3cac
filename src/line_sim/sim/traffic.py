"""Simulated customers as LINE traffic: the recording that a simulated day would have left.

Every message of the event log becomes what passes on the wire: a webhook for what a customer
writes; a call, reply while its token is young and else push, for what staff or the channel itself
say. So a simulated day can be replayed against a real bridge, and the log derived from that traffic
says what the simulation's own log says.
"""

from __future__ import annotations

import hashlib
import heapq
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from line_sim.desk.model import (
    AWAY_SENT,
    CLOSE_SENT,
    MESSAGE_TYPES,
    REASONS,
    RECEIVED,
    SECOND,
    STAFF_MESSAGE,
    VISITOR_MESSAGE,
    WELCOME_SENT,
)
from line_sim.errors import ConfigurationError, Fault
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer
from line_sim.sim.traffic_texts import AUTOMATIC, answers
from line_sim.wire.bodies import encode, headers
from line_sim.wire.events import webhook
from line_sim.wire.ids import Ids
from line_sim.wire.signature import sign
from line_sim.world.people_names import PeopleNames

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from line_sim.log import EventLog

REPLY_WITHIN_US = 30 * SECOND
"""Age up to which a bridge replies instead of pushing: half of a reply token's minute."""
PLACES = (
    (13.7563, 100.5018, "Bangkok"),
    (35.6812, 139.7671, "Tokyo"),
    (25.033, 121.5654, "Taipei"),
)
SENT = {WELCOME_SENT: "welcome", AWAY_SENT: "away", CLOSE_SENT: "close"}
WEBHOOK_MS = (15, 120)
"""Milliseconds the recorded bridge takes to confirm, and then to call: uniform, assumed."""


def record_traffic(  # noqa: PLR0913 - each by name but the first two
    log: EventLog,
    path: str | Path,
    *,
    seed: int = 1,
    language: str = "",
    since_s: float = 0.0,
    until_s: float | None = None,
    media: bool = True,
    force: bool = False,
) -> dict[str, Any]:
    """Write the traffic of a simulated run as a recording.

    Parameters
    ----------
    log
        A run's log, of any engine; its messages are played, the rest is inside the desk.
    path
        The recording; ``.gz`` and ``.zst`` are packed, media go beside it.
    seed
        Of ids, names, texts and the bridge's delays: the same gives the same bytes.
    language
        Of names and texts: ja, th, zh-TW, en, id; by default the log's first language.
    since_s, until_s
        Which part, seconds since the log's start.
    media
        Whether pictures, sounds and films are made, or only named.

    Returns
    -------
    dict
        ``webhooks``, ``calls``, ``customers``, ``media``, ``span_s``.

    Raises
    ------
    OutputExistsError
        Where the file exists and not `force`.
    ConfigurationError
        Where the part holds no messages.
    """
    chosen = language or next(iter(log.header["languages"]), "en")
    rows = log.rows
    end_s = float("inf") if until_s is None else until_s
    told = [
        row
        for row in rows[(rows["at"] >= since_s * SECOND) & (rows["at"] <= end_s * SECOND)]
        if row["kind"] in {RECEIVED, VISITOR_MESSAGE, STAFF_MESSAGE, *SENT}
    ]
    if not told:
        given = f"from {since_s:g} s to {end_s:g} s"
        raise ConfigurationError([Fault("traffic", given, "a part with messages in it")])
    made = _Traffic(log, seed, chosen, media=media)
    return made.write(told, path, round(since_s * SECOND), force=force)


@dataclass(slots=True)
class _Chat:
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


class _Traffic:
    def __init__(self, log: EventLog, seed: int, language: str, *, media: bool) -> None:
        self.log = log
        self.names = PeopleNames(seed, language)
        self.language = language
        self.ids = Ids(seed)
        self.luck = Random(seed)  # noqa: S311 - simulated luck
        self.media = media
        self.seed = seed
        self.epoch_ms = round(log.start.timestamp() * 1_000)
        self.chats: dict[int, _Chat] = {}
        self.lines: list[_Line] = []
        self.order = 0
        self.exchanges = 0
        self.at_us = 0
        self.counts = {"webhooks": 0, "calls": 0, "media": 0}
        self.files: dict[str, Any] = {}

    def write(
        self, rows: list[Any], path: str | Path, since_us: int, *, force: bool
    ) -> dict[str, Any]:
        """Write it; rows are in order of time, and so are lines."""
        self.epoch_ms += since_us // 1_000
        key = hashlib.blake2b(f"traffic {self.seed}".encode(), digest_size=32).digest()
        with Writer(
            path,
            lambda: self.at_us,
            redact=Redactor(key=key),
            media="files" if self.media else "reference",
            header=self._header(),
            force=force,
            wall_ms=lambda: self.epoch_ms + self.at_us // 1_000,
        ) as writer:
            for row in rows:
                at_us = int(row["at"]) - since_us
                self._flush(writer, at_us)
                self._happens(row, at_us)
            self._flush(writer, None)
        customers = len(self.chats)
        return {**self.counts, "customers": customers, "span_s": self.at_us / SECOND}

    def _header(self) -> dict[str, Any]:
        return {
            "origin": "generated",
            "source": "a simulated run",
            "seed": self.seed,
            "epoch_ms": self.epoch_ms,
            "utc_offset": self.log.header["utc_offset"],
            "language": self.language,
            "channels": [
                {"name": each["name"], "bot_user_id": self.ids.bot(each["name"])}
                for each in self.log.header["channels"]
            ],
            "automatic_texts": {kind: [text] for kind, text in AUTOMATIC[self._known()].items()},
            "lacks": [] if self.media else ["media"],
        }

    def _known(self) -> str:
        return self.language if self.language in AUTOMATIC else "en"

    def _flush(self, writer: Writer, before_us: int | None) -> None:
        while self.lines and (before_us is None or self.lines[0].at_us <= before_us):
            line = heapq.heappop(self.lines)
            self.at_us = line.at_us
            writer.write(line.kind, **line.fields)

    def _add(self, at_us: int, kind: str, **fields: Any) -> None:  # noqa: ANN401 - JSON
        self.order += 1
        heapq.heappush(self.lines, _Line(at_us, self.order, kind, fields))

    def _happens(self, row: Any, at_us: int) -> None:  # noqa: ANN401 - a row of the log
        chat = self._chat(int(row["visitor"]))
        channel = self.log.header["channels"][max(0, int(row["channel"]))]["name"]
        kind = int(row["kind"])
        if kind in {RECEIVED, VISITOR_MESSAGE}:
            word = REASONS[row["reason"]] if kind == VISITOR_MESSAGE else "text"
            self._writes(chat, channel, word if word in MESSAGE_TYPES else "text", at_us)
        elif kind in SENT:
            self._sends(chat, channel, AUTOMATIC[self._known()][SENT[kind]], "", at_us)
        else:
            staff = self.log.members[row["staff"]] if row["staff"] >= 0 else ""
            text = self.luck.choice(answers(self._known()))
            self._sends(chat, channel, text, staff, at_us)

    def _chat(self, number: int) -> _Chat:
        found = self.chats.get(number)
        if found is None:
            name = self.names.visitor(number)
            found = self.chats[number] = _Chat(self.ids.user("provider", number), name)
        return found

    def _writes(self, chat: _Chat, channel: str, kind: str, at_us: int) -> None:
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
            answer = {"userId": chat.id, "displayName": chat.name, "language": self.language}
            self._call(end_us, channel, "GET", f"/v2/bot/profile/{chat.id}", "getProfile", answer)
        if message["type"] in {"image", "video", "audio", "file"}:
            self._fetches(end_us, channel, message)

    def _message(self, chat: _Chat, kind: str) -> dict[str, Any]:
        number = self.ids.message()
        common = {"type": kind, "id": number}
        quote = {"quoteToken": self.ids.quote_token()}
        if kind == "text":
            text = self.names.text(chat.said, int(number) % 100_000)
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
        made = self._file(message["type"]) if self.media else None
        body, media_type = (made.data, made.media_type) if made else (b"", "")
        self.counts["media"] += made is not None
        self._call(at_us, channel, "GET", path, "getMessageContent", body, media_type=media_type)

    def _file(self, kind: str) -> Any:  # noqa: ANN401 - one of line_sim.media's
        """One of a few files of a kind, made once."""
        from line_sim.sim.traffic_media import made  # noqa: PLC0415 - Pillow, PyAV

        name = f"{kind} {self.luck.randrange(3)}"
        if name not in self.files:
            self.files[name] = made(kind, int(name[-1]))
        return self.files[name]

    def _sends(self, chat: _Chat, channel: str, text: str, staff: str, at_us: int) -> None:
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
        self.exchanges += 1
        return self.exchanges
