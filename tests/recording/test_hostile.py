"""Any bytes at all: lines, or an error that says what and where; never another end."""

from __future__ import annotations

import gzip
import json
import os
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from line_sim.errors import RecordingFormatError
from line_sim.recording.causes import causes
from line_sim.recording.lines import body_bytes, body_json
from line_sim.recording.reader import Reader
from line_sim.recording.recording import Recording
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

HEAD = b'{"format":"line_sim.recording","version":1}\n'
NOTE = b'{"seq":1,"at_s":0.5,"wall_ms":9,"kind":"note","text":"x"}\n'
PACKED = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}
FUZZ = settings(
    max_examples=150, deadline=2_000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def stored(folder: Path, content: bytes) -> Path:
    path = folder / "a.jsonl"
    path.write_bytes(content)
    return path


def outcome(path: Path) -> str:
    """Read all of a file in every way there is: how many lines, or why it is refused."""
    try:
        found = Recording.load(path)
        lines = list(found)
        for line in lines:
            body_bytes(line)
            body_json(line)
            if line["kind"] == "media" and line["sha256"]:
                found.media(line["sha256"])
        causes(lines)
        found.summary()
    except RecordingFormatError as error:
        refused = error
    else:
        return f"{len(lines)} lines"
    assert str(path.parent) in str(refused)
    assert 0 < len(refused.reason) < 400
    return refused.reason


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A recording with every kind of line."""
    path = tmp_path_factory.mktemp("whole") / "a.jsonl"
    event = {
        "type": "message", "webhookEventId": "E1", "replyToken": "a" * 32,
        "source": {"type": "user", "userId": "U" + "b" * 32},
        "message": {"id": "480001", "type": "text", "text": "\u6ce8\u6587", "quoteToken": "q"},
    }  # fmt: skip
    with Writer(path, lambda: 5, redact=Redactor(), media="inline") as ledger:
        ledger.write(
            "webhook", exchange=1, channel="shop", attempt=1, due_s=0.5,
            headers={"x-line-signature": "abc="}, body={"destination": "U", "events": [event]},
        )  # fmt: skip
        ledger.write(
            "call", exchange=2, channel="shop", method="POST", path="/v2/bot/message/reply",
            headers=[["host", "a"]], body={"replyToken": "a" * 32, "messages": []},
        )  # fmt: skip
        ledger.write("fault", exchange=2, fault="slow")
        ledger.write("call_end", exchange=2, status=200, body=b"\xff\xfe", rule={"id": "R1"})
        ledger.write("webhook_end", exchange=1, status=200, took_ms=5.5)
        ledger.write("call_end", exchange=3, body=os.urandom(5_000), media_type="image/png")
        ledger.write("clock", seconds=5)
        ledger.write("agent", text="hello")
        ledger.write("note", text="reset")
    return path.read_bytes()


@st.composite
def harm(draw: st.DrawFn) -> list[tuple[str, float, bytes]]:
    """Some places, as shares of the length, and what is done there."""
    kind = st.sampled_from(["flip", "cut", "double", "insert", "swap"])
    tokens = st.sampled_from([
        b"null", b"-1", b"1e999", b"99999999999999999999", b"[]", b"{}", b'"', b"\\", b"\n",
        b"\r\n", b"\0", b"true", b'"\\ud800"', b"[" * 3_000, b'"kind":5,', b'"exchange":null,',
    ])  # fmt: skip
    what = st.binary(min_size=1, max_size=8) | tokens
    return draw(st.lists(st.tuples(kind, st.floats(0, 1), what), min_size=1, max_size=6))


def harmed(content: bytes, steps: list[tuple[str, float, bytes]]) -> bytes:
    """What is left of a file."""
    for kind, share, what in steps:
        at = int(share * len(content))
        before, after = content[:at], content[at:]
        content = {
            "flip": before + bytes(byte ^ what[0] for byte in after[:1]) + after[1:],
            "cut": before + after[len(what) * 9 :],
            "double": before + after[:70] + after,
            "insert": before + what + after,
            "swap": after + before,
        }[kind]
    return content


@FUZZ
@pytest.mark.parametrize("how", sorted(PACKED))
@given(content=st.binary(max_size=400))
@example(content=b"")
@example(content=b"\xff\xfe{\0}\0")
def test_any_bytes_are_read_or_refused(tmp_path: Path, how: str, content: bytes) -> None:
    for start in (b"", HEAD, HEAD + NOTE):
        outcome(stored(tmp_path, PACKED[how](start + content)))
        outcome(stored(tmp_path, PACKED[how](start) + content))


@FUZZ
@pytest.mark.parametrize("how", sorted(PACKED))
@given(steps=harm())
def test_a_harmed_recording_is_read_or_refused(
    tmp_path: Path, whole: bytes, how: str, steps: list[tuple[str, float, bytes]]
) -> None:
    outcome(stored(tmp_path, PACKED[how](harmed(whole, steps))))
    outcome(stored(tmp_path, harmed(PACKED[how](whole), steps)))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False)
    | st.sampled_from(["", "x", "1", "a" * 64, "{", "aGVsbG8=", "\u0661"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)  # fmt: skip


@FUZZ
@given(place=st.integers(0, 99), name=st.integers(0, 99), value=VALUES)
def test_any_value_in_any_field_is_read_or_refused(
    tmp_path: Path, whole: bytes, place: int, name: int, value: object
) -> None:
    rows = [json.loads(row) for row in whole.splitlines()]
    row = rows[place % len(rows)]
    row[sorted(row)[name % len(row)]] = value
    outcome(stored(tmp_path, b"\n".join(json.dumps(row).encode() for row in rows) + b"\n"))


def test_the_whole_recording_itself_is_read(tmp_path: Path, whole: bytes) -> None:
    for pack in PACKED.values():
        assert "11 lines" == outcome(stored(tmp_path, pack(whole)))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbf" + HEAD + NOTE, "1 lines"),
        ((HEAD + NOTE).replace(b"\n", b"\r\n"), "1 lines"),
        (HEAD + b"\n\r\n  \n" + NOTE + b"\n\n", "1 lines"),
        (HEAD[:-1], "0 lines"),
        (b"", "the file is empty"),
        (b"\n" + HEAD, "the first line is empty"),
        ("\ufeff".encode("utf-16-le") + HEAD.decode().encode("utf-16-le"), "save it as UTF-8"),
        (HEAD[:30], "the run was killed as it began"),
        (b"\x7fELF\x02\x01\x01\0" + bytes(range(256)) * 9, "is it the right file?"),
        (HEAD + b"\0" * 5_000 + b"\n", "line 2: not JSON"),
        (HEAD + NOTE + b"\0" * 5_000, "1 lines"),
    ],
)
def test_what_editors_and_copies_do_is_borne_or_told(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    assert expected in outcome(stored(tmp_path, content))


def test_blank_lines_count_where_a_line_is_named(tmp_path: Path) -> None:
    assert outcome(stored(tmp_path, HEAD + b"\n\n" + NOTE + b"{}\n")).startswith("line 5: seq")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('"kind":"call"', "exchange is missing; a call line has one"),
        ('"kind":"call","exchange":"1"', "exchange is '1'; a whole number is allowed"),
        ('"kind":"call_end","exchange":1,"status":true', "status is True; a whole number"),
        ('"kind":"call_end","exchange":1,"took_ms":"5"', "took_ms is '5'; a number"),
        ('"kind":"call","exchange":1,"body":{}', "body is {}; text is allowed"),
        ('"kind":"call","exchange":1,"body_b64":"a"', "body_b64 is 'a'; base64 is allowed"),
        ('"kind":"call","exchange":1,"headers":{"a":1}', "headers is {'a': 1}; an object of"),
        ('"kind":"call","exchange":1,"headers":[["a"]]', "headers is [['a']]; an object of"),
        ('"kind":"media"', "sha256 is missing; a media line has one"),
    ],
)
def test_a_field_of_another_shape_is_named(tmp_path: Path, line: str, reason: str) -> None:
    content = HEAD + b'{"seq":1,"at_s":0,%s}\n' % line.encode()

    assert outcome(stored(tmp_path, content)).startswith(f"line 2: {reason}")


def test_fields_of_an_unknown_kind_have_any_shape(tmp_path: Path) -> None:
    content = HEAD + b'{"seq":1,"at_s":0,"kind":"telepathy","exchange":"all","body":{}}\n'

    assert 1 == len(list(Reader(stored(tmp_path, content))))


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert outcome(tmp_path).startswith("a folder; a file is allowed")
    assert outcome(tmp_path / "pipe").startswith("a pipe or a device; a file is allowed")
    with pytest.raises(FileNotFoundError):
        Recording.load(tmp_path / "missing.jsonl")
