"""Where a mock lives: a thread of this process, or a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Protocol

from line_sim.errors import ServerError
from line_sim.mock.links import HttpLink, Link, ThreadLink, control_headers
from line_sim.mock.running import Options, RunningMock
from line_sim.net.http.control import ControlClient
from line_sim.net.loops import LoopThread

if TYPE_CHECKING:
    from line_sim.mock.settings import Settings


class Home(Protocol):
    """Starts a mock, and ends it."""

    def start(self) -> tuple[Link, dict[str, Any]]:
        """Start it; the way to reach it, and its :meth:`RunningMock.facts`."""
        ...

    def stop(self) -> None:
        """End it; nothing of it stays behind."""
        ...


class ThreadHome:
    """In a daemon thread with an event loop of its own."""

    def __init__(self, settings: Settings, options: Options) -> None:
        self.settings = settings
        self.options = options
        self.thread: LoopThread | None = None

    def start(self) -> tuple[Link, dict[str, Any]]:
        """See :meth:`Home.start`."""
        self.mock = RunningMock(self.settings, self.options)
        self.thread = LoopThread("line_sim mock")
        try:
            self.thread.call(self.mock.start())
        except BaseException:
            self.thread.stop()
            self.thread = None
            self.mock.abandon()
            self.mock.ledger.close()
            raise
        self.link = ThreadLink(self.mock.commands, self.thread.loop)
        return self.link, self.mock.facts()

    def stop(self) -> None:
        """See :meth:`Home.stop`."""
        if self.thread is None:
            return
        thread, self.thread = self.thread, None
        try:
            thread.call(self.mock.stop())
        finally:
            thread.stop()
            self.mock.ledger.close()
            self.link.end()
            del self.mock


class ChildHome:
    """In a process of its own, started anew (never forked), that ends with its parent."""

    def __init__(self, settings: Settings, options: Options) -> None:
        self.settings = settings
        self.options = options
        self.process: subprocess.Popen[str] | None = None
        self.link: HttpLink | None = None

    def start(self) -> tuple[Link, dict[str, Any]]:
        """See :meth:`Home.start`."""
        told = json.dumps(
            {"settings": self.settings.model_dump(mode="json"), "options": self.options.to_dict()}
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "line_sim.mock.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdin is not None  # noqa: S101 - both are pipes
        assert self.process.stdout is not None  # noqa: S101
        self.process.stdin.write(told + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        found = json.loads(line) if line else {"error": "it ended before it was ready"}
        if "error" in found:
            self.stop()
            what = "mock in a process of its own"
            raise ServerError(what, found["error"])
        client = ControlClient(found["url"], control_headers(self.options.control_token))
        self.link = HttpLink(client)
        return self.link, found

    def stop(self) -> None:
        """See :meth:`Home.stop`."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if self.link is not None:
            self.link.end()
        try:
            process.communicate(timeout=10)  # its end of input tells the child to end
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
