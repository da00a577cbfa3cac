"""The media folder: files by the hash of their content, whole or not there at all."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections import Counter
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from time import time
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from types import TracebackType

_HASH = re.compile(r"[0-9a-f]{64}")
_BLOCK_BYTES = 2**20
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
DRAFTS = "incoming"
"""The folder of files not finished; emptied at every start."""


class Kept(NamedTuple):
    """A file that is there for good."""

    sha256: str
    size_bytes: int


class Draft:
    """A file that is being written, under a name that nobody chose; gone at the end of a `with`.

    Attributes
    ----------
    path
        Where it lies.
    size_bytes
        Written by :meth:`write`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size_bytes = 0
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        self._file = os.fdopen(os.open(path, flags, _FILE_MODE), "wb")

    def write(self, part: bytes) -> None:
        """Add to it."""
        self._file.write(part)
        self.size_bytes += len(part)

    def copy(self, source: bytes | Path) -> None:
        """Write all of `source`; blocking. Raises OSError where it cannot be read."""
        if isinstance(source, bytes):
            self.write(source)
        else:
            with source.open("rb") as file:
                while part := file.read(_BLOCK_BYTES):
                    self.write(part)
        self.done()

    def done(self) -> None:
        """No more is written: others may read it."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # a full disk is told of by whoever wrote
            self._file.close()
        self.path.unlink(missing_ok=True)


class Vault:
    """The folder, and what is in it.

    Parameters
    ----------
    folder
        Made where it is missing; nobody else's to read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._drafts = folder / DRAFTS
        self._pins: Counter[str] = Counter()

    def open(self) -> None:
        """Make the folders; drop what an earlier life left unfinished. Raises OSError."""
        self._drafts.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        for left in self._drafts.iterdir():
            left.unlink(missing_ok=True)

    def draft(self) -> Draft:
        """A new file to write."""
        return Draft(self._drafts / secrets.token_hex(16))

    def place(self, digest: str) -> Path:
        """Where a file of that hash lies, or would; raises ValueError for what is no hash."""
        if not _HASH.fullmatch(digest):
            why = f"{digest[:80]!r} is no SHA-256 in hexadecimal"
            raise ValueError(why)
        return self.folder / digest[:2] / digest[2:4] / digest

    def path(self, digest: str) -> Path | None:
        """Where it lies; None where it does not, or that is no hash."""
        if not _HASH.fullmatch(digest):
            return None
        place = self.place(digest)
        return place if place.is_file() else None

    @asynccontextmanager
    async def keep(self, draft: Draft) -> AsyncIterator[Kept]:
        """Move a draft to its place, see it safely on the disk, and pin it for the block.

        Within the block is where somebody notes whose it is: pinned files are not dropped, although
        another's message with the same content may go at that moment. Raises OSError where it
        cannot be stored; then nothing is there.
        """
        digest, size = await asyncio.to_thread(_hashed, draft.path)
        self._pins[digest] += 1
        try:
            await asyncio.to_thread(self._move, draft.path, self.place(digest))
            yield Kept(digest, size)
        finally:
            self._pins[digest] -= 1
            self._pins += Counter()  # those above 0 stay

    def _move(self, source: Path, place: Path) -> None:
        place.parent.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        source.chmod(_FILE_MODE)
        source.replace(place)
        for folder in (place.parent, place.parent.parent, self.folder):
            _sync(folder)

    def drop(self, digest: str) -> None:
        """Delete a file, unless it is pinned; nothing where there is none."""
        if digest not in self._pins and (place := self.path(digest)):
            place.unlink(missing_ok=True)

    def older_than(self, age_s: float) -> list[str]:
        """The hashes of files that were stored so long ago, by the wall clock; blocking."""
        before, found = time() - age_s, []
        for place in self.folder.glob("??/??/*"):
            with suppress(FileNotFoundError):  # dropped meanwhile
                if _HASH.fullmatch(place.name) and place.stat().st_mtime < before:
                    found.append(place.name)
        return found


def _hashed(path: Path) -> tuple[str, int]:
    """Hash and size of a file, all of it safely on the disk."""
    digest, size = sha256(), 0
    with path.open("r+b") as file:
        while part := file.read(_BLOCK_BYTES):
            digest.update(part)
            size += len(part)
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    """See a folder's entries safely on the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
