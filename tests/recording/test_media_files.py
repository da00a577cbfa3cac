"""Media beside a recording: by content hash, whole or not at all, and nothing else is opened."""

from __future__ import annotations

import hashlib
import os
import threading
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError, RecordingFormatError
from line_sim.recording import media_files
from line_sim.recording.media_files import MediaFolder, media_folder
from line_sim.recording.recording import Recording
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = b"\x89PNG" + bytes(range(256)) * 40
NAME = hashlib.sha256(PICTURE).hexdigest()
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of nobody


def names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def recorded(path: Path, **options: object) -> Recording:
    """A recording with a picture, sent twice."""
    with Writer(path, lambda: 0, redact=Redactor(SECRET), **options) as ledger:  # type: ignore[arg-type]
        for number in (1, 2):
            ledger.write("call_end", exchange=number, body=PICTURE, media_type="image/png")
    return Recording.load(path)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("day.jsonl", "day.media"),
        ("day.jsonl.gz", "day.media"),
        ("day.jsonl.zst", "day.media"),
        ("day.2.jsonl", "day.2.media"),
        ("day", "day.media"),
        ("day.log", "day.log.media"),
    ],
)
def test_the_folder_is_named_after_the_file(tmp_path: Path, name: str, folder: str) -> None:
    assert tmp_path / folder == media_folder(tmp_path / name)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
def test_media_are_kept_once_beside_the_file_for_their_owner_only(
    tmp_path: Path, name: str
) -> None:
    mask = os.umask(0)
    try:
        found = recorded(tmp_path / name, media="files")
    finally:
        os.umask(mask)
    folder = tmp_path / "a.media"

    assert PICTURE == found.media(NAME)
    assert [NAME] == names(folder)
    assert (0o700, 0o600) == (
        folder.stat().st_mode & 0o777, (folder / NAME).stat().st_mode & 0o777
    )  # fmt: skip
    assert ["media", "call_end", "call_end", "end"] == [line["kind"] for line in found]
    assert () == found.warnings


def test_media_are_whole_before_the_line_that_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    seen: list[tuple[bool, bool]] = []
    real = os.replace

    def watched(source: str, target: str, **how: int) -> None:
        seen.append((NAME.encode() in path.read_bytes(), (tmp_path / "a.media" / NAME).exists()))
        real(source, target, **how)

    monkeypatch.setattr(os, "replace", watched)
    recorded(path, media="files")

    assert [(False, False)] == seen


def test_a_full_disk_leaves_neither_half_a_file_nor_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    ledger = Writer(path, lambda: 0, redact=Redactor(), media="files")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space"):
            ledger.write("call", exchange=1, body=PICTURE, media_type="image/png")

    assert [] == names(tmp_path / "a.media")
    assert [] == list(ledger.lines())

    ledger.write("call", exchange=1, body=PICTURE, media_type="image/png")

    assert PICTURE == Recording.load(path).media(NAME)


def test_media_in_their_line_are_found_too(tmp_path: Path) -> None:
    found = recorded(tmp_path / "a.jsonl", media="inline")

    assert PICTURE == found.media(NAME)
    assert () == found.warnings
    assert not (tmp_path / "a.media").exists()


def test_media_that_are_missing_are_told_and_stop_nothing(tmp_path: Path) -> None:
    found = recorded(tmp_path / "a.jsonl")

    assert found.media(NAME) is None
    assert 4 == len(list(found))
    assert "1 of 1 media are not there; a.media beside it" in found.warnings[0]
    assert {"named": 1, "missing": 1} == found.summary()["media"]


def test_a_recording_that_says_it_lacks_media_is_not_warned_of(tmp_path: Path) -> None:
    assert () == recorded(tmp_path / "a.jsonl", header={"lacks": ["media"]}).warnings


@pytest.mark.parametrize("size", [0, 100, len(PICTURE)])
def test_changed_bytes_are_refused_with_the_reason(tmp_path: Path, size: int) -> None:
    found = recorded(tmp_path / "a.jsonl", media="files")
    (tmp_path / "a.media" / NAME).write_bytes(bytes(size))

    with pytest.raises(RecordingFormatError, match="another SHA-256 than its name"):
        found.media(NAME)


def test_changed_bytes_in_a_line_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    found = recorded(path, media="inline")
    lines = path.read_bytes().splitlines()
    media = orjson.loads(lines[1]) | {"body_b64": "aGVsbG8="}
    path.write_bytes(b"\n".join([lines[0], orjson.dumps(media), *lines[2:]]) + b"\n")

    with pytest.raises(RecordingFormatError, match="another SHA-256"):
        found.media(NAME)


HOSTILE_NAMES = [
    "", "..", "../a.jsonl", "/etc/passwd", NAME.upper(), NAME[:-1], NAME + "0", NAME + "\n",
    NAME[:-1] + "g", f"./{NAME}", "\0" * 64, "\u0660" * 64,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_other_name_is_ever_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    found = MediaFolder(tmp_path)

    def opened(*_: object, **__: object) -> None:
        pytest.fail("it was opened")

    monkeypatch.setattr(os, "open", opened)
    with pytest.raises(RecordingFormatError, match="64 lower-case hexadecimal digits"):
        found.get(name)

    assert not found.has(name)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_line_with_another_name_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.jsonl"
    head = {"format": "line_sim.recording", "version": 1}
    for line in ({"kind": "media", "sha256": name}, {"kind": "call", "exchange": 1, "media": name}):
        rows = [head, {"seq": 1, "at_s": 0, **line}]
        path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
        with pytest.raises(RecordingFormatError, match="64 lower-case hexadecimal digits"):
            list(Recording.load(path))


def test_a_symbolic_link_is_never_followed(tmp_path: Path) -> None:
    found = recorded(tmp_path / "a.jsonl", media="files")
    folder = tmp_path / "a.media"
    (folder / NAME).rename(tmp_path / "elsewhere")
    (folder / NAME).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(RecordingFormatError, match="cannot be read"):
        found.media(NAME)
    assert 1 == Recording.load(found.path).summary()["media"]["missing"]

    (folder / NAME).unlink()
    (tmp_path / "elsewhere").rename(folder / NAME)
    folder.rename(tmp_path / "real")
    folder.symlink_to(tmp_path / "real")

    with pytest.raises(RecordingFormatError, match="cannot be read"):
        found.media(NAME)
    with (
        Writer(tmp_path / "a.jsonl.gz", lambda: 0, redact=Redactor(), media="files", force=True)
        as ledger,
        pytest.raises(OSError, match=r"a\.media"),
    ):  # fmt: skip
        ledger.write("call", exchange=1, body=bytes(9_000), media_type="image/png")

    assert [NAME] == names(tmp_path / "real")


def test_what_is_no_file_is_refused_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = MediaFolder(tmp_path)
    os.mkfifo(tmp_path / NAME)
    with pytest.raises(RecordingFormatError, match="cannot be read"):
        found.get(NAME)

    (tmp_path / NAME).unlink()
    (tmp_path / NAME).mkdir()
    with pytest.raises(RecordingFormatError, match="cannot be read"):
        found.get(NAME)

    (tmp_path / NAME).rmdir()
    (tmp_path / NAME).write_bytes(PICTURE)
    monkeypatch.setattr(media_files, "MEDIA_BYTES", 1_000)
    with pytest.raises(RecordingFormatError, match="more than 1,000"):
        found.get(NAME)


def test_a_torn_file_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    found = MediaFolder(tmp_path / "media")
    found.put(PICTURE)
    (tmp_path / "media" / NAME).write_bytes(PICTURE[:50])
    found.put(PICTURE)

    assert PICTURE == found.get(NAME)


def test_many_threads_may_put_the_same(tmp_path: Path) -> None:
    found = MediaFolder(tmp_path / "media")
    threads = [threading.Thread(target=found.put, args=(PICTURE,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [NAME] == names(found.path)
    assert PICTURE == found.get(NAME)


@given(body=st.binary(max_size=200))
def test_what_is_put_is_got(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    found = MediaFolder(tmp_path_factory.getbasetemp() / "shared.media")

    assert body == found.get(found.put(body))


@pytest.mark.parametrize("media", ["files", "inline"])
def test_a_long_text_is_media_without_its_secrets(tmp_path: Path, media: str) -> None:
    token = "fedcba9876543210fedcba9876543210"  # noqa: S105 - of nobody
    body = orjson.dumps({"replyToken": token, "text": SECRET, "more": "x" * 2_200_000})
    with Writer(
        tmp_path / "a.jsonl", lambda: 0, redact=Redactor(SECRET), media=media  # type: ignore[arg-type]
    ) as ledger:  # fmt: skip
        ledger.write("call", exchange=1, body=body)
    found = Recording.load(tmp_path / "a.jsonl")
    (call,) = (line for line in found if line["kind"] == "call")
    kept = found.media(call["media"]) or b""

    assert "x" * 2_200_000 == orjson.loads(kept)["more"]
    for secret in (token, SECRET):
        assert secret.encode() not in kept


def test_media_go_beside_a_file_with_a_name_only() -> None:
    with pytest.raises(ConfigurationError, match="inline"):
        Writer(None, lambda: 0, redact=Redactor(), media="files")
