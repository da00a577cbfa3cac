"""The key that secrets are stored under, and where it may lie.

Channel secrets and access tokens are needed in the clear to call LINE, so they cannot be hashed;
they are encrypted (Fernet: AES-128-CBC with HMAC-SHA256), and their key lies elsewhere than the
data, so that a copy of the data, a backup among them, gives nothing away.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VARIABLE = "LINE_SIM_BRIDGE_KEY"
"""The environment variable that takes the place of a key file."""

_FORM = "a key of 44 characters as line-sim bridge init makes it"


class Keys:
    """Seals and opens with the key of this install.

    Parameters
    ----------
    text
        One key, or several with white space between them: the first seals, all of them open. So a
        key is changed by putting a new one in front and saving the channels' secrets again.
    where
        Where the text comes from, for messages; the text itself is in none.

    Attributes
    ----------
    replacing
        What was sealed under a key that was lost opens as empty, so that it can be entered anew.

    Raises
    ------
    ConfigurationError
        It is no key.
    """

    def __init__(self, text: str, where: str = VARIABLE) -> None:
        self.where, self.replacing = where, False
        try:
            keys = [Fernet(word) for word in text.split()]
        except ValueError:
            keys = []
        if not keys:
            raise ConfigurationError([Fault(where, "no key", _FORM)])
        self._box = MultiFernet(keys)

    def seal(self, text: str) -> bytes:
        """What may be stored."""
        return self._box.encrypt(text.encode("utf-8", "surrogatepass"))

    def open(self, box: bytes) -> str:
        """What was sealed.

        Raises
        ------
        ConfigurationError
            It was sealed under another key.
        """
        try:
            return self._box.decrypt(box).decode("utf-8", "surrogatepass")
        except InvalidToken:
            if self.replacing:
                return ""
            given = "not the key that the stored secrets were encrypted with"
            mend = "give the old key back; if it is lost, line-sim bridge credentials CHANNEL"
            raise ConfigurationError([Fault(self.where, given, "the same key", mend)]) from None


def read(
    key_file: Path | None, data_folder: Path | None, environment: Mapping[str, str] = os.environ
) -> Keys:
    """The key of this install: from the environment, else from its file.

    Parameters
    ----------
    data_folder
        Where the database lies, which the key file may not be in; None for a database elsewhere.

    Raises
    ------
    ConfigurationError
        There is none, it lies beside the data, or others may read it.
    """
    if text := environment.get(VARIABLE, ""):
        return Keys(text)
    if key_file is None:
        allowed = f"{VARIABLE} in the environment, or a key file"
        raise ConfigurationError([Fault("key", "none", allowed, "line-sim bridge init makes one")])
    demand_elsewhere(key_file, data_folder)
    try:
        mode = stat.S_IMODE(key_file.stat().st_mode)
        text = key_file.read_text(encoding="ascii")
    except FileNotFoundError:
        allowed = f"a key file, or {VARIABLE} in the environment"
        mend = "give its copy back; if it is lost, line-sim bridge credentials CHANNEL --new-key"
        raise ConfigurationError([Fault(str(key_file), "not there", allowed, mend)]) from None
    except UnicodeDecodeError:
        raise ConfigurationError([Fault(str(key_file), "no key", _FORM)]) from None
    if os.name == "posix" and mode & 0o077:
        mend = f"chmod 600 {key_file}"
        given = f"mode {mode:04o}: others may read it"
        raise ConfigurationError([Fault(str(key_file), given, "mode 0600", mend)])
    return Keys(text, str(key_file))


def make(key_file: Path, data_folder: Path | None) -> None:
    """Write a new key into a new file of mode 0600.

    Raises
    ------
    ConfigurationError
        It would lie beside the data.
    FileExistsError
        There is one: a key that is lost takes every stored secret with it.
    """
    demand_elsewhere(key_file, data_folder)
    key_file.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")


def demand_elsewhere(key_file: Path, data_folder: Path | None) -> None:
    """Refuse a key file within the data folder.

    Raises
    ------
    ConfigurationError
        It is there.
    """
    if data_folder is not None and key_file.resolve().is_relative_to(data_folder.resolve()):
        given = "within the data folder"
        mend = "whoever copies the data would have the key too"
        raise ConfigurationError([Fault(str(key_file), given, "a place outside it", mend)])
