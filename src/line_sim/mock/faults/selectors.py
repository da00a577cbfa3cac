"""Which occasions a fault spoils: the selectors all faults share."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError
from line_sim.errors import Fault as Mistake
from line_sim.mock.faults.fields import mistakes, number, word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from line_sim.net.clock import Instant

SECOND_US = 1_000_000


@dataclass(frozen=True, repr=False, kw_only=True)
class Fault:
    """A fault, and which occasions it spoils.

    An occasion *matches* by channel, user and time (and by operation or event). Of the matching
    ones, counted from the start, the first `skip` are left alone; of those after, every `every`-th
    is spoilt, each with `probability`, until `first` were. Each fault counts for itself, so adding
    another never changes what this one does.

    Raises
    ------
    ConfigurationError
        With everything that is wrong, where a selector or a parameter is impossible.
    """

    channel: str = word("", allowed="a channel's name or id")
    """Name or id of the channel; empty: any."""
    user: str = word("", allowed="a user's name or id")
    """A user, group or room the call or webhook is about, by id or visitor's name; empty: any."""
    every: int = number(1, whole=True, least=1, allowed="a whole number, 1 or more")
    probability: float = number(1.0, above=0, most=1, allowed="above 0, at most 1")
    first: int | None = number(None, whole=True, least=1, allowed="a whole number, 1 or more")
    """Most occasions spoilt; None: no end."""
    skip: int = number(0, whole=True, least=0, allowed="a whole number, 0 or more")
    after_s: float = number(0.0, least=0, allowed="0 s or more of schedule time")
    """Schedule seconds since the start from which on it is in force."""
    until_s: float | None = number(None, above=0, allowed="more than 0 s of schedule time")
    """... and from which on it is over."""

    def __post_init__(self) -> None:
        found = list(self._mistakes())
        if found:
            raise ConfigurationError(found)

    def _mistakes(self) -> Iterator[Mistake]:
        """Everything that is wrong."""
        found = list(mistakes(self))
        yield from found
        if not found and self.until_s is not None and self.until_s <= self.after_s:
            where = f"{type(self).__name__}.until_s"
            yield Mistake(where, f"{self.until_s} s", f"more than after_s, {self.after_s} s")

    def matches(self, channels: Collection[str], users: Collection[str], now: Instant) -> bool:
        """Whether channel, user and time match."""
        at_us = now.schedule_us
        return (
            at_us >= self.after_s * SECOND_US
            and (self.until_s is None or at_us < self.until_s * SECOND_US)
            and (not self.channel or self.channel in channels)
            and (not self.user or self.user in users)
        )

    def to_dict(self) -> dict[str, Any]:
        """As TOML, JSON and the control API write it; :func:`fault_from` reads it again."""
        return {"fault": type(self).__name__, **dict(self._said())}

    def _said(self) -> Iterator[tuple[str, Any]]:
        """The fields that are not as by default."""
        for each in dataclasses.fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                yield each.name, value

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self._said())
        return f"{type(self).__name__}({said})"


def pattern_matches(pattern: str, *words: str) -> bool:
    """Whether a name or a glob is one of some words; an empty pattern is all of them."""
    return not pattern or any(pattern == each or fnmatchcase(each, pattern) for each in words)


def plain_name(pattern: str) -> bool:
    """Whether a pattern is a name, neither empty nor a glob nor a path."""
    return bool(pattern) and not set(pattern) & set("*?[/")
