"""What was exported and imported is the same traffic, whatever the format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from exporting import (
    PUSH,
    REPLY,
    START_MS,
    Happening,
    call,
    dump,
    events,
    expected,
    flows,
    har,
    imported,
    log,
    payloads,
    reply_token,
    table,
    text_event,
    traffic,
    user,
    webhook,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from line_sim.replay.evidence import Evidence

if TYPE_CHECKING:
    from pathlib import Path

LAW = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
# what UTF-8 can hold; a CSV cell keeps no blanks at its ends, and no NUL
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
STYLES = st.sampled_from(["line", "utf8", "pretty", "shuffled"])
JPEG = b"\xff\xd8\xff" + bytes(range(256)) * 30


@st.composite
def days(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> list[Happening]:
    """Webhooks of a few users and what a bot answers, each thing at a time of its own."""
    day: list[Happening] = []
    at_ms = START_MS
    for number in range(draw(st.integers(1, 5))):
        at_ms += draw(st.integers(100, 90_000))
        many = draw(st.integers(1, 3))
        batch = [
            text_event(10 * number + n, at_ms, draw(st.integers(1, 3)), draw(texts))
            for n in range(many)
        ]
        day.append(webhook(number, at_ms, batch, style=draw(STYLES)))
        texts_sent = [{"type": "text", "text": draw(texts)}]
        replied = {"replyToken": reply_token(10 * number), "messages": texts_sent}
        sent = json.dumps({"sentMessages": [{"id": str(number)}]}).encode()
        day.append(call(at_ms + 3, "POST", REPLY, replied, answer=sent))
        if draw(st.booleans()):
            path = f"/v2/bot/message/{number}/content"
            day.append(call(at_ms + 50, "GET", path, None, answer=JPEG, answer_type="image/jpeg"))
    return day


@LAW
@given(day=days())
@pytest.mark.parametrize("export", [flows, har], ids=lambda export: export.__name__)
def test_http_traffic_is_the_same_byte_by_byte(tmp_path: Path, export: Any, day: Any) -> None:  # noqa: ANN401
    found = imported(tmp_path, export(day))

    assert (expected(day), []) == (traffic(found), found.report.lacks)


@LAW
@given(day=days())
def test_a_dump_keeps_the_bytes_of_signed_webhooks(tmp_path: Path, day: list[Happening]) -> None:
    found = imported(tmp_path, dump(day))

    hooks = [each for each in day if not each.method]
    assert (expected(hooks), ["calls"]) == (traffic(found), found.report.lacks)


@LAW
@given(day=days())
def test_events_alone_are_the_same_events(tmp_path: Path, day: list[Happening]) -> None:
    found = imported(tmp_path, events(day))

    told = [_tokenless(each["events"][0]) for each in payloads(found)]
    assert told == [
        _tokenless(event)
        for each in day
        if not each.method
        for event in json.loads(each.body)["events"]
    ]


def _tokenless(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "replyToken"}


@LAW
@given(
    day=days(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)),
    delimiter=st.sampled_from("\t,;|"),
)
def test_rows_with_bodies_are_the_same_traffic(
    tmp_path: Path, day: list[Happening], delimiter: str
) -> None:
    day = [each for each in day if each.answer != JPEG]

    found = imported(tmp_path, log(day, delimiter), form="logs")

    assert expected(day) == traffic(found)


@LAW
@given(
    day=days(
        st.text(
            st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs", "Cc"]),
            min_size=1,
        ).map(lambda text: f"<{text}>")
    ),
    delimiter=st.sampled_from("\t,;|"),
)
def test_messages_of_a_table_are_the_same_messages_of_the_same_people(
    tmp_path: Path, day: list[Happening], delimiter: str
) -> None:
    answers = [
        call(each.at_ms + 5, "POST", PUSH,
             {"to": user(1), "messages": json.loads(each.body)["messages"]})
        for each in day if each.method and each.body
    ]  # fmt: skip
    day = sorted([each for each in day if not each.method] + answers, key=lambda each: each.at_ms)

    found = imported(tmp_path, table(day, delimiter), form="csv")

    evidence = Evidence.of(found.lines)
    wrote = [(each.user, each.text) for each in evidence.events.values()]
    sent = [(each.chats[0], each.messages[0]["text"]) for each in evidence.sends]
    assert wrote == [
        (event["source"]["userId"], event["message"]["text"])
        for each in day
        for event in json.loads(each.body).get("events", [])
    ]
    assert sent == [
        (asked["to"], asked["messages"][0]["text"])
        for asked in (json.loads(each.body) for each in answers)
    ]
