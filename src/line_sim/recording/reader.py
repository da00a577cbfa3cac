"""Reads a recording line by line, whole or cut off, packed or plain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from line_sim.errors import RecordingFormatError
from line_sim.recording.checking import checked_header, checked_line, is_torn, raw_lines
from line_sim.recording.packing import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator


class Reader:
    """A recording on disk; iterating gives its lines as dictionaries, from the start each time.

    Kinds and fields this version does not know come through as they are.

    Parameters
    ----------
    path
        The file; whether it is packed is seen from its content, not its name.

    Attributes
    ----------
    header : dict
        The first line.
    truncated : bool
        Whether the last iteration found the end cut off, as a killed process leaves it; every
        whole line before it was given.
    complete : bool
        Whether the last iteration came to an ``end`` line, so that nothing is missing.

    Raises
    ------
    RecordingFormatError
        When the file is no recording of a version this program reads.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.truncated = False
        self.complete = False
        raw, whole = next(self._raw(), (b"", False))
        self.header = checked_header(self.path, raw, whole=whole)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self.truncated = self.complete = False
        last = 0
        kind = None
        for number, (raw, whole) in enumerate(self._raw(), 1):
            if number == 1 or not raw or raw.isspace():
                continue
            try:
                line = checked_line(self.path, raw, number, last)
            except RecordingFormatError:
                if whole or not is_torn(raw):
                    raise
                self.truncated = True
                break
            last, kind = line["seq"], line["kind"]
            yield line
        self.complete = kind == "end"

    def warning(self) -> str:
        """What the reader of a report should know about the last iteration; empty when nothing."""
        if self.truncated:
            return f"{self.path}: the last line is cut off and was left out; the run was killed?"
        if not self.complete:
            return f"{self.path}: there is no end line; the run was killed, or is still going on?"
        return ""

    def _raw(self) -> Iterator[tuple[bytes, bool]]:
        """The lines, and whether a line feed ended each."""
        return raw_lines(self.path, unpacked(self.path))
