"""Masked lines: joins, verdicts and times survive, and nothing else does."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from personal_sample import BOT, EPOCH_MS, KEY, OTHER, USER, Line, recording

from line_sim.recording.causes import causes
from line_sim.recording.lines import body_json
from line_sim.recording.pseudonyms import Pseudonymiser
from line_sim.wire import events as wire_events
from line_sim.wire.refusals import RefusedError
from line_sim.wire.requests import check_chat, read

MASK = Pseudonymiser(KEY)
HEADER, LINES = recording()


def stand_in(text: str) -> str:
    """The stand-in of a text, from a line."""
    return str(MASK.line({"seq": 1, "at_s": 0, "kind": "agent", "text": text})["text"])


def test_the_header_says_whose_key_it_was_and_that_signatures_are_gone() -> None:
    made = MASK.header(HEADER)

    assert made["lacks"] == ["signatures", "times"]
    assert made["pseudonyms"] == {"scheme": 1, "key_id": MASK.key_id}
    assert made["channels"] == [{"name": stand_in("Nutt shop"), "bot_user_id": stand_in(BOT)}]
    assert (made["format"], made["version"], made["origin"]) == (
        "line_sim.recording",
        1,
        "recorded",
    )
    assert "Chaiwat" not in json.dumps(made)
    assert MASK.key_id not in KEY.hex()


def test_a_line_keeps_its_number_times_and_kind() -> None:
    kept = (
        "seq",
        "at_s",
        "wall_ms",
        "kind",
        "exchange",
        "attempt",
        "due_s",
        "took_ms",
        "status",
        "method",
    )
    for line, made in zip(LINES, map(MASK.line, LINES), strict=True):
        assert {name: made.get(name) for name in kept} == {name: line.get(name) for name in kept}
        assert len(made) == len(line)


def test_a_line_is_not_changed_in_place() -> None:
    _, again = recording()
    for line in LINES:
        MASK.line(line)

    assert again == LINES


def test_headers_that_tell_nothing_stay_and_the_signature_goes() -> None:
    made = MASK.line(LINES[0])["headers"]

    assert "x-line-signature" not in made
    assert made["content-type"] == "application/json"
    assert made["user-agent"] == "LineBotWebhook/2.0"
    assert made["host"].endswith(".com") and "nuttshop" not in made["host"]  # noqa: PT018 - one host
    assert made["x-forwarded-for"] != "203.150.77.12"
    assert "Wipa" not in str(made)


def test_headers_may_be_pairs() -> None:
    line = {
        "seq": 1,
        "kind": "call",
        "headers": [["X-Customer", "Wipa"], ["x-customer", "Wipa"], ["X-Line-Signature", "a"]],
    }
    made = MASK.line(line)["headers"]

    assert made == [["X-Customer", stand_in("Wipa")], ["x-customer", stand_in("Wipa")]]


def test_request_ids_stay_and_retry_keys_are_replaced() -> None:
    assert MASK.line(LINES[3])["headers"] == LINES[3]["headers"]
    key = LINES[2]["headers"]["x-line-retry-key"]
    assert MASK.line(LINES[2])["headers"]["x-line-retry-key"] == stand_in(key) != key
    assert MASK.line(LINES[2])["headers"]["authorization"].startswith("Bearer ")


def test_an_id_is_the_same_in_webhooks_paths_calls_answers_and_remarks() -> None:
    made = [*map(MASK.line, LINES)]
    user, other = stand_in(USER), stand_in(OTHER)

    assert body_json(made[0])["events"][0]["source"]["userId"] == user
    assert made[2]["path"].split("?")[0] == f"/v2/bot/profile/{user}"
    assert body_json(made[3])["userId"] == user
    assert made[5]["sent"]["chats"] == made[5]["sent"]["delivered"] == [user]
    assert made[13]["user"] == user
    assert made[14]["recorded"] == {user: other}
    assert made[6]["path"].split("/")[4] == other


def test_causes_are_those_of_the_original() -> None:
    before, after = causes(LINES), causes(map(MASK.line, LINES))

    assert before.keys() == after.keys()
    assert {"reply token", "unsolicited"} <= {cause.basis for cause in before.values()}
    for exchange, cause in before.items():
        made = after[exchange]
        assert (made.basis, made.age_s) == (cause.basis, cause.age_s)
        if cause.event is not None and made.event is not None:
            assert made.event.id == stand_in(cause.event.id)
            assert made.event.chat == stand_in(cause.event.chat)
            assert made.event.type == cause.event.type


SAID = st.text(st.sampled_from("aB3 ก่สมあ田語한ع👍👨‍👩‍👧\n.é"), max_size=8)
LONG = st.builds(lambda text, n: (text or "x") * n, SAID, st.sampled_from([1, 3, 20, 300, 5_001]))


@st.composite
def calls(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[str, Line]:
    """A call whose texts may be too long, too short or empty, and whose rest may be wrong too."""
    label = draw(LONG.map(lambda text: text[:60]))
    sender = {"name": draw(LONG.map(lambda text: text[:30]))}
    action = {
        "type": "postback",
        "label": label,
        "data": draw(LONG)[:400],
        "displayText": draw(LONG)[:400],
    }
    text = {
        "type": "text",
        "text": draw(LONG),
        "sender": sender,
        "quickReply": {"items": [{"type": "action", "action": action}]},
    }
    template = {
        "type": "template",
        "altText": draw(LONG),
        "template": {
            "type": "buttons",
            "title": draw(LONG)[:90],
            "text": draw(LONG)[:300],
            "actions": [action],
        },
    }
    place = {
        "type": "location",
        "title": draw(LONG)[:200],
        "address": draw(SAID),
        "latitude": draw(st.sampled_from([13.7, 89.99, 90, 90.5, -95.25])),
        "longitude": 100.5,
    }
    flex = {
        "type": "flex",
        "altText": "x",
        "contents": {
            "type": "bubble",
            "body": {
                "type": "box",
                "layout": "vertical",
                "contents": [
                    {
                        "type": "text",
                        "text": draw(LONG) * 3,
                        "size": draw(st.sampled_from(["md", "12px", "??"])),
                    }
                ],
            },
        },
    }
    link = {
        "type": "image",
        "originalContentUrl": draw(
            st.sampled_from(
                [
                    "https://shop.co/a.jpg",
                    "http://shop.co/a.jpg",
                    "https://shop.co/ก",
                    "https://x.co/%ZZ",
                ]
            )
        ),
        "previewImageUrl": "https://s.co/p",
    }
    chosen = draw(st.lists(st.sampled_from([text, template, place, flex, link]), max_size=6))
    kind = draw(st.sampled_from(["push", "multicast"]))
    to = draw(st.sampled_from([USER, "nobody", "C" + "a" * 32]))
    return kind, {"to": [to] if kind == "multicast" else to, "messages": chosen}


def verdict(kind: str, body: str) -> tuple[object, ...]:
    """What LINE says to a call: the rule and what is wrong where."""
    try:
        found = read(kind, body.encode(), extra="refuse")
        check_chat(found.body["messages"], "user")
    except RefusedError as error:
        return error.rule.id, *(each for each in error.details)
    return ("accepted",)


def test_the_verdicts_compared_are_of_more_than_one_kind() -> None:
    def push(text: str) -> str:
        return json.dumps({"to": USER, "messages": [{"type": "text", "text": text}]})

    assert verdict("push", push("x")) == ("accepted",)
    assert verdict("push", push("x" * 5_001)) != verdict("push", push(""))
    assert verdict("push", push("ก" * 5_001))[0] == "messages"


@settings(max_examples=40)
@given(call=calls())
def test_what_line_says_to_a_call_is_what_it_says_to_the_masked_one(call: tuple[str, Line]) -> None:
    kind, asked = call
    body = json.dumps(asked, ensure_ascii=False)
    line = {
        "seq": 1,
        "kind": "call",
        "exchange": 1,
        "method": "POST",
        "path": f"/v2/bot/message/{kind}",
        "body": body,
    }
    made = MASK.line(line)["body"]

    assert verdict(kind, made) == verdict(kind, body)
    assert len(made.encode()) == len(body.encode())


def test_what_webhooks_hold_stays_what_line_documents() -> None:
    events = body_json(MASK.line(LINES[0]))["events"]

    for event in events[:-1]:
        wire_events.EVENTS[event["type"]].model_validate(event)


def test_the_same_twice_and_another_by_another_key() -> None:
    again, other = Pseudonymiser(KEY), Pseudonymiser(bytes(range(1, 33)))

    assert [*map(again.line, LINES)] == [*map(MASK.line, reversed(LINES))][::-1]
    assert other.line(LINES[0])["body"] != MASK.line(LINES[0])["body"]


def test_masking_twice_gives_what_masking_takes() -> None:
    once = [*map(MASK.line, LINES)]
    twice = [*map(MASK.line, once)]

    for line, again in zip(once, twice, strict=True):
        assert [*map(len, again)] == [*map(len, line)]
        assert len(again.get("body", "")) == len(line.get("body", ""))


def test_texts_that_may_stay_stay_in_every_place() -> None:
    mask = Pseudonymiser(KEY, keep_texts=["Dear Nuttapong, it is coming."])
    made = [*map(mask.line, LINES)]

    assert body_json(made[4])["messages"][0]["text"] == "Dear Nuttapong, it is coming."
    assert made[5]["sent"]["messages"][0]["text"] == "Dear Nuttapong, it is coming."
    assert "Aom" not in made[4]["body"]


def test_times_are_shifted_by_weeks_all_alike() -> None:
    mask = Pseudonymiser(KEY, shift_times=True)
    made = mask.line(LINES[0])
    shift_ms = LINES[0]["wall_ms"] - made["wall_ms"]

    assert shift_ms > 0
    assert shift_ms % (7 * 86_400_000) == 0
    assert mask.header(HEADER)["epoch_ms"] == EPOCH_MS - shift_ms
    assert body_json(made)["events"][0]["timestamp"] == EPOCH_MS - shift_ms
    assert made["at_s"] == LINES[0]["at_s"]
    assert mask.line(LINES[13])["at_ms"] == EPOCH_MS - shift_ms


def odd_lines() -> Iterator[Line]:
    """Lines that no writer of ours writes."""
    yield {"seq": 1, "at_s": 0, "kind": "Somchai", "method": "SOMCHAI", "operation": "getSomchai"}
    yield {
        "seq": 1,
        "at_s": 0,
        "kind": "call",
        "path": "Somchai",
        "status": "Somchai",
        "exchange": "Somchai",
    }
    yield {
        "seq": 1,
        "at_s": 0,
        "kind": "call",
        "test": {"Somchai": ["Somchai"]},
        "recorded": "Somchai",
    }
    yield {"seq": 1, "at_s": 0, "kind": "call", "wall_ms": "Somchai", "body": "Somchai=1&a=Somchai"}
    yield {
        "seq": 1,
        "at_s": 0,
        "kind": "call",
        "Somchai": 1,
        "fault": "Somchai",
        "body": ["Somchai"],
    }
    yield {
        "seq": 1,
        "at_s": 0,
        "kind": "media",
        "sha256": "Somchai",
        "type": "Somchai",
        "bytes": "Somchai",
    }
    yield {
        "seq": 1,
        "at_s": 0,
        "kind": "note",
        "text": "reset Somchai",
        "headers": {"Somchai": "Somchai"},
    }
    yield {
        "seq": 1,
        "at_s": 0,
        "kind": "call",
        "body_b64": "U29tY2hhacM=",
        "headers": [["cookie", "Somchai"]],
    }


@pytest.mark.parametrize("line", [*odd_lines()], ids=lambda line: "-".join([*line][3:5]))
def test_what_nobody_expects_is_replaced_too(line: Line) -> None:
    made = json.dumps(MASK.line(line)).lower()

    assert "somchai" not in made
    assert "u29ty2hhac" not in made


def test_what_the_program_remarks_stays() -> None:
    for text in ("reset", "resumed after line 17; 1,024 bytes of a torn line were taken away"):
        line = {"seq": 1, "at_s": 0, "kind": "note", "text": text}
        assert MASK.line(line) == line
