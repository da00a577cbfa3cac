"""Rows: developers' logs, web servers' logs, LINE's error statistics, tables of messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from exporting import START_MS, Imported, imported, iso, of_kind, payloads

from line_sim.errors import RecordingFormatError
from line_sim.recording.importers import message_columns
from line_sim.recording.importers.times import unix_ms
from line_sim.recording.lines import body_json
from line_sim.replay.evidence import Evidence
from line_sim.wire.events import MessageEvent

if TYPE_CHECKING:
    from pathlib import Path

DAY_MS = datetime(2025, 11, 25, 10, 0, tzinfo=UTC).timestamp() * 1e3
UUID = "0a0b0c0d-0000-4000-8000-000000000001"


def rows(*lines: str) -> bytes:
    return "\n".join(lines).encode() + b"\n"


@pytest.mark.parametrize(
    "content",
    [
        rows("request id\ttime\tmethod\tendpoint\tstatus",
             f"{UUID}\t2025-11-25T10:00:00Z\tPOST\thttps://api.line.me/v2/bot/message/push\t429"),
        rows("X-Line-Request-Id;Time of request;Method;API endpoint;Status code",
             f"{UUID};2025/11/25 10:00:00 UTC;POST;/v2/bot/message/push;429"),
        rows(f"{UUID},1764064800,POST,https://api.line.me/v2/bot/message/push,429"),
        rows(f"2025-11-25 10:00:00.000 {UUID} POST https://api.line.me/v2/bot/message/push 429"),
        rows(f"2025-11-25T19:00:00+09:00 POST /v2/bot/message/push 429 {UUID}"),
    ],
    ids=["tsv", "semicolons", "no names", "blanks", "blanks and a zone"],
)  # fmt: skip
def test_a_call_is_read_from_every_kind_of_row(tmp_path: Path, content: bytes) -> None:
    found = imported(tmp_path, content)

    call, end = found.lines[:2]
    assert ("POST", "/v2/bot/message/push", DAY_MS, 429) == (
        call["method"], call["path"], call["wall_ms"], end["status"],
    )  # fmt: skip
    assert UUID == end["headers"]["x-line-request-id"]
    assert ["headers", "events", "bodies"] == found.report.lacks


def test_webhooks_of_a_log_keep_signature_and_body_where_they_are(tmp_path: Path) -> None:
    body = '{""destination"":""U1"",""events"":[]}'
    content = rows(
        "sender ip,time,method,path,status,signature,body,response",
        f'203.0.113.5,2025-11-25T10:00:00Z,POST,/callback,200,{"A" * 43}=,"{body}",OK',
        "203.0.113.5,2025-11-25T10:00:01Z,POST,/callback,500,,,",
    )

    found = imported(tmp_path, content)

    first, second = of_kind(found, "webhook")
    assert {"destination": "U1", "events": []} == body_json(first)
    assert "A" * 43 + "=" == first["headers"]["x-line-signature"]
    assert "body" not in second
    assert [200, 500] == [line["status"] for line in of_kind(found, "webhook_end")]
    assert {"bodies", "calls"} <= set(found.report.lacks)


def test_a_web_servers_log_gives_the_webhooks_of_line(tmp_path: Path) -> None:
    line = '203.0.113.5 - - [25/Nov/2025:19:00:00 +0900] "{}" {} 2 "-" "{}"'
    content = rows(
        line.format("POST /callback HTTP/1.1", 200, "LineBotWebhook/2.0"),
        line.format("POST /login HTTP/1.1", 200, "Mozilla/5.0"),
        line.format("GET / HTTP/1.1", 200, "Mozilla/5.0"),
        "garbage",
        line.format("POST /callback HTTP/1.1", 502, "LineBotWebhook/2.0"),
    )

    found = imported(tmp_path, content)

    assert (2, 2, ["line 4: no line of the combined log format"]) == (
        found.report.webhooks, found.report.other, found.report.left_out(),
    )  # fmt: skip
    assert [200, 502] == [line["status"] for line in of_kind(found, "webhook_end")]
    assert DAY_MS == found.lines[0]["wall_ms"]


def test_the_mocks_own_error_statistics_come_back(tmp_path: Path) -> None:
    from line_sim.mock.platform.calls import Outcome  # noqa: PLC0415
    from line_sim.mock.platform.endpoints import ErrorStatistics  # noqa: PLC0415 - only here

    statistics = ErrorStatistics()
    for number in range(3):
        outcome = Outcome(None, "request_timeout", "Request timeout", 2_000.0)
        statistics.add(outcome, "https://bot.example/cb", int(DAY_MS) + number)
    refused = Outcome(500, "error_status_code", "500", 3.0)
    statistics.add(refused, "https://bot.example/cb", int(DAY_MS) + 90_000)

    found = imported(tmp_path, statistics.tsv().encode())

    ends = [
        (e["reason"], e.get("status"), e["wall_ms"] - DAY_MS) for e in of_kind(found, "webhook_end")
    ]
    assert [("request_timeout", None, 0)] * 3 + [("error_status_code", 500, 90_000)] == ends
    assert any("Japan" in each for each in found.report.remarks)


def evidence(found: Imported) -> tuple[list[Any], list[Any]]:
    told = Evidence.of(found.lines)
    return (
        [(event.user, event.text, event.deliveries[0].at_s) for event in told.events.values()],
        [(call.chats[0], call.messages[0]["text"], call.at_s) for call in told.sends],
    )


def test_a_table_of_messages_becomes_webhooks_and_pushes(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + rows(
        "Time;Customer;From;Message;Staff;Type",
        '2025-11-25 10:00:00;Bob;customer;"two',
        'lines; and ""more""";;text',
        "2025-11-25 10:00:30;Bob;staff;yes;Ann;",
        "2025-11-25 10:01:00;Eve;customer;;;image",
        "2025-11-25 10:02:00;Bob;customer;thanks;;text",
        "yesterday;Bob;customer;lost;;",
        "2025-11-25 10:02:00;Bob;nobody;lost;;",
        "2025-11-25 10:02:00;Bob;customer;;;",
    )

    found = imported(tmp_path, content)

    wrote, sent = evidence(found)
    bob, eve = wrote[0][0], wrote[1][0]
    assert [
        (bob, 'two\nlines; and "more"', 0.0),
        (eve, None, 60.0),
        (bob, "thanks", 120.0),
    ] == wrote
    assert [(bob, "yes", 30.0)] == sent
    assert bob != eve
    assert [
        "line 7: the time is 'yesterday'; ISO 8601 or Unix time is allowed",
        "line 8: the direction is 'nobody'; customer or staff is allowed",
        "line 9: neither text nor type of a message",
    ] == found.report.left_out()
    assert "times without a zone were taken as UTC" in found.report.remarks
    assert "media" in found.report.lacks


def test_facts_above_the_table_and_separate_columns_for_day_and_time_are_read(
    tmp_path: Path,
) -> None:
    content = rows(
        "アカウント名,花屋",
        "タイムゾーン,+09:00",
        "",
        "送信者タイプ,送信者名,送信日,送信時刻,内容",
        "User,太郎,2025/11/25,19:00:00,こんにちは",
        "Account,花屋,2025/11/25,19:00:05,いらっしゃいませ",
    )

    found = imported(tmp_path, content)

    wrote, sent = evidence(found)
    assert ("こんにちは", "いらっしゃいませ") == (wrote[0][1], sent[0][1])
    assert wrote[0][0] == sent[0][0]
    assert DAY_MS == found.lines[0]["wall_ms"]
    assert any("UTC+09:00, as the row above the table says" in e for e in found.report.remarks)


def test_ids_and_channels_of_a_table_stay(tmp_path: Path) -> None:
    user = "U" + "ab" * 16
    content = rows("time,user id,text,id,channel", f"{START_MS},{user},hi,4801,shop",
                   f"{START_MS + 5},{user},ho,,other")  # fmt: skip

    found = imported(tmp_path, content)

    event = payloads(found)[0]["events"][0]
    assert (user, "4801") == (event["source"]["userId"], event["message"]["id"])
    assert ["shop", "other"] == [line["channel"] for line in of_kind(found, "webhook")]


def test_every_type_of_message_is_one_that_line_sends(tmp_path: Path) -> None:
    types = sorted(set(message_columns.TYPES) - {""})
    content = rows("time,customer,text,type", *(f"{START_MS},Bob,x,{each}" for each in types))

    found = imported(tmp_path, content)

    made = [payload["events"][0] for payload in payloads(found)]
    assert [message_columns.TYPES[each] for each in types] == [e["message"]["type"] for e in made]
    for event in made:
        MessageEvent.model_validate(event)


def test_without_time_or_text_a_table_is_refused_with_the_names_wanted(tmp_path: Path) -> None:
    with pytest.raises(RecordingFormatError, match="time not among 'customer, text'"):
        imported(tmp_path, rows("customer,text", "Bob,hi"), form="csv")


@pytest.mark.parametrize(
    "written",
    [
        "2025-11-25T10:00:00Z", "2025-11-25 10:00:00", "2025/11/25 10:00", 1764064800, 1.7640648e12,
        "2025/11/25 10:00:00 UTC", "2025/11/25 19:00:00 JST", "1764064800000000",
        "2025-11-25T19:00:00+09:00", "2025-11-25 19:00:00 +0900", "25/Nov/2025:19:00:00 +0900",
        "[25/Nov/2025:10:00:00 +0000]", "1764064800", "1764064800000", "1764064800.0",
        "2025-11-25 10:00:00,000",
    ],
    ids=str,
)  # fmt: skip
def test_times_are_read_as_people_and_programs_write_them(written: object) -> None:
    found = unix_ms(written)

    assert found is not None
    assert DAY_MS == found[0]


@pytest.mark.parametrize(
    "written", ["", "yesterday", "01/02/2025 10:00", "2025-13-01", "1e99", "nan", "0", "-5", True,
                None, float("inf"), float("nan"), "9" * 50, "2025-11-25T99:00", 10**400],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_other_times_are_not(written: object) -> None:
    assert unix_ms(written) is None


def test_a_zone_is_taken_only_where_none_is_written() -> None:
    japan = timezone(timedelta(hours=9))

    assert (DAY_MS - 9 * 3_600_000, True) == unix_ms("2025-11-25 10:00", japan)
    assert (DAY_MS, False) == unix_ms("2025-11-25T10:00Z", japan)
    assert (DAY_MS, False) == unix_ms(iso(DAY_MS), japan)
