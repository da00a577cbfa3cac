"""The mock's pages say what is there: every setting, fault, command and operation; examples run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from line_sim.mock.commands import names
from line_sim.mock.faults import KINDS
from line_sim.mock.platform.operations import every_operation
from line_sim.mock.settings import Channel, Settings

PERIODS = {1: "s", 60: "min", 3_600: "h"}
BLOCK = re.compile(r"```(?P<kind>python|text)\n(?P<code>.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "mock.md").read_text(encoding="utf-8")


def keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Every key of a table of settings, those of tables within it with a dot."""
    found = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += keys(inner, f"{prefix}{name}.")
        elif name != "channels":
            found.append(prefix + name)
    return found


@pytest.mark.parametrize("key", [*keys(Settings), *keys(Channel)])
def test_every_setting_is_documented(page: str, key: str) -> None:
    assert f"`{key}`" in page


@pytest.mark.parametrize("name", KINDS)
def test_every_fault_is_documented(page: str, name: str) -> None:
    assert f"`{name}(" in page


@pytest.mark.parametrize("name", sorted(names()))
def test_every_command_of_the_control_api_is_documented(page: str, name: str) -> None:
    section = page.partition("## The control API")[2].partition("## Safety")[0]

    assert re.search(rf"\b{name}\b", section)


def test_the_table_of_operations_is_the_one_that_is_played(repository: Path) -> None:
    shown = (repository / "docs" / "faithful.md").read_text(encoding="utf-8")
    rows = [line for line in shown.splitlines() if re.match(r"\| [123] \| ", line)]

    assert sorted(rows) == sorted(
        f"| {each.tier} | {each.name} | `{each.method} {each.path}` "
        f"| {each.limit.calls:,} / {PERIODS[each.limit.period_s]} |"
        for each in every_operation()
    )


def test_the_bot_under_test_fails_as_the_page_shows(page: str, tmp_path: Path) -> None:
    blocks = {found["kind"]: found["code"] for found in BLOCK.finditer(page)}
    example = tmp_path / "test_bot.py"
    example.write_text(blocks["python"], encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(example)]
    found = subprocess.run(
        [*command, f"--rootdir={tmp_path}"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip

    assert "1 failed, 1 passed" in found.stdout
    for line in blocks["text"].splitlines():
        assert line in found.stdout
