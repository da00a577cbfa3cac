"""Who takes up what was missed, and when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from line_sim.desk import model
from line_sim.desk.rows import COLUMNS
from line_sim.desk.setup import (
    Alternative,
    Channel,
    Chatbot,
    Condition,
    DeskSetup,
    Member,
    Queue,
    Service,
    Time,
)
from line_sim.sim import loop
from line_sim.sim.start import start
from line_sim.world.by_hand import plain_world
from line_sim.world.drawn import SHIFT_START

if TYPE_CHECKING:
    from line_sim.desk.setup import Rule

SECOND = model.SECOND


def followed_up(
    rules: list[Rule],
    staff_from: dict[str, int],
    arrivals: list[int],
    **service: Any,  # noqa: ANN401 - fields
) -> list[tuple[float, int, str]]:
    """When which enquiry was followed up by whom; each member has a queue of their own."""
    names = tuple(staff_from)
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2, 8),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=tuple(Member(name=name) for name in names),
        destinations=(*(Queue(name=name, staff=(name,)) for name in names), Chatbot(name="bot")),
        channels=tuple(Channel(name=f"c{i}", rule=rule) for i, rule in enumerate(rules)),
        service=Service(**service),
    )
    world = plain_world(
        setup,
        [at * SECOND for at in arrivals],
        float(5 * SECOND),
        staff_events=sorted(
            (at * SECOND, m, SHIFT_START) for m, at in enumerate(staff_from.values())
        ),
        channel=[i % len(rules) for i in range(len(arrivals))],
        bot_time=SECOND,
        follow_up=10 * SECOND,
        until_us=4000 * SECOND,
    )
    desk, people = start(world)
    assert loop.DONE == loop.run(desk, people, 100_000)
    return [
        (row[0] / SECOND, row[4], names[row[6]])
        for row in zip(*[iter(desk.log)] * COLUMNS, strict=True)
        if row[1] == model.KIND_FOLLOWED_UP
    ]


def one(name: str) -> Alternative:
    """A rule with one destination."""
    return Alternative(destinations=(name,))


def test_a_missed_enquiry_nobody_can_take_does_not_hold_up_the_others() -> None:
    found = followed_up([one("a"), one("b")], {"a": 3000, "b": 65}, [0, 1])

    assert [(71.0, 1, "b")] == found[:1]
    assert (0, "a") == found[1][1:]


def test_the_oldest_is_taken_up_first() -> None:
    found = followed_up([one("a")], {"a": 200}, [0, 1, 2], max_concurrent=1)

    assert [0, 1, 2] == [enquiry for _, enquiry, _ in found]


def test_what_a_chatbot_could_not_solve_at_night_is_taken_up_by_the_staff_of_the_day() -> None:
    office = Condition(from_time="09:00", to_time="18:00", destinations=("a",))
    found = followed_up([Time(conditions=(office,), other_schedule=("bot",))], {"a": 0}, [5])

    assert [(16.0, 0, "a")] == found
