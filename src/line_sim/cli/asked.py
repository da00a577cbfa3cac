"""What was asked for on the command line, checked before anything runs.

Each function raises :class:`~line_sim.errors.ConfigurationError` with the place, what was given,
what is allowed and the nearest that is.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from line_sim.cli.screen import remark
from line_sim.cli.wording import counted
from line_sim.errors import ConfigurationError, Fault, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from line_sim.analysis.stopping import Goal
    from line_sim.scenario import Scenario

ENGINES = ("auto", "compiled", "python", "simpy")
MOST_REPLICATIONS = 100_000
MOST_WORKERS = 256
LARGEST_SEED = 2**63 - 1  # the largest whole number that a log's header carries

_KEY = re.compile(r'((?:[^="]|"[^"]*")+)=(.*)', re.DOTALL)
_VALUE = re.compile(r'(?:\[[^\]]*\]|\{[^}]*\}|"[^"]*"|\'[^\']*\'|[^,])*')
_PRECISION = re.compile(r"([^=]+)=\s*([0-9.]+(?:e[+-]?[0-9]+)?)\s*(%?)", re.IGNORECASE)


def engine(name: str) -> str:
    """An engine's name, if there is one."""
    if name not in ENGINES:
        raise ConfigurationError([Fault.unknown("--engine", name, ENGINES)])
    return name


def installed(name: str) -> None:
    """Raise where an engine's library is not installed."""
    from line_sim.sim.engine import chosen_engine  # noqa: PLC0415 - the model

    chosen_engine(name, visits=0)


def scenario(given: str) -> Scenario:
    """The scenario in a file or of a name, its warnings told on stderr."""
    from line_sim.scenario import Scenario  # noqa: PLC0415 - pydantic, only where one is read

    found = Scenario.load(given)
    warned = found.warnings()
    if warned:
        remark(f"{found.name}: {counted(len(warned), 'warning')}")
        for warning in warned:
            remark(f"  {warning}")
    return found


def choices(given: Sequence[str]) -> dict[str, list[object]]:
    """Values by key path, from ``KEY=V1,V2``; commas in brackets and quotation marks stay."""
    found: dict[str, list[object]] = {}
    faults = []
    for text in given:
        parts = _KEY.fullmatch(text)
        values = _split(parts[2]) if parts else []
        key = parts[1].strip() if parts else ""
        if not key or not values or not all(values):
            mend = "for example destinations.*.distribution=most_idle,round_robin"
            faults.append(Fault("--vary", repr(text), "KEY=V1,V2", mend))
        elif key in found:
            mend = f"put all values after one {key}="
            faults.append(Fault("--vary", f"{key} twice", "each key once", mend))
        elif len(set(values)) < len(values):
            faults.append(Fault("--vary", repr(text), "each value once"))
        else:
            found[key] = list(values)
    if faults:
        raise ConfigurationError(faults)
    return found


def _split(text: str) -> list[str]:
    """The values in a text with commas between, empty ones too."""
    values, at = [], 0
    while at <= len(text):
        found = _VALUE.match(text, at)
        value = found[0] if found else ""
        values.append(value.strip())
        at += len(value) + 1
    return values


def goals(given: Sequence[str]) -> list[Goal]:
    """How precise which metric is to be, from ``METRIC=5%`` or ``METRIC=0.01`` (its own unit)."""
    from line_sim.analysis.stopping import Goal  # noqa: PLC0415 - numpy

    found, faults = [], []
    for text in given:
        parts = _PRECISION.fullmatch(text.strip())
        size = _size(parts[2]) if parts else 0.0
        if parts is None or size <= 0:
            mend = "for example service_level=5%, or away_rate=0.01"
            allowed = "METRIC=NUMBER or METRIC=NUMBER%, above 0"
            faults.append(Fault("--precision", repr(text), allowed, mend))
        elif parts[3]:
            found.append(Goal(metric=parts[1].strip(), relative=size / 100))
        else:
            found.append(Goal(metric=parts[1].strip(), absolute=size))
    if faults:
        raise ConfigurationError(faults)
    known("--precision", [goal.metric for goal in found])
    return found


def _size(text: str) -> float:
    """A number, 0 where the text is none that is finite."""
    try:
        size = float(text)
    except ValueError:
        return 0.0
    return size if math.isfinite(size) else 0.0


def all_metrics() -> tuple[str, ...]:
    """The name of every metric of a study."""
    from line_sim.analysis.metrics import measures  # noqa: PLC0415 - numpy
    from line_sim.log import EventLog  # noqa: PLC0415 - numpy
    from line_sim.sim.experiment import EXCESS, UNFAIRNESS  # noqa: PLC0415 - all of sim

    return (*measures(EventLog()), UNFAIRNESS, EXCESS)


def known(where: str, metrics: Sequence[str]) -> None:
    """Raise unless every one is the name of a metric."""
    names = all_metrics() if metrics else ()
    faults = []
    for name in metrics:
        if name not in names:
            nearest = suggest(name, names)
            mend = f"did you mean {nearest!r}?" if nearest else "docs/log.md explains each"
            allowed = f"one of the {len(names)} metrics that --json lists"
            faults.append(Fault(where, f"{name!r} is unknown", allowed, mend))
    if faults:
        raise ConfigurationError(faults)


def strategy(name: str | None, names: Sequence[str]) -> None:
    """Raise unless the baseline is one of the strategies compared."""
    if name is not None and name not in names:
        raise ConfigurationError([Fault.unknown("--baseline", name, names)])


def targets(scenarios: Mapping[str, Scenario], *, needed: bool) -> None:
    """Raise where a target cannot be read, or none is there although `needed`."""
    from line_sim.analysis.targets import verdicts  # noqa: PLC0415 - pandas

    nothing = dict.fromkeys(all_metrics(), math.nan)
    for each in {id(one): one for one in scenarios.values()}.values():
        verdicts(nothing, each.targets)
    lacking = [name for name, each in scenarios.items() if not each.targets]
    if needed and lacking:
        where, mend = f"--check of {lacking[0]!r}", 'for example service_level = ">= 80 %"'
        raise ConfigurationError([Fault(where, "no targets", "[targets] in the scenario", mend)])
