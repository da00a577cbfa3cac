"""A recording that goes on after its writer was killed: the torn part of its last line goes.

Only that part is taken away. A last line that lacks nothing but its line feed gets it; a header
that was cut off, before any line, is written anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from line_sim.errors import ConfigurationError, Fault, OutputExistsError, RecordingFormatError
from line_sim.recording.checking import checked_header, checked_line, is_torn, raw_lines
from line_sim.recording.lines import FORMAT
from line_sim.recording.packing import (
    BLOCK_BYTES,
    BY_SUFFIX,
    NOFOLLOW,
    aside,
    created,
    named,
    unpacked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEP = 1_000
"""Lines from one remembered place in the file to the next."""


@dataclass(slots=True)
class Resumed:
    """What there is of a recording that goes on."""

    descriptor: int
    header: dict[str, Any] | None = None
    """None where it is still to be written."""
    size: int = 0
    """Bytes that are kept; then the file ends."""
    places: list[int] = field(default_factory=lambda: [0])
    """Where the lines 1, 1,001, ... begin."""
    count: int = 0
    exchange: int = 0
    """The highest number of an exchange."""
    counts: dict[tuple[str, str, int | str], int] = field(default_factory=dict)
    torn_bytes: int = 0
    """What was taken away."""


def locked(descriptor: int, path: Path) -> int:
    """The descriptor, with the file kept from other writers.

    Raises
    ------
    ConfigurationError
        When another process writes it; the descriptor is closed then.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        fault = Fault(
            str(path), "is being written", "one writer at a time", "stop the other, or another name"
        )
        raise ConfigurationError([fault]) from None
    except OSError:
        pass  # a file system without locks
    return descriptor


def unlocked(descriptor: int) -> None:
    """Let others write the file."""
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def resumed(path: Path) -> Resumed | None:
    """An existing recording, repaired and ready for more lines; None where there is none.

    Raises
    ------
    RecordingFormatError
        When it is no recording of this version, or one that something else wrote or changed. It is
        as it was then.
    ConfigurationError
        When another process writes it.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | NOFOLLOW | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RecordingFormatError(path, f"cannot go on ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RecordingFormatError(path, "cannot go on (a pipe or a device); a file is allowed")
    found = Resumed(locked(descriptor, path))
    try:
        _scan(found, path)
        os.ftruncate(descriptor, found.size)
        os.lseek(descriptor, found.size, os.SEEK_SET)
        if found.count or found.header:
            _end_line(found)
    except BaseException:
        os.close(descriptor)
        raise
    return found


def restored(packed: Path, plain: Path) -> None:
    """Make the plain file of a packed recording that is to go on; the packed one stays meanwhile.

    Raises
    ------
    OutputExistsError
        When something else has the plain name.
    """
    if os.path.lexists(plain):
        if _first_line(plain) != _first_line(packed):
            raise OutputExistsError(plain)
        return
    part = aside(plain, "unpacking")
    try:
        with os.fdopen(created(part, force=True), "wb") as file:
            for block in unpacked(packed):
                file.write(block)
        named(part, plain, force=False)
    finally:
        part.unlink(missing_ok=True)


def _first_line(path: Path) -> bytes:
    return next(raw_lines(path, unpacked(path)), (b"", False))[0]


def _blocks(descriptor: int) -> Iterator[bytes]:
    place = 0
    while block := os.pread(descriptor, BLOCK_BYTES, place):
        place += len(block)
        yield block


def _scan(found: Resumed, path: Path) -> None:
    """Read all of it."""
    for raw, whole in raw_lines(path, _blocks(found.descriptor)):
        try:
            if found.header is None:
                found.header = _header(path, raw, whole=whole)
                found.places = [len(raw) + 1]
            else:
                _line(found, path, raw)
        except RecordingFormatError:
            ours = found.header is not None or _begins_like_ours(raw)
            if whole or not ours or not is_torn(raw):
                raise
            found.torn_bytes = len(raw)
        else:
            found.size += len(raw) + whole


def _header(path: Path, raw: bytes, *, whole: bool) -> dict[str, Any]:
    for suffix, codec in BY_SUFFIX.items():
        if raw.startswith(codec.MAGIC):
            mend = f"give it a name that ends in {suffix}"
            reason = f"cannot go on: it is packed, and its name does not say so ({mend})"
            raise RecordingFormatError(path, reason)
    return checked_header(path, raw, whole=whole)


def _line(found: Resumed, path: Path, raw: bytes) -> None:
    line = checked_line(path, raw, found.count + 2, found.count)
    if line["seq"] != found.count + 1:
        reason = (
            f"line {found.count + 2}: seq is {line['seq']}; {found.count + 1} is allowed where a "
            "recording is to go on (only one that line_sim wrote can)"
        )
        raise RecordingFormatError(path, reason)
    found.count += 1
    if found.count % STEP == 0:
        found.places.append(found.size + len(raw) + 1)
    found.exchange = max(found.exchange, line.get("exchange") or 0)
    key = counted(line)
    found.counts[key] = found.counts.get(key, 0) + 1


def counted(line: dict[str, Any]) -> tuple[str, str, int | str]:
    """What a line is counted under: its kind, operation, and status or reason."""
    status = line.get("status", line.get("reason", ""))
    return line["kind"], line.get("operation", ""), status


def _begins_like_ours(raw: bytes) -> bool:
    """Whether a file without a whole header may be what a killed writer leaves."""
    start = orjson.dumps({"format": FORMAT})[:-1]
    return raw[: len(start)] == start[: len(raw)]


def _end_line(found: Resumed) -> None:
    """Give the last line the line feed that it lacks."""
    if os.pread(found.descriptor, 1, found.size - 1) != b"\n":
        found.size += os.write(found.descriptor, b"\n")
