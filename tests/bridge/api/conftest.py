"""What the tests of the API share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from api_bridge import ApiBridge


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[ApiBridge]:
    """A bridge with an administrator "boss" and one of staff, "ann"."""
    made = ApiBridge(tmp_path)
    made.add("boss", "administrator")
    made.add("ann")
    yield made
    made.store.close()
