"""The key of stand-ins: a file that only its owner may read, and what is derived from it."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from typing import TYPE_CHECKING

from line_sim.errors import ConfigurationError, Fault, OutputExistsError
from line_sim.recording.packing import NOFOLLOW

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 32
"""Fewest bytes of a key."""
MOST_BYTES = 1 << 16
"""A longer file is taken for another one."""
_MEND = "line-sim pseudonymise ... --new-key makes one"
_OTHERS_BITS = stat.S_IRWXG | stat.S_IRWXO


def _refused(path: Path, given: str, allowed: str, mend: str = "") -> ConfigurationError:
    return ConfigurationError([Fault(f"key {path}", given, allowed, mend)])


def new_key(path: Path) -> bytes:
    """Make a key of 32 random bytes in a new file with mode 0600; the key.

    Raises
    ------
    OutputExistsError
        When something has that name: a key is never replaced, for what it joins would be lost.
    """
    key = secrets.token_bytes(KEY_BYTES)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        raise OutputExistsError(path) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key(path: Path) -> bytes:
    """The key in a file: its bytes, all of them.

    Raises
    ------
    ConfigurationError
        When there is no such file, others may read it, or it is no key: shorter than 32 bytes, or
        the same byte over and over. Nothing of it is shown.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise _refused(path, "no such file", "a file with a key", _MEND) from None
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise _refused(path, "not a file", "a file with a key", _MEND)
        if mode & _OTHERS_BITS:
            given = f"others may read or change it (mode {stat.S_IMODE(mode):04o})"
            raise _refused(path, given, "mode 0600", f"chmod 600 {path.name}")
        key = file.read(MOST_BYTES + 1)
    checked(key, path)
    return key


def checked(key: bytes, path: Path | str = "") -> None:
    """Refuse what is no key; see :func:`read_key`."""
    where = f"key {path}".strip()
    if len(key) < KEY_BYTES:
        fault = Fault(where, f"{len(key)} bytes", f"at least {KEY_BYTES} random bytes", _MEND)
    elif len(key) > MOST_BYTES:
        fault = Fault(where, "more than 64 kB", f"{KEY_BYTES} random bytes", "is it another file?")
    elif len(set(key)) <= KEY_BYTES // 4:
        fault = Fault(where, "hardly any two bytes differ", "random bytes", _MEND)
    else:
        return
    raise ConfigurationError([fault])


def derived(key: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose (HMAC-SHA-256, RFC 2104); no way leads back from it."""
    return hmac.digest(key, f"line_sim.pseudonyms/1 {purpose}".encode(), "sha256")


def key_id(key: bytes) -> str:
    """What tells files of one key from those of another: 16 hexadecimal digits."""
    return derived(key, "id").hex()[:16]
