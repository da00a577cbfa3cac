"""Changes of a webhook's JSON, each leaving what it is given as it was.

A mutation is a function from JSON to changed JSON, or to None where there is nothing to change:
of a whole webhook, or of one event, which :func:`in_first` makes one of a webhook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from line_sim.wire.ids import Ids

__all__ = [
    "BIG_BATCH",
    "NOVEL",
    "Mutation",
    "as_delivery",
    "as_things",
    "big_batch",
    "dropped",
    "extra_everywhere",
    "in_first",
    "replaced",
    "same_time",
    "unknown_params",
    "unnamed_member",
]

Json = Mapping[str, Any]
Mutation = Callable[[Json], Json | None]
"""From JSON to changed JSON; None: it has nothing to change."""

NOVEL = "lineSimNovelty"
"""The value, and the name of the property, that no bot can know."""

BIG_BATCH = 100
"""Events of an oversized but legal webhook."""


def in_first(change: Mutation) -> Mutation:
    """From a mutation of an event, that of the first event of a webhook that it fits."""

    def changed(webhook: Json) -> Json | None:
        events = webhook["events"]
        for place, event in enumerate(events):
            other = change(event)
            if other is not None:
                return {**webhook, "events": [*events[:place], other, *events[place + 1 :]]}
        return None

    return changed


def _at(value: Any, path: tuple[str | int, ...], change: Mutation) -> Any:  # noqa: ANN401 - JSON
    """`value` with the object at `path` changed; None where there is no such object."""
    if not path:
        return change(value) if isinstance(value, dict) else None
    step, *rest = path
    match value, step:
        case dict(), str() if step in value:
            inner = _at(value[step], tuple(rest), change)
            return None if inner is None else {**value, step: inner}
        case list(), int() if step < len(value):
            inner = _at(value[step], tuple(rest), change)
            return None if inner is None else [*value[:step], inner, *value[step + 1 :]]
    return None


def replaced(*path: str | int, by: object = NOVEL) -> Mutation:
    """Another value for the property at `path`, where there is one."""
    *above, last = path

    def change(inner: Json) -> Json | None:
        return {**inner, str(last): by} if last in inner else None

    return lambda event: _at(event, tuple(above), change)


def dropped(*path: str | int, also: str = "") -> Mutation:
    """Without the property at `path`, where it is there; `also` goes with it from its object."""
    *above, last = path

    def change(inner: Json) -> Json | None:
        if last not in inner:
            return None
        return {name: value for name, value in inner.items() if name not in {last, also}}

    return lambda event: _at(event, tuple(above), change)


def unnamed_member(event: Json) -> Json | None:
    """A message from a group or room without its sender's id."""
    if event.get("source", {}).get("type") not in {"group", "room"}:
        return None
    return dropped("source", "userId")(event)


def unknown_params(event: Json) -> Json | None:
    """A postback whose parameter is of no known name."""
    return _at(event, ("postback",), lambda inner: {**inner, "params": {NOVEL: NOVEL}})  # type: ignore[no-any-return]


def extra_everywhere(webhook: Json) -> Json:
    """One more property in every object, and so on every level."""

    def grown(value: Any) -> Any:  # noqa: ANN401 - JSON is of any type
        match value:
            case dict():
                members = {name: grown(member) for name, member in value.items()}
                return {**members, NOVEL: {"since": "tomorrow"}}
            case list():
                return [grown(member) for member in value]
            case _:
                return value

    return grown(webhook)  # type: ignore[no-any-return]


def _common(event: Json) -> dict[str, Any]:
    names = ("mode", "timestamp", "webhookEventId", "deliveryContext")
    return {name: event[name] for name in names if name in event}


def as_standby(event: Json) -> Json:
    """An event for reading only: another channel holds the chat, so there is nothing to reply with.

    (Messaging API reference, common properties of events, mode.)
    """
    kept = {name: value for name, value in event.items() if name != "replyToken"}
    return {**kept, "mode": "standby"}


def as_things(event: Json) -> Json | None:
    """A user's event as one of the type that LINE removed in August 2025."""
    if event.get("source", {}).get("type") != "user":
        return None
    kept = {name: event[name] for name in ("source", "replyToken") if name in event}
    linked = {"deviceId": "fake-device", "type": "link"}
    return {"type": "things", **_common(event), **kept, "things": linked}


def as_delivery(event: Json) -> Json:
    """An event as that of a LINE notification message, which names nobody since January 2025."""
    return {"type": "delivery", **_common(event), "delivery": {"data": "fake-delivery-tag"}}


def same_time(webhook: Json) -> Json | None:
    """Every event in the millisecond of the first; None where they are already, or there is one."""
    events = webhook["events"]
    times = {event.get("timestamp") for event in events}
    if len(times) < 2 or None in times:  # noqa: PLR2004 - of one there is nothing to change
        return None
    first = events[0]["timestamp"]
    return {**webhook, "events": [{**event, "timestamp": first} for event in events]}


def _copies(event: Json) -> Iterator[Json]:
    """Further events like `event`, each with ids of its own and nothing to reply with."""
    ids = Ids(BIG_BATCH)
    bare = {name: value for name, value in event.items() if name != "replyToken"}
    while True:
        copy = {**bare, "webhookEventId": ids.event(event["timestamp"])}
        if "message" in event:
            copy["message"] = {**event["message"], "id": ids.message()}
        yield copy


def big_batch(webhook: Json) -> Json | None:
    """:data:`BIG_BATCH` events: those there are, and copies of the first under new ids."""
    events = webhook["events"]
    missing = BIG_BATCH - len(events)
    if not events or missing <= 0:
        return None
    copies = _copies(events[0])
    return {**webhook, "events": [*events, *(next(copies) for _ in range(missing))]}
