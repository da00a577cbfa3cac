"""From a world to the rows of a run, in either form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from line_sim.desk import rows
from line_sim.desk.build import build, tag_conditions
from line_sim.desk.model import NOBODY
from line_sim.sim.tables import CHAT, EVENT, PEOPLE, VISIT, WORKER

if TYPE_CHECKING:
    from line_sim.world.drawn import World


def start(world: World, form: Any = rows) -> tuple[Any, Any]:
    """Return the desk and the people of a world, before anything has happened.

    Parameters
    ----------
    world : what was drawn.
    form : the module that makes rows.

    Returns
    -------
    (desk, people) : rows of ``desk.tables.DESK`` and ``sim.tables.PEOPLE``.
    """
    desk = build(world.setup, visitors=world.visitors, form=form, direct=needs_direct(world))
    remember_visitors(desk, world)
    return desk, _people(world, form)


def needs_direct(world: World) -> bool:
    """Return whether any offer may go to one member alone: then members have their own places."""
    sticky = any(channel.sticky.enabled for channel in world.setup.channels)
    return sticky or bool(np.any(world.visits["owner"] >= 0))


def remember_visitors(desk: Any, world: World) -> None:
    """Give the desk what it remembers of visitors from before the start."""
    width = desk.contact_width
    for visitor in world.known.tolist():
        for c in range(desk.channel_count):
            desk.contacts[visitor * width + c].known = 1
    for visitor, c, staff in world.memory.tolist():
        service = width > desk.channel_count  # some channel asks for a memory of the service
        service = service and world.setup.channels[c].sticky.sticky_scope == "service"
        desk.contacts[visitor * width + c].known = 1
        contact = desk.contacts[visitor * width + (desk.channel_count if service else c)]
        contact.first_owner = contact.last_owner = staff


def _people(world: World, form: Any) -> Any:
    setup = world.setup
    classes = len(setup.classes)
    staff = len(world.workers)
    bursts = np.asarray(world.quantiles)[world.burst_table]
    workers = {name: world.workers[name].tolist() for name in world.workers.dtype.names or ()}
    workers["away"] = [1] * staff
    return form.record(
        PEOPLE,
        {
            "visits": form.adopt(VISIT, world.visits),
            "chats": form.table(CHAT, len(world.visits)),
            "workers": form.table(WORKER, staff, workers),
            "events": form.adopt(EVENT, world.staff_events),
            "rates": form.numbers(np.asarray(world.rates, "f8").tolist()),
            "quantiles": form.numbers(np.asarray(world.quantiles, "i8").ravel().tolist()),
            "gap_tables": form.numbers(world.gap_table),
            "type_tables": form.numbers(world.type_table),
            "priorities": form.numbers(setup.priorities or (0,) * classes),
            "agenda": form.heap(),
            "visit_count": len(world.visits),
            "event_count": len(world.staff_events),
            "rate_count": len(world.rates),
            "type_count": len(world.type_table),
            "retry_table": world.retry_table,
            "burst_table": world.burst_table if np.any(bursts > 1) else NOBODY,
            "spacing_table": world.spacing_table,
            "transfer_condition": tag_conditions(setup).get(world.transfer_to, NOBODY),
            "visible": int(world.abandonment == "visible"),
            "until": world.until_us,
        },
    )
