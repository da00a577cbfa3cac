"""Bridges of tests/bridges on the bench, in this process and several at a time."""

# ruff: noqa: ANN401 - ASGI's own types

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from echo_bridge.app import Bridge, Parts
from echo_bridge.settings import Settings
from faults import FAULTS

from line_sim.mock.server import MockLine
from line_sim.recording.recording import Recording
from line_sim.replay.checks.report import CheckReport
from line_sim.replay.checks.running import check_bridge, check_recording

MINE = range(66, 100)
"""The checks that the tests with this are about."""
AT_ONCE = 6
"""Bridges on the bench: they mostly wait, and more of them only wait for each other."""
PROFILE = "seed"


def checked(
    only: Collection[int],
    log: Path,
    *,
    agent: bool = True,
    parts: Parts | None = None,
    app: Callable[[MockLine], Any] | None = None,
) -> CheckReport:
    """What the checks say of a bridge; its saved ledger says the same.

    `app` makes another application than the bridge of `parts`, once the mock is there.
    """
    told = Settings("", "", "", "", agent=agent, state=str(log.with_suffix(".sqlite")))
    made: list[Any] = [] if app is not None else [Bridge(told, parts=parts).app()]

    def ready(line: MockLine) -> None:
        told.secret, told.access_token = line.channel.secret, line.channel.access_token
        told.api_url = told.data_url = line.url
        if app is not None:
            made.append(app(line))

    async def serving(scope: Any, receive: Any, send: Any) -> None:
        await made[0](scope, receive, send)

    report = check_bridge(
        serving, view="same" if agent and app is None else None, profile=PROFILE, only=only,
        log=log, ready=ready,
    )  # fmt: skip
    again = check_recording(Recording.load(log), profile=PROFILE, only=only)
    assert again.verdicts == report.verdicts
    return report


def told(report: CheckReport, wanted: Collection[int]) -> str:
    """The verdicts that are not as wanted, with their evidence; for the message of an assertion."""
    numbers = set(wanted) ^ set(report.numbers("fail"))
    return "\n".join(f"{n}: {report[n].word}: {report[n].evidence}" for n in sorted(numbers))


def faulty(name: str, only: Collection[int], folder: Path) -> tuple[str, CheckReport]:
    """What all checks from 66 on say of what the probes of `only` show."""
    log = folder / f"{name}.jsonl"
    checked(only, log, parts=FAULTS[name].parts)
    report = check_recording(Recording.load(log), profile=PROFILE, only=MINE)
    return name, report


async def silent(scope: Any, receive: Any, send: Any) -> None:
    """A bridge that confirms and does nothing."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})
