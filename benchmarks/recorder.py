"""What the recorder adds to a webhook's time, at a rate.

python benchmarks/recorder.py [--rate 200] [--seconds 20] [--rounds 3] [--fsync]

Signed webhooks at a rate, straight to a receiver and through ``line-sim record`` to it, in turn;
sender, recorder and receiver are a process each. Latency counts from the moment a webhook was due.
The recorder may hold none up by 50 ms (PLATFORM.md, "Recorder").
"""

import argparse
import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from webhook_rate import prepared, receiver

from line_sim.net.http.pool import Pool
from line_sim.net.loops import new_loop
from line_sim.recording.reader import Reader

MOST_MS = 50.0


@contextmanager
def recorder(url: str, file: Path, *options: str) -> Iterator[str]:
    """A recorder before `url`; where it listens."""
    command = [sys.executable, "-m", "line_sim", "record", "--json", "--keep-personal-data"]
    command += ["--to", url, "-o", str(file), "--force", *options]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield json.loads(process.stdout.readline())["webhook_url"]  # type: ignore[union-attr]
        finally:
            process.terminate()
            process.communicate()


async def latencies_ms(url: str, rate: float, seconds: float) -> list[float]:
    """How long after it was due each webhook was answered."""
    loop, found = asyncio.get_running_loop(), []
    tasks: set[asyncio.Task[None]] = set()
    async with Pool() as pool:

        async def once(number: int, due_s: float) -> None:
            body, headers = prepared(number, due_s)
            await pool.send("POST", f"{url}/callback", headers=headers, body=body)
            found.append((time.monotonic() - due_s) * 1e3)

        began_s = time.monotonic()
        for number in range(round(rate * seconds)):
            due_s = began_s + number / rate
            await asyncio.sleep(max(due_s - time.monotonic(), 0))
            task = loop.create_task(once(number, due_s))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
    return found[round(rate) :]  # the first second warms up


def measured(url: str, rate: float, seconds: float) -> tuple[float, float, float]:
    """Median, p99 and the longest, in milliseconds."""
    gc.collect()
    gc.freeze()
    with asyncio.Runner(loop_factory=new_loop) as runner:
        found = runner.run(latencies_ms(url, rate, seconds))
    middle, late = np.percentile(found, [50, 99])
    return float(middle), float(late), max(found)


def main() -> None:
    """Measure in turn, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--fsync", action="store_true")
    told = parser.parse_args()
    rows: dict[str, list[tuple[float, float, float]]] = {"straight": [], "recorded": []}
    with tempfile.TemporaryDirectory() as folder, receiver() as url:
        file = Path(folder) / "day.jsonl"
        for _ in range(told.rounds):
            rows["straight"].append(measured(url, told.rate, told.seconds))
            with recorder(url, file, *(["--fsync"] if told.fsync else [])) as before:
                rows["recorded"].append(measured(before, told.rate, told.seconds))
            kept = sum(line["kind"] == "webhook_end" for line in Reader(file))
            if kept != round(told.rate * told.seconds):
                print(f"only {kept:,} webhooks in the recording")
    print(f"{told.rate:g} webhooks a second, {os.cpu_count()} processors; ms, median of rounds")
    print(f"{'':<10}{'p50':>8}{'p99':>8}{'longest':>9}")
    middle = {name: [statistics.median(each) for each in zip(*found, strict=True)]
              for name, found in rows.items()}  # fmt: skip
    middle["added"] = [b - a for a, b in zip(*middle.values(), strict=True)]
    for name, (p50, p99, longest) in middle.items():
        print(f"{name:<10}{p50:>8.2f}{p99:>8.2f}{longest:>9.2f}")
    verdict = "holds" if middle["added"][1] < MOST_MS else "BROKEN"
    print(f"added at p99: {middle['added'][1]:.2f} ms; under {MOST_MS:g} ms: {verdict}")


if __name__ == "__main__":
    main()
