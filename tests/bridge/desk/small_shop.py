"""A small shop's database and a clock that stands, for tests of the live desk."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from bridge_in_parts import StandingClock

from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.store import tables
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import METADATA

if TYPE_CHECKING:
    from line_sim.desk.setup import DeskSetup

NOW = 1_793_548_800.0
"""2026-11-01T16:00:00Z, a whole minute."""


@dataclasses.dataclass
class Home:
    """As much of a bridge as a desk needs."""

    store: Store
    clock: StandingClock = dataclasses.field(default_factory=lambda: StandingClock(NOW))


def open_home(url: str, *, empty: bool = True) -> Home:
    """A store, its tables made anew if `empty`."""
    store = Store(url)
    if empty:
        METADATA.drop_all(store.connection)
        METADATA.create_all(store.connection)
        store.connection.commit()
    return Home(store)


def fill(store: Store, setup: DeskSetup, visitors: int = 0) -> None:
    """The rows that a desk's tables point to, for a desk made elsewhere."""
    with store.transaction():
        store.add(tables.meta, name="started", value=f"{setup.start.isoformat()}{setup.utc_offset}")
        for number, member in enumerate(setup.members):
            add_staff(store, number, member.name)
        for number, place in enumerate(setup.destinations):
            store.add(tables.destinations, number=number, name=place.name)
        for number, channel in enumerate(setup.channels):
            add_channel(store, number, channel.name)
        for visitor in range(visitors):
            add_visitor(store, visitor)


def add_staff(store: Store, number: int, name: str, **more: Any) -> int:  # noqa: ANN401
    """One member's row; its id."""
    values = {"first_name": name, "last_name": "S", "created_at": 0.0, "login": name, **more}
    return store.add(tables.staff, number=number, **values)


def add_channel(store: Store, number: int, name: str, **config: Any) -> int:  # noqa: ANN401
    """One channel's row; its id."""
    return store.add(
        tables.channels, number=number, name=name, state="enabled", path=f"p{number}",
        bot_user_id=f"U{number}", config=config, created_at=0.0,
    )  # fmt: skip


def add_visitor(store: Store, number: int) -> None:
    """A visitor and a chat on every channel."""
    store.run(tables.visitors.insert().values(number=number, line_user_id=f"U{number:032x}"))
    add_chats(store, number)


def add_chats(store: Store, number: int) -> None:
    """A chat of a visitor on every channel."""
    for (channel,) in store.rows(tables.channels.select().with_only_columns(tables.channels.c.id)):
        store.add(tables.chats, channel=channel, kind="user", line_id=f"U{number}", visitor=number)


def small_shop(home: Home, **service: Any) -> LiveDesk:  # noqa: ANN401
    """A shop with two members, one queue and one channel, as administrators would fill it in."""
    store = home.store
    with store.transaction():
        store.add(tables.meta, name="utc_offset", value="+07:00")
        store.add(tables.meta, name="service", value=service)
        staff = [add_staff(store, i, name) for i, name in enumerate(("Anong", "Boon"))]
        queue = store.add(
            tables.destinations, number=0, name="desk",
            config={"kind": "queue", "staff": staff, "tags": ["desk"]},
        )  # fmt: skip
        rule = {"kind": "alternative", "destinations": [queue]}
        messages = {"welcome": {"on": True}, "away": {"on": True}, "close": {"on": True}}
        add_channel(store, 0, "shop", rule=rule, messages=messages)
    desk = LiveDesk(home)
    desk.begin()
    return desk
