"""What a command writes to disk: asked for first, so that nothing is in the way after the work."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING

from line_sim.errors import ConfigurationError, Fault, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@contextlib.contextmanager
def writable(given: Path | None, names: Iterable[str], *, force: bool) -> Iterator[Path | None]:
    """A folder to write files in, made and tried now; gone again if nothing was written to it.

    Parameters
    ----------
    given
        The folder; ``None`` writes nothing.
    names
        Of the files that will be written.
    force
        Whether they may replace others.

    Raises
    ------
    ConfigurationError
        When it is no folder.
    OutputExistsError
        When one of the files is there already and not `force`.
    OSError
        When nothing can be written there.
    """
    if given is None:
        yield None
        return
    for place in (given, *given.parents):
        if place.exists() and not place.is_dir():
            raise ConfigurationError([Fault(str(place), "a file", "a folder to write files in")])
    for name in names:
        target = given / name
        if target.is_dir():
            raise ConfigurationError(
                [Fault(str(target), "a folder", "a file can be written there")]
            )
        if os.path.lexists(target) and not force:
            raise OutputExistsError(target)
    made = list(_make(given))
    try:
        with tempfile.TemporaryFile(dir=given):  # that writing works is found out before the run
            pass
        yield given
    finally:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()  # only where it is empty


def _make(folder: Path) -> Iterator[Path]:
    """Make a folder and those above it; yield the ones that were not there, from above."""
    if folder.is_dir():
        return
    yield from _make(folder.parent)
    folder.mkdir()
    yield folder


def write_text(target: Path, text: str) -> None:
    """Write a file beside its name, and give it the name only when it is complete."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
