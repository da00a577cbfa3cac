"""Media beside a recording: one file each, named by the SHA-256 of its bytes."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from typing import TYPE_CHECKING

from line_sim.errors import RecordingFormatError
from line_sim.recording.lines import MEDIA_NAME, sha256
from line_sim.recording.packing import BY_SUFFIX, NOFOLLOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEDIA_BYTES = 300_000_000
"""Largest file that is read: LINE takes videos of 200 MB."""
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | NOFOLLOW
_READ = os.O_RDONLY | NOFOLLOW | getattr(os, "O_NONBLOCK", 0)
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW


def media_folder(path: Path) -> Path:
    """Where the media of a recording are: ``day.media`` beside ``day.jsonl.gz``."""
    plain = path.with_suffix("") if path.suffix in BY_SUFFIX else path
    name = plain.stem if plain.suffix == ".jsonl" else plain.name
    return plain.with_name(f"{name}.media")


class MediaFolder:
    """The folder of one recording's media; made when the first comes.

    Parameters
    ----------
    path
        The folder. A symbolic link is not followed, neither here nor inside.
    fsync
        Whether media are on the disk when :meth:`put` returns.
    """

    def __init__(self, path: Path, *, fsync: bool = False) -> None:
        self.path = path
        self._fsync = fsync

    def put(self, body: bytes) -> str:
        """Keep some bytes, whole or not at all, with mode 0600; their name.

        Raises
        ------
        OSError
            When they cannot be written.
        """
        name = sha256(body)
        self.path.mkdir(mode=0o700, exist_ok=True)
        with self._folder() as folder:
            if self._size(folder, name) == len(body):
                return name
            part = f".{name}.{secrets.token_hex(4)}"
            try:
                with os.fdopen(os.open(part, _WRITE, 0o600, dir_fd=folder), "wb") as file:
                    file.write(body)
                    if self._fsync:
                        file.flush()
                        os.fsync(file.fileno())
                os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(part, dir_fd=folder)
                raise
            if self._fsync:
                os.fsync(folder)
        return name

    def get(self, name: str) -> bytes | None:
        """The bytes of that name; None where they are not here.

        Raises
        ------
        RecordingFormatError
            When the name is no SHA-256, or what has it is no file of those bytes.
        """
        if not MEDIA_NAME.fullmatch(name):
            reason = f"media {name[:80]!r}: 64 lower-case hexadecimal digits are allowed"
            raise RecordingFormatError(self.path, reason)
        try:
            with self._folder() as folder, _opened(name, folder) as descriptor:
                body = self._read(descriptor)
        except FileNotFoundError:
            return None
        except OSError as error:  # ELOOP for a link, ENOTDIR for a folder that is none
            reason = f"cannot be read ({error.strerror}); a file with these bytes is allowed"
            raise RecordingFormatError(self.path / name, reason) from None
        if sha256(body) != name:
            reason = (
                f"its {len(body):,} bytes have another SHA-256 than its name; they were changed "
                "or cut off (copy the media folder anew)"
            )
            raise RecordingFormatError(self.path / name, reason)
        return body

    def has(self, name: str) -> bool:
        """Whether there is a file of that name; its bytes are not looked at."""
        if not MEDIA_NAME.fullmatch(name):
            return False
        try:
            with self._folder() as folder:
                return self._size(folder, name) is not None
        except OSError:
            return False

    @contextlib.contextmanager
    def _folder(self) -> Iterator[int]:
        descriptor = os.open(self.path, _FOLDER)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @staticmethod
    def _size(folder: int, name: str) -> int | None:
        """How long a file is; None where there is no such file."""
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def _read(self, descriptor: int) -> bytes:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "no file")
        if found.st_size > MEDIA_BYTES:
            raise OSError(0, f"{found.st_size:,} bytes, more than {MEDIA_BYTES:,}")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MEDIA_BYTES)


@contextlib.contextmanager
def _opened(name: str, folder: int) -> Iterator[int]:
    descriptor = os.open(name, _READ, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
