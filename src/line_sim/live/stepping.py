"""The same inputs for the model and for a live bridge, on a clock that moves by steps.

A part of a world is simulated. What people did in that run is then done on a bridge, each act at
its very instant: visitors write by the mock LINE, whose webhooks come over a socket; staff act by
the API. The clock stands still in between, so nothing depends on how fast the machine is, and the
desk's rows must be equal, one by one.

What no client of a bridge can do is put to its desk: shifts, of which a bridge knows nothing;
statuses, which follow from devices that are heard of or not; chatbots; a transfer to where the
enquiry's own rule leads. The number an enquiry draws is the simulated one.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import io
from collections import Counter
from contextlib import AsyncExitStack
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import func, select

from line_sim.bridge import settings
from line_sim.bridge.app import Bridge
from line_sim.bridge.clock import Clock
from line_sim.bridge.desk.rederive import told
from line_sim.bridge.journal import Journal
from line_sim.bridge.staff.sessions import Sessions
from line_sim.bridge.store import tables
from line_sim.desk.model import (
    MESSAGE_TYPES,
    REASONS,
    RECEIVED,
    SECOND,
    SHIFT_STARTED,
    VISITOR_MESSAGE,
)
from line_sim.desk.rows import ROW_ORDER, packed
from line_sim.errors import InvariantError
from line_sim.live.acts import act_at, as_known, desk_rows
from line_sim.live.colleagues import Desk
from line_sim.live.furnishing import furnish, started
from line_sim.live.performing import derived
from line_sim.live.phones import Phones
from line_sim.log import ROW, EventLog, header_of
from line_sim.mock.server import MockLine
from line_sim.net.http.client import in_process
from line_sim.net.serve import Server
from line_sim.sim import loop
from line_sim.sim.start import start

if TYPE_CHECKING:
    from pathlib import Path

    from argon2 import PasswordHasher

    from line_sim.live.acts import Act, Row
    from line_sim.live.furnishing import Furnished
    from line_sim.world.drawn import World

PATIENCE_S = 10.0
"""Wall seconds until a webhook is taken, or a call of the bridge ended (chosen)."""
LOOK_EVERY_S = 0.001
STEPS = 1 << 40
BY_PHONE: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("says", {"text": "Is my order on its way?"}),
    "sticker": ("sends_sticker", {"package_id": "446", "sticker_id": "1988"}),
    "location": ("sends_location", {"latitude": 13.7563, "longitude": 100.5018}),
}
"""How a phone sends each type of message; any other is ``sends`` with its kind."""
STAFF, ENQUIRY = 6, 4
"""Places in a row."""


@dataclasses.dataclass(frozen=True)
class Stepped:
    """The model and the bridge, given the same inputs.

    Parameters
    ----------
    simulated, live : the logs; the live one derived anew from the stored inputs.
    difference : where the desk's rows differ first, in words; empty = nowhere.
    acts : how many acts of each kind there were.
    seen : how many messages of each kind came to visitors' phones.
    """

    simulated: EventLog
    live: EventLog
    difference: str
    acts: Counter[str]
    seen: Counter[str]


async def step(
    world: World,
    folder: Path,
    *,
    language: str = "en",
    hasher: PasswordHasher | None = None,
) -> Stepped:
    """Simulate a world, and let the same inputs happen to a bridge.

    Parameters
    ----------
    world
        As :func:`line_sim.live.scene.part_of` makes it.
    folder
        Where the bridge's install is made.
    language
        Of what the bridge says by itself.
    hasher
        How passwords are hashed; None: as for real.

    Raises
    ------
    ConfigurationError
        The world is more than a bridge can have.
    """
    channels = [{"name": channel.name} for channel in world.setup.channels]
    zero = dt.datetime.fromtimestamp(started(world.setup), dt.UTC)
    async with AsyncExitStack() as life:
        line = await life.enter_async_context(
            MockLine(strict=False, clock="stepped", start=zero, channels=channels)
        )
        furnished = await furnish(folder, world.setup, line, language=language, hasher=hasher)
        simulated, luck = simulate_for(world, furnished)
        clock = Clock(stepped=True, start=zero.timestamp())
        told_it = settings.of_install(furnished.install)
        bridge = Bridge(told_it, clock=clock, journal=Journal(io.StringIO()))
        server = Server(bridge, lifespan="off")
        life.callback(server.close_ports)
        await bridge.begin()
        life.push_async_callback(bridge.end)
        await server.start()
        life.push_async_callback(server.stop)
        for channel, path in zip(world.setup.channels, furnished.paths, strict=True):
            await line.aio.connect(server.url + path, channel=channel.name)
        stage = Stage(world, furnished, bridge, line, luck)
        life.push_async_callback(stage.close)
        difference = await stage.play(named_in_order(desk_rows(simulated.rows)))
        seen = await stage.seen()
    live = derived(furnished, world)
    return Stepped(simulated, live, difference or first_difference(simulated, live),
                   stage.acts, seen)  # fmt: skip


def simulate_for(world: World, furnished: Furnished) -> tuple[EventLog, list[int]]:
    """The log of a world on the desk that a bridge has, and the number each enquiry drew."""
    setup = dataclasses.replace(
        furnished.setup, classes=world.setup.classes, languages=world.setup.languages
    )
    world = dataclasses.replace(world, setup=setup)
    desk, people = start(world)
    loop.run(desk, people, STEPS)
    header = header_of(
        setup, end_us=world.end_us, until_us=world.until_us, seed=world.seed, cast=world.cast
    )
    rows = np.frombuffer(bytearray(packed(desk.log)), ROW)
    luck = [desk.enquiries[e].luck for e in range(desk.enquiry_count)]
    return EventLog(rows, header), luck


def first_difference(simulated: EventLog, live: EventLog) -> str:
    """Where the desk's rows of two logs differ first, in words; empty: nowhere."""
    ours, theirs = named_in_order(desk_rows(simulated.rows)), named_in_order(desk_rows(live.rows))
    for place, (one, other) in enumerate(zip_longest(ours, theirs)):
        if one != other:
            return f"row {place}: simulated {told(one)}; live {told(other)}"
    return ""


def named_in_order(rows: list[Row]) -> list[Row]:
    """Rows with visitors numbered as they come first: a bridge numbers them so."""
    numbers: dict[int, int] = {-1: -1}
    return [(*row[:5], numbers.setdefault(row[5], len(numbers) - 1), *row[6:]) for row in rows]


class Stage:
    """A bridge on a stepped clock, to which acts happen.

    Parameters
    ----------
    luck
        The number each enquiry draws.
    """

    def __init__(
        self, world: World, furnished: Furnished, bridge: Bridge, line: MockLine, luck: list[int]
    ) -> None:
        self._world, self._furnished, self._bridge, self._line = world, furnished, bridge, line
        self._luck = luck
        self._phones = Phones(line)
        self._client = in_process(bridge)
        self._desks: dict[int, Desk] = {}
        self._zero_s = started(world.setup)
        self._said: Counter[int] = Counter()
        self.acts: Counter[str] = Counter()
        bridge.desk.by_hand = True

    async def close(self) -> None:
        """Close what was opened."""
        await self._client.aclose()

    async def seen(self) -> Counter[str]:
        """How many messages of each kind came to phones."""
        texts = self._furnished.texts
        return Counter(texts.get(each.text, "staff") for each in await self._phones.news())

    async def play(self, rows: list[Row]) -> str:
        """Let the acts happen that these rows tell of; where that failed, in words."""
        place = 0
        while place < len(rows):
            if self._count() > place:
                place += 1
                continue
            act = act_at(rows, place)
            at = rows[place][0]
            await self._move(at)
            if act is None:
                if not self._bridge.desk.tick(most=1):
                    return f"row {place}: simulated {told(rows[place])}; nothing is due"
            else:
                await self._do(act)
                self.acts[act.kind] += 1
            await self._rest()
            if act is not None and self._count() <= place:  # a timer may do nothing, and another
                return f"row {place}: simulated {told(rows[place])}; the bridge did nothing"
            if different := self._differs(rows, place):
                return different
        await self._move(self._world.until_us - 1)
        self._bridge.desk.tick()
        await self._rest()
        return ""

    def _differs(self, rows: list[Row], first: int) -> str:
        """Where what the bridge has logged from a place on is not what it should be, in words."""
        log = tables.desk_log
        columns = [log.c["at_us" if name == "at" else name] for name in ROW_ORDER]
        query = select(*columns).where(log.c.seq > first).order_by(log.c.seq)
        for place, found in enumerate(self._bridge.store.rows(query), first):
            row = as_known(tuple(found))
            wanted = rows[place] if place < len(rows) else None
            if row != wanted:
                return f"row {place}: simulated {told(wanted)}; live {told(row)}"
        return ""

    def _count(self) -> int:
        return int(self._bridge.desk.state.log_seq)

    async def _move(self, at: int) -> None:
        """Bring both clocks to an instant, microseconds since the start."""
        clock, wanted_s = self._bridge.clock, self._zero_s + at / SECOND
        left_s = wanted_s - clock.now()
        if left_s > 0:
            await self._line.aio.advance(left_s)
            await clock.advance(left_s)
            clock.catch_up(wanted_s)

    async def _rest(self) -> None:
        """Wait until all that is to be sent has been."""
        table = tables.outbox
        under_way = table.c.state.in_(("queued", "trying"))
        query = select(func.count()).select_from(table).where(under_way)
        await self._until(lambda: not self._bridge.store.value(query), "a call to LINE to end")

    async def _until(self, there: Any, what: str) -> None:  # noqa: ANN401 - a test
        loop_ = asyncio.get_running_loop()
        end = loop_.time() + PATIENCE_S
        while not there():
            if loop_.time() > end:
                law = "a stepped run waits for nothing but sockets"
                raise InvariantError(law, f"still waiting for {what}")
            await asyncio.sleep(LOOK_EVERY_S)

    # --- acts

    async def _do(self, act: Act) -> None:
        desk, row = self._bridge.desk, act.row
        enquiry, staff = row[ENQUIRY], row[STAFF]
        if act.kind == "write":
            await self._write(row)
        elif act.kind == "status":
            desk.set_status(staff, REASONS[row[2]])
        elif act.kind == "shift":
            desk.set_shift(staff, row[1] == SHIFT_STARTED)
        elif act.kind.startswith("bot"):
            getattr(desk, act.kind)(enquiry)
        elif act.kind == "message":
            self._said[enquiry] += 1
            text, key = f"Answer {self._said[enquiry]}", f"{enquiry}-{self._said[enquiry]}"
            await self._desk(staff).write(self._chat(enquiry), text, key)
        elif act.kind == "transfer":
            await self._transfer(enquiry, staff)
        else:
            await self._desk(staff).do(enquiry, act.kind)

    async def _write(self, row: Row) -> None:
        """Let a visitor write, and wait until the bridge has confirmed it."""
        channel = self._world.setup.channels[row[3]].name
        word = REASONS[row[2]] if row[1] == VISITOR_MESSAGE else MESSAGE_TYPES[0]
        if row[1] == RECEIVED:
            self._bridge.desk.luck = lambda: self._luck[row[ENQUIRY]]
        act, what = BY_PHONE.get(word, ("sends", {"kind": word}))
        came = await self._phones.acts(act, f"Visitor {row[5]}", channel, **what)
        table = tables.events
        query = select(func.count()).select_from(table).where(table.c.event.in_(came))
        taken = len(came)
        await self._until(lambda: self._bridge.store.value(query) == taken, "a webhook")

    async def _transfer(self, enquiry: int, staff: int) -> None:
        """Offer a chat to the world's tag; without one, to where its own rule leads."""
        if tag := self._world.transfer_to:
            await self._desk(staff).do(enquiry, "transfer", {"tag": tag})
        else:
            desk = self._bridge.desk
            condition = desk.state.desk.enquiries[enquiry].condition
            desk.do("transfer", {"enquiry": enquiry, "condition": condition})

    def _chat(self, enquiry: int) -> int:
        table = tables.enquiries
        return int(self._bridge.store.value(select(table.c.chat).where(table.c.number == enquiry)))

    def _desk(self, staff: int) -> Desk:
        """A member's way in: a session, which by itself tells the desk nothing of them."""
        sessions = Sessions(self._bridge)
        desk = self._desks.get(staff)
        if desk is None or sessions.of(desk.token, by_cookie=False) is None:
            row = tables.staff.c.number == staff
            person = int(self._bridge.store.value(select(tables.staff.c.id).where(row)))
            desk = self._desks[staff] = Desk(self._client, f"member-{staff}")
            desk.token = sessions.begin(person, "dashboard", by_cookie=False)
        return desk
