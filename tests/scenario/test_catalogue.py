"""The shipped scenarios: they load, say where they come from, and are what their makers make."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from line_sim.errors import ConfigurationError
from line_sim.scenario import Scenario, catalogue

NAMES = ["bangkok_shop", "mobile_pair", "recorded_day", "taipei_campaign", "tokyo_bank"]
RECORDED = Path(__file__).parents[2] / "data" / "recorded"


def test_the_catalogue_lists_what_is_shipped() -> None:
    assert catalogue.names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_loads_by_name_and_names_its_sources(name: str) -> None:
    scenario = Scenario.load(name)

    assert "assumed" in scenario.source.casefold() or "made by the project" in scenario.source
    assert Scenario.from_toml(scenario.to_toml()) == scenario


@pytest.mark.parametrize("name", [name for name in NAMES if name != "mobile_pair"])
def test_a_shipped_scenario_has_no_warnings(name: str) -> None:
    assert Scenario.load(name).warnings() == []


def test_the_mobile_pair_cannot_cover_its_hours() -> None:
    assert [fault.where for fault in Scenario.load("mobile_pair").warnings()] == [
        "channels[0].rule"
    ]


def test_an_unknown_name_comes_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'tokyo_bank'"):
        Scenario.load("tokio_bank")


def test_a_path_is_not_taken_for_a_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        Scenario.load(tmp_path / "bangkok_shop")


def test_the_recorded_day_is_what_its_script_makes(tmp_path: Path) -> None:
    made = tmp_path / "recorded_day.csv"
    subprocess.run([sys.executable, RECORDED / "make_recorded_day.py", made], check=True)

    assert made.read_text() == (RECORDED / "recorded_day.csv").read_text()
