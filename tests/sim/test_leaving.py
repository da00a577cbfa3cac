"""Visitors who leave or are followed up, where one thing may overtake another."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from line_sim.desk.model import BOT_STARTED, GAVE_UP, KIND_CLOSED, KIND_FOLLOWED_UP, SECOND
from line_sim.desk.setup import (
    Alternative,
    Channel,
    Chatbot,
    DeskSetup,
    Destination,
    Member,
    Queue,
    Service,
    ServiceGroup,
)
from line_sim.sim.engine import run_world
from line_sim.world.by_hand import plain_world


def desk(destinations: tuple[Destination, ...], **service: Any) -> DeskSetup:  # noqa: ANN401
    return DeskSetup(
        start=dt.datetime(2026, 11, 2),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=(Member(name="Ann"),),
        destinations=destinations,
        channels=(
            Channel(
                name="shop",
                rule=Alternative(destinations=tuple(each.name for each in destinations)),
            ),
        ),
        service=Service(**service),
    )


def count(rows: np.ndarray, kind: int) -> int:
    return int(np.sum(rows["kind"] == kind))


@pytest.mark.parametrize("engine", ["python", "simpy"])
def test_a_follow_up_of_an_older_miss_goes_on_when_the_visitor_answers(engine: str) -> None:
    world = plain_world(
        desk((ServiceGroup(name="team", staff=("Ann",)),), miss_immediately_when_unstaffed=True),
        [10 * SECOND], 20 * SECOND, turns=2, retries=1, retry_delay=SECOND, follow_up=5 * SECOND,
        staff_events=[(12 * SECOND, 0, 0)],
    )  # fmt: skip

    rows = run_world(world, engine=engine).rows

    assert count(rows, KIND_FOLLOWED_UP) == 1
    assert count(rows, KIND_CLOSED) == 1


@pytest.mark.parametrize("engine", ["python", "simpy"])
def test_a_visitor_gives_up_once_though_a_bot_came_in_between(engine: str) -> None:
    world = plain_world(
        desk(
            (
                Queue(name="first", staff=("Ann",), queue_max_hold_s=5),
                Chatbot(name="bot"),
                Queue(name="last", staff=("Ann",), queue_max_hold_s=None),
            ),
            offer_timeout_s=None,
        ),
        [10 * SECOND], 20 * SECOND, patience=60 * SECOND, bot_time=5 * SECOND,
        reactions=10_000 * SECOND, until_us=200 * SECOND,
    )  # fmt: skip

    rows = run_world(world, engine=engine).rows

    assert count(rows, BOT_STARTED) == 1
    assert count(rows, GAVE_UP) == 1


def test_an_offer_of_less_than_a_microsecond_still_ends() -> None:
    world = plain_world(
        desk((Queue(name="line", staff=("Ann",), queue_max_hold_s=None),), offer_timeout_s=1e-7),
        [10 * SECOND], 20 * SECOND, reactions=3,
        until_us=10 * SECOND + 50,
    )  # fmt: skip

    rows = run_world(world, engine="python").rows

    assert len(rows) < 200
