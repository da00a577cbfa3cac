"""JSON whose strings and numbers are replaced where they stand.

White space, order, repeated names and the way characters are escaped all stay, so that a parser
meets the same bytes but for what they say. Text that is no JSON comes through too: what is between
tokens is given to a replacer like a string.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.recording.pseudonyms.spelling import from_json, into_json

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(
    r'"(?P<string>[^"\\]*(?:\\.[^"\\]*)*)"(?P<colon>\s*:)?'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+\-]?\d+)?)"
    r"|(?P<mark>[{}\[\]])|(?P<plain>[\s,:]+|true|false|null)",
    re.DOTALL,
)


class Level:
    """An object or array of the text, as far as its siblings matter.

    Attributes
    ----------
    name
        The member that it is the value of; that of the array around it for what is in an array.
    members
        Texts, numbers and objects by name; of arrays all elements under "".
    parent
        What it stands in; None for the outermost.
    """

    __slots__ = ("is_object", "key", "members", "name", "parent")

    def __init__(self, name: str, parent: Level | None, *, is_object: bool) -> None:
        self.name = name
        self.parent = parent
        self.is_object = is_object
        self.key = "" if is_object else name
        self.members: dict[str, list[Any]] = {}

    def add(self, value: object) -> None:
        """Take in a value, under the name before it."""
        self.members.setdefault(self.key if self.is_object else "", []).append(value)

    def one(self, name: str) -> Any:  # noqa: ANN401 - a text, a number or a level
        """The value of a member that stands there once; else None."""
        found = self.members.get(name, ())
        return found[0] if len(found) == 1 else None


class Leaf(NamedTuple):
    """A string or number, and where it stands."""

    text: str
    """A string decoded, a number as written."""
    name: str
    """Of the member; of the array's, for an element."""
    level: Level


class Replacers(NamedTuple):
    """What is put in the place of strings, of numbers, of names and of what is no JSON."""

    string: Callable[[Leaf], str]
    number: Callable[[Leaf], str]
    name: Callable[[Leaf], str]
    other: Callable[[str], str]


class _Part(NamedTuple):
    start: int
    end: int
    leaf: Leaf
    replace: Callable[[Leaf], str]
    inner: str
    """What stands between the quotes; of a number the number."""


def replaced(text: str, replacers: Replacers) -> str:
    """`text` with its strings, numbers and names replaced."""
    parts = _Reading(text, replacers).parts
    if not parts:
        return text
    found, end = [], 0
    for part in parts:
        found.append(text[end : part.start])
        new = part.replace(part.leaf)
        escaped = part.inner is not part.leaf.text and part.replace is not replacers.number
        found.append(into_json(new, part.inner) if escaped else new)
        end = part.end
    found.append(text[end:])
    return "".join(found)


class _Reading:
    """One pass over a text; its parts are replaced afterwards, when all siblings are known."""

    def __init__(self, text: str, replacers: Replacers) -> None:
        self.parts: list[_Part] = []
        self._replacers = replacers
        self._level = Level("", None, is_object=False)
        end = 0
        for match in _TOKEN.finditer(text):
            start = match.start()
            if start > end:
                self._other(text, end, start)
            end = match.end()
            kind = match.lastgroup
            if kind == "string" or kind == "colon":  # noqa: PLR1714 - faster
                self._string(match, named=kind == "colon")
            elif kind == "number":
                leaf = Leaf(match[0], self._level.key, self._level)
                self._level.add(match[0])
                self.parts.append(_Part(start, end, leaf, replacers.number, match[0]))
            elif kind == "mark":
                self._bracket(match[0])
        if end < len(text):
            self._other(text, end, len(text))

    def _string(self, match: re.Match[str], *, named: bool) -> None:
        inner, level = match["string"], self._level
        try:
            text = from_json(inner)
        except ValueError:
            text = inner
        start, end = match.span("string")
        if named and level.is_object:
            level.key = text
            part = _Part(start, end, Leaf(text, text, level), self._replacers.name, inner)
        else:
            level.add(text)
            part = _Part(start, end, Leaf(text, level.key, level), self._replacers.string, inner)
        if text:
            self.parts.append(part)

    def _bracket(self, mark: str) -> None:
        level = self._level
        if mark in "{[":
            below = Level(level.key, level, is_object=mark == "{")
            level.add(below)
            self._level = below
        elif level.parent is not None:
            self._level = level.parent

    def _other(self, text: str, start: int, end: int) -> None:
        piece = text[start:end]
        leaf = Leaf(piece, "", self._level)
        self.parts.append(
            _Part(start, end, leaf, lambda found: self._replacers.other(found.text), piece)
        )
