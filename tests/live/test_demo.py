"""``line-sim demo`` as a person runs it, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from line_sim import Scenario
from line_sim.cli.app import app
from line_sim.cli.exits import Exit
from line_sim.log import EventLog

DEMO = [sys.executable, "-m", "line_sim", "demo"]


@pytest.fixture
def temporary(tmp_path: Path) -> dict[str, str]:
    """The environment of a process whose temporary files are looked at afterwards."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return {**os.environ, "TMPDIR": str(folder)}


def left_behind(environment: dict[str, str]) -> list[str]:
    """Files that are still there, and bridges that still run on any of them."""
    folder = environment["TMPDIR"]
    running = subprocess.run(
        ["ps", "-eo", "args"],  # noqa: S607 - whichever there is
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [
        *(each.name for each in Path(folder).iterdir()),
        *(line for line in running if folder in line),
    ]


@pytest.fixture
def busy(tmp_path: Path) -> str:
    """The shop in Bangkok with more customers, so that something happens at once."""
    file = tmp_path / "busy.toml"
    shop = Scenario.load("bangkok_shop").with_value("customers.arrivals.shop.scale", 10.0)
    file.write_text(shop.to_toml(), encoding="utf-8")
    return str(file)


def test_a_demo_shows_people_at_work_and_ends(
    tmp_path: Path, busy: str, temporary: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", temporary["TMPDIR"])
    log = tmp_path / "live.jsonl.gz"
    told = [busy, "--from", "12:00", "--minutes", "3", "--speed", "60", "--log", str(log)]

    found = CliRunner().invoke(app, ["demo", *told])

    assert (Exit.DONE, []) == (found.exit_code, left_behind(temporary))
    assert " wrote: " in found.stdout
    assert " picked up enquiry " in found.stdout
    assert "derived anew from the bridge's inputs: equal" in found.stdout
    assert "Bangkok shop: 3 minutes from Fri 12:00, 60 times as fast" in found.stderr
    assert "live" == EventLog.load(log).header["origin"]


def test_ctrl_c_ends_everything_with_0(busy: str, temporary: dict[str, str]) -> None:
    with subprocess.Popen(
        [*DEMO, busy], env=temporary, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as demo:  # fmt: skip
        assert demo.stdout is not None
        first = next((line for line in demo.stdout if " wrote: " in line), "")
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does
        rest, errors = demo.communicate(timeout=30)

    assert first
    assert (Exit.DONE, []) == (demo.returncode, left_behind(temporary))
    assert "Traceback" not in rest + errors
    assert "derived anew from the bridge's inputs: equal" in rest


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--speed", "0"], "--speed: 0"),
        (["--speed", "121"], "at most 120"),
        (["--minutes", "0"], "--minutes: 0"),
        (["--from", "25:00"], "HH:MM, as in 12:00"),
        (["--language", "xx"], "--language"),
        (["nowhere"], "scenario"),
        (["--keep", "."], "not empty"),
    ],
)
def test_what_cannot_be_is_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], why: str
) -> None:
    (tmp_path / "something").touch()
    monkeypatch.chdir(tmp_path)

    found = CliRunner().invoke(app, ["demo", *arguments])

    assert Exit.WRONG_USE == found.exit_code
    assert why in found.stderr


def test_a_log_in_the_way_is_not_replaced(tmp_path: Path) -> None:
    log = tmp_path / "live.jsonl"
    log.write_text("mine", encoding="utf-8")

    found = CliRunner().invoke(app, ["demo", "--log", str(log)])

    assert Exit.WOULD_OVERWRITE == found.exit_code
    assert "mine" == log.read_text(encoding="utf-8")


def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("line_sim.cli.demo.LIBRARIES", ("sqlalchemy", "no_such_library"))

    found = CliRunner().invoke(app, ["demo"])

    assert Exit.WRONG_USE == found.exit_code
    assert "no_such_library not installed" in found.stderr
    assert "line_sim[bridge]" in found.stderr
