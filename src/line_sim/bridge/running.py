"""One process at a time has an install: a lock, and a note of where that process listens."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK, NOTE = "bridge.lock", "bridge.running"


class Running:
    """The right to change an install.

    Parameters
    ----------
    data_folder
        Where the lock and the note lie; made where it is missing.
    """

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have it for the block; the system gives it back when the process dies, however it does.

        Raises
        ------
        ConfigurationError
            Another process has it.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(self._folder / LOCK, mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            url = url_of(self._folder)
            given = f"a bridge runs on it{f' at {url}' if url else ''}"
            mend = "stop that process first, or ask it by its API"
            fault = Fault(str(self._folder), given, "one process at a time", mend)
            raise ConfigurationError([fault]) from None
        try:
            self._note().unlink(missing_ok=True)  # of a process that was killed
            yield
        finally:
            self._note().unlink(missing_ok=True)
            lock.release()

    def at(self, url: str) -> None:
        """Say where the process listens; within :meth:`held`."""
        part = self._note().with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump({"pid": os.getpid(), "url": url}, file)
        part.replace(self._note())

    def _note(self) -> Path:
        return self._folder / NOTE


def url_of(data_folder: Path) -> str:
    """Where the process that has an install listens; empty where none does, or it is starting."""
    try:
        found = json.loads((data_folder / NOTE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return ""
    url = found.get("url") if isinstance(found, dict) else ""
    if not isinstance(url, str) or not is_held(data_folder):
        return ""
    return url


def is_held(data_folder: Path) -> bool:
    """Whether a process has the install at this moment."""
    if not (data_folder / LOCK).exists():
        return False
    lock = FileLock(data_folder / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False
