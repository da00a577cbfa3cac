"""The official Python SDK's parser reads every webhook we make, but for what is planted.

Two lists stand apart, and a change of the SDK shows in them: what the SDK itself cannot read
although LINE documents it, and what it does with each mutant.
"""

import json
from typing import Any

import pytest
import specimens
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.models.events import UnknownEvent
from linebot.v3.webhook import WebhookParser
from linebot.v3.webhooks import Event
from pydantic.v1 import ValidationError  # the kind the SDK raises

from line_sim.wire import bodies, events, signature
from line_sim.wire.mutants import MUTANTS, Mutant

SECRET = specimens.IDS.secret("shop")

# In standby LINE sends no reply token; the SDK's models of these demand one all the same.
UNREADABLE_IN_STANDBY = {
    "beacon",
    "follow",
    "join",
    "memberJoined",
    "membership",
    "videoPlayComplete",
}
READABLE = [
    name
    for name, event in specimens.EVENTS.items()
    if not (event.mode == "standby" and event.type in UNREADABLE_IN_STANDBY)
]

# of each mutant, whether the SDK reads the changed event, makes it unknown, or fails with all
SDK_DOES: dict[str, str | type[Exception]] = {
    "not_json": json.JSONDecodeError,
    "no_events": KeyError,
    "other_destination": "read",
    "no_event_id": ValidationError,
    "no_quote_token": "unknown",
    "same_time": "read",
    "things": "unknown",
    "unknown_event_type": "unknown",
    "unknown_mode": ValidationError,
    "unknown_message_type": "unknown",
    "unknown_source_type": "unknown",
    "unknown_sticker_type": "unknown",
    "unknown_mentionee_type": "unknown",
    "unknown_content_provider": "unknown",
    "unknown_postback_params": "read",
    "extra_properties": "read",
    "no_source": "read",
    "unnamed_member": "read",
    "no_read_token": "read",
    "unnumbered_image": "read",
    "unnamed_place": "read",
    "no_keywords": "read",
    "delivery_without_source": "read",
    "standby": "read",
    "big_batch": "read",
}


def received(body: bytes, case: str = "lower") -> list[Event]:
    """What a bot has from the SDK when `body` arrives with our headers and signature."""
    sent = bodies.headers(signature.sign(SECRET, body), case)
    headers = {name.lower(): value for name, value in sent}
    return WebhookParser(SECRET).parse(body.decode(), headers["x-line-signature"])


def without_null(value: Any) -> Any:  # noqa: ANN401 - JSON is of any type
    """`value` without the properties that have none."""
    match value:
        case dict():
            return {name: without_null(each) for name, each in value.items() if each is not None}
        case list():
            return [without_null(each) for each in value]
        case _:
            return value


@pytest.mark.parametrize("case", bodies.CASES)
@pytest.mark.parametrize("style", bodies.STYLES)
def test_every_event_is_read_in_every_style_with_nothing_unknown(style: str, case: str) -> None:
    body = bodies.encode(specimens.webhook(*READABLE), style, seed=1)
    read = received(body, case)

    assert [] == [READABLE[at] for at, event in enumerate(read) if isinstance(event, UnknownEvent)]
    assert [specimens.EVENTS[name].type for name in READABLE] == [event.type for event in read]


def test_the_sdk_finds_every_property_and_the_same_value() -> None:
    webhook = specimens.webhook(*READABLE)
    read = received(bodies.encode(webhook))
    seen = [without_null(json.loads(event.json(by_alias=True))) for event in read]

    assert webhook["events"] == seen


def test_what_the_sdk_cannot_read_in_standby_is_known() -> None:
    names = [name for name, event in specimens.EVENTS.items() if event.mode == "standby"]
    read = received(bodies.encode(specimens.webhook(*names)))

    assert UNREADABLE_IN_STANDBY == {
        event.type for event in read if isinstance(event, UnknownEvent)
    }


def test_a_webhook_without_events_is_read() -> None:
    assert [] == received(bodies.encode(events.webhook(specimens.BOT, ())))


@pytest.mark.parametrize("name", sorted(signature.WRONG.keys() - {"missing"}))
def test_the_sdk_refuses_every_wrong_signature(name: str) -> None:
    body = bodies.encode(specimens.webhook("message, text, most (user)"))

    with pytest.raises(InvalidSignatureError):
        WebhookParser(SECRET).parse(body.decode(), signature.WRONG[name](SECRET, body))


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_what_the_sdk_does_with_each_mutant_is_known(mutant: Mutant) -> None:
    does = SDK_DOES[mutant.name]
    body = mutant.body(specimens.fitting(mutant.name))
    if isinstance(does, type):
        with pytest.raises(does):
            received(body)
        return
    changed, neighbour, *_ = received(body)

    assert does == ("unknown" if isinstance(changed, UnknownEvent) else "read")
    assert "follow" == neighbour.type
    assert not isinstance(neighbour, UnknownEvent)
