"""gzip: one of the two ways a recording is packed."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = (b"\x1f\x8b",)
NAME = "gzip"
MEND = "gunzip"
TAKEN_BYTES = 1 << 14
"""Compressed bytes handed over at once: what is left of them is copied at the end of each member,
and a file may consist of tiny ones."""


def packing_into(file: IO[bytes], *, stored: bool) -> IO[bytes]:
    """A file that packs what is written into it; closing it leaves `file` open.

    Parameters
    ----------
    file
        Where the compressed bytes go.
    stored
        Whether nothing is to become smaller.
    """
    level = 0 if stored else 5
    made = gzip.GzipFile("", "wb", compresslevel=level, fileobj=file, mtime=0)
    return cast("IO[bytes]", made)


def unpacking(file: IO[bytes], most_bytes: int) -> Iterator[bytes]:
    """The bytes of all members, one after another, at most `most_bytes` at once.

    Ends without a word where the file is cut off. Zeros behind a member are padding.

    Raises
    ------
    ValueError
        Where the bytes are broken.
    """
    machine = zlib.decompressobj(wbits=31)
    while block := file.read(TAKEN_BYTES):
        while block:
            try:
                yield machine.decompress(block, most_bytes)
            except zlib.error as error:
                raise ValueError(str(error)) from None
            block = machine.unconsumed_tail
            if machine.eof:
                block = machine.unused_data.lstrip(b"\0") or _after_zeros(file)
                machine = zlib.decompressobj(wbits=31)
    while pending := machine.decompress(b"", most_bytes):
        yield pending


def _after_zeros(file: IO[bytes]) -> bytes:
    while block := file.read(TAKEN_BYTES):
        if rest := block.lstrip(b"\0"):
            return rest
    return b""
