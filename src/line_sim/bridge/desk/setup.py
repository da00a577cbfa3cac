"""From the rows that administrators fill in to the desk as data.

Numbers on the desk are given once: what is deleted stays, as a suspended account, an empty
destination, a deleted channel. A number whose row is gone altogether is held by a stand-in.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import func, select

from line_sim.bridge.desk.rules import channel_of
from line_sim.bridge.store import tables
from line_sim.desk.build import offset_minutes
from line_sim.desk.faults import faults
from line_sim.desk.setup import (
    Chatbot,
    DeskSetup,
    Destination,
    Distribution,
    Member,
    Queue,
    Service,
    ServiceGroup,
)
from line_sim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row, Table

    from line_sim.bridge.store.store import Store

_SERVICE = TypeAdapter(Service)
MAY_BE_EMPTY = ("members", "destinations", "channels")
"""A new install has none yet; a scenario must."""


class DestinationConfig(BaseModel):
    """``destinations.config``: what an administrator says of a group, queue or chatbot.

    Parameters
    ----------
    kind : group, queue or chatbot.
    distribution : a method of :data:`line_sim.desk.setup.Distribution`; ``None`` = as the product
        has it: Simultaneous for a group, Round Robin for a queue.
    staff : ids of staff, in listed order.
    tags : names that chats may be transferred to this destination by.
    queue_max_hold_s, queue_max_size : of a queue, see :class:`line_sim.desk.setup.Queue`.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["group", "queue", "chatbot"] = "group"
    distribution: Distribution | None = None
    staff: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    weights: tuple[float, ...] | None = None
    support_languages: tuple[str, ...] = ("*",)
    queue_max_hold_s: float | None = 60.0
    queue_max_size: int | None = None
    rr_advance_on: Literal["offer", "pickup"] = "offer"
    idle_since: Literal["last_activity", "last_pickup", "last_close"] = "last_activity"
    idle_resets_on_login: bool = True
    pool_start: int = 1
    pool_step: int = 1
    pool_every_s: float = 15.0


def began(store: Store, now: float) -> dt.datetime:
    """The instant the desk's time is counted from; the first call settles it, at a whole minute."""
    query = select(tables.meta.c.value).where(tables.meta.c.name == "started")
    known = store.value(query)
    if known is None:
        minute = math.floor(now / 60) * 60
        known = dt.datetime.fromtimestamp(minute, _zone(store)).isoformat()
        store.add(tables.meta, name="started", value=known)
    return dt.datetime.fromisoformat(known)


def read_setup(store: Store) -> DeskSetup:
    """The desk as the tables have it now.

    Raises
    ------
    ConfigurationError
        With every fault of it, each with its place and its likely mend.
    """
    service = _SERVICE.validate_python(_meta(store, "service") or {})
    staff = _in_order(store, tables.staff)
    places = _in_order(store, tables.destinations)
    members = _members(staff)
    names = _unique((row.name if row else "", f"#{i}") for i, row in enumerate(places))
    by_id = {row.id: name for row, name in zip(places, names, strict=True) if row}
    names_of_staff = {row.id: m.name for row, m in zip(staff, members, strict=True) if row}
    configs = [
        DestinationConfig.model_validate(row.config) if row else DestinationConfig()
        for row in places
    ]
    tags: dict[str, list[str]] = {}
    destinations: list[Destination] = []
    for row, name, config in zip(places, names, configs, strict=True):
        there = row is not None and row.state != "deleted"
        destinations.append(_destination(name, config, names_of_staff if there else {}))
        for tag in config.tags if there else ():
            tags.setdefault(tag, []).append(name)
    rows = _in_order(store, tables.channels)
    called = _unique((row.name if row else "", f"#{i}") for i, row in enumerate(rows))
    zone = _zone(store)
    setup = DeskSetup(
        start=began(store, 0.0).astimezone(zone).replace(tzinfo=None),
        utc_offset=_offset(store),
        members=tuple(members),
        destinations=tuple(destinations),
        channels=tuple(
            channel_of(row, name, by_id) for row, name in zip(rows, called, strict=True)
        ),
        tags={tag: tuple(places) for tag, places in tags.items()},
        service=service,
    )
    gone = tuple(f"channels[{i}]." for i, c in enumerate(setup.channels) if c.state == "deleted")
    wrong = [
        fault
        for fault in faults(setup)
        if fault.where not in MAY_BE_EMPTY and not fault.where.startswith(gone)
    ]
    if wrong:
        raise ConfigurationError(wrong)
    return setup


def next_number(store: Store, table: Table) -> int:
    """The number a new member, destination or channel gets; to be used in the same transaction."""
    highest = store.value(select(func.max(table.c.number)))
    return 0 if highest is None else int(highest) + 1


def _meta(store: Store, name: str) -> Any:
    return store.value(select(tables.meta.c.value).where(tables.meta.c.name == name))


def _offset(store: Store) -> str:
    return str(_meta(store, "utc_offset") or "+00:00")


def _zone(store: Store) -> dt.timezone:
    return dt.timezone(dt.timedelta(minutes=offset_minutes(_offset(store))))


def _in_order(store: Store, table: Table) -> list[Row[Any] | None]:
    """The rows by number; None where a number's row is gone."""
    found = store.rows(select(table).where(table.c.number.is_not(None)))
    rows: list[Row[Any] | None] = [None] * (1 + max((row.number for row in found), default=-1))
    for row in found:
        rows[row.number] = row
    return rows


def _unique(named: Iterable[tuple[str, str]]) -> list[str]:
    """Names, of which a later one that is taken has something added that is its own."""
    taken: set[str] = set()
    names = []
    for name, own in named:
        chosen = name.strip() or own
        while chosen in taken:
            chosen = f"{chosen[:30]} ({own})"
        taken.add(chosen)
        names.append(chosen)
    return names


def _members(rows: list[Row[Any] | None]) -> list[Member]:
    named = [
        (f"{row.first_name} {row.last_name}", row.login) if row else ("", f"#{number}")
        for number, row in enumerate(rows)
    ]
    return [
        Member(
            name=name,
            role="administrator" if row and row.role == "administrator" else "agent",
            max_concurrent=row.max_concurrent if row else None,
            account="live" if row and row.state == "enabled" else "suspended",
        )
        for row, name in zip(rows, _unique(named), strict=True)
    ]


def _destination(name: str, config: DestinationConfig, staff: dict[int, str]) -> Destination:
    if config.kind == "chatbot":
        return Chatbot(name=name, support_languages=config.support_languages)
    listed = [(i, staff[key]) for i, key in enumerate(config.staff) if key in staff]
    weights = config.weights
    shared: dict[str, Any] = {
        "name": name,
        "staff": tuple(member for _, member in listed),
        "weights": None if weights is None else tuple(weights[i] for i, _ in listed),
        **config.model_dump(
            include={
                "support_languages", "rr_advance_on", "idle_since", "idle_resets_on_login",
                "pool_start", "pool_step", "pool_every_s",
            }
        ),
    }  # fmt: skip
    if config.distribution is not None:
        shared["distribution"] = config.distribution
    if config.kind == "group":
        return ServiceGroup(**shared)
    return Queue(
        **shared, queue_max_hold_s=config.queue_max_hold_s, queue_max_size=config.queue_max_size
    )
