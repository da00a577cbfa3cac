"""``line-sim demo``: simulated customers and staff at work on a bridge that runs."""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib.util
import re
import signal
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import asked, options
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, remark
from line_sim.errors import ConfigurationError, Fault, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.live.performing import LiveRun
    from line_sim.log import EventLog
    from line_sim.scenario import Scenario
    from line_sim.world.drawn import World

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim demo                                    # half an hour of a shop, in 90 s\n"
    "  line-sim demo bangkok_shop --from 12:00 --minutes 60 --speed 60\n"
    "  line-sim demo mobile_pair --log live.jsonl.gz    # the log, for simulate's analyses\n"
    "  line-sim demo --keep shop                        # the bridge's folder stays"
)
FASTEST = 120.0
MOST_MINUTES = 24 * 60
LIBRARIES = ("sqlalchemy", "argon2", "fastapi", "simpy")


@ends_well
def demo(  # noqa: PLR0913 - options of a command
    scenario: options.Scenario = "bangkok_shop",
    *,
    speed: Annotated[
        float, typer.Option(help=f"Seconds of the shop in a second, above 0, to {FASTEST:g}.")
    ] = 20.0,
    minutes: Annotated[
        float, typer.Option(help="Minutes of the shop, above 0; Ctrl-C ends it before.")
    ] = 30.0,
    begin: Annotated[
        str,
        typer.Option("--from", metavar="HH:MM", help="Of the first day; else the busiest hour."),
    ] = "",
    seed: options.Seed = 1,
    language: Annotated[
        str, typer.Option(metavar="CODE", help="Of what people say: en, ja, th, zh-TW, id.")
    ] = "en",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the bridge; 0: a free one.")] = 0,
    log: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the event log (.jsonl, .jsonl.gz)."),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep the bridge's folder and LINE's ledger here."),
    ] = None,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Watch a shop at work: a LINE platform, a bridge, customers who write, staff who answer.

    Everything passes over real sockets: webhooks from a mock LINE, the bridge in a process of its
    own, staff by its API. Only the people are simulated.
    """
    del debug  # read by ends_well
    demand_libraries()
    _demand(speed, minutes, language)
    try:
        return _shown(
            scenario, begin, log, keep, minutes=minutes, force=force,
            speed=speed, seed=seed, language=language, port=port,
        )  # fmt: skip
    except KeyboardInterrupt:
        remark("ended before it began")
        return Exit.DONE


def _shown(  # noqa: PLR0913 - as the command
    scenario: str,
    begin: str,
    log: Path | None,
    keep: Path | None,
    *,
    minutes: float,
    force: bool,
    seed: int,
    **how: Any,  # noqa: ANN401 - what the run is told as it is
) -> Exit:
    """What the command does, once what it was told can be."""
    found = asked.scenario(scenario)
    _demand_free(log, keep, force=force)
    from line_sim.world.draw import draw  # noqa: PLC0415 - numpy

    world = draw(found, seed=seed)
    start_s = start_of(found, world, begin)
    until_s = start_s + 60 * minutes
    remark(_opening(found, start_s, minutes, how["speed"]))
    with _folder(keep) as folder:
        run = asyncio.run(
            _until_told(found, world, folder, start_s=start_s, until_s=until_s, **how)
        )
    if log is not None:
        run.log.save(log, force=force)
    typer.echo(clean(closing(run)))
    return Exit.DONE


async def _until_told(found: Scenario, world: World, folder: Path, **how: Any) -> LiveRun:  # noqa: ANN401
    """The run, until its time is over or a signal asks for its end."""
    from line_sim.live.performing import run_live  # noqa: PLC0415 - the bridge's libraries
    from line_sim.live.telling import line_of  # noqa: PLC0415

    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows: Ctrl-C ends the loop itself
            break

    def told(word: str, facts: dict[str, Any]) -> None:
        typer.echo(clean(line_of(found.start, word, facts)))

    return await run_live(world, folder, told=told, ended=ended, **how)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the bridge's install is made: to stay, or for the run."""
    if keep is not None:
        yield keep
        return
    with TemporaryDirectory(prefix="line-demo-") as made:
        yield Path(made) / "shop"


def demand_libraries() -> None:
    """Say how to install what a live run stands on.

    Raises
    ------
    ConfigurationError
        It is not installed.
    """
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        given, mend = f"{', '.join(missing)} not installed", "pip install 'line_sim[bridge]'"
        fault = Fault("line-sim demo", given, "the libraries of the extra 'bridge'", mend)
        raise ConfigurationError([fault])


def _demand(speed: float, minutes: float, language: str) -> None:
    from line_sim.sim.traffic_texts import AUTOMATIC  # noqa: PLC0415 - with the model

    faults = []
    if not 0 < speed <= FASTEST:
        mend = "people would wait for the wires between them"
        faults.append(Fault("--speed", f"{speed:g}", f"above 0, at most {FASTEST:g}", mend))
    if not 0 < minutes <= MOST_MINUTES:
        faults.append(Fault("--minutes", f"{minutes:g}", f"above 0, at most {MOST_MINUTES:,}"))
    if language not in AUTOMATIC:
        faults.append(Fault.unknown("--language", language, AUTOMATIC))
    if faults:
        raise ConfigurationError(faults)


def _demand_free(log: Path | None, keep: Path | None, *, force: bool) -> None:
    """Find out before anything runs what is in the way."""
    if log is not None and log.exists() and not force:
        raise OutputExistsError(log)
    if keep is not None and keep.exists() and any(keep.iterdir() if keep.is_dir() else [keep]):
        mend = "a bridge's folder is never replaced; name another"
        raise ConfigurationError([Fault("--keep", f"{keep} is not empty", "a new folder", mend)])


def start_of(found: Scenario, world: World, begin: str) -> float:
    """When the run begins, seconds since the scenario's start."""
    from line_sim.live.scene import busiest  # noqa: PLC0415 - numpy

    if not begin:
        return busiest(world) / 1e6
    if not (given := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", begin)):
        raise ConfigurationError([Fault("--from", repr(begin), "HH:MM, as in 12:00")])
    wanted = dt.timedelta(hours=int(given[1]), minutes=int(given[2]))
    shown = dt.timedelta(hours=found.start.hour, minutes=found.start.minute)
    return (wanted - shown).total_seconds() % 86_400


def _opening(found: Scenario, start_s: float, minutes: float, speed: float) -> str:
    at = found.start + dt.timedelta(seconds=start_s)
    wall_s = 60 * minutes / speed
    return (
        f"{found.name}: {minutes:g} minutes from {at:%a %H:%M}, {speed:g} times as fast: "
        f"{wall_s:,.0f} s. Ctrl-C ends it."
    )


def closing(run: LiveRun) -> str:
    """What came of it, in a few lines."""
    log: EventLog = run.log
    if not len(log):
        return "\nnothing happened"
    from line_sim.analysis import metrics  # noqa: PLC0415 - pandas

    found = metrics.summary(log)

    def share(name: str) -> str:
        value = float(found[name])
        return "–" if value != value else f"{100 * value:.0f} %"  # noqa: PLR0124, RUF001 - NaN

    def seconds(name: str) -> str:
        value = float(found[name])
        return "–" if value != value else f"{value:,.0f} s"  # noqa: PLR0124, RUF001 - NaN

    lines = [
        "",
        (
            f"{found['received']:.0f} enquiries: {found['answered']:.0f} picked up, "
            f"{found['missed']:.0f} missed, {found['open_at_end']:.0f} still waiting at the end"
        ),
        f"away message: {found['away_sent']:.0f} sent, to {share('away_rate')} of enquiries",
        (
            f"wait until picked up: median {seconds('waiting_time_answered_s_median')}, "
            f"90 % within {seconds('waiting_time_answered_s_p90')}"
        ),
        f"the log, {len(log):,} rows, derived anew from the bridge's inputs: equal",
    ]
    return "\n".join(lines)
