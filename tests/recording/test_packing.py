"""Packed recordings: gzip and zstd alike, told by content, cut off, glued together, hostile."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import OutputExistsError, RecordingFormatError
from line_sim.recording import gzip_frames, zstd_frames
from line_sim.recording.packing import BLOCK_BYTES, BY_SUFFIX, named, pack, unpacked
from line_sim.recording.reader import Reader
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = b'{"format":"line_sim.recording","version":1}\n'
CODECS = sorted(BY_SUFFIX)
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor(level=19).compress,
}
"""By suffix, what others pack with."""


def note(seq: int, text: str = "x") -> bytes:
    return b'{"seq":%d,"at_s":0.5,"wall_ms":9,"kind":"note","text":"%s"}\n' % (seq, text.encode())


def notes(count: int) -> bytes:
    return b"".join(note(seq, os.urandom(9).hex()) for seq in range(1, count + 1))


def plain(path: Path) -> bytes:
    return b"".join(unpacked(path))


@pytest.mark.parametrize("suffix", CODECS)
def test_what_the_writer_packs_any_tool_unpacks(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.jsonl{suffix}"
    with Writer(path, lambda: 0, redact=Redactor()) as ledger:
        ledger.write("note", text="hello " * 1_000)
    packed = path.read_bytes()
    tool = {
        ".gz": gzip.decompress,
        ".zst": lambda raw: zstandard.ZstdDecompressor().decompressobj().decompress(raw),
    }[suffix]

    assert tool(packed) == plain(path)
    assert len(packed) < 600
    assert ["a.jsonl" + suffix] == [each.name for each in tmp_path.iterdir()]
    assert 0o600 == path.stat().st_mode & 0o777


@pytest.mark.parametrize("suffix", CODECS)
@pytest.mark.parametrize("wrong", ["a.jsonl", "a.gz", "a.zst"])
def test_the_content_tells_how_a_file_is_packed(tmp_path: Path, suffix: str, wrong: str) -> None:
    path = tmp_path / wrong
    path.write_bytes(COMPRESS[suffix](HEAD + note(1)))

    assert [1] == [line["seq"] for line in Reader(path)]


@pytest.mark.parametrize("suffix", CODECS)
def test_files_glued_together_are_read_through(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"".join(map(COMPRESS[suffix], (HEAD, note(1), b"", note(2)))))

    assert [1, 2] == [line["seq"] for line in Reader(path)]


def test_zeros_behind_a_gzip_member_are_padding(tmp_path: Path) -> None:
    path = tmp_path / "a"
    start, end = gzip.compress(HEAD + note(1)), gzip.compress(note(2))
    path.write_bytes(start + bytes(50_000) + end + bytes(512))

    assert [1, 2] == [line["seq"] for line in Reader(path)]


def test_a_skippable_frame_of_zstd_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a"
    skippable = zstd_frames.SKIPPABLE[7] + (3).to_bytes(4, "little") + b"abc"
    frames = [skippable, COMPRESS[".zst"](HEAD), skippable, COMPRESS[".zst"](note(1))]
    path.write_bytes(b"".join(frames))

    assert [1] == [line["seq"] for line in Reader(path)]


@pytest.mark.parametrize("suffix", CODECS)
def test_cut_off_anywhere_it_gives_a_beginning_of_what_there_was(
    tmp_path: Path, suffix: str
) -> None:
    whole = HEAD + notes(40)
    packed = b"".join(COMPRESS[suffix](whole[at : at + 300]) for at in range(0, len(whole), 300))
    path = tmp_path / "a"
    given_bytes = []
    for size in range(1, len(packed) + 1, 7):
        path.write_bytes(packed[:size])
        found = plain(path) if size >= 4 else b""  # before its magic it is no packed file

        assert whole.startswith(found)
        given_bytes.append(len(found))

    assert sorted(given_bytes) == given_bytes
    assert len(whole) - 900 < given_bytes[-1]


@pytest.mark.parametrize("suffix", CODECS)
def test_broken_bytes_are_refused_with_the_way_out(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "a"
    packed = bytearray(COMPRESS[suffix](HEAD + notes(50)))
    packed[-2] ^= 0xFF  # what is behind: a length or checksum
    packed[40:50] = bytes(10)
    path.write_bytes(bytes(packed))

    with pytest.raises(RecordingFormatError, match="copy it anew"):
        list(Reader(path))


@pytest.mark.parametrize("suffix", CODECS)
def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "a"
    line = b'{"seq":%d,"at_s":0,"kind":"' + b"x" * 1_000_000 + b'"}\n'
    lines = b"".join(line % number for number in range(1, 60))
    path.write_bytes(COMPRESS[suffix](HEAD + lines))
    seen: list[int] = []
    with pytest.raises(RecordingFormatError, match="more than 200"):
        seen.extend(line["seq"] for line in Reader(path))

    assert 20 > len(seen)


def test_a_window_beyond_eight_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    wide = zstandard.ZstdCompressionParameters(window_log=24)
    machine = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    path.write_bytes(machine.compress(HEAD) + machine.flush())

    with pytest.raises(RecordingFormatError, match="memory"):
        Reader(path)


@pytest.mark.parametrize("suffix", CODECS)
@pytest.mark.parametrize("tail", [b"", b"random"])
def test_what_packs_too_well_is_stored_and_read_again(
    tmp_path: Path, suffix: str, tail: bytes
) -> None:
    """Also where only its beginning packs too well: a reader meets that first."""
    path = tmp_path / f"a.jsonl{suffix}"
    with Writer(path, lambda: 0, redact=Redactor()) as ledger:
        for number in range(20):
            ledger.write("call", exchange=number, body=b"a" * 1_000_000)
        for number in range(20, 24 if tail else 20):
            body = os.urandom(300_000).hex().encode()
            ledger.write("call", exchange=number, body=body)

    assert [*range(20), *(range(20, 24) if tail else ())] == [
        line["exchange"] for line in Reader(path) if line["kind"] == "call"
    ]


@given(
    data=st.binary(max_size=5_000) | st.integers(0, 5_000).map(bytes),
    stored=st.booleans(),
    suffix=st.sampled_from(CODECS),
    most_bytes=st.sampled_from([1, 7, 100, BLOCK_BYTES]),
)
def test_packing_and_unpacking_keep_every_byte(
    data: bytes,
    stored: bool,  # noqa: FBT001
    suffix: str,
    most_bytes: int,
) -> None:
    codec = BY_SUFFIX[suffix]
    file = io.BytesIO()
    with codec.packing_into(file, stored=stored) as packing:
        packing.write(data)
    size = len(file.getvalue())
    file.seek(0)
    found = list(codec.unpacking(file, most_bytes))

    assert data == b"".join(found)
    assert most_bytes >= max(map(len, found), default=0)
    assert not stored or size >= len(data)


@pytest.mark.parametrize("most_bytes", [1, 7, 1_000])
def test_a_cut_off_gzip_file_gives_all_that_its_bytes_tell(most_bytes: int) -> None:
    packed = gzip.compress(bytes(3_000) + b"end")
    for size in range(11, len(packed)):
        told = zlib.decompressobj(wbits=31).decompress(packed[:size])

        assert told == b"".join(gzip_frames.unpacking(io.BytesIO(packed[:size]), most_bytes))


@pytest.mark.parametrize("codec", [gzip_frames, zstd_frames])
def test_blocks_are_as_short_as_asked(codec: object) -> None:
    file = io.BytesIO()
    with codec.packing_into(file, stored=False) as packing:  # type: ignore[attr-defined]
        packing.write(bytes(3_000_000))
    file.seek(0)
    sizes = [len(block) for block in codec.unpacking(file, 100_000)]  # type: ignore[attr-defined]

    assert 100_000 == max(sizes)
    assert 3_000_000 == sum(sizes)


def test_a_name_is_taken_at_once_and_only_where_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "no hard links here")

    for links in (True, False):
        if not links:
            monkeypatch.setattr("pathlib.Path.hardlink_to", refused)
        whole, path = tmp_path / "whole", tmp_path / f"path {links}"
        whole.write_text("new")
        named(whole, path, force=False)

        assert ("new", False) == (path.read_text(), whole.exists())

        whole.write_text("newer")
        with pytest.raises(OutputExistsError):
            named(whole, path, force=False)

        assert "new" == path.read_text()

        named(whole, path, force=True)

        assert ("newer", False) == (path.read_text(), whole.exists())


@pytest.mark.parametrize("suffix", CODECS)
def test_a_disk_that_fills_up_while_packing_leaves_the_plain_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    ledger = Writer(tmp_path / f"a.jsonl{suffix}", lambda: 0, redact=Redactor())

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(BY_SUFFIX[suffix], "packing_into", full)
    with pytest.raises(OSError, match="No space"):
        ledger.close()

    assert ["a.jsonl"] == [each.name for each in tmp_path.iterdir()]
    assert ["end"] == [line["kind"] for line in Reader(tmp_path / "a.jsonl")]


def test_what_a_killed_packing_left_is_not_in_the_way(tmp_path: Path) -> None:
    (tmp_path / ".a.jsonl.gz.packing").write_text("half a file")
    source = os.open(tmp_path / "plain", os.O_RDWR | os.O_CREAT)
    os.write(source, HEAD)
    pack(source, tmp_path / "a.jsonl.gz", force=False)
    os.close(source)

    assert HEAD == plain(tmp_path / "a.jsonl.gz")
    assert ["a.jsonl.gz", "plain"] == sorted(each.name for each in tmp_path.iterdir())


HOSTILE = """
import resource, sys
from line_sim.errors import RecordingFormatError
from line_sim.recording.reader import Reader
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 400_000_000,) * 2)
for path in sys.argv[1:]:
    try:
        print(sum(1 for _ in Reader(path)))
    except RecordingFormatError as error:
        print(error.reason[:40])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads its own size from /proc")
def test_hostile_files_take_little_memory_and_time(tmp_path: Path) -> None:
    zstd = COMPRESS[".zst"]
    long = b'{"seq":1,"at_s":0,"kind":"' + b"x" * 15_900_000 + b'"}\n'
    files = {
        "bomb.gz": gzip.compress(HEAD + bytes(200_000_000), 9),
        "bomb.zst": zstd(HEAD) + zstd(bytes(16_000_000)) * 500,
        "tiny members.gz": gzip.compress(HEAD) + gzip.compress(b"x") * 200_000,
        "tiny frames.zst": zstd(HEAD) + zstd(b"x") * 200_000,
        "one line": HEAD + b"x" * 40_000_000,
        "line feeds": HEAD + b"\n" * 10_000_000,
        "long line": HEAD + long,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-c", HOSTILE, *(str(tmp_path / name) for name in files)]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)

    assert [
        "a compressed byte becomes more than 200:", "a compressed byte becomes more than 200:",
        "0", "0", "a line is longer than 16,000,000 bytes; ", "0", "1",
    ] == found.stdout.splitlines()  # fmt: skip
