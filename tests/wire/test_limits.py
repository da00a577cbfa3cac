"""Every limit at its boundary: as much is accepted, one more is refused, in every script."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from outgoing import (
    ACTIONS,
    BUBBLE,
    EMOJI,
    MENTION,
    MESSAGES,
    QUICK_ACTIONS,
    REQUESTS,
    RICH_MENU,
    RICH_MENU_REQUESTS,
    SWITCH,
    TEMPLATES,
    USER,
    changed,
    column,
    text_v2,
)

from line_sim.wire import requests, richmenu
from line_sim.wire.counting import COUNTS
from line_sim.wire.limits import FILES, LIMITS, Limit
from line_sim.wire.reading import Profile
from line_sim.wire.refusals import RefusedError

Place = tuple[str, Callable[[Any], tuple[str, dict[str, Any]]]]
"""The path of a limited thing, and the request (its kind and its body) that holds a value there."""


def in_call(kind: str, key: str) -> Place:
    """A top-level property of a call."""
    return key, lambda value: (kind, changed(REQUESTS[kind], key, to=value))


def in_message(specimen: str | dict[str, Any], path: str) -> Place:
    """A property of a message, at `path` from there."""
    keys = [int(key) if key.isdigit() else key for key in path.replace("[", ".").split(".")]
    message = MESSAGES[specimen] if isinstance(specimen, str) else specimen

    def request(value: object) -> tuple[str, dict[str, Any]]:
        return "push", {"to": USER, "messages": [changed(message, *keys, to=value)]}

    shown = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return f"messages[0]{shown}", request


def in_text_v2() -> Place:
    """What a text holds in the place of its placeholders."""
    return (
        "messages[0].substitution",
        lambda value: ("push", {"to": USER, "messages": [text_v2(**value)]}),
    )


def in_menu(path: str, kind: str = "menu", menu: dict[str, Any] | None = None) -> Place:
    """A property of a request about rich menus."""
    keys = [int(key) if key.isdigit() else key for key in path.split(".")]
    specimen = menu or RICH_MENU_REQUESTS[kind]
    shown = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return shown[1:], lambda value: (kind, changed(specimen, *keys, to=value))


def template(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A template message."""
    return {"type": "template", "altText": "a", "template": more}


def quick(name: str) -> dict[str, Any]:
    """A text with one quick reply button."""
    item = {"type": "action", "action": QUICK_ACTIONS[name]}
    return {"type": "text", "text": "a", "quickReply": {"items": [item]}}


PLAIN_BUTTONS = template(type="buttons", text="a", actions=[ACTIONS["message"]])
PLAIN_CAROUSEL = template(type="carousel", columns=[column()])
QUICK = "quickReply.items.0.action"
MAP = MESSAGES["imagemap"]
SWITCHING = changed(RICH_MENU, "areas", 0, "action", to=SWITCH)

PLACES: dict[str, Place] = {
    "call.messages": in_call("push", "messages"),
    "call.customAggregationUnits": in_call("push", "customAggregationUnits"),
    "multicast.to": in_call("multicast", "to"),
    "sender.name": in_message("text", "sender.name"),
    "quickReply.items": in_message("text", "quickReply.items"),
    "media.url": in_message("image", "originalContentUrl"),
    "text.text": in_message({"type": "text"}, "text"),
    "text.emojis": in_message({"type": "text", "text": "$"}, "emojis"),
    "textV2.text": in_message({"type": "textV2"}, "text"),
    "textV2.substitution": in_message({"type": "textV2", "text": "{x0} {{x1}}"}, "substitution"),
    "textV2.mentions": in_text_v2(),
    "textV2.emojis": in_text_v2(),
    "video.trackingId": in_message("video", "trackingId"),
    "location.title": in_message("location", "title"),
    "location.address": in_message("location", "address"),
    "location.latitude": in_message("location", "latitude"),
    "location.longitude": in_message("location", "longitude"),
    "coupon.deliveryTag": in_message("coupon", "deliveryTag"),
    "imagemap.altText": in_message("imagemap", "altText"),
    "imagemap.baseSize.width": in_message("imagemap", "baseSize.width"),
    "imagemap.actions": in_message("imagemap", "actions"),
    "imagemap.label": in_message("imagemap", "actions.2.label"),
    "imagemap.text": in_message("imagemap", "actions.0.text"),
    "imagemap.linkUri": in_message("imagemap", "actions.1.linkUri"),
    "imagemap.clipboardText": in_message("imagemap", "actions.2.clipboardText"),
    "imagemap.externalLink.label": in_message("imagemap", "video.externalLink.label"),
    "template.altText": in_message(PLAIN_BUTTONS, "altText"),
    "buttons.title": in_message("template buttons", "template.title"),
    "buttons.text": in_message(PLAIN_BUTTONS, "template.text"),
    "buttons.text.beside": in_message("template buttons", "template.text"),
    "buttons.actions": in_message(PLAIN_BUTTONS, "template.actions"),
    "confirm.text": in_message("template confirm", "template.text"),
    "confirm.actions": in_message("template confirm", "template.actions"),
    "carousel.columns": in_message("template carousel", "template.columns"),
    "column.title": in_message("template carousel", "template.columns.1.title"),
    "column.text": in_message(PLAIN_CAROUSEL, "template.columns.0.text"),
    "column.text.beside": in_message("template carousel", "template.columns.1.text"),
    "column.actions": in_message(PLAIN_CAROUSEL, "template.columns.0.actions"),
    "image_carousel.columns": in_message("template image_carousel", "template.columns"),
    "flex.altText": in_message("flex bubble", "altText"),
    "flex.bubble": in_message("flex bubble", "contents"),
    "flex.carousel": in_message("flex carousel", "contents"),
    "flex.carousel.contents": in_message("flex carousel", "contents.contents"),
    "label.template": in_message("template confirm", "template.actions.1.label"),
    "label.image_carousel": in_message(
        "template image_carousel", "template.columns.0.action.label"
    ),
    "label.flex": in_message("flex bubble", "contents.footer.contents.0.action.label"),
    "label.quickReply": in_message(quick("camera"), f"{QUICK}.label"),
    "label.richmenu": in_menu("areas.1.action.label"),
    "postback.data": in_message(quick("postback"), f"{QUICK}.data"),
    "postback.displayText": in_message(quick("postback"), f"{QUICK}.displayText"),
    "postback.text": in_message(quick("postback"), f"{QUICK}.text"),
    "postback.fillInText": in_message(quick("postback"), f"{QUICK}.fillInText"),
    "message.text": in_message(quick("message"), f"{QUICK}.text"),
    "uri.uri": in_message(quick("uri"), f"{QUICK}.uri"),
    "uri.altUri.desktop": in_message(quick("uri"), f"{QUICK}.altUri.desktop"),
    "datetimepicker.data": in_message(quick("datetimepicker"), f"{QUICK}.data"),
    "clipboard.clipboardText": in_message(quick("clipboard"), f"{QUICK}.clipboardText"),
    "richmenuswitch.data": in_menu("areas.0.action.data", menu=SWITCHING),
    "richmenuswitch.richMenuAliasId": in_menu("areas.0.action.richMenuAliasId", menu=SWITCHING),
    "richmenu.size.width": in_menu("size.width", menu=changed(RICH_MENU, "areas", to=[])),
    "richmenu.size.height": in_menu("size.height", menu=changed(RICH_MENU, "areas", to=[])),
    "richmenu.name": in_menu("name"),
    "richmenu.chatBarText": in_menu("chatBarText"),
    "richmenu.areas": in_menu("areas"),
    "richmenu.alias": in_menu("richMenuAliasId", "alias"),
    "richmenu.userIds": in_menu("userIds", "bulk_link"),
    "richmenu.operations": in_menu("operations", "batch"),
}
"""Where each limit is met. The keys of a substitution are a test of their own."""

URIS = {"media.url", "imagemap.linkUri", "uri.uri", "uri.altUri.desktop"}
ASCII_ONLY = {*URIS, "richmenu.alias"}

ITEMS: dict[str, Callable[[int], object]] = {
    "call.messages": lambda count: [{"type": "text", "text": "a"}] * count,
    "call.customAggregationUnits": lambda count: ["spring"] * count,
    "multicast.to": lambda count: [USER] * count,
    "quickReply.items": lambda count: [{"type": "action", "action": ACTIONS["uri"]}] * count,
    "text.emojis": lambda count: [{"index": 0, "productId": "1", "emojiId": "2"}] * count,
    "textV2.substitution": lambda count: {f"x{at}": EMOJI for at in range(count)},
    "textV2.mentions": lambda count: {f"m{at}": MENTION for at in range(count)},
    "textV2.emojis": lambda count: {f"e{at}": EMOJI for at in range(count)},
    "imagemap.actions": lambda count: [MAP["actions"][0]] * count,
    "buttons.actions": lambda count: [ACTIONS["message"]] * count,
    "confirm.actions": lambda count: [ACTIONS["message"]] * count,
    "carousel.columns": lambda count: [TEMPLATES["carousel"]["columns"][1]] * count,
    "column.actions": lambda count: [ACTIONS["message"]] * count,
    "image_carousel.columns": lambda count: TEMPLATES["image_carousel"]["columns"] * count,
    "flex.carousel.contents": lambda count: [{"type": "bubble"}] * count,
    "richmenu.areas": lambda count: RICH_MENU["areas"][:1] * count,
    "richmenu.userIds": lambda count: [USER] * count,
    "richmenu.operations": lambda count: [{"type": "unlinkAll"}] * count,
}

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SCRIPTS = {
    "utf16": {"ASCII": "a", "CJK": "漢", "emoji": "\U0001f34e"},
    "grapheme": {"ASCII": "a", "CJK": "漢", "emoji": "\U0001f34e", "family": FAMILY},
}


def text_of(limit: Limit, count: int, letter: str) -> str:
    """A text of `count` units, as many of them as possible `letter`."""
    start = "https://a.example/" if limit.id in URIS and count else ""
    left = count - len(start)
    size = COUNTS[limit.unit](letter)
    return start + letter * int(left // size) + "a" * int(left % size)


def card(size: int) -> dict[str, Any]:
    """A bubble of so many bytes of JSON."""
    bubble = {"type": "bubble", "body": changed(BUBBLE["header"], "contents", 0, "text", to="")}
    spare = size - len(orjson.dumps(bubble))
    return changed(bubble, "body", "contents", 0, "text", to="a" * spare)


def cards(size: int) -> dict[str, Any]:
    """A carousel of so many bytes of JSON, in bubbles of a size that is allowed."""
    half = size // 2 - 100
    carousel = {"type": "carousel", "contents": [card(half)]}
    spare = size - len(orjson.dumps(carousel)) - 1
    return changed(carousel, "contents", to=[card(half), card(spare)])


SIZED = {"flex.bubble": card, "flex.carousel": cards}


def values(limit: Limit, count: int) -> Iterator[tuple[str, object]]:
    """Values of `count` units, in every script the limited thing can be written in."""
    if limit.unit == "items":
        yield "items", ITEMS[limit.id](count)
    elif limit.unit == "number":
        yield "number", count
    elif limit.unit == "bytes":
        yield "bytes", SIZED[limit.id](count)
    else:
        for script, letter in SCRIPTS[limit.unit].items():
            if script == "ASCII" or limit.id not in ASCII_ONLY:
                yield script, text_of(limit, count, letter)


def faults(kind: str, request: dict[str, Any], profile: Profile = "line") -> dict[str, str]:
    """What is refused in a request: path to words."""
    body = orjson.dumps(request)
    try:
        if kind in requests.KINDS:
            requests.read(kind, body, profile=profile)
        else:
            richmenu.read(body, kind=kind, profile=profile)
    except RefusedError as refused:
        return {detail.property: detail.message for detail in refused.details}
    return {}


def cases(*ends: str) -> list[Any]:
    """Every limit with a value at the least, at the most, one below or one above."""
    offsets = {"least": 0, "most": 0, "below": -1, "above": 1}
    found = []
    for limit in LIMITS.values():
        for end in ends:
            if limit.id not in PLACES or (end == "below" and not limit.least):
                continue
            start = limit.least if end in {"least", "below"} else limit.most
            for script, value in values(limit, start + offsets[end]):
                found.append(pytest.param(limit, value, id=f"{limit.id}-{end}-{script}"))
    return found


def test_every_limit_has_a_place_in_these_tests() -> None:

    assert LIMITS.keys() == PLACES.keys() | {"textV2.substitution.key"}


def test_every_limit_says_where_it_is_written() -> None:
    everything = [*LIMITS.values(), *FILES.values()]

    assert [] == [limit.id for limit in everything if not limit.source]
    assert [] == [limit.id for limit in everything if limit.least > limit.most]


@pytest.mark.parametrize(("limit", "value"), cases("most"))
def test_as_much_as_line_allows_is_accepted(limit: Limit, value: object) -> None:
    _, request = PLACES[limit.id]

    assert {} == faults(*request(value))


@pytest.mark.parametrize(("limit", "value"), cases("above", "below"))
def test_one_more_or_less_is_refused_at_its_path(limit: Limit, value: object) -> None:
    path, request = PLACES[limit.id]

    found = faults(*request(value))

    assert {path: "May not be empty" if value == "" else limit.words} == found


@pytest.mark.parametrize(("limit", "value"), cases("above"))
def test_the_contract_knows_what_the_table_says_it_knows(limit: Limit, value: object) -> None:
    path, request = PLACES[limit.id]
    in_code_points = isinstance(value, str) and len(value) <= limit.most

    known = path in faults(*request(value), profile="sdk")

    assert known == (limit.contract and not in_code_points)


@pytest.mark.parametrize("count", [1, 20, 21])
def test_the_key_of_a_substitution_is_short(count: int) -> None:
    key = "k" * count
    request = {"to": USER, "messages": [text_v2(**{key: EMOJI})]}

    assert (count > 20) == (f"messages[0].substitution.{key}" in faults("push", request))


def test_a_limit_of_the_contract_is_counted_in_code_points_by_the_contract_only() -> None:
    _, request = PLACES["sender.name"]
    eleven_apples = "\U0001f34e" * 11

    assert ["messages[0].sender.name"] == list(faults(*request(eleven_apples)))
    assert {} == faults(*request(eleven_apples), profile="sdk")
