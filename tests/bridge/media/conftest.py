"""Makes `media_bench` importable for the tests beside it, and closes what it opened."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from media_bench import Bench

from line_sim.bridge.media.checking import Checker


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for a module's tests, for checking processes belong to one."""
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def checker(runner: asyncio.Runner) -> Iterator[Checker]:
    """Checking processes."""
    made = Checker()
    yield made
    runner.run(made.close())


@pytest.fixture
def bench(tmp_path: Path, runner: asyncio.Runner) -> Iterator[Bench]:
    """A bridge that has nothing but media."""
    made = Bench(tmp_path)
    yield made
    runner.run(made.close())
