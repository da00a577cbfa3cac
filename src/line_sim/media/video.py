"""Videos: a dot that crosses a landscape, with sound, as MP4 or 3GP with H.264 and AAC."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import av
import numpy as np
from PIL import Image, ImageDraw

from line_sim.errors import MediaError
from line_sim.media.audio import BITEXACT, add_track, fill_track, second_pass
from line_sim.media.images import landscape
from line_sim.media.made import Made, between, choice
from line_sim.media.padding import padded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import OutputContainer
    from av.stream import Stream

__all__ = ["FRAME_MS", "MOST_DURATION_MS", "MOST_SIDE", "video"]

FRAME_MS = 40
MOST_DURATION_MS = 600_000  # chosen: ten minutes take a minute to encode
MOST_SIDE = 4_096  # chosen
_LEAST_SIDE = 32
_KEPT_MS = 10_000  # longer ones are made anew each time, so that the cache stays small
_MEDIA_TYPES = {"mp4": "video/mp4", "3gp": "video/3gpp"}
# One thread and no reordering: the same bytes on every machine, and times in order.
_X264 = {"threads": "1", "bf": "0", "preset": "veryfast", "crf": "26"}

VideoKind = Literal["mp4", "3gp"]
Size = tuple[int, int]


class _Wanted(NamedTuple):
    """What makes the bytes of a video, but for its padding."""

    kind: VideoKind
    duration_ms: int
    size: Size
    seed: int
    text: str
    black_first: bool
    sound: bool


def _frames(wanted: _Wanted) -> Iterator[Image.Image]:
    """One picture every `FRAME_MS`: a bar below that fills up, and a dot that leads it."""
    width, height = wanted.size
    still = landscape(width, height, wanted.seed, wanted.text)
    thick = max(2, height // 40)
    count = -(-wanted.duration_ms // FRAME_MS)
    for number in range(count):
        if wanted.black_first and number == 0:
            yield Image.new("RGB", wanted.size)
            continue
        frame = still.copy()
        x, y = width * (number + 1) / count, height - 2 * thick
        draw = ImageDraw.Draw(frame)
        draw.rectangle((0, y - thick / 2, width, y + thick / 2), fill="#22313f")
        draw.rectangle((0, y - thick / 2, x, y + thick / 2), fill="#fff3c4")
        draw.ellipse((x - thick, y - thick, x + thick, y + thick), fill="#ffffff")
        yield frame


def _encoded(wanted: _Wanted) -> bytes:
    out = io.BytesIO()
    options = BITEXACT | {"movflags": "+faststart"}
    with av.open(out, "w", wanted.kind, options=options, io_open=second_pass(out)) as container:
        stream = container.add_stream("libx264", rate=1_000 // FRAME_MS, options=_X264)
        stream.width, stream.height = wanted.size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1_000)
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        track = add_track(container, "aac") if wanted.sound else None
        for number, picture in enumerate(_frames(wanted)):
            frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
            frame.pts, frame.time_base = number * FRAME_MS, Fraction(1, 1_000)
            _mux(container, stream.encode(frame), wanted.duration_ms)
        _mux(container, stream.encode(), wanted.duration_ms)
        if track:
            fill_track(container, track, wanted.duration_ms, wanted.seed)
    return out.getvalue()


def _mux(container: OutputContainer, packets: list[av.Packet[Stream]], ends_ms: int) -> None:
    """Write `packets`; the last frame is shown no longer than until the end."""
    for packet in packets:
        packet.duration = min(FRAME_MS, ends_ms - (packet.pts or 0))
        container.mux(packet)


_kept = lru_cache(maxsize=8)(_encoded)


def video(  # noqa: PLR0913 - a video has that many properties
    kind: VideoKind = "mp4",
    *,
    duration_ms: int = 3_000,
    width: int = 640,
    height: int = 360,
    size_bytes: int | None = None,
    seed: int = 0,
    text: str = "",
    black_first: bool = False,
    sound: bool = True,
) -> Made:
    """A video with H.264 and AAC whose index comes first, the same bytes for the same arguments.

    Parameters
    ----------
    kind
        ``mp4`` or ``3gp``.
    duration_ms
        1 to `MOST_DURATION_MS`.
    width, height
        Pixels, even, 32 to `MOST_SIDE`.
    size_bytes
        The exact size of the file.
    seed, text
        As for a picture.
    black_first
        Whether the first frame is black, as of a video that fades in.
    sound
        Whether there is an AAC track.

    Raises
    ------
    MediaError
        Where no such video exists; for too small a size it names the smallest.
    """
    choice("video, kind", kind, tuple(_MEDIA_TYPES))
    what = f"{kind} {width}x{height} of {duration_ms:,} ms"
    between(f"{what}, duration_ms", duration_ms, 1, MOST_DURATION_MS, "ms")
    for side, pixels in (("width", width), ("height", height)):
        between(f"{what}, {side}", pixels, _LEAST_SIDE, MOST_SIDE, "pixels")
        if pixels % 2:
            place, even = f"{what}, {side}", f"an even number: {pixels - 1} or {pixels + 1}"
            raise MediaError(place, f"{pixels} pixels", even)
    wanted = _Wanted(kind, duration_ms, (width, height), seed, text, black_first, sound)
    data = (_kept if duration_ms <= _KEPT_MS else _encoded)(wanted)
    return Made(
        padded(data, size_bytes, "mp4", what),
        _MEDIA_TYPES[kind],
        "video",
        f"video-{width}x{height}-{duration_ms}ms.{kind}",
        width,
        height,
        duration_ms,
    )
