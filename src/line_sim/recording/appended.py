"""A file of lines that grows and is read meanwhile; the last lines are in memory too."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections import deque
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from line_sim.recording.packing import created
from line_sim.recording.resuming import STEP, locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from line_sim.recording.resuming import Resumed

KEEP_BYTES = 16_000_000
"""Most bytes of lines in memory, however few they are."""
BLOCK_BYTES = 1 << 18
"""Bytes read from the file at once."""


class Appended:
    """Lines in a file, counted from 1; the head before them is not counted.

    Not safe against two threads appending at once; whoever appends holds a lock. The descriptor
    stays open as long as the object, so lines can be read even of a file that has lost its name.

    Parameters
    ----------
    path
        The new file; None: one without a name.
    fsync
        Whether each line is forced to the disk.
    keep
        How many of the last lines stay in memory.
    force
        Whether an existing file is replaced.
    resumed
        What there is of an existing file that goes on instead.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        fsync: bool,
        keep: int,
        force: bool,
        resumed: Resumed | None = None,
    ) -> None:
        if resumed is not None:
            self.descriptor = resumed.descriptor
        elif path is not None:
            self.descriptor = locked(created(path, force=force), path)
        else:
            self.descriptor = _unnamed()
        weakref.finalize(self, os.close, self.descriptor)
        self.count = resumed.count if resumed else 0
        self._fsync = fsync
        self._keep = keep
        self._size = resumed.size if resumed else 0
        self._places = resumed.places if resumed else [0]
        self._recent: deque[bytes] = deque()
        self._recent_bytes = 0

    def head(self, raw: bytes) -> None:
        """Write what comes before all lines."""
        self._write(raw)
        self._places = [self._size]

    def append(self, raw: bytes) -> None:
        """Write one line, its line feed included, in one write.

        Raises
        ------
        OSError
            When it cannot be written; then nothing of it is in the file.
        """
        self._write(raw)
        self.count += 1
        if self.count % STEP == 0:
            self._places.append(self._size)
        self._recent.append(raw)
        self._recent_bytes += len(raw)
        while len(self._recent) > self._keep or self._recent_bytes > KEEP_BYTES:
            self._recent_bytes -= len(self._recent.popleft())

    def lines(self, after: int) -> Iterable[bytes]:
        """The lines so far whose number is above `after`; from memory where all of them are there.

        Call it where nobody appends; what comes back may be used while somebody does.
        """
        missing = self.count - len(self._recent) - after
        if missing <= 0:
            return list(islice(self._recent, -missing, None))
        step = after // STEP
        found = self._between(self._places[step], self._size)
        return islice(found, after - step * STEP, self.count - step * STEP)

    def _write(self, raw: bytes) -> None:
        try:
            written = os.write(self.descriptor, raw)
            while written < len(raw):
                written += os.write(self.descriptor, raw[written:])
        except OSError:
            os.ftruncate(self.descriptor, self._size)
            os.lseek(self.descriptor, self._size, os.SEEK_SET)
            raise
        if self._fsync:
            os.fsync(self.descriptor)
        self._size += len(raw)

    def _between(self, place: int, end: int) -> Iterator[bytes]:
        """The lines between two places of the file."""
        rest = b""
        while place < end:
            block = os.pread(self.descriptor, min(BLOCK_BYTES, end - place), place)
            place += len(block)
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            yield from lines


def _unnamed() -> int:
    descriptor, name = tempfile.mkstemp(prefix="line_sim-", suffix=".jsonl")
    Path(name).unlink()
    return descriptor
