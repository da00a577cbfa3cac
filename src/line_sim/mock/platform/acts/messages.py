"""What visitors write and send (Messaging API reference, webhook message objects)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Required, Unpack

from line_sim.mock.platform.acts.automatic import responds
from line_sim.mock.platform.acts.places import present, writing
from line_sim.mock.platform.happenings import Happening, Way, happens
from line_sim.mock.platform.impossible import ImpossibleActError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.chats import Chat
    from line_sim.mock.platform.people import Person
    from line_sim.net.clock import Instant

QUOTED = frozenset({"text", "sticker", "image", "video"})
"""Kinds of incoming messages that carry a quote token."""


class Where(Way, total=False):
    """In which group or room, by default in the visitor's own chat; and how the event goes out."""

    chat: Chat | None


class Saying(Where, total=False):
    """What belongs to a text."""

    emojis: Iterable[Mapping[str, Any]]
    """LINE emoji: index, length, productId, emojiId."""
    mentions: Iterable[Mapping[str, Any]]
    """Mentionees: index, length, type, userId, isSelf."""
    quotes: str
    """The id of the message this one answers to."""


class Edit(Where, total=False):
    """What a text becomes."""

    text: Required[str]
    emojis: Iterable[Mapping[str, Any]]
    mentions: Iterable[Mapping[str, Any]]


class Sticker(Where, total=False):
    """What belongs to a sticker."""

    resource_type: str
    keywords: Iterable[str]
    sticker_text: str
    """Of message stickers; at most 100 characters."""
    quotes: str


class Location(Where, total=False):
    """What may be told of a place."""

    title: str
    address: str


def says(
    channel: Channel, person: Person, now: Instant, text: str,
    **how: Unpack[Saying],
) -> dict[str, Any]:  # fmt: skip
    """Write a text."""
    message = {"type": "text", "id": channel.platform.ids.message(), "text": text}
    return sends(channel, person, now, message | _told(how), how)


def sends_sticker(
    channel: Channel, person: Person, now: Instant, sticker: tuple[str, str],
    **how: Unpack[Sticker],
) -> dict[str, Any]:  # fmt: skip
    """Send a sticker, by its package's id and its own."""
    message: dict[str, Any] = {
        "type": "sticker",
        "id": channel.platform.ids.message(),
        "packageId": sticker[0],
        "stickerId": sticker[1],
        "stickerResourceType": how.get("resource_type", "STATIC"),
    }
    return sends(channel, person, now, message | _told(how), how)


def sends_location(
    channel: Channel, person: Person, now: Instant, at: tuple[float, float],
    **how: Unpack[Location],
) -> dict[str, Any]:  # fmt: skip
    """Send a place: latitude and longitude in degrees."""
    message = {
        "type": "location",
        "id": channel.platform.ids.message(),
        "latitude": at[0],
        "longitude": at[1],
    }
    return sends(channel, person, now, message | _told(how), how)


def unsends(
    channel: Channel, person: Person, now: Instant, message_id: str,
    **where: Unpack[Where],
) -> dict[str, Any]:  # fmt: skip
    """Take a message back: its content is gone (410) and the account is told."""
    place = present(channel, person, now, where.get("chat"))
    channel.platform.written.own(channel, place, person, message_id)
    channel.platform.content.unsend(message_id)
    what = Happening("unsend", {"unsend": {"messageId": message_id}}, answerable=False)
    return happens(channel, now, place, what, where)


def edits(
    channel: Channel, person: Person, now: Instant, message_id: str,
    **how: Unpack[Edit],
) -> dict[str, Any]:  # fmt: skip
    """Change a text sent to a group: same message id, new quote token, nothing to mark as read."""
    chat = how.get("chat")
    if chat is None or chat.kind != "group":
        where = f"{person.name} edits {message_id}"
        raise ImpossibleActError(where, "not in a group", "LINE tells of edits in groups only")
    place = writing(channel, person, now, chat)
    first = channel.platform.written.own(channel, place, person, message_id)
    if first.kind != "text":
        where = f"{person.name} edits {message_id}"
        raise ImpossibleActError(where, f"of type {first.kind}", "a text")
    first.editions += 1
    message: dict[str, Any] = {
        "type": "text",
        "id": message_id,
        "text": how["text"],
        "quoteToken": channel.platform.seal.quote(channel.id, chat.id, message_id, first.editions),
    }
    what = Happening("messageEdited", {"message": message | _told(how)})
    return happens(channel, now, place, what, how)


def _told(how: Mapping[str, Any]) -> dict[str, Any]:
    """Properties that stand only where they have a value; lists are copied."""
    told: dict[str, Any] = {}
    if emojis := how.get("emojis"):
        told["emojis"] = [dict(each) for each in emojis]
    if mentions := how.get("mentions"):
        told["mention"] = {"mentionees": [dict(each) for each in mentions]}
    if keywords := how.get("keywords"):
        told["keywords"] = list(keywords)
    if quotes := how.get("quotes"):
        told["quotedMessageId"] = quotes
    # an edit's text and a text's are told by their makers; a sticker's and a place's are not
    for name in ("sticker_text", "title", "address"):
        if value := how.get(name):
            told[name.removeprefix("sticker_")] = value
    return told


def sends(
    channel: Channel, person: Person, now: Instant, message: dict[str, Any], how: Where
) -> dict[str, Any]:
    """Schedule a message event, its tokens added; and let the account respond by itself."""
    chat = how.get("chat")
    place = writing(channel, person, now, chat)
    sealed = channel.platform.seal
    if message["type"] in QUOTED:
        message["quoteToken"] = sealed.quote(channel.id, place.chat, message["id"])
    if channel.chat:
        message["markAsReadToken"] = sealed.reading(channel.id, place.chat, message["id"])
    channel.platform.written.add(channel, place, person, message)
    event = happens(channel, now, place, Happening("message", {"message": message}), how)
    if chat is None:
        responds(channel, person, now)
    return event
