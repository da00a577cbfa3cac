"""The good bridge passes checks 1 to 38; one that does nothing passes the four it must."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path  # noqa: TC003 - beside the others
from typing import Any

import pytest
from c_bench import checked, silent
from faults import SILENT_PASSES

from line_sim.replay.checks.verdicts import Verdict

MINE = range(1, 39)
BUSY = 17
"""Is about the time that many answers take, so nothing else may run meanwhile."""
SECTIONS = (
    (*range(1, 10), *range(11, 15)), (15, 16, *range(18, 21)), range(21, 31), (10, *range(31, 39)),
)  # fmt: skip
BRIDGES: dict[str, dict[str, Any]] = {
    "good": {},
    "seen from LINE only": {"agent": False},
    "silent": {"app": lambda _line: silent},
}
HIDDEN = {10, 12, 26, 29, 37}
"""What only the agents' side shows."""
Verdicts = dict[str, dict[int, Verdict]]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """The verdicts on each bridge, in runs beside each other."""
    folder: Path = tmp_path_factory.mktemp("good")

    def run(name: str, numbers: Collection[int]) -> dict[int, Verdict]:
        log = folder / f"{name} {min(numbers)}.jsonl"
        return checked(numbers, log, **BRIDGES[name]).verdicts

    busy = {name: run(name, [BUSY]) for name in BRIDGES}
    with ThreadPoolExecutor(12) as some:
        runs = {name: [some.submit(run, name, part) for part in SECTIONS] for name in BRIDGES}
        return {
            name: busy[name] | {number: v for each in found for number, v in each.result().items()}
            for name, found in runs.items()
        }


@pytest.mark.parametrize("number", MINE)
def test_the_good_bridge_passes(number: int, verdicts: Verdicts) -> None:
    found = verdicts["good"][number]

    assert "pass" == found.word, found.evidence
    assert found.evidence


@pytest.mark.parametrize("number", MINE)
def test_without_its_agents_side_nothing_fails(number: int, verdicts: Verdicts) -> None:
    found = verdicts["seen from LINE only"][number]

    assert ("not observed" if number in HIDDEN else "pass") == found.word, found.evidence


@pytest.mark.parametrize("number", MINE)
def test_a_bridge_that_does_nothing_passes_only_what_is_about_its_answers(
    number: int, verdicts: Verdicts
) -> None:
    found = verdicts["silent"][number]

    assert ("pass" if number in SILENT_PASSES else "not observed") == found.word
    assert found.evidence


@pytest.mark.parametrize("number", [15, 16, 17])
def test_times_of_answers_are_told(number: int, verdicts: Verdicts) -> None:
    measures = verdicts["good"][number].measures

    assert {"p50_ms", "p95_ms", "longest_ms", "share_over_2_s"} == set(measures)
    assert 0 < measures["p50_ms"] <= measures["p95_ms"] <= measures["longest_ms"] < 2_000
    assert 0 == measures["share_over_2_s"]
