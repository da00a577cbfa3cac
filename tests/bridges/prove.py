"""Runs faulty bridges against the checks that must find them: ``python tests/bridges/prove.py``.

Names may follow; ``good`` and the bots on SDKs are run against all checks, and what they fail is
printed. Prints what is not as ``faults.py`` says and ends with 1 then. Each run starts a bridge and
a mock of its own; all of them take minutes.
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
TIMEOUT_S = 600


def verdicts(name: str, only: frozenset[int]) -> dict[int, tuple[str, str]]:
    """Verdict and evidence of each check made on a bridge; `only` empty: all."""
    with tempfile.TemporaryDirectory() as folder:
        bridge = [sys.executable, HERE, name]
        words = [sys.executable, "-m", "line_sim", "check", "--json", "--profile", "seed"]
        if not name.startswith("sdk_"):
            bridge += ["--agent", "--public-url", PUBLIC, "--state", Path(folder) / "state.sqlite"]
            words += ["--agent", "same"]
        words += ["--command", " ".join(map(str, bridge))]
        if only:
            # with what check 1 plays, for checks that look at whatever was played
            words += ["--only", ",".join(map(str, sorted(only | {1})))]
        done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    try:
        checks = json.loads(done.stdout)["checks"]
    except (ValueError, KeyError):
        return {0: ("broke", done.stderr[-300:])}
    return {each["number"]: (each["verdict"], str(each["evidence"])) for each in checks}


def wrong(name: str) -> list[str]:
    """What is not as it should be."""
    if name in FAULTS and name != "silent":
        wanted = FAULTS[name].checks
        found = verdicts(name, wanted)
        bad = {n: found.get(n, ("not made", "")) for n in wanted if found.get(n, "?")[0] != "fail"}
    else:
        found = verdicts(name, frozenset())
        bad = {n: told for n, told in found.items() if not _right(name, n, told[0])}
    if 0 in found:
        bad = {0: found[0]}
    return [f"{name}: {number} is {verdict}: {evidence[:200]}"
            for number, (verdict, evidence) in sorted(bad.items())]  # fmt: skip


def _right(name: str, number: int, verdict: str) -> bool:
    """Whether the good bridge, or the silent one, may have this verdict."""
    if name == "silent":
        return (verdict == "pass") == (number in SILENT_PASSES)
    return verdict != "fail"


def main(names: list[str]) -> int:
    """Run them, two at a time."""
    chosen = names or ["good", *FAULTS]
    count = 0
    with ThreadPoolExecutor(2) as some:
        for found in some.map(wrong, chosen):
            count += bool(found)
            for line in found:
                sys.stdout.write(line + "\n")
    sys.stdout.write(f"{len(chosen) - count} of {len(chosen)} bridges are as faults.py says\n")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
