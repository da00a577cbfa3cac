"""Runs every faulty bridge against all 99 checks: ``python tests/bridges/prove.py [NAME ...]``.

``good`` and the bots on SDKs may be named too. Prints what is not as ``faults.py`` says: a check
that finds nothing, or one that fails and is not named there; ends with 1 then. Each run starts a
bridge and a mock of its own and takes a minute or two, mostly of waiting; the whole table takes the
better part of an hour.
"""

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from faults import FAULTS, SILENT_PASSES

HERE = Path(__file__).parent
PUBLIC = "https://bridge.example"
TIMEOUT_S = 900
AT_ONCE = 4


def verdicts(name: str) -> dict[int, tuple[str, str]]:
    """Verdict and evidence of each check made on a bridge."""
    with tempfile.TemporaryDirectory() as folder:
        bridge = [sys.executable, HERE, name]
        words = [sys.executable, "-m", "line_sim", "check", "--json", "--profile", "seed"]
        if not name.startswith("sdk_"):
            bridge += ["--agent", "--public-url", PUBLIC, "--state", Path(folder) / "state.sqlite"]
            words += ["--agent", "same"]
        words += ["--command", " ".join(map(str, bridge))]
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired:
            return {0: ("broke", f"not ended after {TIMEOUT_S} s")}
    try:
        checks = json.loads(done.stdout)["checks"]
    except (ValueError, KeyError):
        return {0: ("broke", done.stderr[-300:])}
    return {each["number"]: (each["verdict"], str(each["evidence"])) for each in checks}


def wrong(name: str) -> list[str]:
    """What is not as it should be."""
    found = verdicts(name)
    bad = found if 0 in found else {n: v for n, v in found.items() if not _right(name, n, v[0])}
    return [f"{name}: {number} is {verdict}: {evidence[:200]}"
            for number, (verdict, evidence) in sorted(bad.items())]  # fmt: skip


def _right(name: str, number: int, verdict: str) -> bool:
    """Whether a bridge may have this verdict."""
    if name == "silent":
        return (verdict == "pass") == (number in SILENT_PASSES) and verdict != "fail"
    if name not in FAULTS:
        return verdict != "fail"
    planted = FAULTS[name]
    if number in planted.checks:
        return verdict == "fail"
    return verdict != "fail" or number in planted.also


def main(names: list[str]) -> int:
    """Run them, some at a time."""
    chosen = names or ["good", *FAULTS]
    count = 0
    with ThreadPoolExecutor(AT_ONCE) as some:
        for found in some.map(wrong, chosen):
            count += bool(found)
            for line in found:
                sys.stdout.write(line + "\n")
    sys.stdout.write(f"{len(chosen) - count} of {len(chosen)} bridges are as faults.py says\n")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
