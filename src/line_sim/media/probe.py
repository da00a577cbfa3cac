"""What a file is, by its first bytes and its structure, whatever its name says.

Only the formats of `line_sim.media.formats` are known, each read by one fixed reader, so that no
odd file wakes an odd decoder. Pictures are measured before anything is decoded.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import av
from PIL import Image, JpegImagePlugin, PngImagePlugin

from line_sim.errors import MediaError
from line_sim.media.formats import AAC, MP4, PNG, Form, check_whole, damaged, recognised
from line_sim.media.images import MOST_PIXELS, ORIENTATION, UPRIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.media.made import Kind

__all__ = ["DAMAGE", "MOST_S", "Probed", "opened", "orientation", "picture", "probe", "shown_size"]

MOST_S = 10.0  # chosen: wall time a file may keep us busy
_TURNED = frozenset({5, 6, 7, 8})  # orientations that swap width and height
# What Pillow and PyAV raise over damaged bytes.
DAMAGE = (
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    av.error.FFmpegError,  # not always an OSError
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found in a file.

    Attributes
    ----------
    kind
        image, audio or video.
    media_type
        As in ``Content-Type``.
    width, height
        Pixels as a viewer shows a picture, orientation applied; as stored for a video.
    duration_ms
        How long it plays, where the file says so.
    video_codec, audio_codec
        FFmpeg's names: ``h264``, ``aac``, ``mp3``, ``pcm_s16le``; empty without such a track.
    """

    kind: Kind
    media_type: str
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    video_codec: str = ""
    audio_codec: str = ""


class _Watched(io.BytesIO):
    """The bytes of a file, which stop being readable when the time is over."""

    def __init__(self, data: bytes, most_s: float) -> None:
        super().__init__(data)
        self._most_s = most_s
        self._ends_s = monotonic() + most_s

    def read(self, size: int | None = -1, /) -> bytes:
        if monotonic() > self._ends_s:
            what, given = "media", f"not read after {self._most_s:g} s"
            raise MediaError(what, given, "a file that takes less")
        return super().read(size)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Pillow's warnings: what is wrong with a file we say ourselves, or nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def picture(data: bytes, most_pixels: int = MOST_PIXELS) -> Image.Image | None:
    """The picture in `data`, measured but not yet decoded; None where it is none.

    Raises MediaError where it is damaged or has more than `most_pixels`.
    """
    form = recognised(data)
    if form.demuxer:
        return None
    # the plug-in itself, not Image.open: that tries every format and warns by its own limit
    reader = PngImagePlugin.PngImageFile if form is PNG else JpegImagePlugin.JpegImageFile
    try:
        with _quiet():
            found: Image.Image = reader(io.BytesIO(data))
    except DAMAGE as error:
        raise damaged(form, error) from error
    _within(form, found.size, most_pixels)
    return found


def _within(form: Form, size: tuple[int, int], most_pixels: int) -> None:
    if size[0] * size[1] > most_pixels:
        place, given = f"{form.name} file", f"{size[0]}x{size[1]} pixels"
        raise MediaError(place, given, f"at most {most_pixels:,} together")


def shown_size(found: Image.Image) -> tuple[int, int]:
    """Width and height as a viewer shows them, orientation applied."""
    width, height = found.size
    return (height, width) if orientation(found) in _TURNED else (width, height)


def orientation(found: Image.Image) -> int:
    """The Exif orientation, 1 to 8; 1 where none can be read: a bad note spoils no picture."""
    if found.format == "PNG" and "exif" not in found.info:  # looking for it would decode it all
        return 1
    try:
        with _quiet():
            noted = found.getexif().get(ORIENTATION, 1)
    except DAMAGE:
        return 1
    return noted if noted in UPRIGHT else 1


def _probed_picture(data: bytes, found: Image.Image, form: Form) -> Probed:
    """Measures of a picture, read to its end, so that one cut short is noticed."""
    check_whole(data, form)
    try:
        width, height = shown_size(found)
        if form is not PNG:  # a PNG has lengths and checksums; the end of a JPEG must be looked for
            found.draft("L", (1, 1))  # small and grey, but the scan is read all the same
            found.load()
    except DAMAGE as error:
        raise damaged(form, error) from error
    return Probed("image", form.media_type, width, height)


def opened(data: bytes, most_pixels: int, most_s: float) -> av.container.InputContainer:
    """A container for the sound or video in `data`, by its fixed demuxer; MediaError if damaged."""
    form = recognised(data)
    check_whole(data, form)
    # a file may name others to read on in: none of FFmpeg's protocols is called so
    options = {"max_pixels": str(most_pixels), "protocol_whitelist": "none"}
    source = _Watched(data, most_s)
    try:
        container = av.open(source, "r", form.demuxer, options=options)
    except MediaError:
        raise
    except DAMAGE as error:
        raise damaged(form, error) from error
    # a codec FFmpeg cannot name has no context, whatever PyAV's types say
    if any(
        getattr(each, "codec_context", None) is None
        for each in (*container.streams.video, *container.streams.audio)
    ):
        raise damaged(form, "a track of no known codec")
    for stream in container.streams.video:
        size = stream.codec_context.width, stream.codec_context.height
        _within(form, size, most_pixels)
    return container


def _length_ms(container: av.container.InputContainer, form: Form) -> int | None:
    if form is AAC:  # no length stands anywhere: 1,024 samples a frame (ISO/IEC 13818-7)
        track = container.streams.audio[0]
        frames = sum(1 for packet in container.demux(track) if packet.size)
        return round(frames * 1_024_000 / track.codec_context.sample_rate)
    return None if container.duration is None else round(container.duration / 1_000)


def _probed_tracks(data: bytes, form: Form, most_pixels: int, most_s: float) -> Probed:
    with opened(data, most_pixels, most_s) as container:
        tracks = container.streams
        # a cover of an album is a track too, but no video
        cover = av.stream.Disposition.attached_pic
        videos = [each for each in tracks.video if not each.disposition & cover]
        sounds = [*tracks.audio]
        if not videos and not sounds:
            raise damaged(form, "neither sound nor video in it")
        length_ms = _length_ms(container, form)
        audio_codec = sounds[0].codec_context.codec.canonical_name if sounds else ""
        if not videos:
            media_type = "audio/mp4" if form is MP4 else form.media_type
            return Probed("audio", media_type, duration_ms=length_ms, audio_codec=audio_codec)
        shown = videos[0].codec_context
        media_type = "video/3gpp" if data[8:11] == b"3gp" else form.media_type
        size = shown.width, shown.height
        return Probed(
            "video", media_type, *size, length_ms, shown.codec.canonical_name, audio_codec
        )


def probe(data: bytes, *, most_pixels: int = MOST_PIXELS, most_s: float = MOST_S) -> Probed:
    """What `data` is.

    A picture is read to its end; of sound and video the index is read and the lengths are checked,
    but the samples are not decoded.

    Parameters
    ----------
    data
        A whole file.
    most_pixels
        The largest picture, width times height, that is looked at.
    most_s
        The longest wall time that reading sound or video may take.

    Raises
    ------
    MediaError
        For a format that is not known, damage, more pixels or more time than allowed.
    """
    form = recognised(data)
    if found := picture(data, most_pixels):
        return _probed_picture(data, found, form)
    try:
        return _probed_tracks(data, form, most_pixels, most_s)
    except MediaError:
        raise
    except DAMAGE as error:
        raise damaged(form, error) from error
