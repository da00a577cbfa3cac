"""Where every key of a TOML text stands: which line to name when something is wrong with it.

The text is known to be sound TOML (``tomllib`` has read it), so this scanner only has to keep
count; it never complains.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from line_sim.scenario.shape import Step

__all__ = ["line_of", "lines"]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_VALUE = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[^,\]}#\n]+',
    re.DOTALL,
)

Path = tuple["Step", ...]


def lines(text: str) -> dict[Path, int]:
    """Line (from 1) of every table, key and list item of a TOML text, by its path."""
    return _Scanner(text).scan()


def line_of(path: Path, known: dict[Path, int]) -> int:
    """Line of a path, or of the nearest table it would belong to; 0 where there is none at all."""
    while path and path not in known:
        path = path[:-1]
    return known.get(path, 0)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.ends = list(accumulate(len(line) + 1 for line in text.split("\n")))
        self.found: dict[Path, int] = {}
        self.items: dict[Path, int] = {}  # how many tables of an array of tables there are so far

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip_blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip_blank()
        return self.found

    def _skip_blank(self) -> None:
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at

    def _note(self, path: Path) -> None:
        self.found.setdefault(path, bisect_right(self.ends, self.at) + 1)

    def _keys(self) -> list[str]:
        """A dotted key, left behind with everything up to and including what ends it."""
        parts: list[str] = []
        while True:
            self._skip_blank()
            key = _KEY.match(self.text, self.at)
            if key is None:
                return parts
            self.at = key.end()
            parts.append(key.group().strip("\"'"))
            self._skip_blank()
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _header(self) -> Path:
        is_item = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if is_item else 1
        *before, last = self._keys()
        end, self.at = self.at + (2 if is_item else 1), start
        table: Path = ()
        for part in before:
            self._note((*table, part))
            table = self._inside((*table, part))
        table = (*table, last)
        self._note(table)
        if is_item:
            self.items[table] = self.items.get(table, 0) + 1
            table = self._inside(table)
            self._note(table)
        self.at = end
        return table

    def _inside(self, path: Path) -> Path:
        return (*path, self.items[path] - 1) if path in self.items else path

    def _pair(self, table: Path) -> None:
        start = self.at
        path = (*table, *self._keys())
        end, self.at = self.at, start
        for length in range(len(table) + 1, len(path) + 1):
            self._note(path[:length])
        self.at = end + 1  # behind the "="
        self._skip_blank()
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening not in "[{":
            value = _VALUE.match(self.text, self.at)
            self.at = value.end() if value else self.at + 1
            return
        self.at += 1
        place = 0
        self._skip_blank()
        while self.text[self.at] not in "]}":
            if opening == "{":
                self._pair(path)
            else:
                self._note((*path, place))
                self._value((*path, place))
                place += 1
            self._skip_blank()
            if self.text[self.at] == ",":
                self.at += 1
                self._skip_blank()
        self.at += 1
