"""``line-sim`` as a process of its own: streams, signals, the end of pipes, and its cost."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from line_sim.cli.exits import Exit

Run = Callable[..., "subprocess.CompletedProcess[str]"]
LINE_SIM = [sys.executable, "-m", "line_sim"]


def test_json_alone_is_on_stdout_and_the_rest_on_stderr(run: Run, tiny: Path) -> None:
    text = tiny.read_text().replace('{ name = "Bo" }', '{ name = "Bo" }, { name = "น้อง" }')
    tiny.write_text(text, encoding="utf-8")

    found = run("simulate", tiny, "--json", PYTHONIOENCODING="utf-8")

    assert Exit.DONE == found.returncode
    assert "line_sim.simulate" == json.loads(found.stdout)["format"]
    assert "น้อง is in no destination" in found.stderr
    assert "\x1b" not in found.stdout + found.stderr


def test_an_error_is_on_stderr_alone(run: Run, tmp_path: Path) -> None:
    found = run("simulate", tmp_path / "x.toml")

    assert (Exit.WRONG_USE, "") == (found.returncode, found.stdout)
    assert found.stderr.startswith("line-sim: ")
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["simulate", "-h"]])
def test_help_and_version_are_on_stdout(run: Run, arguments: list[str]) -> None:
    found = run(*arguments)

    assert (Exit.DONE, "") == (found.returncode, found.stderr)
    assert "line-sim" in found.stdout


def test_a_mistyped_command_gets_the_nearest(run: Run) -> None:
    found = run("simulat")

    assert (Exit.WRONG_USE, "") == (found.returncode, found.stdout)
    assert "'simulate'" in found.stderr


def test_help_loads_neither_the_model_nor_large_libraries() -> None:
    code = "import sys; from line_sim.cli.app import app; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(found.stdout.split())
    assert "typer" in loaded
    assert set() == loaded & {"numpy", "pandas", "scipy", "pydantic", "matplotlib", "rich.table"}


def on_a_terminal(arguments: list[str], **environment: str) -> tuple[int, int]:
    """Start ``line-sim`` on a terminal of its own; gives its process and the terminal."""
    process, terminal = pty.fork()
    if process == 0:  # the child, whose terminal the test reads
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests may ignore it
        everything = {**os.environ, **environment}
        os.execve(sys.executable, [*LINE_SIM, *arguments], everything)  # noqa: S606 - ourselves
    return process, terminal


def read_until(terminal: int, words: str) -> str:
    """What a terminal shows until it shows `words`, or ends."""
    shown = ""
    with contextlib.suppress(OSError):  # the other side is closed
        while words not in shown and (more := os.read(terminal, 4096)):
            shown += more.decode("utf-8", "replace")
    return shown


def ended(process: int, terminal: int) -> tuple[str, int]:
    """What a terminal shows from now on until its process ends, and the exit code of that."""
    shown = read_until(terminal, "\0never")
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    return shown, os.waitstatus_to_exitcode(status)


@pytest.mark.parametrize(
    ("arguments", "counted"),
    [
        (["simulate", "--seed", "1"], "/100"),
        (["compare", "--every-strategy", "--replications", "2", "--workers", "2"], "/18"),
    ],
)
def test_ctrl_c_ends_a_run_with_a_word_and_leaves_nothing(
    long: Path, tmp_path: Path, arguments: list[str], counted: str
) -> None:
    command, *options = arguments
    out = tmp_path / "out"

    process, terminal = on_a_terminal([command, str(long), *options, "--out", str(out)])
    before = read_until(terminal, counted)  # the progress bar
    os.write(terminal, b"\x03")  # the key itself
    shown, code = ended(process, terminal)

    assert counted in before
    assert Exit.INTERRUPTED == code
    assert "line-sim: interrupted after " in shown
    assert "nothing was written" in shown
    assert "Traceback" not in shown
    assert not out.exists()


def test_a_reader_that_leaves_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as output:
        found = subprocess.run(
            [*LINE_SIM, "scenarios"], stdout=output, stderr=subprocess.PIPE, check=False
        )

    assert (Exit.READER_LEFT, b"") == (found.returncode, found.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told(unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as output:
        found = subprocess.run(
            [*LINE_SIM, "scenarios"],
            stdout=output, stderr=subprocess.PIPE, check=False, env=environment,
        )  # fmt: skip

    assert Exit.WRONG_USE == found.returncode
    assert b"No space left on device" in found.stderr
    assert b"Traceback" not in found.stderr


def test_a_closed_stdout_does_not_disturb_what_is_written(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = [*LINE_SIM, "simulate", str(tiny), "--out", str(out), "--json"]
    shell = ["sh", "-c", '"$@" >&-', "sh", *words]
    found = subprocess.run(shell, stderr=subprocess.PIPE, check=False)

    assert (Exit.DONE, b"") == (found.returncode, found.stderr)
    assert (out / "summary.json").stat().st_size > 0


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_is_for_terminals_that_want_it(environment: dict[str, str]) -> None:
    shown, code = ended(*on_a_terminal(["scenarios"], **environment))

    assert Exit.DONE == code
    assert "bangkok_shop" in shown
    assert "\x1b[3" not in shown
