"""What a maker returns, and files of any name and size."""

from __future__ import annotations

from dataclasses import dataclass, field
from mimetypes import MimeTypes
from random import Random
from typing import Literal

from line_sim.errors import Fault, MediaError

__all__ = ["MOST_BYTES", "Kind", "Made", "between", "choice", "file"]

Kind = Literal["image", "audio", "video", "file"]

MOST_BYTES = 1_000_000_000  # chosen: five times LINE's 200 MB, and still one allocation
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """Media that were made, and what is known about them.

    Attributes
    ----------
    data
        The bytes of the file.
    media_type
        As in ``Content-Type``: ``image/png``.
    kind
        image, audio, video or file.
    name
        A file name that fits: ``image-640x480.png``.
    width, height
        Pixels as a viewer shows them, orientation applied; None for what has no picture.
    duration_ms
        How long it plays; None for what does not play.
    """

    data: bytes = field(repr=False)
    media_type: str
    kind: Kind
    name: str
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None


def between(what: str, given: int, least: int, most: int, unit: str) -> None:
    """Raise MediaError where `given` is outside `least` to `most`."""
    if not least <= given <= most:
        raise MediaError(what, f"{given:,} {unit}", f"{least:,} to {most:,} {unit}")


def choice(what: str, given: str, allowed: tuple[str, ...]) -> None:
    """Raise MediaError, with the nearest word, where `given` is not one of `allowed`."""
    if given not in allowed:
        fault = Fault.unknown(what, given, allowed)
        mend = f" ({fault.mend})" if fault.mend else ""
        raise MediaError(fault.where, fault.given, f"{fault.allowed}{mend}")


def file(name: str, size_bytes: int, seed: int = 0) -> Made:
    """A file of exactly `size_bytes`, the same bytes for the same name, size and seed.

    The content means nothing, whatever the name's ending: it is pseudo-random, one block repeated.
    Raises MediaError for an empty name and for a size outside 0 to `MOST_BYTES`.
    """
    if not name:
        what, given, allowed = "file name", "''", "at least 1 character"
        raise MediaError(what, given, allowed)
    between("file size_bytes", size_bytes, 0, MOST_BYTES, "bytes")
    block = Random(f"{seed} {name}").randbytes(min(size_bytes, _BLOCK_BYTES))  # noqa: S311 - no secret
    whole, rest = divmod(size_bytes, _BLOCK_BYTES)
    data = b"".join([*[block] * whole, block[:rest]])
    # not mimetypes.guess_type: that reads tables of this machine
    guessed, _ = MimeTypes(filenames=()).guess_type(name)
    return Made(data, guessed or "application/octet-stream", "file", name)
