"""How the memory for writing and reading a recording grows with its length.

python benchmarks/recording_memory.py [--events 1000000] [--folder DIR]

A tenth of the events and all of them: written, then read plain, as gzip and as zstd, each in a
process of its own; the peak of RSS may be 1.2 times as high at most. An event is a webhook with a
text and its end; every fourth is replied to. A million take some 1.2 GB of disk.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from line_sim.recording.packing import BY_SUFFIX, pack
from line_sim.recording.recording import Recording
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

MOST = 1.2
CHATS = 5_000
MEGABYTE = 1_000_000
TEXT = "Is my order on its way? \u8a02\u55ae\u5df2\u7d93\u51fa\u8ca8\u4e86\u55ce\uff1f"
HEADERS = {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "LineBotWebhook/2.0",
    "x-line-signature": "3q2+7w3q2+7w3q2+7w3q2+7w3q2+7w3q2+7w3q2+7w0=",
}


def write(path: Path, events: int) -> int:
    """Write so many events and what follows them; how many lines that is."""
    clock = iter(range(0, 10**15, 100_000))
    with Writer(path, lambda: next(clock), redact=Redactor()) as ledger:
        for number in range(events):
            _event(ledger, number)
    return ledger.seq


def _event(ledger: Writer, number: int) -> None:
    token = f"{number * 2_654_435_761 % 2**64:032x}"
    exchange = ledger.exchange()
    event = {
        "type": "message",
        "webhookEventId": f"01JC{number:022d}",
        "timestamp": 1_764_034_649_123 + number * 100,
        "mode": "active",
        "deliveryContext": {"isRedelivery": False},
        "source": {"type": "user", "userId": f"U{number % CHATS:032x}"},
        "replyToken": token,
        "message": {"id": f"{480_000_000_000 + number}", "type": "text", "text": TEXT},
    }
    body = json.dumps({"destination": "U" + "d" * 32, "events": [event]}).encode()
    ledger.write(
        "webhook", exchange=exchange, channel="shop", attempt=1, due_s=number / 10,
        headers=HEADERS, body=body,
    )  # fmt: skip
    ledger.write("webhook_end", exchange=exchange, status=200, took_ms=7.125)
    if number % 4 == 0:
        call = ledger.exchange()
        answer = {"replyToken": token, "messages": [{"type": "text", "text": TEXT}]}
        ledger.write(
            "call", exchange=call, channel="shop", method="POST", path="/v2/bot/message/reply",
            headers={"authorization": "Bearer 0123456789"}, body=answer,
        )  # fmt: skip
        ledger.write(
            "call_end", exchange=call, status=200, operation="replyMessage", took_ms=1.5, body=b"{}"
        )


def read(path: Path, _events: int) -> int:
    """Read all lines; how many."""
    return sum(1 for _ in Recording.load(path))


def summary(path: Path, _events: int) -> int:
    """Read all lines and count what is in them; how many."""
    found: int = Recording.load(path).summary()["lines"]
    return found


DUTIES: dict[str, Callable[[Path, int], int]] = {"write": write, "read": read, "summary": summary}


def alone(duty: str, path: Path, events: int) -> dict[str, Any]:
    """Do one of `DUTIES` in a process of its own: lines, peak of RSS in MB, seconds."""
    command = [sys.executable, __file__, "--duty", duty, "--folder", str(path)]
    told = subprocess.run(  # noqa: S603 - this very file
        [*command, "--events", str(events)], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def here(duty: str, path: Path, events: int) -> None:
    """Do one of `DUTIES` in this process, and print the figures as JSON."""
    started = time.perf_counter()
    lines = DUTIES[duty](path, events)
    took_s = time.perf_counter() - started
    unit = 1 if sys.platform == "darwin" else 1_024
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEGABYTE
    print(json.dumps({"lines": lines, "peak_mb": peak_mb, "took_s": took_s}))


def packed(plain: Path, suffix: str) -> Path:
    """The same recording, packed."""
    target = plain.with_name(plain.name + suffix)
    descriptor = os.open(plain, os.O_RDONLY)
    pack(descriptor, target, force=True)
    os.close(descriptor)
    return target


def measured(folder: Path, events: int) -> dict[str, float]:
    """Print all figures of one length; the peaks by duty."""
    plain = folder / f"{events}.jsonl"
    tasks = [("write", plain), ("read", plain), ("summary", plain)]
    peaks: dict[str, float] = {}
    for duty, path in tasks:
        peaks[duty] = shown(duty, path, events)
    for suffix in sorted(BY_SUFFIX):
        path = packed(plain, suffix)
        peaks[f"read {suffix}"] = shown("read", path, events)
        path.unlink()
    plain.unlink()
    return peaks


def shown(duty: str, path: Path, events: int) -> float:
    """Print the figures of one process; its peak."""
    found = alone(duty, path, events)
    size_mb = path.stat().st_size / MEGABYTE
    rate = found["lines"] / found["took_s"]
    print(
        f"{events:>10,} events {duty + ' ' + path.suffix:<16}{found['lines']:>10,} lines"
        f"{size_mb:>10.1f} MB{rate:>12,.0f} lines/s{found['peak_mb']:>9.1f} MB RSS",
        flush=True,
    )
    peak: float = found["peak_mb"]
    return peak


def main() -> None:
    """Print the peaks of both lengths and their ratios."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--folder", type=Path, help="where to write; by default a temporary one")
    asked.add_argument("--duty", choices=sorted(DUTIES), help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.duty:
        here(told.duty, told.folder, told.events)
        return
    with tempfile.TemporaryDirectory(dir=told.folder) as folder:
        few = measured(Path(folder), told.events // 10)
        many = measured(Path(folder), told.events)
    for duty, peak in many.items():
        ratio = peak / few[duty]
        verdict = "holds" if ratio <= MOST else "ABOVE"
        print(f"{duty:<12}{ratio:>6.3f} times, at most {MOST}: {verdict}")


if __name__ == "__main__":
    main()
