"""Starts a bridge by its name: ``python tests/bridges NAME --listen 127.0.0.1:8000 ...``.

``good``, one of the faulty ones (``faults.py``), or a bot on an official SDK: ``sdk_python``,
``sdk_node``. Arguments and environment are those of the start contract; ``--help`` lists more.
"""

import sys

from echo_bridge.program import main
from faults import FAULTS


def _start(name: str, words: list[str]) -> None:
    if name == "good":
        main(words)
    elif name == "sdk_python":
        import sdk_python  # noqa: PLC0415 - the SDK takes seconds to import

        sdk_python.main(words)
    elif name == "sdk_node":
        import sdk_node_start  # noqa: PLC0415 - as above

        sdk_node_start.main(words)
    elif name in FAULTS:
        found = FAULTS[name]
        main(words, found.parts, **found.serving)
    else:
        names = ", ".join(["good", "sdk_python", "sdk_node", *FAULTS])
        sys.exit(f"{name!r} is no bridge here; one of {names}")


if __name__ == "__main__":
    _start(sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2:])
