"""A file is what its bytes say; damage, bombs and unknown formats are refused in one way."""

import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from line_sim.errors import MediaError
from line_sim.media import audio, images, video
from line_sim.media.made import Made
from line_sim.media.preview import preview
from line_sim.media.probe import probe

MADE = {
    "png": images.image("png", width=64, height=48),
    "jpeg": images.image("jpeg", width=64, height=48, orientation=6),
    "m4a": audio.audio("m4a", duration_ms=300),
    "mp3": audio.audio("mp3", duration_ms=300),
    "aac": audio.audio("aac", duration_ms=300),
    "wav": audio.audio("wav", duration_ms=300),
    "mp4": video.video("mp4", duration_ms=300, width=64, height=48),
    "3gp": video.video("3gp", duration_ms=300, width=64, height=48),
}
STATING_A_LENGTH = ("png", "jpeg", "m4a", "wav", "mp4", "3gp")


@pytest.mark.parametrize("name", STATING_A_LENGTH)
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_refused_as_damaged(name: str, kept: float) -> None:
    data = MADE[name].data

    with pytest.raises(MediaError, match="damaged"):
        probe(data[: int(len(data) * kept)])


@settings(max_examples=150)
@given(st.sampled_from([*MADE.values()]), st.data())
def test_whatever_the_damage_there_is_an_answer_or_a_refusal(
    made: Made, draw: st.DataObject
) -> None:
    data = bytearray(made.data)
    for _ in range(draw.draw(st.integers(1, 8))):
        data[draw.draw(st.integers(0, min(len(data), 1_500) - 1))] = draw.draw(st.integers(0, 255))
    for look in (probe, preview):
        with suppress(MediaError):  # any other exception fails the test
            assert look(bytes(data)).media_type


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"GIF89a" + bytes(20),
        b"%PDF-1.7",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"ID3" + bytes(30),
    ],
)
def test_an_unknown_format_is_refused_with_the_known_ones(data: bytes) -> None:
    with pytest.raises(MediaError, match="a PNG, JPEG, .*, AAC or WAV file"):
        probe(data)


def png_of(width: int, height: int) -> bytes:
    """The start of a PNG that claims these measures, and an end."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("look", [probe, preview])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(look: object) -> None:
    with pytest.raises(MediaError, match="60000x60000 pixels; at most 50,000,000 together"):
        look(png_of(60_000, 60_000))


@pytest.mark.parametrize("look", [probe, preview])
@pytest.mark.parametrize("name", ["png", "jpeg", "mp4"])
def test_the_limit_on_pixels_is_the_callers(look: object, name: str) -> None:
    assert look(MADE[name].data, most_pixels=64 * 48).media_type
    with pytest.raises(MediaError, match="at most 3,071 together"):
        look(MADE[name].data, most_pixels=64 * 48 - 1)


@pytest.mark.parametrize("name", ["m4a", "mp3", "aac", "wav", "mp4", "3gp"])
def test_a_file_that_takes_too_long_is_refused(name: str) -> None:
    with pytest.raises(MediaError, match="not read after -1 s"):
        probe(MADE[name].data, most_s=-1)


def test_the_name_of_a_format_does_not_matter_only_its_bytes() -> None:
    renamed = MADE["m4a"].data.replace(b"ftypM4A ", b"ftypisom")

    assert "audio/mp4" == probe(renamed).media_type


def test_a_brand_of_another_family_is_not_taken_for_mp4() -> None:
    with pytest.raises(MediaError, match="a PNG, JPEG"):
        probe(MADE["mp4"].data.replace(b"ftypisom", b"ftypheic"))


def test_a_bad_note_of_orientation_spoils_no_picture() -> None:
    data = MADE["jpeg"].data
    spoilt = data.replace(b"Exif\0\0MM", b"Exif\0\0XX").replace(b"Exif\0\0II", b"Exif\0\0XX")

    assert (64, 48) == (probe(data).width, probe(data).height)
    assert spoilt != data
    assert (48, 64) == (probe(spoilt).width, probe(spoilt).height)
    assert (48, 64) == (preview(spoilt).width, preview(spoilt).height)


def test_one_changed_byte_in_a_png_is_noticed() -> None:
    data = MADE["png"].data
    at = data.index(b"IDAT") + 20

    with pytest.raises(MediaError, match="fails its checksum"):
        probe(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
