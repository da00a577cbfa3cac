"""A killed writer loses its torn line at most, and the recording goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError, OutputExistsError, RecordingFormatError
from line_sim.recording.packing import BY_SUFFIX
from line_sim.recording.reader import Reader
from line_sim.recording.recording import Recording
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = ["", *sorted(BY_SUFFIX)]


def writer(path: Path, **options: object) -> Writer:
    return Writer(path, lambda: 7_000_000, redact=Redactor(key=bytes(32)), **options)  # type: ignore[arg-type]


def recorded(path: Path, texts: list[str]) -> bytes:
    """A recording of so many calls without an end; its bytes."""
    ledger = writer(
        path, force=True, header={"text": "\u6ce8\u6587"}, wall_ms=lambda: 1_764_034_649_123
    )
    for text in texts:
        ledger.write("call", exchange=ledger.exchange(), method="POST", body=text)
    return path.read_bytes()


def held_after_a_cut(path: Path, content: bytes, size: int) -> None:
    """The law: what is before the cut is read, and after a resume it is there, with what follows.

    Parameters
    ----------
    path
        Where to try it.
    content
        A whole recording.
    size
        Where it is cut.
    """
    path.write_bytes(content[:size])
    *raw, rest = content[:size].split(b"\n")
    if rest.endswith(b"}") and content[size : size + 1] == b"\n":  # only its line feed is missing
        raw, rest = [*raw, rest], b""
    _, *whole = map(orjson.loads, raw) if raw else [None]
    if raw:
        assert whole == list(Reader(path))
    else:
        with pytest.raises(RecordingFormatError, match="line 1"):
            Reader(path)

    with writer(path, resume=True) as ledger:
        number = ledger.write("call", exchange=ledger.exchange(), method="POST", body="after")
        assert [*range(1, number + 1)] == [line["seq"] for line in ledger.lines()]

    found = list(Reader(path))
    assert whole == found[: len(whole)]
    assert ["after"] == [line["body"] for line in found[len(whole) :] if line["kind"] == "call"]
    assert [*range(1, len(found) + 1)] == [line["seq"] for line in found]
    exchanges = [line["exchange"] for line in found if line["kind"] == "call"]
    assert sorted(set(exchanges)) == exchanges
    notes = [line for line in found if line["kind"] == "note"]
    assert path.read_bytes().startswith(content[: size - len(rest)])
    if raw:  # else there was not even a header, and a new one stands there
        assert [len(rest) or None] == [note.get("torn_bytes") for note in notes]


def test_cut_anywhere_it_is_read_up_to_there_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    content = recorded(path, ["one", "\u6ce8\u6587 \U0001f34e"])
    for size in range(len(content) + 1):
        held_after_a_cut(path, content, size)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(texts=st.lists(st.text(max_size=40), max_size=8), share=st.floats(0, 1))
def test_any_recording_cut_anywhere_goes_on(tmp_path: Path, texts: list[str], share: float) -> None:
    path = tmp_path / "a.jsonl"
    content = recorded(path, texts)
    held_after_a_cut(path, content, round(share * len(content)))


def test_a_long_torn_line_is_gone_to_its_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    content = recorded(path, ["one"])
    path.write_bytes(content + b'{"seq":2,"body":"' + b"x" * 50_000)
    ledger = writer(path, resume=True)

    assert 50_017 == next(iter(ledger.lines(1)))["torn_bytes"]
    assert path.read_bytes().startswith(content)
    assert b"xx" not in path.read_bytes()[len(content) :]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_closed_recording_goes_on_packed_or_plain(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.jsonl{suffix}"
    for _ in range(3):
        with writer(path, resume=True, header={"origin": "mock", "epoch_ms": 5}) as ledger:
            ledger.write("call", exchange=ledger.exchange())
            ledger.write("call_end", exchange=1, status=200)

    found = Reader(path)
    lines = list(found)

    assert ["call", "call_end", "end", *["note", "call", "call_end", "end"] * 2] == [
        line["kind"] for line in lines
    ]
    assert [1, 2, 3] == [line["exchange"] for line in lines if line["kind"] == "call"]
    assert 5 == found.header["epoch_ms"]
    assert 3 == ledger.counts()["call_end", "", 200]
    assert [path.name] == [each.name for each in tmp_path.iterdir()]


def test_a_long_recording_goes_on_and_is_read_from_any_place(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    for _ in range(2):
        with writer(path, resume=True) as ledger:
            for _ in range(1_500):
                ledger.write("note", text="\u00e4" * 9)

    last = ledger.seq
    for after in (0, 1, 999, 1_000, 1_500, 2_000, 2_001, last - 1, last):
        assert [*range(after + 1, last + 1)] == [line["seq"] for line in ledger.lines(after)]


@pytest.mark.parametrize("suffix", sorted(BY_SUFFIX))
@pytest.mark.parametrize("moment", ["while running", "packed and not yet unlinked"])
def test_killed_around_packing_it_goes_on_from_the_plain_file(
    tmp_path: Path, suffix: str, moment: str
) -> None:
    packed, plain = tmp_path / f"a.jsonl{suffix}", tmp_path / "a.jsonl"
    before = recorded(plain, ["one", "two"])
    (tmp_path / f".a.jsonl{suffix}.packing").write_bytes(b"half")
    if moment != "while running":
        with writer(packed, resume=True):
            pass
        plain.write_bytes(before + b'{"seq":3,"at')
    with writer(packed, resume=True) as ledger:
        ledger.write("call", exchange=ledger.exchange(), body="three")

    found = [line.get("body") for line in Reader(packed) if line["kind"] == "call"]
    assert ["one", "two", "three"] == found
    assert [packed.name] == [each.name for each in tmp_path.iterdir()]


def test_another_file_under_the_plain_name_is_left_alone(tmp_path: Path) -> None:
    packed, plain = tmp_path / "a.jsonl.zst", tmp_path / "a.jsonl"
    with writer(packed):
        pass
    other = recorded(plain, ["another"])

    with pytest.raises(OutputExistsError):
        writer(packed, resume=True)

    assert other == plain.read_bytes()
    assert ["end"] == [line["kind"] for line in Reader(packed)]


HEAD = b'{"format":"line_sim.recording","version":1}\n'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"precious, and no recording", "not the head"),
        (b"precious\n", "not the head"),
        (HEAD.replace(b"1}", b"2}") + b'{"se', "version 2"),
        (HEAD + b"{oops}\n" + b'{"se', "line 2: not JSON"),
        (HEAD + b'{"seq":7,"at_s":0,"kind":"note"}\n', "seq is 7; 1 is allowed"),
        (HEAD + b'{"seq":1,"at_s":0,"kind":5}', "line 2: kind is 5"),
        (b"\x1f\x8b" + bytes(50), "name that ends in .gz"),
        (b"\x28\xb5\x2f\xfd" + bytes(50), "name that ends in .zst"),
    ],
)
def test_what_cannot_go_on_stays_as_it_is(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)

    with pytest.raises(RecordingFormatError) as caught:
        writer(path, resume=True)

    assert reason in caught.value.reason
    assert content == path.read_bytes()


def test_neither_a_link_nor_a_folder_nor_a_pipe_goes_on(tmp_path: Path) -> None:
    recorded(tmp_path / "elsewhere", ["one"])
    before = (tmp_path / "elsewhere").read_bytes()
    (tmp_path / "link").symlink_to("elsewhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "folder", "pipe"):
        with pytest.raises(RecordingFormatError, match="cannot go on"):
            writer(tmp_path / name, resume=True)

    assert before == (tmp_path / "elsewhere").read_bytes()


def test_a_recording_has_one_writer_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    first = writer(path)
    first.write("note", text="mine")

    with pytest.raises(ConfigurationError, match="one writer at a time"):
        writer(path, resume=True)

    first.close()
    writer(path, resume=True).close()

    assert ["note", "end", "note", "end"] == [line["kind"] for line in Reader(path)]


RUNNING = """
import sys
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer
ledger = Writer(sys.argv[1], lambda: 0, redact=Redactor(), resume=True, media="files")
for number in range(10**9):
    size = 200_000 if number % 5 == 0 else 100
    kind = "image/png" if number % 10 == 0 else "text/plain"
    body = number.to_bytes(8, "big").hex().encode() * (size // 16)
    told = ledger.exchange()
    ledger.write("call", exchange=told, body=body, media_type=kind)
    print(told, flush=True)
"""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_kill_9_in_mid_run_loses_nothing_that_was_told(tmp_path: Path, suffix: str) -> None:
    """Killed three times at no chosen moment, resumed each time: every told exchange is there."""
    path, plain = tmp_path / f"a.jsonl{suffix}", tmp_path / "a.jsonl"
    told: list[int] = []
    for round_ in range(3):
        command = [sys.executable, "-c", RUNNING, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            told += [int(process.stdout.readline()) for _ in range(20 + 7 * round_)]
            process.kill()
            told += map(int, process.stdout.read().split(b"\n")[:-1])

    found = Recording.load(plain)
    lines = list(found)
    exchanges = [line["exchange"] for line in lines if line["kind"] == "call"]
    assert set(told) <= set(exchanges)
    assert all(b > a for a, b in pairwise(exchanges))
    assert 2 == sum(line["kind"] == "note" for line in lines)
    named = {line["media"] for line in lines if "media" in line}
    assert named
    assert all(found.media(name) is not None for name in named)

    writer(path, resume=True).close()

    assert [path.name, "a.media"] == sorted(
        (each.name for each in tmp_path.iterdir()), key=lambda name: name == "a.media"
    )
    assert exchanges == [line["exchange"] for line in Reader(path) if line["kind"] == "call"]
