"""The formats we know, recognised by their first bytes, and whether a file is whole."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

from line_sim.errors import MediaError
from line_sim.media.padding import id3_bytes

__all__ = [
    "AAC",
    "JPEG",
    "MP3",
    "MP4",
    "MPEG",
    "PNG",
    "WAV",
    "Form",
    "check_whole",
    "damaged",
    "recognised",
]

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_MP4_BRANDS = (b"iso", b"mp4", b"avc1", b"M4A", b"M4B", b"M4V", b"3gp", b"MSNV", b"dash")
_BOX_LEAST_BYTES = 8
_KNOWN = "a PNG, JPEG, MP4, 3GP, M4A, MP3, MPEG audio, AAC or WAV file"


class Form(NamedTuple):
    """A format: what users call it, its demuxer (empty for pictures), its media type."""

    name: str
    demuxer: str
    media_type: str


PNG = Form("PNG", "", "image/png")
JPEG = Form("JPEG", "", "image/jpeg")
MP4 = Form("MP4", "mov", "video/mp4")
MP3 = Form("MP3", "mp3", "audio/mpeg")
MPEG = Form("MPEG audio", "mp3", "audio/mpeg")  # layer II; the demuxer is the one of layer III
AAC = Form("AAC", "aac", "audio/aac")
WAV = Form("WAV", "wav", "audio/wav")

# The first two bytes of a frame: which of their bits count, and what they are.
_SYNCS = {
    AAC: (0xFFF6, 0xFFF0),  # ADTS: any version, layer 00 (ISO/IEC 13818-7, 6.2.1)
    MP3: (0xFFE6, 0xFFE2),  # MPEG audio, layer III (ISO/IEC 11172-3, 2.4.2.3)
    MPEG: (0xFFE6, 0xFFE4),  # the same, layer II
}


def recognised(data: bytes) -> Form:
    """The format, by magic; MediaError for one that is not known."""
    if data.startswith(_PNG_MAGIC):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data[4:8] == b"ftyp" and data[8:12].startswith(_MP4_BRANDS):
        return MP4
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return WAV
    start = id3_bytes(data)
    sync = int.from_bytes(data[start : start + 2].ljust(2, b"\0"))
    for form, (mask, bits) in _SYNCS.items():
        if sync & mask == bits:
            return form
    first = f"{len(data):,} bytes that start with {data[:12].hex(' ')}" if data else "no bytes"
    what = "media"
    raise MediaError(what, first, _KNOWN)


def damaged(form: Form, reason: object) -> MediaError:
    """The error for a file of `form` that is broken."""
    return MediaError(f"{form.name} file", f"damaged: {reason}", "a whole file")


def check_whole(data: bytes, form: Form) -> None:
    """Raise MediaError for a file that is shorter than the lengths in it say, or fails its sums."""
    if form is WAV and int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise damaged(form, "cut short")
    if form is PNG:
        _check_chunks(data)
    if form is MP4:
        _check_boxes(data)


def _check_chunks(data: bytes) -> None:
    """Compare every checksum of a PNG, without the copies Pillow's verify makes of large chunks."""
    at, name, view = len(_PNG_MAGIC), b"", memoryview(data)
    while name != b"IEND":
        end = at + 8 + int.from_bytes(data[at : at + 4])
        if end + 4 > len(data):
            raise damaged(PNG, f"the chunk at byte {at:,} is cut short")
        name = data[at + 4 : at + 8]
        if crc32(view[at + 4 : end]) != int.from_bytes(data[end : end + 4]):
            raise damaged(PNG, f"the chunk at byte {at:,} fails its checksum")
        at = end + 4


def _check_boxes(data: bytes) -> None:
    """Follow the outermost boxes of an MP4 to its end."""
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        if size == 1:  # the length follows, in 64 bits (ISO/IEC 14496-12, 4.2)
            size = int.from_bytes(data[at + 8 : at + 16])
        elif size == 0:  # until the end
            return
        if size < _BOX_LEAST_BYTES or at + size > len(data):
            raise damaged(MP4, f"the box at byte {at:,} is cut short")
        at += size
