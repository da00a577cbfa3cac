"""Makes `daily_shop` importable, and what lies beside the tests here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "queries"))
sys.path.insert(0, str(Path(__file__).parent))
