"""The scenarios that come with the project, by name.

In a checkout they are in ``data/scenarios``; a wheel carries the same folder inside the package
(``pyproject.toml``, force-include). Both are looked for, the checkout first.
"""

from __future__ import annotations

from pathlib import Path

from line_sim.errors import ConfigurationError, Fault

__all__ = ["find", "names", "path"]

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE.parents[1] / "data" / "scenarios", _PACKAGE / "data" / "scenarios")


def _folder() -> Path:
    return next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[-1])


def names() -> list[str]:
    """The names of the shipped scenarios, in alphabetical order."""
    return sorted(file.stem for file in _folder().glob("*.toml"))


def path(name: str) -> Path:
    """The file of a shipped scenario.

    Raises
    ------
    ConfigurationError
        Where there is none of that name; with the nearest.
    """
    file = _folder() / f"{name}.toml"
    if not file.is_file():
        raise ConfigurationError([Fault.unknown("scenario", name, names())])
    return file


def find(given: str | Path) -> Path:
    """The file that a path or a shipped scenario's name means.

    A text without a suffix and without a folder is a name, unless there is such a file.

    Raises
    ------
    ConfigurationError
        As :func:`path`.
    """
    file = Path(given)
    bare = isinstance(given, str) and not file.suffix and file.name == given
    return path(given) if bare and not file.exists() else file  # type: ignore[arg-type]
