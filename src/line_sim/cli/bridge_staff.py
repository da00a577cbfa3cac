"""``line-sim bridge staff``: who works here, and one-time links for who is new or forgot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.bridge_options import HERE, Folder, install_at, offline
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, document, paper, table
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = (
    "The list can be read while the bridge runs; links are made by its API then.\n"
    "\n\b\nExamples:\n"
    "  line-sim bridge staff --folder shop --invite ann@example.com --first-name Ann \\\n"
    "      --destination 1\n"
    "  line-sim bridge staff --folder shop --reset ann@example.com"
)


@ends_well
def staff(  # noqa: PLR0913 - options of a command
    *,
    folder: Folder = HERE,
    invite: Annotated[
        str | None, typer.Option(metavar="LOGIN", help="Make an account, and a link for it.")
    ] = None,
    first_name: Annotated[str, typer.Option(help="Of who is invited.")] = "",
    last_name: Annotated[str, typer.Option(help="Of who is invited.")] = "",
    locale: Annotated[str, typer.Option(help="en, ja, th, zh-TW: the order of names.")] = "en",
    role: Annotated[str, typer.Option(help="staff or administrator.")] = "staff",
    destination: Annotated[
        list[int] | None,
        typer.Option(metavar="ID", help="Whose enquiries they get; may be given again."),
    ] = None,
    reset: Annotated[
        str | None,
        typer.Option(metavar="LOGIN", help="Make a link by which somebody sets a new password."),
    ] = None,
    json: options.Json = False,
    debug: options.Debug = False,
) -> Exit:
    """List staff; or make a link, once, within a day: for who is new, or forgot their password."""
    del debug  # read by ends_well
    if invite is not None and reset is not None:
        given, allowed = "--invite and --reset", "one of them"
        raise ConfigurationError([Fault("line-sim bridge staff", given, allowed)])
    if invite is not None:
        values = {
            "login": invite, "first_name": first_name, "last_name": last_name, "locale": locale,
            "role": role,
        }  # fmt: skip
        link = _invited(folder, values, destination or [])
    elif reset is not None:
        link = _reset(folder, reset)
    else:
        _list(_listed(folder), json=json)
        return Exit.DONE
    login = reset if invite is None else invite
    if json:
        facts = {"login": login, "link": link}
        typer.echo(document({"format": "line_sim.bridge_link", "version": 1, **facts}))
    else:
        typer.echo(clean(f"the link for {login}, once, within a day:\n  {link}"))
    return Exit.DONE


def _invited(folder: Path, values: dict[str, str], destinations: list[int]) -> str:
    with offline(folder) as bridge:
        from line_sim.bridge.staff import accounts, places  # noqa: PLC0415 - its libraries

        with bridge.store.transaction():
            person = accounts.create(bridge, values, by=None)
            for each in dict.fromkeys(destinations):
                places.enlist(bridge, each, person.id)
            return accounts.invite(bridge, person.id, by=None)


def _reset(folder: Path, login: str) -> str:
    with offline(folder) as bridge:
        from line_sim.bridge.staff import accounts, people  # noqa: PLC0415 - its libraries

        everybody = {each.login: each.id for each in people.everybody(bridge.store)}
        found = everybody.get(people.folded(login))
        if found is None:
            there = ", ".join(sorted(everybody)) or "nobody works here yet"
            given = f"nobody has the login {login!r}"
            raise ConfigurationError([Fault("--reset", given, there)])
        return accounts.invite(bridge, found, by=None)


def _listed(folder: Path) -> list[dict[str, Any]]:
    install = install_at(folder)
    from line_sim.bridge.backup.writing import snapshot  # noqa: PLC0415 - its libraries
    from line_sim.bridge.staff.people import listed  # noqa: PLC0415

    with snapshot(install.database) as db:
        return listed(db)


def _list(found: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        typer.echo(document({"format": "line_sim.bridge_staff", "version": 1, "staff": found}))
    elif not found:
        typer.echo("nobody yet: the link that init printed makes the first administrator")
    else:
        columns = ("login", "name", "role", "state", "password")
        rows = [
            (
                each["login"], f"{each['first_name']} {each['last_name']}".strip(), each["role"],
                each["state"], "set" if each["signed_up"] else "not yet",
            )
            for each in found
        ]  # fmt: skip
        paper().print(table(columns, rows, text_columns=len(columns)))
