"""A bridge that is not as it should be, a LINE that delivers again, and what to judge it by."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import bridge_bookkeeping as bookkeeping
import spoilt_bridges
from bridge_kills import SUPERVISOR
from bridge_tape import platform

from line_sim import MockLine
from line_sim.mock.settings import RedeliverySettings
from line_sim.recording.reader import Reader
from line_sim.replay.agent_view import HttpAgentView
from line_sim.replay.bridge_process import BridgeProcess

if TYPE_CHECKING:
    from collections.abc import Callable

SPOILT = Path(spoilt_bridges.__file__)
PATIENT_S = 60.0
CAUSED_EVERY_S = 2.0
AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Often enough for a machine on which a start takes long."""


class Trial(contextlib.ExitStack):
    """A trial's bridge, kept running over its deaths.

    Parameters
    ----------
    folder
        Empty; the bridge's, with ledger and marks.
    name
        The function of :mod:`spoilt_bridges`.
    """

    def __init__(self, folder: Path, name: str, monkeypatch: Any) -> None:  # noqa: ANN401
        super().__init__()
        self.folder, self._name = folder, name
        self.marks = folder / "marks"
        self.marks.mkdir()
        monkeypatch.setenv(spoilt_bridges.MARKS, str(self.marks))

    def __enter__(self) -> Self:
        settings = platform().model_copy(update={"redelivery": RedeliverySettings(after_s=AGAIN_S)})
        self.line = self.enter_context(
            MockLine(settings, log=self.folder / "ledger.jsonl", strict=False)
        )
        words = ["bridge", "run", "--from-environment", "--agent", "--folder", str(self.folder)]
        how = ["--spoilt", f"{SPOILT}:{self._name}", "--", *words]
        told = {**self.line.environment, "BRIDGE_PUBLIC_URL": "https://bridge.example"}
        command = [sys.executable, str(SUPERVISOR), str(self.folder / "pid"), *how]
        bridge = self.enter_context(BridgeProcess(command, told))
        self.line.connect(bridge.url)
        self.view = HttpAgentView(bridge.url.removesuffix("/callback"))
        self.callback(self.view.close)
        self.wishes: list[bookkeeping.Wish] = []
        return self

    def sends(self, user: str, **more: Any) -> bool:  # noqa: ANN401 - as the agent view has it
        """Staff send; whether that was accepted, now that the bridge may have died of it."""
        if not self.wishes or self.wishes[-1].accepted:
            number = len(self.wishes)
            self.wishes.append(bookkeeping.Wish(f"wish-{number}", user, f"answer {number}"))
        wish = self.wishes[-1]
        with contextlib.suppress(Exception):
            said = self.view.send(user, text=wish.text, staff="Aom Suk", key=wish.key, **more)
            wish.accepted = said.state != "refused"
        return wish.accepted

    def died_of(self, place: str, cause: Callable[[], object]) -> None:
        """Do something until the bridge has died at a place, and is there again."""
        begun_s = time.monotonic()
        again_s = begun_s
        while not (self.marks / place).exists():
            now_s = time.monotonic()
            if now_s >= again_s:
                cause()
                again_s = now_s + CAUSED_EVERY_S
            assert now_s < begun_s + PATIENT_S, f"it never came to die {place}"
            self._moment()
        self.until(lambda: bool(self.view.capabilities()))

    def until(self, done: Callable[[], bool]) -> None:
        """Wait until something holds; what fails does not hold."""
        until_s = time.monotonic() + PATIENT_S
        while time.monotonic() < until_s:
            with contextlib.suppress(Exception):
                if done():
                    return
            self._moment()
        raise AssertionError(done)

    def judged(self) -> bookkeeping.Findings:
        """Everything brought to its end, and judged."""
        database = self.folder / "data" / "bridge.sqlite"
        self.line.settle(PATIENT_S)
        self.until(lambda: _is_done(database))
        self.close()
        return bookkeeping.judge(Reader(self.folder / "ledger.jsonl"), database, self.wishes)

    @staticmethod
    def _moment() -> None:
        time.sleep(0.01)


def _is_done(database: Path) -> bool:
    """Whether the bridge has nothing more to fetch or to send."""
    query = "SELECT (SELECT COUNT(*) FROM entries WHERE fetch = 'wanted')"
    query += " + (SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'trying'))"
    with contextlib.closing(sqlite3.connect(database)) as db:
        return bool(db.execute(query).fetchone() == (0,))
