"""``line-sim scenarios``: the shipped scenarios, and a copy of one to start from."""

from __future__ import annotations

import contextlib
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.folder import writable, write_text
from line_sim.cli.screen import paper, table
from line_sim.cli.wording import counted
from line_sim.errors import ConfigurationError, Fault

EXAMPLES = "\b\nExamples:\n  line-sim scenarios\n  line-sim scenarios bangkok_shop --copy my_shop"


@ends_well
def scenarios(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="One of them; all unless told.")
    ] = None,
    *,
    copy: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Copy the scenario and its tables to this folder."),
    ] = None,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """List the shipped scenarios, or copy one to start from."""
    del debug  # read by ends_well
    from line_sim.scenario import catalogue  # noqa: PLC0415 - only where they are read

    if copy is not None and name is None:
        fault = Fault("--copy", "no scenario", f"one of {', '.join(catalogue.names())}")
        raise ConfigurationError([fault])
    if copy is None:
        _list([name] if name else catalogue.names())
    else:
        _copy(catalogue.path(str(name)), copy, force=force)
    return Exit.DONE


def _list(names: list[str]) -> None:
    """Print a line a scenario."""
    from line_sim.scenario import Scenario, catalogue  # noqa: PLC0415 - as above

    rows = []
    for name in names:
        found = Scenario.load(catalogue.path(name))
        people = counted(len(found.members), "person", "people")
        rows.append([name, found.name, people, counted_days(found.days), found.utc_offset])
    columns = ["NAME", "what", "staff", "length", "clock"]
    console = paper()
    console.print(table(columns, rows, text_columns=5))
    console.print(
        "\nline-sim simulate NAME runs one; line-sim scenarios NAME --copy DIR copies it."
    )


def counted_days(days: float) -> str:
    """A length in days."""
    return "1 day" if days == 1 else f"{days:g} days"


def _copy(source: Path, folder: Path, *, force: bool) -> None:
    """Copy a scenario and the tables it names, all into one folder."""
    text = source.read_text(encoding="utf-8")
    tables = {}
    for given in sorted(_tables(tomllib.loads(text))):
        text = text.replace(f'"{given}"', f'"{Path(given).name}"')
        tables[Path(given).name] = (source.parent / given).read_text(encoding="utf-8")
    files = {source.name: text, **tables}
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(writable(folder, files, force=force))
        for name, content in files.items():
            if target is not None:
                write_text(target / name, content)
    typer.echo(f"Copied to {folder}: {', '.join(files)}")
    typer.echo(f"Now: line-sim simulate {folder / source.name}")


def _tables(data: object) -> set[str]:
    """Every CSV file that a scenario names, wherever in it."""
    if isinstance(data, dict):
        return set().union(*map(_tables, data.values()))
    if isinstance(data, list):
        return set().union(*map(_tables, data))
    return {data} if isinstance(data, str) and data.endswith(".csv") else set()
