"""A shop's store and desk for tests of daily work: rows by hand, real SQLite, a real desk."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from bridge_in_parts import KeptJournal
from cryptography.fernet import Fernet

from line_sim.bridge.clock import Clock
from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.desk.setup import next_number
from line_sim.bridge.keys import Keys
from line_sim.bridge.store import tables
from line_sim.bridge.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_793_548_800.0
"""2026-11-01T16:00:00Z, a whole minute."""


def open_store(url: str = ":memory:") -> Store:
    """A store with its tables."""
    store = Store(url)
    with store.transaction():
        tables.METADATA.create_all(store.connection)
    return store


def clear(store: Store) -> None:
    """Take every row away."""
    with store.transaction():
        for table in reversed(tables.METADATA.sorted_tables):
            store.run(table.delete())


class Shop:
    """As much of a bridge as daily work needs, filled row by row.

    Parameters
    ----------
    folder
        Where its database and media lie; None: a database in memory.
    """

    def __init__(self, folder: Path | None = None, *, url: str = "") -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self.store = open_store(url or (str(folder / "bridge.sqlite") if folder else ":memory:"))
        self.clock = Clock(stepped=True, start=NOW)
        self.journal = KeptJournal()
        self.keys = Keys(Fernet.generate_key().decode())
        self.settings = SimpleNamespace(
            allow_loopback=True, public_url="https://bridge.example",
            media_folder=folder / "media" if folder else None,
            line_data_url="http://127.0.0.1:1", line_api_url="http://127.0.0.1:1",
        )  # fmt: skip
        self.desk = LiveDesk(self)

    @classmethod
    def with_one(cls, folder: Path | None = None) -> Shop:
        """One with a member, a destination and a channel, each number 1, its desk begun."""
        shop = cls(folder)
        shop.channel(shop.destination(shop.staff()))
        shop.desk.begin()
        return shop

    def staff(self, name: str = "Anong", *, role: str = "staff", **more: Any) -> int:  # noqa: ANN401
        """A member; their id."""
        number = next_number(self.store, tables.staff)
        values = {"last_name": "Suk", "login": f"{name}{number}", "created_at": NOW, **more}
        return self.store.add(tables.staff, number=number, first_name=name, role=role, **values)

    def destination(self, *staff: int, name: str = "Front", **config: Any) -> int:  # noqa: ANN401
        """A queue with these members; its id."""
        number = next_number(self.store, tables.destinations)
        config = {"kind": "queue", "staff": list(staff), **config}
        return self.store.add(tables.destinations, number=number, name=name, config=config)

    def channel(self, *destinations: int, name: str = "Shop", **config: Any) -> int:  # noqa: ANN401
        """A channel that leads to these destinations in a line; its id."""
        number = next_number(self.store, tables.channels)
        rule = {"kind": "alternative", "destinations": list(destinations)}
        return self.store.add(
            tables.channels, number=number, name=name, state="enabled", path=f"fake{number}",
            bot_user_id=f"U{number:032x}", config={"rule": rule, **config}, created_at=NOW,
        )  # fmt: skip

    def chat(self, channel: int, who: str = "U1", name: str = "Alice") -> int:
        """A customer's chat; its id."""
        known = self.store.value(
            tables.chats.select().where(
                tables.chats.c.channel == channel, tables.chats.c.line_id == who
            )
        )
        if known is not None:
            return int(known)
        with self.store.transaction():
            visitor = self.desk.visitor(who)
            return self.store.add(
                tables.chats, channel=channel, kind="user", line_id=who, visitor=visitor, name=name
            )

    def entry(self, chat: int, text: str = "Hello", author: str = "customer", **more: Any) -> int:  # noqa: ANN401
        """An entry of a transcript; its id."""
        values = {"kind": "text", "at_ms": round(self.clock.now() * 1_000), **more}
        return self.store.add(tables.entries, chat=chat, author=author, text=text, **values)

    def writes(self, chat: int, text: str = "Hello", **more: Any) -> int:  # noqa: ANN401
        """A customer writes, as intake does; the enquiry."""
        row = self.store.row(
            tables.chats.select()
            .with_only_columns(tables.chats.c.visitor, tables.channels.c.number)
            .join(tables.channels)
            .where(tables.chats.c.id == chat)
        )
        assert row is not None
        with self.store.transaction():
            enquiry = self.desk.receive(row.number, row.visitor, "text")
            self.entry(chat, text, enquiry=enquiry, **more)
        assert enquiry is not None
        return enquiry

    def number(self, staff: int) -> int:
        """A member's number on the desk."""
        query = tables.staff.select().with_only_columns(tables.staff.c.number)
        return int(self.store.value(query.where(tables.staff.c.id == staff)))
