"""What the tests of the API share."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from api_bridge import FILE, ApiBridge


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a bridge with an administrator "boss" and one of staff, "ann"."""
    folder = tmp_path_factory.mktemp("peopled")
    made = ApiBridge(folder)
    made.add("boss", "administrator")
    made.add("ann")
    made.store.close()
    return folder / FILE


@pytest.fixture
def bridge(tmp_path: Path, peopled: Path) -> Iterator[ApiBridge]:
    """That bridge."""
    shutil.copy(peopled, tmp_path)
    made = ApiBridge(tmp_path)
    yield made
    made.store.close()
