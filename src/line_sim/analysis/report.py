"""The report of a comparison: one HTML page that needs nothing but itself.

Figures are embedded, tables are HTML, nothing is loaded from anywhere. The page carries no date, so
the same study gives the same page.
"""

from __future__ import annotations

import base64
import os
import platform
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING

from line_sim.analysis.metrics import SERVICE_LEVELS
from line_sim.analysis.report_tables import against_targets, comparison
from line_sim.errors import ConfigurationError, Fault, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from line_sim.analysis.plots.embedded import Picture
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

    from line_sim.analysis.plots.in_report import closely, comparisons  # noqa: PLC0415 - large
    from line_sim.analysis.plots.words import together  # noqa: PLC0415 - as above

    text = resources.files("line_sim.analysis").joinpath(_TEMPLATE).read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    main = _main_metrics(study, scenario)
    return environment.from_string(text).render(
        name=scenario.name,
        study=study,
        percent=f"{100 * study.level:g} %",
        findings=[together(one) for one in _findings(study)],
        comparison=comparison(study, main),
        other_metrics=comparison(study, [one for one in study.metrics if one not in main]),
        targets=against_targets(study, scenario.targets),
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
