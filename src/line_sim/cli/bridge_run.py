"""``line-sim bridge run`` and ``upgrade``: the server, and its database after a new version."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.bridge_options import HERE, Folder, demand_libraries, install_at, json_file
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, document
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.bridge.settings import Settings

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim bridge run --folder shop\n"
    "  line-sim check --agent same --profile seed \\\n"
    "      --command 'line-sim bridge run --from-environment --agent --folder trial'"
)


@ends_well
def run(  # noqa: PLR0913 - options of a command
    *,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="DIR", envvar="LINE_SIM_BRIDGE", help="The folder of the install."),
    ] = None,
    from_environment: Annotated[
        bool,
        typer.Option(
            "--from-environment",
            help="A trial: one channel from LINE_CHANNEL_SECRET, LINE_CHANNEL_ACCESS_TOKEN and "
            "PORT; forgotten at the end, unless --folder is given.",
        ),
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Of a trial's channel: keys to change (JSON)."),
    ] = None,
    agent: Annotated[
        bool, typer.Option("--agent", help="Offer the agent view; for tests (docs/agent-view.md).")
    ] = False,
    clock_factor: Annotated[
        float, typer.Option(metavar="N", help="The bridge's seconds in a second; for tests.")
    ] = 1.0,
    clock_start: Annotated[
        float | None,
        typer.Option(metavar="UNIX_S", help="What the bridge's clock shows first; for tests."),
    ] = None,
    allow_loopback: Annotated[
        bool,
        typer.Option("--allow-loopback", help="Fetch from this machine, too; for tests."),
    ] = False,
    json: options.Json = False,
    debug: options.Debug = False,
) -> Exit:
    """Run the bridge until Ctrl-C or TERM."""
    del debug  # read by ends_well
    demand_libraries()
    from line_sim.bridge import program  # noqa: PLC0415 - its libraries
    from line_sim.bridge.clock import Clock  # noqa: PLC0415

    def ready(url: str) -> None:
        facts = {"format": "line_sim.bridge", "version": 1, "url": url, "pid": os.getpid()}
        text = f"The bridge listens at {url}  (Ctrl-C ends it)"
        typer.echo(document(facts) if json else clean(text))

    if config is not None and not from_environment:
        mend = "line-sim bridge edit --config changes a channel of an install"
        raise ConfigurationError([Fault("--config", str(config), "--from-environment", mend)])
    clock = Clock(factor=clock_factor, start=clock_start)
    with _told(folder, trial=from_environment) as settings:
        settings.agent, settings.allow_loopback = agent, allow_loopback
        settings.trial_config = None if config is None else json_file(config)
        program.serve(settings, clock, ready)
    return Exit.DONE


@contextmanager
def _told(folder: Path | None, *, trial: bool) -> Iterator[Settings]:
    """The settings, and a folder for as long as they hold."""
    from line_sim.bridge import settings  # noqa: PLC0415 - its libraries

    if not trial:
        yield settings.of_install(install_at(folder or HERE))
    elif folder is not None:
        yield settings.of_environment(os.environ, folder)
    else:
        with TemporaryDirectory(prefix="line-bridge-") as made:
            yield settings.of_environment(os.environ, Path(made))


@ends_well
def upgrade(
    *, folder: Folder = HERE, json: options.Json = False, debug: options.Debug = False
) -> Exit:
    """Bring the database to this version's form; back up before."""
    del debug  # read by ends_well
    install = install_at(folder)
    from line_sim.bridge.running import Running  # noqa: PLC0415 - its libraries
    from line_sim.bridge.store import migrating  # noqa: PLC0415
    from line_sim.bridge.store.store import Store  # noqa: PLC0415

    with Running(install.data_folder).held():
        store = Store(install.database)
        try:
            found = migrating.upgrade(store)
        finally:
            store.close()
    if json:
        facts = {"from": found.found or None, "to": found.needed, "changed": not found.is_current}
        typer.echo(document({"format": "line_sim.bridge_upgrade", "version": 1, **facts}))
    elif found.is_current:
        typer.echo(f"the database is of this version already ({found.needed})")
    else:
        typer.echo(f"the database went from {found.found or 'empty'} to {found.needed}")
    return Exit.DONE
