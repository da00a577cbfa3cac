"""The public words are LINE's, all of them and no others; what looks like them is not public."""

from typing import Any

import pytest

from line_sim.mock import openapi
from line_sim.mock.platform.operations import every_operation
from line_sim.recording.lines import COMMON, FIELDS
from line_sim.recording.pseudonyms import vocabulary
from line_sim.recording.pseudonyms.public_headers import is_public_header
from line_sim.recording.pseudonyms.vocabulary import is_public, is_public_host
from line_sim.wire.events import EVENTS
from line_sim.wire.refusals import RULES

DESCRIPTION = openapi.description(every_operation())
WEBHOOKS = [model.model_json_schema(by_alias=True) for model in EVENTS.values()]
OLD = {"type": {"things", "none", "limited"}}
"""Words that LINE uses and the models here do not."""


def words(part: Any, found: dict[str, set[str]], name: str = "") -> dict[str, set[str]]:  # noqa: ANN401
    """The names of properties in a schema, and the words each may hold."""
    if isinstance(part, list):
        for each in part:
            words(each, found, name)
    elif isinstance(part, dict):
        allowed = part.get("enum", [part["const"]] if "const" in part else [])
        if name and isinstance(allowed, list):
            found.setdefault(name, set()).update(each for each in allowed if isinstance(each, str))
        for key, each in part.items():
            if key == "properties" and all(isinstance(inner, dict) for inner in each.values()):
                for inner_name, inner in each.items():
                    found.setdefault(inner_name, set())
                    words(inner, found, inner_name)
            elif key == "parameters" and isinstance(each, list):
                for inner in each:
                    words(inner, found, inner.get("name", ""))
            else:
                words(each, found, name)
    return found


FOUND = words([DESCRIPTION, *WEBHOOKS], {})


def test_every_operation_and_word_of_a_path_is_known() -> None:
    assert {each.name for each in every_operation()} == vocabulary.OPERATIONS
    segments = {
        word
        for each in every_operation()
        for word in each.path.split("/")
        if word and "{" not in word
    }
    assert segments == vocabulary.SEGMENTS


def test_every_property_of_lines_is_known() -> None:
    known = {*FOUND, *COMMON, *(name for row in FIELDS.values() for name in row)}

    headers = {"X-Line-Retry-Key", "X-Line-Delivery-Tag"}
    assert known <= vocabulary.PROPERTIES | vocabulary.PARAMETERS | headers


def test_every_word_of_a_list_of_lines_may_stay_and_no_other() -> None:
    for name, allowed in FOUND.items():
        assert allowed <= vocabulary.WORDS.get(name, frozenset()), name
    for name, data in vocabulary._DATA["words"].items():  # noqa: SLF001 - LINE's part of them
        assert set(data) <= FOUND[name] | OLD.get(name, set()), name


def test_rules_and_limits_that_refuse_a_call_may_be_named() -> None:
    for rule in RULES.values():
        assert is_public("id", rule.id)
        assert is_public("source", rule.source)
        assert is_public("basis", rule.basis)
        assert is_public("message", rule.message) or "{" in rule.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "Message"),
        ("text", "message"),
        ("displayName", "message"),
        ("message", "text"),
        ("color", "#12345"),
        ("size", "10 px"),
        ("stickerId", "sticker"),
        ("language", "thai"),
        ("message", "The property, Somchai, in the request body is invalid (line: 1, column: 1)"),
        ("property", "messages[0].Somchai"),
        ("operation", "getSomchai"),
        ("requestId", "f" * 36),
        ("type", "image/somchai"),
        ("productId", "Z" * 24),
        ("", "message"),
    ],
)
def test_what_only_looks_public_is_not(name: str, value: str) -> None:
    assert not is_public(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user-agent", "Somchai/1.0"),
        ("user-agent", "curl/8.0 (Somchai's laptop)"),
        ("content-type", "multipart/form-data; boundary=Somchai"),
        ("host", "somchai.com"),
        ("x-line-request-id", "Somchai"),
        ("accept", "Somchai"),
        ("content-type", "text/somchai"),
        ("x-anything", "1"),
        ("server", "Somchai"),
        ("cache-control", "Somchai"),
        ("date", "Mon, 1 Jan 2026"),
    ],
)
def test_a_header_may_stay_only_with_a_value_that_programs_send(name: str, value: str) -> None:
    assert not is_public_header(name, value)


@pytest.mark.parametrize("host", ["line.me.somchai.com", "somchai.localhost.com", "xline.me", ""])
def test_other_hosts_are_not_public(host: str) -> None:
    assert not is_public_host(host)
