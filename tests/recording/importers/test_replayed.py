"""An imported recording can be replayed: a good bridge loses nothing of it."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from exporting import START_MS, imported, table, text_event, webhook

from line_sim.replay.replaying import replay

if TYPE_CHECKING:
    from pathlib import Path

DAY = [
    webhook(n, START_MS + 1_000 * n, [text_event(n, START_MS + 1_000 * n, n % 3, f"message {n}")])
    for n in range(6)
]


def test_a_good_bridge_handles_every_row_of_a_table(tmp_path: Path, repository: Path) -> None:
    # the format that holds least: every id, token and byte was made here
    found = imported(tmp_path, table(DAY))
    bridge = shlex.join([sys.executable, str(repository / "tests" / "bridges"), "good"])

    report = replay(found.recording, command=bridge, speed=60).to_dict()

    assert (True, {"handled": 6, "events": 6, "unsolicited": 0, "unknown": 0}) == (
        report["valid"], report["history"]["counts"],
    )  # fmt: skip
