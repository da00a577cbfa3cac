"""``line-sim generate``: a simulated day as LINE traffic, to be replayed against a bridge."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import Annotated

import typer

from line_sim.cli import asked, options
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import document
from line_sim.errors import ConfigurationError, Fault

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim generate bangkok_shop -o friday.jsonl.zst\n"
    "  line-sim generate tokyo_bank -o morning.jsonl --from 9 --until 12 --no-media\n"
    "  line-sim replay friday.jsonl.zst --command 'python bot.py' --speed 60"
)


@ends_well
def generate(  # noqa: PLR0913 - options of a command
    scenario: options.Scenario,
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="The recording (.jsonl, .gz, .zst).")
    ],
    seed: options.Seed = 1,
    from_h: Annotated[
        float, typer.Option("--from", metavar="HOURS", min=0, help="Since the scenario's start.")
    ] = 0.0,
    until_h: Annotated[
        float | None, typer.Option("--until", metavar="HOURS", min=0, help="To here.")
    ] = None,
    language: Annotated[
        str, typer.Option(metavar="NAME", help="ja, th, zh-TW, en, id; else the scenario's.")
    ] = "",
    media: Annotated[
        bool, typer.Option("--media/--no-media", help="Make pictures, sounds and films.")
    ] = True,
    engine: options.Engine = "auto",
    json: options.Json = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Simulate a scenario once, and write its messages as a recording of LINE traffic."""
    del debug  # read by ends_well
    from line_sim.sim.simulate import simulate  # noqa: PLC0415 - the model
    from line_sim.sim.traffic import record_traffic  # noqa: PLC0415 - as above
    from line_sim.world.people_names import LOCALES  # noqa: PLC0415 - as above

    if language and language not in LOCALES:
        raise ConfigurationError([Fault.unknown("--language", language, LOCALES)])
    if until_h is not None and until_h <= from_h:
        raise ConfigurationError([Fault("--until", f"{until_h:g} h", f"more than {from_h:g} h")])
    asked.engine(engine)
    log = simulate(asked.scenario(scenario), seed=seed, engine=engine)
    made = record_traffic(
        log,
        out,
        seed=seed,
        language=language,
        since_s=from_h * 3_600,
        until_s=None if until_h is None else until_h * 3_600,
        media=media,
        force=force,
    )
    if json:
        typer.echo(
            document({"format": "line_sim.generated", "version": 1, "path": str(out), **made})
        )
    else:
        typer.echo(
            f"{out}: {made['webhooks']:,} webhooks of {made['customers']:,} customers, "
            f"{made['calls']:,} calls, {made['media']:,} media fetched"
        )
    return Exit.DONE
