"""A mock in a process of its own: told what to play on standard input, it ends when that ends."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from typing import Any

from line_sim.errors import LineSimError
from line_sim.mock.config import settings_of
from line_sim.mock.running import Options, RunningMock
from line_sim.net.loops import new_loop


async def play(told: dict[str, Any]) -> None:
    """Run a mock until standard input ends; its facts are the one line of standard output."""
    mock = RunningMock(settings_of(told["settings"]), Options.from_dict(told["options"]))
    try:
        await mock.start()
        gc.freeze()  # what is there stays: no search among it holds webhooks up
        print(json.dumps(mock.facts()), flush=True)  # noqa: T201 - the parent reads it
        await asyncio.to_thread(sys.stdin.read)
        await mock.stop()
    finally:
        mock.ledger.close()


def main() -> None:
    """Play what the first line of standard input tells."""
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(play(json.loads(sys.stdin.readline())))
    except LineSimError as error:
        print(json.dumps({"error": str(error)}), flush=True)  # noqa: T201 - the parent reads it
    except KeyboardInterrupt:
        pass  # the parent hears Ctrl-C too, and says what there is to say


if __name__ == "__main__":
    main()
