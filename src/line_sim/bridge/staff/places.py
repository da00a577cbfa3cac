"""Where enquiries go: groups, queues and chatbots as administrators keep them."""

from __future__ import annotations

import math
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlalchemy import select

from line_sim.bridge.channels import rules
from line_sim.bridge.desk.setup import DestinationConfig, next_number
from line_sim.bridge.faulty import faults_of
from line_sim.bridge.staff import people
from line_sim.bridge.staff.audit import note
from line_sim.bridge.staff.refusals import NotFoundError, NotNowError
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Row

    from line_sim.bridge.channels.registry import Channels
    from line_sim.bridge.staff.needs import Shop

LONGEST_NAME = 40
"""Characters (guide, create-destination); of a tag as well (chosen)."""
MOST_TAGS = 50
MOST_COUNT = 1_000_000
"""The greatest of any number that counts (chosen): above it there is no limit to speak of."""


def listed(bridge: Shop) -> list[Row[Any]]:
    """Every destination that is not deleted, in the order they came."""
    table = tables.destinations
    return list(
        bridge.store.rows(select(table).where(table.c.state != "deleted").order_by(table.c.id))
    )


def demand(bridge: Shop, destination: int) -> Row[Any]:
    """One that is not deleted.

    Raises
    ------
    NotFoundError
        There is none.
    """
    table = tables.destinations
    row = bridge.store.row(
        select(table).where(table.c.id == destination, table.c.state != "deleted")
    )
    if row is None:
        message = f"there is no destination {destination}"
        raise NotFoundError(message)
    return row


def create(bridge: Shop, name: str, config: Mapping[str, Any], *, by: int | None) -> int:
    """Make one; its id.

    Parameters
    ----------
    config
        Keys of :class:`~line_sim.bridge.desk.setup.DestinationConfig`.

    Raises
    ------
    ConfigurationError
        With everything that is wrong.
    """
    made = checked(bridge, name, config)
    store, table = bridge.store, tables.destinations
    with store.transaction():
        number = next_number(store, table)
        row = store.add(table, number=number, **made)
        note(bridge, by, "destination added", f"destination {row}: {made['name']}", destination=row)
        with as_said(f"destinations[{number}]."):
            bridge.desk.reconfigure()
    return row


def edit(
    bridge: Shop,
    destination: int,
    *,
    name: str | None,
    config: Mapping[str, Any],
    by: int | None,
) -> None:
    """Change its name, and the keys of its configuration that are given.

    Raises
    ------
    ConfigurationError
        With everything that is wrong; nothing is changed then.
    """
    row = demand(bridge, destination)
    wanted = {**(row.config or {}), **config}
    made = checked(bridge, row.name if name is None else name, wanted, besides=destination)
    table = tables.destinations
    with bridge.store.transaction():
        bridge.store.run(table.update().where(table.c.id == destination).values(**made))
        subject = f"destination {destination}: {made['name']}"
        note(bridge, by, "destination edited", subject, destination=destination)
        with as_said(f"destinations[{row.number}]."):
            bridge.desk.reconfigure()


def enlist(bridge: Shop, destination: int, staff: int) -> None:
    """Let somebody answer what comes to a destination, after those who do already.

    Raises
    ------
    ConfigurationError
        There is none, or it has weights, which only whoever made them can add to.
    """
    row = next((row for row in listed(bridge) if row.id == destination), None)
    if row is None:
        there = ", ".join(f"{each.id} ({each.name})" for each in listed(bridge)) or "none yet"
        fault = Fault("destination", f"no destination {destination}", there,
                      "line-sim bridge destinations lists them")  # fmt: skip
        raise ConfigurationError([fault])
    staff_there = (row.config or {}).get("staff") or ()
    edit(bridge, destination, name=None, config={"staff": [*staff_there, staff]}, by=None)


def delete(bridge: Shop, channels: Channels, destination: int, *, by: int | None) -> None:
    """Let nothing go there any more; what was there stays readable.

    Raises
    ------
    NotNowError
        A channel's rule leads there.
    """
    row = demand(bridge, destination)
    leading = [
        f"{each.name} ({each.id})"
        for each in channels
        if destination in {to for _, to in rules.destinations_of(each.config.rule)}
    ]
    if leading:
        message = f"the rule of {', '.join(leading)} leads to {row.name}"
        mend = "let the rule lead elsewhere first"
        raise NotNowError(message, "a destination that no channel needs", mend, code="in_use")
    table = tables.destinations
    with bridge.store.transaction():
        bridge.store.run(table.update().where(table.c.id == destination).values(state="deleted"))
        subject = f"destination {destination}: {row.name}"
        note(bridge, by, "destination deleted", subject, destination=destination)
        bridge.desk.reconfigure()


def checked(
    bridge: Shop, name: str, config: Mapping[str, Any], *, besides: int = 0
) -> dict[str, Any]:
    """Name and configuration as they are stored.

    Raises
    ------
    ConfigurationError
        With everything that is wrong, but for what only the desk can tell.
    """
    called = name.strip()
    try:
        made = DestinationConfig.model_validate(dict(config))
    except ValidationError as error:
        raise ConfigurationError(faults_of(error, dict(config))) from None
    others = {row.name for row in listed(bridge) if row.id != besides}
    known = {person.id for person in people.everybody(bridge.store)}
    if wrong := [*_name_faults("name", called, others), *_faults(made, known)]:
        raise ConfigurationError(wrong)
    return {"name": called, "config": made.model_dump(mode="json")}


def _name_faults(where: str, name: str, others: set[str]) -> Iterator[Fault]:
    unseen = any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in name)
    if not 1 <= len(name) <= LONGEST_NAME or unseen:
        given = f"{len(name):,} characters{', control characters among them' if unseen else ''}"
        yield Fault(where, given, f"1 to {LONGEST_NAME} characters that can be seen")
    elif name in others:
        yield Fault(where, f"{name!r} is taken", "a name that no other destination has")


def _faults(config: DestinationConfig, known: set[int]) -> Iterator[Fault]:
    for place, each in enumerate(config.staff):
        if each not in known:
            yield Fault(f"staff[{place}]", f"nobody has the id {each}", "ids of staff")
        elif each in config.staff[:place]:
            yield Fault(f"staff[{place}]", f"{each} again", "everybody once")
    yield from _number_faults(config)
    if len(config.tags) > MOST_TAGS:
        yield Fault("tags", f"{len(config.tags)} of them", f"at most {MOST_TAGS}")
    for place, tag in enumerate(config.tags[:MOST_TAGS]):
        yield from _name_faults(f"tags[{place}]", tag, {*config.tags[:place]})
    if len(config.support_languages) > MOST_TAGS:
        given = f"{len(config.support_languages)} of them"
        yield Fault("support_languages", given, f"at most {MOST_TAGS}")


def _number_faults(config: DestinationConfig) -> Iterator[Fault]:
    weights = config.weights
    if weights is not None and len(weights) != len(config.staff):
        given = f"{len(weights)} of them"
        yield Fault("weights", given, f"{len(config.staff)}, one for each of staff")
    for place, weight in enumerate(weights or ()):
        if not (math.isfinite(weight) and 0 < weight <= MOST_COUNT):
            yield Fault(f"weights[{place}]", f"{weight:g}", f"more than 0, to {MOST_COUNT:,}")
    for key in ("queue_max_size", "pool_start", "pool_step"):
        count = getattr(config, key)
        if count is not None and count > MOST_COUNT:
            yield Fault(key, "more", f"at most {MOST_COUNT:,}")


@contextmanager
def as_said(prefix: str) -> Iterator[None]:
    """Let faults that the desk finds name their places as whoever asked does."""
    try:
        yield
    except ConfigurationError as error:
        faults = [
            Fault(each.where.removeprefix(prefix), each.given, each.allowed, each.mend)
            for each in error.faults
        ]
        raise ConfigurationError(faults, error.source) from None
