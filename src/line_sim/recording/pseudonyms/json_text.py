"""JSON whose strings and numbers are replaced where they stand.

White space, order, repeated names and the way characters are escaped all stay, so that a parser
meets the same bytes but for what they say. Text that is no JSON comes through too: what is between
tokens is given to a replacer like a string.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.recording.pseudonyms.spelling import from_json, into_json
from line_sim.recording.pseudonyms.vocabulary import PROPERTIES

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
    other: Callable[[Leaf], str]
    stays: Callable[[str, str], bool]
    """Whether a string may stay in the member of that name, whatever is beside it."""


def replaced(text: str, replacers: Replacers) -> str:
    """`text` with its strings, numbers and names replaced."""
    parts = _Reading(text, replacers).parts
    if not parts:
        return text
    found, end = [], 0
    for start, stop, leaf, replace, inner in parts:
        found.append(text[end:start])
        new = replace(leaf)
        found.append(new if inner is None else into_json(new, inner))
        end = stop
    found.append(text[end:])
    return "".join(found)


class _Reading:
    """One pass over a text; its parts are replaced afterwards, when all siblings are known."""

    def __init__(self, text: str, replacers: Replacers) -> None:
        self.parts: list[tuple[int, int, Leaf, Callable[[Leaf], str], str | None]] = []
        """From where to where, what stands there, what replaces it; how a string is written,
        where it has escapes."""
        self._replacers = replacers
        self._level = Level("", None, is_object=False)
        end = 0
        for match in _TOKEN.finditer(text):
            start = match.start()
            if start > end:
                self._add(end, start, text[end:start], replacers.other)
            end = match.end()
            kind = match.lastgroup
            if kind == "string" or kind == "colon":  # noqa: PLR1714 - faster
                self._string(match, named=kind == "colon")
            elif kind == "number":
                self._level.add(match[0])
                self._add(start, end, match[0], replacers.number)
            elif kind == "mark":
                self._bracket(match[0])
        if end < len(text):
            self._add(end, len(text), text[end:], replacers.other)

    def _add(
        self, start: int, end: int, text: str, replace: Callable[[Leaf], str], inner: str = ""
    ) -> None:
        level = self._level
        self.parts.append((start, end, Leaf(text, level.key, level), replace, inner or None))

    def _string(self, match: re.Match[str], *, named: bool) -> None:
        inner, level = match["string"], self._level
        text, escaped = inner, ""
        if "\\" in inner:
            with contextlib.suppress(ValueError):  # else it is a text as it stands
                text, escaped = from_json(inner), inner
        if named and level.is_object:
            level.key = text
            if text in PROPERTIES and level.name != "substitution":
                return
            replace = self._replacers.name
        else:
            level.add(text)
            if not text or self._replacers.stays(level.key, text):
                return
            replace = self._replacers.string
        start, end = match.span("string")
        self._add(start, end, text, replace, escaped)

    def _bracket(self, mark: str) -> None:
        level = self._level
        if mark in "{[":
            below = Level(level.key, level, is_object=mark == "{")
            level.add(below)
            self._level = below
        elif level.parent is not None:
            self._level = level.parent
