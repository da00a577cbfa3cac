"""The options that commands share, each said once."""

from pathlib import Path
from typing import Annotated

import typer

from line_sim.cli.asked import ENGINES, LARGEST_SEED, MOST_REPLICATIONS

Scenario = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="A scenario file (TOML), or the name of a shipped one: line-sim scenarios lists them.",
    ),
]
Seed = Annotated[
    int,
    typer.Option(min=0, max=LARGEST_SEED, help="The same seed gives the same customers and luck."),
]
Engine = Annotated[
    str,
    typer.Option(metavar="NAME", help=f"{', '.join(ENGINES)}: all give the same result."),
]
Replications = Annotated[
    int,
    typer.Option(
        min=1, max=MOST_REPLICATIONS, help="Independent runs; from 2 on with 95 % intervals."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Also write the results to files in this folder."),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document in the place of tables (docs/cli.md)."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that are there already.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error as well.")]
