"""Lets the tests here share the random worlds of ``tests/worlds.py``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
