"""``line-sim simulate``: one scenario, and what its planner asks first."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from line_sim.cli import asked, options
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.folder import writable, write_text
from line_sim.cli.screen import document, paper
from line_sim.cli.waiting import counting

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from line_sim.analysis.story import Story
    from line_sim.analysis.study import Study
    from line_sim.log import EventLog
    from line_sim.scenario import Scenario

FILES = ("log.jsonl.gz", "summary.json", "summary.csv", "staff.csv")
"""What --out writes."""

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim simulate bangkok_shop\n"
    "  line-sim simulate my_shop.toml --replications 30 --out results\n"
    "  line-sim simulate bangkok_shop --explain 42\n"
    "  line-sim simulate my_shop.toml --json --check > result.json"
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a simulation gave.

    Parameters
    ----------
    scenario, seed, engine : what was run.
    log : of the first run.
    study : every metric over all runs, with one strategy, named after the scenario.
    story : of the enquiry asked about, if any.
    """

    scenario: Scenario
    seed: int
    engine: str
    log: EventLog
    study: Study
    story: Story | None

    @property
    def replications(self) -> int:
        """How many runs there were."""
        return len(self.study.replications)

    def numbers(self) -> dict[str, float]:
        """The estimate of every metric."""
        name = self.study.names[0]
        return {one: self.study.interval(one, name).estimate for one in self.study.metrics}

    def verdicts(self) -> pd.DataFrame:
        """The verdict on each target, by metric; no rows without targets."""
        from line_sim.analysis.targets import verdicts  # noqa: PLC0415 - pandas

        return verdicts(self.numbers(), self.scenario.targets)


@ends_well
def simulate(  # noqa: PLR0913 - the options of a command
    scenario: options.Scenario,
    *,
    seed: options.Seed = 1,
    replications: options.Replications = 1,
    engine: options.Engine = "auto",
    out: options.Out = None,
    json: options.Json = False,
    force: options.Force = False,
    explain: Annotated[
        int | None,
        typer.Option(metavar="ENQUIRY", min=0, help="Also tell the story of this enquiry."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 1 unless every target is met.")
    ] = False,
    debug: options.Debug = False,
) -> Exit:
    """Simulate one scenario.

    Says who got which enquiry, how fair that was, who waited how long, and how many got an away
    message and why.
    """
    del debug  # read by ends_well
    asked.engine(engine)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(writable(out, FILES, force=force))
        found = asked.scenario(scenario)
        asked.targets({found.name: found}, needed=check)
        asked.installed(engine)
        outcome = _run(found, seed, replications, engine, explain)
        files = _written(outcome, folder, force=force)
        _show(outcome, files, json=json)
    missed = check and not (outcome.verdicts()["verdict"] == "met").all()
    return Exit.TARGETS_MISSED if missed else Exit.DONE


def _run(
    scenario: Scenario, seed: int, replications: int, engine: str, enquiry: int | None
) -> Outcome:
    """Run a scenario as often as asked; the first run is kept as a log."""
    from line_sim.analysis.story import explain  # noqa: PLC0415 - the model, only when it runs
    from line_sim.sim.experiment import compare  # noqa: PLC0415
    from line_sim.sim.simulate import simulate as run_once  # noqa: PLC0415

    with counting("% of the simulated time") as tell:
        log = run_once(
            scenario,
            seed=seed,
            engine=engine,
            progress=lambda share: tell(round(100 * share), 100, scenario.name),
        )
    story = None if enquiry is None else explain(log, enquiry)
    if replications == 1:
        study = _study_of(log, scenario, seed)
    else:
        with counting("runs") as tell:
            study = compare(
                {scenario.name: scenario},
                replications=replications,
                seed=seed,
                engine=engine,
                progress=tell,
            )
    return Outcome(scenario=scenario, seed=seed, engine=engine, log=log, study=study, story=story)


def _study_of(log: EventLog, scenario: Scenario, seed: int) -> Study:
    """A study of one run: estimates without intervals."""
    from line_sim.analysis.metrics import SHARES, measures  # noqa: PLC0415 - as in _run
    from line_sim.analysis.study import Record, Study  # noqa: PLC0415

    found = measures(log, service_level_s=scenario.service_level_s)
    records = []
    for metric, value in found.items():
        part, whole = SHARES.get(metric, ("", ""))
        top, bottom = (found[part], found[whole]) if part else (None, None)
        records.append(Record(scenario.name, 0, metric, value, top, bottom, seed))
    return Study(records, [scenario.name], seed=seed)


def _written(outcome: Outcome, folder: Path | None, *, force: bool) -> dict[str, str]:
    """Write the files of :data:`FILES`; return where each is."""
    if folder is None:
        return {}
    from line_sim.analysis.metrics import by_staff  # noqa: PLC0415 - pandas
    from line_sim.cli.run_document import run_document  # noqa: PLC0415

    files = {name: str(folder / name) for name in FILES}
    outcome.log.save(folder / "log.jsonl.gz", force=force)
    write_text(folder / "summary.json", document(run_document(outcome, files)) + "\n")
    summary = outcome.study.table().droplevel("strategy")[["mean", "low", "high", "replications"]]
    write_text(folder / "summary.csv", summary.rename(columns={"mean": "value"}).to_csv())
    write_text(folder / "staff.csv", by_staff(outcome.log).to_csv())
    return files


def _show(outcome: Outcome, files: dict[str, str], *, json: bool) -> None:
    """Print the results on stdout."""
    if json:
        from line_sim.cli.run_document import run_document  # noqa: PLC0415 - pandas

        typer.echo(document(run_document(outcome, files)))
        return
    from line_sim.cli.run_tables import run_tables  # noqa: PLC0415 - pandas and rich

    console = paper()
    for part in run_tables(outcome):
        console.print(part)
    if files:
        console.print(f"\nWritten: {', '.join(files.values())}")
