"""Sounds can be heard, last as long as asked for, and have the size asked for to the byte."""

import io

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from line_sim.errors import MediaError
from line_sim.media import audio as module
from line_sim.media.audio import AudioKind, audio
from line_sim.media.probe import probe

DEMUXERS = {"m4a": "mov", "mp3": "mp3", "aac": "aac", "wav": "wav"}
CODECS = {"m4a": "aac", "mp3": "mp3", "aac": "aac", "wav": "pcm_s16le"}
TYPES = {"m4a": "audio/mp4", "mp3": "audio/mpeg", "aac": "audio/aac", "wav": "audio/wav"}
FRAME_MS = {"m4a": 1, "mp3": 1, "aac": 3 * 1_024 / 44.1, "wav": 1}  # ADTS: whole frames and a lead


def heard(kind: AudioKind, data: bytes) -> np.ndarray:
    """The samples as a player decodes them, as numbers in [-1, 1]."""
    with av.open(io.BytesIO(data), format=DEMUXERS[kind]) as container:
        resampler = av.AudioResampler("flt", "mono", 44_100)
        frames = [
            ready for frame in container.decode(audio=0) for ready in resampler.resample(frame)
        ]
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames])


@settings(max_examples=25)
@given(st.sampled_from([*DEMUXERS]), st.integers(1, 4_000), st.integers(0, 9))
def test_what_is_made_is_found_again(kind: AudioKind, duration_ms: int, seed: int) -> None:
    made = audio(kind, duration_ms=duration_ms, seed=seed)
    found = probe(made.data)

    assert ("audio", TYPES[kind], CODECS[kind], "") == (
        found.kind,
        found.media_type,
        found.audio_codec,
        found.video_codec,
    )
    assert 0 <= found.duration_ms - duration_ms <= FRAME_MS[kind]
    assert (TYPES[kind], duration_ms) == (made.media_type, made.duration_ms)


@pytest.mark.parametrize("kind", DEMUXERS)
def test_it_can_be_heard_and_is_not_cut_off(kind: AudioKind) -> None:
    samples = heard(kind, audio(kind, duration_ms=2_000).data)

    assert 0.05 < np.sqrt(np.mean(samples**2)) < 0.4
    assert np.abs(samples).max() < 0.99


@settings(max_examples=25)
@given(st.sampled_from([*DEMUXERS]), st.integers(8, 300_000))
def test_any_size_with_room_for_padding_is_met_to_the_byte(kind: AudioKind, more: int) -> None:
    plain = audio(kind, duration_ms=300)
    padded = audio(kind, duration_ms=300, size_bytes=len(plain.data) + more)

    assert len(plain.data) + more == len(padded.data)
    assert probe(plain.data) == probe(padded.data)
    assert np.array_equal(heard(kind, plain.data), heard(kind, padded.data))


@pytest.mark.parametrize("kind", DEMUXERS)
@pytest.mark.parametrize("size_bytes", [200_000_000, 200_000_001])
def test_sounds_stand_on_both_sides_of_lines_limit(kind: AudioKind, size_bytes: int) -> None:
    made = audio(kind, duration_ms=1_000, size_bytes=size_bytes)

    assert size_bytes == len(made.data)
    assert CODECS[kind] == probe(made.data).audio_codec


@pytest.mark.parametrize("kind", DEMUXERS)
def test_equal_arguments_give_equal_bytes_and_seeds_differ(kind: AudioKind) -> None:
    first = audio(kind, duration_ms=500)
    module._kept.cache_clear()  # noqa: SLF001 - to make it anew, not from the cache

    assert first == audio(kind, duration_ms=500)
    assert first.data != audio(kind, duration_ms=500, seed=1).data


def test_the_index_of_an_m4a_comes_before_its_sound() -> None:
    data = audio("m4a").data

    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("kind", DEMUXERS)
def test_too_small_a_size_is_answered_with_the_smallest(kind: AudioKind) -> None:
    with pytest.raises(MediaError) as caught:
        audio(kind, duration_ms=1_000, size_bytes=99)
    least, exactly = (
        int(part.strip(" bytes").rpartition(" ")[2].replace(",", ""))
        for part in caught.value.allowed.split(", or exactly")
    )

    assert least == len(audio(kind, duration_ms=1_000, size_bytes=least).data)
    assert exactly == len(audio(kind, duration_ms=1_000, size_bytes=exactly).data)


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ({"kind": "m4v"}, "one of aac, m4a, mp3, wav (did you mean 'm4a'?)"),
        ({"duration_ms": 0}, "1 to 3,600,000 ms"),
        ({"duration_ms": 3_600_001}, "1 to 3,600,000 ms"),
    ],
)
def test_what_no_sound_can_be_is_refused(arguments: dict[str, int], allowed: str) -> None:
    with pytest.raises(MediaError) as caught:
        audio(**arguments)

    assert allowed == caught.value.allowed


def test_an_id3_tag_too_large_for_its_length_is_refused() -> None:
    with pytest.raises(MediaError, match="to 268,435,455 bytes"):
        audio("mp3", size_bytes=300_000_000)
