"""A bridge's limits are data: its text limit stands in the profiles and not in the code."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from line_sim.desk.setup import Service
from line_sim.wire import bridge_profiles

PROFILES = Path("wire") / "profiles"
# The desk reads no files, so a scenario's default stands there; it is held equal below.
DEFAULT = "desk/setup.py"
LIMIT = re.compile(r"(?<![\w.])4_?999(?!\w|\.\d)")


def literals(package: Path) -> Iterator[str]:
    """Every line of `package`, outside the profiles, that holds the seed's text limit."""
    for path in sorted(package.rglob("*")):
        place = path.relative_to(package)
        if place.is_relative_to(PROFILES) or path.suffix not in {".py", ".toml", ".html"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if LIMIT.search(line):
                yield f"{place.as_posix()}:{number}: {line.strip()}"


def test_the_text_limit_of_a_bridge_stands_in_its_profile_only(repository: Path) -> None:
    package = repository / "src" / "line_sim"

    assert LIMIT.search((package / PROFILES / "seed.toml").read_text(encoding="utf-8"))
    assert [DEFAULT] == [found.partition(":")[0] for found in literals(package)]
    assert bridge_profiles.load("seed").text.max_units == Service().text_max


@pytest.mark.parametrize("line", ["LIMIT = 4999", "if n > 4_999:", "[4999,5000]", "x=-4999"])
def test_a_literal_in_the_code_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "bridge.py").write_text(f"\n{line}\n", encoding="utf-8")

    assert [f"bridge.py:2: {line}"] == list(literals(tmp_path))


@pytest.mark.parametrize("line", ["14999", "49990", "4.4999", "0x4999a", "4999.5"])
def test_another_number_is_passed_over(tmp_path: Path, line: str) -> None:
    (tmp_path / "bridge.py").write_text(line, encoding="utf-8")

    assert [] == list(literals(tmp_path))


def test_the_profiles_themselves_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / PROFILES).mkdir(parents=True)
    (tmp_path / PROFILES / "seed.toml").write_text("max_units = 4999", encoding="utf-8")

    assert [] == list(literals(tmp_path))
