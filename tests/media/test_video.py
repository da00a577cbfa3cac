"""Videos play: H.264 and AAC, index first, as long, as large and as heavy as asked for."""

import io

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from line_sim.errors import MediaError
from line_sim.media import video as module
from line_sim.media.probe import Probed, probe
from line_sim.media.video import VideoKind, video

TYPES = {"mp4": "video/mp4", "3gp": "video/3gpp"}


def brightness(data: bytes) -> list[float]:
    """The mean of each frame, 0 to 255."""
    with av.open(io.BytesIO(data), format="mov") as container:
        return [frame.to_ndarray(format="gray").mean() for frame in container.decode(video=0)]


@settings(max_examples=15)
@given(
    st.sampled_from([*TYPES]),
    st.integers(1, 1_500),
    st.integers(16, 120),
    st.integers(16, 120),
    st.booleans(),
)
def test_what_is_made_is_found_again(
    kind: VideoKind,
    duration_ms: int,
    half_width: int,
    half_height: int,
    sound: bool,  # noqa: FBT001
) -> None:
    size = {"width": 2 * half_width, "height": 2 * half_height}
    made = video(kind, duration_ms=duration_ms, sound=sound, **size)
    codec = "aac" if sound else ""

    assert Probed("video", TYPES[kind], *size.values(), duration_ms, "h264", codec) == probe(
        made.data
    )
    assert (-(-duration_ms // 40)) == len(brightness(made.data))


@settings(max_examples=15)
@given(st.sampled_from([*TYPES]), st.integers(8, 300_000))
def test_any_size_with_room_for_padding_is_met_to_the_byte(kind: VideoKind, more: int) -> None:
    plain = video(kind, duration_ms=200, width=64, height=48)
    padded = video(kind, duration_ms=200, width=64, height=48, size_bytes=len(plain.data) + more)

    assert len(plain.data) + more == len(padded.data)
    assert brightness(plain.data) == brightness(padded.data)


@pytest.mark.parametrize("size_bytes", [200_000_000, 200_000_001])
def test_videos_stand_on_both_sides_of_lines_limit(size_bytes: int) -> None:
    made = video(duration_ms=200, size_bytes=size_bytes)

    assert size_bytes == len(made.data)
    assert "h264" == probe(made.data).video_codec


def test_the_index_comes_before_the_frames() -> None:
    data = video(duration_ms=200).data

    assert data.index(b"moov") < data.index(b"mdat")


def test_only_the_first_frame_is_black_and_only_where_asked_for() -> None:
    plain = brightness(video(duration_ms=200).data)
    faded = brightness(video(duration_ms=200, black_first=True).data)

    assert min(plain) > 60
    assert faded[0] < 20
    assert min(faded[1:]) > 60


@pytest.mark.parametrize("kind", TYPES)
def test_equal_arguments_give_equal_bytes_and_seeds_differ(kind: VideoKind) -> None:
    first = video(kind, duration_ms=500)
    module._kept.cache_clear()  # noqa: SLF001 - to make it anew, not from the cache

    assert first == video(kind, duration_ms=500)
    assert first.data != video(kind, duration_ms=500, seed=1).data


def test_too_small_a_size_is_answered_with_the_smallest() -> None:
    plain = len(video(duration_ms=200).data)
    with pytest.raises(MediaError) as caught:
        video(duration_ms=200, size_bytes=1_000)

    assert f"at least {plain + 8:,} bytes, or exactly {plain:,}" == caught.value.allowed


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ({"kind": "mp3"}, "one of 3gp, mp4 (did you mean 'mp4'?)"),
        ({"duration_ms": 0}, "1 to 600,000 ms"),
        ({"width": 30}, "32 to 4,096 pixels"),
        ({"height": 4_098}, "32 to 4,096 pixels"),
        ({"width": 641}, "an even number: 640 or 642"),
    ],
)
def test_what_no_video_can_be_is_refused(arguments: dict[str, int], allowed: str) -> None:
    with pytest.raises(MediaError) as caught:
        video(**arguments)

    assert allowed == caught.value.allowed
