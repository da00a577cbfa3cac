"""What of a drawn world a live bridge can be given: some hours of it, and nothing it cannot have.

A bridge has no chatbots, meets every visitor for the first time, and sees nobody leave. The same
part, simulated, is what a live run is held against.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from line_sim.desk.model import SECOND
from line_sim.desk.setup import Chatbot
from line_sim.errors import ConfigurationError, Fault
from line_sim.world.drawn import AWAY_END, BREAK_END, SHIFT_END, SHIFT_START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.desk.setup import DeskSetup
    from line_sim.world.drawn import World

_LISTS = frozenset({"destinations", "other_schedule", "percentage_remainder"})
HOUR_US = 3600 * SECOND


def part_of(world: World, from_us: int, until_us: int) -> World:
    """A world between two instants, as a bridge can have it; times stay what they were.

    Parameters
    ----------
    from_us, until_us
        Microseconds since the world's start; who is at work then begins at the first.

    Raises
    ------
    ConfigurationError
        Nothing is left of the span, or a rule leads to chatbots alone.
    """
    if not 0 <= from_us < until_us:
        given = f"{from_us / SECOND:g} s to {until_us / SECOND:g} s"
        raise ConfigurationError([Fault("span", given, "an end after its start")])
    visits = world.visits[(world.visits["at"] >= from_us) & (world.visits["at"] < until_us)].copy()
    visits = visits[visits["owner"] < 0]
    return dataclasses.replace(
        world,
        setup=without_chatbots(world.setup),
        visits=visits,
        staff_events=_events(world.staff_events, from_us, until_us),
        end_us=until_us,
        until_us=until_us,
        known=world.known[:0],
        memory=world.memory[:0],
        abandonment="silent",
    )


def busiest(world: World) -> int:
    """When the hour begins in which most visits come, microseconds; a whole hour."""
    if not len(world.visits):
        return 0
    hours = np.bincount((world.visits["at"] // HOUR_US).astype(np.int64))
    return int(hours.argmax()) * HOUR_US


def without_chatbots(setup: DeskSetup) -> DeskSetup:
    """A setup whose chatbots are gone from destinations, rules and tags.

    Raises
    ------
    ConfigurationError
        A rule leads to nothing else.
    """
    bots = {place.name for place in setup.destinations if isinstance(place, Chatbot)}
    if not bots:
        return setup
    channels = []
    for channel in setup.channels:
        rule = _without(channel.rule, bots)
        if not any(True for _ in _named(rule)):
            given = f"{channel.name} leads to chatbots alone"
            raise ConfigurationError([Fault("rule", given, "people in it: a bridge has no bots")])
        channels.append(dataclasses.replace(channel, rule=rule))
    tags = {tag: tuple(n for n in names if n not in bots) for tag, names in setup.tags.items()}
    return dataclasses.replace(
        setup,
        destinations=tuple(place for place in setup.destinations if place.name not in bots),
        channels=tuple(channels),
        tags={tag: names for tag, names in tags.items() if names},
    )


def _without(value: Any, bots: set[str], field: str = "") -> Any:  # noqa: ANN401 - any part
    """A rule, or a part of one, without some destinations."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        changed = {name: _without(part, bots, name) for name, part in parts.items()}
        return dataclasses.replace(value, **changed)
    if isinstance(value, tuple):
        if field in _LISTS:
            return tuple(name for name in value if name not in bots)
        return tuple(_without(each, bots) for each in value)
    return value


def _named(value: Any, field: str = "") -> Iterator[str]:  # noqa: ANN401 - any part
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            yield from _named(getattr(value, each.name), each.name)
    elif isinstance(value, tuple):
        for each in value:
            if field in _LISTS:
                yield each
            else:
                yield from _named(each)


def _events(events: np.ndarray, from_us: int, until_us: int) -> np.ndarray:
    """What happens to staff within a span; where everybody stands at its start comes first."""
    standing: dict[int, list[int]] = {}
    for _at, m, what in events[events["at"] < from_us].tolist():
        if what == SHIFT_START:
            standing[m] = [SHIFT_START]
        elif what == SHIFT_END:
            standing.pop(m, None)
        elif m in standing and what in {BREAK_END, AWAY_END}:
            standing[m] = [SHIFT_START]
        elif m in standing:
            standing[m].append(what)
    first = [(from_us, m, what) for m in sorted(standing) for what in standing[m]]
    within = events[(events["at"] >= from_us) & (events["at"] < until_us)]
    made = np.zeros(len(first) + len(within), events.dtype)
    made[: len(first)] = np.array(first, events.dtype) if first else made[:0]
    made[len(first) :] = within
    return made
