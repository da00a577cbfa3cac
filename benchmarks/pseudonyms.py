"""How many lines of a recording a second are pseudonymised, and checked for leaks.

python benchmarks/pseudonyms.py [RECORDING] [--lines 20000]

The lines of a recording again and again, with ids and texts of their own each time, so that no
stand-in comes from a cache that real traffic would not fill too. Printed: lines a second of the
replacing alone, as a recorder does it, of each part of the leak check, and of the whole command;
and the memory that what the check remembers takes.
"""

import argparse
import itertools
import re
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from line_sim.recording.pseudonyms import Pseudonymiser, pseudonymise
from line_sim.recording.pseudonyms.leaks import Originals
from line_sim.recording.recording import Recording

RECORDING = Path(__file__).parents[1] / "data" / "recordings" / "taipei_campaign.jsonl.gz"
KEY = bytes(range(64))
AIM = 2_000
"""Lines a second that the replacing alone is to reach."""
_TEXT = rb'"text\\":\\"'
_ID = re.compile(rb"(?<=[0-9a-f])[0-9a-f]{4}(?=[0-9a-f]{8})|(?<=\d)\d{4}(?=\d{8}\")")


def traffic(source: Path, count: int) -> Iterator[dict[str, Any]]:
    """So many lines, every round with other ids and texts."""
    lines = [orjson.dumps(line) for line in Recording(source) if line["kind"] != "end"]
    for seq, raw in enumerate(itertools.islice(itertools.cycle(lines), count), 1):
        lap = (seq - 1) // len(lines)
        other = raw.replace(_TEXT, _TEXT + b"no %d: " % lap)
        line = orjson.loads(_ID.sub(b"%04d" % (lap % 10_000), other))
        yield {**line, "seq": seq}


def rate(count: int, began_s: float) -> float:
    """Lines a second since then."""
    return count / (time.perf_counter() - began_s)


def main() -> int:
    """Print the rates; exit code 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("recording", nargs="?", type=Path, default=RECORDING)
    parser.add_argument("--lines", type=int, default=20_000)
    asked = parser.parse_args()
    lines = list(traffic(asked.recording, asked.lines))
    print(f"{len(lines):,} lines made from {asked.recording.name}")

    mask = Pseudonymiser(KEY)
    mask.line(lines[0])  # reads the vocabulary
    began_s = time.perf_counter()
    masked = [mask.line(line) for line in lines]
    replacing = rate(len(lines), began_s)
    print(f"replacing: {replacing:,.0f} lines/s (aim {AIM:,})")

    tracemalloc.start()
    originals = Originals()
    began_s = time.perf_counter()
    for line in lines:
        originals.add(line)
    print(f"looking through the original, traced: {rate(len(lines), began_s):,.0f} lines/s")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"remembered: {len(originals):,} digests, {held / 1e6:.1f} MB")
    began_s = time.perf_counter()
    leaks = sum(1 for line in masked for _ in originals.leaks(line))
    print(f"checking: {rate(len(lines), began_s):,.0f} lines/s, {leaks} leaks")

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source.jsonl"
        header = {**Recording(asked.recording).header, "lacks": ["media"]}
        source.write_bytes(b"\n".join(map(orjson.dumps, [header, *lines])) + b"\n")
        began_s = time.perf_counter()
        pseudonymise(source, Path(folder) / "target.jsonl.gz", KEY)
        print(f"the whole command: {rate(len(lines), began_s):,.0f} lines/s")
    return 0 if replacing >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
