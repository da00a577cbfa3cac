"""A preview is a small upright JPEG without metadata, whatever it stands for."""

import io

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from line_sim.errors import MediaError
from line_sim.media.audio import audio
from line_sim.media.images import image
from line_sim.media.preview import preview
from line_sim.media.probe import probe
from line_sim.media.video import video


def shown(data: bytes) -> Image.Image:
    """The preview of `data`, decoded."""
    return Image.open(io.BytesIO(preview(data).data))


@settings(max_examples=20)
@given(st.sampled_from(["png", "jpeg"]), st.integers(1, 900), st.integers(1, 900))
def test_the_longest_side_is_at_most_240_and_the_shape_is_kept(
    kind: str, width: int, height: int
) -> None:
    made = preview(image(kind, width=width, height=height).data)
    found = probe(made.data)

    assert "image/jpeg" == found.media_type
    assert (made.width, made.height) == (found.width, found.height)
    assert min(240, max(width, height)) == max(found.width, found.height)
    assert abs(found.width * height - found.height * width) <= max(width, height)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_stripped(orientation: int) -> None:
    upright = shown(image("jpeg", width=480, height=320).data)
    turned = shown(image("jpeg", width=480, height=320, orientation=orientation).data)

    assert upright.size == turned.size
    assert max(ImageStat.Stat(ImageChops.difference(upright, turned)).mean) < 3
    assert not dict(turned.getexif())


def test_of_a_video_the_first_frame_that_is_not_black_is_shown() -> None:
    faded = shown(video(duration_ms=400, black_first=True).data)
    plain = shown(video(duration_ms=400).data)

    assert (240, 135) == faded.size
    assert max(ImageStat.Stat(ImageChops.difference(faded, plain)).mean) < 5


def test_a_video_that_is_all_black_still_has_a_preview() -> None:
    black = shown(video(duration_ms=40, black_first=True).data)

    assert max(ImageStat.Stat(black).mean) < 5


def turned_video(degrees: int) -> bytes:
    """One frame, its upper half white, with a note to the player to turn it."""
    out = io.BytesIO()
    with av.open(out, "w", "mp4") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 128, 64, "yuv420p"
        stream.set_display_rotation(degrees)
        pixels = np.zeros((64, 128, 3), np.uint8)
        pixels[:32] = 255
        container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


@pytest.mark.parametrize(("degrees", "white"), [(90, "left"), (-90, "right"), (180, "bottom")])
def test_a_turned_video_is_shown_as_a_player_shows_it(degrees: int, white: str) -> None:
    found = shown(turned_video(degrees)).convert("L")
    width, height = found.size
    places = {
        "left": (width // 4, height // 2),
        "right": (width * 3 // 4, height // 2),
        "top": (width // 2, height // 4),
        "bottom": (width // 2, height * 3 // 4),
    }

    assert (width > height) == (white in {"top", "bottom"})
    assert found.getpixel(places[white]) > 200


def test_transparency_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")

    assert min(ImageStat.Stat(shown(out.getvalue())).mean) > 250


def test_a_tight_limit_lowers_the_quality_and_an_impossible_one_names_the_smallest() -> None:
    data = image().data
    plain = len(preview(data).data)
    tight = preview(data, most_bytes=plain - 1)

    assert len(tight.data) < plain
    with pytest.raises(MediaError, match=r"at least [\d,]+ bytes for this picture"):
        preview(data, most_bytes=10)


def test_sound_has_no_preview() -> None:
    with pytest.raises(MediaError, match="sound only; a picture or a video"):
        preview(audio(duration_ms=100).data)
