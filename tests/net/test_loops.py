"""A loop in a thread answers, hands exceptions over, and ends."""

import asyncio
import threading

import pytest

from line_sim.errors import ServerError
from line_sim.net.loops import LoopThread


async def where() -> threading.Thread:
    """The thread this runs in."""
    return threading.current_thread()


async def never() -> None:
    """Wait for good."""
    await asyncio.Event().wait()


async def fail() -> None:
    """Raise."""
    raise LookupError


def test_a_coroutine_runs_in_the_thread_and_its_answer_comes_back() -> None:
    with LoopThread("a loop") as thread:
        found = thread.call(where())

        assert ("a loop", True) == (found.name, found.daemon)


def test_its_exception_comes_back() -> None:
    with LoopThread("a loop") as thread, pytest.raises(LookupError):
        thread.call(fail())


def test_waiting_has_a_limit_and_what_was_waited_for_is_cancelled() -> None:
    ended = threading.Event()

    async def patient() -> None:
        try:
            await never()
        finally:
            ended.set()

    with LoopThread("a loop") as thread:
        with pytest.raises(TimeoutError):
            thread.call(patient(), timeout_s=0.01)

        assert ended.wait(5)


def test_what_still_runs_is_cancelled_by_the_stop() -> None:
    thread = LoopThread("a loop")

    async def start() -> asyncio.Task[None]:
        task = asyncio.create_task(never())
        await asyncio.sleep(0)
        return task

    task = thread.call(start())
    thread.stop()

    assert task.cancelled()
    assert not thread.running


def test_a_stopped_loop_says_so() -> None:
    thread = LoopThread("a loop")
    thread.stop()
    thread.stop()

    with pytest.raises(ServerError, match="a loop: has been stopped"):
        thread.call(where())


def test_a_caller_whose_loop_is_stopped_meanwhile_is_not_left_waiting() -> None:
    thread = LoopThread("a loop")

    async def stopping() -> None:
        asyncio.get_running_loop().stop()
        await never()

    with pytest.raises(ServerError, match="stopped meanwhile"):
        thread.call(stopping())
    thread.stop()


def test_waiting_for_oneself_is_refused_not_a_deadlock() -> None:
    with LoopThread("a loop") as thread:

        async def inside() -> None:
            thread.call(where())

        with pytest.raises(ServerError, match="waits for itself"):
            thread.call(inside())
