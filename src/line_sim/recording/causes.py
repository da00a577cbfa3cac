"""What made a bot call: derived from a recording when it is read, never written into it.

A reply token points at the event it came with; a message id (content, quotes) or quote token at
the event that brought it. Otherwise a call that is *to* a chat is taken to answer the latest
unanswered event of that chat, where that is at most 10 minutes of schedule time ago; one whose
webhook the bridge refused only where there is no other. Whatever is left is unsolicited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from line_sim.recording.lines import body_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WINDOW_S = 600.0
"""Schedule seconds within which a call to a chat counts as an answer ("chosen", PLATFORM 5)."""
Basis = Literal["reply token", "message id", "quote token", "chat", "unsolicited"]

_MESSAGE_PATH = re.compile(r"/v2/bot/message/(\d+)/content")
_SENDING = re.compile(r"/v2/bot/message/(reply|push|multicast|narrowcast|broadcast)\b")


class Event(NamedTuple):
    """A webhook event as far as causes need it."""

    id: str
    """``webhookEventId``; ``exchange/place`` where a faulty webhook has none."""
    type: str
    channel: str
    chat: str
    """Group, room or user; empty where the event has no source."""
    exchange: int
    at_s: float
    """When the webhook that brought it last was sent."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a call came."""

    basis: Basis
    event: Event | None = None
    age_s: float | None = None
    """Schedule seconds from the event's webhook to the call."""


UNSOLICITED = Cause("unsolicited")


@dataclass(slots=True)
class _Open:
    """A call whose answer has not come: its cause, or one for each channel it might belong to."""

    line: Mapping[str, Any]
    cause: Cause | None
    by_channel: dict[str, Cause] = field(default_factory=dict)


class Tracer:
    """Follows a recording line by line and tells the cause of each call when it ends."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self.window_s = window_s
        self._by_reply_token: dict[str, Event] = {}
        self._by_message: dict[str, Event] = {}
        self._by_quote_token: dict[str, Event] = {}
        self._waiting: dict[str, dict[str, Event]] = {}  # chat -> event id -> unanswered event
        self._answered: set[str] = set()
        self._brought: dict[int, list[str]] = {}  # exchange -> ids, while the webhook is open
        self._refused: set[str] = set()
        self._open: dict[int, _Open] = {}

    def see(self, line: Mapping[str, Any]) -> tuple[int, Cause] | None:
        """Take in the next line; at a ``call_end``, the exchange and the cause of its call."""
        kind = line["kind"]
        if kind == "webhook":
            self._webhook(line)
        elif kind == "webhook_end":
            self._confirmed(line)
        elif kind == "call":
            self._open[line["exchange"]] = self._call(line)
        elif kind == "call_end":
            return self._ended(line)
        return None

    def unanswered(self) -> Iterator[tuple[int, Cause]]:
        """The calls that have no end in the recording, and their causes."""
        for exchange, call in self._open.items():
            yield exchange, _chosen(call, "")

    def _webhook(self, line: Mapping[str, Any]) -> None:
        payload = body_json(line)
        events = payload.get("events") if isinstance(payload, dict) else None
        channel = str(line.get("channel", ""))
        for place, raw in enumerate(events if isinstance(events, list) else ()):
            if isinstance(raw, dict):
                self._event(raw, place, channel, line)

    def _confirmed(self, line: Mapping[str, Any]) -> None:
        """Remember which events the bridge refused, until it takes one after all."""
        brought = self._brought.pop(line["exchange"], [])
        if _is_2xx(line):
            self._refused.difference_update(brought)
        else:
            self._refused.update(brought)

    def _event(
        self, raw: Mapping[str, Any], place: int, channel: str, line: Mapping[str, Any]
    ) -> None:
        source, message = _object(raw, "source"), _object(raw, "message")
        name = str(raw.get("webhookEventId") or f"{line['exchange']}/{place}")
        chat = source.get("groupId") or source.get("roomId") or source.get("userId") or ""
        found = Event(
            name, str(raw.get("type")), channel, str(chat), line["exchange"], line["at_s"]
        )
        for value, table in (
            (raw.get("replyToken"), self._by_reply_token),
            (message.get("id"), self._by_message),
            (message.get("quoteToken"), self._by_quote_token),
        ):
            if isinstance(value, str):
                table[value] = found
        self._brought.setdefault(line["exchange"], []).append(name)
        if chat and name not in self._answered:
            waiting = self._waiting.setdefault(found.chat, {})
            waiting.pop(name, None)  # a redelivery is later than what came in between
            waiting[name] = found

    def _call(self, line: Mapping[str, Any]) -> _Open:
        path, at_s = str(line.get("path", "")), line["at_s"]
        body = body_json(line)
        asked = body if isinstance(body, dict) else {}
        reply = self._by_reply_token.get(str(asked.get("replyToken")))
        if reply is not None:
            return _Open(line, Cause("reply token", reply, at_s - reply.at_s))
        message = _MESSAGE_PATH.search(path)
        if message and (event := self._by_message.get(message[1])):
            return _Open(line, Cause("message id", event, at_s - event.at_s))
        for each in _objects(asked.get("messages")):
            quoted = self._by_quote_token.get(str(each.get("quoteToken")))
            if quoted is not None:
                return _Open(line, Cause("quote token", quoted, at_s - quoted.at_s))
        to = asked.get("to")
        chats = [to] if isinstance(to, str) else to if isinstance(to, list) else []
        return _Open(line, None, self._by_chat(chats, at_s))

    def _by_chat(self, chats: Iterable[object], at_s: float) -> dict[str, Cause]:
        """The latest unanswered event among `chats`, for each channel that has one."""
        latest: dict[str, Event] = {}
        for chat in chats:
            waiting = self._waiting.get(str(chat), {})
            for name in [n for n, event in waiting.items() if at_s - event.at_s > self.window_s]:
                del waiting[name]
            for event in waiting.values():
                best = latest.get(event.channel)
                if best is None or self._likelihood(event) >= self._likelihood(best):
                    latest[event.channel] = event
        return {
            channel: Cause("chat", event, at_s - event.at_s) for channel, event in latest.items()
        }

    def _likelihood(self, event: Event) -> tuple[bool, float]:
        """What orders events by how likely a call answers them."""
        return event.id not in self._refused, event.at_s

    def _ended(self, line: Mapping[str, Any]) -> tuple[int, Cause] | None:
        exchange = line["exchange"]
        call = self._open.pop(exchange, None)
        if call is None:
            return None
        channel = str(call.line.get("channel") or line.get("channel_id") or "")
        cause = _chosen(call, channel)
        if cause.event and _is_2xx(line) and _SENDING.search(str(call.line.get("path", ""))):
            self._answered.add(cause.event.id)
            self._waiting.get(cause.event.chat, {}).pop(cause.event.id, None)
        return exchange, cause


def causes(lines: Iterable[Mapping[str, Any]]) -> dict[int, Cause]:
    """The cause of every call in a recording, by exchange."""
    tracer = Tracer()
    found = dict(filter(None, map(tracer.see, lines)))
    found.update(tracer.unanswered())
    return found


def _chosen(call: _Open, channel: str) -> Cause:
    """The cause within the channel the call turned out to belong to, the latest where unknown."""
    if call.cause is not None:
        return call.cause
    if channel and set(call.by_channel) - {""}:
        return call.by_channel.get(channel, UNSOLICITED)
    return min(call.by_channel.values(), key=lambda cause: cause.age_s or 0.0, default=UNSOLICITED)


def _is_2xx(line: Mapping[str, Any]) -> bool:
    return 200 <= int(line.get("status") or 0) < 300  # noqa: PLR2004 - HTTP's own border


def _object(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _objects(raw: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(raw, list):
        yield from (each for each in raw if isinstance(each, dict))
