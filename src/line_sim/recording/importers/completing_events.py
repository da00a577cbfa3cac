"""Webhooks of which only the JSON is known, with all that LINE's events have, in LINE's style."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from line_sim.recording.importers.json_values import loaded
from line_sim.recording.importers.made_ids import (
    made_event,
    made_message,
    made_quote_token,
    made_token,
    made_user,
)
from line_sim.recording.importers.times import LATEST_MS
from line_sim.wire import bodies
from line_sim.wire.events import EVENTS, AnswerableEvent, webhook

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWERED = frozenset(
    name for name, model in EVENTS.items() if issubclass(model, AnswerableEvent)
) - {"accountLink"}
"""Types of events that have a reply token, unless a module holds the chat."""
QUOTED = frozenset({"text", "sticker", "image", "video"})
"""Types of messages that have a quote token (Messaging API reference, message event)."""
WITH_SOURCE = frozenset(name for name, model in EVENTS.items() if "source" in model.model_fields)


class Completing:
    """Adds what is missing, and counts it.

    Attributes
    ----------
    made : Counter of str
        How often each thing was made: ``user id``, ``timestamp`` ...
    """

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()

    def timestamp(self, payload: Mapping[str, Any] | None) -> float | None:
        """When a webhook may have come, by its events: the latest; None where none says."""
        events = payload.get("events") if payload else None
        times = [
            event["timestamp"]
            for event in (events if isinstance(events, list) else ())
            if isinstance(event, dict) and is_time(event.get("timestamp"))
        ]
        return float(max(times)) if times else None

    def body(self, payload: Mapping[str, Any], place: str, at_ms: float, bot: str) -> bytes:
        """The body, written anew.

        Raises
        ------
        ValueError
            When the JSON cannot be written: a number without end, too many levels.
        """
        events = [
            self._event(event, f"{place}/{number}", at_ms) if isinstance(event, dict) else event
            for number, event in enumerate(payload["events"])
        ]
        destination = payload.get("destination")
        if not isinstance(destination, str):
            self.made["destination"] += 1
            destination = bot
        rest = {name: value for name, value in payload.items() if name not in _ENVELOPE}
        return bodies.encode(webhook(destination, events) | rest)

    def is_whole(self, raw: bytes) -> bool:
        """Whether a body lacks nothing that LINE's have."""
        payload = loaded(raw)
        if not isinstance(payload, dict) or not isinstance(payload.get("events"), list):
            return True  # no webhook of LINE's: kept as it is
        if not isinstance(payload.get("destination"), str):
            return False
        counted = Completing()
        for number, event in enumerate(payload["events"]):
            if isinstance(event, dict):
                counted._event(event, str(number), 0.0)
        return not counted.made

    def _event(self, event: Mapping[str, Any], place: str, at_ms: float) -> dict[str, Any]:
        done, kind = dict(event), event.get("type")
        content = repr(event)
        if not is_time(done.get("timestamp")):
            done["timestamp"] = self._new("timestamp", int(at_ms))
        if not isinstance(done.get("webhookEventId"), str):
            made = made_event(place, content, done["timestamp"])
            done["webhookEventId"] = self._new("webhookEventId", made)
        done.setdefault("mode", "active")
        done.setdefault("deliveryContext", {"isRedelivery": False})
        if kind in WITH_SOURCE and "source" not in done:
            made = made_user(f"nobody of {place}")
            done["source"] = self._new("user id", {"type": "user", "userId": made})
        if isinstance(done.get("message"), dict):
            done["message"] = self._message(done["message"], place, content)
        if kind in ANSWERED and done["mode"] == "active" and "replyToken" not in done:
            done["replyToken"] = self._new("reply token", made_token(place, content))
        return done

    def _message(self, message: Mapping[str, Any], place: str, content: str) -> dict[str, Any]:
        done = dict(message)
        if not isinstance(done.get("id"), str):
            done["id"] = self._new("message id", made_message(place, content))
        if done.get("type") in QUOTED and "quoteToken" not in done:
            done["quoteToken"] = self._new("quote token", made_quote_token(place, content))
        return done

    def _new(self, what: str, value: Any) -> Any:  # noqa: ANN401 - passed through
        self.made[what] += 1
        return value


_ENVELOPE = frozenset({"destination", "events"})


def is_time(value: object) -> bool:
    """Whether a value is a timestamp of LINE's: a whole number of ms."""
    return type(value) is int and 0 <= value < LATEST_MS
