"""Bridges that are programs: one that ends at a webhook, one whose HTTP server is at fault."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from c_bench import PROFILE

from line_sim.recording.recording import Recording
from line_sim.replay.checks.running import check_bridge, check_recording

BRIDGES = Path(__file__).parents[2] / "bridges"
RUNS = {
    "good": {24, 29},
    "dies_on_missing_signature": {2, 3, 4, 5, 9},
    "exact_header_name": {6},
}
EXPECTED = {
    "good": (set(), set()),
    "dies_on_missing_signature": ({2}, {3, 4, 5}),
    "exact_header_name": ({6}, set()),
}
"""What fails, and what was not seen because the bridge was gone."""
Found = dict[str, tuple[set[int], set[int]]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Each is run, and its ledger read again."""

    def run(name: str) -> tuple[set[int], set[int]]:
        folder: Path = tmp_path_factory.mktemp(name)
        log, state = folder / "log.jsonl", folder / "state.sqlite"
        report = check_bridge(
            command=f"'{sys.executable}' '{BRIDGES}' {name} --agent --state '{state}'",
            view="same", profile=PROFILE, only=RUNS[name], log=log,
        )  # fmt: skip
        again = check_recording(Recording.load(log), profile=PROFILE, only=RUNS[name])
        assert again.verdicts == report.verdicts
        return set(report.numbers("fail")), set(report.numbers("not observed"))

    with ThreadPoolExecutor(3) as some:
        return dict(zip(RUNS, some.map(run, RUNS), strict=True))


@pytest.mark.parametrize("name", sorted(RUNS))
def test_what_a_program_does_is_told(name: str, found: Found) -> None:
    assert EXPECTED[name] == found[name]
