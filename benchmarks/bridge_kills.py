"""Kills a bridge (SIGKILL) again and again while it serves; nothing may be lost or done twice.

python benchmarks/bridge_kills.py [--kills 50] [--messages 5000] [--seconds 300] [--keep FOLDER]

A recording of a shop's customers is played to the bridge from a LINE platform with faults: refusals
for the rate, failures, lost answers, reset connections, webhooks that come twice, late, never or in
another order, redelivered after 1, 2 and 4 s. Meanwhile staff answer, and send again whatever was
not accepted. A fifth of the kills come while the bridge starts. The last tenth of the recording has
neither faults nor kills, so that everything can come to its end. Then the ledger of the platform is
held against the database of the bridge (bridge_bookkeeping.py), and the desk's log is derived again
from its inputs. Exits with 1 where anything is wrong.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import bridge_bookkeeping as bookkeeping
from bridge_crew import Crew, furnished
from bridge_tape import SECRET, TOKEN, Tape, bad_luck, platform

from line_sim.bridge.desk.rederive import rederive
from line_sim.bridge.running import NOTE
from line_sim.bridge.store.store import Store
from line_sim.errors import DeskLogError
from line_sim.replay.orders import Orders
from line_sim.replay.player import play
from line_sim.replay.playing import Playing
from line_sim.replay.run import Run

SUPERVISOR = Path(__file__).with_name("bridge_supervisor.py")
STARTING = 0.2
"""Share of the kills that come while the bridge starts."""
QUIET = 0.1
"""Share of the recording without faults and kills, at its end."""
LOOK_S = 0.005


class Plan(NamedTuple):
    """How hard the bridge is treated."""

    kills: int = 50
    messages: int = 5_000
    duration_s: float = 300.0
    chats: int = 200
    seed: int = 1
    spoilt: str = ""
    """What is done to the bridge's code first, as bridge_supervisor.py takes it."""
    fresh: bool = False
    calm_s: float = 6.0
    """So long nothing may happen at the end: longer than a call that hangs, and what follows."""
    lucky: bool = False
    """Without faults."""
    sound: bytes = b""
    """A file that staff send with every fifth answer; the bridge must have a public address."""


class Killer(threading.Thread):
    """Kills the bridge so many times until a moment; it starts anew by itself.

    Attributes
    ----------
    done
        How many times it did, by whether the bridge was starting.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        super().__init__(daemon=True)
        self._pid_file, self._note = folder / "pid", folder / "data" / NOTE
        self._plan = plan
        self._luck = Random(plan.seed)  # noqa: S311 - luck of a test
        self.done = {"starting": 0, "serving": 0}
        self.until_s = 0.0

    def begin(self) -> None:
        """Begin: the recording is being played."""
        self.until_s = time.monotonic() + self._plan.duration_s * (1 - QUIET)
        self.start()

    def run(self) -> None:
        """Kill in each of so many spans of time, once the bridge serves or while it starts."""
        before = 0
        for left in range(self._plan.kills, 0, -1):
            span_s = (self.until_s - time.monotonic()) / left
            late_s = time.monotonic() + span_s
            pid = self._begun(before, late_s)
            if pid and self._luck.random() >= STARTING:
                late_s -= span_s / 4
                while not self._serves(pid) and time.monotonic() < late_s:
                    time.sleep(LOOK_S)
                late_s += span_s / 4
                time.sleep(max(0.0, late_s - time.monotonic()) * self._luck.random())
            if pid:
                self.done["serving" if self._serves(pid) else "starting"] += 1
                os.kill(pid, signal.SIGKILL)
                before = pid

    def _begun(self, before: int, late_s: float) -> int:
        """The process id of the bridge that comes after one; 0 where it comes too late."""
        while time.monotonic() < late_s:
            with contextlib.suppress(OSError, ValueError):
                if (pid := int(self._pid_file.read_text())) != before:
                    return pid
            time.sleep(LOOK_S)
        return 0

    def _serves(self, pid: int) -> bool:
        """Whether that bridge takes webhooks."""
        with contextlib.suppress(OSError):
            return f'"pid": {pid},' in self._note.read_text()
        return False


def command_of(folder: Path, plan: Plan) -> Sequence[str]:
    """How the bridge is started, and kept running."""
    more = ["--spoilt", plan.spoilt] if plan.spoilt else []
    more += ["--fresh"] if plan.fresh else []
    words = ["bridge", "run", "--from-environment", "--agent", "--folder", str(folder)]
    return [sys.executable, str(SUPERVISOR), str(folder / "pid"), *more, "--", *words]


def killed(folder: Path, plan: Plan) -> tuple[bookkeeping.Findings, Run, Killer]:
    """Play, kill, judge."""
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(furnished(folder))
    killer, crew = Killer(folder, plan), Crew(plan.seed, plan.sound)
    begun = False

    def progress(playing: Playing) -> None:
        nonlocal begun
        if not begun:
            begun = True
            (url,) = {str(channel.endpoint) for channel in playing.channels.values()}
            killer.begin()
            known = playing.map.people
            crew.begin(url.removesuffix("/callback"), killer.until_s, known.values)

    log = folder / "ledger.jsonl"
    orders = Orders(
        settings=platform(), secret=SECRET, token=TOKEN, log=log, force=True, quiet_s=plan.calm_s,
        faults=() if plan.lucky else bad_luck(plan.duration_s * (1 - QUIET)),
    )  # fmt: skip
    tape = Tape(plan.messages, plan.chats, plan.duration_s, seed=plan.seed)
    try:
        run = play(tape, command=command_of(folder, plan), orders=orders, progress=progress)
    finally:
        crew.end()
    killer.join()
    found = bookkeeping.judge(run.lines(), folder / "data" / "bridge.sqlite", crew.wishes)
    found.wrong += run.reasons if "broke" in " ".join(run.reasons) else ()
    _derived(folder, found)
    return found, run, killer


def _derived(folder: Path, found: bookkeeping.Findings) -> None:
    """Derive the desk's log anew from its inputs."""
    store = Store(str(folder / "data" / "bridge.sqlite"))
    try:
        found.counts["rows of the desk's log"] = len(rederive(store))
    except DeskLogError as error:
        found.wrong.append(f"the desk's log is not what its inputs give: {error}")
    finally:
        store.close()


def main() -> None:
    """Do it, and say how it went."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--messages", type=int, default=5_000)
    asked.add_argument("--seconds", type=float, default=300.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--fresh", action="store_true", help="start Python anew each time")
    asked.add_argument("--keep", type=Path, help="folder to leave ledger and database in")
    told = asked.parse_args()
    plan = Plan(told.kills, told.messages, told.seconds, seed=told.seed, fresh=told.fresh)
    with tempfile.TemporaryDirectory() as made:
        found, run, killer = killed(told.keep or Path(made), plan)
    times = sum(killer.done.values())
    print(
        f"killed {times} times ({killer.done['starting']} while it started), in {run.span_s:.0f} s"
    )
    print("\n".join(bookkeeping.listed(found)))
    if times < plan.kills:
        print(f"only {times} of {plan.kills} kills found their time: give it more --seconds")
    print("nothing lost, nothing twice" if not found.wrong else f"{len(found.wrong)} findings")
    sys.exit(bool(found.wrong) or times < plan.kills)


if __name__ == "__main__":
    main()
