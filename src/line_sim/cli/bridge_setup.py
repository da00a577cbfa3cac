"""``line-sim bridge init`` and ``destinations``: an install, and who answers in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.bridge_options import HERE, Folder, demand_libraries, offline
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, document
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.bridge.offline import Offline

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim bridge init --folder shop --public-url https://bridge.example.com\n"
    "  line-sim bridge init --folder trial --line-api-url http://127.0.0.1:8040 \\\n"
    "      --line-data-url http://127.0.0.1:8040            # a mock in LINE's place"
)


@ends_well
def init(  # noqa: PLR0913 - options of a command
    *,
    folder: Folder = HERE,
    public_url: Annotated[
        str, typer.Option(metavar="URL", help="The https:// address that leads to the bridge.")
    ] = "",
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen.")] = 8050,
    database: Annotated[
        str, typer.Option(metavar="URL", help="postgresql://..., in the place of a file.")
    ] = "data/bridge.sqlite",
    utc_offset: Annotated[
        str, typer.Option(metavar="+HH:MM", help="Of the clock that routing times are read by.")
    ] = "+00:00",
    line_api_url: Annotated[
        str, typer.Option(metavar="URL", help="LINE's API, or a mock's.")
    ] = "https://api.line.me",
    line_data_url: Annotated[
        str, typer.Option(metavar="URL", help="LINE's content, or a mock's.")
    ] = "https://api-data.line.me",
    json: options.Json = False,
    debug: options.Debug = False,
) -> Exit:
    """Make an install: settings, a key, a database, and a link for the first administrator."""
    del debug  # read by ends_well
    demand_libraries()
    from line_sim.bridge import install, invitations, keys  # noqa: PLC0415 - its libraries
    from line_sim.bridge.store import tables  # noqa: PLC0415
    from line_sim.desk.fault_kinds import is_utc_offset  # noqa: PLC0415

    if not is_utc_offset(utc_offset):
        given, allowed = repr(utc_offset), 'a fixed offset such as "+07:00"'
        raise ConfigurationError([Fault("--utc-offset", given, allowed)])
    told = install.Told(
        public_url=public_url, host=host, port=port, database=database,
        line_api_url=line_api_url, line_data_url=line_data_url,
    )  # fmt: skip
    key_file = folder / told.key_file
    if key_file.exists():
        mend = "take it away only if no backup needs it"
        raise ConfigurationError([Fault(str(key_file), "there already", "a new folder", mend)])
    install.make(folder, told)
    try:
        keys.make(key_file, folder / "data")
        with offline(folder) as bridge, bridge.store.transaction():
            _demand_new(bridge)
            bridge.store.run(tables.meta.delete().where(tables.meta.c.name == "started"))
            bridge.store.add(tables.meta, name="utc_offset", value=utc_offset)
            token = invitations.issue(bridge.store, "administrator", bridge.clock.now())
            origin = bridge.settings.public_url or f"http://{host}:{port}"
    except BaseException:
        for made in (folder / install.SETTINGS, key_file):  # or the next try finds half an install
            made.unlink(missing_ok=True)
        raise
    link = invitations.link(origin, token)
    if json:
        facts = {"folder": str(folder), "key_file": str(key_file), "administrator_link": link}
        typer.echo(document({"format": "line_sim.bridge_install", "version": 1, **facts}))
        return Exit.DONE
    typer.echo(
        clean(
            f"{folder} is made.\n"
            f"Keep a copy of {key_file} somewhere else than your backups: without it no stored "
            f"secret can be read.\n\nThe first administrator's link, once, within a day:\n  {link}"
        )
    )
    return Exit.DONE


@ends_well
def destinations(
    *,
    folder: Folder = HERE,
    add: Annotated[
        str | None, typer.Option(metavar="NAME", help="Make a destination of this name.")
    ] = None,
    kind: Annotated[str, typer.Option(help="group, queue or chatbot.")] = "group",
    json: options.Json = False,
    debug: options.Debug = False,
) -> Exit:
    """List where enquiries can go: groups, queues and chatbots; or add one."""
    del debug  # read by ends_well
    with offline(folder) as bridge:
        if add is not None:
            _add_destination(bridge, add, kind)
        found = _destinations(bridge)
    if json:
        content = {"format": "line_sim.bridge_destinations", "version": 1, "destinations": found}
        typer.echo(document(content))
    elif found:
        for each in found:
            typer.echo(clean(f"{each['id']:>3}  {each['kind']:<8} {each['name']}"))
    else:
        typer.echo("none yet: line-sim bridge destinations --add NAME makes one")
    return Exit.DONE


def _demand_new(bridge: Offline) -> None:
    """Refuse a database that an install has.

    Raises
    ------
    ConfigurationError
        It was begun, by `init` or by a trial.
    """
    from sqlalchemy import select  # noqa: PLC0415 - as in init

    from line_sim.bridge.store.tables import desk_inputs, meta  # noqa: PLC0415

    store = bridge.store
    begun = select(meta.c.name).where(meta.c.name == "utc_offset")
    if store.row(begun) is not None or store.row(select(desk_inputs.c.seq)) is not None:
        given, mend = "an install has it already", "give the folder with its bridge.toml back"
        raise ConfigurationError([Fault("database", given, "a new one", mend)])


def _destinations(bridge: Offline) -> list[dict[str, Any]]:
    from sqlalchemy import select  # noqa: PLC0415 - as in init

    from line_sim.bridge.store.tables import destinations as table  # noqa: PLC0415

    rows = bridge.store.rows(select(table).where(table.c.state != "deleted").order_by(table.c.id))
    return [
        {"id": row.id, "name": row.name, "kind": (row.config or {}).get("kind", "group")}
        for row in rows
    ]


def _add_destination(bridge: Offline, name: str, kind: str) -> None:
    from line_sim.bridge.staff import places  # noqa: PLC0415 - as in init

    kinds = ("chatbot", "group", "queue")
    if kind not in kinds:
        raise ConfigurationError([Fault.unknown("--kind", kind, kinds)])
    places.create(bridge, name, {"kind": kind}, by=None)
