"""Sounds: a soft row of notes, as M4A, MP3, AAC or WAV."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import av
import numpy as np

from line_sim.media.made import Made, between, choice
from line_sim.media.padding import padded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from av.audio.stream import AudioStream
    from av.container import OutputContainer

__all__ = [
    "BITEXACT",
    "MOST_DURATION_MS",
    "RATE_HZ",
    "add_track",
    "audio",
    "fill_track",
    "second_pass",
]

RATE_HZ = 44_100
MOST_DURATION_MS = 3_600_000  # chosen: an hour
BITEXACT = {"fflags": "+bitexact"}  # no versions and no dates in the file
_KEPT_MS = 60_000  # longer ones are made anew each time, so that the cache stays small
_BIT_RATE = 64_000
_NOTE_S = 0.5
_NOTES_HZ = np.array([261.63, 329.63, 392.0, 523.25, 440.0, 392.0, 329.63, 293.66])  # C major
_LOUDNESS = 0.4  # of full scale

AudioKind = Literal["m4a", "mp3", "aac", "wav"]
Codec = Literal["aac", "libmp3lame", "pcm_s16le"]


class _Format(NamedTuple):
    muxer: str
    codec: Codec
    media_type: str
    container: str
    options: dict[str, str]


_FORMATS = {
    "m4a": _Format("ipod", "aac", "audio/mp4", "mp4", {"movflags": "+faststart"}),
    "mp3": _Format("mp3", "libmp3lame", "audio/mpeg", "id3", {}),
    "aac": _Format("adts", "aac", "audio/aac", "id3", {"write_id3v2": "1"}),
    "wav": _Format("wav", "pcm_s16le", "audio/wav", "wav", {}),
}


def tone(duration_ms: int, seed: int) -> Iterator[np.ndarray]:
    """The samples, float32 in [-1, 1], one array a second so that hours need no memory.

    Each note swells in a few milliseconds and dies away; the seed says which is the first.
    """
    total = round(duration_ms * RATE_HZ / 1_000)
    for start in range(0, total, RATE_HZ):
        at_s = np.arange(start, min(start + RATE_HZ, total)) / RATE_HZ
        note = (at_s // _NOTE_S).astype(int)
        since_s = at_s % _NOTE_S
        envelope = (1 - np.exp(-200 * since_s)) * np.exp(-5 * since_s)
        hertz = _NOTES_HZ[(note + seed) % len(_NOTES_HZ)]
        yield (_LOUDNESS * envelope * np.sin(2 * np.pi * hertz * since_s)).astype(np.float32)


def second_pass(out: io.BytesIO) -> Callable[..., io.BytesIO]:
    """What PyAV calls to read `out` again while it moves the index to the front (faststart)."""

    def reopen(*_: object) -> io.BytesIO:
        return io.BytesIO(out.getvalue())

    return reopen


def add_track(container: OutputContainer, codec: Codec) -> AudioStream:
    """A mono track in `container`."""
    stream = container.add_stream(codec, rate=RATE_HZ, layout="mono")
    if codec != "pcm_s16le":
        stream.codec_context.bit_rate = _BIT_RATE
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    return stream


def fill_track(
    container: OutputContainer, stream: AudioStream, duration_ms: int, seed: int
) -> None:
    """Encode the tone into `stream`."""
    wanted = av.AudioResampler(stream.codec_context.format.name, "mono", RATE_HZ)
    written = 0
    for samples in tone(duration_ms, seed):
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, written, Fraction(1, RATE_HZ)
        written += len(samples)
        for ready in wanted.resample(frame):
            container.mux(stream.encode(ready))
    container.mux(stream.encode())


def _encoded(kind: AudioKind, duration_ms: int, seed: int) -> bytes:
    form = _FORMATS[kind]
    out = io.BytesIO()
    with av.open(
        out, "w", form.muxer, options=BITEXACT | form.options, io_open=second_pass(out)
    ) as container:
        container.metadata["title"] = "line_sim"  # an ID3 tag needs one entry at least
        fill_track(container, add_track(container, form.codec), duration_ms, seed)
    return out.getvalue()


_kept = lru_cache(maxsize=16)(_encoded)


def audio(
    kind: AudioKind = "m4a",
    *,
    duration_ms: int = 3_000,
    size_bytes: int | None = None,
    seed: int = 0,
) -> Made:
    """An audible sound, the same bytes for the same arguments.

    Parameters
    ----------
    kind
        ``m4a`` (AAC in MP4), ``mp3``, ``aac`` (ADTS) or ``wav`` (16 bits).
    duration_ms
        1 to `MOST_DURATION_MS`; ``aac`` and ``mp3`` hold whole frames, so theirs may be one longer.
    size_bytes
        The exact size of the file. MP3 and AAC: at most 268 MB.
    seed
        Chooses the first note.

    Raises
    ------
    MediaError
        Where no such sound exists; for too small a size it names the smallest.
    """
    choice("audio, kind", kind, tuple(_FORMATS))
    what = f"{kind} of {duration_ms:,} ms"
    between(f"{what}, duration_ms", duration_ms, 1, MOST_DURATION_MS, "ms")
    form = _FORMATS[kind]
    data = (_kept if duration_ms <= _KEPT_MS else _encoded)(kind, duration_ms, seed)
    return Made(
        padded(data, size_bytes, form.container, what),
        form.media_type,
        "audio",
        f"audio-{duration_ms}ms.{kind}",
        duration_ms=duration_ms,
    )
