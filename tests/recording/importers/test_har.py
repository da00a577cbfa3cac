"""HAR files: a proxy's and a browser's, large ones, and broken entries."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from exporting import (
    START_MS,
    call,
    har,
    imported,
    of_kind,
    payloads,
    reply_token,
    text_event,
    webhook,
)

from line_sim.recording.lines import body_bytes

SAMPLES = Path(__file__).parents[1] / "samples"
PICTURE = bytes(range(256)) * 20


def test_what_mitmproxy_exported_is_read_like_its_flows(tmp_path: Path) -> None:
    # flows.har was made by mitmproxy 11.0.2 itself: samples/make_flows.py
    found = imported(tmp_path, SAMPLES / "flows.har")

    assert (2, 2, 1, 0) == (
        found.report.webhooks, found.report.calls, found.report.other, found.report.unusable,
    )  # fmt: skip
    content = next(line for line in found.lines if line.get("media"))
    assert PICTURE == found.recording.media(content["media"])
    assert "peer closed connection" == of_kind(found, "webhook_end")[1]["detail"]


def browser_entry(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """As a browser writes it: HTTP/2, members in underscores, a relay's page as initiator."""
    body = json.dumps({"destination": "U1", "events": [text_event(1, START_MS, 1, "caf\u00e9")]})
    return {
        "_initiator": {"type": "script", "stack": {}}, "_priority": "High",
        "cache": {}, "connection": "443", "startedDateTime": "2025-11-25T10:37:28.250+09:00",
        "time": 41.53, "timings": {"blocked": 1.5, "dns": -1, "wait": 30},
        "request": {
            "method": "POST", "url": "https://bot.example/callback?from=relay",
            "httpVersion": "http/2.0", "cookies": [], "queryString": [], "headersSize": -1,
            "headers": [
                {"name": ":authority", "value": "bot.example"}, {"name": ":path", "value": "/"},
                {"name": "content-type", "value": "application/json"},
                {"name": "x-line-signature", "value": "A" * 43 + "="},
            ],
            "postData": {"mimeType": "application/json", "text": body}, "bodySize": len(body),
        },
        "response": {
            "status": 200, "statusText": "", "httpVersion": "http/2.0", "cookies": [],
            "headers": [{"name": "content-encoding", "value": "br"}], "redirectURL": "",
            "content": {"size": 2, "mimeType": "text/plain", "text": "OK"}, "_transferSize": 90,
        },
    } | changes  # fmt: skip


def of_entries(*entries: object) -> bytes:
    return json.dumps({"log": {"version": "1.2", "pages": [], "entries": entries}}).encode()


def test_a_browsers_export_keeps_bytes_headers_and_times(tmp_path: Path) -> None:
    entry = browser_entry()

    found = imported(tmp_path, of_entries(entry))

    hook, end = found.lines[:2]
    # the reply token is a stand-in of the same length, everything else as it came
    came = entry["request"]["postData"]["text"].encode()
    token = payloads(found)[0]["events"][0]["replyToken"]
    assert came == body_bytes(hook).replace(token.encode(), reply_token(1).encode())
    assert {"content-type": "application/json", "x-line-signature": "A" * 43 + "="} == hook[
        "headers"
    ]
    assert (1764034648250, 200, 41.53) == (hook["wall_ms"], end["status"], end["took_ms"])


def test_a_failed_request_is_a_webhook_without_an_answer(tmp_path: Path) -> None:
    response = {"status": 0, "headers": [], "content": {}, "_error": "net::ERR_CONNECTION_REFUSED"}

    found = imported(tmp_path, of_entries(browser_entry(response=response)))

    end = of_kind(found, "webhook_end")[0]
    assert ("unclassified", "net::ERR_CONNECTION_REFUSED", None) == (
        end["reason"], end["detail"], end.get("status"),
    )  # fmt: skip


def test_an_upload_of_another_site_is_not_taken_for_a_webhook(tmp_path: Path) -> None:
    other = browser_entry(
        request={"method": "POST", "url": "https://shop.example/", "headers": [],
                 "postData": {"text": '{"events": 3}'}}
    )  # fmt: skip

    found = imported(tmp_path, of_entries(other, browser_entry()))

    assert (1, 1) == (found.report.webhooks, found.report.other)


def test_an_unsigned_webhook_is_known_by_its_body(tmp_path: Path) -> None:
    entry = browser_entry()
    entry["request"]["headers"] = []

    found = imported(tmp_path, of_entries(entry))

    assert (1, {"signatures", "headers", "calls"}) == (
        found.report.webhooks, set(found.report.lacks),
    )  # fmt: skip


def test_entries_that_cannot_be_used_are_named_by_number_and_reason(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        of_entries(
            browser_entry(),
            7,
            browser_entry(startedDateTime="yesterday"),
            browser_entry(request={}),
        ),
    )

    assert [
        "entry 2: no object with a request",
        "entry 3: startedDateTime is 'yesterday'; ISO 8601 is allowed",
        "entry 4: the request lacks method or url",
    ] == found.report.left_out()


def test_a_file_cut_off_gives_the_entries_before_the_cut(tmp_path: Path) -> None:
    content = of_entries(browser_entry(), browser_entry(), browser_entry())

    found = imported(tmp_path, content[:-400])

    assert (2, 1) == (found.report.webhooks, found.report.unusable)
    assert "after entry 2" == found.report.first_unusable[0].place


MEASURED = """
import re, sys
from pathlib import Path
from line_sim.recording.importers.importing import import_recording

def peak_kb():  # of this program alone; what getrusage tells began with its parent's
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

before = peak_kb()
report = import_recording(sys.argv[1], sys.argv[2])
print(report.webhooks, report.other, peak_kb() - before)
Path(sys.argv[1]).read_bytes()
print(peak_kb() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads its own size from /proc")
def test_a_large_file_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    picture = base64.b64encode(PICTURE * 40).decode()
    page = browser_entry(
        request={"method": "GET", "url": "https://shop.example/a.jpg", "headers": []},
        response={"status": 200, "headers": [], "content": {"encoding": "base64", "text": picture}},
    )
    grown, at_once = list[int](), 0
    for pages in (8, 80):
        source = tmp_path / f"{pages}.har"
        source.write_bytes(of_entries(browser_entry(), *[page] * pages))
        command = [sys.executable, "-c", MEASURED, str(source), str(tmp_path / f"{pages}.jsonl")]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert ["1", str(pages)] == told[:2]
        grown.append(int(told[2]))
        at_once = int(told[3])

    assert 20_000_000 < (tmp_path / "80.har").stat().st_size
    assert grown[1] < grown[0] + 8_000 < at_once  # kB; the last is of a file read whole


def test_a_call_of_a_mock_is_known_by_its_path(tmp_path: Path) -> None:
    day = [call(START_MS, "GET", "/v2/bot/info", None), webhook(1, START_MS, [])]
    content = har(day).replace(b"api.line.me", b"127.0.0.1:8040")

    found = imported(tmp_path, content)

    assert ("/v2/bot/info", "channel") == (
        of_kind(found, "call")[0]["path"], of_kind(found, "call")[0]["channel"],
    )  # fmt: skip
