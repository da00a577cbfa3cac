"""Strategies to compare: one scenario in several variants."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, get_args

from line_sim.desk.setup import Chatbot, Distribution
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from line_sim.desk.setup import Key
    from line_sim.scenario import Scenario

DISTRIBUTIONS: tuple[str, ...] = get_args(Distribution)
"""Every distribution there is, by name."""

STRICT_OFF = (
    "strict_cinnox was switched off: the product itself allows groups Simultaneous and Fixed Order "
    "only, and queues these two, Most Idle and Round Robin"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Strategy:
    """A scenario and planners' own distributions for some of its destinations.

    Parameters
    ----------
    scenario : what is run.
    methods : functions ``key(member, enquiry, now)`` by destination name, see
        :func:`line_sim.check_distribution`.
    """

    scenario: Scenario
    methods: Mapping[str, Key] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Variants:
    """Strategies by name, and what a reader must know of how they were made."""

    strategies: dict[str, Strategy]
    notes: tuple[str, ...] = ()


def vary(scenario: Scenario, choices: Mapping[str, Sequence[object]]) -> Variants:
    """Make one variant of a scenario for every combination of choices.

    Parameters
    ----------
    scenario : the one to vary.
    choices : values by key path, see :meth:`line_sim.Scenario.with_value`; chatbots are left out of
        ``destinations.*.distribution``.

    Returns
    -------
    Variants
        Named by the value where one key is varied, else ``"key=value, key=value"``.

    Raises
    ------
    ConfigurationError
        Where a path leads nowhere or a value may not stand there, with the variant's name.
    """
    notes: tuple[str, ...] = ()
    if not choices or not all(choices.values()):
        fault = Fault("vary", "nothing", "at least one key with values", "KEY=V1,V2")
        raise ConfigurationError([fault])
    if scenario.service.strict_cinnox and any("distribution" in path for path in choices):
        scenario = scenario.with_value("service.strict_cinnox", value=False)
        notes = (STRICT_OFF,)
    made = {}
    for values in itertools.product(*choices.values()):
        pairs = list(zip(choices, values, strict=True))
        name = str(values[0]) if len(pairs) == 1 else ", ".join(f"{k}={v}" for k, v in pairs)
        variant = scenario
        for path, value in pairs:
            for each in _paths(variant, path):
                variant = variant.with_value(each, value)
        made[name] = Strategy(variant)
    return Variants(made, notes)


def every_strategy(scenario: Scenario, own: Mapping[str, Key] | None = None) -> Variants:
    """Make one variant for every distribution a scenario's staff can work under.

    Parameters
    ----------
    scenario : the one to vary.
    own : planners' own distributions by name, functions ``key(member, enquiry, now)``; each makes
        one variant more, in which every staffed destination goes by it.

    Returns
    -------
    Variants
        Most Spare Capacity needs a cap for every member; without, it is left out and a note says
        so.

    Raises
    ------
    ConfigurationError
        Where a planner's own distribution has the name of one that there is.
    """
    taken = [Fault(f"own.{name}", "taken", "a name of its own") for name in own or {}
             if name in DISTRIBUTIONS]  # fmt: skip
    if taken:
        raise ConfigurationError(taken)
    capped = scenario.service.max_concurrent is not None or all(
        member.max_concurrent is not None for member in scenario.members
    )
    names = [name for name in DISTRIBUTIONS if capped or name != "most_spare_capacity"]
    made = vary(scenario, {"destinations.*.distribution": names})
    free = scenario.with_value("service.strict_cinnox", value=False)
    staffed = [each.name for each in scenario.destinations if not isinstance(each, Chatbot)]
    planned = {
        name: Strategy(free, dict.fromkeys(staffed, key)) for name, key in (own or {}).items()
    }
    notes = made.notes
    if not capped:
        missing = "most_spare_capacity was left out: it needs max_concurrent for every member"
        notes = (*notes, missing)
    return Variants({**made.strategies, **planned}, notes)


def _paths(scenario: Scenario, path: str) -> list[str]:
    """Return the path; one for each staffed destination where it names the distribution of all."""
    if path != "destinations.*.distribution":
        return [path]
    return [
        f"destinations[{place}].distribution"
        for place, destination in enumerate(scenario.destinations)
        if not isinstance(destination, Chatbot)
    ]
