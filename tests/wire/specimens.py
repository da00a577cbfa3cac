"""One of every event that LINE can send: with the least it may have, and with all it may have."""

from collections.abc import Iterator
from typing import Any

from line_sim.wire import event_contents as contents
from line_sim.wire import events, incoming, sources
from line_sim.wire.ids import Ids
from line_sim.wire.model import WireModel

IDS = Ids(6)
BOT = IDS.bot("shop")
PERSON = IDS.user("provider", 1)
OTHER = IDS.user("provider", 2)
GROUP = IDS.group(1)
ROOM = IDS.room(1)

USER = sources.UserSource(user_id=PERSON)
SOURCES: dict[str, sources.UserSource | sources.GroupSource | sources.RoomSource] = {
    "user": USER,
    "group": sources.GroupSource(group_id=GROUP),
    "group member": sources.GroupSource(group_id=GROUP, user_id=PERSON),
    "room": sources.RoomSource(room_id=ROOM),
    "room member": sources.RoomSource(room_id=ROOM, user_id=PERSON),
}

_EXTERNAL = incoming.ContentProvider(
    type="external",
    original_content_url="https://example.com/original.bin",
    preview_image_url="https://example.com/preview.jpg",
)
_TEXT = "\N{RED APPLE} @Anong 你好 (smile) \U0001f468\u200d\U0001f469\u200d\U0001f467 สวัสดี"
_MARKED_TEXT: dict[str, Any] = {
    "text": _TEXT,
    "emojis": (incoming.Emoji(index=13, length=7, product_id="5ac1bfd5", emoji_id="002"),),
    "mention": incoming.Mention(
        mentionees=(
            incoming.Mentionee(index=3, length=6, user_id=OTHER, is_self=False),
            incoming.Mentionee(index=3, length=6),
            incoming.Mentionee(index=3, length=6, type="all"),
        )
    ),
    "quoted_message_id": "480000000000000001",
}

_LEAST: dict[str, dict[str, Any]] = {
    "text": {"text": "hello"},
    "image": {},
    "video": {},
    "audio": {},
    "file": {"file_name": "a.pdf", "file_size": 0},
    "location": {"latitude": 0, "longitude": 0},
    "sticker": {"package_id": "446", "sticker_id": "1988"},
}
_MOST: dict[str, dict[str, Any]] = {
    "text": _MARKED_TEXT,
    "image": {
        "content_provider": _EXTERNAL,
        "image_set": incoming.ImageSet(id="E005D41A7288", index=1, total=2),
    },
    "video": {"content_provider": _EXTERNAL, "duration": 60_000},
    "audio": {
        "content_provider": incoming.ContentProvider(
            type="external", original_content_url="https://example.com/a.m4a"
        ),
        "duration": 60_000,
    },
    "file": {"file_name": "報告 \N{MEMO}.pdf", "file_size": 2**31},
    "location": {
        "latitude": 13.7563,
        "longitude": 100.5018,
        "title": "พระบรมมหาราชวัง",
        "address": "Bangkok",
    },
    "sticker": {
        "package_id": "446",
        "sticker_id": "1988",
        "sticker_resource_type": "PER_STICKER_TEXT",
        "keywords": ("a",) * 15,
        "text": "x" * 100,
        "quoted_message_id": "480000000000000001",
    },
}


def _message(type_: str, extent: dict[str, Any], *, full: bool) -> WireModel:
    model = incoming.MESSAGES[type_]
    given: dict[str, Any] = {"id": IDS.message(), **extent}
    if "quote_token" in model.model_fields:
        given["quote_token"] = IDS.quote_token()
    if full:
        given["mark_as_read_token"] = IDS.mark_as_read_token()
    return model(**given)


def messages() -> Iterator[tuple[str, WireModel]]:
    """Every message type, least and most, and every kind of sticker."""
    for type_, extent in _LEAST.items():
        yield f"{type_}, least", _message(type_, extent, full=False)
    for type_, extent in _MOST.items():
        yield f"{type_}, most", _message(type_, extent, full=True)
    for resource in incoming.StickerResource.__args__:
        extent = {**_LEAST["sticker"], "sticker_resource_type": resource}
        yield f"sticker, {resource}", _message("sticker", extent, full=False)
    arranged = _message("sticker", dict(incoming.ARRANGED_STICKER), full=False)
    yield "sticker, arranged", arranged
    image_set = {"image_set": incoming.ImageSet(id="E005D41A7288")}
    yield "image, of a set without numbers", _message("image", image_set, full=False)


def _edited(extent: dict[str, Any]) -> incoming.EditedTextMessage:
    return incoming.EditedTextMessage(id=IDS.message(), quote_token=IDS.quote_token(), **extent)


_ALL_FIVE = tuple(SOURCES)
_MANY = ("group", "room")
_STATUSES = ("SUCCESS", "RICHMENU_ALIAS_ID_NOTFOUND", "RICHMENU_NOTFOUND", "FAILED")
_MEMBERS = contents.Members(members=(USER, sources.UserSource(user_id=OTHER)))


def _own() -> Iterator[tuple[str, str, tuple[str, ...], dict[str, Any]]]:
    """Of each event: a name, the type, the sources it can have, its own properties."""
    for name, message in messages():
        yield f"message, {name}", "message", _ALL_FIVE, {"message": message}
    yield "messageEdited, least", "messageEdited", ("group",), {"message": _edited({"text": "x"})}
    yield (
        "messageEdited, most",
        "messageEdited",
        ("group member",),
        {"message": _edited(_MARKED_TEXT)},
    )
    taken_back = {"unsend": contents.Unsend(message_id=IDS.message())}
    yield "unsend", "unsend", _ALL_FIVE, taken_back
    for again in (False, True):
        follow = {"follow": contents.Follow(is_unblocked=again)}
        yield f"follow, unblocked {again}", "follow", ("user",), follow
    yield "unfollow", "unfollow", ("user",), {}
    yield "join", "join", _MANY, {}
    yield "leave", "leave", _MANY, {}
    yield "memberJoined", "memberJoined", _MANY, {"joined": _MEMBERS}
    yield "memberLeft", "memberLeft", _MANY, {"left": _MEMBERS}
    params: dict[str, WireModel | None] = {
        "bare": None,
        "date": contents.PickedDate(date="2026-11-02"),
        "time": contents.PickedTime(time="09:30"),
        "datetime": contents.PickedDatetime(datetime="2026-11-02T09:30"),
        **{
            status: contents.SwitchedRichMenu(new_rich_menu_alias_id="menu-b", status=status)
            for status in _STATUSES
        },
    }
    for name, picked in params.items():
        postback = contents.Postback(data="action=buy", params=picked)
        yield f"postback, {name}", "postback", _ALL_FIVE, {"postback": postback}
    complete = {"video_play_complete": contents.VideoPlayComplete(tracking_id="track-1")}
    yield "videoPlayComplete", "videoPlayComplete", ("user",), complete
    for kind in ("enter", "banner", "stay"):
        beacon = contents.Beacon(hwid="d41d8cd98f", type=kind, dm="00ff")
        yield f"beacon, {kind}", "beacon", ("user",), {"beacon": beacon}
    yield "beacon, least", "beacon", ("user",), {"beacon": contents.Beacon(hwid="d41d8cd98f")}
    linked = {"link": contents.AccountLink(result="ok", nonce="fake-nonce")}
    yield "accountLink, ok", "accountLink", ("user",), linked
    for kind in ("joined", "left", "renewed"):
        membership = contents.Membership(type=kind, membership_id=3189)
        yield f"membership, {kind}", "membership", ("user",), {"membership": membership}
    control = contents.ChatControl(expire_at=1_700_000_600_000)
    yield "activated", "activated", _ALL_FIVE, {"chat_control": control}
    yield "deactivated", "deactivated", _ALL_FIVE, {}


def _without_source() -> Iterator[tuple[str, str, dict[str, Any]]]:
    failed = {"link": contents.AccountLink(result="failed", nonce="fake-nonce")}
    yield "accountLink, failed", "accountLink", failed
    yield "delivery", "delivery", {"delivery": contents.PnpDelivery(data="fake-tag")}
    attached = contents.Attached(bot_id=BOT, scopes=("message:send", "message:receive"))
    yield "module, attached", "module", {"module": attached}
    yield "module, detached", "module", {"module": contents.Detached(bot_id=BOT)}
    yield "botSuspended", "botSuspended", {}
    yield "botResumed", "botResumed", {}


def _common(number: int) -> dict[str, Any]:
    at_ms = 1_700_000_000_000 + number
    return {"timestamp": at_ms, "webhook_event_id": IDS.event(at_ms)}


def _made() -> Iterator[tuple[str, events.Event]]:
    number = 0
    for name, type_, places, own in _own():
        model = events.EVENTS[type_]
        for place in places:
            number += 1
            given = {**_common(number), "source": SOURCES[place], **own}
            answerable = issubclass(model, events.AnswerableEvent)
            token = {"reply_token": IDS.reply_token()} if answerable else {}
            yield f"{name} ({place})", model(**given, **token)
            again = events.DeliveryContext(is_redelivery=True)
            yield (
                f"{name} ({place}), redelivered",
                model(**given, **token, delivery_context=again),
            )
            yield f"{name} ({place}), standby", model(**given, mode="standby")
    for name, type_, own in _without_source():
        number += 1
        yield name, events.EVENTS[type_](**_common(number), **own)


EVENTS: dict[str, events.Event] = dict(_made())
"""Every event, by a name that says what it is."""


def webhook(*names: str) -> dict[str, Any]:
    """A webhook of the events of those names."""
    return events.webhook(BOT, [EVENTS[name].to_wire() for name in names])


# the event that each mutant is shown on, where it is not a text
_FITTING = {
    "unknown_sticker_type": "message, sticker, most (user)",
    "unknown_content_provider": "message, image, most (user)",
    "unknown_postback_params": "postback, date (user)",
    "unnamed_member": "message, text, most (group member)",
    "unnumbered_image": "message, image, most (user)",
    "unnamed_place": "message, location, most (user)",
    "no_keywords": "message, sticker, most (user)",
}


def fitting(mutant: str) -> dict[str, Any]:
    """A webhook of two events, the first of which the mutant of that name changes."""
    shown = _FITTING.get(mutant, "message, text, most (user)")
    return webhook(shown, "follow, unblocked False (user)")
