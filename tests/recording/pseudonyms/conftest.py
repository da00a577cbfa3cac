"""Lets the tests of this folder share a recording that is personal all over."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
