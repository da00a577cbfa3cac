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


def test_every_option_that_is_shown_is_there(page: str) -> None:
    known = set()
    for command in bridge.registered_commands:
        wrapped = getattr(command.callback, "__wrapped__", None)
        known |= {f"--{name.replace('_', '-')}" for name in wrapped.__annotations__}
    lines = re.findall(r"^line-sim bridge .*(?:\\\n.*)*", page, re.MULTILINE)

    assert lines
    assert set() == set(re.findall(r"--[a-z-]+", "".join(lines))) - known
