"""The file to import: its blocks, lines and start, packed or plain, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.errors import RecordingFormatError
from line_sim.recording.packing import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD_BYTES = 1 << 16
"""Bytes by which a format is told."""
MOST_BYTES = 100_000_000
"""Largest single thing in a file, such as a film in base64; a larger one ends the import."""
LONGEST_LINE = 16_000_000
"""Longest line of a text format; a longer one is passed over."""
BOM = b"\xef\xbb\xbf"


class BlockFile:
    """Blocks of bytes as a file that can only be read on; a UTF-8 mark at its start is passed over.

    Parameters
    ----------
    path
        The file the blocks are from, for messages.
    blocks
        The bytes.

    Attributes
    ----------
    place : int
        Bytes read so far.
    allowed_to : int
        Reading beyond this place raises; whoever reads moves it on with every whole thing, so that
        no single one fills the memory.
    """

    def __init__(self, path: Path, blocks: Iterator[bytes]) -> None:
        self.path = path
        self.place = 0
        self.allowed_to = MOST_BYTES
        self._blocks = blocks
        self._rest = next(blocks, b"").removeprefix(BOM)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; none at the end.

        Raises
        ------
        RecordingFormatError
            When one thing in the file is too large.
        """
        if not self._rest:
            self._rest = next(self._blocks, b"")
        size = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:size], self._rest[size:]
        self.place += len(found)
        if self.place > self.allowed_to:
            reason = (
                f"what begins before byte {self.place:,} is larger than {MOST_BYTES:,} bytes; "
                "smaller parts are allowed (leave it out when exporting)"
            )
            raise RecordingFormatError(self.path, reason)
        return found

    def exactly(self, size: int) -> bytes:
        """The next `size` bytes; fewer where the file ends before."""
        parts: list[bytes] = []
        missing = size
        while missing > 0 and (part := self.read(missing)):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def go_on(self) -> None:
        """A whole thing was read: the next may be as large again."""
        self.allowed_to = self.place + MOST_BYTES


def opened(path: Path) -> BlockFile:
    """The file at `path`, unpacked where it is packed."""
    return BlockFile(path, unpacked(path))


def head(path: Path) -> bytes:
    """The first bytes of a file, unpacked."""
    file = opened(path)
    return file.exactly(HEAD_BYTES)


def raw_lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a file, counted from 1; None for one that is too long."""
    held, number, too_long = bytearray(), 1, False
    file = opened(path)
    while block := file.read(HEAD_BYTES):
        file.go_on()
        *whole, rest = block.split(b"\n")
        for part in whole:
            held += part
            yield number, None if too_long or len(held) > LONGEST_LINE else bytes(held)
            held, number, too_long = bytearray(), number + 1, False
        held += rest
        if len(held) > LONGEST_LINE:
            held, too_long = bytearray(), True
    if held or too_long:
        yield number, None if too_long else bytes(held)
