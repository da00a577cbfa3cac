"""``line-sim bridge export``, ``erase``, ``retention``, ``report``: what is held of customers."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.bridge_options import HERE, Folder, install_at, offline
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import document, remark
from line_sim.errors import ConfigurationError, Fault, OutputExistsError

if TYPE_CHECKING:
    from line_sim.bridge.install import Install

Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help="Their number, or their LINE user id (U...).")
]
USUAL_DAYS = 30

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim bridge report --folder shop --since 2026-11-01 -o november.csv\n"
    "  line-sim bridge export --folder shop 12 copy.zip\n"
    "  line-sim bridge erase --folder shop 12 --yes\n"
    "  line-sim bridge retention --folder shop --days 365"
)


@ends_well
def export(
    customer: Customer,
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", help="A new folder, or a file ending in .zip.")
    ],
    *,
    folder: Folder = HERE,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Write all that is held of a customer, media too; the bridge may be running."""
    del debug  # read by ends_well
    install = install_at(folder)
    from line_sim.bridge.customers import exporting  # noqa: PLC0415 - its libraries
    from line_sim.bridge.customers.finding import the  # noqa: PLC0415
    from line_sim.bridge.media.vault import Vault  # noqa: PLC0415
    from line_sim.bridge.queries.reading import beside  # noqa: PLC0415

    with beside(install.database) as moment:
        place = Vault(install.media_folder).path
        copy = exporting.gather(moment, place, the(moment, customer), time.time())
    if target.suffix.lower() == ".zip":
        exporting.write_zip(copy, target, force=force)
    else:
        exporting.write_folder(copy, target)
    remark(f"{target}: {copy.told}")
    return Exit.DONE


@ends_well
def erase(
    customer: Customer,
    *,
    folder: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Yes, for good.")] = False,
    json: options.Json = False,
    debug: options.Debug = False,
) -> Exit:
    """Erase all that is held of a customer: transcript, media, name, id. Numbers and times stay."""
    del debug  # read by ends_well
    install = install_at(folder)
    _demand_stopped(install, f"DELETE .../api/v1/customers/{customer}")
    with offline(folder) as bridge:
        from line_sim.bridge.customers import erasing, finding  # noqa: PLC0415 - its libraries
        from line_sim.bridge.customers.at_rest import AtRest  # noqa: PLC0415

        found = finding.the(bridge.store, customer)
        if not yes:
            held = len(finding.entries_of(bridge.store, found))
            given = f"customer {found.number} has {held:,} entries; nothing was erased"
            raise ConfigurationError([Fault("erase", given, "--yes", "it cannot be undone")])
        done = erasing.erase(AtRest(bridge), found, by=None, live=False)
    if json:
        typer.echo(document({"format": "line_sim.bridge_erased", "version": 1, **done._asdict()}))
        return Exit.DONE
    remark(f"customer {found.number}: {done.entries:,} entries and {done.files:,} files are erased")
    remark("backups still hold them: delete those that are older than this")
    return Exit.DONE


@ends_well
def retention(
    *,
    folder: Folder = HERE,
    days: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", min=1, help="Forget what was over so long ago, now and daily."
        ),
    ] = None,
    forever: Annotated[bool, typer.Option("--forever", help="Keep everything.")] = False,
    debug: options.Debug = False,
) -> Exit:
    """Say how long transcripts and media are kept after an enquiry was closed or missed."""
    del debug  # read by ends_well
    install = install_at(folder)
    from line_sim.bridge.customers import retention as keeping  # noqa: PLC0415 - its libraries
    from line_sim.bridge.queries.reading import beside  # noqa: PLC0415

    if days is not None and forever:
        raise ConfigurationError([Fault("--days, --forever", "both", "one of them")])
    if days is None and not forever:
        with beside(install.database) as moment:
            after = keeping.days(moment)
        typer.echo("everything is kept" if after is None else f"{after} days")
        return Exit.DONE
    _demand_stopped(install, "")
    with offline(folder) as bridge:
        from line_sim.bridge.customers.at_rest import AtRest  # noqa: PLC0415 - its libraries
        from line_sim.bridge.customers.scrubbing import scrub  # noqa: PLC0415

        keeping.set_days(bridge.store, days)
        gone = 0 if days is None else sum(keeping.pieces(AtRest(bridge), days))
        scrub(bridge.store)
    remark("everything is kept" if days is None else f"{gone:,} entries are forgotten")
    return Exit.DONE


@ends_well
def report(  # noqa: PLR0913 - options of a command
    *,
    folder: Folder = HERE,
    since: Annotated[
        str, typer.Option(metavar="DATE", help="The first day; else 30 days before the last.")
    ] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day; else today.")] = "",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Else standard output.")
    ] = None,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Write a line an enquiry, as CSV; the bridge may be running."""
    del debug  # read by ends_well
    install = install_at(folder)
    from sqlalchemy import true  # noqa: PLC0415 - its libraries

    from line_sim.bridge.queries import report as reports  # noqa: PLC0415
    from line_sim.bridge.queries.reading import beside  # noqa: PLC0415

    with beside(install.database) as moment:
        zone = reports.zone_of(moment)
        last = _day("--until", until) or dt.datetime.now(zone).date()
        first = _day("--since", since) or last - dt.timedelta(USUAL_DAYS - 1)
        if first > last:
            raise ConfigurationError([Fault("--since", f"{first} is after {last}", "before it")])
        begin, end = (dt.datetime.combine(day, dt.time(), zone) for day in (first, last))
        until_s = (end + dt.timedelta(1)).timestamp()
        lines = reports.as_csv(moment, true(), since=begin.timestamp(), until=until_s, zone=zone)
        if output is None:
            for line in lines:
                typer.echo(line.removeprefix(reports.MARK), nl=False)
            return Exit.DONE
        if output.exists() and not force:
            raise OutputExistsError(output)
        with output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    remark(f"{output}: {first} to {last}")
    return Exit.DONE


def _day(where: str, written: str) -> dt.date | None:
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        fault = Fault(where, repr(written), "a day such as 2026-11-30")
        raise ConfigurationError([fault]) from None


def _demand_stopped(install: Install, call: str) -> None:
    """Say how a bridge that runs is asked for it.

    Raises
    ------
    ConfigurationError
        It runs.
    """
    from line_sim.bridge.running import is_held, url_of  # noqa: PLC0415 - its libraries

    if not is_held(install.data_folder):
        return
    url = url_of(install.data_folder)
    given = f"a bridge runs on it{f' at {url}' if url else ''}"
    ask = f"ask it, as an administrator: {call.replace('...', url)}; or " if call else ""
    fault = Fault(
        str(install.data_folder), given, "a bridge that is stopped", f"{ask}stop it first"
    )
    raise ConfigurationError([fault])
