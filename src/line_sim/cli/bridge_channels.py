"""``line-sim bridge connect`` and what is done to channels afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.bridge_options import (
    HERE,
    ChannelId,
    Folder,
    channel_of,
    json_file,
    offline,
    steps_text,
)
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, document, paper, remark, table
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.channels.steps import Step
    from line_sim.bridge.offline import Offline

EXAMPLES = (
    "Secret and token are asked for, or read from LINE_CHANNEL_SECRET and "
    "LINE_CHANNEL_ACCESS_TOKEN; they are no options, for those stay in the shell's history.\n"
    "\n\b\nExamples:\n"
    "  line-sim bridge connect --folder shop --name Shop --destination 1\n"
    "  line-sim bridge enable --folder shop 1"
)
Secret = Annotated[
    str,
    typer.Option("--channel-secret", envvar="LINE_CHANNEL_SECRET", hidden=True, hide_input=True,
                 prompt="Channel Secret"),
]  # fmt: skip
Token = Annotated[
    str,
    typer.Option("--channel-access-token", envvar="LINE_CHANNEL_ACCESS_TOKEN", hidden=True,
                 hide_input=True, prompt="Channel Access Token"),
]  # fmt: skip


@ends_well
def connect(  # noqa: PLR0913 - options of a command
    *,
    folder: Folder = HERE,
    name: Annotated[str, typer.Option(help="Of the channel, up to 40 characters.")],
    destination: Annotated[
        list[int] | None,
        typer.Option(metavar="ID", help="Where enquiries go, in order; up to five."),
    ] = None,
    language: Annotated[str, typer.Option(help="Of default texts: en, ja, th, zh-TW.")] = "en",
    secret: Secret,
    token: Token,
    json: options.Json = False,
    debug: options.Debug = False,
) -> Exit:
    """Make a draft of a channel from its secret and token, and show its webhook URL."""
    del debug  # read by ends_well
    rule = {"kind": "alternative", "destinations": destination or []}
    with offline(folder) as bridge:
        from line_sim.bridge.channels import connecting  # noqa: PLC0415 - its libraries

        channel = asyncio.run(
            connecting.create(
                bridge, name=name, secret=secret, token=token,
                config={"rule": rule, "language": language},
            )
        )  # fmt: skip
        found = _steps(bridge, channel)
        url = bridge.channels.webhook_url(channel)
    if json:
        typer.echo(document(_document(channel, url, found)))
        return Exit.DONE
    typer.echo(clean(f"channel {channel.id}, a draft of {channel.account.get('basicId')}\n"))
    typer.echo(clean(f"webhook URL: {url}\n"))
    typer.echo(clean(steps_text(found)))
    typer.echo(f"\nthen: line-sim bridge enable --folder {folder} {channel.id}")
    return Exit.DONE


@ends_well
def enable(
    channel: ChannelId,
    *,
    folder: Folder = HERE,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Although a step on LINE's side is not done.")
    ] = False,
    debug: options.Debug = False,
) -> Exit:
    """Let a draft begin, once LINE's side is set up."""
    del debug  # read by ends_well
    with offline(folder) as bridge:
        from line_sim.bridge.channels import states, steps  # noqa: PLC0415 - its libraries

        found = channel_of(bridge, channel)
        done = _steps(bridge, found)
        if not anyway and (wrong := steps.faults(done)):
            raise ConfigurationError(wrong)
        states.enable(bridge, found)
    typer.echo(clean(steps_text(done)))
    remark("enabled; start the bridge, then line-sim bridge doctor lets LINE verify the webhook")
    return Exit.DONE


@ends_well
def channels(
    *, folder: Folder = HERE, json: options.Json = False, debug: options.Debug = False
) -> Exit:
    """List channels and their states; works beside a running bridge."""
    del debug  # read by ends_well
    from line_sim.cli.bridge_options import install_at  # noqa: PLC0415 - next to its use

    install = install_at(folder)
    from line_sim.bridge.backup.writing import snapshot  # noqa: PLC0415 - its libraries
    from line_sim.bridge.channels.states import listed  # noqa: PLC0415

    with snapshot(install.database) as db:
        found = listed(db)
    if json:
        content = {"format": "line_sim.bridge_channels", "version": 1, "channels": found}
        typer.echo(document(content))
    elif found:
        columns = ("id", "name", "state", "account", "sending")
        rows = [
            (str(each["id"]), each["name"], each["state"],
             str((each["account"] or {}).get("basicId", "")),
             f"paused: {each['paused']}" if each["paused"] else "")
            for each in found
        ]  # fmt: skip
        paper().print(table(columns, rows, text_columns=5))
    else:
        typer.echo("none yet: line-sim bridge connect makes one")
    return Exit.DONE


@ends_well
def suspend(channel: ChannelId, *, folder: Folder = HERE, debug: options.Debug = False) -> Exit:
    """Take no messages for a while: they make no enquiries, and nothing automatic is sent."""
    del debug  # read by ends_well
    with offline(folder) as bridge:
        from line_sim.bridge.channels import states  # noqa: PLC0415 - its libraries

        states.suspend(bridge, channel_of(bridge, channel))
    remark(f"channel {channel} is suspended; line-sim bridge resume {channel} lets it go on")
    return Exit.DONE


@ends_well
def resume(channel: ChannelId, *, folder: Folder = HERE, debug: options.Debug = False) -> Exit:
    """Let a suspended channel go on with the configuration it has."""
    del debug  # read by ends_well
    with offline(folder) as bridge:
        from line_sim.bridge.channels import states  # noqa: PLC0415 - its libraries

        found = channel_of(bridge, channel)
        if found.state != "suspended":
            given, allowed = found.state, "suspended, to be resumed"
            mend = "line-sim bridge enable begins a draft" if found.state == "draft" else ""
            raise ConfigurationError([Fault(f"channel {channel}", given, allowed, mend)])
        states.enable(bridge, found)
    remark(f"channel {channel} is enabled")
    return Exit.DONE


@ends_well
def delete(
    channel: ChannelId,
    *,
    folder: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    debug: options.Debug = False,
) -> Exit:
    """Free the LINE account for another channel; history stays, a draft leaves nothing."""
    del debug  # read by ends_well
    with offline(folder, replacing=True) as bridge:
        from line_sim.bridge.channels import states  # noqa: PLC0415 - its libraries

        found = channel_of(bridge, channel)
        if not yes and not typer.confirm(clean(f"Delete channel {channel} ({found.name})?")):
            remark("nothing was deleted")
            return Exit.DONE
        states.delete(bridge, found)
    remark(f"channel {channel} is deleted; its webhook URL still stands at LINE: switch Use "
           "webhook off there, or connect the account anew")  # fmt: skip
    return Exit.DONE


@ends_well
def edit(
    channel: ChannelId,
    *,
    folder: Folder = HERE,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keys to change (JSON, docs/bridge.md).")
    ] = None,
    debug: options.Debug = False,
) -> Exit:
    """Change a channel's name or configuration, and print the configuration."""
    del debug  # read by ends_well
    changes = None if config is None else json_file(config)
    with offline(folder) as bridge:
        from line_sim.bridge.channels import states  # noqa: PLC0415 - its libraries

        found = channel_of(bridge, channel)
        if name is not None or changes is not None:
            states.edit(bridge, found, name=name, config=changes)
        typer.echo(document({"name": found.name, "config": found.config.model_dump(mode="json")}))
    return Exit.DONE


@ends_well
def credentials(  # noqa: PLR0913 - options of a command
    channel: ChannelId,
    *,
    folder: Folder = HERE,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="The key is lost: make another one first.")
    ] = False,
    secret: Secret,
    token: Token,
    debug: options.Debug = False,
) -> Exit:
    """Replace a channel's secret and token; what waited for a valid token is sent then."""
    del debug  # read by ends_well
    with offline(folder, replacing=True, new_key=new_key) as bridge:
        from line_sim.bridge.channels import connecting  # noqa: PLC0415 - its libraries

        found = channel_of(bridge, channel)
        asyncio.run(connecting.credentials(bridge, found, secret=secret, token=token))
    remark(f"channel {channel} has new credentials")
    return Exit.DONE


def _steps(bridge: Offline, channel: Connected) -> list[Step]:
    """LINE's side, but for Verify: nobody answers it while the bridge does not run."""
    from line_sim.bridge.channels import steps  # noqa: PLC0415 - its libraries

    url = bridge.channels.webhook_url(channel)
    api_url = bridge.settings.line_api_url
    return asyncio.run(steps.looked_at(api_url, channel, url, point=True, verify=False))


def _document(channel: Connected, url: str, found: list[Step]) -> dict[str, Any]:
    return {
        "format": "line_sim.bridge_draft",
        "version": 1,
        "id": channel.id,
        "account": channel.account.get("basicId"),
        "webhook_url": url,
        "steps": [step._asdict() for step in found],
    }
