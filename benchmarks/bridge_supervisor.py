"""Keeps a bridge running, as a service manager would: whenever its process dies, it begins anew.

python benchmarks/bridge_supervisor.py PID_FILE [--spoilt FILE:FUNCTION] [--fresh] -- bridge run ...

PID_FILE holds the process id of the bridge that runs now, from its first moment. A bridge is forked
from this process, which has imported the program and done nothing else, so that a start takes as
long as the bridge needs and not as long as Python does; with --fresh it is executed anew. TERM ends
the bridge, and then this. ``--spoilt`` calls a function in each new process before it becomes a
bridge: for bridges that are wrong, or that die at a certain place.
"""

import argparse
import os
import runpy
import signal
import sys
from pathlib import Path
from types import FrameType

from line_sim import cli
from line_sim.bridge import program  # so that a child has it  # noqa: F401

AT_MOST = 1_000
"""Starts: more would be a bridge that cannot start."""


def begin(words: list[str], spoilt: str, *, fresh: bool) -> int:
    """Begin a bridge; its process id, in the parent."""
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if fresh:
        os.execv(sys.executable, [sys.executable, "-m", "line_sim", *words])  # noqa: S606 - our own
    if spoilt:
        file, _, name = spoilt.rpartition(":")
        runpy.run_path(file)[name]()
    sys.argv = ["line-sim", *words]
    code = 70
    try:
        code = cli.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


def main() -> int:
    """Supervise until told to end, or until the bridge ends by itself; its exit code."""
    asked = argparse.ArgumentParser()
    asked.add_argument("pid_file", type=Path)
    asked.add_argument("--spoilt", default="")
    asked.add_argument("--fresh", action="store_true")
    asked.add_argument("words", nargs="+")
    told = asked.parse_args()
    child = 0
    ending = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal ending
        ending = True
        if child:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    for _ in range(AT_MOST):
        child = begin(told.words, told.spoilt, fresh=told.fresh)
        part = told.pid_file.with_suffix(".part")
        part.write_text(str(child))
        part.replace(told.pid_file)
        if ending:
            os.kill(child, signal.SIGTERM)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if ending or code != -signal.SIGKILL:
            return code
    return 1


if __name__ == "__main__":
    sys.exit(main())
