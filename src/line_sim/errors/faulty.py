"""Faults of what people write: scenarios, rosters, settings, arguments."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def suggest(word: str, allowed: Iterable[str]) -> str:
    """The allowed word nearest to `word`, or ``""`` where none is near; capitals do not count."""
    by_folded = {choice.casefold(): choice for choice in allowed}
    near = get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else ""


def counted(number: int, noun: str) -> str:
    """A number with its noun, which gets an s unless there is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a configuration.

    Parameters
    ----------
    where
        The place, as a path through the file: ``channels[0].rule.shares``.
    given
        What stands there: ``percentages sum to 110``.
    allowed
        What may stand there: ``at most 100``.
    mend
        The likely mend or the reason, where there is one to offer: ``60 + 50``.
    """

    where: str
    given: str
    allowed: str
    mend: str = ""

    @classmethod
    def unknown(cls, where: str, word: str, allowed: Iterable[str]) -> Fault:
        """The fault of a word outside a fixed list, with the nearest allowed one as its mend."""
        choices = sorted(allowed)
        nearest = suggest(word, choices)
        mend = f"did you mean {nearest!r}?" if nearest else ""
        return cls(where, f"{word!r} is unknown", f"one of {', '.join(choices)}", mend)

    def __str__(self) -> str:
        mend = f" ({self.mend})" if self.mend else ""
        return f"{self.where}: {self.given}; {self.allowed}{mend}"


class LineSimError(Exception):
    """Anything this package raises on purpose."""


class ConfigurationError(LineSimError, ValueError):
    """A configuration that says something impossible.

    Attributes
    ----------
    faults : tuple of Fault
        Everything that is wrong, not only the first thing.
    source : str
        The file they are in, or ``""`` for a configuration made in Python.
    """

    def __init__(self, faults: Iterable[Fault], source: str | Path = "") -> None:
        self.faults = tuple(faults)
        self.source = str(source)
        super().__init__(self.faults, self.source)

    def __str__(self) -> str:
        place = f"{self.source}: " if self.source else ""
        lines = "".join(f"\n  {fault}" for fault in self.faults)
        return f"{place}{counted(len(self.faults), 'fault')}{lines}"


class RosterError(ConfigurationError):
    """A roster that says something impossible; `where` of a fault is a row and a column."""


class ScenarioSyntaxError(LineSimError, ValueError):
    """A file that cannot be read at all, so that no fault beyond this one can be found.

    Attributes
    ----------
    path : str
        The file.
    line, column : int
        The place in it, both counted from 1.
    reason : str
        What the reader stumbled over.
    """

    def __init__(self, path: str | Path, line: int, column: int, reason: str) -> None:
        self.path = str(path)
        self.line = line
        self.column = column
        self.reason = reason
        super().__init__(self.path, line, column, reason)

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}, column {self.column}: {self.reason}"
