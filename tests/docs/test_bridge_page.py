"""The bridge's page has every command, setting and key, and none that is not there."""

import re
from pathlib import Path

import pytest

from line_sim.bridge.channels.config import ChannelConfig
from line_sim.bridge.install import Told
from line_sim.cli.bridge import bridge

COMMANDS = {each.name for each in bridge.registered_commands}


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "bridge.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", [*Told.model_fields, *ChannelConfig.model_fields])
def test_every_key_is_documented(page: str, key: str) -> None:
    assert f"`{key}`" in page


def test_every_command_is_told_and_no_other(page: str) -> None:
    shown = set(re.findall(r"line-sim bridge ([a-z]+)", page))

    assert shown <= COMMANDS
    for name in COMMANDS:
        assert f"bridge {name}" in page or f"`{name}" in page


@pytest.mark.parametrize("file", ["docs/bridge.md", "README.md"])
def test_every_option_that_is_shown_is_there(repository: Path, file: str) -> None:
    text = (repository / file).read_text(encoding="utf-8")
    known = set()
    for command in bridge.registered_commands:
        wrapped = getattr(command.callback, "__wrapped__", None)
        known |= {f"--{name.replace('_', '-')}" for name in wrapped.__annotations__}
    lines = re.findall(r"^(?:.*/)?line-sim bridge .*(?:\\\n.*)*", text, re.MULTILINE)

    assert lines
    assert set() == set(re.findall(r"--[a-z-]+", "".join(lines))) - known


def test_the_service_starts_the_command_where_the_commands_put_it(page: str) -> None:
    start = re.search(r"^ExecStart=(/\S+) bridge run --folder (/\S+)$", page, re.MULTILINE)

    assert start
    program, folder = start.groups()
    assert f"{program} bridge init --folder {folder}" in page
    assert f"ReadWritePaths={folder}/data" in page
    assert f"python3 -m venv {program.removesuffix('/bin/line-sim')}" in page
