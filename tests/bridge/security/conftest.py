"""One bridge with two shops for all of these tests, which leave it as sound as it was."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from two_shops import TwoShops


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoShops]:
    """The bridge's process, LINE beside it, customers and staff of two shops."""
    with TwoShops(tmp_path_factory.mktemp("security")) as made:
        yield made
