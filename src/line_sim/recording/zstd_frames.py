"""Zstandard (RFC 8878): the other way a recording is packed, smaller and faster than gzip."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Self, cast

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator

SKIPPABLE = tuple(bytes((0x50 + number,)) + b"\x2a\x4d\x18" for number in range(16))
MAGIC = (b"\x28\xb5\x2f\xfd", *SKIPPABLE)
NAME = "zstd"
MEND = "zstd -d"
TAKEN_BYTES = 1 << 16
WINDOW_BYTES = 1 << 23
"""Most bytes looked back: what RFC 8878 recommends to support. Only --ultra and --long ask more."""
BLOCK_BYTES = 1 << 17
"""Most bytes of a block (RFC 8878, 3.1.1.2.3)."""
LEVEL = 3


def packing_into(file: IO[bytes], *, stored: bool) -> IO[bytes]:
    """A file that packs what is written into it; closing it leaves `file` open.

    Parameters
    ----------
    file
        Where the compressed bytes go.
    stored
        Whether nothing is to become smaller.
    """
    if stored:
        return cast("IO[bytes]", _Stored(file))
    machine = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    return cast("IO[bytes]", machine.stream_writer(file, closefd=False))


def unpacking(file: IO[bytes], most_bytes: int) -> Iterator[bytes]:
    """The bytes of all frames, one after another, at most `most_bytes` at once.

    Ends without a word where the file is cut off.

    Raises
    ------
    ValueError
        Where the bytes are broken, or need more than 8 MB of what came before.
    """
    machine = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES)
    with machine.stream_reader(
        file, read_size=TAKEN_BYTES, read_across_frames=True, closefd=False
    ) as reader:
        while True:
            try:
                block = reader.read(most_bytes)
            except zstandard.ZstdError as error:
                raise ValueError(str(error)) from None
            if not block:
                return
            yield block


class _Stored:
    """A frame of raw blocks: the library has no level that leaves everything as it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        window = ((BLOCK_BYTES.bit_length() - 1) - 10) << 3  # RFC 8878, 3.1.1.1.2
        file.write(MAGIC[0] + bytes((0, window)))

    def write(self, data: bytes) -> int:
        for start in range(0, len(data), BLOCK_BYTES):
            block = data[start : start + BLOCK_BYTES]
            self._file.write((len(block) << 3).to_bytes(3, "little") + block)
        return len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.write(b"\x01\0\0")  # the last block, an empty one
