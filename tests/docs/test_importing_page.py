"""The page on importing: every example gives what stands there, and the tables are the code's."""

from __future__ import annotations

import re
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from line_sim.cli.import_ import import_
from line_sim.recording.importers.detecting import FORMATS
from line_sim.recording.importers.flows import NEWEST, OLDEST
from line_sim.recording.importers.json_values import MOST_LEVELS
from line_sim.recording.importers.lacking import SENTENCES
from line_sim.recording.importers.reading import LONGEST_LINE, MOST_BYTES
from line_sim.recording.importers.spool import IN_MEMORY_BYTES
from line_sim.recording.lines import RATIO

if TYPE_CHECKING:
    from pathlib import Path

FENCE = re.compile(r"```(\w+)(?: (\S+))?\n(.*?)```", re.DOTALL)
command = typer.Typer()
command.command()(import_)


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs" / "importing.md").read_text(encoding="utf-8")


def test_every_example_prints_what_the_page_shows(
    page: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sample in ("flows.har", "flows.mitm"):
        shutil.copy(repository / "tests" / "recording" / "samples" / sample, tmp_path)
    monkeypatch.chdir(tmp_path)
    shown, told = list[str](), list[str]()
    arguments: list[str] = []
    for kind, name, text in FENCE.findall(page):
        if kind == "file":
            (tmp_path / name).write_text(text, encoding="utf-8")
        elif kind == "sh":
            arguments = shlex.split(text.splitlines()[-1])[2:]
        elif kind == "output":
            ran = CliRunner().invoke(command, [*arguments, "--force"])
            shown.append(text)
            told.append(ran.stdout + ran.stderr)

    assert len(FORMATS) == len(shown)
    assert shown == told


def test_the_table_has_the_formats_and_their_words(page: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| .*? \| (.*) \|$", page, re.MULTILINE)

    assert list(FORMATS) == [name for name, _ in rows]
    words = {word for _, cell in rows for word in re.findall(r"`([a-z ]+)`", cell)}
    assert words <= SENTENCES.keys()


def test_the_limits_are_those_of_the_code(page: str) -> None:
    assert (100, 16, 32) == (
        MOST_BYTES // 10**6, LONGEST_LINE // 10**6, IN_MEMORY_BYTES // 10**6,
    )  # fmt: skip
    for words in (
        "at most 100 MB, a line of text 16 MB", f"JSON {MOST_LEVELS} levels deep",
        f"a compressed byte at most {RATIO}", f"Flow formats {OLDEST} to {NEWEST}", "32 MB in all",
    ):  # fmt: skip
        assert words in page
