"""What is checked of a recording when it is read: as much as everybody who reads it relies on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from line_sim.errors import RecordingFormatError
from line_sim.recording.lines import FORMAT, LINE_BYTES, VERSION
from line_sim.recording.shapes import NUMBER, is_list_of, misshapen, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

BOM = b"\xef\xbb\xbf"
_OTHERS = {
    "line_sim.log": "this is an event log; ls.EventLog.load reads it",
}
"""Files that are taken for recordings, and what they are."""


def raw_lines(path: Path, blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines of a file that comes in blocks, and whether a line feed ended each.

    Raises
    ------
    RecordingFormatError
        When a line is longer than 16 MB, before it fills the memory.
    """
    held = bytearray()
    for block in blocks:
        first, *more = block.split(b"\n")
        held += first
        if len(held) > LINE_BYTES:
            reason = f"a line is longer than {LINE_BYTES:,} bytes; not a recording of ours"
            raise RecordingFormatError(path, reason)
        if more:
            yield bytes(held), True
            held = bytearray(more.pop())
            for raw in more:
                yield raw, True
    if held:
        yield bytes(held), False


def checked_header(path: Path, raw: bytes, *, whole: bool = True) -> dict[str, Any]:
    """The first line.

    Parameters
    ----------
    path
        The file, for the message.
    raw
        The line.
    whole
        Whether a line feed ended it.

    Raises
    ------
    RecordingFormatError
        When it is none of a version this program reads.
    """
    try:
        header = orjson.loads(raw.removeprefix(BOM))
    except orjson.JSONDecodeError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        reason = (
            f'line 1: not the head of a recording; {{"format": "{FORMAT}", ...}} belongs there '
            f"({_likely(raw, header, whole=whole)})"
        )
        raise RecordingFormatError(path, reason)
    version = header.get("version")
    if type(version) is not int or version != VERSION:
        newer = type(version) is int and version > VERSION
        mend = "a newer line_sim wrote it: update this one" if newer else "record it anew"
        reason = f"line 1: version {shown(version)}; {VERSION} can be read ({mend})"
        raise RecordingFormatError(path, reason)
    for name, allowed in (
        ("origin", "a word" if not isinstance(header.get("origin", ""), str) else ""),
        ("epoch_ms", "" if type(header.get("epoch_ms", 0)) in NUMBER else "Unix time in ms"),
        ("lacks", "" if is_list_of(str, header.get("lacks", [])) else "a list of words"),
        ("channels", "" if is_list_of(dict, header.get("channels", [])) else "a list of objects"),
    ):
        if allowed:
            reason = f"line 1: {name} is {shown(header[name])}; {allowed} is allowed"
            raise RecordingFormatError(path, reason)
    return header


def checked_line(path: Path, raw: bytes, number: int, last: int) -> dict[str, Any]:
    """A line after the header.

    Parameters
    ----------
    path
        The file, for the message.
    raw
        The line.
    number
        Its number in the file, the header's being 1.
    last
        ``seq`` of the line before it.

    Raises
    ------
    RecordingFormatError
        When it is no JSON object, ``seq`` does not grow, or a field of the format has no value
        such as the format gives it.
    """
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        reason = f"line {number}: not JSON ({error}); take the line out or record anew"
        raise RecordingFormatError(path, reason) from None
    if not isinstance(line, dict):
        reason = f"line {number}: a JSON object with seq, at_s and kind belongs there"
        raise RecordingFormatError(path, reason)
    if fault := _fault(line, last):
        raise RecordingFormatError(path, f"line {number}: {fault}")
    return line


def is_torn(raw: bytes) -> bool:
    """Whether a last line without a line feed was cut off: an object lacks its end then."""
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        return True
    return False


def _fault(line: Mapping[str, Any], last: int) -> str:
    """What is wrong with a line; empty when nothing."""
    seq, at_s, kind = line.get("seq"), line.get("at_s"), line.get("kind")
    if type(seq) is not int or seq <= last:
        return f"seq is {shown(seq)}; a whole number above {last} is allowed"
    if type(at_s) not in NUMBER:
        return f"at_s is {shown(at_s)}; seconds since the start are allowed"
    if not isinstance(kind, str):
        return f"kind is {shown(kind)}; a word is allowed, such as call"
    return misshapen(line, kind)


def _likely(raw: bytes, header: object, *, whole: bool) -> str:
    """What a file may be that has no header of ours."""
    if not raw:
        return "the file is empty" if not whole else "the first line is empty"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "this looks like UTF-16: save it as UTF-8"
    if not whole and raw.startswith(b'{"format":"line_sim.rec'):
        return "it is cut off there: the run was killed as it began, and nothing is lost"
    name = header.get("format") if isinstance(header, dict) else None
    return _OTHERS.get(str(name), "is it the right file?")
