"""The bridge as a process of its own, for as long as a live run goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL
from typing import TYPE_CHECKING

from line_sim.bridge.running import url_of
from line_sim.errors import UnreachableError
from line_sim.net.serve import Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

READY_S = 30.0
"""Wall seconds until it must take webhooks."""
LOOK_EVERY_S = 0.05
STOP_S = 10.0
"""From TERM to KILL (PLATFORM 17)."""
DYING_S = 1.0
"""After a call without an answer, until it is clear whether it has ended."""
SHOWN = 10
"""Last lines of its log in an error."""
LOG = "bridge.log"
_LINE = ("LINE_API_BASE_URL", "LINE_DATA_API_BASE_URL")
"""Variables that would lead the bridge away from the mock."""


def demand_free(port: int) -> None:
    """Refuse a port that a bridge could not listen on; 0 is always free.

    Raises
    ------
    ConfigurationError
        Somebody listens there, or it is not ours to use.
    """
    Server(_nothing, port=port, lifespan="off").close_ports()


async def _nothing(*_asked: object) -> None:
    """Serve nothing."""


class Child:
    """A bridge that runs.

    Attributes
    ----------
    url
        Where it listens.
    """

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder, self.url = process, folder, ""

    async def ready(self) -> None:
        """Wait until it takes webhooks.

        Raises
        ------
        UnreachableError
            It ended, or is not ready in time; with the last lines of its log.
        """
        for _ in range(round(READY_S / LOOK_EVERY_S)):
            if self.process.returncode is not None:
                break
            if url := url_of(self.folder / "data"):
                self.url = url
                return
            await asyncio.sleep(LOOK_EVERY_S)
        raise self.gone()

    async def ended(self) -> None:
        """Wait until it ends by itself, which is an error."""
        await self.process.wait()
        raise self.gone()

    async def why(self, error: UnreachableError) -> UnreachableError:
        """Why it did not answer: it is gone, or what the attempt says."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), DYING_S)
        return error if self.process.returncode is None else self.gone()

    def gone(self) -> UnreachableError:
        """That it is not there, and what it said last."""
        log = self.folder / LOG
        said_all = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        lines = said_all.splitlines()
        said = "\n  ".join(["its last words:", *lines[-SHOWN:]]) if lines else "it said nothing"
        code = self.process.returncode
        how = "not ready in time" if code is None else f"it ended with {code}"
        return UnreachableError("the bridge", f"{how}; {said}")

    async def stop(self) -> None:
        """TERM, then KILL."""
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_S)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


@contextlib.asynccontextmanager
async def bridge_of(
    folder: Path, *, clock_factor: float, clock_start: float
) -> AsyncIterator[Child]:
    """A bridge on the install in `folder`, in a process group of its own; see :meth:`Child.ready`.

    Ctrl-C in a terminal does not reach it; it is stopped by TERM at the end of the block.
    """
    words = [
        sys.executable, "-m", "line_sim", "bridge", "run", "--folder", str(folder),
        "--clock-factor", repr(clock_factor), "--clock-start", repr(clock_start),
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name not in _LINE}
    with (folder / LOG).open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *words, env=environment, stdin=DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    child = Child(process, folder)
    try:
        yield child
    finally:
        await asyncio.shield(child.stop())
