"""Work that goes on beside everything else; what breaks in it is told, not lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from line_sim.bridge.journal import described

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from line_sim.bridge.parts import Journal


class Beside:
    """Tasks of one part of the bridge."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """End whatever is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._journal.alert("broken", f"something broke inside: {described(error)}")
