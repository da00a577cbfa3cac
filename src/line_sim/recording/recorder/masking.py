"""A line without personal data, before anything of it touches the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from line_sim.recording.lines import COMMON

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from line_sim.recording.recorder.items import Moment


class Mask(Protocol):
    """What takes personal data out: a ``Pseudonymiser``, say."""

    def header(self, header: Mapping[str, Any]) -> dict[str, Any]:
        """The first line without personal data; it also says what a masked recording lacks."""
        ...

    def line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """A line after it; bodies come as text, and media by their name only."""
        ...


class Masking:
    """Gives a mask whole lines, as a recording holds them, and takes the fields back.

    Parameters
    ----------
    mask
        Takes personal data out.
    moment
        The time of the line.
    """

    def __init__(self, mask: Mask, moment: Moment) -> None:
        self._mask = mask
        self._moment = moment
        self._count = 0

    def __call__(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a line without personal data; notes are the recorder's own words."""
        if kind == "note":
            return fields
        self._count += 1
        fields.pop("why", None)  # what this machine says beyond LINE's words: would become nonsense
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
        masked = dict(self._mask.line(line))
        for name in COMMON:
            masked.pop(name, None)
        return masked if media_type is None else {**masked, "media_type": media_type}


def masked_by(path: Path) -> Mask:
    """A mask keyed by a file, which gives the same stand-ins whenever the key is the same.

    Raises
    ------
    ConfigurationError
        Where the file holds no key.
    """
    from line_sim.recording.pseudonyms.keys import read_key  # noqa: PLC0415 - its vocabulary
    from line_sim.recording.pseudonyms.masking import Pseudonymiser  # noqa: PLC0415 - as above

    return Pseudonymiser(read_key(path))
