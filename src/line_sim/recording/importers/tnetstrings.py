"""Tnetstrings, the typed netstrings in which mitmproxy keeps flows, read with hard limits.

A value is its length in decimal digits, a colon, so many bytes, and a letter for its type
(https://tnetstrings.info; ``;`` for text is mitmproxy's own).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from line_sim.recording.importers.reading import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.recording.importers.reading import BlockFile

MOST_LEVELS = 20
"""Deepest nesting: a flow has four or five levels."""
MOST_VALUES = 100_000
"""Most values within one: headers and messages of a flow."""
DIGITS = 9
"""Longest length: 999,999,999."""
_INTEGER = re.compile(rb"-?\d{1,20}")
_FLOAT = re.compile(rb"[-+.\dA-Za-z_]{1,40}")
_LENGTH = re.compile(rb"(\d{1,9}):")


class BrokenError(ValueError):
    """Bytes that are no tnetstring, or a larger one than is read."""


def values(file: BlockFile) -> Iterator[Any]:
    """The values one after another in a file.

    Raises
    ------
    BrokenError
        At the first that is broken, or cut off.
    """
    while (length := _length(file)) is not None:
        if length > MOST_BYTES:
            message = f"a value of {length:,} bytes; at most {MOST_BYTES:,} are allowed"
            raise BrokenError(message)
        data = file.exactly(length + 1)
        if len(data) <= length:
            message = f"cut off: {length + 1:,} bytes were to come, {len(data):,} are there"
            raise BrokenError(message)
        yield _Parser().value(memoryview(data)[:-1], data[-1:], 0)
        file.go_on()


def _length(file: BlockFile) -> int | None:
    """The length before the next value; None at the end."""
    digits = b""
    while (byte := file.read(1)) != b":":
        if not byte and not digits:
            return None
        if not byte.isdigit() or len(digits) == DIGITS:
            message = f"{(digits + byte)!r} stands where the length of a value must"
            raise BrokenError(message)
        digits += byte
    if not digits:
        message = "b':' stands where the length of a value must"
        raise BrokenError(message)
    return int(digits)


class _Parser:
    """Reads one value and counts what is in it."""

    def __init__(self) -> None:
        self.count = 0

    def value(self, data: memoryview, kind: bytes, level: int) -> Any:  # noqa: ANN401 - any type
        self.count += 1
        if level > MOST_LEVELS or self.count > MOST_VALUES:
            message = f"more than {MOST_LEVELS} levels, or {MOST_VALUES:,} values within one"
            raise BrokenError(message)
        if kind == b"]":
            return list(self._members(data, level))
        if kind == b"}":
            members = list(self._members(data, level))
            return dict(zip(map(_name, members[::2]), members[1::2], strict=False))
        return _scalar(data.tobytes(), kind)

    def _members(self, data: memoryview, level: int) -> Iterator[Any]:
        while data:
            found = _LENGTH.match(data[: DIGITS + 1])
            end = found.end() + int(found[1]) if found else 0
            if not found or end >= len(data):
                message = "a value reaches beyond the one it is in"
                raise BrokenError(message)
            yield self.value(data[found.end() : end], data[end : end + 1].tobytes(), level + 1)
            data = data[end + 1 :]


def _scalar(data: bytes, kind: bytes) -> Any:  # noqa: ANN401
    try:
        match kind:
            case b",":
                return data
            case b";":
                return data.decode("utf-8", "replace")
            case b"#" if _INTEGER.fullmatch(data):
                return int(data)
            case b"^" if _FLOAT.fullmatch(data):
                return float(data)
            case b"!" if data in {b"true", b"false"}:
                return data == b"true"
            case b"~" if not data:
                return None
    except ValueError:
        pass
    message = f"{data[:20]!r} of type {kind!r} is no value"
    raise BrokenError(message)


def _name(value: object) -> str:
    """A member's name; old versions wrote bytes."""
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
