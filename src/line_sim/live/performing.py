"""A live run: a mock LINE, a bridge of its own process, and simulated people who work it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from line_sim.bridge.desk.rederive import rederive
from line_sim.bridge.store.store import Store
from line_sim.desk.model import SECOND
from line_sim.errors import UnreachableError
from line_sim.live.child import bridge_of, demand_free
from line_sim.live.furnishing import furnish, started
from line_sim.live.room import Room
from line_sim.live.scene import part_of
from line_sim.mock.server import MockLine

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from line_sim.live.furnishing import Furnished
    from line_sim.log import EventLog
    from line_sim.world.drawn import World

FASTEST = 120.0
"""Chosen: above it people would wait for the wires between them, not for each other."""

LEDGER = "line.jsonl"
"""The mock's ledger, beside the bridge's install."""
EARLY_S, EARLY_EACH_S = 1.5, 0.3
"""Wall seconds that the bridge's clock starts before the people's, and more for each of them: the
bridge starts, and they sign in (measured on two busy cores)."""


@dataclasses.dataclass(frozen=True)
class LiveRun:
    """What came of a live run.

    Parameters
    ----------
    log : its event log, ``origin="live"``, derived anew from the inputs that the bridge stored and
        found equal, row by row, to what the bridge had logged.
    world : who came and who worked: the same part of the world can be simulated.
    late_s : how much later than planned somebody acted at worst, wall seconds.
    """

    log: EventLog
    world: World
    late_s: float


async def run_live(  # noqa: PLR0913 - by name
    world: World,
    folder: Path,
    *,
    start_s: float,
    until_s: float,
    speed: float = 1.0,
    language: str = "en",
    port: int = 0,
    told: Callable[[str, dict[str, Any]], object] = lambda _word, _facts: None,
    ended: asyncio.Event | None = None,
) -> LiveRun:
    """Let the people of a world work a bridge, by its webhooks and its API.

    Parameters
    ----------
    world
        Drawn from a scenario.
    folder
        Where the bridge's install is made, with its log, and the mock's ledger beside.
    start_s, until_s
        Which part of the world, seconds since its start.
    speed
        Seconds of the run in one of the wall's, at most :data:`FASTEST`.
    language
        Of what people say: ja, th, zh-TW, en, id.
    port
        Where the bridge is to listen; 0: a free one.
    told
        Called with what happens: a word and its facts.
    ended
        When set, the run ends before its time.

    Raises
    ------
    ConfigurationError
        The scenario is more than a bridge can do, or nothing can listen at `port`.
    UnreachableError
        The bridge ended.
    StaffApiError
        It answered as it should not.
    DeskLogError
        Derived anew, its log is another.
    """
    demand_free(port)
    part = part_of(world, round(start_s * SECOND), round(until_s * SECOND))
    unix_s = started(part.setup) + start_s
    channels = [{"name": channel.name} for channel in part.setup.channels]
    start = dt.datetime.fromtimestamp(unix_s, dt.UTC)
    end = ended or asyncio.Event()
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with MockLine(
        strict=False, clock=speed, start=start, channels=channels, log=folder / LEDGER
    ) as line:
        furnished = await furnish(folder, part.setup, line, language=language, port=port)
        early_s = speed * (EARLY_S + EARLY_EACH_S * len(part.setup.members))
        async with bridge_of(folder, clock_factor=speed, clock_start=unix_s - early_s) as bridge:
            await _unless(end, bridge.ready())
            room = Room(
                part, furnished, url=bridge.url, line=line, speed=speed, start_s=start_s,
                language=language, told=told,
            )  # fmt: skip
            try:
                await _unless(end, _act(room, until_s), bridge.ended())
            except UnreachableError as error:
                raise await bridge.why(error) from None
            finally:
                await room.close()
    return LiveRun(derived(furnished, part), part, room.pace.late_s)


async def _act(room: Room, until_s: float) -> None:
    """Let everybody come and act."""
    await room.open()
    await room.perform(until_s)


async def _unless(ended: asyncio.Event, *works: Coroutine[Any, Any, None]) -> None:
    """Do some work until one piece of it is done, or somebody ends all of it."""
    doing = [asyncio.ensure_future(work) for work in works]
    ending: asyncio.Task[Any] = asyncio.ensure_future(ended.wait())
    try:
        await asyncio.wait([*doing, ending], return_when=asyncio.FIRST_COMPLETED)
        for task in doing:
            if task.done():
                await task
    finally:
        for each in (*doing, ending):
            each.cancel()
        await asyncio.gather(*doing, ending, return_exceptions=True)


def derived(furnished: Furnished, world: World) -> EventLog:
    """The log of a bridge that has ended, derived anew from its inputs.

    Shifts are those that were planned: a bridge knows statuses only.

    Raises
    ------
    DeskLogError
        It is not the stored one.
    """
    store = Store(furnished.install.database)
    try:
        log = rederive(store)
    finally:
        store.close()
    log.header["seed"] = world.seed
    log.header["shifts"] = world.cast.get("shifts", log.header["shifts"])
    return log
