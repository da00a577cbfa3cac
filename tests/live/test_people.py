"""What simulated people stand on: a part of a world, work that is shared, time that is paced."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from stepped_worlds import QUICK
from worlds import LAST_STEP, STEP, setups, worlds

from line_sim import MockLine, Scenario
from line_sim.desk.model import SECOND
from line_sim.desk.setup import Chatbot
from line_sim.errors import ConfigurationError
from line_sim.live.furnishing import furnish
from line_sim.live.pacing import Pace
from line_sim.live.scene import busiest, part_of, without_chatbots
from line_sim.live.work import Workload
from line_sim.world.draw import draw
from line_sim.world.drawn import (
    AWAY_END,
    AWAY_START,
    BREAK_END,
    BREAK_START,
    SHIFT_END,
    SHIFT_START,
)

if TYPE_CHECKING:
    from line_sim.desk.setup import DeskSetup
    from line_sim.world.drawn import World

SPEED = 10_000.0


def at_work(events: list[tuple[int, int, int]], until: int) -> dict[int, bool]:
    """Who is on duty, and whether they are away, after what happens up to an instant."""
    found: dict[int, bool] = {}
    for at, m, what in events:
        if at > until:
            continue
        if what == SHIFT_START:
            found[m] = False
        elif what == SHIFT_END:
            found.pop(m, None)
        elif m in found and what in {BREAK_START, AWAY_START}:
            found[m] = True
        elif m in found and what in {BREAK_END, AWAY_END}:
            found[m] = False
    return found


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(drawn=worlds(), first=st.integers(0, LAST_STEP), steps=st.integers(1, LAST_STEP))
def test_a_part_of_a_world_begins_as_the_world_stands(drawn: World, first: int, steps: int) -> None:
    world = dataclasses.replace(drawn, setup=dataclasses.replace(drawn.setup, methods={}))
    start, end = first * STEP, (first + steps) * STEP
    try:
        part = part_of(world, start, end)
    except ConfigurationError:
        return  # chatbots alone
    events, whole = part.staff_events.tolist(), drawn.staff_events.tolist()

    for instant in (start, (start + end) // 2, end - 1):
        assert at_work(whole, instant) == at_work(events, instant)
    assert [] == [at for at, _m, _what in events if not start <= at < end]
    assert all((part.visits["at"] >= start) & (part.visits["at"] < end))
    assert all(part.visits["owner"] < 0)


def test_chatbots_are_left_out_of_rules_and_destinations() -> None:
    setup = Scenario.load("tokyo_bank").desk_setup()

    found = without_chatbots(setup)

    assert any(isinstance(place, Chatbot) for place in setup.destinations)
    assert not any(isinstance(place, Chatbot) for place in found.destinations)
    assert len(found.destinations) == len(setup.destinations) - 1


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="span"):
        part_of(draw(Scenario.load("mobile_pair"), seed=1), 10, 10)


def test_the_busiest_hour_has_most_visits() -> None:
    world = draw(Scenario.load("bangkok_shop"), seed=1)
    hour = 3600 * SECOND
    counts = [
        sum((world.visits["at"] >= at) & (world.visits["at"] < at + hour))
        for at in range(0, world.end_us, hour)
    ]

    assert max(counts) == counts[busiest(world) // hour]


# --- work


def finished(works: list[float], rates: list[float], speed: float) -> list[float]:
    """When pieces of work that begin together are done, by whoever shares their time among them."""
    left, now, ends = dict(enumerate(works)), 0.0, [0.0] * len(works)
    while left:
        rate = rates[min(len(left), len(rates) - 1)] * speed
        first = min(left, key=lambda each: (left[each], each))
        step = left[first] / rate
        now += step
        left = {each: rest - step * rate for each, rest in left.items() if each != first}
        ends[first] = now
    return ends


@given(
    works=st.lists(st.floats(1.0, 500.0), min_size=1, max_size=6),
    rates=st.lists(st.floats(0.1, 1.0), min_size=1, max_size=4),
    speed=st.floats(0.5, 2.0),
)
def test_chats_share_a_person(works: list[float], rates: list[float], speed: float) -> None:
    async def law() -> dict[int, float]:
        pace, ends = Pace(0.0, 1.0), {}
        load = Workload(pace, [0.0, *rates], speed, lambda e: ends.setdefault(e, pace.now))
        load.be_away(False)  # noqa: FBT003 - a state
        for number, work in enumerate(works):
            load.begin(number, work)
        while pace.peek() != float("inf"):
            pace.step()
        return ends

    ends = asyncio.run(law())

    wanted = finished(works, [0.0, *rates], speed)
    assert [ends[number] for number in range(len(works))] == pytest.approx(wanted)


def test_nobody_works_while_away() -> None:
    async def law() -> list[float]:
        pace, ends = Pace(0.0, 1.0), []
        load = Workload(pace, [0.0, 1.0], 1.0, lambda _e: ends.append(pace.now))

        def day() -> Any:  # noqa: ANN401 - a process
            load.be_away(False)  # noqa: FBT003 - a state
            load.begin(1, 100.0)
            load.begin(2, 1.0)
            yield pace.timeout(0.5)
            load.drop(2)
            yield pace.timeout(40.0)
            load.be_away(True)  # noqa: FBT003 - a state
            yield pace.timeout(1000.0)
            load.be_away(False)  # noqa: FBT003 - a state

        pace.process(day())
        while pace.peek() != float("inf"):
            pace.step()
        return ends

    assert [1100.0] == pytest.approx(asyncio.run(law()))


# --- time


def test_what_is_asked_comes_at_its_own_instant_and_in_order() -> None:
    happened: list[tuple[str, float]] = []

    async def answered() -> str:
        await asyncio.sleep(0)
        return "yes"

    async def broken() -> None:
        raise LookupError

    def person(pace: Pace) -> Any:  # noqa: ANN401 - a process
        yield pace.timeout(30.0)
        happened.append((str((yield pace.ask(answered()))), pace.now))
        try:
            yield pace.ask(broken())
        except LookupError:
            happened.append(("told", pace.now))
        yield pace.timeout(30.0)
        happened.append(("later", pace.now))

    async def run() -> None:
        pace = Pace(0.0, SPEED)
        pace.process(person(pace))
        pace.begin(0.0)
        await pace.perform(3_000.0)

    asyncio.run(run())

    words, times = zip(*happened, strict=True)
    assert ("yes", "told", "later") == words
    assert 30.0 <= times[0] <= times[1] <= times[2] - 30.0


def test_an_error_of_somebody_ends_the_run_as_it_was_raised() -> None:
    def person(pace: Pace) -> Any:  # noqa: ANN401 - a process
        yield pace.timeout(1.0)
        raise LookupError

    async def run() -> None:
        pace = Pace(0.0, SPEED)
        pace.process(person(pace))
        pace.begin(0.0)
        await pace.perform(100.0)

    with pytest.raises(LookupError):
        asyncio.run(run())


# --- a bridge as a scenario has it


def known_to_a_bridge(setup: DeskSetup) -> DeskSetup:
    """A setup as a bridge can read it back."""
    return dataclasses.replace(
        setup,
        methods={}, classes=("customer",), priorities=(), languages=(),
        members=tuple(dataclasses.replace(each, device="dashboard") for each in setup.members),
        channels=tuple(
            dataclasses.replace(each, filter_by_language=False, line_account="")
            for each in setup.channels
        ),
        tags={tag: tuple(sorted(names)) for tag, names in setup.tags.items()},
    )  # fmt: skip


def test_any_setup_is_read_back_as_it_was_given() -> None:
    async def read_back(setup: DeskSetup) -> DeskSetup:
        channels = [{"name": channel.name} for channel in setup.channels]
        async with MockLine(strict=False, channels=channels) as line:
            with TemporaryDirectory() as folder:
                made = await furnish(Path(folder) / "shop", setup, line, hasher=QUICK)
        return made.setup

    @settings(max_examples=6, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(drawn=setups())
    def law(drawn: DeskSetup) -> None:
        setup = dataclasses.replace(drawn, methods={})
        assert known_to_a_bridge(setup) == known_to_a_bridge(asyncio.run(read_back(setup)))

    law()


def test_methods_of_planners_are_refused() -> None:
    setup = Scenario.load("mobile_pair").desk_setup({"both": lambda *_: 0.0})

    async def made() -> None:
        async with MockLine(strict=False) as line:
            await furnish(Path("nowhere"), setup, line)

    with pytest.raises(ConfigurationError, match="own methods of both"):
        asyncio.run(made())
