"""The official SDK as oracle: what it sends is accepted, what it refuses the ``sdk`` profile does.

The SDK's models know LINE's machine-readable contract and nothing of its documented limits.
"""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from outgoing import (
    ACTIONS,
    MESSAGES,
    REQUESTS,
    RICH_MENU_REQUESTS,
    USER,
    changed,
    places,
    text_v2,
)

from line_sim.wire import requests, richmenu
from line_sim.wire.reading import Profile
from line_sim.wire.refusals import RefusedError

MODELS = {
    "reply": "ReplyMessageRequest",
    "push": "PushMessageRequest",
    "multicast": "MulticastRequest",
    "broadcast": "BroadcastRequest",
    "narrowcast": "NarrowcastRequest",
    "pnp": "PnpMessagesRequest",
    "validate_push": "ValidateMessageRequest",
    "menu": "RichMenuRequest",
    "alias": "CreateRichMenuAliasRequest",
    "alias_update": "UpdateRichMenuAliasRequest",
    "bulk_link": "RichMenuBulkLinkRequest",
    "bulk_unlink": "RichMenuBulkUnlinkRequest",
    "batch": "RichMenuBatchRequest",
}
SPECIMENS = {kind: {**REQUESTS, **RICH_MENU_REQUESTS}[kind] for kind in MODELS}


def serialised(kind: str, request: object) -> dict[str, Any] | None:
    """What the SDK would send, or None where its models refuse."""
    from linebot.v3 import messaging  # noqa: PLC0415 - 1.7 s, in this module only

    try:
        found: dict[str, Any] = getattr(messaging, MODELS[kind]).from_dict(request).to_dict()
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return found


def refused(kind: str, request: object, profile: Profile) -> list[str]:
    """The paths that are refused here."""
    body = orjson.dumps(request)
    try:
        if kind in requests.KINDS:
            requests.read(kind, body, profile=profile, extra="refuse")
        else:
            richmenu.read(body, kind=kind, profile=profile, extra="refuse")
    except RefusedError as error:
        return [each.property for each in error.details] or [str(error.words["name"])]
    return []


def push(*messages: object) -> dict[str, Any]:
    """A push of `messages`."""
    return {"to": USER, "messages": list(messages)}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_the_sdk_serialises_is_accepted(name: str) -> None:
    sent = serialised("push", push(MESSAGES[name]))

    assert sent is not None
    assert sent["messages"][0]["type"] == MESSAGES[name]["type"]
    assert [] == refused("push", sent, "line")


@pytest.mark.parametrize("kind", MODELS)
def test_every_request_the_sdk_serialises_is_accepted(kind: str) -> None:
    sent = serialised(kind, SPECIMENS[kind])

    assert sent is not None
    assert [] == refused(kind, sent, "line")


GONE = object()
STAND_INS = (GONE, None, 5, 1.5, "x", [], {}, True)


def spoilt(request: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], object, Any]]:
    """The request with each of its places taken away or put otherwise in turn."""
    for place in places(request):
        for value in STAND_INS:
            copy = changed(request, *place, to=None if value is GONE else value)
            if value is GONE:
                here = copy
                for key in place[:-1]:
                    here = here[key]
                del here[place[-1]]
            yield place, value, copy


def oddity_of_the_sdk(place: tuple[str | int, ...], value: object) -> bool:
    """Where the SDK takes what the contract forbids.

    Its models turn an empty object into an empty array and the other way round, and do not read
    the type of an object that can be of one kind only.
    """
    return value in ([], {}) or place[-1] == "type"


def disagreements(
    kind: str, specimen: dict[str, Any], profile: Profile
) -> list[tuple[tuple[str | int, ...], object]]:
    """Where the SDK and we judge a spoilt request differently."""
    found = []
    for place, value, request in spoilt(specimen):
        theirs = serialised(kind, request) is None
        ours = bool(refused(kind, request, profile))
        if ours is not theirs and not (ours and oddity_of_the_sdk(place, value)):
            found.append((place, value))
    return found


@pytest.mark.parametrize("name", [name for name in MESSAGES if name != "flex carousel"])
def test_the_sdk_profile_refuses_a_spoilt_message_where_the_sdk_does(name: str) -> None:

    assert [] == disagreements("validate_push", {"messages": [MESSAGES[name]]}, "sdk")


@pytest.mark.parametrize("kind", [kind for kind in MODELS if kind != "validate_push"])
def test_the_sdk_profile_refuses_a_spoilt_request_where_the_sdk_does(kind: str) -> None:
    specimen = SPECIMENS[kind]
    if "messages" in specimen:
        specimen = changed(specimen, "messages", to=[{"type": "text", "text": "a"}])

    assert [] == disagreements(kind, specimen, "sdk")


def test_a_disagreement_is_found() -> None:
    message = {"type": "image", "originalContentUrl": "https://a.example/"}
    specimen = {"messages": [{**message, "previewImageUrl": "https://a.example/"}]}

    found = disagreements("validate_push", specimen, "line")

    urls = [("messages", 0, name) for name in ("originalContentUrl", "previewImageUrl")]
    assert [(url, "x") for url in urls] == found


HELLO = {"type": "text", "text": "hello"}
BUTTONS = {
    "type": "template",
    "altText": "a",
    "template": {"type": "buttons", "text": "a", "actions": [ACTIONS["message"]]},
}
CAUGHT = {
    "missing text": push({"type": "text"}),
    "null text": push({"type": "text", "text": None}),
    "integer text": push({"type": "text", "text": 1}),
    "no messages": push(),
    "six messages": push(*[HELLO] * 6),
    "unknown type": push({"type": "file"}),
    "missing type": push({"text": "a"}),
    "missing preview": push({"type": "image", "originalContentUrl": "https://a.example/"}),
    "missing to": {"messages": [HELLO]},
    "missing duration": push({"type": "audio", "originalContentUrl": "https://a.example/a"}),
    "duration as string": push(changed(MESSAGES["audio"], "duration", to="60")),
    "sender of 21": push({**HELLO, "sender": {"name": "n" * 21}}),
    "14 quick replies": push(
        {**HELLO, "quickReply": {"items": [{"type": "action", "action": ACTIONS["uri"]}] * 14}}
    ),
    "flex enum": push(changed(MESSAGES["flex bubble"], "contents", "size", to="huge")),
    "flex component": push(changed(MESSAGES["flex bubble"], "contents", "hero", "type", to="map")),
    "coupon tag of 31": push({"type": "coupon", "couponId": "c", "deliveryTag": "t" * 31}),
    "notificationDisabled": {**push(HELLO), "notificationDisabled": "no"},
}
LET_THROUGH = {
    "text of 5,001": (push({"type": "text", "text": "a" * 5_001}), "messages[0].text"),
    "empty text": (push({"type": "text", "text": ""}), "messages[0].text"),
    **{
        name: (
            push(changed(MESSAGES["image"], "previewImageUrl", to=url)),
            "messages[0].previewImageUrl",
        )
        for name, url in {
            "http": "http://a.example/",
            "no URL": "picture.png",
            "URL of 3,000": "https://a.example/" + "a" * 2_982,
            "not encoded": "https://a.example/りんご.png",
            "half encoded": "https://a.example/%E3%8",
            "no host": "https:///a.png",
        }.items()
    },
    "sender LINE": (push({**HELLO, "sender": {"name": "LINE"}}), "messages[0].sender.name"),
    "label of 21": (
        push(changed(BUTTONS, "template", "actions", 0, "label", to="l" * 21)),
        "messages[0].template.actions[0].label",
    ),
    "five actions": (
        push(changed(BUTTONS, "template", "actions", to=[ACTIONS["message"]] * 5)),
        "messages[0].template.actions",
    ),
    "161 in buttons": (
        push(changed(BUTTONS, "template", "text", to="t" * 161)),
        "messages[0].template.text",
    ),
    "title of 101": (
        push(changed(MESSAGES["location"], "title", to="t" * 101)),
        "messages[0].title",
    ),
    "latitude 999": (
        push(changed(MESSAGES["location"], "latitude", to=999)),
        "messages[0].latitude",
    ),
    "nonsense to": ({"to": "nonsense", "messages": [HELLO]}, "to"),
    "two units": (
        {**push(HELLO), "customAggregationUnits": ["a", "b"]},
        "customAggregationUnits",
    ),
    "key of 21": (
        push(text_v2(**{"k" * 21: {"type": "emoji", "productId": "1", "emojiId": "2"}})),
        f"messages[0].substitution.{'k' * 21}",
    ),
}


@pytest.mark.parametrize("name", CAUGHT)
def test_what_the_sdk_catches_is_refused_in_both_profiles(name: str) -> None:

    assert serialised("push", CAUGHT[name]) is None
    assert refused("push", CAUGHT[name], "sdk")
    assert refused("push", CAUGHT[name], "line")


def test_501_receivers_are_refused_in_both_profiles() -> None:
    request = {"to": [USER] * 501, "messages": [HELLO]}

    assert serialised("multicast", request) is None
    assert ["to"] == refused("multicast", request, "sdk") == refused("multicast", request, "line")


@pytest.mark.parametrize("name", LET_THROUGH)
def test_what_the_sdk_lets_through_only_line_refuses(name: str) -> None:
    request, path = LET_THROUGH[name]

    assert serialised("push", request) is not None
    assert [] == refused("push", request, "sdk")
    assert [path] == refused("push", request, "line")


def test_extra_properties_pass_the_sdk_and_are_a_setting_here() -> None:
    request = push({**HELLO, "note": "extra"})

    assert serialised("push", request) is not None
    assert ["messages[0].note"] == refused("push", request, "sdk")
    (warning,) = requests.read("push", orjson.dumps(request), profile="sdk").warnings
    assert warning.startswith("messages[0].note")
