"""Files are looked at in a process that has little, and whatever they do, there is an answer."""

import asyncio
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_media import FORMS, hostile, of_form

from line_sim.bridge.media import checking
from line_sim.bridge.media.checking import Checker
from line_sim.bridge.media.confined import MORE_MEMORY_BYTES
from line_sim.bridge.media.looking import look
from line_sim.bridge.media.results import Found, Refusal
from line_sim.errors import MediaError

SOUND = ("a page behind a picture", "png packed a thousandfold")
"""Hostile files that are whole pictures all the same."""


def at(folder: Path, data: bytes) -> Path:
    """Where `data` lies."""
    file = folder / "file"
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found_whatever_its_name(
    form: str, tmp_path: Path, runner: asyncio.Runner, checker: Checker
) -> None:
    found = runner.run(checker.look(at(tmp_path, of_form(form))))

    assert isinstance(found, Found)
    assert form == found.form
    assert (found.kind == "image") is (found.duration_ms == 0)
    assert 1 == (found.audios or 1)


@pytest.mark.parametrize("name", hostile())
def test_hostile_files_are_answered_in_time(
    name: str, tmp_path: Path, runner: asyncio.Runner, checker: Checker
) -> None:
    file, target = at(tmp_path, hostile()[name]), tmp_path / "preview"
    began_s = time.monotonic()

    found = runner.run(checker.look(file))
    if isinstance(found, Found):
        shown = runner.run(checker.preview(file, target, 1_000_000))
        assert shown is None or shown.reason
        assert name not in SOUND or shown is None

    assert time.monotonic() - began_s < 15
    if isinstance(found, Refusal):
        assert name not in SOUND
        assert found.reason
        assert "disorder" not in found.reason


def test_what_takes_too_long_is_killed(
    tmp_path: Path, runner: asyncio.Runner, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "GRACE_S", 0.0)
    endless = tmp_path / "pipe"
    os.mkfifo(endless)  # whoever opens it waits for a writer that never comes

    found = runner.run(checker.look(endless, 0.3))

    assert isinstance(found, Refusal)
    assert "0.3 s" in found.reason
    monkeypatch.undo()
    assert isinstance(runner.run(checker.look(at(tmp_path, of_form("png")))), Found)


def test_a_process_that_dies_is_a_refusal(tmp_path: Path, runner: asyncio.Runner) -> None:
    async def killed() -> Found | Refusal:
        mine = Checker()
        try:
            file = at(tmp_path, of_form("png"))
            await mine.look(file)
            (worker,) = mine._idle  # noqa: SLF001
            worker._process.kill()  # noqa: SLF001
            return await mine.look(file)
        finally:
            await mine.close()

    found = runner.run(killed())

    assert isinstance(found, Refusal)
    assert "disorder" in found.reason


def test_a_process_has_no_secrets_and_ends_with_its_checker(
    tmp_path: Path, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINE_SIM_BRIDGE_KEY", "obviously-fake-key")

    async def environment() -> tuple[bytes, int | None]:
        mine = Checker()
        await mine.look(at(tmp_path, of_form("png")))
        (worker,) = mine._idle  # noqa: SLF001
        process = worker._process  # noqa: SLF001
        try:
            seen = Path(f"/proc/{process.pid}/environ").read_bytes()  # noqa: ASYNC240
        except OSError:
            seen = b""
        await mine.close()
        return seen, process.poll()

    seen, ended = runner.run(environment())

    assert b"obviously-fake-key" not in seen
    assert ended is not None


def test_a_process_gets_no_more_memory_and_disk_than_allowed(tmp_path: Path) -> None:
    code = (
        "import sys; from line_sim.bridge.media.confined import confine\n"
        "confine(1000)\n"
        f"try: bytearray({MORE_MEMORY_BYTES} + 2**20)\n"
        "except MemoryError: print('no memory')\n"
        "try:\n"
        "    with open(sys.argv[1], 'wb') as file: file.write(bytes(2000))\n"
        "except OSError: print('no room')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "file")],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip

    assert "no memory\nno room\n" == done.stdout


@settings(max_examples=200)
@given(st.sampled_from(FORMS), st.data())
def test_whatever_the_damage_there_is_an_answer_or_a_refusal(
    form: str, draw: st.DataObject
) -> None:
    data = bytearray(of_form(form))
    for _ in range(draw.draw(st.integers(1, 6))):
        at_byte = draw.draw(st.integers(0, min(len(data), 2_000) - 1))
        data[at_byte] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(0, len(data)))

    for each in (bytes(data), bytes(data[:cut])):
        with suppress(MediaError):  # any other exception fails the test
            assert look(each, 5.0).form in FORMS


@settings(max_examples=300)
@given(st.sampled_from([b"", b"\xff\xfd", b"\xff\xf1", b"ID3\4", b"RIFF", b"\0\0\0\x18ftypisom"]),
       st.binary(max_size=300))  # fmt: skip
def test_noise_is_refused(start: bytes, noise: bytes) -> None:
    with suppress(MediaError):
        assert look(start + noise, 5.0).form in FORMS
