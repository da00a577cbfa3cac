"""JSON read value by value, however many there are: an array's members, or one after another."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ijson  # type: ignore[import-untyped]
import orjson

from line_sim.recording.importers.found import Unusable, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from line_sim.recording.importers.reading import BlockFile

MOST_LEVELS = 60
"""Deepest nesting of a value that is looked at."""
BUFFER_BYTES = 1 << 16


def values(
    file: BlockFile, prefix: str, *, noun: str, several: bool = False
) -> Iterator[tuple[str, Any] | Unusable]:
    """The values at a place in a file of JSON, each with its number; what is wrong comes last.

    Parameters
    ----------
    file
        The file.
    prefix
        The place, in ijson's words: ``log.entries.item``; empty: the top.
    noun
        What a value is called in its place: ``entry``.
    several
        Whether several documents may follow each other. Members of a top-level array are then
        values like documents of their own.
    """
    number = 0
    try:
        for value in _built(file, prefix, members=several):
            number += 1
            file.go_on()
            place = f"{noun} {number}"
            if value is TOO_DEEP:
                yield Unusable(place, f"nested deeper than {MOST_LEVELS} levels")
            else:
                yield place, value
    except (ijson.JSONError, UnicodeError, ValueError, OverflowError, ArithmeticError) as error:
        words = plain(str(error)).split("\n")[0].removeprefix("b'").split("\\n")[0][:200]
        place = f"after {noun} {number}" if number else f"before the first {noun}"
        yield Unusable(place, f"not JSON from about byte {file.place:,} on ({words.strip()})")


TOO_DEEP = object()


def _built(file: BlockFile, prefix: str, *, members: bool) -> Iterator[Any]:
    """The values at `prefix`; with `members` those of a top-level array, too, one by one."""
    builder: _Builder | None = None
    spread = False
    events: Iterable[tuple[str, str, Any]] = ijson.parse(
        file, buf_size=BUFFER_BYTES, multiple_values=members
    )
    for at, event, value in events:
        if builder is not None:
            if builder.take(event, value):
                yield builder.value
                builder = None
        elif members and at == "" and event in {"start_array", "end_array"}:
            spread = event == "start_array"
        elif at == (("item" if spread else "") if members else prefix):
            builder = _Builder()
            if builder.take(event, value):
                yield builder.value
                builder = None


class _Builder:
    """One value, made of a parser's events; what is nested too deep is not kept."""

    def __init__(self) -> None:
        self.value: Any = None
        self._open: list[Any] = []
        self._names: list[str] = []
        self._below = 0
        self._too_deep = False

    def take(self, event: str, value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
        """Take in an event; whether the value is whole."""
        if event == "map_key":
            if not self._below:
                self._names[-1] = value
            return False
        if event.startswith("end_"):
            self._end()
        elif event.startswith("start_"):
            self._start({} if event == "start_map" else [])
        elif not self._below:
            self._put(float(value) if isinstance(value, Decimal) else value)
        whole = not self._open
        if whole and self._too_deep:
            self.value = TOO_DEEP
        return whole

    def _start(self, made: Any) -> None:  # noqa: ANN401 - a dict or a list
        if self._below or len(self._open) >= MOST_LEVELS:
            self._below += 1
            self._too_deep = True
            return
        self._put(made)
        self._open.append(made)
        self._names.append("")

    def _end(self) -> None:
        if self._below:
            self._below -= 1
        else:
            self._open.pop()
            self._names.pop()

    def _put(self, value: Any) -> None:  # noqa: ANN401
        if not self._open:
            self.value = value
        elif isinstance(self._open[-1], dict):
            self._open[-1][self._names[-1]] = value
        else:
            self._open[-1].append(value)


def loaded(raw: bytes | str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """JSON that stands whole in memory; None where it is none.

    Nesting is limited by what the library takes without recursion of ours.
    """
    try:
        return orjson.loads(raw)
    except (orjson.JSONDecodeError, RecursionError):
        return None
