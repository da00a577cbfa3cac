"""``line-sim say``: a visitor writes to the account of a running mock, from the shell."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, complain, document
from line_sim.errors import ConfigurationError, Fault, UnreachableError

EXAMPLES = (
    "\b\nExamples:\n"
    '  line-sim say "Is my order on its way?" --to http://127.0.0.1:8040\n'
    "  LINE_SIM_MOCK=http://127.0.0.1:8040 line-sim say hello --as Bob --wait 2"
)


@ends_well
def say(  # noqa: PLR0913 - options of a command
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the visitor writes.")],
    *,
    to: Annotated[
        str,
        typer.Option(
            metavar="URL", envvar="LINE_SIM_MOCK", help="The mock, as line-sim mock printed it."
        ),
    ] = "http://127.0.0.1:8040",
    who: Annotated[str, typer.Option("--as", metavar="NAME", help="The visitor.")] = "Alice",
    channel: Annotated[
        str | None, typer.Option(metavar="NAME", help="The account; the first unless told.")
    ] = None,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, max=600, help="For an answer.")
    ] = 5.0,
    control_token: Annotated[
        str, typer.Option(envvar="LINE_SIM_TOKEN", help="Where the mock has one.")
    ] = "",
    allow_target: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="The mock may be on this host."),
    ] = None,
    json: options.Json = False,
    debug: options.Debug = False,
) -> Exit:
    """Write to the account of a running mock, and show what it answers."""
    del debug  # read by ends_well
    from line_sim.mock.links import HttpLink, control_headers  # noqa: PLC0415 - its libraries
    from line_sim.mock.visitors import Visitor  # noqa: PLC0415
    from line_sim.net.http.control import ControlClient  # noqa: PLC0415

    if not text.strip():
        raise ConfigurationError([Fault("TEXT", repr(text), "something to say")])
    client = ControlClient(
        to.rstrip("/"), control_headers(control_token), allow=frozenset(allow_target or ())
    )
    try:
        link = HttpLink(client)
        found = link.do("visitor", name=who, channel=channel)
        visitor = Visitor(link, found["id"], found["name"])
        before = len(visitor.sees())
        visitor.says(text, channel=channel)
        answers = visitor.sees(at_least=before + 1, wait_s=wait)[before:]
        why = "" if answers else _why_not(link.do("channels")["channels"], channel)
    except UnreachableError as error:
        port = error.url.rpartition(":")[2].strip("/")
        mend = f"{error.reason}; line-sim mock --port {port} starts a mock there"
        raise UnreachableError(error.url, mend) from None
    finally:
        client.close()
    if json:
        typer.echo(document({"format": "line_sim.say", "version": 1, "answers": answers}))
    elif answers:
        for message in answers:
            typer.echo(clean(_shown(message)))
    else:
        complain(f"no answer within {wait:g} s{why}")
    return Exit.DONE


def _why_not(channels: list[dict[str, Any]], name: str | None) -> str:
    """The likely reason for silence: the account has no webhook URL, so no bot heard anything."""
    asked = (each for each in channels if name in {None, each["name"], each["id"]})
    account = next(asked, None)
    if account is None or account["endpoint"]:
        return ""
    mend = "line-sim mock --connect URL, or PUT /v2/bot/channel/webhook/endpoint, sets it"
    return f": {account['name']} has no webhook URL ({mend})"


def _shown(message: dict[str, Any]) -> str:
    """A message in a line."""
    text = message.get("text", message.get("altText"))
    return str(text) if text is not None else f"[{message.get('type', 'message')}]"
