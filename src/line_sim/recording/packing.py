"""Files that nobody else may read, and a recording packed when it is complete."""

from __future__ import annotations

import contextlib
import gzip
import os
import zlib
from typing import TYPE_CHECKING

from line_sim.errors import OutputExistsError, RecordingFormatError
from line_sim.recording.lines import LINE_BYTES, RATIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK_BYTES = 1 << 18
GZIP = b"\x1f\x8b"
_FRESH = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def created(path: Path, *, force: bool) -> int:
    """The descriptor of a new file with mode 0600; an existing one is never written into.

    Raises
    ------
    OutputExistsError
        When something has that name and not `force`. With `force` it is unlinked, so a symbolic
        link goes and what it points to stays.
    """
    if force:
        path.unlink(missing_ok=True)
    try:
        return os.open(path, _FRESH, 0o600)
    except FileExistsError:
        raise OutputExistsError(path) from None


def pack(source: int, target: Path, *, force: bool) -> None:
    """Write what the descriptor `source` holds to `target`, compressed; nothing on failure.

    What would be refused by :func:`unpacked` for its ratio is stored uncompressed inside.
    """
    size = os.fstat(source).st_size
    if force:
        target.unlink(missing_ok=True)
    packed = _packed(source, target, level=5)
    if size > RATIO * packed:
        target.unlink()
        _packed(source, target, level=0)


def _packed(source: int, target: Path, level: int) -> int:
    """The size of `target`, packed at a level of zlib."""
    descriptor = created(target, force=False)
    try:
        with (
            os.fdopen(descriptor, "wb") as raw,
            gzip.GzipFile("", "wb", compresslevel=level, fileobj=raw, mtime=0) as file,
        ):
            place = 0
            while block := os.pread(source, BLOCK_BYTES, place):
                place += len(block)
                file.write(block)
    except BaseException:
        with contextlib.suppress(OSError):
            target.unlink()
        raise
    return target.stat().st_size


def unpacked(path: Path) -> Iterator[bytes]:
    """The bytes of a file, decompressed where it is a gzip file, in blocks of at most 256 kB.

    Ends early, without a word, where a gzip file does: what was read may still be of use.

    Raises
    ------
    RecordingFormatError
        When a compressed byte becomes more than 200, or the compressed bytes are broken.
    """
    with path.open("rb") as file:
        block = file.read(BLOCK_BYTES)
        if not block.startswith(GZIP):
            while block:
                yield block
                block = file.read(BLOCK_BYTES)
            return
        machine = zlib.decompressobj(wbits=31)
        taken, given = 0, 0
        while block:
            taken += len(block)
            while block:
                try:
                    plain = machine.decompress(block, BLOCK_BYTES)
                except zlib.error as error:
                    reason = f"not a whole gzip file ({error}); copy it anew"
                    raise RecordingFormatError(path, reason) from None
                given += len(plain)
                if given > LINE_BYTES and given > RATIO * taken:
                    reason = (
                        f"a compressed byte becomes more than {RATIO}: refused, for it may never "
                        "end; gunzip it yourself if you trust it"
                    )
                    raise RecordingFormatError(path, reason)
                yield plain
                block = machine.unconsumed_tail
                if machine.eof:
                    block = machine.unused_data
                    machine = zlib.decompressobj(wbits=31)
            block = file.read(BLOCK_BYTES)
        if not machine.eof:
            yield machine.flush()
