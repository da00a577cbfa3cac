"""The Node programs of this folder: whether they can run here, and running them."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Timer

import pytest

FOLDER = Path(__file__).with_name("node")
END_S = 10.0
PATIENCE_S = 30.0


@cache
def why_no_node() -> str:
    """Why no Node client can run here; ``""`` where they can."""
    if shutil.which("node") is None:
        return "there is no node here"
    if not (FOLDER / "node_modules" / "@line" / "bot-sdk").is_dir():
        return "the npm clients are not installed: `make test` does where npm reaches its registry"
    return ""


needs_node = pytest.mark.skipif(bool(why_no_node()), reason=why_no_node())


def command(program: str) -> list[str]:
    """What starts a program of ``node/``."""
    return [shutil.which("node") or "node", "--no-warnings", str(FOLDER / program)]


@contextmanager
def running(
    program: str, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A program of ``node/`` for the length of a block; it is spoken to in lines."""
    process = subprocess.Popen(
        command(program),
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    """The next line a program writes.

    Raises
    ------
    RuntimeError
        Where it ended instead, or was ended for it wrote nothing for `PATIENCE_S`.
    """
    assert process.stdout is not None
    watchdog = Timer(PATIENCE_S, process.kill)
    watchdog.start()
    told = process.stdout.readline()
    watchdog.cancel()
    if not told:
        message = f"{process.args} ended with {process.wait(END_S)}, as its stderr says"
        raise RuntimeError(message)
    return told.rstrip("\n")
