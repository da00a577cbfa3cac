"""The checks by number, and the probes that give them something to see.

A *probe* plays one situation against a live bridge and leaves marks in the ledger; a *check* is a
function over the ledger and nothing else, so it reads a recording made earlier just as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Seen
    from line_sim.replay.checks.verdicts import Verdict

    Judge = Callable[[Seen], Verdict]
    Play = Callable[[Bench], None]

Level = Literal["M", "S", "P"]
LEVELS = {"M": "must", "S": "recommended", "P": "product sense"}
Edge = Literal["E", "A", "E/A"]
"""Whether LINE's side alone decides (E), the agents' side must show it (A), or shows more (E/A)."""

SECTIONS = (
    "signatures",
    "envelopes",
    "reception",
    "ordering",
    "redelivery",
    "tolerance",
    "changes",
    "friendship",
    "conversation",
    "inbound_media",
    "outbound_media",
    "replies",
    "retries",
    "overload",
    "texts",
    "staff_names",
    "courtesy",
    "operation",
    "channels",
    "reconciliation",
    "credentials",
    "rotation",
)  # one a line, in the order they are played
"""The modules of this package that hold probes and checks."""


@dataclass(frozen=True, slots=True)
class Check:
    """One conformance check."""

    number: int
    name: str
    level: Level
    edge: Edge
    source: str
    judge: Judge


@dataclass(frozen=True, slots=True)
class Probe:
    """One situation; `serves` are the checks that look at it."""

    name: str
    serves: tuple[int, ...]
    play: Play


_CHECKS: dict[int, Check] = {}
_PROBES: dict[str, Probe] = {}


def check(
    number: int, name: str, *, level: Level, edge: Edge, source: str
) -> Callable[[Judge], Judge]:
    """Register a function over what was seen as the check of that number."""

    def registered(judge: Judge) -> Judge:
        if number in _CHECKS:
            message = f"check {number} is there twice"
            raise ValueError(message)
        _CHECKS[number] = Check(number, name, level, edge, source, judge)
        return judge

    return registered


def probe(*serves: int) -> Callable[[Play], Play]:
    """Register a situation, under the function's name, for the checks of these numbers."""

    def registered(play: Play) -> Play:
        if play.__name__ in _PROBES:
            message = f"probe {play.__name__} is there twice"
            raise ValueError(message)
        _PROBES[play.__name__] = Probe(play.__name__, serves, play)
        return play

    return registered


def every_check() -> dict[int, Check]:
    """All checks by number, ascending."""
    _load()
    return dict(sorted(_CHECKS.items()))


def every_probe() -> list[Probe]:
    """All probes, in the order they are played."""
    _load()
    return list(_PROBES.values())


def _load() -> None:
    for section in SECTIONS:
        import_module(f"line_sim.replay.checks.{section}")
