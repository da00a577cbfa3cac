"""Lets the tests here share what lies beside them, and the bridges of tests/bridges."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "bridges")]
