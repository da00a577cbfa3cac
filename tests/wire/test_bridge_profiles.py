"""Profiles of bridges: what ships, and how a faulty one is told."""

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from line_sim.errors import ConfigurationError, ScenarioSyntaxError
from line_sim.wire import bridge_profiles, incoming

SEED = Path(bridge_profiles.__file__).parent / "profiles" / "seed.toml"


def changed(folder: Path, before: str, after: str) -> Path:
    """The seed's profile with one text in it changed, as a file of one's own."""
    text = SEED.read_text(encoding="utf-8")
    file = folder / "own.toml"

    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return file


def test_the_profiles_that_ship_are_those_of_the_seed_and_of_line() -> None:
    shipped = bridge_profiles.names()

    assert ["line", "seed"] == shipped
    assert shipped == [bridge_profiles.load(name).name for name in shipped]


def test_the_seed_is_as_its_guide_says() -> None:
    seed = bridge_profiles.load("seed")

    assert 4_999 == seed.text.max_units
    assert (("png", "jpg"), 10_000_000) == (seed.image.types, seed.image.max_bytes)
    assert ("aac", "m4a", "mp3", "wav", "mpeg") == seed.audio.types
    assert 200_000_000 == seed.audio.max_bytes == seed.video.max_bytes
    assert (("mp4", "3gp"), ("h264", "aac")) == (seed.video.types, seed.video.codecs)
    assert "first_message" == seed.automatic.welcome
    assert not seed.groups.join
    assert ("file", "location", "sticker") == seed.noticed
    assert ("text", "image", "audio", "video") == seed.sends


def test_line_takes_what_its_reference_says() -> None:
    line = bridge_profiles.load("line")

    assert 5_000 == line.text.max_units
    assert (10 * 2**20, 2**20) == (line.image.max_bytes, line.image.max_preview_bytes)
    assert (("mp3", "m4a"), 200 * 2**20) == (line.audio.types, line.audio.max_bytes)
    assert (("mp4",), 200 * 2**20) == (line.video.types, line.video.max_bytes)
    assert () == line.noticed
    assert {*get_args(bridge_profiles.SentType)} == {*line.sends}


def test_types_received_are_those_that_webhooks_have() -> None:
    assert {*incoming.MESSAGES} == {*get_args(bridge_profiles.ReceivedType)}


def test_a_profile_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        bridge_profiles.load("seed").text.max_units = 1  # type: ignore[misc]


def test_a_profile_of_ones_own_is_read_from_its_path(tmp_path: Path) -> None:
    own = bridge_profiles.load(changed(tmp_path, "4999", "500"))

    assert 500 == own.text.max_units
    assert bridge_profiles.load("seed").image == own.image
    assert own == bridge_profiles.load(str(tmp_path / "own.toml"))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("max_units", "max_unit", r"text\.max_unit.*did you mean 'max_units'"),
        ("max_units", "max_unit", r"text\.max_units: not there"),
        ("[groups]", "[group]", r"group: .*did you mean 'groups'"),
        ('"first_message"', '"first"', r"automatic\.welcome: 'first'.*'follow'"),
        ("4999", "0", r"text\.max_units: 0"),
        ("4999", '"many"', r"text\.max_units: 'many'.*integer"),
        ('"text", "image"', '"text", "file"', r"sends\.1: 'file'"),
        ('["png", "jpg"]', "[]", r"image\.types: \(\)"),
    ],
)
def test_a_faulty_profile_says_where_and_what(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told) as caught:
        bridge_profiles.load(changed(tmp_path, before, after))

    assert str(tmp_path / "own.toml") == caught.value.source


def test_all_faults_of_a_profile_are_told_at_once(tmp_path: Path) -> None:
    file = changed(tmp_path, "4999", "0")
    file.write_text(file.read_text(encoding="utf-8").replace("200_000_000", "-1"), encoding="utf-8")

    with pytest.raises(ConfigurationError) as caught:
        bridge_profiles.load(file)

    assert ["text.max_units", "audio.max_bytes", "video.max_bytes"] == [
        fault.where for fault in caught.value.faults
    ]


@pytest.mark.parametrize("name", ["sead", Path("sead")])
def test_an_unknown_profile_is_told_with_the_nearest(name: str | Path) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'seed'"):
        bridge_profiles.load(name)


@pytest.mark.parametrize(
    ("content", "place"),
    [(b'name = "x"\n[text\n', (2, 6)), (b"a = 1\nb = [", (2, 1)), (b'name = "\xff"', (1, 1))],
)
def test_what_is_not_toml_is_told_with_its_place(
    tmp_path: Path, content: bytes, place: tuple[int, int]
) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(content)

    with pytest.raises(ScenarioSyntaxError) as caught:
        bridge_profiles.load(file)

    assert place == (caught.value.line, caught.value.column)
