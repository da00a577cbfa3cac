"""From file to file: all of it clean and private, or nothing at all."""

import base64
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from personal_sample import KEY, Line, recording

from line_sim import media
from line_sim.errors import ConfigurationError, OutputExistsError, RecordingFormatError
from line_sim.recording.lines import sha256
from line_sim.recording.pseudonyms import LeakError, Pseudonymiser, export, pseudonymise, standins
from line_sim.recording.recording import Recording

PICTURES = (
    media.images.image("jpeg", width=320, height=200, size_bytes=40_000, seed=1).data,
    media.images.image("png", width=64, height=48, seed=2).data,
)


def written(path: Path, header: Line, lines: list[Line]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in (header, *lines)))
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The personal recording with two pictures, one of them beside it and one in its line."""
    header, lines = recording()
    beside, inside = PICTURES
    folder = tmp_path / "day.media"
    folder.mkdir()
    (folder / sha256(beside)).write_bytes(beside)
    more: list[Line] = [
        {"kind": "media", "sha256": sha256(beside), "bytes": len(beside), "type": "image/jpeg"},
        {"kind": "call_end", "exchange": 20, "status": 200, "media": sha256(beside)},
        {
            "kind": "media",
            "sha256": sha256(inside),
            "bytes": len(inside),
            "type": "image/png",
            "body_b64": base64.b64encode(inside).decode(),
        },
        {"kind": "agent", "media_sha256": sha256(beside), "text": f"see {sha256(inside)}"},
    ]
    last = lines.pop()
    numbered = [{"at_s": 9.0, "wall_ms": 1, **line} for line in (*more, last)]
    whole = [{**line, "seq": seq} for seq, line in enumerate((*lines, *numbered), 1)]
    return written(tmp_path / "day.jsonl", header, whole)


def folder_of(path: Path) -> set[str]:
    return {each.name for each in path.iterdir()}


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_a_recording_becomes_another_of_as_many_lines(
    source: Path, tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"masked{suffix}"
    found = pseudonymise(source, target, KEY)

    made = Recording(target)
    assert found["lines"] == len([*made]) == len([*Recording(source)])
    assert made.summary()["complete"]
    assert made.header["pseudonyms"]["key_id"] == found["key_id"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert folder_of(tmp_path) == {"day.jsonl", "day.media", target.name, "masked.media"}
    assert found["media"] == {"replaced": 2, "missing": 1}
    assert not Recording(target).warnings or found["media"]["missing"]


def test_media_are_stand_ins_of_the_same_measures_under_their_own_names(
    source: Path, tmp_path: Path
) -> None:
    target = tmp_path / "masked.jsonl"
    pseudonymise(source, target, KEY)
    made = Recording(target)
    lines = [line for line in made if line["kind"] == "media"][1:]

    for line, body in zip(lines, PICTURES, strict=True):
        stand_in = made.media(line["sha256"])
        assert stand_in is not None
        assert stand_in != body
        old, new = media.probe.probe(body), media.probe.probe(stand_in)
        assert (new.media_type, new.width, new.height) == (old.media_type, old.width, old.height)
        assert line["bytes"] == len(stand_in)
    assert len(made.media(lines[0]["sha256"]) or b"") == len(PICTURES[0])
    everything = [*made]
    assert everything[-4]["media"] == lines[0]["sha256"] == everything[-2]["media_sha256"]
    assert lines[1]["sha256"] in everything[-2]["text"]
    assert folder_of(tmp_path / "masked.media") == {lines[0]["sha256"]}


def test_nothing_personal_is_in_the_bytes_of_the_file(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "masked.jsonl"
    pseudonymise(source, target, KEY)
    text = target.read_text(encoding="utf-8").lower()

    for secret in (
        "nutt",
        "niran",
        "wichai",
        "สมชาย",
        "客戶",
        "sukhumvit",
        "passport",
        "malee",
        "prayut",
        "aom ",
        "preecha",
        "kanya",
        "surachai",
        "c2lnbmf0dxjl",
        "5ecret",
        "secrettoken",
        "bangkok",
        "chaiwat",
    ):
        assert secret not in text
    assert KEY.hex() not in text


def test_two_files_of_one_key_share_their_stand_ins(source: Path, tmp_path: Path) -> None:
    header, lines = recording()
    few = written(tmp_path / "few.jsonl", header, lines[2:4])
    pseudonymise(source, tmp_path / "a.jsonl", KEY)
    pseudonymise(few, tmp_path / "b.jsonl", KEY)
    pseudonymise(few, tmp_path / "c.jsonl", bytes(range(1, 33)))

    a, b, c = ([*Recording(tmp_path / f"{name}.jsonl")] for name in "abc")
    assert a[2:4] == b
    assert [line["path"] for line in b if "path" in line] != [
        line["path"] for line in c if "path" in line
    ]


def test_the_same_twice_is_the_same_bytes(source: Path, tmp_path: Path) -> None:
    for name in "ab":
        pseudonymise(source, tmp_path / f"{name}.jsonl", KEY)

    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_masked_recording_can_be_masked_again(source: Path, tmp_path: Path) -> None:
    first = pseudonymise(source, tmp_path / "a.jsonl", KEY)
    second = pseudonymise(tmp_path / "a.jsonl", tmp_path / "b.jsonl", bytes(range(1, 33)))

    assert second["lines"] == first["lines"]
    assert [line.keys() for line in Recording(tmp_path / "b.jsonl")][0:3] == [
        line.keys() for line in Recording(tmp_path / "a.jsonl")
    ][0:3]


def forgetful(name: str) -> type[Pseudonymiser]:
    """A pseudonymiser that forgets a field of a line."""

    class Forgetful(Pseudonymiser):
        def line(self, line: Any) -> dict[str, Any]:  # noqa: ANN401 - as it comes
            made = super().line(line)
            return {**made, name: line[name]} if name in line else made

        def header(self, header: Any) -> dict[str, Any]:  # noqa: ANN401 - as it comes
            made = super().header(header)
            return {**made, name: header[name]} if name in header else made

    return Forgetful


@pytest.mark.parametrize(
    "name", ["body", "channel", "channels", "headers", "media", "path", "sent", "text", "why"]
)
@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_what_would_leak_leaves_nothing_behind(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, suffix: str
) -> None:
    monkeypatch.setattr(export, "Pseudonymiser", forgetful(name))
    with pytest.raises(LeakError) as raised:
        pseudonymise(source, tmp_path / f"masked{suffix}", KEY)

    assert folder_of(tmp_path) == {"day.jsonl", "day.media"}
    assert {leak.place.split(".")[0].split("[")[0] for leak in raised.value.leaks} >= {name}
    assert "Nutt" not in str(raised.value)


def test_media_that_are_left_are_a_leak(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lazy(Pseudonymiser):
        def media(self, body: bytes, media_type: str = "") -> bytes:
            super().media(body, media_type)
            return body

    monkeypatch.setattr(export, "Pseudonymiser", Lazy)
    with pytest.raises(LeakError, match="media"):
        pseudonymise(source, tmp_path / "masked.jsonl", KEY)

    assert folder_of(tmp_path) == {"day.jsonl", "day.media"}


def test_a_text_that_would_be_somebodys_is_drawn_anew(tmp_path: Path) -> None:
    header, _ = recording()
    names = [f"{a}{b}" for a in "あいうえおかきくけこさし" for b in "なにぬねのはひふへほま"]
    lines = [
        {"seq": n, "at_s": n, "kind": "agent", "text": name} for n, name in enumerate(names, 1)
    ]
    source = written(tmp_path / "day.jsonl", header, lines)
    found = pseudonymise(source, tmp_path / "masked.jsonl", KEY)

    made = [line["text"] for line in Recording(tmp_path / "masked.jsonl")]
    assert found["redrawn"] > 0
    assert len({*made}) == len(names)
    assert not {*made} & {*names}


def test_an_existing_target_is_replaced_only_by_force(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "masked.jsonl"
    target.write_text("mine", encoding="utf-8")
    (tmp_path / "masked.media").mkdir()
    (tmp_path / "masked.media" / "old").write_text("old", encoding="utf-8")
    with pytest.raises(OutputExistsError):
        pseudonymise(source, target, KEY)
    assert target.read_text(encoding="utf-8") == "mine"

    pseudonymise(source, target, KEY, force=True)
    assert len([*Recording(target)]) == len([*Recording(source)])
    assert "old" not in folder_of(tmp_path / "masked.media")


@pytest.mark.parametrize("name", ["day.jsonl", "day.jsonl.gz", "./day.jsonl"])
def test_the_original_is_never_the_target(source: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="another name"):
        pseudonymise(source, source.parent / name, KEY, force=True)

    assert "Nutt" in source.read_text(encoding="utf-8")
    assert folder_of(source.parent / "day.media")


def test_a_broken_source_leaves_nothing_behind(source: Path, tmp_path: Path) -> None:
    with source.open("ab") as file:
        file.write(b'{"seq": 1}\n')
    with pytest.raises(RecordingFormatError):
        pseudonymise(source, tmp_path / "masked.jsonl", KEY)

    assert folder_of(tmp_path) == {"day.jsonl", "day.media"}


def test_a_source_that_is_cut_off_is_masked_as_far_as_it_goes(source: Path, tmp_path: Path) -> None:
    os.truncate(source, source.stat().st_size - 5)
    found = pseudonymise(source, tmp_path / "masked.jsonl", KEY)

    assert "cut off" in str(found["warnings"])
    assert found["lines"] == len([*Recording(tmp_path / "masked.jsonl")])


def test_what_was_cut_off_last_time_is_no_hindrance(source: Path, tmp_path: Path) -> None:
    (tmp_path / ".masked.jsonl.masking").write_text("rest", encoding="utf-8")
    pseudonymise(source, tmp_path / "masked.jsonl", KEY)

    assert ".masked.jsonl.masking" not in folder_of(tmp_path)


def bodies() -> Iterator[tuple[str, bytes]]:
    yield "jpeg", media.images.image("jpeg", width=120, height=200, size_bytes=30_000).data
    yield "tiny png", media.images.image("png", width=2, height=1).data
    yield "m4a", media.audio.audio("m4a", duration_ms=1_500, size_bytes=40_000).data
    yield "mp3", media.audio.audio("mp3", duration_ms=900).data
    yield "wav", media.audio.audio("wav", duration_ms=400).data
    yield "mp4", media.video.video(duration_ms=400, width=96, height=64, size_bytes=90_000).data
    yield "pdf", b"%PDF-1.7\n" + b"Nuttapong's contract " * 50
    yield "webp", b"RIFF\x24\0\0\0WEBPVP8 " + bytes(range(200))
    yield "damaged", media.images.image("png", width=64, height=64).data[:300]
    yield "json", json.dumps({"events": [{"text": "Nuttapong"}]}).encode()
    yield "nothing", b""


BODIES = dict(bodies())
MEASURED = ("jpeg", "m4a", "mp3", "mp4", "tiny png", "wav")


@pytest.mark.parametrize("name", sorted(BODIES))
def test_media_of_any_kind_have_a_stand_in(name: str) -> None:
    body = BODIES[name]
    media_type = "application/json" if name == "json" else ""
    made = Pseudonymiser(KEY).media(body, media_type)

    assert made == Pseudonymiser(KEY).media(body, media_type)
    assert (made == body) is (name == "nothing")
    assert b"Nuttapong" not in made
    assert made[:3] == body[:3]
    if name not in {"tiny png", "mp3", "wav"}:
        assert len(made) == len(body)


@pytest.mark.parametrize("name", MEASURED)
def test_what_plays_or_shows_something_keeps_its_measures(name: str) -> None:
    body = BODIES[name]
    old, new = media.probe.probe(body), media.probe.probe(Pseudonymiser(KEY).media(body))

    assert (new.kind, new.media_type, new.width, new.height) == (
        old.kind,
        old.media_type,
        old.width,
        old.height,
    )
    assert abs((new.duration_ms or 0) - (old.duration_ms or 0)) <= 30


def test_media_of_the_same_measures_have_stand_ins_of_their_own() -> None:
    mask = Pseudonymiser(KEY)
    for make in (
        lambda seed: media.images.image("png", width=2, height=2, seed=seed).data + bytes([seed]),
        lambda seed: media.audio.audio("wav", duration_ms=50).data + bytes([seed]),
        lambda seed: media.images.image("jpeg", width=300, height=300, seed=seed).data,
    ):
        made = {mask.media(make(seed)) for seed in range(12)}
        assert len(made) == 12


def test_what_is_remembered_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standins, "CACHED", 50)
    mask = Pseudonymiser(KEY)
    for number in range(500):
        mask.line({"seq": 1, "at_s": 0, "kind": "agent", "text": f"{number:08d}"})

    held = mask._stand_ins  # noqa: SLF001 - its caches are what could grow
    assert 0 < len(held._lately) + len(held._before) <= 100  # noqa: SLF001 - as above
