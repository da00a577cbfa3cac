"""What the tests of channels share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bridge_of_channels import SmallBridge, two_accounts

from line_sim import MockLine


@pytest.fixture(scope="module")
def shared_line() -> Iterator[MockLine]:
    """A LINE with two accounts, for a whole module."""
    with two_accounts() as line:
        yield line


@pytest.fixture
def line(shared_line: MockLine) -> MockLine:
    """The same, with its switches as they were."""
    for channel in shared_line.channels:
        shared_line.switch(channel.name, use_webhook=True)
    shared_line.clear_faults()
    return shared_line


@pytest.fixture
def bridge(line: MockLine, tmp_path: Path) -> Iterator[SmallBridge]:
    """A bridge without channels, with one group."""
    made = SmallBridge(tmp_path / "data", line.environment["LINE_API_BASE_URL"])
    made.add_destination()
    yield made
    made.store.close()
