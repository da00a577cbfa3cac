"""``line-sim check``: what a bridge gets wrong, in 99 checks."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.folder import free
from line_sim.cli.screen import document, paper, remark
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.replay.checks.report import CheckReport

EXAMPLES = (
    "\b\nExamples:\n"
    '  line-sim check --command "python bot.py"         # started with what it must be told\n'
    "  line-sim check --to http://127.0.0.1:8000/callback --port 8040 --secret S --token T\n"
    "  line-sim check --recording friday.jsonl.zst      # what a recording alone decides\n"
    "  line-sim check --command ... --json > now.json; line-sim check ... --baseline now.json"
)


@ends_well
def check(  # noqa: PLR0913 - options of a command
    *,
    to: Annotated[str | None, typer.Option(metavar="URL", help="The bridge's webhook URL.")] = None,
    command: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help="Or what starts it (docs/checks.md); {port} in it."),
    ] = None,
    recording: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Or a recording to look through.")
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Its agent view (docs/agent-view.md); 'same': at its own origin."
        ),
    ] = None,
    profile: Annotated[
        str, typer.Option(metavar="NAME", help="What it takes and sends: line, seed, or a file.")
    ] = "line",
    only: Annotated[str, typer.Option(metavar="1,2,5-9", help="These checks and no others.")] = "",
    skip: Annotated[str, typer.Option(metavar="1,2,5-9", help="All but these.")] = "",
    real_time: Annotated[
        bool, typer.Option("--real-time", help="Really wait where its time must pass (minutes).")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="An older --json: only what newly fails counts."),
    ] = None,
    path: Annotated[str, typer.Option(help="Where a started bridge is called.")] = "/callback",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where LINE's API is to be; 0: a free port.")
    ] = 0,
    secret: Annotated[str, typer.Option(envvar="LINE_SIM_SECRET", help="Channel secret.")] = "",
    token: Annotated[str, typer.Option(envvar="LINE_SIM_ACCESS_TOKEN", help="Its token.")] = "",
    seed: options.Seed = 0,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the ledger: a recording.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a page.")] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write JUnit XML.")
    ] = None,
    allow_target: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="The bridge may be on this host.")
    ] = None,
    json: options.Json = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Play every situation against a bridge and say what it got wrong."""
    del debug  # read by ends_well
    given = {"--to": to, "--command": command, "--recording": recording}
    named = [name for name, value in given.items() if value is not None]
    if len(named) != 1:
        allowed = "one of --to, --command and --recording"
        raise ConfigurationError([Fault("check", " and ".join(named) or "none", allowed)])
    chosen = {"only": numbers("--only", only), "skip": numbers("--skip", skip)}
    older = _baseline(baseline)
    outputs = {"--log": log, "--html": html, "--junit": junit}
    free(outputs, force=force, inputs=filter(None, (recording, baseline)))
    if recording is not None:
        from line_sim.recording.recording import Recording  # noqa: PLC0415 - its libraries
        from line_sim.replay.checks.running import check_recording  # noqa: PLC0415

        held = Recording.load(recording)
        report = check_recording(held, profile=profile, target=str(recording), **chosen)
    else:
        report = _live(
            to, command=command, agent=agent, profile=profile, real_time=real_time, path=path,
            port=port, secret=secret, token=token, seed=seed, log=log, force=force,
            allow_targets=tuple(allow_target or ()), **chosen,
        )  # fmt: skip
    _written(report, html, junit, force=force)
    if json:
        typer.echo(document(report.to_dict()))
    else:
        from line_sim.cli.check_tables import check_tables  # noqa: PLC0415 - where shown

        for part in check_tables(report):
            paper().print(part)
    return _code(report, older)


def numbers(where: str, text: str) -> frozenset[int]:
    """The numbers of ``1,2,5-9``."""
    found: set[int] = set()
    for part in filter(None, (each.strip() for each in text.split(","))):
        first, dash, last = part.partition("-")
        if not (first.isdecimal() and (last.isdecimal() or not dash)):
            raise ConfigurationError([Fault(where, repr(part), "numbers: 1,2,5-9")])
        found |= set(range(int(first), int(last if dash else first) + 1)) & set(range(1_000))
    return frozenset(found)


def _live(to: str | None, *, agent: str | None, **how: Any) -> CheckReport:  # noqa: ANN401
    from line_sim.replay.agent_view import HttpAgentView  # noqa: PLC0415 - its libraries
    from line_sim.replay.checks.running import check_bridge  # noqa: PLC0415

    view = HttpAgentView(agent) if agent and agent != "same" else None

    def progress(name: str, place: int, total: int) -> None:
        from line_sim.cli.waiting import watched  # noqa: PLC0415

        if watched():
            remark(f"\x1b[A{place} of {total}: {name}" if place > 1 else f"1 of {total}: {name}")

    try:
        return check_bridge(to, view="same" if agent == "same" else view, progress=progress, **how)
    finally:
        if view is not None:
            view.close()


def _baseline(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    import json  # noqa: PLC0415 - only here

    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError):
        found = None
    checks = found.get("checks") if isinstance(found, dict) else None
    if not isinstance(checks, list) or not all(isinstance(each, dict) for each in checks):
        allowed = "what line-sim check --json printed"
        raise ConfigurationError([Fault("--baseline", str(path), allowed)])
    return dict(found)


def _written(report: CheckReport, html: Path | None, junit: Path | None, *, force: bool) -> None:
    from line_sim.replay import page  # noqa: PLC0415 - where one is written
    from line_sim.replay.junit import of_checks  # noqa: PLC0415

    if html is not None:
        page.write_page(html, page.checks_page(report), force=force)
    if junit is not None:
        page.write_page(junit, of_checks(report), force=force)


def _code(report: CheckReport, older: dict[str, Any] | None) -> Exit:
    if older is None:
        return Exit.DONE if report.ok else Exit.CHECK_FAILED
    new = report.new_failures(older)
    if new:
        remark(f"new failures: {', '.join(map(str, new))}")
    return Exit.CHECK_FAILED if new else Exit.DONE
