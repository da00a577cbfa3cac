"""Padding costs one allocation of the final size, and its words are those of each format."""

import tracemalloc

import pytest

from line_sim.media import audio, images, video
from line_sim.media.made import file
from line_sim.media.padding import id3_bytes

MAKERS = {
    "png": lambda size: images.image("png", width=64, height=48, size_bytes=size),
    "jpeg": lambda size: images.image("jpeg", width=64, height=48, size_bytes=size),
    "mp3": lambda size: audio.audio("mp3", duration_ms=100, size_bytes=size),
    "wav": lambda size: audio.audio("wav", duration_ms=100, size_bytes=size),
    "mp4": lambda size: video.video(duration_ms=40, width=64, height=48, size_bytes=size),
    "file": lambda size: file("a", size),
}


@pytest.mark.parametrize("name", MAKERS)
def test_memory_stays_near_the_size(name: str) -> None:
    MAKERS[name](2_000_000)  # drawn and encoded once before anything is measured
    tracemalloc.start()
    try:
        made = MAKERS[name](20_000_000)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 20_000_000 == len(made.data)
    assert peak_bytes < 24_000_000


def test_a_wav_of_an_odd_size_states_its_even_length_and_one_byte_stands_behind() -> None:
    data = MAKERS["wav"](100_001).data

    assert 100_000 - 8 == int.from_bytes(data[4:8], "little")


def test_an_id3_tag_is_measured_and_its_absence_is_0() -> None:
    plain = audio.audio("mp3", duration_ms=100).data
    padded = MAKERS["mp3"](len(plain) + 1_000).data

    assert id3_bytes(plain) + 1_000 == id3_bytes(padded)
    assert plain[id3_bytes(plain) :] == padded[id3_bytes(padded) :]
    assert 0 == id3_bytes(b"ID3")
    assert 0 == id3_bytes(bytes(20))
