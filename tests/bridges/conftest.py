"""The programs of this folder are imported as they import each other."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
