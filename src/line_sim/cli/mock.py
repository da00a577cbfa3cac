"""``line-sim mock``: a LINE platform in the shell, until Ctrl-C."""

from __future__ import annotations

import asyncio
import gc
import signal
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, document, remark

if TYPE_CHECKING:
    from line_sim.mock.faults import Fault
    from line_sim.mock.running import Options, RunningMock
    from line_sim.mock.settings import Settings

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim mock                                    # on a free port; prints how to use it\n"
    "  line-sim mock --port 8040 --connect http://127.0.0.1:8000/callback\n"
    "  line-sim mock --tls 443                          # under LINE's own host names\n"
    "  line-sim mock --config shop.toml --faults storm.toml --log calls.jsonl"
)


@ends_well
def mock(  # noqa: PLR0913 - options of a command
    *,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Channels and choices (TOML, docs/mock.md)."),
    ] = None,
    faults: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Bad luck: tables [[faults]] (TOML).")
    ] = None,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the ledger here (.jsonl, .jsonl.gz).")
    ] = None,
    connect: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Webhook URL of the first channel, verified at once."),
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: a free one.")] = 0,
    tls: Annotated[
        int | None,
        typer.Option(metavar="PORT", min=0, max=65535, help="Also HTTPS, under LINE's host names."),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="PEM certificate for HTTPS.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its PEM key.")] = None,
    proxy: Annotated[
        bool, typer.Option("--proxy", help="Also a forward proxy for LINE's host names.")
    ] = False,
    speed: Annotated[
        float, typer.Option(help="Schedule seconds in a second (docs/mock.md, clocks).")
    ] = 1.0,
    stepped: Annotated[
        bool, typer.Option("--stepped", help="Time moves by the control API only.")
    ] = False,
    control_token: Annotated[
        str, typer.Option(help="Guards /_sim/; needed where --host is not this machine alone.")
    ] = "",
    allow_target: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="Webhooks may also go to this host."),
    ] = None,
    fsync: Annotated[
        bool, typer.Option("--fsync", help="Keep every line of the log through a power cut.")
    ] = False,
    json: options.Json = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Run a LINE platform for a bot under test, until Ctrl-C."""
    del debug  # read by ends_well
    from line_sim.mock.running import Options  # noqa: PLC0415

    settings, bad_luck = _settings(config)
    told = Options(
        host=host,
        port=port,
        tls=tls is not None or proxy,
        tls_port=tls or 0,
        certificate=certificate,
        key=key,
        proxy=proxy,
        control_token=control_token,
        allow_targets=tuple(allow_target or ()),
        speed=speed,
        stepped=stepped,
        log=log,
        force=force,
        fsync=fsync,
        faults=(*bad_luck, *_bad_luck(faults)),
    )
    return _run(settings, told, connect, as_json=json)


def _settings(config: Path | None) -> tuple[Settings, list[Fault]]:
    from line_sim.mock.config import load  # noqa: PLC0415 - the mock's libraries
    from line_sim.mock.settings import Settings  # noqa: PLC0415

    return load(config) if config else (Settings(), [])


def _bad_luck(path: Path | None) -> list[Fault]:
    """What a file of faults says, which may hold nothing else."""
    if path is None:
        return []
    from line_sim.mock.config import load_faults  # noqa: PLC0415 - the mock's libraries

    return load_faults(path)


def _run(settings: Settings, told: Options, connect: str | None, *, as_json: bool) -> Exit:
    """Run the mock until a signal asks for its end."""
    from line_sim.mock.running import RunningMock  # noqa: PLC0415 - the mock's libraries
    from line_sim.net.loops import new_loop  # noqa: PLC0415

    mock = RunningMock(settings, told)
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(_until_told(mock, connect, as_json=as_json))
    finally:
        mock.ledger.close()
    return Exit.DONE


async def _until_told(mock: RunningMock, connect: str | None, *, as_json: bool) -> None:
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            asyncio.get_running_loop().add_signal_handler(number, end.set)
        except NotImplementedError:  # Windows: Ctrl-C ends the loop itself
            break
    await mock.start()
    gc.freeze()  # what is there stays: no search among it holds webhooks up
    try:
        if connect:
            await mock.commands.do("connect", {"url": connect})
        facts = mock.facts()
        typer.echo(document(facts) if as_json else _guide(facts))
        watcher = asyncio.ensure_future(_tell_findings(mock))
        await end.wait()
        watcher.cancel()
    finally:
        await mock.stop()
    remark(_farewell(mock))


async def _tell_findings(mock: RunningMock) -> None:
    """Say on stderr what a caller did wrong, as it happens."""
    told = 0
    while True:
        kept = mock.service.findings.kept
        for finding in kept[told:]:
            remark(f"line-sim: {finding}")
        told = len(kept)
        await mock.service.activity.touched(60)


def _guide(facts: dict[str, Any]) -> str:
    """How to point a bridge at the mock."""
    from line_sim.mock.pointing import ways  # noqa: PLC0415 - the mock's libraries

    head = f"LINE is at {facts['url']}  (Ctrl-C ends it)"
    parts = [head]
    for title, lines in ways(facts, facts["environment"]):
        parts.append(f"{title}:\n" + "\n".join(f"  {line}" for line in lines.splitlines()))
    parts.append(f'talk to the bot:\n  line-sim say "Is my order on its way?" --to {facts["url"]}')
    return clean("\n\n".join(parts)) + "\n"


def _farewell(mock: RunningMock) -> str:
    counts = mock.service.counts()
    calls, webhooks = counts.get("call", 0), counts.get("webhook", 0)
    found = len(mock.service.findings.all())
    kept = f"; the ledger is {mock.options.log}" if mock.options.log else ""
    return f"line-sim: {calls} calls, {webhooks} webhooks, {found} findings{kept}"
