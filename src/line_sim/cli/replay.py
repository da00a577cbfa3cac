"""``line-sim replay``: recorded traffic against a bridge, from the shell."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.folder import free
from line_sim.cli.screen import document, paper, remark

if TYPE_CHECKING:
    from line_sim.mock.faults import Fault
    from line_sim.replay.expectations import Expectations
    from line_sim.replay.report import ReplayReport

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim replay friday.jsonl.zst --to http://127.0.0.1:8000/callback --listen 8040\n"
    '  line-sim replay friday.jsonl.zst --command "python bot.py --port {port}" --speed 60\n'
    "  line-sim replay friday.jsonl.zst --command ./bot --since 09:00 --until 12:00 --share 0.1\n"
    "  line-sim replay friday.jsonl.zst --command ./bot --speed max --in-flight 200 --json\n"
    "  line-sim replay friday.jsonl.zst --command ./v1 --against ./v2 --html report.html"
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
    against: Annotated[
        str | None,
        typer.Option(metavar="URL|COMMAND", help="Another bridge or version, to compare with."),
    ] = None,
    expect: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What must be done (docs/replaying.md).")
    ] = None,
    write_expectations: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what the recorded bridge did, to be edited."),
    ] = None,
    profile: Annotated[
        str, typer.Option(metavar="NAME", help="What it takes and sends: line, seed, or a file.")
    ] = "line",
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
    event_log: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also the event log, as of a simulated run."),
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a page.")] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write JUnit XML.")
    ] = None,
    fsync: Annotated[
        bool, typer.Option("--fsync", help="Keep every line of the log through a power cut.")
    ] = False,
    json: options.Json = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Play recorded traffic against a bridge, and say what it got wrong."""
    del debug  # read by ends_well
    from line_sim.recording.recording import Recording  # noqa: PLC0415 - its libraries
    from line_sim.replay.asked import listen_of, selection_of, speed_of, targets_of  # noqa: PLC0415
    from line_sim.replay.orders import Orders  # noqa: PLC0415

    tape = Recording.load(recording)
    if write_expectations is not None:
        _write_expectations(tape, write_expectations, force=force)
        if not to and command is None:
            return Exit.DONE
    outputs = {"--log": log, "--event-log": event_log, "--html": html, "--junit": junit}
    free(outputs, force=force, inputs=(recording,))
    wanted = _expectations(expect)
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
    report = _played(
        tape, targets_of(to or []), command=command, orders=orders, path=path, restart=restart,
        against=against, expectations=wanted, profile=profile,
    )  # fmt: skip
    _written(report, html, junit, event_log, force=force)
    if json:
        typer.echo(document(report.to_dict()))
    else:
        from line_sim.cli.replay_tables import replay_tables  # noqa: PLC0415 - where shown

        for part in replay_tables(report):
            paper().print(part)
    return _exit(report)


def _bad_luck(path: Path | None) -> tuple[Fault, ...]:
    if path is None:
        return ()
    from line_sim.mock.config import load_faults  # noqa: PLC0415 - the mock's libraries

    return tuple(load_faults(path))


def _played(tape: Any, to: str | dict[str, str] | None, **how: Any) -> ReplayReport:  # noqa: ANN401
    from line_sim.cli.replay_progress import telling  # noqa: PLC0415 - its libraries
    from line_sim.replay.replaying import replay as replayed  # noqa: PLC0415

    with telling() as tell:
        return replayed(tape, to, progress=tell, **how)


def _expectations(path: Path | None) -> Expectations | None:
    if path is None:
        return None
    from line_sim.replay.expectations import Expectations  # noqa: PLC0415 - where one is read

    return Expectations.load(path)


def _write_expectations(tape: Any, path: Path, *, force: bool) -> None:  # noqa: ANN401
    from line_sim.replay.behaviours import behaviours  # noqa: PLC0415 - where one is written
    from line_sim.replay.expectations import Expectations  # noqa: PLC0415
    from line_sim.replay.page import write_page  # noqa: PLC0415

    made = Expectations.of(behaviours(tape))
    write_page(path, made.to_toml(), force=force)
    remark(f"{path}: what was done about {len(made.event):,} events")


def _written(
    report: ReplayReport, html: Path | None, junit: Path | None, log: Path | None, *, force: bool
) -> None:
    from line_sim.replay import page  # noqa: PLC0415 - where one is written
    from line_sim.replay.junit import of_replay  # noqa: PLC0415

    if html is not None:
        page.write_page(html, page.replay_page(report), force=force)
    if junit is not None:
        page.write_page(junit, of_replay(report), force=force)
    if log is not None:
        report.log().save(log)
    written = [str(path) for path in (html, junit, log) if path is not None]
    if written:
        remark(f"line-sim: written: {', '.join(written)}")


def _exit(report: ReplayReport) -> Exit:
    if report.run.ended == "interrupted":
        return Exit.INTERRUPTED
    if not report.valid:
        return Exit.RUN_INVALID
    return Exit.DONE if report.ok else Exit.CHECK_FAILED
