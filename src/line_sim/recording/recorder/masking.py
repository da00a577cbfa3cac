"""A line without personal data, before anything of it touches the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from line_sim.recording.recorder.items import Moment

COMMON = ("seq", "at_s", "wall_ms", "kind")


class Masking:
    """Gives a mask whole lines, as a recording holds them, and takes the fields back.

    Parameters
    ----------
    mask
        A line in, the same line without personal data out. Bodies come to it as text; those that
        are none do not come at all (:func:`~line_sim.recording.recorder.bodies.shown`).
    moment
        The time of the line.
    """

    def __init__(self, mask: Callable[[dict[str, Any]], Mapping[str, Any]], moment: Moment) -> None:
        self._mask = mask
        self._moment = moment
        self._count = 0

    def __call__(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a line without personal data."""
        self._count += 1
        media_type = fields.pop("media_type", None)
        line: dict[str, Any] = {
            "seq": self._count,
            "at_s": self._moment.at_us / 1e6,
            "wall_ms": self._moment.wall_ms(),
            "kind": kind,
            **{name: value for name, value in fields.items() if value is not None},
        }
        if isinstance(line.get("body"), bytes):
            line["body"] = line["body"].decode()
        masked = dict(self._mask(line))
        for name in COMMON:
            masked.pop(name, None)
        return masked if media_type is None else {**masked, "media_type": media_type}


def masked_by(path: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A mask keyed by a file, which gives the same stand-ins whenever the key is the same.

    Raises
    ------
    ConfigurationError
        Where the file holds no key.
    """
    given = f"{path} (this version has no pseudonyms)"
    raise ConfigurationError([Fault("pseudonymise", given, "--keep-personal-data")])
