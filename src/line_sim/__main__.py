"""``python -m line_sim`` is ``line-sim``."""

import sys

from line_sim.cli import main

if __name__ == "__main__":
    sys.exit(main())
