"""A file in the form that LINE takes. Runs in the checking process only."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av

from line_sim.errors import MediaError
from line_sim.media.formats import MP4, damaged, recognised
from line_sim.media.images import MOST_PIXELS
from line_sim.media.probe import DAMAGE, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.container import InputContainer, OutputContainer

_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}  # the index first, no dates
_MUXERS = {"audio": "ipod", "video": "mp4"}
_RATE_HZ = 44_100
_BIT_RATE = 128_000  # chosen: speech and music both stand it


def remux(data: bytes, kind: str, target: Path, most_s: float) -> None:
    """Pack the video and the sound of a file into MP4 or M4A, bit by bit as they are.

    Raises MediaError where that fails.
    """
    _made(data, kind, target, most_s, _copied)


def encode(data: bytes, kind: str, target: Path, most_s: float) -> None:
    """Encode the sound of a file as AAC in M4A. Raises MediaError where that fails."""
    _made(data, kind, target, most_s, _encoded)


def _made(
    data: bytes,
    kind: str,
    target: Path,
    most_s: float,
    fill: Callable[[InputContainer, OutputContainer], None],
) -> None:
    form = recognised(data)
    try:
        with (
            opened(data, MOST_PIXELS, most_s) as source,
            av.open(target, "w", _MUXERS[kind], options=_OPTIONS) as made,
        ):
            fill(source, made)
    except MediaError:
        raise
    except DAMAGE as error:
        raise damaged(form, error) from error


def _copied(source: InputContainer, made: OutputContainer) -> None:
    cover = av.stream.Disposition.attached_pic
    tracks = [each for each in source.streams.video if not each.disposition & cover][:1]
    chosen = [*tracks, *source.streams.audio[:1]]
    copies = {each.index: made.add_stream_from_template(each) for each in chosen}
    for packet in source.demux(*chosen):
        if packet.dts is None:  # the last, empty one
            continue
        packet.stream = copies[packet.stream.index]
        made.mux(packet)


def _encoded(source: InputContainer, made: OutputContainer) -> None:
    track = source.streams.audio[0]
    track.codec_context.thread_count = 1
    layout = "mono" if track.codec_context.layout.nb_channels == 1 else "stereo"
    out = made.add_stream("aac", rate=_RATE_HZ, layout=layout)
    out.codec_context.bit_rate = _BIT_RATE
    out.codec_context.flags |= av.codec.context.Flags.bitexact
    for frame in _resampled(source, layout, out.codec_context.format.name):
        made.mux(out.encode(frame))
    made.mux(out.encode())


def _resampled(source: InputContainer, layout: str, sample: str) -> Iterator[av.AudioFrame]:
    """The sound in one rate, its samples counted anew: times in a file may jump."""
    wanted = av.AudioResampler(sample, layout, _RATE_HZ)
    written = 0
    for frame in source.decode(source.streams.audio[0]):
        frame.pts = None
        for ready in wanted.resample(frame):
            ready.pts, ready.time_base = written, Fraction(1, _RATE_HZ)
            written += ready.samples
            yield ready
    for ready in wanted.resample(None):
        ready.pts, ready.time_base = written, Fraction(1, _RATE_HZ)
        written += ready.samples
        yield ready
    if not written:
        raise damaged(MP4, "no sound in it")
