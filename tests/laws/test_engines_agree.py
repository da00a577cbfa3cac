"""Every engine writes the same log, byte for byte, whatever the world."""

from __future__ import annotations

import datetime as dt
import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from worlds import OWN_METHODS, worlds

from line_sim.desk.faults import faults
from line_sim.desk.model import KINDS, SECOND, TIMER_LAPSE
from line_sim.desk.setup import Alternative, Channel, DeskSetup, Member, Queue, Service
from line_sim.scenario.behaviour import Exponential, Geometric
from line_sim.sim.engine import run_world
from line_sim.sim.processes import clock
from line_sim.sim.processes.clock import place_in_order
from line_sim.world.by_hand import plain_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.desk.setup import Key
    from line_sim.world.drawn import World

COMPILER = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="needs numba, see pip install line_sim[fast]"
)
OTHERS = ("simpy", pytest.param("compiled", marks=COMPILER))
"""The engines that are to agree with the plain loop."""

MANY = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])


def rows(world: World, engine: str) -> bytes:
    """The rows of a world's log."""
    return run_world(world, engine).rows.tobytes()


def busy_world(seed: int = 1, **setup: Any) -> World:  # noqa: ANN401 - fields of a desk
    """Three people too few for 200 visits, with drawn reactions, answers and second tries."""
    rng = np.random.default_rng(7)
    desk: dict[str, Any] = {
        "start": dt.datetime(2026, 11, 2, 9),  # noqa: DTZ001 - local to the desk's offset
        "utc_offset": "+07:00",
        "members": tuple(Member(name=name) for name in ("Anong", "Boon", "Chai")),
        "destinations": (Queue(name="desk", staff=("Anong", "Boon", "Chai")),),
        "channels": (Channel(name="shop", rule=Alternative(destinations=("desk",))),),
        "service": Service(strict_cinnox=False, max_concurrent=2, offer_timeout_s=10.0),
    }
    return plain_world(
        DeskSetup(**desk | setup),
        np.cumsum(rng.integers(1, 30, 200)) * SECOND,
        rng.lognormal(17.0, 1.0, 200),
        reactions=Exponential(mean_s=6.0),
        pauses=Exponential(mean_s=20.0),
        retry_delay=Exponential(mean_s=60.0),
        per_go=Geometric(mean=1.5),
        turns=rng.integers(1, 4, 200),
        retries=1,
        visitor=rng.integers(0, 60, 200),
        seed=seed,
    )


@pytest.mark.parametrize("engine", OTHERS)
@MANY
@given(world=worlds())
def test_an_engine_writes_the_log_of_the_plain_loop(world: World, engine: str) -> None:
    assert rows(world, "python") == rows(world, engine)


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("method", OWN_METHODS)
def test_engines_agree_on_planners_own_methods(method: Key, engine: str) -> None:
    world = busy_world(methods={"desk": method})

    assert rows(world, "python") == rows(world, engine)
    assert rows(world, engine) != rows(busy_world(), engine)


@pytest.mark.parametrize("engine", ["python", *OTHERS])
def test_the_same_seed_gives_the_same_log_and_another_seed_another(engine: str) -> None:
    assert rows(busy_world(seed=1), engine) == rows(busy_world(seed=1), engine)
    assert rows(busy_world(seed=1), engine) != rows(busy_world(seed=2), engine)


def visitors_first(kind: int, number: int, place: int, generation: int) -> int:
    """A wrong order: what visitors do comes before what the desk and the staff do."""
    return place_in_order(31 - kind, number, place, generation)


def timers_first(kind: int, number: int, place: int, generation: int) -> int:
    """A wrong order: an offer runs out at the very instant at which it would be taken."""
    return place_in_order(kind % TIMER_LAPSE, number, place, generation)


def newest_first(kind: int, number: int, place: int, generation: int) -> int:
    """A wrong order: of two alike, the later enquiry comes first."""
    return place_in_order(kind, (1 << 20) - number, place, generation)


@pytest.mark.parametrize("wrong", [visitors_first, timers_first, newest_first])
def test_an_engine_with_another_order_at_one_instant_is_caught(
    wrong: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "place_in_order", wrong)

    caught = find(
        worlds(),
        lambda world: rows(world, "python") != rows(world, "simpy"),
        settings=settings(MANY, phases=[Phase.generate], database=None),
    )

    assert rows(caught, "python") != rows(caught, "simpy")


def test_random_worlds_are_faultless_and_in_them_everything_happens() -> None:
    happened: set[int] = set()

    @MANY
    @given(world=worlds())
    def look(world: World) -> None:
        assert [] == faults(world.setup)
        happened.update(run_world(world, "python").rows["kind"].tolist())

    look()

    # what people in a simulation never do: other drivers of the desk may
    never = {"refused", "joined", "channel_changed", "account_changed"}
    seldom = {"widened", "rerouted"}  # not in every 200 worlds; tests/desk has them for sure
    found = {KINDS[kind] for kind in happened}
    assert found.isdisjoint(never)
    assert set(KINDS) - never - seldom <= found
