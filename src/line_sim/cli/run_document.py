"""The results of ``line-sim simulate`` as one JSON document; ``docs/cli.md`` lists its keys."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from line_sim.analysis import fairness, metrics

if TYPE_CHECKING:
    import pandas as pd

    from line_sim.cli.simulate import Outcome
    from line_sim.scenario import Scenario

FORMAT = "line_sim.simulate"
VERSION = 1


def run_document(outcome: Outcome, files: dict[str, str]) -> dict[str, Any]:
    """Everything known about a simulation, as plain data."""
    study, log = outcome.study, outcome.log
    table = study.table().droplevel("strategy")[["mean", "low", "high", "replications"]]
    fair = fairness.summary(log, seed=outcome.seed).reset_index()
    members = fairness.table(log, seed=outcome.seed).join(
        metrics.by_staff(log)[["occupancy", "load", "shift_hours", "offers", "missed_offers"]]
    )
    story = outcome.story
    return {
        "format": FORMAT,
        "version": VERSION,
        "line_sim": version("line_sim"),
        "scenario": about(outcome.scenario),
        "seed": outcome.seed,
        "engine": outcome.engine,
        "replications": outcome.replications,
        "metrics": rows(table.rename(columns={"mean": "value"}), "metric"),
        "targets": rows(outcome.verdicts(), "metric"),
        "first_run": {
            "rows": len(log),
            "staff": rows(members, "member"),
            "reasons": rows(metrics.by_reason(log), "reason"),
            "fairness": fair.to_dict("records"),
        },
        "story": None if story is None else {
            "enquiry": story.enquiry, "lines": story.lines, "seen": story.seen,
        },
        "files": files,
    }  # fmt: skip


def about(scenario: Scenario) -> dict[str, Any]:
    """What identifies a scenario, and what was suspicious about it."""
    return {
        "name": scenario.name,
        "start": scenario.start.isoformat(),
        "utc_offset": scenario.utc_offset,
        "days": scenario.days,
        "service_level_s": scenario.service_level_s,
        "currency": scenario.costs.currency,
        "warnings": [
            {"where": one.where, "given": one.given, "allowed": one.allowed, "mend": one.mend}
            for one in scenario.warnings()
        ],
    }


def rows(table: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    """A frame as one object a row; its index under `name`."""
    named: list[dict[str, Any]] = table.rename_axis(name).reset_index().to_dict("records")
    return named
