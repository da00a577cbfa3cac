"""What is checked of a recording when it is read: as much as everybody who reads it relies on."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Any

import orjson

from line_sim.errors import RecordingFormatError
from line_sim.recording.lines import FIELDS, FORMAT, LINE_BYTES, MEDIA_NAME, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

BOM = b"\xef\xbb\xbf"
_OTHERS = {
    "line_sim.log": "this is an event log; ls.EventLog.load reads it",
}
"""Files that are taken for recordings, and what they are."""
_NUMBER = (int, float)
_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("attempt", "bytes", "exchange", "status"), ((int,), "a whole number")),
    **dict.fromkeys(("due_s", "seconds", "took_ms"), (_NUMBER, "a number")),
    **dict.fromkeys(
        (
            "body", "channel", "channel_id", "detail", "method", "operation", "path", "reason",
            "text", "type", "why",
        ),
        ((str,), "text"),
    ),
    **dict.fromkeys(("media", "sha256"), ((str,), "64 lower-case hexadecimal digits")),
    "body_b64": ((str,), "base64"),
    "findings": ((list,), "a list"),
    "headers": ((dict, list), "an object of texts, or a list of pairs,"),
    "rule": ((dict,), "an object"),
    "sent": ((dict,), "an object"),
    "test": ((bool,), "true or false"),
}  # fmt: skip
"""What a field of the format holds, and how that is called."""
_CHECKED = {
    kind: {name: _TYPES[name] for name in fields if name in _TYPES}
    for kind, fields in FIELDS.items()
}
_ASKED = {
    **dict.fromkeys(("webhook", "webhook_end", "call", "call_end"), "exchange"),
    "media": "sha256",
}
"""The field that a line of a kind cannot do without."""


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
            f'line 1: not the head of a recording; {{"format": "{FORMAT}", ...}} stands there '
            f"({_likely(raw, header, whole=whole)})"
        )
        raise RecordingFormatError(path, reason)
    version = header.get("version")
    if type(version) is not int or version != VERSION:
        newer = type(version) is int and version > VERSION
        mend = "a newer line_sim wrote it: update this one" if newer else "record it anew"
        reason = f"line 1: version {_shown(version)}; {VERSION} can be read ({mend})"
        raise RecordingFormatError(path, reason)
    for name, allowed in (
        ("origin", "a word" if not isinstance(header.get("origin", ""), str) else ""),
        ("epoch_ms", "" if _is_number(header.get("epoch_ms", 0)) else "Unix time in ms"),
        ("lacks", "" if _is_list_of(str, header.get("lacks", [])) else "a list of words"),
        ("channels", "" if _is_list_of(dict, header.get("channels", [])) else "a list of objects"),
    ):
        if allowed:
            reason = f"line 1: {name} is {_shown(header[name])}; {allowed} is allowed"
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
        reason = f"line {number}: a JSON object with seq, at_s and kind stands there"
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
        return f"seq is {_shown(seq)}; a whole number above {last} is allowed"
    if type(at_s) not in _NUMBER:
        return f"at_s is {_shown(at_s)}; seconds since the start are allowed"
    if not isinstance(kind, str):
        return f"kind is {_shown(kind)}; a word is allowed, such as call"
    return _fault_within(line, kind)


def _fault_within(line: Mapping[str, Any], kind: str) -> str:
    """What is wrong with the fields of a line whose kind is known; empty when nothing."""
    asked = _ASKED.get(kind)
    if asked and line.get(asked) is None:
        return f"{asked} is missing; a {kind} line has one"
    for name, (types, allowed) in _CHECKED.get(kind, {}).items():
        value = line.get(name)
        if value is not None and not (
            type(value) in types and (name not in _INSIDE or _INSIDE[name](value))
        ):
            return f"{name} is {_shown(value)}; {allowed} is allowed"
    return ""


def _are_headers(value: Mapping[str, object] | list[object]) -> bool:
    if isinstance(value, list):
        return all(_is_list_of(str, pair) and len(pair) == 2 for pair in value)  # type: ignore[arg-type] # noqa: PLR2004
    return set(map(type, value.values())) <= {str}


def _is_base64(value: str) -> bool:
    try:
        binascii.a2b_base64(value, strict_mode=True)
    except ValueError:
        return False
    return True


_INSIDE: dict[str, Callable[[Any], object]] = {
    "headers": _are_headers,
    "body_b64": _is_base64,
    **dict.fromkeys(("media", "sha256"), MEDIA_NAME.fullmatch),
}
"""What more is looked at where the type is right."""


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


def _shown(value: object) -> str:
    """A value as a message shows it, however long it is."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - what fits a line


def _is_number(value: object) -> bool:
    return type(value) in _NUMBER


def _is_list_of(kind: type, value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)
