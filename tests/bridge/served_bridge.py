"""A whole bridge on a socket, connected to a mock of LINE, its clock in the test's hands."""

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from bridge_at_work import QUICK
from sqlalchemy import select

from line_sim import MockLine
from line_sim.bridge import settings
from line_sim.bridge.app import Bridge
from line_sim.bridge.clock import Clock
from line_sim.bridge.journal import Journal
from line_sim.bridge.staff.passwords import Passwords
from line_sim.bridge.store import tables
from line_sim.net.loops import LoopThread
from line_sim.net.serve import Server

Found = TypeVar("Found")


class ServedBridge:
    """A bridge in a thread of its own, from ``with`` on; its channel is the mock's first.

    Parameters
    ----------
    database
        A URL; empty: a file.
    """

    def __init__(self, folder: Path, line: MockLine, database: str = "") -> None:
        folder.mkdir(exist_ok=True)
        told = settings.of_environment({**line.environment, "BRIDGE_DATABASE": database}, folder)
        told.data_folder.mkdir(exist_ok=True)
        told.port, told.agent = 0, True
        self.line, self.log = line, io.StringIO()
        self.clock = Clock(stepped=True)
        self.thread = LoopThread("bridge under test")
        self.bridge = Bridge(
            told, clock=self.clock, journal=Journal(self.log), hashing=Passwords(QUICK)
        )
        self.server = Server(self.bridge)
        self.url = self.server.url

    def __enter__(self) -> Self:
        self.server.start_in_thread(self.thread)
        self.line.connect(f"{self.url}/callback")
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.server.stop_in_thread()
        finally:
            self.thread.stop()

    def ask(self, what: Callable[[], Found]) -> Found:
        """Call something on the bridge's own thread."""

        async def asked() -> Found:
            return what()

        return self.thread.call(asked())

    def advance(self, duration_s: float) -> None:
        """Let the bridge's time go on, and LINE settle what follows."""
        self.thread.call(self.clock.advance(duration_s))
        self.line.settle()

    def until(self, holds: Callable[[], bool], within_s: float = 20.0) -> None:
        """Wait for what the bridge does beside, which LINE's quiet does not show."""
        ends_at = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > ends_at:
                raise AssertionError(self.log.getvalue()[-2_000:])
            threading.Event().wait(0.01)

    def restart(self) -> None:
        """As if the process had been killed and started again."""
        self.thread.call(self.bridge.restart())

    def texts(self, line_id: str) -> list[str]:
        """What stands in the transcript of a chat."""

        def found() -> list[str]:
            (channel,) = self.bridge.channels
            chat = self.bridge.chats.find(channel.id, line_id)
            rows = [] if chat is None else self.bridge.transcript.entries(chat, limit=None)
            return [row.text for row in rows]

        return self.ask(found)

    def told_of(self, line_id: str) -> int:
        """How many lines of the log are about somebody: one for each answer of LINE."""
        return sum(line_id in line for line in list(self.bridge.journal.lines))

    def name(self, line_id: str) -> str:
        """What staff call somebody."""
        return self.ask(lambda: self.bridge.chats.name(1, line_id))

    def chat(self, line_id: str) -> dict[str, object]:
        """The row of a chat."""
        query = select(tables.chats).where(tables.chats.c.line_id == line_id)
        (row,) = self.ask(lambda: self.bridge.store.rows(query))
        return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
