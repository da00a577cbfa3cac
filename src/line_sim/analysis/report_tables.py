"""The tables of a report, every number as the text that stands there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from line_sim.analysis.targets import verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from line_sim.analysis.plots.words import Quantity
    from line_sim.analysis.study import Study

__all__ = ["against_targets", "comparison"]

_SMALL = 0.001


def comparison(study: Study, metrics: Sequence[str]) -> list[dict[str, Any]]:
    """One entry a metric: its name in words and one line a strategy, every number as text."""
    from line_sim.analysis.plots.words import quantity, sentence  # noqa: PLC0415 - as above

    found = []
    for metric in metrics:
        table = study.table([metric]).droplevel("metric")
        said = quantity(metric, table["mean"])
        lines = [
            {
                "strategy": name,
                "baseline": name == study.baseline,
                "told": row["p"] < 1 - study.level,
                "p": _p(row["p"]),
                "mean": _numbers(said, row["mean"], row["mean"], row["low"], row["high"])[0],
                "interval": _between(said, row["low"], row["high"]),
                "difference": _difference(
                    said, row["difference"], row["difference_low"], row["difference_high"]
                ),
            }
            for name, row in table.iterrows()
        ]
        found.append({"metric": metric, "words": sentence(said.axis), "lines": lines})
    return found


def _numbers(said: Quantity, *values: float) -> list[str]:
    """Numbers without unit, to the second digit of the spread of all but the first."""
    scaled = [value * said.scale for value in values]
    known = [value for value in scaled[1:] if math.isfinite(value)]
    half = (max(known) - min(known)) / 2 if known else 0.0
    digits = min(6, max(0, 1 - math.floor(math.log10(half)))) if half > 0 else 3
    form = f",.{digits}f" if half > 0 else ",.4g"
    texts = [f"{value:{form}}" if math.isfinite(value) else "" for value in scaled]
    return [text.replace("-", "\N{MINUS SIGN}") for text in texts]


def _between(said: Quantity, low: float, high: float) -> str:
    if math.isnan(low):
        return ""
    _, first, last = _numbers(said, low, low, high)
    return f"{first} to {last}"


def _difference(said: Quantity, estimate: float, low: float, high: float) -> str:
    """The difference with its sign and interval; empty for the baseline."""
    if math.isnan(estimate):
        return ""
    middle, first, last = _numbers(said, estimate, low, high)
    sign = "+" if estimate > 0 else ""
    return f"{sign}{middle} ({first} to {last})"


def _p(value: float) -> str:
    if math.isnan(value):
        return ""
    return "< 0.001" if value < _SMALL else f"{value:.3f}"


def against_targets(study: Study, targets: Mapping[str, str]) -> list[dict[str, Any]]:
    """One entry a target: value and verdict under each strategy, and whether that is certain."""
    from line_sim.analysis.plots.words import quantity, sentence  # noqa: PLC0415 - as above

    if not targets:
        return []
    missing = {name: math.nan for name in targets if name not in study.metrics}
    found: list[dict[str, Any]] = [
        {
            "words": sentence(quantity(name).words),
            "target": target.replace(">=", "≥").replace("<=", "≤"),
            "cells": [],
        }
        for name, target in targets.items()
    ]
    for strategy in study.names:
        known = {one: study.interval(one, strategy) for one in targets if one in study.metrics}
        means = {name: one.estimate for name, one in known.items()}
        for entry, (metric, row) in zip(
            found, verdicts(missing | means, targets).iterrows(), strict=True
        ):
            half = known[metric].half_width if metric in known else math.nan
            (value,) = quantity(str(metric), [row["value"]]).said(row["value"])
            seen = row["verdict"] != "not observed"
            entry["cells"].append(
                {
                    "value": value if seen else "",
                    "verdict": row["verdict"],
                    "certain": seen and abs(row["slack"]) > half,
                    "sign": {"met": "✓", "missed": "✗"}.get(row["verdict"], "?"),
                }
            )
    return found
