"""Files are looked at in processes of their own, which end when they take too much.

A process does many jobs, for starting one takes a fifth of a second, but none after a job that
went wrong. Pipes and a timer are all there is to it, so it works under any event loop.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from line_sim.bridge.media.results import Found, Refusal
from line_sim.errors import LineSimError

if TYPE_CHECKING:
    from pathlib import Path

AT_ONCE = 2
"""Chosen: each may take a core and, at worst, two gigabytes."""
JOBS_EACH = 32
"""Chosen: what libraries leak is given back after so many jobs."""
LOOK_S = 20.0
"""Chosen: seconds for reading a file, or making its preview; real ones take less than one."""
CONVERT_S = 120.0
"""Chosen: half an hour of sound takes ten seconds."""
GRACE_S = 2.0
"""Chosen: it should notice by itself before it is killed, and say so in better words."""
_ENVIRONMENT = ("PATH", "PYTHONPATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
_MOST_ANSWER = 65_536  # characters


class UncheckedError(LineSimError, RuntimeError):
    """A file that could not be looked at: the process took too long, or broke."""


class _Worker:
    """One process; blocking."""

    def __init__(self) -> None:
        kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        # -P: nothing is imported from the folder we happen to be in
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "line_sim.bridge.media.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept,
            text=True,
            encoding="utf-8",
        )
        self._jobs = 0

    @property
    def fresh(self) -> bool:
        """Whether it may do another job."""
        return self._jobs < JOBS_EACH and self._process.poll() is None

    def ask(self, job: dict[str, Any], most_s: float) -> dict[str, Any]:
        """Its answer; raises UncheckedError where none comes in time."""
        self._jobs += 1
        late = threading.Event()

        def kill() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(most_s + GRACE_S, kill)
        timer.daemon = True
        timer.start()
        assert self._process.stdin is not None  # noqa: S101 - as asked for above
        assert self._process.stdout is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline(_MOST_ANSWER)
            found = json.loads(line)
        except (OSError, ValueError):
            self.end()
            if late.is_set():
                reason = f"reading it took more than {most_s:g} s"
            else:
                reason = f"reading it ended in disorder (exit {self._process.returncode})"
            raise UncheckedError(reason) from None
        finally:
            timer.cancel()
            if late.is_set():  # maybe just after the answer: nobody shall ask it again
                self._jobs = JOBS_EACH
        return dict(found)

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()


class Checker:
    """Looks at files in other processes.

    Belongs to one event loop.
    """

    def __init__(self) -> None:
        self._some = asyncio.Semaphore(AT_ONCE)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._closed = False

    async def look(self, source: Path, most_s: float = LOOK_S) -> Found | Refusal:
        """What a file is; a refusal where it is nothing that we know, or damaged."""
        found = await self._ask("look", source, most_s)
        return found if isinstance(found, Refusal) else Found(**found["found"])

    async def preview(
        self, source: Path, target: Path, most_bytes: int, most_s: float = LOOK_S
    ) -> Refusal | None:
        """Write the JPEG that stands for a picture or a video to `target`."""
        made = await self._ask("preview", source, most_s, target=str(target), most_bytes=most_bytes)
        return made if isinstance(made, Refusal) else None

    async def convert(
        self, how: str, kind: str, source: Path, target: Path, most_s: float = CONVERT_S
    ) -> Refusal | None:
        """Write a file in the form LINE takes to `target`; `how` is ``remux`` or ``encode``."""
        made = await self._ask(how, source, most_s, target=str(target), kind=kind)
        return made if isinstance(made, Refusal) else None

    async def _ask(
        self,
        do: str,
        source: Path,
        most_s: float,
        **more: str | int,
    ) -> dict[str, Any] | Refusal:
        job = {"do": do, "source": str(source), "most_s": most_s, **more}
        async with self._some:
            if self._closed:
                return Refusal("the bridge is being stopped", "try again when it runs")
            try:
                found = await asyncio.to_thread(self._done, job, most_s)
            except UncheckedError as error:
                return Refusal(str(error), "a file that is read in less time")
        if "refused" in found:
            what, given, allowed = found["refused"]
            return Refusal(f"{what}: {given}", allowed)
        return found

    def _done(self, job: dict[str, Any], most_s: float) -> dict[str, Any]:
        worker = self._idle.pop() if self._idle else _Worker()
        self._busy.add(worker)
        try:
            found = worker.ask(job, most_s)
        finally:
            self._busy.discard(worker)
        if worker.fresh and not self._closed and "refused" not in found:
            self._idle.append(worker)
        else:
            worker.end()
        return found

    async def close(self) -> None:
        """End all processes, also those at work."""
        self._closed = True
        for worker in (*self._idle, *self._busy):
            await asyncio.to_thread(worker.end)
        self._idle.clear()
