"""Makes tests/worlds.py importable, and what lies beside the tests here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # worlds.py
sys.path.insert(0, str(Path(__file__).parent))
