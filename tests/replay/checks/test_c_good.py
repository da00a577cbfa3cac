"""The good bridge passes checks 66 to 99, one that does nothing passes none of them."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from c_bench import MINE, checked, silent

from line_sim.replay.checks.verdicts import Verdict

SECTIONS = (range(66, 72), range(72, 80), range(80, 92), range(92, 100))
HALVES = (range(66, 80), range(80, 100))
BRIDGES: dict[str, tuple[tuple[range, ...], dict[str, Any]]] = {
    "good": (SECTIONS, {}),
    "seen from LINE only": (SECTIONS, {"agent": False}),
    "silent": (HALVES, {"app": lambda _line: silent}),
}
Verdicts = dict[str, dict[int, Verdict]]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """The verdicts on each bridge, in runs beside each other."""
    folder = tmp_path_factory.mktemp("good")

    def run(name: str, numbers: Collection[int]) -> dict[int, Verdict]:
        log = folder / f"{name} {min(numbers)}.jsonl"
        return checked(numbers, log, **BRIDGES[name][1]).verdicts

    with ThreadPoolExecutor(10) as some:
        runs = {name: [some.submit(run, name, part) for part in parts]
                for name, (parts, _) in BRIDGES.items()}  # fmt: skip
        return {
            name: {number: v for each in found for number, v in each.result().items()}
            for name, found in runs.items()
        }


@pytest.mark.parametrize("number", MINE)
def test_the_good_bridge_passes(number: int, verdicts: Verdicts) -> None:
    found = verdicts["good"][number]

    # one install serves one channel
    assert ("not observed" if number == 96 else "pass") == found.word, found.evidence


@pytest.mark.parametrize("number", MINE)
def test_without_its_agents_side_nothing_fails(number: int, verdicts: Verdicts) -> None:
    found = verdicts["seen from LINE only"][number]
    hidden = {66, 71, 73, 74, 77, 84, 89, 90, 92, 93, 94, 96, 97}

    assert ("not observed" if number in hidden else "pass") == found.word, found.evidence


@pytest.mark.parametrize("number", MINE)
def test_of_a_bridge_that_does_nothing_nothing_is_observed(number: int, verdicts: Verdicts) -> None:
    found = verdicts["silent"][number]

    assert "not observed" == found.word
    assert found.evidence
