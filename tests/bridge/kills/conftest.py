"""The kill test of ``make soak``, made small: its parts lie in ``benchmarks``."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "benchmarks")]
