"""Lets the tests here share their own modules: customers of theory, runs, estimates."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
