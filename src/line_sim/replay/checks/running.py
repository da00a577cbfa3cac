"""Every check on a live bridge, and those that a recording decides."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from line_sim.errors import ConfigurationError, Fault, LineSimError
from line_sim.mock.server import MockLine
from line_sim.mock.settings import (
    Channel,
    DispatchSettings,
    RedeliverySettings,
    Settings,
)
from line_sim.replay.agent_view import HttpAgentView
from line_sim.replay.bridge_process import BridgeProcess
from line_sim.replay.checks.bench import Bench
from line_sim.replay.checks.outbound_media import MEDIA_ORIGIN
from line_sim.replay.checks.redelivery import REDELIVERY_S
from line_sim.replay.checks.registry import every_check, every_probe
from line_sim.replay.checks.report import CheckReport, Result
from line_sim.replay.checks.seen import Seen
from line_sim.wire import bridge_profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from line_sim.net.lifespan import Application
    from line_sim.replay.agent_view import AgentView
    from line_sim.replay.checks.registry import Probe


def settings(secret: str = "", token: str = "", seed: int = 0) -> Settings:
    """The platform that checks are run on; its second channel is for check 96."""
    shop = Channel(name="shop", secret=secret, access_token=token, groups=True)
    return Settings(
        seed=seed,
        channels=(shop, Channel(name="other shop", provider="other provider")),
        redelivery=RedeliverySettings(after_s=REDELIVERY_S),
        dispatch=DispatchSettings(in_flight=1_000),
    )


def check_bridge(  # noqa: PLR0913 - each by name but the first
    to: str | Application | None = None,
    *,
    command: str | None = None,
    view: AgentView | Literal["same"] | None = None,
    profile: str | Path = "line",
    only: Collection[int] = (),
    skip: Collection[int] = (),
    real_time: bool = False,
    path: str = "/callback",
    secret: str = "",
    token: str = "",
    port: int = 0,
    seed: int = 0,
    log: str | Path | None = None,
    force: bool = False,
    allow_targets: Iterable[str] = (),
    ready: Callable[[MockLine], None] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> CheckReport:
    """Play every situation against a bridge and say what it got wrong.

    Parameters
    ----------
    to
        The bridge: its webhook URL, or an ASGI application that is served meanwhile. It must call
        this platform (`port`) with `token`, and be told `secret`.
    command
        Or the command that starts it, by the start contract (docs/checks.md).
    view
        Its agents' side; ``same``: by HTTP at the bridge's own origin.
    profile
        What it takes and sends: a shipped bridge profile or a TOML file.
    only, skip
        Numbers of checks; by default all are made.
    real_time
        Whether to really wait where a bridge's own time has to pass.
    log
        A file for the ledger, which is a recording and can be checked again.
    ready
        Called with the platform before the bridge is connected, to start an application with it.
    progress
        Called with the name of each probe, its place and how many there are.

    Raises
    ------
    ConfigurationError
        Where an argument is impossible, or verifying the webhook URL fails.
    UnreachableError
        Where the command's bridge does not get ready.
    """
    held = bridge_profiles.load(profile)
    checks = {n: c for n, c in every_check().items() if n not in skip and (not only or n in only)}
    unknown = sorted((set(only) | set(skip)) - set(every_check()))
    if unknown or (to is None) == (command is None):
        raise ConfigurationError(list(_mistakes(unknown, to, command)))
    probes = [each for each in every_probe() if set(each.serves) & set(checks)]
    line = MockLine(
        settings(secret, token, seed), strict=False, port=port, log=log, force=force,
        allow_targets=allow_targets,
    )  # fmt: skip
    with ExitStack() as closing:
        closing.enter_context(line)
        if ready is not None:
            ready(line)
        bridge = None
        if command is not None:
            bridge = BridgeProcess(
                command, line.environment, path=path, destination=line.channel.bot_user_id,
                refusing=True,  # of what it may refuse check 11 judges
            )  # fmt: skip
            closing.callback(bridge.stop)
            to = bridge.start()
        url = line.connect(to or "", path=path, verify=False)
        reach(line, url)
        line.settings.media_map[MEDIA_ORIGIN] = origin(url)
        if view == "same":
            view = HttpAgentView(origin(url))
            closing.callback(view.close)
        bench = Bench(line, held, view=view, bridge=bridge, real_time=real_time)
        _play(bench, probes, progress)
        lines = list(line.lines)
    found = judged(Seen(lines, held), checks)
    target = command or (to if isinstance(to, str) else type(to).__name__)
    return CheckReport(found, str(target), held.name, str(log or ""))


def check_recording(
    lines: Iterable[Mapping[str, Any]],
    *,
    profile: str | Path = "line",
    only: Collection[int] = (),
    skip: Collection[int] = (),
    target: str = "",
) -> CheckReport:
    """What a recording decides: that of a run of checks all, one of ordinary traffic some."""
    held = bridge_profiles.load(profile)
    checks = {n: c for n, c in every_check().items() if n not in skip and (not only or n in only)}
    return CheckReport(judged(Seen(lines, held), checks), target, held.name)


def origin(url: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def reach(line: MockLine, url: str) -> None:
    """Verify the webhook URL; that it answers at all is enough, check 11 judges how.

    Raises
    ------
    ConfigurationError
        Where nobody answers there, or nothing but that there is no such page.
    """
    try:
        line.connect(url)
    except ConfigurationError:
        ends = [each for each in line.lines if each["kind"] == "webhook_end"]
        if not ends or ends[-1].get("status") in {None, 404}:
            raise
        line.connect(url, verify=False)


def judged(seen: Seen, checks: Mapping[int, Any]) -> tuple[Result, ...]:
    """The verdict of each check."""
    return tuple(Result(each, each.judge(seen)) for each in checks.values())


def _play(
    bench: Bench, probes: list[Probe], progress: Callable[[str, int, int], None] | None
) -> None:
    """Play the probes one after another; a bridge that died is started again where we can."""
    _first_look(bench)
    for place, probe in enumerate(probes, 1):
        if progress is not None:
            progress(probe.name, place, len(probes))
        bench.begin(probe.name)
        try:
            probe.play(bench)
        except LineSimError as error:
            bench.mark("broken off", reason=str(error))
        bench.line.clear_faults()
        bench.settle()
        if not _alive(bench):
            return


def _first_look(bench: Bench) -> None:
    """Whether the bridge shows reactions at all; one that does not is not waited for again."""
    bench.begin("first look")
    visitor = bench.line.visitor("first look")
    first = visitor.says("hello")
    later = bench.control(visitor)
    bench.mark("", control=later)  # a welcome alone does not show that messages are handled
    if not (bench.reacted(first.events, 0) or bench.reacted([later], 0)):
        bench.patience_s = min(bench.patience_s, 0.1)


def _alive(bench: Bench) -> bool:
    """Whether the bridge still runs; one of ours is started again, another's end is marked."""
    if bench.bridge is not None:
        if not bench.bridge.running:
            bench.mark("died", died=True)
            bench.bridge.start()
        return True
    channel = bench.line.channel
    try:
        reach(bench.line, channel.endpoint or "")
    except ConfigurationError as error:
        bench.mark("gone", gone=f"the bridge could not be reached any more: {error}")
        return False
    return True


def _mistakes(unknown: list[int], to: object, command: object) -> Iterable[Fault]:
    if unknown:
        yield Fault("only, skip", ", ".join(map(str, unknown)), "numbers of checks, 1 to 99")
    if (to is None) == (command is None):
        given = "neither" if to is None else "both"
        yield Fault("to, command", given, "a bridge's URL, or the command that starts it")
