"""The bridge's time: waits end when their time has come, in order, however time moves."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge.clock import FASTEST, Clock
from line_sim.errors import ConfigurationError

START = 1_790_000_000.0
SECONDS = st.floats(0.001, 100_000.0)


async def turns(clock: Clock) -> None:
    """Let everybody come to their first wait."""
    await clock.advance(0.0)


@given(waits=st.lists(SECONDS, max_size=8), steps=st.lists(SECONDS, min_size=1, max_size=5))
def test_waits_end_once_their_time_has_come_and_in_order(
    waits: list[float], steps: list[float]
) -> None:
    async def play() -> None:
        clock = Clock(stepped=True, start=START)
        ended: list[float] = []

        async def wait(duration_s: float) -> None:
            await clock.sleep(duration_s)
            assert clock.now() >= START + duration_s
            ended.append(START + duration_s)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(wait(each)) for each in waits]
            await turns(clock)
            for step in steps:
                before = clock.now()
                await clock.advance(step)
                assert clock.now() == pytest.approx(before + step)
                assert len(ended) == sum(START + each <= clock.now() for each in waits)
            for task in tasks:
                task.cancel()

        assert sorted(ended) == ended

    asyncio.run(play())


def test_who_waits_again_and_again_is_woken_at_each_of_its_times() -> None:
    async def play() -> list[float]:
        clock, woken = Clock(stepped=True, start=0.0), []

        async def beat() -> None:
            while True:
                await clock.sleep(10.0)
                woken.append(clock.now())

        task = asyncio.ensure_future(beat())
        await turns(clock)
        await clock.advance(35.0)
        task.cancel()
        assert clock.now() == 35.0
        return woken

    assert [10.0, 20.0, 30.0] == asyncio.run(play())


def test_a_stepped_clock_stands_still_and_a_wait_that_is_given_up_leaves_nothing() -> None:
    async def play() -> None:
        clock = Clock(stepped=True, start=START)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(clock.sleep(0.001), 0.01)
        assert clock.now() == START
        await clock.advance(1.0)

    asyncio.run(play())


def test_a_factor_shortens_waits_and_advancing_ends_them_at_once() -> None:
    async def play() -> None:
        clock = Clock(factor=10_000.0)
        before = clock.now()
        async with asyncio.timeout(5):
            await clock.sleep(1_000.0)
        assert clock.now() - before >= 1_000.0
        far = asyncio.ensure_future(clock.sleep(1e9))
        await turns(clock)
        await clock.advance(1e9)
        async with asyncio.timeout(5):
            await far

    asyncio.run(play())


def test_no_time_goes_back_and_none_is_waited_for_when_it_is_over() -> None:
    async def play() -> None:
        clock = Clock(stepped=True, start=START)
        clock.catch_up(START + 5)
        clock.catch_up(START)
        await clock.advance(-10.0)
        await clock.sleep(-1.0)
        assert clock.now_ms() == round((START + 5) * 1_000)

    asyncio.run(play())


@pytest.mark.parametrize("factor", [0.0, -1.0, FASTEST * 1.01, float("nan"), float("inf")])
def test_a_factor_that_is_none_is_refused(factor: float) -> None:
    with pytest.raises(ConfigurationError, match="clock factor"):
        Clock(factor=factor)
