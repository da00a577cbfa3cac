"""Bytes that every reader passes over, so that a file gets an exact size and stays legal.

Each format has a place for them: PNG a private ancillary chunk, JPEG comment segments, MP4 a
``free`` box, MP3 and AAC the padding of an ID3v2 tag, WAV a ``JUNK`` chunk. One allocation of the
final size each, so 200 MB cost 200 MB.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from line_sim.errors import MediaError
from line_sim.media.made import MOST_BYTES, between

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PADDERS", "id3_bytes", "padded"]

_ZEROS = bytes(1 << 20)
_COM_MOST_BYTES = 65_533  # the length counts itself and is 16 bits wide (ITU-T T.81, B.1.1.4)
_COM_LEAST_BYTES = 4  # marker and length
_APP0, _APP15 = 0xE0, 0xEF
_ID3_HEADER_BYTES = 10
_ID3_MOST_BYTES = (1 << 28) - 1  # four bytes of seven bits (ID3v2.4, 3.1)
_RIFF_HEADER_BYTES = 8


def _zeros(size_bytes: int) -> list[bytes]:
    """Pieces that join to so many zeros."""
    whole, rest = divmod(size_bytes, len(_ZEROS))
    return [*repeat(_ZEROS, whole), _ZEROS[:rest]]


def _png(data: bytes, gap: int) -> bytes:
    """A chunk before IEND, whose name says ancillary, private, safe to copy (PNG 3rd ed., 5.4)."""
    name, zeros = b"paDd", _zeros(gap - 12)
    checksum = crc32(name)
    for piece in zeros:
        checksum = crc32(piece, checksum)
    length, end = (gap - 12).to_bytes(4), len(data) - 12
    return b"".join([data[:end], length, name, *zeros, checksum.to_bytes(4), data[end:]])


def _jpeg(data: bytes, gap: int) -> bytes:
    """Comment segments after the application's own."""
    at = 2
    while _APP0 <= data[at + 1] <= _APP15:
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    full = _COM_MOST_BYTES + _COM_LEAST_BYTES
    whole, last = divmod(gap, full)
    segments = [full] * whole + [last] * (last > 0)
    if 0 < last < _COM_LEAST_BYTES:  # too short for a segment: the one before it gives some
        segments[-2:] = [full - _COM_LEAST_BYTES, last + _COM_LEAST_BYTES]
    made = {size: b"\xff\xfe" + (size - 2).to_bytes(2) + bytes(size - 4) for size in {*segments}}
    return b"".join([data[:at], *(made[size] for size in segments), data[at:]])


def _mp4(data: bytes, gap: int) -> bytes:
    """A box of free space at the end, where no offset changes (ISO/IEC 14496-12, 8.1.2)."""
    return b"".join([data, gap.to_bytes(4), b"free", *_zeros(gap - 8)])


def id3_bytes(data: bytes) -> int:
    """The length of the ID3v2 tag that `data` starts with, 0 without one (ID3v2.4, 3.1)."""
    if data[:3] != b"ID3" or len(data) < _ID3_HEADER_BYTES:
        return 0
    return _ID3_HEADER_BYTES + sum((data[6 + at] & 0x7F) << 7 * (3 - at) for at in range(4))


def _id3(data: bytes, gap: int) -> bytes:
    """More padding in the tag that the file starts with (ID3v2.4, 3.3)."""
    end = id3_bytes(data)
    size = end - _ID3_HEADER_BYTES
    wide = bytes((size + gap) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"".join([data[:6], wide, data[10:end], *_zeros(gap), data[end:]])


def _wav(data: bytes, gap: int) -> bytes:
    """A JUNK chunk at the end; chunks are even, so an odd byte stands after the RIFF chunk."""
    odd = gap % 2
    size = len(data) + gap - odd - _RIFF_HEADER_BYTES
    junk = (gap - odd - 8).to_bytes(4, "little")
    return b"".join(
        [b"RIFF", size.to_bytes(4, "little"), data[8:], b"JUNK", junk, *_zeros(gap - 8)]
    )


class Padder(NamedTuple):
    """How a format is filled up: the function, its least gap, the most bytes of the whole."""

    fill: Callable[[bytes, int], bytes]
    least_gap_bytes: int
    most_bytes: int = MOST_BYTES


PADDERS = {
    "png": Padder(_png, 12),
    "jpeg": Padder(_jpeg, _COM_LEAST_BYTES),
    "mp4": Padder(_mp4, 8),
    "id3": Padder(_id3, 1, _ID3_MOST_BYTES),
    "wav": Padder(_wav, 8),
}


def padded(data: bytes, size_bytes: int | None, container: str, what: str) -> bytes:
    """`data` filled up to exactly `size_bytes`; as it is where that is None.

    Parameters
    ----------
    data
        A file as this package's makers write it.
    size_bytes
        The wanted size.
    container
        A word of `PADDERS`.
    what
        Names the asked-for media in the error.

    Raises
    ------
    MediaError
        Where the size cannot be reached; it names the sizes that can.
    """
    if size_bytes is None or size_bytes == len(data):
        return data
    padder = PADDERS[container]
    least = len(data) + padder.least_gap_bytes
    if size_bytes < least:
        place = f"{what}, size_bytes"
        allowed = f"at least {least:,} bytes, or exactly {len(data):,}"
        raise MediaError(place, f"{size_bytes:,} bytes", allowed)
    between(f"{what}, size_bytes", size_bytes, least, padder.most_bytes, "bytes")
    return padder.fill(data, size_bytes - len(data))
