"""Events and incoming messages: LINE's shapes, and what LINE never sends refused."""
# ruff: noqa: S106 - no token here is a real one

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import specimens
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from line_sim.wire import bodies, events, incoming, sources
from line_sim.wire import event_contents as contents
from line_sim.wire.model import WireModel

COMMON: dict[str, Any] = {"timestamp": 1, "webhook_event_id": "01HF7YAT00S1MEVENT00000001"}
TEXT = incoming.TextMessage(id="1", text="hello", quote_token="q")

EDITED = incoming.EditedTextMessage(id="1", text="hello!", quote_token="q")


def values(value: object) -> Iterator[object]:
    """`value` and everything in it."""
    yield value
    match value:
        case dict():
            for member in value.values():
                yield from values(member)
        case list():
            for member in value:
                yield from values(member)


def test_there_is_a_model_of_every_documented_type_and_no_other() -> None:
    documented = """message messageEdited unsend follow unfollow join leave memberJoined
        memberLeft postback videoPlayComplete beacon accountLink membership delivery module
        activated deactivated botSuspended botResumed"""

    assert documented.split() == list(events.EVENTS)
    assert ["text", "image", "video", "audio", "file", "location", "sticker"] == list(
        incoming.MESSAGES
    )
    assert {*events.EVENTS} == {event.type for event in specimens.EVENTS.values()}


@pytest.mark.parametrize("type_", incoming.MESSAGES)
def test_a_message_is_registered_under_its_type(type_: str) -> None:
    assert type_ == incoming.MESSAGES[type_].model_fields["type"].default


@pytest.mark.parametrize("event", specimens.EVENTS.values(), ids=specimens.EVENTS)
def test_an_event_on_the_wire_is_json_without_null_and_reads_back_equal(
    event: events.Event,
) -> None:
    wire = event.to_wire()

    assert None not in values(wire)
    assert wire == json.loads(bodies.encode(wire))
    assert event == type(event).model_validate(wire)


def test_a_text_message_event_looks_as_in_the_reference() -> None:
    event = events.MessageEvent(
        timestamp=1_700_000_000_000,
        source=sources.UserSource(user_id="U0000000000000000000000000000000a"),
        webhook_event_id="01HF7YAT00S1MEVENT00000001",
        reply_token="0123456789abcdef0123456789abcdef",
        message=incoming.TextMessage(
            id="480000000000000001",
            text="please",
            quote_token="q-sim-1",
            mark_as_read_token="r-sim-1",
        ),
    )

    assert {
        "type": "message",
        "mode": "active",
        "timestamp": 1_700_000_000_000,
        "source": {"type": "user", "userId": "U0000000000000000000000000000000a"},
        "webhookEventId": "01HF7YAT00S1MEVENT00000001",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "0123456789abcdef0123456789abcdef",
        "message": {
            "type": "text",
            "id": "480000000000000001",
            "text": "please",
            "quoteToken": "q-sim-1",
            "markAsReadToken": "r-sim-1",
        },
    } == event.to_wire()


def test_tokens_stand_where_line_puts_them() -> None:
    answerable = {
        name for name, model in events.EVENTS.items() if "reply_token" in model.model_fields
    }
    quotable = {
        name for name, model in incoming.MESSAGES.items() if "quote_token" in model.model_fields
    }

    assert {
        "message",
        "messageEdited",
        "follow",
        "join",
        "memberJoined",
        "postback",
        "videoPlayComplete",
        "beacon",
        "accountLink",
        "membership",
    } == answerable
    assert {"text", "image", "video", "sticker"} == quotable
    assert all("mark_as_read_token" in each.model_fields for each in incoming.MESSAGES.values())
    assert "mark_as_read_token" not in incoming.EditedTextMessage.model_fields


REFUSED: list[tuple[str, Callable[[], WireModel], str]] = [
    (
        "a reply token in standby",
        lambda: events.MessageEvent(
            **COMMON, mode="standby", source=specimens.USER, message=TEXT, reply_token="r"
        ),
        "standby has no reply token",
    ),
    (
        "an edited message outside a group",
        lambda: events.EVENTS["messageEdited"](
            **COMMON,
            source=specimens.USER,
            message=specimens.EVENTS["messageEdited, least (group)"].message,
        ),
        "GroupSource",
    ),
    (
        "a follower that is a group",
        lambda: events.EVENTS["follow"](**COMMON, source=specimens.SOURCES["group"]),
        "UserSource",
    ),
    (
        "a failed account link that names somebody",
        lambda: events.AccountLinkEvent(
            **COMMON,
            source=specimens.USER,
            link=contents.AccountLink(result="failed", nonce="n"),
        ),
        "neither source nor reply token",
    ),
    (
        "an account link that went well with nobody",
        lambda: events.AccountLinkEvent(
            **COMMON, link=contents.AccountLink(result="ok", nonce="n")
        ),
        "has a source",
    ),
    (
        "an external file without its URL",
        lambda: incoming.ContentProvider(type="external"),
        "originalContentUrl",
    ),
    (
        "a file of LINE with a URL",
        lambda: incoming.ContentProvider(original_content_url="https://example.com/a.jpg"),
        "originalContentUrl",
    ),
    (
        "a mention of all that names somebody",
        lambda: incoming.Mentionee(index=0, length=1, type="all", user_id=specimens.PERSON),
        "mention of all",
    ),
    (
        "more mentions than LINE has",
        lambda: incoming.Mention(mentionees=(incoming.Mentionee(index=0, length=1),) * 21),
        "at most 20",
    ),
    (
        "more keywords than LINE has",
        lambda: incoming.StickerMessage(
            id="1", package_id="1", sticker_id="1", quote_token="q", keywords=("a",) * 16
        ),
        "at most 15",
    ),
    (
        "a suspended bot in standby",
        lambda: events.EVENTS["botSuspended"](**COMMON, mode="standby"),
        "active",
    ),
    (
        "a property LINE does not have",
        lambda: events.EVENTS["unfollow"](**COMMON, source=specimens.USER, reply_token="r"),
        "Extra inputs",
    ),
]


@pytest.mark.parametrize(
    ("make", "why"), [each[1:] for each in REFUSED], ids=[e[0] for e in REFUSED]
)
def test_what_line_never_sends_is_refused(make: Callable[[], WireModel], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        make()


@given(before=st.text(), after=st.text(max_size=3), beyond=st.integers(1, 5))
def test_places_in_a_text_count_utf16_units(before: str, after: str, beyond: int) -> None:
    place = len(before.encode("utf-16-le")) // 2
    rest = len(f"(smile){after}".encode("utf-16-le")) // 2

    def message(length: int) -> incoming.TextMessage:
        emoji = incoming.Emoji(index=place, length=length, product_id="5ac1", emoji_id="002")
        text = f"{before}(smile){after}"
        return incoming.TextMessage(id="1", text=text, quote_token="q", emojis=(emoji,))

    assert message(rest).emojis
    with pytest.raises(ValidationError, match="beyond the text"):
        message(rest + beyond)


def test_a_redelivered_event_differs_in_one_place_only() -> None:
    first = specimens.EVENTS["message, text, most (user)"].to_wire()
    before = json.dumps(first)
    again = events.redelivered(first)

    assert {"isRedelivery": True} == again["deliveryContext"]
    assert {**again, "deliveryContext": first["deliveryContext"]} == first
    assert before == json.dumps(first)


def test_a_webhook_has_a_destination_and_events_and_may_be_empty() -> None:
    assert {"destination": specimens.BOT, "events": []} == events.webhook(specimens.BOT, ())
