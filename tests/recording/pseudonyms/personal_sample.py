"""A small recording with something personal in every place there is, each place's its own."""

import copy
import json
from collections.abc import Iterator
from typing import Any

Line = dict[str, Any]
Path = tuple[str | int, ...]

KEY = bytes(range(32))
EPOCH_MS = 1_764_000_000_000
USER, OTHER, GROUP, ROOM = (
    f"{letter}{n:032x}" for letter, n in zip("UUCR", (77, 78, 79, 80), strict=True)
)
BOT = "U" + "b0" * 16
REPLY_TOKEN, PICTURE = "c" * 31 + "1", "d" * 63 + "2"
MENU = "richmenu-" + "e7" * 16
MESSAGES = [str(500_000_000_000_000_000 + 7_919 * number) for number in range(20)]
EVENTS = [f"01ARZ3NDEKTSV4RRFFQ{number:07d}" for number in range(10)]


def event(number: int, kind: str, **more: Any) -> Line:  # noqa: ANN401 - JSON
    """A webhook event."""
    return {
        "type": kind,
        "webhookEventId": EVENTS[number],
        "deliveryContext": {"isRedelivery": False},
        "timestamp": EPOCH_MS + number,
        "mode": "active",
        "source": {"type": "user", "userId": USER},
        "replyToken": f"{number:x}{REPLY_TOKEN[1:]}",
        **more,
    }


def message(number: int, kind: str, **more: Any) -> Line:  # noqa: ANN401 - JSON
    """A message event."""
    about = {"type": kind, "id": MESSAGES[number], **more}
    if kind in {"text", "image"}:
        about["quoteToken"] = f"qUoTe-{number}-XyZzY-abcDEF"
    return event(number, "message", message=about)


def events() -> list[Line]:
    """Events with all that people say and do."""
    group = {"type": "group", "groupId": GROUP, "userId": OTHER}
    mention = {"index": 0, "length": 6, "type": "user", "userId": OTHER}
    return [
        message(0, "text", text="Where is Nuttapong's parcel? mail me at nut@gmail.com"),
        message(
            1,
            "location",
            title="My house",
            address="99/1 Sukhumvit Road, Watthana",
            latitude=13.736717,
            longitude=100.560001,
        ),
        message(2, "file", fileName="passport Nuttapong.pdf", fileSize=123_456_789),
        message(
            3,
            "image",
            contentProvider={
                "type": "external",
                "originalContentUrl": "https://pics.nuttshop.com/family.jpg",
                "previewImageUrl": "https://pics.nuttshop.com/small/family.jpg",
            },
        ),
        {
            **message(
                4,
                "text",
                text="@Niran look, 1/2 price 081-234-5678",
                mention={"mentionees": [mention]},
                quotedMessageId=MESSAGES[0],
            ),
            "source": group,
        },
        event(
            5,
            "postback",
            postback={
                "data": "action=buy&customer=Wichai&slip=A77",
                "params": {"datetime": "2025-12-24T18:30"},
            },
        ),
        event(
            6,
            "memberJoined",
            joined={"members": [{"type": "user", "userId": OTHER}]},
            source={"type": "room", "roomId": ROOM},
        ),
        event(7, "accountLink", link={"result": "ok", "nonce": "n0nce-Of-Somebody-123456"}),
        event(
            8, "beacon", beacon={"hwid": "d41d8cd98f", "type": "enter", "dm": "4e75747461706f6e67"}
        ),
        event(
            9,
            "unknownToUs",
            somethingNew={"nickName": "Nong Nut", "號碼": "客戶甲乙", "deep": [["Ploy Chan"]]},
            phone=66_812_345_678,
        ),
    ]


def messages() -> list[Line]:
    """Messages with all that bots say."""
    action = {
        "type": "postback",
        "label": "Pay now",
        "data": "action=pay&who=Thaksin",
        "displayText": "I will pay, says Thaksin",
    }
    return [
        {
            "type": "text",
            "text": "Dear Nuttapong, it is coming.",
            "quoteToken": "qUoTe-0-XyZzY-abcDEF",
            "sender": {"name": "Aom Suksan", "iconUrl": "https://pics.nuttshop.com/aom.png"},
            "quickReply": {"items": [{"type": "action", "action": action}]},
        },
        {
            "type": "textV2",
            "text": "Hello {customer}, regards",
            "substitution": {
                "customer": {"type": "mention", "mentionee": {"type": "user", "userId": OTHER}}
            },
        },
        {
            "type": "template",
            "altText": "Order of Malee",
            "template": {
                "type": "buttons",
                "title": "Malee's order",
                "text": "Red shoes, size 38",
                "actions": [
                    {
                        "type": "uri",
                        "label": "Track",
                        "uri": "https://track.nuttshop.com/malee?no=88",
                    },
                    {"type": "message", "label": "Refuse it", "text": "I refuse, Malee"},
                    {
                        "type": "datetimepicker",
                        "label": "Pick",
                        "data": "pick=Malee",
                        "mode": "date",
                        "initial": "2026-01-05",
                    },
                ],
            },
        },
        {
            "type": "flex",
            "altText": "Receipt for Prayut",
            "contents": {
                "type": "bubble",
                "body": {
                    "type": "box",
                    "layout": "vertical",
                    "spacing": "md",
                    "contents": [
                        {
                            "type": "text",
                            "text": "Prayut paid 1,900",
                            "color": "#FF0000",
                            "size": "xl",
                        },
                        {
                            "type": "text",
                            "contents": [{"type": "span", "text": "for garden chairs"}],
                        },
                    ],
                },
            },
        },
    ]


def lines() -> list[Line]:
    """The lines, without numbers and times."""
    headers = {
        "host": "bridge.nuttshop.com",
        "content-type": "application/json",
        "user-agent": "LineBotWebhook/2.0",
        "x-line-signature": "c2lnbmF0dXJl",
        "x-forwarded-for": "203.150.77.12",
        "x-customer": "Khun Wipa",
    }
    bearer = {
        "authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.secretTokenOfTheShop",
        "x-line-retry-key": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    }
    profile = {
        "userId": USER,
        "displayName": "สมชาย ใจดี",
        "pictureUrl": "https://profile.line-scdn.net/0hSomchaiPicture77",
        "statusMessage": "อยู่บ้านกับแมว",
        "language": "th",
    }
    sent = {
        "kind": "reply",
        "chats": [USER],
        "delivered": [USER],
        "ids": [MESSAGES[10]],
        "event": EVENTS[0],
        "messages": [{"type": "text", "text": "Dear Nuttapong, it is coming."}],
        "token_age_s": 0.5,
    }
    return [
        {
            "kind": "webhook",
            "exchange": 1,
            "channel": "Nutt shop",
            "attempt": 1,
            "due_s": 0.1,
            "headers": headers,
            "body": json.dumps({"destination": BOT, "events": events()}, ensure_ascii=False),
        },
        {
            "kind": "webhook_end",
            "exchange": 1,
            "reason": "could_not_connect",
            "detail": "nuttshop.com refused Wasana",
            "took_ms": 3.25,
        },
        {
            "kind": "call",
            "exchange": 2,
            "channel": "Nutt shop",
            "method": "GET",
            "path": f"/v2/bot/profile/{USER}?start=tokenOfPage7",
            "headers": bearer,
        },
        {
            "kind": "call_end",
            "exchange": 2,
            "status": 200,
            "operation": "getProfile",
            "channel_id": "1657712345",
            "took_ms": 2.0,
            "headers": {"x-line-request-id": "d5e7ed34-19cf-4476-aa76-98cd0a8a916e"},
            "body": json.dumps(profile),
        },
        {
            "kind": "call",
            "exchange": 3,
            "channel": "Nutt shop",
            "method": "POST",
            "path": "/v2/bot/message/reply",
            "headers": bearer,
            "body": json.dumps({"replyToken": f"0{REPLY_TOKEN[1:]}", "messages": messages()}),
        },
        {
            "kind": "call_end",
            "exchange": 3,
            "status": 200,
            "operation": "replyMessage",
            "sent": sent,
            "body": json.dumps(
                {"sentMessages": [{"id": MESSAGES[10], "quoteToken": "qUoTe-sent-XyZzY-abcDEF"}]}
            ),
        },
        {
            "kind": "call",
            "exchange": 4,
            "channel": "Nutt shop",
            "method": "POST",
            "path": f"/v2/bot/user/{OTHER}/richmenu/{MENU}",
        },
        {
            "kind": "call_end",
            "exchange": 4,
            "status": 400,
            "rule": {
                "id": "reply-token",
                "source": "Messaging API reference, send reply message",
                "basis": "documented",
            },
            "why": "'Kanya' is nobody",
            "findings": ["Kanya was asked twice"],
            "body": json.dumps({"message": "Invalid reply token"}),
        },
        {
            "kind": "call",
            "exchange": 5,
            "channel": "Nutt shop",
            "method": "POST",
            "path": "/v2/oauth/accessToken",
            "headers": {"content-type": "application/x-www-form-urlencoded"},
            "body": "grant_type=client_credentials&client_secret=5ecretOfTheShop",
        },
        {
            "kind": "call",
            "exchange": 6,
            "channel": "Nutt shop",
            "method": "GET",
            "path": f"/v2/bot/group/{GROUP}/summary",
        },
        {
            "kind": "call_end",
            "exchange": 6,
            "status": 200,
            "body": json.dumps(
                {
                    "groupId": GROUP,
                    "groupName": "Family of Niran",
                    "pictureUrl": "https://profile.line-scdn.net/0hNiranGroup66",
                }
            ),
        },
        {"kind": "media", "sha256": PICTURE, "bytes": 5, "type": "image/jpeg"},
        {"kind": "call_end", "exchange": 7, "status": 200, "media": PICTURE},
        {
            "kind": "agent",
            "from": "staff",
            "kind_of": "text",
            "text": "Tell Nuttapong to wait",
            "user": USER,
            "name": "Preecha Wong",
            "source_event": EVENTS[0],
            "line_message": MESSAGES[0],
            "at_ms": EPOCH_MS,
            "state": "shown",
        },
        {"kind": "note", "text": "Surachai changed the secret", "recorded": {USER: OTHER}},
        {"kind": "end", "reason": "closed"},
    ]


def recording() -> tuple[Line, list[Line]]:
    """The header and the lines."""
    header = {
        "format": "line_sim.recording",
        "version": 1,
        "origin": "recorded",
        "epoch_ms": EPOCH_MS,
        "channels": [{"name": "Nutt shop", "bot_user_id": BOT}],
        "lacks": ["times"],
        "made_by": "Chaiwat at the shop",
    }
    numbered = [
        {"seq": seq, "at_s": seq / 10, "wall_ms": EPOCH_MS + 100 * seq, **line}
        for seq, line in enumerate(lines(), 1)
    ]
    return header, numbered


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - JSON
    """Every text and number, and its path; "{}" in it where JSON stands in a text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    elif isinstance(value, str) and value.startswith("{"):
        yield from leaves(json.loads(value), (*path, "{}"))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield path, value


def put(whole: Any, path: Path, value: Any) -> Any:  # noqa: ANN401 - JSON
    """A copy with another value at a path."""
    if not path:
        return value
    first, *rest = path
    if first == "{}":
        return json.dumps(put(json.loads(whole), tuple(rest), value), ensure_ascii=False)
    changed = copy.copy(whole)
    changed[first] = put(whole[first], tuple(rest), value)
    return changed


def got(whole: Any, path: Path) -> Any:  # noqa: ANN401 - JSON
    """The value at a path."""
    for step in path:
        whole = json.loads(whole) if step == "{}" else whole[step]
    return whole
