"""How long traffic waits for its lines: a moment, so that what was answered is in the file."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from line_sim.recording.recorder.items import Line
    from line_sim.recording.recorder.tape import Tape


class Patience:
    """How long one exchange waits for the file, all in all.

    Parameters
    ----------
    tape
        Where its lines are put.
    left_s
        Wall seconds; PLATFORM.md, "Recorder", allows 50 ms.
    """

    def __init__(self, tape: Tape, left_s: float = 0.04) -> None:
        self.tape = tape
        self.left_s = left_s

    async def written(self, line: Line) -> None:
        """Put a line and wait until it is in the file, or until that takes too long."""
        self.tape.put(line)
        if line.written is None or self.left_s <= 0 or self.tape.stalled:
            return
        begun_s = time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.left_s):
                await line.written
        self.left_s -= time.monotonic() - begun_s
