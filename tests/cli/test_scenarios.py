"""``line-sim scenarios``, called in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from line_sim.cli.exits import Exit
from line_sim.scenario import Scenario, catalogue

Call = Callable[..., Result]


def test_every_shipped_scenario_is_listed(called: Call) -> None:
    found = called("scenarios")

    assert Exit.DONE == found.exit_code
    assert [] == [name for name in catalogue.names() if name not in found.stdout]


@pytest.mark.parametrize("name", catalogue.names())
def test_a_copy_says_the_same_as_the_scenario(called: Call, tmp_path: Path, name: str) -> None:
    found = called("scenarios", name, "--copy", tmp_path / "mine")

    assert Exit.DONE == found.exit_code
    copied = Scenario.load(tmp_path / "mine" / f"{name}.toml")
    assert Scenario.load(name) == copied


def test_a_copy_replaces_nothing_without_force(called: Call, tmp_path: Path) -> None:
    mine = tmp_path / "mobile_pair_roster.csv"
    mine.write_text("mine")

    refused = called("scenarios", "mobile_pair", "--copy", tmp_path)

    assert Exit.WOULD_OVERWRITE == refused.exit_code
    assert ("mine", [mine]) == (mine.read_text(), list(tmp_path.iterdir()))
    assert Exit.DONE == called("scenarios", "mobile_pair", "--copy", tmp_path, "--force").exit_code


def test_a_misspelt_name_gets_the_nearest(called: Call) -> None:
    found = called("scenarios", "tokio_bank")

    assert Exit.WRONG_USE == found.exit_code
    assert "did you mean 'tokyo_bank'" in found.stderr


def test_a_copy_of_nothing_is_refused(called: Call, tmp_path: Path) -> None:
    assert Exit.WRONG_USE == called("scenarios", "--copy", tmp_path).exit_code
