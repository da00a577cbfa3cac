"""What the tests of intake share."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from bridge_at_work import AtWork, told

from line_sim.bridge.store.migrating import upgrade
from line_sim.bridge.store.store import Store


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """The loop that a test's bridge belongs to."""
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of SQLite with all tables and no rows."""
    file = tmp_path_factory.mktemp("empty") / "bridge.sqlite"
    store = Store(str(file))
    upgrade(store)
    store.close()
    return file


@pytest.fixture
def at_work(tmp_path: Path, runner: asyncio.Runner, empty_database: Path) -> Iterator[AtWork]:
    """A bridge on SQLite."""
    settings = told(tmp_path / "trial")
    shutil.copy(empty_database, settings.database)
    made = AtWork(settings)
    runner.run(made.begin())
    yield made
    runner.run(made.end())


@pytest.fixture
def on_both(tmp_path: Path, store_url: str, runner: asyncio.Runner) -> Iterator[AtWork]:
    """A bridge on each kind of database."""
    made = AtWork(told(tmp_path / "trial", store_url))
    runner.run(made.begin())
    yield made
    runner.run(made.end())
