"""The ``line-sim`` command: its commands, and how it reads its arguments."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from line_sim.cli.bridge import bridge
from line_sim.cli.check import EXAMPLES as CHECK
from line_sim.cli.check import check
from line_sim.cli.compare import EXAMPLES as COMPARE
from line_sim.cli.compare import compare
from line_sim.cli.demo import EXAMPLES as DEMO
from line_sim.cli.demo import demo
from line_sim.cli.exits import Exit
from line_sim.cli.generate import EXAMPLES as GENERATE
from line_sim.cli.generate import generate
from line_sim.cli.import_ import EXAMPLES as IMPORT
from line_sim.cli.import_ import import_
from line_sim.cli.mock import EXAMPLES as MOCK
from line_sim.cli.mock import mock
from line_sim.cli.pseudonymise import EXAMPLES as PSEUDONYMISE
from line_sim.cli.pseudonymise import pseudonymise
from line_sim.cli.record import EXAMPLES as RECORD
from line_sim.cli.record import record
from line_sim.cli.replay import EXAMPLES as REPLAY
from line_sim.cli.replay import replay
from line_sim.cli.say import EXAMPLES as SAY
from line_sim.cli.say import say
from line_sim.cli.scenarios import EXAMPLES as SCENARIOS
from line_sim.cli.scenarios import scenarios
from line_sim.cli.screen import in_plain_words
from line_sim.cli.simulate import EXAMPLES as SIMULATE
from line_sim.cli.simulate import simulate

app = typer.Typer(
    name="line-sim",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain text: quick to start, easy to search and to pipe
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nBegin with:\n"
    "  line-sim simulate bangkok_shop\n"
    "  line-sim compare bangkok_shop --every-strategy --replications 10\n"
    "  line-sim demo\n"
    "\nExit codes: 0 done, 1 targets not met (--check), 2 wrong use or input, 3 would overwrite, "
    "4 engine not installed, 130 interrupted; docs/cli.md has them all.",
)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - only where it is shown

        typer.echo(f"line-sim {version('line_sim')}")
        raise typer.Exit


@app.callback()
def everything(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and stop.", callback=_version,
                     is_eager=True),
    ] = False,
) -> None:  # fmt: skip
    """Simulate a LINE channel, test a bridge by recorded traffic and 99 checks, or run one."""


app.command("simulate", epilog=SIMULATE)(simulate)
app.command("compare", epilog=COMPARE)(compare)
app.command("scenarios", epilog=SCENARIOS)(scenarios)
app.command("generate", epilog=GENERATE)(generate)
app.command("mock", epilog=MOCK)(mock)
app.command("say", epilog=SAY)(say)
app.command("record", epilog=RECORD)(record)
app.command("import", epilog=IMPORT)(import_)
app.command("pseudonymise", epilog=PSEUDONYMISE)(pseudonymise)
app.command("replay", epilog=REPLAY)(replay)
app.command("check", epilog=CHECK)(check)
app.command("demo", epilog=DEMO)(demo)
app.add_typer(bridge, name="bridge")


def run() -> int:
    """Run the command that this process's arguments name; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name in Thai on a terminal without Unicode
    in_plain_words()
    try:
        app(prog_name="line-sim")
    except SystemExit as end:
        return int(end.code or 0)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    return int(Exit.DONE)
