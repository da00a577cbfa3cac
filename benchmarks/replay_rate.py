"""How many recorded webhooks a second the player sends in time, from one process, at 60 times.

python benchmarks/replay_rate.py [--seconds 20] [--rounds 3] [--rate 2000] [--highest 10000]

A recording of texts of 400 chats is generated, then played at 60 times its speed: read, its ids
and tokens minted anew, signed, scheduled, sent, and written to a ledger. The receiver is a process
of its own that answers at once, or after 250 ms. Beside it our pool alone, sending as many webhooks
that were made before. Lateness counts from the moment a webhook was due to its hand-over.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from webhook_ends import at_rate
from webhook_rate import prepared

from line_sim.mock.lateness import Lateness
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.pool import Pool
from line_sim.net.loops import new_loop
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer
from line_sim.replay.orders import Orders
from line_sim.replay.player import play
from line_sim.replay.run import Run
from line_sim.replay.watching import shown

ENDS = Path(__file__).with_name("webhook_ends.py")
SPEED = 60
CHATS = 400
SLOW_S = 0.25
LATEST_MS = {0.0: 20.0, SLOW_S: 50.0}
"""Issue "Replay": p99 lateness of 2,000 webhooks a second, by how long the receiver takes."""
BOT = "U" + "b" * 32
EPOCH_MS = 1_764_000_000_000


class Tape:
    """A recording of texts at a rate, made while it is read."""

    def __init__(self, rate: float, seconds: float) -> None:
        self.header = {
            "epoch_ms": EPOCH_MS,
            "origin": "generated",
            "channels": [{"name": "shop", "bot_user_id": BOT}],
            "lacks": ["headers", "signatures", "answers", "calls"],
        }
        self.count = round(rate * seconds)
        self.step_s = SPEED / rate

    def __iter__(self) -> Iterator[dict]:
        return (self._line(number) for number in range(self.count))

    def media(self, _sha256: str) -> bytes | None:
        """Nothing."""
        return None

    def _line(self, number: int) -> dict:
        at_s = number * self.step_s
        event = {
            "type": "message",
            "message": {
                "type": "text",
                "id": f"{500_000_000_000_000_000 + number}",
                "quoteToken": f"quote-{number}",
                "markAsReadToken": f"read-{number}",
                "text": f"Is my order {number} on its way? due=0",
            },
            "webhookEventId": f"01ARZ3NDEKTSV4RRFF{number:08d}",
            "deliveryContext": {"isRedelivery": False},
            "timestamp": EPOCH_MS + round(at_s * 1_000),
            "source": {"type": "user", "userId": f"U{number % CHATS:032x}"},
            "replyToken": f"{number + 2**127:032x}",
            "mode": "active",
        }
        body = json.dumps({"destination": BOT, "events": [event]}, separators=(",", ":"))
        return {
            "seq": number + 1,
            "at_s": at_s,
            "wall_ms": EPOCH_MS,
            "kind": "webhook",
            "exchange": number + 1,
            "channel": "shop",
            "attempt": 1,
            "body": body,
        }


def on_disk(tape: Tape, folder: Path) -> "OnDisk":
    """The same as a packed file, which is read while it is played."""
    path = folder / f"{tape.count}.jsonl.gz"
    times = iter(range(tape.count))
    with Writer(
        path,
        lambda: round(next(times, 0) * tape.step_s * 1e6),
        redact=Redactor(),
        header=tape.header,
        force=True,
    ) as writer:
        for line in tape:
            fields = {k: line[k] for k in ("exchange", "channel", "attempt", "body")}
            writer.write("webhook", **fields)
    return OnDisk(path)


class OnDisk:
    """A recording in a file."""

    def __init__(self, path: Path) -> None:
        from line_sim.recording.reader import Reader  # noqa: PLC0415 - its own import

        self._reader = Reader(path)
        self.header = self._reader.header

    def __iter__(self) -> Iterator[dict]:
        return iter(self._reader)

    def media(self, _sha256: str) -> bytes | None:
        """Nothing."""
        return None


@contextlib.contextmanager
def receiver(wait_s: float) -> Iterator[str]:
    """A receiver in a process of its own; its URL."""
    command = [sys.executable, str(ENDS), "receive", str(wait_s)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"  # type: ignore[union-attr]
        finally:
            process.stdin.close()  # type: ignore[union-attr]


def by_player(url: str, rate: float, seconds: float, folder: Path) -> tuple[Run, float]:
    """One replay, and its share of a core."""
    tape = on_disk(Tape(rate, seconds), folder)
    cpu_s, wall_s = time.process_time(), time.monotonic()
    run = play(tape, url, orders=Orders(speed=float(SPEED), log=folder / "run.jsonl", force=True))
    return run, (time.process_time() - cpu_s) / (time.monotonic() - wall_s)


async def by_pool(url: str, rate: float, seconds: float) -> dict:
    """Our pool alone, with webhooks made before."""
    made = [prepared(number, 0.0) for number in range(round(rate * seconds))]
    waiting = iter(made)
    handed, failed = Lateness(), 0
    async with Pool() as pool:

        async def once(due_s: float) -> None:
            nonlocal failed
            body, headers = next(waiting)
            try:
                await pool.send(
                    "POST", url, headers=headers, body=body,
                    handed_over=lambda: handed.add((time.monotonic() - due_s) * 1e6),
                )  # fmt: skip
            except ExchangeError:
                failed += 1

        await at_rate(once, rate, seconds, 5_000)
    return {**shown(handed), "failed": failed}


def row(name: str, lateness: dict, more: str = "") -> None:
    """A row of the table."""
    cells = "".join(f"{lateness[key]:>9.2f}" for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))
    print(f"{name:<34}{lateness['count']:>9,.0f}{cells}  {more}", flush=True)


def one(url: str, rate: float, seconds: float, folder: Path, name: str) -> Run:
    """One replay, told."""
    run, core = by_player(url, rate, seconds, folder)
    told = f"own p99 {run.own_lateness['p99_ms']:.2f}, {run.rate_per_s:,.0f}/s, {core:.2f} core"
    told += f", peak {run.peak_in_flight}" + ("" if run.confirmed == run.sent else ", FAILED some")
    row(name, dict(run.lateness), told)
    return run


def holds(runs: list[Run], rate: float, latest_ms: float) -> bool:
    """Whether all of them sent everything, at that rate and in time, in the median."""
    late_ms = statistics.median(run.lateness["p99_ms"] for run in runs)
    whole = all(run.confirmed == run.sent and run.rate_per_s > 0.98 * rate for run in runs)
    return whole and late_ms <= latest_ms


def highest(url: str, told: argparse.Namespace, folder: Path) -> float:
    """The highest rate that holds in the median of three, by steps of 500."""
    best, rate = 0.0, told.rate
    while rate <= told.highest:
        runs = [one(url, rate, told.seconds / 2, folder, f"  at {rate:,.0f}/s") for _ in range(3)]
        if not holds(runs, rate, LATEST_MS[0.0]):
            break
        best, rate = rate, rate + 500
    return best


def highest_bare(url: str, told: argparse.Namespace) -> float:
    """The same for our pool alone, by steps of 1,000."""
    best, rate = 0.0, told.rate
    while rate <= 12 * told.rate:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            found = runner.run(by_pool(url, rate, 5.0))
        row(f"  pool at {rate:,.0f}/s", found)
        if found["failed"] or found["p99_ms"] > LATEST_MS[0.0]:
            break
        best, rate = rate, rate + 1_000
    return best


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--seconds", type=float, default=20)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--rate", type=float, default=2_000, help="webhooks a second")
    asked.add_argument("--highest", type=float, default=10_000, help="end of the search; 0: none")
    told = asked.parse_args()
    head = "".join(f"{each:>9}" for each in ("p50 ms", "p95 ms", "p99 ms", "max ms"))
    print(f"{'lateness':<34}{'webhooks':>9}{head}")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for wait_s, latest_ms in LATEST_MS.items():
            with receiver(wait_s) as url:
                name = f"answers after {wait_s * 1_000:g} ms"
                runs = [one(url, told.rate, told.seconds, folder, name) for _ in range(told.rounds)]
            verdict = "holds" if holds(runs, told.rate, latest_ms) else "DOES NOT HOLD"
            print(f"  {told.rate:,.0f}/s at {SPEED}x, p99 at most {latest_ms:g} ms: {verdict}")
        if told.highest:
            with receiver(0.0) as url:
                best, bare = highest(url, told, folder), highest_bare(url, told)
            print(f"the highest rate that holds: {best:,.0f}/s; the bare pool: {bare:,.0f}/s")
            print(f"ratio to the bare client: {best / bare if bare else 0:.2f}")


if __name__ == "__main__":
    main()
