"""Pictures are real, have the size asked for to the byte, and open everywhere."""

import io
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps, ImageStat

from line_sim.errors import MediaError
from line_sim.media import images as module
from line_sim.media.images import image
from line_sim.media.probe import Probed, probe

KINDS = ("png", "jpeg")
Format = Literal["png", "jpeg"]


def opened(data: bytes) -> Image.Image:
    """The picture, read whole, after a check of all its parts."""
    Image.open(io.BytesIO(data)).verify()
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


@settings(max_examples=25)
@given(st.sampled_from(KINDS), st.integers(1, 400), st.integers(1, 400), st.integers(0, 9))
def test_what_is_made_is_found_again(kind: Format, width: int, height: int, seed: int) -> None:
    made = image(kind, width=width, height=height, seed=seed)

    assert (width, height, kind.upper()) == (*opened(made.data).size, opened(made.data).format)
    assert Probed("image", f"image/{kind}", width, height) == probe(made.data)
    assert (made.media_type, made.width, made.height) == (f"image/{kind}", width, height)


@settings(max_examples=25)
@given(st.sampled_from(KINDS), st.integers(12, 300_000))
def test_any_size_with_room_for_padding_is_met_to_the_byte(kind: Format, more_bytes: int) -> None:
    plain = image(kind, width=64, height=48)
    size_bytes = len(plain.data) + more_bytes
    padded = image(kind, width=64, height=48, size_bytes=size_bytes)

    assert size_bytes == len(padded.data)
    assert opened(plain.data).tobytes() == opened(padded.data).tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size_bytes", [1_000_000, 1_000_001, 10_000_000, 10_000_001])
def test_pictures_stand_on_both_sides_of_lines_limits(kind: Format, size_bytes: int) -> None:
    made = image(kind, size_bytes=size_bytes)

    assert size_bytes == len(made.data)
    assert (1024, 768) == opened(made.data).size


@pytest.mark.parametrize("more_bytes", [n * 65_537 + rest for n in (1, 3) for rest in range(6)])
def test_comments_of_a_jpeg_leave_no_rest_too_short_for_a_segment(more_bytes: int) -> None:
    plain = image("jpeg", width=64, height=48)
    made = image("jpeg", width=64, height=48, size_bytes=len(plain.data) + more_bytes)

    assert len(plain.data) + more_bytes == len(made.data)
    assert (64, 48) == opened(made.data).size


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_it_has_anyway_is_met_without_padding(kind: Format) -> None:
    plain = image(kind, width=64, height=48)

    assert plain == image(kind, width=64, height=48, size_bytes=len(plain.data))


def test_a_small_jpeg_is_made_in_a_lower_quality() -> None:
    plain = image("jpeg")
    small = image("jpeg", size_bytes=len(plain.data) // 2)

    assert len(plain.data) // 2 == len(small.data)
    assert (1024, 768) == opened(small.data).size


@pytest.mark.parametrize("kind", KINDS)
def test_too_small_a_size_is_answered_with_the_smallest(kind: Format) -> None:
    with pytest.raises(MediaError) as caught:
        image(kind, size_bytes=100)
    exactly = int(caught.value.allowed.rpartition(" ")[2].replace(",", ""))

    assert f"{kind} 1024x768, size_bytes" == caught.value.what
    assert exactly == len(image(kind, size_bytes=exactly).data)
    with pytest.raises(MediaError):
        image(kind, size_bytes=exactly - 1)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_jpeg_stands_upright_once_its_tag_is_heeded(orientation: int) -> None:
    upright = opened(image("jpeg", width=320, height=200).data)
    stored = opened(image("jpeg", width=320, height=200, orientation=orientation).data)
    turned = ImageOps.exif_transpose(stored)
    difference = ImageStat.Stat(ImageChops.difference(upright, turned))

    assert ((200, 320) if orientation >= 5 else (320, 200)) == stored.size
    assert upright.size == turned.size
    assert max(difference.mean) < 2


@pytest.mark.parametrize("kind", KINDS)
def test_equal_arguments_give_equal_bytes_and_seeds_and_texts_differ(kind: Format) -> None:
    first = image(kind, width=200, height=100)
    module._encoded.cache_clear()  # noqa: SLF001 - to make it anew, not from the cache

    assert first == image(kind, width=200, height=100)
    assert first.data != image(kind, width=200, height=100, seed=1).data
    assert first.data != image(kind, width=200, height=100, text="menu").data


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ({"kind": "jepg"}, "one of jpeg, png (did you mean 'jpeg'?)"),
        ({"width": 0}, "1 to 20,000 pixels"),
        ({"height": 20_001}, "1 to 20,000 pixels"),
        ({"width": 10_000, "height": 5_001}, "1 to 50,000,000 pixels"),
        ({"kind": "jpeg", "orientation": 9}, "1 to 8 as in Exif"),
        ({"kind": "png", "orientation": 6}, "1, for only a JPEG is stored turned"),
    ],
)
def test_what_no_picture_can_be_is_refused(arguments: dict[str, int], allowed: str) -> None:
    with pytest.raises(MediaError) as caught:
        image(**arguments)

    assert allowed == caught.value.allowed
