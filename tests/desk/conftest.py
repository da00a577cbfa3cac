"""Lets the tests here share the small desks of ``tests/desk/small.py``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
