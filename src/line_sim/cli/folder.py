"""What a command writes to disk: asked for first, so that nothing is in the way after the work."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING

from line_sim.errors import ConfigurationError, Fault, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
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


def free(outputs: Mapping[str, Path | None], *, force: bool, inputs: Iterable[Path] = ()) -> None:
    """See that single files can be written, before anything is run; nothing is made.

    Parameters
    ----------
    outputs
        By option (``--html``), the file it names; None where it was not given.
    force
        Whether others may be replaced.
    inputs
        Files that are read, and must not be replaced whatever `force` says.

    Raises
    ------
    ConfigurationError
        When one is a folder, lies below a file, is read, or is named twice.
    OutputExistsError
        When one is there already and not `force`.
    OSError
        When nothing can be written where it is to be.
    """
    taken = {path.resolve(): "what is read" for path in inputs}
    for option, path in outputs.items():
        if path is None:
            continue
        if path.is_dir():
            raise ConfigurationError([Fault(option, f"{path}, a folder", "the name of a file")])
        place = next(each for each in path.absolute().parents if os.path.lexists(each))
        if not place.is_dir():
            allowed = "a file in a folder"
            raise ConfigurationError([Fault(option, f"{path}, below a file", allowed)])
        if path.resolve() in taken:
            given = f"{path}, the same as {taken[path.resolve()]}"
            raise ConfigurationError([Fault(option, given, "a file of its own")])
        taken[path.resolve()] = option
        if os.path.lexists(path) and not force:
            raise OutputExistsError(path)
        _try(place, path)


def _try(folder: Path, target: Path) -> None:
    """Write to a folder and leave nothing; the error names what was to be written."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None


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
