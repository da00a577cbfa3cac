"""The page about the file format knows every key there is, and its examples are sound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from line_sim.scenario import Scenario

from .reference import reference

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = "<!-- every key: make golden writes what follows -->\n"


def test_the_reference_is_what_the_classes_say(
    repository: Path, pytestconfig: pytest.Config
) -> None:
    page = repository / "docs" / "scenario-format.md"
    words, found, stored = page.read_text(encoding="utf-8").partition(BEGIN)
    if pytestconfig.getoption("--rewrite-golden"):
        page.write_text(f"{words}{BEGIN}\n{reference()}", encoding="utf-8")
        pytest.skip("rewritten")

    assert found
    assert stored == f"\n{reference()}"


def test_the_smallest_scenario_of_the_page_is_one(repository: Path) -> None:
    page = (repository / "docs" / "scenario-format.md").read_text(encoding="utf-8")
    (smallest, *_) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)

    assert Scenario.from_toml(smallest).warnings() == []
