"""``line-sim compare``: several strategies, the same customers."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated

import typer

from line_sim.cli import asked, options, strategies
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.folder import writable, write_text
from line_sim.cli.screen import document, paper
from line_sim.cli.waiting import counting, workers
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from line_sim.analysis.study import Study
    from line_sim.scenario import Scenario
    from line_sim.sim.variants import Variants

FILES = ("study.json", "summary.json", "table.csv")
"""What --out writes."""

REPORT = "report.html"
"""What --report writes."""

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim compare bangkok_shop --every-strategy --report out\n"
    "  line-sim compare my_shop.toml --vary 'destinations.*.distribution=most_idle,round_robin'\n"
    "  line-sim compare my_shop.toml --vary 'destinations.*.queue_max_hold_s=60,120,300'\n"
    "  line-sim compare today.toml tomorrow.toml --precision service_level=2%"
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a comparison gave.

    Parameters
    ----------
    scenarios : what each strategy ran, by its name.
    study : every metric of every strategy.
    engine : what ran them.
    shown : the metrics to show in tables.
    varied : the one key whose values name the strategies; empty where they have names.
    """

    scenarios: dict[str, Scenario]
    study: Study
    engine: str
    shown: tuple[str, ...]
    varied: str = ""

    def verdicts(self) -> dict[str, pd.DataFrame]:
        """The verdict on each target, by strategy; strategies without targets are left out."""
        from line_sim.analysis.targets import verdicts  # noqa: PLC0415 - pandas

        study = self.study
        return {
            name: verdicts(
                {one: study.interval(one, name).estimate for one in each.targets}, each.targets
            )
            for name, each in self.scenarios.items()
            if each.targets
        }

    def all_the_same(self) -> bool:
        """Whether no strategy differs from another in anything."""
        study = self.study
        return all(
            len({str(study.interval(metric, name)) for name in study.names}) == 1
            for metric in study.metrics
        )

    def any_meets_all(self) -> bool:
        """Whether some strategy meets every one of its targets."""
        return any((one["verdict"] == "met").all() for one in self.verdicts().values())


@ends_well
def compare(  # noqa: PLR0913 - the options of a command
    scenario: Annotated[
        list[str],
        typer.Argument(metavar="SCENARIO...", help="One to vary, or two and more to compare."),
    ],
    *,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=V1,V2",
            help="Values to try for a key of the scenario; again for every combination.",
        ),
    ] = None,
    every_strategy: Annotated[
        bool, typer.Option("--every-strategy", help="Try every way of distributing enquiries.")
    ] = False,
    replications: Annotated[
        int,
        typer.Option(
            min=2,
            max=asked.MOST_REPLICATIONS,
            help="Runs of each strategy; with --precision the fewest, and of each further round.",
        ),
    ] = 30,
    precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=5%",
            help="Go on until the metric's interval is this narrow on either side, under every "
            "strategy: relative with %, else in its own unit.",
        ),
    ] = None,
    most: Annotated[
        int,
        typer.Option(
            min=2, max=asked.MOST_REPLICATIONS, help="With --precision: replications at most."
        ),
    ] = 1_000,
    seed: options.Seed = 1,
    engine: options.Engine = "auto",
    baseline: Annotated[
        str | None,
        typer.Option(metavar="STRATEGY", help="What others are compared with; else the first."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Show this metric, again for more; 'all' shows all."),
    ] = None,
    workers_: Annotated[
        int,
        typer.Option("--workers", min=1, max=asked.MOST_WORKERS, help="Runs at the same time."),
    ] = 1,
    out: options.Out = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write a report with figures (HTML) to this folder."),
    ] = None,
    json: options.Json = False,
    force: options.Force = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 1 unless a strategy meets all its targets.")
    ] = False,
    debug: options.Debug = False,
) -> Exit:
    """Compare strategies on the same customers.

    Each meets the same customers with the same luck, many times over. Says by how much they
    differ, whether that could be chance, and which is best.
    """
    del debug  # read by ends_well
    asked.engine(engine)
    goals = asked.goals(precision or ())
    choices = asked.choices(vary or ())
    strategies.one_way(scenario, choices=bool(choices), every=every_strategy)
    asked.known("--metric", [one for one in metric or () if one != "all"])
    if goals and most < replications:
        fault = Fault("--most", str(most), f"at least --replications, {replications}")
        raise ConfigurationError([fault])
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(writable(out, FILES, force=force))
        page = stack.enter_context(writable(report, [REPORT], force=force))
        from line_sim.sim import experiment  # noqa: PLC0415 - the model, only when it runs

        variants = strategies.made(scenario, choices, every=every_strategy)
        scenarios = {name: each.scenario for name, each in variants.strategies.items()}
        asked.strategy(baseline, tuple(scenarios))
        asked.installed(engine)
        asked.targets(scenarios, needed=check)
        executor = stack.enter_context(workers(workers_))
        tell = stack.enter_context(counting("runs"))
        tell(0, replications * len(scenarios), "")
        study = experiment.compare(
            variants,
            replications=replications,
            seed=seed,
            engine=engine,
            baseline=baseline,
            goals=goals,
            most=most,
            executor=executor,
            progress=tell,
        )
        shown = _shown(metric or (), study, scenarios)
        found = Comparison(
            scenarios=scenarios,
            study=study,
            engine=engine,
            shown=shown,
            varied=next(iter(choices)) if len(choices) == 1 else "",
        )
        files = _written(found, folder, force=force) | _reported(found, variants, page, force=force)
    _show(found, files, json=json)
    return Exit.TARGETS_MISSED if check and not found.any_meets_all() else Exit.DONE


def _shown(
    asked_for: Sequence[str], study: Study, scenarios: dict[str, Scenario]
) -> tuple[str, ...]:
    """The metrics to show: those asked for; else the targets' and what planners look at first."""
    from line_sim.sim.experiment import EXCESS, UNFAIRNESS  # noqa: PLC0415 - the model

    if "all" in asked_for:
        return study.metrics
    wanted = asked_for or (
        *(name for each in scenarios.values() for name in each.targets),
        "service_level", "away_rate", "waiting_time_answered_s_mean", UNFAIRNESS, EXCESS,
    )  # fmt: skip
    return tuple(name for name in dict.fromkeys(wanted) if name in study.metrics)


def _written(found: Comparison, folder: Path | None, *, force: bool) -> dict[str, str]:
    """Write the files of :data:`FILES`; return where each is."""
    if folder is None:
        return {}
    from line_sim.cli.comparison_document import comparison_document  # noqa: PLC0415 - pandas

    files = {name: str(folder / name) for name in FILES}
    found.study.save(folder / "study.json", force=force)
    write_text(folder / "summary.json", document(comparison_document(found, files)) + "\n")
    write_text(folder / "table.csv", found.study.table().to_csv())
    return files


def _reported(
    found: Comparison, variants: Variants, folder: Path | None, *, force: bool
) -> dict[str, str]:
    """Write the report, for which one run of each strategy is looked at closely."""
    if folder is None:
        return {}
    from line_sim.analysis.report import write_report  # noqa: PLC0415 - matplotlib
    from line_sim.sim.simulate import simulate  # noqa: PLC0415 - the model

    study, logs = found.study, {}
    for name, each in variants.strategies.items():
        logs[name] = simulate(
            each.scenario, seed=int(study.seed or 0), engine=found.engine, methods=each.methods
        )
    scenario = found.scenarios[study.baseline]
    facts = {"engine": found.engine}
    page = write_report(
        folder / REPORT, study, logs, scenario, scenario.warnings(), force, facts=facts
    )
    return {REPORT: str(page)}


def _show(found: Comparison, files: dict[str, str], *, json: bool) -> None:
    """Print the results on stdout."""
    if json:
        from line_sim.cli.comparison_document import comparison_document  # noqa: PLC0415 - pandas

        typer.echo(document(comparison_document(found, files)))
        return
    from line_sim.cli.comparison_tables import comparison_tables  # noqa: PLC0415 - rich

    console = paper()
    for part in comparison_tables(found):
        console.print(part)
    if files:
        console.print(f"\nWritten: {', '.join(files.values())}")
