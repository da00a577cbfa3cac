"""``line-sim bridge doctor``, ``quota``, ``backup``, ``restore``: looking after an install."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.bridge_options import HERE, MARKS, Folder, install_at, offline
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, document, remark
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.doctor.findings import Finding
    from line_sim.bridge.install import Install

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim bridge doctor --folder shop\n"
    "  line-sim bridge doctor --folder shop --channel 1 --test-message 60\n"
    "  line-sim bridge doctor --folder shop --bundle support.zip\n"
    "\nExit codes: 0 nothing is wrong, 1 something is, 2 wrong use, 4 LINE does not answer."
)


@ends_well
def doctor(  # noqa: PLR0913 - options of a command
    *,
    folder: Folder = HERE,
    channel: Annotated[
        int | None, typer.Option(metavar="ID", help="Look at this channel only.")
    ] = None,
    test_message: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0, max=3600,
                     help="Wait so long for a message that you write to the account."),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file for whoever helps: no secrets, no texts."),
    ] = None,
    force: options.Force = False,
    json: options.Json = False,
    debug: options.Debug = False,
) -> Exit:  # fmt: skip
    """Find out why messages do not come or go, and what to do about it."""
    del debug  # read by ends_well
    install = install_at(folder)
    from line_sim.bridge.doctor import bundle as bundles  # noqa: PLC0415 - its libraries
    from line_sim.bridge.doctor import diagnosis  # noqa: PLC0415

    found = diagnosis.diagnose(install, only=channel)
    if test_message is not None:
        number = _the_channel(install, channel)
        remark(f"now write to the account of channel {number} ...")
        found.append(diagnosis.wait_for_message(install, number, test_message))
    if bundle is not None:
        bundles.write(bundle, install, found, force=force)
    if json:
        findings = [each.plain() for each in found]
        content = {"format": "line_sim.bridge_doctor", "version": 1, "findings": findings}
        typer.echo(document(content))
    else:
        typer.echo(clean(_text(found)))
    wrong = [*diagnosis.failing(found)]
    if any(each.check == "LINE" for each in wrong):
        return Exit.UNREACHABLE
    return Exit.CHECK_FAILED if wrong else Exit.DONE


@ends_well
def quota(
    *, folder: Folder = HERE, json: options.Json = False, debug: options.Debug = False
) -> Exit:
    """Show how many messages each account has left this month."""
    del debug  # read by ends_well
    install = install_at(folder)
    from line_sim.bridge import keys  # noqa: PLC0415 - its libraries
    from line_sim.bridge.doctor.diagnosis import read_channels  # noqa: PLC0415

    key = keys.read(install.key_file, install.data_folder)
    channels, _ = read_channels(install, key)
    found = [asyncio.run(_month(install, each)) for each, _ in channels]
    if json:
        typer.echo(document({"format": "line_sim.bridge_quota", "version": 1, "channels": found}))
        return Exit.DONE
    if not found:
        typer.echo("no channel is connected: line-sim bridge connect makes one")
    for each in found:
        if each["refused"]:
            typer.echo(clean(f"{each['channel']:>3}  {each['name']}: {each['refused']}"))
            continue
        limit = "no limit" if each["limit"] is None else f"of {each['limit']:,}"
        used = "?" if each["used"] is None else f"{each['used']:,}"
        typer.echo(clean(f"{each['channel']:>3}  {each['name']}: {used} used, {limit}"))
    return Exit.CHECK_FAILED if any(each["refused"] for each in found) else Exit.DONE


@ends_well
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to write (.zip).")],
    *,
    folder: Folder = HERE,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Write everything but secrets and sessions into one file; the bridge may be running."""
    del debug  # read by ends_well
    install = install_at(folder)
    from importlib.metadata import version  # noqa: PLC0415 - where it is shown

    from line_sim.bridge.backup.writing import write  # noqa: PLC0415 - its libraries

    done = write(
        file, database=install.database, media_folder=install.media_folder, made_at=time.time(),
        program=version("line_sim"), force=force,
    )  # fmt: skip
    missing = f", {done.missing:,} media files were missing" if done.missing else ""
    size = f"{done.size_bytes / 1e6:,.1f} MB"
    remark(f"{file}: {done.rows:,} rows, {done.media:,} media files, {size}{missing}")
    remark(f"the key is not in it: keep {install.key_file} somewhere else")
    return Exit.DONE


@ends_well
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    *,
    folder: Folder = HERE,
    key_lost: Annotated[
        bool, typer.Option("--key-lost", help="Secrets and tokens are entered again afterwards.")
    ] = False,
    debug: options.Debug = False,
) -> Exit:
    """Fill a new install, made by init, from a backup; the key must be that of the old one."""
    del debug  # read by ends_well
    with offline(folder, replacing=key_lost) as bridge:
        from line_sim.bridge.backup import restoring  # noqa: PLC0415 - its libraries

        restoring.manifest_of(file)
        with bridge.store.transaction():
            restoring.forget_beginning(bridge.store)
            done = restoring.restore(file, bridge.store, bridge.settings.media_folder)
            bridge.channels.load()  # or the key is another one, and nothing is kept
    remark(f"{done.rows:,} rows, {done.media:,} media files")
    if done.not_sent:
        remark(f"{done.not_sent:,} messages waited to be sent: they are marked unknown, for staff "
               "to send again or not")  # fmt: skip
    remark("everybody signs in anew")
    if key_lost:
        remark("of each channel: line-sim bridge credentials CHANNEL")
    return Exit.DONE


def _the_channel(install: Install, told: int | None) -> int:
    from line_sim.bridge.backup.writing import snapshot  # noqa: PLC0415 - its libraries
    from line_sim.bridge.channels.states import listed  # noqa: PLC0415

    if told is not None:
        return told
    with snapshot(install.database) as db:
        enabled = [each["id"] for each in listed(db) if each["state"] == "enabled"]
    if len(enabled) != 1:
        given, mend = f"{len(enabled)} channels are enabled", "--channel ID says which"
        raise ConfigurationError([Fault("--test-message", given, "one", mend)])
    return int(enabled[0])


async def _month(install: Install, channel: Connected) -> dict[str, Any]:
    from line_sim.bridge.channels.platform import Platform  # noqa: PLC0415 - its libraries

    async with Platform(install.line_api_url, channel.token) as line:
        answers = await line.quota(), await line.consumption()
    limit, used = (each.json for each in answers)
    refused = next((each.status for each in answers if not each.ok), 0)
    return {
        "channel": channel.id,
        "name": channel.name,
        "limit": limit.get("value") if limit.get("type") == "limited" else None,
        "used": used.get("totalUsage"),
        "refused": f"LINE does not tell ({refused}): line-sim bridge doctor" if refused else "",
    }


def _text(found: list[Finding]) -> str:
    lines, before = [], object()
    for each in found:
        if each.channel != before:
            before = each.channel
            lines.append("\nthis machine" if before is None else f"\nchannel {before}")
        lines.append(f"  {MARKS[each.ok]:<3}{each.check}: {each.told}")
        if each.mend and each.ok is not True:
            lines.append(f"       {each.mend}")
    return "\n".join(lines).lstrip("\n")
