"""Draws a whole world from a scenario: everybody's luck, before anything happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from line_sim.desk.model import SECOND
from line_sim.scenario.customers import Language
from line_sim.world.arrivals import sources
from line_sim.world.drawn import World
from line_sim.world.quantiles import Tables, count_table, duration_table, kind_table
from line_sim.world.recorded import recorded_visits
from line_sim.world.staff import draw_staff_events, draw_workers, rates
from line_sim.world.streams import Streams
from line_sim.world.visits import draw_people, draw_visits, in_order
from line_sim.world.warm import carry_over, open_visits, warm_start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from line_sim.desk.setup import DeskSetup, Key
    from line_sim.log import EventLog
    from line_sim.scenario.config import Content, Costs
    from line_sim.world.staff import PlannedShift


def draw(
    scenario: Content,
    *,
    seed: int,
    replication: int = 0,
    methods: Mapping[str, Key] | None = None,
    carry: EventLog | None = None,
) -> World:
    """Everything random about a run of `scenario`.

    Parameters
    ----------
    scenario
        What to draw from.
    seed, replication
        The same pair draws the same world; each replication is independent of the others. Nothing
        about routing enters, so two strategies meet the same customers.
    methods
        Planners' own distributions by destination.
    carry
        The log of the day before, to begin with what it left behind instead of with the scenario's
        warm start.

    Notes
    -----
    Visits are sorted by time; at one instant chats open at the start come first, then recorded
    enquiries, then channels and campaigns in their order.
    """
    streams = Streams(seed, replication)
    setup, customers = scenario.desk_setup(methods), scenario.customers
    people = draw_people(customers, streams)
    returning = len(people.cumulative)
    at_start = (
        warm_start(scenario.warm_start, setup, returning, streams)
        if carry is None
        else carry_over(carry, setup)
    )
    first_visitor = max(at_start.visitors, returning)
    parts = [open_visits(at_start, customers, streams)]
    if scenario.recorded.enquiries:
        recorded, first_visitor = recorded_visits(scenario, streams, first_visitor=first_visitor)
        parts.append(recorded)
    drawn_from = list(sources(setup, customers, scenario.end_us, streams))
    parts.append(draw_visits(drawn_from, customers, people, streams))
    visits, visitors = in_order(_joined(parts), first_visitor)
    shifts = scenario.shifts()
    behaviour = scenario.staff
    tables = Tables()
    languages = customers.languages or (Language(code=""),)
    return World(
        setup=setup,
        seed=seed,
        end_us=scenario.end_us,
        until_us=scenario.until_us,
        visits=visits,
        visitors=visitors,
        staff_events=draw_staff_events(setup.members, shifts, behaviour, setup.service, streams),
        workers=draw_workers(setup.members, behaviour, tables, streams),
        rates=rates(behaviour.slow_down, _caps(setup)),
        gap_table=tuple(tables.add(duration_table(each.pause)) for each in customers.classes),
        retry_table=tables.add(duration_table(customers.retry.delay)),
        burst_table=tables.add(count_table(customers.messages.per_go)),
        spacing_table=tables.add(duration_table(customers.messages.spacing)),
        type_table=tuple(tables.add(kind_table(each.shares())) for each in languages),
        quantiles=tables.array(),
        known=at_start.known,
        memory=at_start.memory,
        abandonment=customers.abandonment,
        transfer_to=customers.hand_overs.transfer_to,
        cast=_cast(setup, scenario.costs, shifts, replication),
    )


def _caps(setup: DeskSetup) -> list[int | None]:
    general = setup.service.max_concurrent
    return [
        general if member.max_concurrent is None else member.max_concurrent
        for member in setup.members
    ]


def _cast(
    setup: DeskSetup,
    costs: Costs,
    shifts: Mapping[str, Sequence[PlannedShift]],
    replication: int,
) -> dict[str, Any]:
    """What the header of the log takes from the world; the desk's own names it has already."""
    names = [member.name for member in setup.members]
    return {
        "replication": replication,
        "shifts": [
            [[shift.start_us / SECOND, shift.end_us / SECOND] for shift in shifts.get(name, ())]
            for name in names
        ],
        "cost_per_hour": [
            costs.by_member.get(name, costs.staff_per_hour or None) for name in names
        ],
    }


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """One array, without a copy where only one part holds anything."""
    filled = [part for part in parts if len(part)]
    return filled[0] if len(filled) == 1 else np.concatenate(parts)
