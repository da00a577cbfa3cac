"""Events: what every webhook event has, made and put on the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.net.clock import Instant


class Way(TypedDict, total=False):
    """How an event goes out; see :meth:`Deliveries.add`."""

    delay_s: float
    together: bool | None
    flags: Mapping[str, Any] | None


class Place(NamedTuple):
    """Where something happens, as an event tells it."""

    chat: str
    """The id of the user, group or room; empty where the event has no source."""
    source: Mapping[str, str] | None


class Happening(NamedTuple):
    """What one event says beside what all events say."""

    type: str
    specific: Mapping[str, Any]
    answerable: bool = True
    """Whether the event carries a reply token."""


def happens(
    channel: Channel, now: Instant, place: Place, what: Happening, way: Way
) -> dict[str, Any]:
    """Schedule one event and return it; nobody may change it afterwards.

    Where another channel holds the chat, this one's event is for reading only and without a reply
    token, and the holder gets an event of its own (common properties, standby).
    """
    platform = channel.platform
    unix_ms = platform.unix_ms(now)
    held = bool(channel.controls) and channel.standby(place.chat, now)
    event: dict[str, Any] = {
        "type": what.type,
        **what.specific,
        "webhookEventId": platform.ids.event(unix_ms),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": unix_ms,
        "mode": "standby" if held else "active",
    }
    if place.source is not None:
        event["source"] = dict(place.source)
    if what.answerable and not held:
        token = event["replyToken"] = platform.ids.reply_token()
        channel.reply_tokens.add(token, event["webhookEventId"], place.chat, now)
    platform.deliveries.add(
        channel,
        event,
        now,
        delay_s=way.get("delay_s", 0.0),
        together=way.get("together"),
        flags=way.get("flags"),
    )
    if held:
        happens(channel.controls[place.chat].holder, now, place, what, way)
    return event
