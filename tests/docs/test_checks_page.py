"""The page of checks: its table is the code's, word for word."""

from pathlib import Path

from line_sim.replay.checks.registry import LEVELS, every_check

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def test_there_are_checks_1_to_99() -> None:
    assert list(every_check()) == list(range(1, 100))


def test_the_table_is_that_of_the_code() -> None:
    rows = [
        f"| {each.number} | {each.name} | {LEVELS[each.level]} | {each.edge} | {each.source} |"
        for each in every_check().values()
    ]
    told = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] != "| n"]
    assert [line for line in told if line.startswith("| ") and line[2].isdigit()] == rows
