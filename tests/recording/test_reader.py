"""The reader: whole and cut-off recordings, hostile ones, and words of newer versions."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from line_sim.errors import RecordingFormatError
from line_sim.recording.lines import LINE_BYTES
from line_sim.recording.reader import Reader
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

HEAD = b'{"format":"line_sim.recording","version":1}\n'
NOTE = b'{"seq":1,"at_s":0.5,"wall_ms":9,"kind":"note","text":"x"}\n'


def stored(folder: Path, content: bytes, name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def why(path: Path) -> str:
    """Why a file is refused."""
    with pytest.raises(RecordingFormatError) as caught:
        list(Reader(path))
    return caught.value.reason


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.lists(
        st.dictionaries(
            st.sampled_from(["alpha", "beta"]),
            st.none()
            | st.integers(-(2**53), 2**53)
            | st.text(max_size=20)
            | st.lists(st.booleans()),
        ),
        max_size=5,
    ),
    packed=st.booleans(),
)
def test_what_is_written_is_read_again(
    tmp_path: Path,
    fields: list[dict[str, object]],
    packed: bool,  # noqa: FBT001
) -> None:
    path = tmp_path / ("a.jsonl.gz" if packed else "a.jsonl")
    with Writer(path, lambda: 0, redact=Redactor(), force=True) as ledger:
        for row in fields:
            ledger.write("note", **row)
        kept = list(ledger.lines())
    found = list(Reader(path))

    assert kept == found[:-1]
    assert [{k: v for k, v in row.items() if v is not None} for row in fields] == [
        {k: v for k, v in line.items() if k in {"alpha", "beta"}} for line in kept
    ]


def test_whether_a_file_is_packed_is_seen_from_its_content(tmp_path: Path) -> None:
    plain = stored(tmp_path, HEAD + NOTE, "plain.gz")
    packed = stored(tmp_path, gzip.compress(HEAD + NOTE), "packed.jsonl")

    assert list(Reader(plain)) == list(Reader(packed))


def test_every_way_of_cutting_the_end_off_leaves_the_lines_before_it(tmp_path: Path) -> None:
    last = NOTE.replace(b'"seq":1', b'"seq":2')
    for size in range(1, len(last)):
        found = Reader(stored(tmp_path, HEAD + NOTE + last[:size]))
        numbers = [line["seq"] for line in found]
        whole = size == len(last) - 1  # only the line feed is missing

        assert ([1, 2] if whole else [1]) == numbers
        assert whole is not found.truncated


def test_a_packed_recording_that_is_cut_off_gives_what_there_is(tmp_path: Path) -> None:
    lines = b"".join(
        NOTE.replace(b":1,", b":%d," % n).replace(b"x", b"%x" % (n**9)) for n in range(1, 999)
    )
    packed = gzip.compress(HEAD + lines)
    found = Reader(stored(tmp_path, packed[: len(packed) // 2]))
    numbers = [line["seq"] for line in found]

    assert list(range(1, len(numbers) + 1)) == numbers
    assert 100 < len(numbers) < 998
    assert not found.complete
    assert found.warning()


def test_a_complete_recording_has_no_warning(tmp_path: Path) -> None:
    with Writer(tmp_path / "a.jsonl", lambda: 0, redact=Redactor()):
        pass
    found = Reader(tmp_path / "a.jsonl")
    kinds = [line["kind"] for line in found]

    assert ["end"] == kinds
    assert found.complete
    assert not found.warning()


def test_unknown_kinds_and_fields_come_through(tmp_path: Path) -> None:
    line = {"seq": 4, "at_s": 1, "wall_ms": 2, "kind": "telepathy", "strength": [1]}

    assert [line] == list(Reader(stored(tmp_path, HEAD + orjson.dumps(line) + b"\n")))


def test_other_versions_are_refused_with_the_way_out(tmp_path: Path) -> None:
    newer = why(stored(tmp_path, HEAD.replace(b"1}", b"2}")))
    older = why(stored(tmp_path, HEAD.replace(b"1}", b"0}")))

    assert "version 2; 1 can be read (a newer line_sim wrote it: update this one)" in newer
    assert "version 0" in older
    assert "anew" in older


def test_another_file_is_told_apart(tmp_path: Path) -> None:
    log = why(stored(tmp_path, b'{"format":"line_sim.log","version":1}\n'))

    assert "EventLog.load" in log
    for content in (b"", b"\n", b"[]\n", b"hello\n", b"\x00" * 99, HEAD[:20]):
        assert "not the head of a recording" in why(stored(tmp_path, content))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{oops}\n", "line 3: not JSON"),
        (b"[]\n", "line 3: a JSON object"),
        (NOTE, "line 3: seq is 1; a whole number above 1 is allowed"),
        (NOTE.replace(b":1,", b":true,"), "line 3: seq is True"),
        (b'{"seq":2,"kind":"note"}\n', "line 3: at_s is None"),
        (b'{"seq":2,"at_s":0,"kind":5}\n', "line 3: kind is 5"),
    ],
)
def test_a_broken_line_in_the_middle_is_named(tmp_path: Path, line: bytes, reason: str) -> None:
    after = NOTE.replace(b":1,", b":9,")

    assert why(stored(tmp_path, HEAD + NOTE + line + after)).startswith(reason)


def test_a_line_beyond_the_limit_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = stored(tmp_path, HEAD + b'{"seq":1,"kind":"' + b"x" * LINE_BYTES + b'"}\n')

    assert "16,000,000 bytes" in why(path)


def test_a_gzip_bomb_is_refused_early(tmp_path: Path) -> None:
    line = b'{"seq":%d,"at_s":0,"kind":"' + b"x" * 1_000_000 + b'"}\n'
    lines = b"".join(line % number for number in range(1, 60))
    path = stored(tmp_path, gzip.compress(HEAD + lines, 9), "bomb.gz")
    seen: list[int] = []
    with pytest.raises(RecordingFormatError, match="more than 200"):
        seen.extend(line["seq"] for line in Reader(path))

    assert 20 > len(seen)


def test_broken_compression_is_no_traceback(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(HEAD + NOTE * 3))
    packed[12] ^= 0xFF

    assert "copy it anew" in why(stored(tmp_path, bytes(packed)))
