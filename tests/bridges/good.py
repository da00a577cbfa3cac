"""The good bridge, by itself: ``python tests/bridges/good.py --listen 127.0.0.1:8000 ...``."""

import sys

from echo_bridge.program import main

if __name__ == "__main__":
    main(sys.argv[1:])
