"""``line-sim replay``: recorded traffic against a bridge, from the shell."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, document, remark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.faults import Fault
    from line_sim.replay.orders import Orders
    from line_sim.replay.run import Run

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim replay friday.jsonl.zst --to http://127.0.0.1:8000/callback --listen 8040\n"
    '  line-sim replay friday.jsonl.zst --command "python bot.py --port {port}" --speed 60\n'
    "  line-sim replay friday.jsonl.zst --command ./bot --since 09:00 --until 12:00 --share 0.1\n"
    "  line-sim replay friday.jsonl.zst --command ./bot --speed max --in-flight 200 --json"
)


@ends_well
def replay(  # noqa: PLR0913 - options of a command
    recording: Annotated[
        Path, typer.Argument(metavar="RECORDING", help="A recording (docs/recording.md).")
    ],
    *,
    to: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="The bridge's webhook URL; CHANNEL=URL for several."),
    ] = None,
    command: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help="Or how to start the bridge; {port} is its port."),
    ] = None,
    path: Annotated[
        str, typer.Option(metavar="PATH", help="Where a bridge by command takes webhooks.")
    ] = "/callback",
    restart: Annotated[
        bool, typer.Option("--restart", help="Start a bridge by command anew when it dies.")
    ] = False,
    speed: Annotated[
        str, typer.Option(metavar="N", help="Times as fast as recorded; max; stepped.")
    ] = "1",
    closed: Annotated[
        bool, typer.Option("--closed", help="Visitors wait for what the bridge answers.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help="Seconds from the start, HH:MM, or a date and time."),
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="MOMENT", help="Where to stop.")] = None,
    share: Annotated[float, typer.Option(metavar="X", help="Only this share of chats.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Which chats, and which ids are minted.")] = 0,
    loops: Annotated[int, typer.Option(metavar="N", help="How often it is played.")] = 1,
    ramp: Annotated[
        str | None,
        typer.Option(metavar="A:B:T", help="Rate times A at first, times B after T seconds."),
    ] = None,
    warm_up: Annotated[
        float, typer.Option(metavar="SECONDS", help="At first, counted and not measured.")
    ] = 0.0,
    in_flight: Annotated[
        int | None, typer.Option(metavar="K", help="Most unanswered webhooks (5000; max: 64).")
    ] = None,
    late: Annotated[
        float, typer.Option(metavar="MS", help="The player's own p99 that makes a run invalid.")
    ] = 20.0,
    scale_contracts: Annotated[
        bool, typer.Option("--scale-contracts", help="Time-outs and token lives scale as well.")
    ] = False,
    listen: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Where the bridge finds LINE.")
    ] = None,
    secret: Annotated[str, typer.Option(help="Channel secret that the bridge knows.")] = "",
    token: Annotated[str, typer.Option(help="Access token that the bridge uses.")] = "",
    faults: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Bad luck: tables [[faults]] (TOML).")
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the ledger (.jsonl, .jsonl.gz, .jsonl.zst)."),
    ] = None,
    allow_target: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="Webhooks may also go to this host.")
    ] = None,
    fsync: Annotated[
        bool, typer.Option("--fsync", help="Keep every line of the log through a power cut.")
    ] = False,
    json: options.Json = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Play a recording against a bridge: ids, tokens, times and signatures live, the rest stays."""
    del debug  # read by ends_well
    from line_sim.recording.recording import Recording  # noqa: PLC0415 - its libraries
    from line_sim.replay.asked import listen_of, selection_of, speed_of, targets_of  # noqa: PLC0415
    from line_sim.replay.orders import Orders  # noqa: PLC0415

    tape = Recording.load(recording)
    fast = speed_of(speed)
    host, port = listen_of(listen)
    orders = Orders(
        selection=selection_of(
            tape.header, since=since, until=until, share=share, seed=seed, loops=loops,
            ramp=ramp, speed=fast,
        ),
        speed=fast, closed=closed, scale_contracts=scale_contracts or None, in_flight=in_flight,
        warm_up_s=warm_up, limit_ms=late, secret=secret, token=token, host=host, port=port,
        log=log, force=force, fsync=fsync, faults=_bad_luck(faults),
        allow_targets=tuple(allow_target or ()),
    )  # fmt: skip
    run = _played(tape, targets_of(to or []), command, orders, path, restart=restart)
    typer.echo(document(run.to_dict()) if json else clean(_told(run)))
    return _exit(run)


def _bad_luck(path: Path | None) -> tuple[Fault, ...]:
    if path is None:
        return ()
    from line_sim.mock.config import load_faults  # noqa: PLC0415 - the mock's libraries

    return tuple(load_faults(path))


def _played(  # noqa: PLR0913 - handed on
    tape: Any,  # noqa: ANN401 - a recording
    to: str | dict[str, str] | None,
    command: str | None,
    orders: Orders,
    path: str,
    *,
    restart: bool,
) -> Run:
    from line_sim.cli.replay_progress import telling  # noqa: PLC0415 - its libraries
    from line_sim.replay.player import play  # noqa: PLC0415

    with telling() as tell:
        return play(
            tape, to, command=command, orders=orders, path=path, restart=restart, progress=tell
        )


def _exit(run: Run) -> Exit:
    if run.ended == "interrupted":
        return Exit.INTERRUPTED
    return Exit.DONE if run.valid else Exit.RUN_INVALID


def _told(run: Run) -> str:
    """The run in a few lines; what is wrong goes to stderr."""
    for reason in run.reasons:
        remark(f"line-sim: not valid: {reason}")
    for warning in run.warnings:
        remark(f"line-sim: {warning}")
    late, answers = run.lateness, run.answers
    failed = sum(run.failed.values())
    sent = f"{run.sent:,} webhooks to {run.url} at speed {run.speed}: {run.confirmed:,} confirmed"
    sent += f", {failed:,} failed, {len(run.in_flight):,} in flight; {run.rate_per_s:,.0f} a second"
    lines = [
        sent,
        _figures("lateness", late),
        _figures("answers", answers),
        f"at most {run.peak_in_flight:,} in flight, {run.backpressure:,} waited for room",
    ]
    lines += [f"failed: {count:,} by {reason}" for reason, count in sorted(run.failed.items())]
    lines += [f"finding: {each}" for each in run.findings]
    for death in run.deaths:
        again = ", started anew" if death.restarted else ""
        lines.append(f"the bridge ended with {death.exit_code} at {death.at_s:.1f} s{again};"
                     f" {len(death.in_flight)} in flight")  # fmt: skip
        lines += [f"  | {word}" for word in death.last_words[-10:]]
    lines += [f"in flight: {each}" for each in run.in_flight[:20]]
    if run.log:
        lines.append(f"the ledger is {run.log}")
    return "\n".join(lines)


def _figures(name: str, found: Mapping[str, float]) -> str:
    quantiles = ((each, found[f"{each}_ms"]) for each in ("p50", "p95", "p99", "max"))
    return f"{name:<9}" + "".join(f" {each} {value:.1f} " for each, value in quantiles) + "ms"
