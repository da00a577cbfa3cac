"""Targets a planner sets, and the verdict on each: met, missed or not observed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_TARGET = re.compile(r"\s*(<=|>=)\s*([0-9.]+(?:e[+-]?[0-9]+)?)\s*(%?)\s*", re.IGNORECASE)


def verdicts(numbers: Mapping[str, float] | pd.Series, targets: Mapping[str, str]) -> pd.DataFrame:
    """One row a target, in the given order.

    Parameters
    ----------
    numbers
        What was measured, by name: :func:`line_sim.analysis.metrics.summary` of a log, or means
        over replications.
    targets
        Name of a number to its target: ``{"service_level": ">= 80 %", "away_rate": "<= 0.05"}``.
        A target exactly reached is met.

    Returns
    -------
    pandas.DataFrame
        value : what was measured.
        target : the target as given.
        slack : how far inside the target the value is; negative outside.
        verdict : ``met``, ``missed``, or ``not observed`` where there is no value: doing nothing
            meets no target.

    Raises
    ------
    ConfigurationError
        For every unknown name and every target that cannot be read, all at once.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that other imports need not wait for

    faults, lines = [], []
    for name, target in targets.items():
        where = f"targets.{name}"
        found = _TARGET.fullmatch(str(target))
        if name not in numbers:
            faults.append(Fault.unknown(where, name, numbers.keys()))
        elif found is None:
            allowed = "<= or >= and a number, with or without %"
            faults.append(Fault(where, repr(target), allowed, "for example '<= 5 %'"))
        else:
            lines.append({"name": name, **_verdict(float(numbers[name]), found), "target": target})
    if faults:
        raise ConfigurationError(faults)
    table = pd.DataFrame(lines, columns=["name", "value", "target", "slack", "verdict"])
    return table.set_index("name")


def _verdict(value: float, target: re.Match[str]) -> dict[str, float | str]:
    sign, digits, percent = target.groups()
    limit = float(digits) / (100 if percent else 1)
    slack = value - limit if sign == ">=" else limit - value
    if math.isnan(value):
        return {"value": value, "slack": slack, "verdict": "not observed"}
    return {"value": value, "slack": slack, "verdict": "met" if slack >= 0 else "missed"}
