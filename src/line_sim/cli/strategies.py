"""The strategies that ``line-sim compare`` was asked to compare."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from line_sim.cli import asked
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.scenario import Scenario
    from line_sim.sim.variants import Variants

SAME_CUSTOMERS = ("start", "days", "customers", "recorded", "channels", "warm_start")
"""What must be equal in two scenarios for their customers to be the same."""


def one_way(scenarios: Sequence[str], *, choices: bool, every: bool) -> None:
    """Raise unless exactly one way of making strategies was asked for."""
    ways = [
        way
        for way, there in (
            ("several scenarios", len(scenarios) > 1),
            ("--vary", choices),
            ("--every-strategy", every),
        )
        if there
    ]
    if len(ways) != 1:
        given = " and ".join(ways) or "nothing to compare the scenario with"
        allowed = "--every-strategy, or --vary KEY=V1,V2, or a second scenario"
        raise ConfigurationError([Fault("compare", given, allowed)])


def made(given: Sequence[str], choices: dict[str, list[object]], *, every: bool) -> Variants:
    """The strategies asked for, by name."""
    from line_sim.sim.variants import (  # noqa: PLC0415 - the model, only when it runs
        Strategy,
        Variants,
        every_strategy,
        vary,
    )

    loaded = [asked.scenario(each) for each in given]
    if every:
        return every_strategy(loaded[0])
    if choices:
        return vary(loaded[0], choices)
    names = _told_apart([each.name for each in loaded], given)
    named = {name: Strategy(each) for name, each in zip(names, loaded, strict=True)}
    return Variants(named, _other_customers(loaded))


def _told_apart(names: Sequence[str], places: Sequence[str]) -> Sequence[str]:
    """Names of scenarios; where they are not all different the files' names, then their paths."""
    twice = [place for place, times in Counter(places).items() if times > 1]
    if twice:
        raise ConfigurationError([Fault("compare", f"{twice[0]} twice", "each scenario once")])
    stems = [Path(place).stem for place in places]
    return next(choice for choice in (names, stems, places) if len(set(choice)) == len(choice))


def _other_customers(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """A note, where scenarios do not meet the same customers."""
    first = scenarios[0]
    keys = [
        key
        for key in SAME_CUSTOMERS
        if any(getattr(each, key) != getattr(first, key) for each in scenarios)
    ]
    if not keys:
        return ()
    differing = ", ".join(keys)
    return (f"the scenarios differ in {differing}: not every customer is the same in all of them",)
