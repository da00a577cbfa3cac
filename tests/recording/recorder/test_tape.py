"""A disk that stalls, is full or breaks: traffic goes on, and what is missing is told."""

import asyncio
import json
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standing import OK, SIGNED, asked, eventually, origin, recording, webhook

from line_sim.recording.recorder import tape as tape_module
from line_sim.recording.recorder.items import Line, Moment
from line_sim.recording.recorder.patience import Patience
from line_sim.recording.recorder.tape import Tape
from line_sim.recording.writer import Writer

LIMIT_S = 0.05
"""PLATFORM.md, "Recorder"."""


class Disk:
    """What lines are written to; it fails as it is told."""

    def __init__(self, *failures: BaseException | None) -> None:
        self.failures = list(failures)
        self.lines: list[dict[str, Any]] = []
        self.free = threading.Event()
        self.free.set()
        self.closed = False

    def write(self, kind: str, *, media_type: str = "", **fields: Any) -> int:  # noqa: ANN401
        """Write a line, or fail."""
        del media_type
        self.free.wait()
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.lines.append({"kind": kind, **fields})
        return len(self.lines)

    def close(self, reason: str = "closed") -> None:
        """End it."""
        self.write("end", reason=reason)
        self.closed = True

    @property
    def numbers(self) -> list[int]:
        """Of the lines that were put."""
        return [line["number"] for line in self.lines if "number" in line]

    @property
    def gaps(self) -> list[int]:
        """How many lines each note says are missing."""
        return [line["gap"]["lines"] for line in self.lines if "gap" in line]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk is tried again soon, and not waited for long."""
    monkeypatch.setattr(tape_module, "RETRY_S", 0.005)
    monkeypatch.setattr(tape_module, "CLOSING_S", 0.3)


def number(value: int) -> Line:
    return Line("call", {"number": value})


def put(tape: Tape, *values: int) -> None:
    async def all_of_them() -> None:
        for value in values:
            tape.put(number(value))

    asyncio.run(all_of_them())


def written(tape: Tape) -> bool:
    return not tape._waiting.lines  # noqa: SLF001 - whatever waits


FAILURES = st.sampled_from([None, None, OSError(28, "full"), ValueError("broken"), KeyError("x")])


@settings(max_examples=60)
@given(st.lists(FAILURES, max_size=20), st.lists(st.integers(1, 6), max_size=8))
def test_every_line_is_written_once_in_order_or_counted(
    failures: list[BaseException | None], bursts: list[int]
) -> None:
    disk = Disk(*failures)
    tape = Tape(disk, Moment(), most_lines=4)
    count = 0
    for burst in bursts:
        put(tape, *range(count, count + burst))
        count += burst
    whole = tape.close()

    assert sorted(set(disk.numbers)) == disk.numbers
    missing = count - len(disk.numbers)
    assert missing == sum(gap.lines for gap in tape.gaps)
    assert disk.gaps == [gap.lines for gap in tape.gaps]
    assert disk.closed is not bool(tape.failed)
    assert whole is (missing == 0 and disk.closed)


def test_a_full_disk_loses_nothing_that_fits_the_queue() -> None:
    disk = Disk(*[OSError(28, "No space left on device")] * 5)
    tape = Tape(disk, Moment())
    put(tape, *range(10))

    assert tape.close()
    assert list(range(10)) == disk.numbers
    assert [] == disk.gaps


def test_a_gap_is_told_where_it_is_and_of_which_time() -> None:
    disk = Disk()
    disk.free.clear()
    tape = Tape(disk, Moment(), most_lines=3)
    put(tape, *range(8))
    disk.free.set()
    eventually(lambda: written(tape))
    put(tape, 8)
    assert not tape.close()

    assert [0, 1, 2, 8] == disk.numbers
    note = disk.lines[3]
    assert {"lines": 5, "from_s": pytest.approx(note["gap"]["to_s"], abs=1),
            "to_s": note["gap"]["to_s"]} == note["gap"]  # fmt: skip
    assert 0 <= note["gap"]["from_s"] <= note["gap"]["to_s"]
    assert note["text"].startswith("5 lines between ")
    assert note["text"].endswith("are missing: the disk did not keep up")


def test_bodies_that_wait_are_bounded_too() -> None:
    disk = Disk()
    disk.free.clear()
    tape = Tape(disk, Moment(), most_bytes=10_000)

    async def big() -> None:
        for each in range(5):
            tape.put(Line("call", {"number": each, "body": bytes(4_000)}))

    asyncio.run(big())
    disk.free.set()
    tape.close()

    assert [0, 1] == disk.numbers
    assert [3] == disk.gaps


def test_a_disk_that_never_takes_anything_ends_all_the_same() -> None:
    disk = Disk()
    disk.free.clear()
    tape = Tape(disk, Moment())
    put(tape, *range(7))
    began_s = time.monotonic()
    whole = tape.close()
    took_s = time.monotonic() - began_s
    disk.free.set()  # it wakes up later, to nobody
    tape._thread.join(5)  # noqa: SLF001 - no traceback of its own either

    assert not whole
    assert [7] == [gap.lines for gap in tape.gaps]
    assert took_s < 5


def test_a_disk_that_stays_full_is_given_up_in_the_end() -> None:
    disk = Disk(*[OSError(28, "full")] * 10_000)
    tape = Tape(disk, Moment())
    put(tape, 1, 2)

    assert not tape.close()
    assert [2] == [gap.lines for gap in tape.gaps]


def test_an_end_that_fails_is_told() -> None:
    disk = Disk(*[OSError(28, "No space left on device")] * 10_000)
    tape = Tape(disk, Moment())

    assert not tape.close()
    assert "No space left on device" in tape.failed


def test_a_line_that_cannot_be_made_is_a_gap() -> None:
    disk = Disk()
    tape = Tape(disk, Moment())
    tape.leave_out(ValueError("never seen"))

    assert not tape.close()
    assert [1] == disk.gaps
    assert "(ValueError)" in disk.lines[0]["text"]


def test_nobody_waits_for_a_stalled_disk_but_the_first() -> None:
    disk = Disk()
    disk.free.clear()
    tape = Tape(disk, Moment())

    async def exchanges() -> list[float]:
        left_s = []
        for each in range(200):
            patience = Patience(tape)
            await patience.written(number(each))
            await patience.written(number(each))
            left_s.append(patience.left_s)
        return left_s

    left_s = asyncio.run(exchanges())
    disk.free.set()
    assert tape.close()

    whole_s = Patience(tape).left_s
    assert 0 < whole_s < LIMIT_S
    assert left_s[0] < whole_s / 100  # it waited as long as it may
    assert {whole_s} == set(left_s[1:])  # and the others not at all


def test_whoever_waits_for_a_good_disk_finds_the_line_there() -> None:
    disk = Disk()
    tape = Tape(disk, Moment())

    async def exchange(each: int) -> bool:
        await Patience(tape, 5).written(number(each))
        return each in disk.numbers

    async def exchanges() -> list[bool]:
        return await asyncio.gather(*map(exchange, range(50)))

    assert all(asyncio.run(exchanges()))
    assert tape.close()


class Faulty(Writer):
    """A writer whose disk stalls, is full, or breaks in the middle of traffic."""

    how = ""
    free = threading.Event()

    def write(self, kind: str, *, media_type: str = "", **fields: Any) -> int:  # noqa: ANN401
        """Write, or fail."""
        if self.how == "stalls":
            self.free.wait()
        elif self.how == "is full":
            raise OSError(28, "No space left on device")
        elif self.how == "breaks":
            message = "a bug in the writer"
            raise ValueError(message)
        return super().write(kind, media_type=media_type, **fields)


@pytest.mark.parametrize("how", ["breaks", "is full", "stalls"])
def test_traffic_goes_on_whatever_the_disk_does(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Tape.__init__.__kwdefaults__, "most_lines", 20)  # type: ignore[arg-type]
    monkeypatch.setattr(Faulty, "how", "")
    monkeypatch.setattr(tape_module, "CLOSING_S", 10)
    Faulty.free.clear()
    took_s: list[float] = []
    with origin(OK) as bridge:  # noqa: SIM117
        with recording(tmp_path / "a.jsonl", Faulty, to=bridge.url) as standing:
            url = standing.recorder.webhook_url

            def send(number: int) -> int:
                began_s = time.monotonic()
                status, _, _ = asked(url, "POST", "/", webhook(number), SIGNED)
                took_s.append(time.monotonic() - began_s)
                return status

            statuses = [send(0)]
            Faulty.how = how
            statuses += [send(number) for number in range(1, 60)]
            Faulty.how = ""
            Faulty.free.set()
            eventually(lambda: written(standing.recorder.tape))
            statuses.append(send(60))

    assert [200] * 61 == statuses
    sent = [webhook(number) for number in range(61)]
    assert sent == [request.partition(b"\r\n\r\n")[2] for request in bridge.requests]
    assert statistics.median(took_s) < LIMIT_S
    lines = standing.lines
    numbers = [int(json.loads(line["body"])["events"][0]["message"]["id"])
               for line in lines if line["kind"] == "webhook"]  # fmt: skip
    assert sorted(set(numbers)) == numbers
    assert (0, 60) == (numbers[0], numbers[-1])
    kept = sum(line["kind"] != "note" for line in lines)
    told = sum(line["gap"]["lines"] for line in lines if "gap" in line)
    assert 2 * 61 == kept + told
    assert told > 0
    assert standing.summary is not None
    assert not standing.summary.whole
    assert told == sum(gap.lines for gap in standing.summary.gaps)
