"""One JSON value of a dump as the webhook in it: a bare body, an event, or either in an envelope.

Envelopes are what programs and gateways keep around a body: headers, a time, an answer. Their
members are found by the names in use (chosen); a body is text, base64 or JSON.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from line_sim.recording.importers.found import LONGEST_HEAD, Ended, Unusable, Webhook, plain
from line_sim.recording.importers.har import LONGEST_MS
from line_sim.recording.importers.json_values import loaded
from line_sim.recording.importers.line_traffic import SIGNATURE, kept
from line_sim.recording.importers.times import unix_ms

if TYPE_CHECKING:
    from collections.abc import Mapping

BODY = (
    "body", "rawBody", "raw_body", "raw", "payload", "requestBody", "request_body", "data",
    "content", "json", "webhook",
)  # fmt: skip
HEADERS = ("headers", "requestHeaders", "request_headers", "header")
TIMES = (
    "at_ms", "time", "timestamp", "ts", "at", "received_at", "receivedAt", "date", "datetime",
    "@timestamp", "created_at", "createdAt", "wall_ms",
)  # fmt: skip
STATUS = ("status", "statusCode", "status_code", "responseStatus", "response_status")
TOOK = ("took_ms", "duration_ms", "elapsed_ms", "latency_ms", "durationMs")
SIGNATURES = (SIGNATURE, "x_line_signature", "signature")


def webhook(place: str, value: object) -> Webhook | Unusable:
    """The webhook in a value.

    Parameters
    ----------
    place
        Where the value stands.
    value
        JSON of any shape.
    """
    bare = _payload(value)
    if bare is not None:
        return Webhook(place, payload=bare)
    if not isinstance(value, dict):
        return Unusable(place, f"{_kind(value)}; a webhook's body, an event or {{headers, body}}")
    inner = value.get("request")
    around = value | inner if isinstance(inner, dict) else value
    for name in BODY:
        if name in around:
            return _enveloped(place, around, around[name])
    wanted = "a webhook has events, an event a type and a source or timestamp"
    return Unusable(place, f"an object with {_names(value)}: {wanted}")


def _payload(value: object) -> dict[str, Any] | None:
    """A body of a webhook, made where only its events are there; None where neither is."""
    if isinstance(value, list) and value and all(map(is_event, value)):
        return {"events": value}
    if not isinstance(value, dict):
        return None
    events = value.get("events")
    if isinstance(events, list) and (
        isinstance(value.get("destination"), str) or (events and all(map(is_event, events)))
    ):
        return value
    return {"events": [value]} if is_event(value) else None


def is_event(value: object) -> bool:
    """Whether JSON is a webhook event, as far as its properties tell."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("type"), str)
        and isinstance(value.get("source", {}), dict)
        and not {"webhookEventId", "source", "replyToken", "deliveryContext"}.isdisjoint(value)
    )


def _enveloped(place: str, around: dict[str, Any], body: object) -> Webhook | Unusable:
    headers = _headers(around)
    raw: bytes | None = None
    if isinstance(body, str):
        raw = _bytes(body, around)
        if raw is None:
            return Unusable(place, "the body is not the base64 that isBase64Encoded says")
    # what is signed is a webhook, whatever it holds
    payload = _payload(body if raw is None else loaded(raw))
    if payload is None and (raw is None or not any(n.lower() == SIGNATURE for n, _ in headers)):
        return Unusable(place, "the body is no webhook: destination and events are missing")
    if sum(len(name) + len(text) for name, text in headers) > LONGEST_HEAD:
        return Unusable(place, f"more than {LONGEST_HEAD:,} characters of headers")
    ended = _ended(around)
    return Webhook(
        place, _time(around), raw, payload, headers or None, ended, answer_known=ended is not None
    )


def _bytes(body: str, around: Mapping[str, Any]) -> bytes | None:
    if around.get("isBase64Encoded") is True:
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            return None
    return body.encode("utf-8", "replace")


def _headers(around: Mapping[str, Any]) -> list[tuple[str, str]]:
    given = next((around[name] for name in HEADERS if name in around), None)
    found: list[tuple[str, str]] = []
    if isinstance(given, dict):
        for name, value in given.items():
            first = value[0] if isinstance(value, list) and value else value
            if isinstance(first, str | int | float):
                found.append((name, str(first)))
    for pair in given if isinstance(given, list) else ():
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(p, str) for p in pair):  # noqa: PLR2004 - name and value
            found.append((pair[0], pair[1]))
        elif isinstance(pair, dict) and isinstance(pair.get("name"), str):
            found.append((pair["name"], str(pair.get("value", ""))))
    found = kept(found)
    if not any(name.lower() == SIGNATURE for name, _ in found):
        beside = next((around[name] for name in SIGNATURES if name in around), None)
        if isinstance(beside, str):
            found.append((SIGNATURE, plain(beside)))
    return found


def _time(around: Mapping[str, Any]) -> float | None:
    for name in TIMES:
        read = unix_ms(around[name]) if name in around else None
        if read is not None:
            return read[0]
    context = around.get("requestContext")
    epoch = context.get("timeEpoch") if isinstance(context, dict) else None
    read = unix_ms(epoch) if epoch is not None else None
    return read[0] if read else None


def _ended(around: dict[str, Any]) -> Ended | None:
    answer = around.get("response")
    given = around | answer if isinstance(answer, dict) else around
    status = next((given[name] for name in STATUS if type(given.get(name)) is int), None)
    if status is None or not 100 <= status < 1_000:  # noqa: PLR2004 - three digits
        return None
    took = next((given[name] for name in TOOK if type(given.get(name)) in {int, float}), None)
    known = took is not None and 0 <= took <= LONGEST_MS
    return Ended(status, took_ms=took if known else None)


def _kind(value: object) -> str:
    kinds = {str: "text", bool: "true or false", list: "a list", type(None): "null"}
    return kinds.get(type(value), "a number")


def _names(value: Mapping[str, Any]) -> str:
    names = [name[:30] if name.isprintable() else ascii(name[:30]) for name in list(value)[:4]]
    return ", ".join(names) + (", ..." if len(value) > len(names) else "") or "nothing in it"
