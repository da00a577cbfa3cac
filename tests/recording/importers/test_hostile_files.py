"""Any bytes at all: a recording that can be read, or an error that says what and where."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from exporting import (
    PUSH,
    START_MS,
    call,
    dump,
    events,
    flows,
    har,
    log,
    table,
    text_event,
    webhook,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from line_sim.errors import LineSimError
from line_sim.recording.importers.detecting import FORMATS
from line_sim.recording.importers.importing import import_recording
from line_sim.recording.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

FUZZ = settings(
    max_examples=60, deadline=10_000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DAY = [
    webhook(1, START_MS, [text_event(n, START_MS, n, f"hi \U0001f600 {n}") for n in (1, 2)]),
    call(START_MS + 5, "POST", PUSH, {"to": "U1", "messages": [{"type": "text", "text": "yes"}]}),
    webhook(2, START_MS + 900, [text_event(3, START_MS + 900, 1, "caf\u00e9, \u8336")]),
]  # fmt: skip
SAMPLES = {
    "har": har(DAY),
    "mitmproxy": flows(DAY),
    "webhooks": dump(DAY) + events(DAY),
    "logs": log(DAY),
    "csv": table([DAY[0], DAY[1], DAY[2]]),
}
FORMS = sorted(FORMATS)
NASTY = [
    b"[" * 10_000, b'{"a":' * 10_000, b"NaN", b"-Infinity", b"1e999999", b"9" * 5_000, b'"\\ud800"',
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"{}", b"null", b'"', b"\r", b"=1+1", b"999999999:",
    b"\x1b[31m", b"<script>", b"../../etc", b"'\"", b"\xe2\x80\xae", b"]" * 50, b"}" * 50,
]  # fmt: skip


def ends_well(folder: Path, content: bytes, form: str | None) -> None:
    """Import the content: what is left is a whole recording, or nothing."""
    source, out = folder / "source", folder / "out" / "day.jsonl"
    source.write_bytes(content)
    out.parent.mkdir(exist_ok=True)
    try:
        report = import_recording(source, out, form=form, force=True)
    except LineSimError as error:
        told = str(error)
    else:
        told = ""
    if told:
        assert [] == list(out.parent.iterdir())
        return
    recording = Recording(out)
    lines = list(recording)
    assert "end" == lines[-1]["kind"]
    assert {"day.jsonl", "day.media"} >= {each.name for each in out.parent.iterdir()}
    kinds = [line["kind"] for line in lines]
    assert (report.webhooks, report.calls) == (kinds.count("webhook"), kinds.count("call"))
    assert all(a["at_s"] <= b["at_s"] for a, b in pairwise(lines))
    out.unlink()


@FUZZ
@given(content=st.binary(max_size=2_000), form=st.sampled_from([None, *FORMS]))
@example(b"", None)
@example(b"5:1:1,", None)
def test_random_bytes_end_well(tmp_path: Path, content: bytes, form: str | None) -> None:
    ends_well(tmp_path, content, form)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["POST", "https://api.line.me/v2/bot/message/push", "message", "2025-11-25"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from([
            "log", "entries", "request", "response", "headers", "url", "method", "postData", "text",
            "startedDateTime", "status", "events", "destination", "type", "message", "source", "id",
            "timestamp", "webhookEventId", "body", "time", "name", "value", "content", "replyToken",
        ]), inner, max_size=6,
    ), max_leaves=25,
)  # fmt: skip


@FUZZ
@given(value=JSON, form=st.sampled_from(["har", "webhooks", None]), wrap=st.integers(0, 2))
def test_any_json_ends_well(tmp_path: Path, value: object, form: str | None, wrap: int) -> None:
    wrapped = [value, {"log": {"entries": [value]}}, {"destination": "U1", "events": [value]}][wrap]

    ends_well(tmp_path, json.dumps(wrapped).encode(), form)


@pytest.mark.parametrize("form", FORMS)
@FUZZ
@given(seed=st.integers(0, 2**32))
def test_a_damaged_file_ends_well(tmp_path: Path, form: str, seed: int) -> None:
    luck, content = random.Random(seed), bytearray(SAMPLES[form])  # noqa: S311 - no secret
    for _ in range(luck.randint(1, 6)):
        place, other = luck.randrange(len(content)), luck.randrange(len(content))
        match luck.randrange(5):
            case 0:
                content[place] ^= 1 << luck.randrange(8)
            case 1:
                del content[place : place + luck.randint(1, 40)]
            case 2:
                content[place:place] = content[other : other + luck.randint(1, 200)]
            case 3:
                content[place:place] = luck.choice(NASTY)
            case _:
                del content[max(place, 1) :]
        content = content or bytearray(b"x")

    ends_well(tmp_path, bytes(content), luck.choice([form, form, None]))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("nasty", NASTY, ids=lambda raw: repr(raw[:8]))
def test_nasty_bytes_end_well_wherever_a_value_stands(
    tmp_path: Path, form: str, nasty: bytes
) -> None:
    sample = SAMPLES[form]
    for piece in (b"200", b"message", b"2025-11-25", b"POST", b"Bearer", b"U0000"):
        ends_well(tmp_path, sample.replace(piece, nasty, 1), form)
    ends_well(tmp_path, nasty, form)
    ends_well(tmp_path, nasty + sample, None)


def test_nothing_found_is_a_check_that_can_fail(tmp_path: Path) -> None:
    for form in FORMS:
        out = tmp_path / f"{form}.jsonl"
        source = tmp_path / "source"
        source.write_bytes(SAMPLES[form])

        assert import_recording(source, out).form == form
