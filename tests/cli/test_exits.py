"""How commands end, where that can be seen in this process."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from line_sim.analysis import metrics
from line_sim.cli.app import app
from line_sim.cli.exits import Exit
from line_sim.sim import machine_code

Call = Callable[..., Result]


def test_a_bug_is_told_with_how_to_report_it_and_its_traceback_on_demand(
    called: Call, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "a wheel came off"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(metrics, "by_staff", broken)

    for more, traced in (((), False), (("--debug",), True)):
        found = called("simulate", tiny, *more)

        assert Exit.BUG == found.exit_code
        assert "a bug in line_sim: ZeroDivisionError: a wheel came off" in found.stderr
        assert "please report it" in found.stderr
        assert traced is ("Traceback" in found.stderr)


def test_a_missing_engine_has_a_code_of_its_own(
    called: Call, long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_code, "available", lambda: False)

    for arguments in (("simulate", long), ("compare", long, "--every-strategy")):
        found = called(*arguments, "--engine", "compiled")

        assert (Exit.NO_ENGINE, "") == (found.exit_code, found.stdout)
        assert "numba is not installed" in found.stderr


def test_streams_without_unicode_are_served(tiny: Path) -> None:
    tiny.write_text(tiny.read_text().replace("Ann", "แอน"), encoding="utf-8")

    found = CliRunner(charset="ascii").invoke(app, ["simulate", str(tiny), "--json"])

    (first, _) = json.loads(found.stdout)["first_run"]["staff"]
    assert "แอน" == first["member"]


CODES = [f"| {code.value} |" for code in Exit]


@pytest.mark.parametrize("row", CODES)
def test_every_exit_code_is_documented(repository: Path, row: str) -> None:
    assert row in (repository / "docs" / "cli.md").read_text("utf-8")
