"""Webhooks that programs wrote down, in all the shapes they do."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from exporting import (
    BOT,
    START_MS,
    dump,
    imported,
    of_kind,
    payloads,
    text_event,
    user,
    webhook,
)

from line_sim.errors import RecordingFormatError
from line_sim.recording.lines import body_bytes, body_json
from line_sim.wire import bodies, events

if TYPE_CHECKING:
    from pathlib import Path

EVENT = text_event(1, START_MS, 1, "hi")
HOOK = {"destination": BOT, "events": [EVENT]}
OTHER = {"destination": BOT, "events": [text_event(2, START_MS + 1_000, 2, "there")]}


def texts(found: Any) -> list[str]:  # noqa: ANN401
    return [event["message"]["text"] for payload in payloads(found) for event in payload["events"]]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(HOOK) + "\n" + json.dumps(OTHER) + "\n",
        "\ufeff" + json.dumps(HOOK) + "\r\n\r\n" + json.dumps(OTHER),
        json.dumps([HOOK, OTHER]),
        json.dumps([HOOK, OTHER], indent=2),
        json.dumps(HOOK, indent=2) + json.dumps(OTHER, indent=2),
        json.dumps(HOOK) + json.dumps(OTHER),
        json.dumps([EVENT]) + "\n" + json.dumps(OTHER["events"]),
        json.dumps(EVENT) + "\n" + json.dumps(OTHER["events"][0]),
        json.dumps({"events": [EVENT]}) + "\n" + json.dumps({"body": OTHER}),
        json.dumps({"request": {"body": HOOK}}) + "\n" + json.dumps({"payload": json.dumps(OTHER)}),
    ],
    ids=["lines", "bom and crlf", "array", "pretty array", "pretty", "glued", "lists", "events",
         "no destination", "nested"],
)  # fmt: skip
def test_every_shape_gives_the_same_two_webhooks(tmp_path: Path, content: str) -> None:
    found = imported(tmp_path, content.encode())

    assert (["hi", "there"], 0) == (texts(found), found.report.unusable)
    assert [START_MS, START_MS + 1_000] == [line["wall_ms"] for line in of_kind(found, "webhook")]


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    folder.mkdir()
    (folder / "2.json").write_text(json.dumps(OTHER, indent=1), encoding="utf-8")
    (folder / "1.json").write_text(json.dumps(HOOK), encoding="utf-8")
    (folder / "3.json").write_text("{broken", encoding="utf-8")
    (folder / "notes.txt").write_text("not read", encoding="utf-8")
    (folder / "link.json").symlink_to(folder / "1.json")

    found = imported(tmp_path, folder)

    assert ["hi", "there"] == texts(found)
    assert found.report.first_unusable[0].place.startswith("3.json, before the first value")


def test_a_folder_without_json_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    folder.mkdir()

    with pytest.raises(RecordingFormatError, match="without files that end in"):
        imported(tmp_path, folder)


def test_a_lambdas_event_is_an_envelope(tmp_path: Path) -> None:
    body = bodies.encode(HOOK)
    event = {
        "headers": {"x-line-signature": "A" * 43 + "="}, "isBase64Encoded": True,
        "body": base64.b64encode(body).decode(), "requestContext": {"timeEpoch": START_MS + 70},
    }  # fmt: skip

    found = imported(tmp_path, json.dumps(event).encode())

    hook = found.lines[0]
    assert (START_MS + 70, {"x-line-signature": "A" * 43 + "="}) == (
        hook["wall_ms"],
        hook["headers"],
    )
    assert len(body) == len(body_bytes(hook) or b"")


def test_signed_bytes_stay_and_unsigned_json_is_written_anew_in_lines_style(tmp_path: Path) -> None:
    told = text_event(1, START_MS, 1, "\U0001f34e")
    pretty = bodies.encode({"destination": BOT, "events": [told]}, "pretty")
    signed = {"headers": {"X-Line-Signature": "A" * 43 + "="}, "body": pretty.decode()}
    rows = [json.dumps(signed), json.dumps({"destination": BOT, "events": [told]}, indent=None)]

    found = imported(tmp_path, "\n".join(rows).encode())

    first, second = of_kind(found, "webhook")
    assert b'{\n  "destination"' == (body_bytes(first) or b"")[:17]
    assert b'"text":"\\uD83C\\uDF4E"' in (body_bytes(second) or b"")
    assert "headers" not in second
    assert {"bytes", "signatures"} <= set(found.report.lacks)


def test_what_is_missing_is_made_always_the_same_and_is_what_line_would_send(
    tmp_path: Path,
) -> None:
    someone = {"type": "user", "userId": user(1)}
    bare = [
        {"type": "message", "message": {"type": "text", "text": "hi"}, "source": someone},
        {"type": "follow", "webhookEventId": "01HF0000000000000000000001"},
        {"type": "message", "message": {"type": "text", "text": "hi"}, "source": someone},
    ]
    content = "\n".join(map(json.dumps, bare)).encode()

    key = b"k" * 32
    first = imported(tmp_path, content, "first", key=key)
    again = imported(tmp_path, content, "again", key=key)

    assert (tmp_path / "first.jsonl").read_bytes() == (tmp_path / "again.jsonl").read_bytes()
    made = [payload["events"][0] for payload in payloads(first)]
    for event in made:
        events.EVENTS[event["type"]].model_validate(event)
    # equal content in other places is another message of the same person
    assert made[0]["webhookEventId"] != made[2]["webhookEventId"]
    assert made[0]["message"]["id"] != made[2]["message"]["id"]
    assert "times" in first.report.lacks
    assert {"webhookEventId": 2, "message id": 2, "user id": 1, "timestamp": 3, "reply token": 3,
            "quote token": 2,
            "destination": 3, "time": 3} == dict(again.report.made)  # fmt: skip


def test_a_redelivery_is_a_second_attempt(tmp_path: Path) -> None:
    again = events.redelivered(EVENT)
    content = "\n".join(map(json.dumps, [EVENT, again, again, text_event(9, START_MS, 1, "x")]))

    found = imported(tmp_path, content.encode())

    assert [1, 2, 3, 1] == [line["attempt"] for line in of_kind(found, "webhook")]


def test_several_bots_are_several_channels(tmp_path: Path) -> None:
    content = "\n".join(json.dumps({"destination": f"U{n}", "events": [EVENT]}) for n in (1, 2, 1))

    found = imported(tmp_path, content.encode(), channel="shop")

    assert ["shop", "shop-2", "shop"] == [line["channel"] for line in of_kind(found, "webhook")]
    assert [{"name": "shop", "bot_user_id": "U1"}, {"name": "shop-2", "bot_user_id": "U2"}] == (
        found.recording.header["channels"]
    )


def test_lines_that_are_no_webhook_are_named(tmp_path: Path) -> None:
    wanted = "a webhook has events, an event a type and a source or timestamp"
    rows = [b'{"level":"info"}', b"", b"12", b"nonsense", json.dumps(HOOK).encode(), b"[" * 99]

    found = imported(tmp_path, b"\n".join(rows), form="webhooks")

    assert [
        f"line 1: an object with level: {wanted}",
        "line 3: a number; a webhook's body, an event or {headers, body}",
        "line 4: not JSON",
        "line 6: not JSON",
    ] == found.report.left_out()


def test_an_answer_beside_the_body_is_kept(tmp_path: Path) -> None:
    found = imported(tmp_path, dump([webhook(1, START_MS, [EVENT])]))

    end = of_kind(found, "webhook_end")[0]
    assert (200, 7, "answers" in found.report.lacks) == (end["status"], end["took_ms"], False)
    assert [EVENT["type"]] == [e["type"] for e in body_json(found.lines[0])["events"]]
