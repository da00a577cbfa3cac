"""The report of a comparison: one HTML page that needs nothing but itself.

Figures are embedded, tables are HTML, nothing is loaded from anywhere. The page carries no date, so
the same study gives the same page.
"""

from __future__ import annotations

import base64
import math
import os
import platform
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from line_sim.analysis.metrics import SERVICE_LEVELS
from line_sim.analysis.report_figures import closely, comparisons
from line_sim.analysis.targets import verdicts
from line_sim.errors import ConfigurationError, Fault, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from line_sim.analysis.plots.embedded import Picture
    from line_sim.analysis.plots.words import Quantity
    from line_sim.analysis.study import Study
    from line_sim.log import EventLog
    from line_sim.scenario import Scenario

__all__ = ["MAIN", "write_report"]

MAIN = (
    "away_rate_in_hours", "away_rate", "missed_rate", "service_level",
    "waiting_time_answered_s_mean", "waiting_time_answered_s_p90", "first_response_time_s_mean",
    "unanswered_after_pickup", "occupancy", "cost_per_enquiry", "gini_per_available_hour",
    "gini_excess_over_chance",
)  # fmt: skip
"""Metrics a report compares first, in this order, where the study has them."""

_FIRST = ("away_rate_in_hours", "away_rate", "missed_rate", "service_level")
_SECOND = ("waiting_time_answered_s_mean", "waiting_time_s_mean", "service_level", "missed_rate")
_TEMPLATE = "report.html.jinja"
_SMALL = 0.001


def write_report(  # noqa: PLR0913, PLR0917 - what is told, and where
    path: str | Path,
    study: Study,
    logs_by_strategy: Mapping[str, EventLog],
    scenario: Scenario,
    warnings: Iterable[object] = (),
    force: bool = False,  # noqa: FBT001, FBT002 - as everywhere that writes
    *,
    facts: Mapping[str, object] | None = None,
) -> Path:
    """Write the report of `study` as one HTML file.

    Parameters
    ----------
    path
        The file; its folder is made where it is missing.
    study
        The comparison.
    logs_by_strategy
        The log of one replication of each strategy, to be looked at closely; may lack some.
    scenario
        What was varied: its name, sources, targets and settings are told.
    warnings
        Of the scenario (``scenario.warnings()``), each shown as its text.
    force
        Whether to replace a file that is there.
    facts
        More that is needed to make the study again, by name: ``{"engine": "compiled"}``.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    OutputExistsError
        If there is such a file already and not `force`; nothing is written.
    ConfigurationError
        If a log is of no strategy of the study.
    """
    target = Path(path)
    if target.exists() and not force:
        raise OutputExistsError(target)
    if faults := [
        Fault.unknown("logs_by_strategy", name, study.names)
        for name in logs_by_strategy
        if name not in study.names
    ]:
        raise ConfigurationError(faults)
    page = _page(study, logs_by_strategy, scenario, [str(one) for one in warnings], facts or {})
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_text(page, encoding="utf-8", newline="\n")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _page(
    study: Study,
    logs: Mapping[str, EventLog],
    scenario: Scenario,
    warnings: Sequence[str],
    facts: Mapping[str, object],
) -> str:
    """The whole page; every text is escaped on its way in."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only where a page is made

    text = resources.files("line_sim.analysis").joinpath(_TEMPLATE).read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    main = _main_metrics(study, scenario)
    return environment.from_string(text).render(
        name=scenario.name,
        study=study,
        percent=f"{100 * study.level:g} %",
        findings=_findings(study),
        comparison=_comparison(study, main),
        other_metrics=_comparison(study, [one for one in study.metrics if one not in main]),
        targets=_targets(study, scenario.targets),
        figures=[_embedded(one) for one in comparisons(study, main)],
        strategies=[
            (name, [_embedded(one) for one in closely(logs[name], first=place == 0)])
            for place, name in enumerate(one for one in study.names if one in logs)
        ],
        notes=_switched(study, scenario),
        how=study.notes[len(study.given_notes) :],
        warnings=warnings,
        source=scenario.source.strip(),
        definitions=_definitions(study, main, scenario),
        facts=_facts(study, logs, scenario, facts),
    )


def _main_metrics(study: Study, scenario: Scenario) -> list[str]:
    """Those of :data:`MAIN` and of the targets that the study has; the first few if none."""
    wanted = dict.fromkeys((*MAIN, *scenario.targets))
    return [one for one in wanted if one in study.metrics] or list(study.metrics[:6])


def _findings(study: Study) -> list[str]:
    """Two sentences, about metrics chosen before looking: away messages, then waits."""
    from line_sim.analysis.plots.findings import finding  # noqa: PLC0415 - matplotlib is large

    chosen: list[str] = []
    for wanted in (_FIRST, _SECOND, study.metrics, study.metrics):
        chosen += [one for one in wanted if one in study.metrics and one not in chosen][:1]
    return [f"{finding(study, metric)}." for metric in chosen[:2]]


def _comparison(study: Study, metrics: Sequence[str]) -> list[dict[str, Any]]:
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
    texts = [f"{value:,.{digits}f}" if math.isfinite(value) else "" for value in scaled]
    if half > 0:
        return texts
    return [f"{value:,.4g}" if math.isfinite(value) else "" for value in scaled]


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


def _targets(study: Study, targets: Mapping[str, str]) -> list[dict[str, Any]]:
    """One entry a target: value and verdict under each strategy, and whether that is certain."""
    from line_sim.analysis.plots.words import quantity, sentence  # noqa: PLC0415 - as above

    if not targets:
        return []
    missing = {name: math.nan for name in targets if name not in study.metrics}
    found: list[dict[str, Any]] = [
        {"words": sentence(quantity(name).words), "target": target, "cells": []}
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


def _switched(study: Study, scenario: Scenario) -> list[str]:
    """What a reader must know first, what was switched off above all."""
    notes = list(study.given_notes)
    if any("strict_cinnox" in note for note in notes):
        return notes
    strict = scenario.service.strict_cinnox
    state = (
        "strict_cinnox is on: the desk does only what the product can do"
        if strict
        else "strict_cinnox is off: the desk may do what the product cannot"
    )
    return [state, *notes]


def _definitions(study: Study, main: Sequence[str], scenario: Scenario) -> dict[str, str]:
    """What the metrics of the first table mean, by name."""
    meant = {}
    for name in main:
        if name in SERVICE_LEVELS:
            within = f"in time is within {scenario.service_level_s:g} s"
            meant[name] = f"{SERVICE_LEVELS[name]}; {within}"
        if name in study.definitions:
            meant[name] = "; ".join(filter(None, [study.definitions[name], meant.get(name)]))
    return meant


def _facts(
    study: Study, logs: Mapping[str, EventLog], scenario: Scenario, more: Mapping[str, object]
) -> dict[str, str]:
    """What somebody needs to make the same study again."""
    engines = {str(log.header["engine"]) for log in logs.values() if log.header.get("engine")}
    facts = {
        "scenario": scenario.name,
        "simulated": f"{scenario.days:g} days from {scenario.start:%Y-%m-%d %H:%M}, "
        f"UTC{scenario.utc_offset}",
        "strategies": ", ".join(study.names),
        "baseline": study.baseline,
        "seed": "unknown" if study.seed is None else str(study.seed),
        "replications": str(len(study.replications)),
        "engine": ", ".join(sorted(engines)),
        "line_sim": metadata.version("line_sim"),
        "Python": platform.python_version(),
        "numpy": metadata.version("numpy"),
        **{name: str(value) for name, value in more.items()},
    }
    return {name: value for name, value in facts.items() if value}


def _embedded(one: Picture) -> dict[str, object]:
    data = base64.b64encode(one.png).decode("ascii")
    return {"title": one.title, "source": f"data:image/png;base64,{data}", "width": one.width}
