"""Files that nobody else may read, and a recording packed when it is complete."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import IO, TYPE_CHECKING

from line_sim.errors import OutputExistsError, RecordingFormatError
from line_sim.recording import gzip_frames, zstd_frames
from line_sim.recording.lines import LINE_BYTES, RATIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

BLOCK_BYTES = 1 << 18
BY_SUFFIX: dict[str, ModuleType] = {".gz": gzip_frames, ".zst": zstd_frames}
"""How a recording is packed, by how its name ends."""
NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_FRESH = os.O_RDWR | os.O_CREAT | os.O_EXCL | NOFOLLOW


class _RatioError(Exception):
    """What was packed would be refused when read."""


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


def aside(path: Path, word: str) -> Path:
    """The hidden name that a file has beside `path` until it is whole."""
    return path.with_name(f".{path.name}.{word}")


def named(whole: Path, path: Path, *, force: bool) -> None:
    """Give the file `whole` its name `path`, at once; without `force` only where it is free.

    Raises
    ------
    OutputExistsError
        When something has that name and not `force`; `whole` is still there then.
    """
    if not force:
        try:
            path.hardlink_to(whole)
        except FileExistsError:
            raise OutputExistsError(path) from None
        except OSError:  # a file system without hard links
            if os.path.lexists(path):
                raise OutputExistsError(path) from None
        else:
            whole.unlink()
            return
    whole.replace(path)


def pack(source: int, target: Path, *, force: bool) -> None:
    """Write what the descriptor `source` holds to `target`, packed as its name says.

    It has that name once it is whole. What would be refused by :func:`unpacked` for its ratio is
    stored uncompressed inside.
    """
    codec = BY_SUFFIX[target.suffix]
    part = aside(target, "packing")
    try:
        try:
            _packed(source, part, codec, stored=False)
        except _RatioError:
            _packed(source, part, codec, stored=True)
        named(part, target, force=force)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _packed(source: int, target: Path, codec: ModuleType, *, stored: bool) -> None:
    descriptor = created(target, force=True)
    place = 0
    with os.fdopen(descriptor, "wb") as raw:
        with codec.packing_into(raw, stored=stored) as file:
            while block := os.pread(source, BLOCK_BYTES, place):
                place += len(block)
                file.write(block)
                if place > LINE_BYTES and place > RATIO * raw.tell():
                    raise _RatioError
        raw.flush()
        os.fsync(raw.fileno())  # what it was packed from goes next


def unpacked(path: Path) -> Iterator[bytes]:
    """The bytes of a file, decompressed where they are packed, in blocks of at most 256 kB.

    Ends early, without a word, where a packed file does: what was read may still be of use.

    Raises
    ------
    RecordingFormatError
        When a compressed byte becomes more than 200, the compressed bytes are broken, or it is no
        file.
    """
    with opened(path) as file:
        start = file.read(4)
        file.seek(0)
        for codec in BY_SUFFIX.values():
            if start.startswith(codec.MAGIC):
                yield from _expanded(path, file, codec)
                return
        while block := file.read(BLOCK_BYTES):
            yield block


def opened(path: Path) -> IO[bytes]:
    """A file open for reading; what is none is refused, and never waited for.

    Raises
    ------
    RecordingFormatError
        When it is a folder, a pipe or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
        reason = f"{what}; a file is allowed, such as day.jsonl (write it to a file first)"
        raise RecordingFormatError(path, reason)
    return os.fdopen(descriptor, "rb")


def _expanded(path: Path, file: IO[bytes], codec: ModuleType) -> Iterator[bytes]:
    given = 0
    blocks = codec.unpacking(file, BLOCK_BYTES)
    while True:
        try:
            block = next(blocks, None)
        except ValueError as error:
            reason = f"not a whole {codec.NAME} file ({error}); copy it anew"
            raise RecordingFormatError(path, reason) from None
        if block is None:
            return
        given += len(block)
        if given > LINE_BYTES and given > RATIO * file.tell():
            reason = (
                f"a compressed byte becomes more than {RATIO}: refused, for it may never "
                f"end; {codec.MEND} it yourself if you trust it"
            )
            raise RecordingFormatError(path, reason)
        yield block
