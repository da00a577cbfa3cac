"""What the tests of sending share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from outgoing_bench import Shop

from line_sim import MockLine


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """A LINE with one account, for all of these tests."""
    with MockLine(strict=False) as line:
        yield Shop(line)
