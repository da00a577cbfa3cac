"""Reads a recording line by line, whole or cut off, packed or plain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from line_sim.errors import RecordingFormatError
from line_sim.recording.lines import FORMAT, LINE_BYTES, VERSION
from line_sim.recording.packing import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

_OTHERS = {
    "line_sim.log": "this is an event log; ls.EventLog.load reads it",
}
"""Files that are taken for recordings, and what they are."""


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
        raw, _ = next(self._raw(), (b"", False))
        self.header = self._checked_header(raw)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self.truncated = self.complete = False
        last = 0
        kind = None
        for number, (raw, whole) in enumerate(self._raw(), 1):
            if number == 1 or not raw:
                continue
            try:
                line = self._line(raw, number, last)
            except RecordingFormatError:
                if whole:
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
        rest = b""
        for block in unpacked(self.path):
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            if len(rest) > LINE_BYTES or any(len(raw) > LINE_BYTES for raw in lines[:1]):
                reason = f"a line is longer than {LINE_BYTES:,} bytes; not a recording of ours"
                raise RecordingFormatError(self.path, reason)
            for raw in lines:
                yield raw, True
        if rest:
            yield rest, False

    def _checked_header(self, raw: bytes) -> dict[str, Any]:
        try:
            header = orjson.loads(raw)
        except orjson.JSONDecodeError:
            header = None
        name = header.get("format") if isinstance(header, dict) else None
        if not isinstance(header, dict) or name != FORMAT:
            other = _OTHERS.get(str(name), "is it the right file?")
            reason = (
                f'line 1: not the head of a recording; {{"format": "{FORMAT}", ...}} stands there '
                f"({other})"
            )
            raise RecordingFormatError(self.path, reason)
        version = header.get("version")
        if version != VERSION:
            newer = isinstance(version, int) and version > VERSION
            mend = "a newer line_sim wrote it: update this one" if newer else "record it anew"
            reason = f"line 1: version {version}; {VERSION} can be read ({mend})"
            raise RecordingFormatError(self.path, reason)
        return header

    def _line(self, raw: bytes, number: int, last: int) -> dict[str, Any]:
        """A line, checked as far as everybody relies on it."""
        try:
            line = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            reason = f"line {number}: not JSON ({error}); take the line out or record anew"
            raise RecordingFormatError(self.path, reason) from None
        if not isinstance(line, dict):
            reason = f"line {number}: a JSON object with seq, at_s and kind stands there"
            raise RecordingFormatError(self.path, reason)
        seq, at_s, kind = line.get("seq"), line.get("at_s"), line.get("kind")
        if type(seq) is not int or seq <= last:
            reason = f"line {number}: seq is {seq!r}; a whole number above {last} is allowed"
            raise RecordingFormatError(self.path, reason)
        if type(at_s) not in {int, float}:
            reason = f"line {number}: at_s is {at_s!r}; seconds since the start are allowed"
            raise RecordingFormatError(self.path, reason)
        if not isinstance(kind, str):
            reason = f"line {number}: kind is {kind!r}; a word is allowed, such as call"
            raise RecordingFormatError(self.path, reason)
        return line
