"""Requests that LINE accepts, to be made wrong one thing at a time."""

from collections.abc import Iterator
from typing import Any

import orjson

from line_sim.wire import requests, richmenu
from line_sim.wire.reading import Read

USER = "U" + "0" * 31 + "a"
GROUP = "C" + "0" * 31 + "a"
PICTURE = "https://shop.example/picture.png"

AREA = {"x": 0, "y": 0, "width": 520, "height": 400}
ACTIONS: dict[str, dict[str, Any]] = {
    "postback": {
        "type": "postback",
        "label": "Buy",
        "data": "buy=1",
        "displayText": "Buy",
        "inputOption": "openKeyboard",
        "fillInText": "one\n",
    },
    "message": {"type": "message", "label": "Yes", "text": "Yes"},
    "uri": {
        "type": "uri",
        "label": "Open",
        "uri": "https://shop.example/?q=%E3%81%82",
        "altUri": {"desktop": "https://shop.example/desktop"},
    },
    "datetimepicker": {
        "type": "datetimepicker",
        "label": "When",
        "data": "when",
        "mode": "datetime",
        "initial": "2026-01-02T03:04",
        "min": "2026-01-01T00:00",
        "max": "2026-12-31t23:59",
    },
    "clipboard": {"type": "clipboard", "label": "Copy", "clipboardText": "AB-12"},
}
QUICK_ACTIONS: dict[str, dict[str, Any]] = {
    **ACTIONS,
    "camera": {"type": "camera", "label": "Camera"},
    "cameraRoll": {"type": "cameraRoll", "label": "Pictures"},
    "location": {"type": "location", "label": "Where"},
}
SWITCH = {
    "type": "richmenuswitch",
    "label": "More",
    "richMenuAliasId": "more",
    "data": "to=more",
}


def column(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """One card of a carousel."""
    return {"text": "An apple", "actions": [ACTIONS["uri"]], **more}


def text_v2(**substitution: dict[str, Any]) -> dict[str, Any]:
    """A text with substitutions."""
    text = "".join(f"{{{key}}}" for key in substitution)
    return {"type": "textV2", "text": f"Hello {text}", "substitution": substitution}


MENTION = {"type": "mention", "mentionee": {"type": "user", "userId": USER}}
EVERYBODY = {"type": "mention", "mentionee": {"type": "all"}}
EMOJI = {"type": "emoji", "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "002"}

TEMPLATES: dict[str, dict[str, Any]] = {
    "buttons": {
        "type": "buttons",
        "thumbnailImageUrl": PICTURE,
        "imageAspectRatio": "square",
        "imageSize": "contain",
        "imageBackgroundColor": "#FFFFFF",
        "title": "Fruit",
        "text": "Which?",
        "defaultAction": ACTIONS["uri"],
        "actions": [ACTIONS["postback"], ACTIONS["message"], ACTIONS["uri"]],
    },
    "confirm": {
        "type": "confirm",
        "text": "Sure?",
        "actions": [ACTIONS["message"], ACTIONS["postback"]],
    },
    "carousel": {
        "type": "carousel",
        "columns": [
            column(title="One", thumbnailImageUrl=PICTURE, defaultAction=ACTIONS["uri"]),
            column(title="Two", thumbnailImageUrl=PICTURE),
        ],
        "imageAspectRatio": "rectangle",
        "imageSize": "cover",
    },
    "image_carousel": {
        "type": "image_carousel",
        "columns": [{"imageUrl": PICTURE, "action": ACTIONS["datetimepicker"]}],
    },
}

FLEX_IMAGE = {
    "type": "image",
    "url": PICTURE,
    "size": "full",
    "aspectRatio": "20:13",
    "aspectMode": "cover",
    "align": "center",
    "gravity": "top",
    "animated": False,
}
BUBBLE: dict[str, Any] = {
    "type": "bubble",
    "size": "mega",
    "direction": "ltr",
    "styles": {"header": {"backgroundColor": "#EEEEEE", "separator": True}},
    "header": {
        "type": "box",
        "layout": "vertical",
        "contents": [{"type": "text", "text": "Fruit", "weight": "bold", "wrap": True}],
        "background": {
            "type": "linearGradient",
            "angle": "90deg",
            "startColor": "#FFFFFF",
            "endColor": "#000000",
        },
    },
    "hero": {
        "type": "video",
        "url": "https://shop.example/film.mp4",
        "previewUrl": PICTURE,
        "altContent": FLEX_IMAGE,
        "aspectRatio": "20:13",
        "action": ACTIONS["uri"],
    },
    "body": {
        "type": "box",
        "layout": "vertical",
        "justifyContent": "space-between",
        "alignItems": "center",
        "paddingAll": "20px",
        "contents": [
            {
                "type": "text",
                "contents": [
                    {"type": "span", "text": "1", "color": "#FF0000"},
                    {"type": "span", "text": "2", "decoration": "underline"},
                ],
                "adjustMode": "shrink-to-fit",
                "maxLines": 2,
            },
            {"type": "separator", "margin": "md"},
            {"type": "filler", "flex": 1},
            {
                "type": "box",
                "layout": "baseline",
                "contents": [{"type": "icon", "url": PICTURE, "size": "sm"}],
                "action": {"type": "message", "text": "tapped"},
            },
            FLEX_IMAGE,
        ],
    },
    "footer": {
        "type": "box",
        "layout": "horizontal",
        "contents": [
            {"type": "button", "style": "primary", "height": "sm", "action": ACTIONS["uri"]}
        ],
    },
    "action": ACTIONS["postback"],
}

MESSAGES: dict[str, dict[str, Any]] = {
    "text": {
        "type": "text",
        "text": "\U0001f34e $ and $",
        "emojis": [
            {"index": 3, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"},
            {"index": 9, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "002"},
        ],
        "quoteToken": "quoted",
        "sender": {"name": "Linette of Online", "iconUrl": PICTURE},
        "quickReply": {
            "items": [
                {"type": "action", "imageUrl": PICTURE, "action": action}
                for action in QUICK_ACTIONS.values()
            ]
        },
    },
    "textV2": text_v2(you=MENTION, all=EVERYBODY, smile=EMOJI, type=EMOJI, emoji=EMOJI),
    "sticker": {"type": "sticker", "packageId": "446", "stickerId": "1988", "quoteToken": "q"},
    "image": {"type": "image", "originalContentUrl": PICTURE, "previewImageUrl": PICTURE},
    "video": {
        "type": "video",
        "originalContentUrl": "https://shop.example/film.mp4",
        "previewImageUrl": PICTURE,
        "trackingId": "film-1",
    },
    "audio": {"type": "audio", "originalContentUrl": "https://shop.example/a.m4a", "duration": 60},
    "location": {
        "type": "location",
        "title": "Shop",
        "address": "1 Some Street",
        "latitude": 35.6,
        "longitude": 139,
    },
    "coupon": {"type": "coupon", "couponId": "01ABC", "deliveryTag": "spring"},
    "imagemap": {
        "type": "imagemap",
        "baseUrl": "https://shop.example/map",
        "altText": "A map",
        "baseSize": {"width": 1040, "height": 585},
        "actions": [
            {"type": "message", "area": AREA, "label": "Say", "text": "here"},
            {"type": "uri", "area": AREA, "label": "Open", "linkUri": "https://shop.example/"},
            {"type": "clipboard", "area": AREA, "label": "Copy", "clipboardText": "AB"},
        ],
        "video": {
            "originalContentUrl": "https://shop.example/film.mp4",
            "previewImageUrl": PICTURE,
            "area": AREA,
            "externalLink": {"linkUri": "https://shop.example/", "label": "More"},
        },
    },
    **{
        f"template {name}": {"type": "template", "altText": name, "template": template}
        for name, template in TEMPLATES.items()
    },
    "flex bubble": {"type": "flex", "altText": "A card", "contents": BUBBLE},
    "flex carousel": {
        "type": "flex",
        "altText": "Cards",
        "contents": {"type": "carousel", "contents": [BUBBLE, BUBBLE]},
    },
}

RICH_MENU: dict[str, Any] = {
    "size": {"width": 2500, "height": 1686},
    "selected": False,
    "name": "main",
    "chatBarText": "Menu",
    "areas": [
        {"bounds": {"x": 0, "y": 0, "width": 1250, "height": 1686}, "action": SWITCH},
        {"bounds": {"x": 1250, "y": 0, "width": 1250, "height": 1686}, "action": ACTIONS["uri"]},
    ],
}

REQUESTS: dict[str, dict[str, Any]] = {
    "reply": {"replyToken": "0" * 32, "messages": [MESSAGES["text"]], "notificationDisabled": True},
    "push": {"to": USER, "messages": [MESSAGES["text"]], "customAggregationUnits": ["spring_1"]},
    "multicast": {"to": [USER, USER], "messages": [MESSAGES["text"]]},
    "broadcast": {"messages": [MESSAGES["text"]], "notificationDisabled": False},
    "narrowcast": {
        "messages": [MESSAGES["text"]],
        "recipient": {
            "type": "operator",
            "and": [
                {"type": "audience", "audienceGroupId": 1},
                {"type": "operator", "not": {"type": "redelivery", "requestId": "r"}},
            ],
        },
        "filter": {
            "demographic": {
                "type": "operator",
                "or": [
                    {"type": "age", "gte": "age_20", "lt": "age_40"},
                    {"type": "appType", "oneOf": ["ios"]},
                    {"type": "area", "oneOf": ["jp_13", "th_08"]},
                    {"type": "gender", "oneOf": ["male", "female"]},
                    {"type": "subscriptionPeriod", "gte": "day_7"},
                ],
            }
        },
        "limit": {"max": 100, "upToRemainingQuota": True},
    },
    "pnp": {"to": "a" * 64, "messages": [MESSAGES["text"]]},
    **{f"validate_{kind}": {"messages": [MESSAGES["text"]]} for kind in ("reply", "push")},
    **{f"validate_{kind}cast": {"messages": [MESSAGES["text"]]} for kind in ("multi", "broad")},
    "validate_narrowcast": {"messages": [MESSAGES["text"]]},
}

RICH_MENU_REQUESTS: dict[str, dict[str, Any]] = {
    "menu": RICH_MENU,
    "alias": {"richMenuAliasId": "main-1", "richMenuId": "richmenu-1"},
    "alias_update": {"richMenuId": "richmenu-1"},
    "bulk_link": {"richMenuId": "richmenu-1", "userIds": [USER]},
    "bulk_unlink": {"userIds": [USER]},
    "batch": {
        "operations": [
            {"type": "link", "from": "richmenu-1", "to": "richmenu-2"},
            {"type": "unlink", "from": "richmenu-2"},
            {"type": "unlinkAll"},
        ],
        "resumeRequestKey": "again_1",
    },
}


def push(*messages: object, **settings: Any) -> Read:  # noqa: ANN401 - of read
    """What becomes of a push of `messages`."""
    return requests.read("push", orjson.dumps({"to": USER, "messages": messages}), **settings)


def menu(request: dict[str, Any], kind: str = "menu", **settings: Any) -> Read:  # noqa: ANN401
    """What becomes of a request about rich menus."""
    return richmenu.read(orjson.dumps(request), kind=kind, **settings)


def changed(specimen: Any, *keys: str | int, to: object) -> Any:  # noqa: ANN401 - JSON
    """`specimen` with another value at `keys`."""
    copied = orjson.loads(orjson.dumps(specimen))  # parts that stand twice come apart
    here = copied
    for key in keys[:-1]:
        here = here[key]
    here[keys[-1]] = to
    return copied


def places(node: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a request."""
    inside = node.items() if isinstance(node, dict) else ()
    for key, value in enumerate(node) if isinstance(node, list) else inside:
        yield (*above, key)
        yield from places(value, (*above, key))
