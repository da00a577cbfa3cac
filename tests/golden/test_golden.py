"""Short logs, frozen: a change of behaviour shows as a change of these texts.

``make golden`` writes them anew; the difference is read by a person.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from line_sim.desk import model
from line_sim.desk.rows import COLUMNS
from line_sim.desk.setup import (
    Alternative,
    AutoMessages,
    Channel,
    Chatbot,
    Condition,
    DeskSetup,
    Member,
    Percentage,
    Queue,
    Service,
    ServiceGroup,
    Share,
    Sticky,
    Time,
)
from line_sim.sim import loop
from line_sim.sim.start import start
from line_sim.world.by_hand import plain_world
from line_sim.world.drawn import BREAK_END, BREAK_START, SHIFT_END, SHIFT_START

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.desk.setup import Rule
    from line_sim.world.drawn import World

SECOND = model.SECOND


def in_words(world: World) -> str:
    """A log as text, one row a line: time, kind, enquiry, who, where, attempt, why."""
    desk, people = start(world)
    assert loop.DONE == loop.run(desk, people, 100_000)
    names = [member.name for member in world.setup.members]
    places = [place.name for place in world.setup.destinations]
    lines = []
    for row in zip(*[iter(desk.log)] * COLUMNS, strict=True):
        at, kind, reason, _, enquiry, _, staff, place, attempt = row
        received = kind == model.RECEIVED
        words = [
            f"{at / SECOND:10.3f}",
            model.KINDS[kind],
            f"#{enquiry}" if enquiry >= 0 else "",
            names[staff] if staff >= 0 else "",
            f"in {places[place]}" if place >= 0 else "",
            f"({attempt})" if attempt >= 0 else "",
            world.setup.classes[reason] if received else model.REASONS[reason],
        ]
        lines.append(" ".join(word for word in words if word))
    return "\n".join(lines) + "\n"


def a_shop(rule: Rule, *destinations: Any, service: Any = None, **columns: Any) -> World:  # noqa: ANN401 - parts of a desk and a world
    """Three people, twelve visits of five visitors in four minutes, all three messages on."""
    names = ("Anong", "Boon", "Chai")
    rng = np.random.default_rng(11)
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2, 8, 58),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=tuple(
            Member(name=name, role="administrator" if name == "Chai" else "agent") for name in names
        ),
        destinations=destinations,
        channels=(
            Channel(
                name="shop",
                rule=rule,
                sticky=Sticky(enabled=True),
                messages=AutoMessages(welcome=True, away=True, close=True),
            ),
        ),
        tags={"experts": tuple(d.name for d in destinations if not isinstance(d, Chatbot))},
        classes=("customer", "vip"),
        priorities=(1, 0),
        service=Service(strict_cinnox=False, max_concurrent=1, **(service or {})),
    )
    day = [(0, m, SHIFT_START) for m in range(3)]
    day += [(60, 1, BREAK_START), (100, 1, BREAK_END), (500, 0, SHIFT_END)]
    visits = 12
    return plain_world(
        setup,
        np.cumsum(rng.integers(1, 40, visits)) * SECOND,
        rng.integers(20, 90, visits) * SECOND,
        reactions=np.sort(rng.integers(2, 26, 4096)) * SECOND,
        pauses=np.full(4096, 15 * SECOND),
        staff_events=[(at * SECOND, m, what) for at, m, what in sorted(day)],
        visitor=rng.integers(0, 5, visits),
        visitor_class=rng.integers(0, 2, visits),
        turns=rng.integers(1, 3, visits),
        until_us=900 * SECOND,
        seed=1,
        **columns,
    )


STAFF = ("Anong", "Boon", "Chai")
WORLDS = {
    "race": lambda: a_shop(
        Alternative(destinations=("team",)), ServiceGroup(name="team", staff=STAFF)
    ),
    "queue": lambda: a_shop(
        Alternative(destinations=("line",)),
        Queue(name="line", staff=STAFF, queue_max_hold_s=45.0, queue_max_size=2),
        retries=1, patience=30 * SECOND,
    ),
    "shares": lambda: a_shop(
        Percentage(
            shares=(
                Share(percentage=50, destinations=("one",)),
                Share(percentage=50, destinations=("two",)),
            ),
            percentage_mode="smooth_wrr",
            percentage_spill=True,
        ),
        Queue(name="one", staff=("Anong", "Boon"), distribution="most_idle"),
        ServiceGroup(name="two", staff=("Boon", "Chai"), distribution="fixed_order"),
        transfer_at=10.0 * SECOND,
    ),
    "opening": lambda: a_shop(
        Time(
            conditions=(Condition(from_time="09:00", to_time="18:00", destinations=("team",)),),
            other_schedule=("bot",),
        ),
        Chatbot(name="bot"),
        ServiceGroup(name="team", staff=STAFF, distribution="fixed_order"),
        service={"auto_close": True, "auto_close_after_s": 60.0, "auto_close_notice_s": 20.0},
        bot_solves=np.arange(12) % 2, bot_time=5 * SECOND, follow_up=60 * SECOND,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORLDS)
def test_a_frozen_log_has_not_changed(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"{name}.txt", in_words(WORLDS[name]()))


def test_a_frozen_log_is_the_log_of_its_world_alone() -> None:
    assert len(WORLDS) == len({in_words(make()) for make in WORLDS.values()})
