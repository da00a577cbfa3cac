"""JSON read value by value, however many there are: an array's members, or one after another.

The file is only cut into values here, by its quotation marks and brackets; each value is then read
by orjson. So one that is broken inside costs that value alone, and memory holds one at a time.
(ijson, made for this, ends the whole process at a number of 5,000 digits, version 3.6.0.)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from line_sim.recording.importers.found import Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.recording.importers.reading import BlockFile

MOST_LEVELS = 60
"""Deepest nesting of a value that is looked at."""
BLOCK_BYTES = 1 << 16

_BLANK = re.compile(rb"[ \t\r\n]*")
_BETWEEN = re.compile(rb"[ \t\r\n,]*")
# up to a bracket, or to a text that does not end in what is held
_WITHIN = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_WORD = re.compile(rb'[^ \t\r\n,:"{}\[\]]*')
_TEXT = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_QUOTE, _COLON, _END = ord('"'), ord(":"), -1
_CLOSING = {ord("{"): ord("}"), ord("["): ord("]")}


class _BrokenError(ValueError):
    """The file cannot be cut into values from here on."""


def values(
    file: BlockFile, steps: tuple[str, ...] | None, *, noun: str
) -> Iterator[tuple[str, Any] | Unusable]:
    """The values at a place in a file of JSON, each with its number; or what is wrong with it.

    Parameters
    ----------
    file
        The file.
    steps
        The names on the way to the values, ``item`` for the members of an array: ``("log",
        "entries", "item")``. None: the documents in the file one after another, the members of an
        array at the top like documents of their own.
    noun
        What a value is called in its place: ``entry``.
    """
    scanner = _Scanner(file)
    number = 0
    try:
        cut = scanner.documents() if steps is None else scanner.at(steps)
        for raw, levels in cut:
            number += 1
            file.go_on()
            yield _read(f"{noun} {number}", raw, levels)
    except _BrokenError as error:
        place = f"after {noun} {number}" if number else f"before the first {noun}"
        yield Unusable(place, f"not JSON from about byte {scanner.place:,} on ({error})")


def _read(place: str, raw: bytes, levels: int) -> tuple[str, Any] | Unusable:
    if levels > MOST_LEVELS:
        return Unusable(place, f"nested deeper than {MOST_LEVELS} levels")
    try:
        return place, orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return Unusable(place, f"not JSON ({error.msg}, its character {error.pos:,})")


def loaded(raw: bytes | str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """JSON that stands whole in memory; None where it is none."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


class _Scanner:
    """Cuts a file into values."""

    def __init__(self, file: BlockFile) -> None:
        self._file = file
        self._held = bytearray()
        self._at = 0
        self._begin: int | None = None
        """Where the value begins that is being cut out."""

    @property
    def place(self) -> int:
        """How many bytes of the file lie behind."""
        return self._file.place - len(self._held) + self._at

    def documents(self) -> Iterator[tuple[bytes, int]]:
        """The values one after another, with their levels."""
        while (byte := self._pass(_BETWEEN)) != _END:
            if byte == ord("["):
                yield from self.at(("item",))
            else:
                yield self._value()

    def at(self, steps: tuple[str, ...]) -> Iterator[tuple[bytes, int]]:
        """The values at the end of some steps from here, with their levels."""
        byte = self._pass(_BETWEEN)
        if byte == _END:
            return
        if not steps:
            yield self._value()
        elif byte == ord("[") and steps[0] == "item":
            self._at += 1
            while self._inside(ord("]")):
                yield from self.at(steps[1:])
        elif byte == ord("{") and steps[0] != "item":
            self._at += 1
            while self._inside(ord("}")):
                if self._name() == steps[0].encode():
                    yield from self.at(steps[1:])
                else:
                    self._skip()
        else:
            self._skip()

    def _inside(self, closing: int) -> bool:
        """Whether another member comes; the bracket that closes is passed."""
        byte = self._pass(_BETWEEN)
        if byte == _END:
            message = "the file ends within"
            raise _BrokenError(message)
        self._at += byte == closing
        return byte != closing

    def _name(self) -> bytes:
        """The name of a member; its value comes next."""
        raw, _ = self._value()
        if not raw.startswith(b'"') or self._pass(_BLANK) != _COLON:
            message = "a name and a colon are missing"
            raise _BrokenError(message)
        self._at += 1
        self._pass(_BLANK)
        return raw[1:-1]

    def _value(self) -> tuple[bytes, int]:
        """The bytes of the next value, and how many levels it has."""
        self._begin = self._at
        levels = self._skip()
        raw = bytes(self._held[self._begin : self._at])
        self._begin = None
        return raw, levels

    def _skip(self) -> int:
        """Pass the next value; how many levels it has."""
        byte = self._pass(_BLANK)
        if byte == _QUOTE:
            self._text()
        elif byte in _CLOSING:
            return self._container()
        else:
            before = self.place
            self._pass(_WORD)
            if self.place == before:
                found = "the file ends" if byte == _END else f"{chr(byte)!r} stands"
                message = f"{found} where a value must"
                raise _BrokenError(message)
        return 0

    def _container(self) -> int:
        closing, deepest = bytearray(), 0
        while True:
            byte = self._pass(_WITHIN)
            if byte == _QUOTE:
                self._text()
                continue
            if byte in _CLOSING:
                closing.append(_CLOSING[byte])
                deepest = max(deepest, len(closing))
            elif byte == _END:
                message = "the file ends within a value"
                raise _BrokenError(message)
            elif byte != closing.pop():
                message = f"{chr(byte)!r} closes what another bracket opened"
                raise _BrokenError(message)
            self._at += 1
            if not closing:
                return deepest

    def _text(self) -> None:
        self._at += 1
        while self._pass(_TEXT) != _QUOTE:
            # a backslash alone at the end of what is held
            if not self._more():
                message = "a text does not end"
                raise _BrokenError(message)
        self._at += 1

    def _pass(self, pattern: re.Pattern[bytes]) -> int:
        """Pass what matches; the byte after it, or :data:`_END`."""
        while True:
            found = pattern.match(self._held, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return _END

    def _more(self) -> bool:
        """Hold another block, and no more what lies behind."""
        block = self._file.read(BLOCK_BYTES)
        behind = self._at if self._begin is None else self._begin
        del self._held[:behind]
        self._at -= behind
        self._begin = None if self._begin is None else 0
        self._held += block
        return bool(block)
