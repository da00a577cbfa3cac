"""A shop small enough to simulate in a moment, and two ways to call ``line-sim``."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from line_sim.cli.app import app

TINY = """
name = "Tiny"
start = 2026-11-02T09:00:00
utc_offset = "+07:00"
days = 0.1
drain_s = 600
members = [{ name = "Ann" }, { name = "Bo" }]

[service]
max_concurrent = 2

[[destinations]]
kind = "queue"
name = "desk"
distribution = "most_idle"
staff = ["Ann", "Bo"]

[[channels]]
name = "shop"
rule = { kind = "alternative", destinations = ["desk"] }
messages = { away = true }

[customers.arrivals.shop]
kind = "constant"
per_hour = 20

[[customers.classes]]
name = "anybody"
work = { kind = "exponential", mean_s = 120 }

[costs]
staff_per_hour = 10

[targets]
service_level = ">= 1 %"
away_rate = "<= 100 %"
"""

LONG = TINY.replace("days = 0.1", "days = 400").replace("per_hour = 20", "per_hour = 60")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The file of a scenario of two people and some fifty enquiries; it meets its targets."""
    path = tmp_path / "tiny.toml"
    path.write_text(TINY, encoding="utf-8")
    return path


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """The file of a scenario that takes minutes to simulate."""
    path = tmp_path / "long.toml"
    path.write_text(LONG, encoding="utf-8")
    return path


@pytest.fixture
def called() -> Callable[..., Result]:
    """Call ``line-sim`` in this process."""

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments], prog_name="line-sim")

    return call


def command(*arguments: object) -> list[str]:
    """The words that start ``line-sim`` as a process of its own."""
    return [sys.executable, "-m", "line_sim", *map(str, arguments)]


@pytest.fixture
def run() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run ``line-sim`` as a process of its own, at its end."""

    def start(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command(*arguments),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, **environment},
        )

    return start
