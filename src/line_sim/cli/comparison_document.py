"""The results of ``line-sim compare`` as one JSON document; ``docs/cli.md`` lists its keys."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from line_sim.cli.run_document import about, rows
from line_sim.cli.wording import winner
from line_sim.errors import NotEnoughDataError

if TYPE_CHECKING:
    from line_sim.analysis.study import Study
    from line_sim.cli.compare import Comparison

FORMAT = "line_sim.compare"
VERSION = 1


def comparison_document(found: Comparison, files: dict[str, str]) -> dict[str, Any]:
    """Everything known about a comparison, as plain data."""
    study = found.study
    return {
        "format": FORMAT,
        "version": VERSION,
        "line_sim": version("line_sim"),
        "strategies": [
            {"strategy": name, "scenario": about(found.scenarios[name])} for name in study.names
        ],
        "baseline": study.baseline,
        "seed": study.seed,
        "engine": found.engine,
        "replications": len(study.replications),
        "level": study.level,
        "table": study.table().reset_index().to_dict("records"),
        "best": list(_best(study)),
        "targets": [
            {"strategy": name, **row}
            for name, verdicts in found.verdicts().items()
            for row in rows(verdicts, "metric")
        ],
        "notes": list(study.notes),
        "files": files,
    }


def _best(study: Study) -> Any:  # noqa: ANN401 - yields plain data
    """The best strategy by each metric of which it is known what is better."""
    for metric in study.metrics:
        if metric not in study.better:
            continue
        try:
            best = study.best(metric)
        except NotEnoughDataError:
            continue
        yield {
            "metric": metric,
            "strategy": best.strategy,
            "prefer": best.prefer,
            "tied": list(best.tied),
            "sentence": winner(metric, study),
        }
