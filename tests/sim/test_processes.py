"""The SimPy engine: who waits for what, and in what order at one instant."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from line_sim.desk.model import KINDS, NEVER, SECOND
from line_sim.desk.setup import Alternative, Channel, DeskSetup, Member, Queue, Service
from line_sim.log import ROW
from line_sim.sim.processes import room, run
from line_sim.sim.processes.clock import Clock, Mind, place_in_order
from line_sim.world.by_hand import plain_world

if TYPE_CHECKING:
    from line_sim.sim.processes.clock import Plan, Process
    from line_sim.world.drawn import World


def shop(arrivals: list[int], **people: Any) -> World:  # noqa: ANN401 - anything of a world
    """One person at one queue; seconds of arrival, ten seconds of work each."""
    methods = people.pop("methods", {})
    desk = DeskSetup(
        start=dt.datetime(2026, 11, 2, 9),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=(Member(name="Anong"),),
        destinations=(Queue(name="desk", staff=("Anong",)),),
        channels=(Channel(name="shop", rule=Alternative(destinations=("desk",))),),
        service=Service(max_concurrent=1, strict_cinnox=not methods),
        methods=methods,
    )
    defaults = {"reactions": 5 * SECOND}
    return plain_world(desk, [at * SECOND for at in arrivals], 10.0 * SECOND, **(defaults | people))


def story(log: bytes) -> list[tuple[float, str, int]]:
    """The second, the kind and the enquiry of every row."""
    return [
        (row["at"] / SECOND, KINDS[row["kind"]], int(row["enquiry"]))
        for row in np.frombuffer(log, ROW)
    ]


def test_a_visitor_waits_for_a_reaction_and_for_the_work() -> None:
    assert story(run(shop([3]))) == [
        (0.0, "shift_started", -1),
        (0.0, "status", -1),
        (3.0, "received", 0),
        (3.0, "offered", 0),
        (8.0, "picked_up", 0),
        (18.0, "staff_message", 0),
        (18.0, "closed", 0),
    ]


def test_a_pickup_at_the_very_instant_of_the_lapse_wins() -> None:
    kinds = [kind for _, kind, _ in story(run(shop([0], reactions=20 * SECOND)))]

    assert "picked_up" in kinds
    assert "lapsed" not in kinds


def test_a_run_stops_at_its_end() -> None:
    assert story(run(shop([3], until_us=8 * SECOND)))[-1] == (3.0, "offered", 0)
    assert b"" == run(shop([3], until_us=0))


def test_a_log_of_many_pages_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    world = shop(list(range(0, 300, 7)))
    expected = run(world)
    told: list[int] = []
    monkeypatch.setattr(room, "PAGE", 2)

    assert expected == run(world, told.append)
    assert sorted(told) == told
    assert len(told) > 10


class Odd(Exception):  # noqa: N818 - any exception
    """One that cannot be made again from its arguments."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


def test_an_error_in_a_planners_method_comes_out_as_it_was_raised() -> None:
    raised = Odd("desk", "no")

    def faulty(member: Any, enquiry: Any, now: int) -> float:  # noqa: ANN401, ARG001
        raise raised

    with pytest.raises(Odd) as caught:
        run(shop([3], methods={"desk": faulty}))

    assert raised is caught.value


places = st.tuples(
    st.integers(0, 16), st.integers(-1, 1 << 30), st.integers(0, 1 << 31), st.integers(0, 1 << 31)
)


@given(a=places, b=places)
def test_the_place_in_order_is_by_kind_then_number_then_place(
    a: tuple[int, ...], b: tuple[int, ...]
) -> None:
    assert (a < b) == (place_in_order(*a) < place_in_order(*b))
    assert place_in_order(*a) > max(simpy.events.NORMAL, simpy.events.URGENT)


def test_who_thinks_better_of_it_waits_for_the_new_plan_only() -> None:
    clock = Clock(NEVER)
    done: list[tuple[int | float, Plan]] = []

    def do() -> Process:
        while True:
            plan = yield from mind.next()
            done.append((clock.now, plan))
            if len(done) == 1:
                mind.turn_to((40, 1, 0, 0, 0))  # in the middle of an act

    def change() -> Process:
        mind.turn_to((30, 1, 0, 0, 0))
        yield clock.timeout(10)
        mind.turn_to((25, 1, 0, 0, 0))
        mind.turn_to((20, 1, 0, 0, 0))

    mind = Mind(clock, do())
    clock.begin(change())
    clock.run(until=100)

    assert [(20, (20, 1, 0, 0, 0)), (40, (40, 1, 0, 0, 0))] == done


def test_a_moment_after_the_end_never_comes() -> None:
    clock = Clock(10)

    assert clock.moment((9, 1, 0, 0, 0)).triggered
    assert not clock.moment((10, 1, 0, 0, 0)).triggered
