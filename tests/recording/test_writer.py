"""The writer: whole lines before anybody acts, private files, and reading while it writes."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
import sys
import threading
from itertools import pairwise
from typing import TYPE_CHECKING

import orjson
import pytest

from line_sim.errors import OutputExistsError
from line_sim.net.clock import Clock
from line_sim.recording.lines import body_bytes
from line_sim.recording.reader import Reader
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def now_us(clock: Clock) -> Callable[[], int]:
    return lambda: clock.now().schedule_us


def writer(path: Path | None, clock: Clock | None = None, **options: object) -> Writer:
    return Writer(path, now_us(clock or Clock(stepped=True)), redact=Redactor(), **options)  # type: ignore[arg-type]


def read(path: Path) -> list[dict[str, object]]:
    return list(Reader(path))


def test_a_request_is_in_the_file_before_its_number_comes_back(tmp_path: Path) -> None:
    ledger = writer(tmp_path / "calls.jsonl")

    seq = ledger.write("call", exchange=ledger.exchange(), method="POST", body=b"{}")
    last = (tmp_path / "calls.jsonl").read_bytes().splitlines()[-1]

    assert (seq, "call", 1, "{}") == tuple(
        orjson.loads(last)[name] for name in ("seq", "kind", "exchange", "body")
    )


def test_each_line_is_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = writer(tmp_path / "calls.jsonl")
    written: list[bytes] = []
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, raw: written.append(raw) or real(file, raw))

    ledger.write("call", method="POST", body=b"x" * 100_000)
    ledger.write("call_end", status=200)

    assert [b"\n", b"\n"] == [raw[-1:] for raw in written]
    assert [1, 1] == [raw.count(b"\n") for raw in written]


def test_the_header_says_what_is_known_and_comes_first(tmp_path: Path) -> None:
    writer(tmp_path / "a.jsonl", header={"origin": "mock", "seed": 7}).close()

    header = Reader(tmp_path / "a.jsonl").header

    assert {"format": "line_sim.recording", "version": 1, "origin": "mock", "seed": 7}.items() <= (
        header.items()
    )


def test_time_is_the_schedules(tmp_path: Path) -> None:
    clock = Clock(stepped=True)
    ledger = writer(tmp_path / "a.jsonl", clock)
    clock.step(12_500_000)
    ledger.write("note", text="late")

    assert [12.5] == [line["at_s"] for line in read(tmp_path / "a.jsonl")]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_files_are_for_their_owner_only_while_running_and_after(tmp_path: Path, name: str) -> None:
    mask = os.umask(0)
    try:
        ledger = writer(tmp_path / name)
        running = [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()]
        ledger.close()
        after = [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()]
    finally:
        os.umask(mask)

    assert [0o600] == running
    assert [0o600] == after


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_an_existing_file_is_not_replaced_unless_forced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("precious")

    with pytest.raises(OutputExistsError):
        writer(tmp_path / name)

    assert "precious" == (tmp_path / name).read_text()
    assert [name] == [path.name for path in tmp_path.iterdir()]

    writer(tmp_path / name, force=True).close()

    assert ["end"] == [line["kind"] for line in read(tmp_path / name)]


@pytest.mark.parametrize("force", [False, True])
def test_a_symbolic_link_is_never_followed(tmp_path: Path, force: bool) -> None:  # noqa: FBT001
    (tmp_path / "elsewhere").write_text("precious")
    (tmp_path / "a.jsonl").symlink_to(tmp_path / "elsewhere")

    if force:
        writer(tmp_path / "a.jsonl", force=True).close()
    else:
        with pytest.raises(OutputExistsError):
            writer(tmp_path / "a.jsonl")

    assert "precious" == (tmp_path / "elsewhere").read_text()


def test_a_dangling_link_creates_nothing_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OutputExistsError):
        writer(tmp_path / "a.jsonl")

    assert not (tmp_path / "elsewhere").exists()


def test_a_packed_recording_is_plain_while_running_and_packed_once_closed(tmp_path: Path) -> None:
    ledger = writer(tmp_path / "a.jsonl.gz")
    ledger.write("note", text="hello")

    assert ["a.jsonl"] == [path.name for path in tmp_path.iterdir()]
    assert ["note"] == [line["kind"] for line in read(tmp_path / "a.jsonl")]

    ledger.close()

    assert ["a.jsonl.gz"] == [path.name for path in tmp_path.iterdir()]
    assert ["note", "end"] == [line["kind"] for line in read(tmp_path / "a.jsonl.gz")]
    assert ["note", "end"] == [line["kind"] for line in ledger.lines()]


def test_what_packs_too_well_to_be_read_again_is_stored_uncompressed(tmp_path: Path) -> None:
    ledger = writer(tmp_path / "a.jsonl.gz")
    for _ in range(20):
        ledger.write("call", exchange=1, body=b"a" * 2_000_000)
    ledger.close()

    with gzip.open(tmp_path / "a.jsonl.gz") as file:
        assert 22 == len(file.readlines())
    assert 21 == len(read(tmp_path / "a.jsonl.gz"))


def test_a_name_taken_while_running_keeps_both_files(tmp_path: Path) -> None:
    ledger = writer(tmp_path / "a.jsonl.gz")
    (tmp_path / "a.jsonl.gz").write_text("somebody else's")

    with pytest.raises(OutputExistsError):
        ledger.close()

    assert "somebody else's" == (tmp_path / "a.jsonl.gz").read_text()
    assert ["end"] == [line["kind"] for line in read(tmp_path / "a.jsonl")]


@pytest.mark.parametrize("body", [b"", b"{}", "\u6ce8\u6587 \U0001f34e".encode(), b"\xff\xfe\x00"])
def test_small_bodies_come_back_byte_by_byte(body: bytes) -> None:
    ledger = writer(None)
    ledger.write("call", body=body)
    (line,) = ledger.lines()

    assert body == body_bytes(line)


def test_a_picture_is_kept_by_its_hash_size_and_type(tmp_path: Path) -> None:
    picture = os.urandom(50_000)
    ledger = writer(tmp_path / "a.jsonl")
    for _ in range(2):
        ledger.write("call_end", headers={"content-type": "image/png"}, body=picture)

    media, *ends = ledger.lines()

    assert ("media", 50_000, "image/png") == (media["kind"], media["bytes"], media["type"])
    assert [media["sha256"]] * 2 == [line["media"] for line in ends]
    assert (tmp_path / "a.jsonl").stat().st_size < 2_000


def test_the_bytes_of_media_are_kept_when_asked_for() -> None:
    picture = os.urandom(50_000)
    ledger = writer(None, media="inline")
    ledger.write("call_end", media_type="image/png", body=picture)

    assert picture == body_bytes(next(iter(ledger.lines())))


@pytest.mark.parametrize("keep", [0, 10, 5_000])
def test_lines_come_from_memory_and_file_alike(keep: int) -> None:
    ledger = writer(None, keep=keep)
    for _ in range(2_500):
        ledger.write("note", text="\u00e4" * 20)

    for after in (0, 1, 999, 1_000, 1_001, 2_489, 2_490, 2_499, 2_500, 9_999):
        assert list(range(after + 1, 2_501)) == [line["seq"] for line in ledger.lines(after)]


def test_memory_holds_few_bytes_even_of_long_lines() -> None:
    ledger = writer(None)
    for _ in range(20):
        ledger.write("call", body=b"x" * 2_000_000)

    assert 16_000_000 >= sum(map(len, ledger._file._recent))  # noqa: SLF001 - what the law is about
    assert 20 == len(list(ledger.lines()))


def test_reading_while_others_write_sees_every_line_once_and_in_order() -> None:
    ledger = writer(None, keep=50)

    def write() -> None:
        for _ in range(500):
            ledger.write("call", exchange=ledger.exchange())

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while any(thread.is_alive() for thread in threads):
        seen += [line["seq"] for line in ledger.lines(len(seen))]
    seen += [line["seq"] for line in ledger.lines(len(seen))]
    exchanges = {line["exchange"] for line in ledger.lines()}

    assert list(range(1, 1_501)) == seen
    assert set(range(1, 1_501)) == exchanges


def test_counts_are_kept_by_kind_operation_and_status() -> None:
    ledger = writer(None, keep=1)
    for status in (200, 200, 429):
        ledger.write("call_end", operation="pushMessage", status=status)
    ledger.write("webhook_end", reason="request_timeout")

    assert {
        ("call_end", "pushMessage", 200): 2,
        ("call_end", "pushMessage", 429): 1,
        ("webhook_end", "", "request_timeout"): 1,
    } == ledger.counts()


def test_a_full_disk_leaves_whole_lines_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = writer(tmp_path / "a.jsonl")
    ledger.write("note", text="before")
    real = os.write

    def full(file: int, raw: bytes) -> int:
        real(file, raw[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            ledger.write("note", text="lost")
    ledger.write("note", text="after")

    assert ["before", "after"] == [line["text"] for line in read(tmp_path / "a.jsonl")]
    assert [1, 2] == [line["seq"] for line in ledger.lines()]


def test_a_closed_recording_takes_no_more_lines() -> None:
    ledger = writer(None)
    ledger.close()
    ledger.close()

    with pytest.raises(ValueError, match="closed"):
        ledger.write("note", text="too late")

    assert ["end"] == [line["kind"] for line in ledger.lines()]


def test_fsync_reaches_the_disk_once_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    ledger = writer(tmp_path / "a.jsonl", fsync=True)
    ledger.write("note", text="x")

    assert 2 == len(synced)  # the header and the line


KILLED = """
import sys
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer
ledger = Writer(sys.argv[1], lambda: 0, redact=Redactor())
for number in range(10**9):
    ledger.write("call", exchange=ledger.exchange(), body=b"x" * 3000)
    if number == 200:
        print("going", flush=True)
"""


def test_killing_the_process_in_the_middle_leaves_a_readable_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=-1) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()

    found = Reader(tmp_path / "a.jsonl")
    numbers = [line["seq"] for line in found]

    assert len(numbers) > 200
    assert all(b == a + 1 for a, b in pairwise(numbers))
    assert not found.complete
    assert "killed" in found.warning()
