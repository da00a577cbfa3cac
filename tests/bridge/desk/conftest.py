"""What the tests of the live desk share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # tests/worlds.py, tests/reenact.py
sys.path.insert(0, str(Path(__file__).parent))

from small_shop import Home, open_home

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty bridge."""
    made = open_home(str(tmp_path / "bridge.db"))
    yield made
    made.store.close()
