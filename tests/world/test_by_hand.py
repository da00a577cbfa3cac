"""Worlds made by hand: neutral unless told otherwise."""

from collections.abc import Callable

import numpy as np
import pytest

from line_sim.desk.model import NEVER
from line_sim.errors import ConfigurationError
from line_sim.scenario.behaviour import Exponential, FixedCount
from line_sim.scenario.config import Scenario
from line_sim.world.by_hand import plain_world
from line_sim.world.drawn import SHIFT_END, SHIFT_START, TABLE_SIZE


def test_a_world_of_two_arrays_is_neutral(shop: Callable[..., Scenario]) -> None:
    world = plain_world(shop().desk_setup(), [5, 9], 1000.0)

    assert world.visits["at"].tolist() == [5, 9]
    assert world.visits["visitor"].tolist() == [0, 1]
    assert world.visits["patience"].tolist() == [NEVER, NEVER]
    assert world.staff_events.tolist() == [(0, 0, SHIFT_START), (0, 1, SHIFT_START)]
    assert (world.end_us, world.until_us, world.visitors) == (10, NEVER, 2)
    assert world.quantiles[world.workers["reaction_table"][0]].tolist() == [1] * TABLE_SIZE


def test_columns_and_tables_are_as_given(shop: Callable[..., Scenario]) -> None:
    steps = np.arange(TABLE_SIZE)
    world = plain_world(
        shop().desk_setup(),
        [0, 0],
        [1.0, 2.0],
        patience=[7, 8],
        visitor=[3, 3],
        reactions=[Exponential(mean_s=1.0), steps],
        per_go=FixedCount(value=2),
        staff_events=[(9, 0, SHIFT_END), (0, 0, SHIFT_START)],
    )

    assert world.visits["patience"].tolist() == [7, 8]
    assert world.visitors == 4
    assert world.quantiles[world.workers["reaction_table"][1]].tolist() == steps.tolist()
    assert set(world.quantiles[world.burst_table].tolist()) == {2}
    assert world.staff_events.tolist() == [(0, 0, SHIFT_START), (9, 0, SHIFT_END)]


def test_no_visits_make_a_world_too(shop: Callable[..., Scenario]) -> None:
    assert plain_world(shop().desk_setup(), [], 1.0).visitors == 0


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"patients": 3}, "columns"),
        ({"reactions": [1, 2, 3]}, "reactions"),
        ({"work_us": 0.0}, "work_us"),
        ({"arrivals_us": [2, 1]}, "arrivals_us"),
    ],
)
def test_a_world_that_cannot_be_is_refused(
    shop: Callable[..., Scenario], given: dict[str, object], where: str
) -> None:
    content = {"arrivals_us": [1, 2], "work_us": 1.0} | given
    with pytest.raises(ConfigurationError) as refused:
        plain_world(shop().desk_setup(), **content)  # type: ignore[arg-type]

    assert [where] == [fault.where for fault in refused.value.faults]
