"""Lets the tests here share their own modules: logs written by hand, the slow way to count."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
