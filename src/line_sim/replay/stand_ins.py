"""Content for messages whose bytes the recording does not hold: same kind, same size.

A recording knows the content that its bridge fetched, and often only by hash, size and type. A
bridge under test may fetch any of it, so there is something behind every message.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim import media
from line_sim.errors import MediaError, RecordingFormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.replay.scan import Content, Recorded, Scan

LONGEST_MS = 60_000
"""Chosen: the longest film or sound that is made; a longer one is short in this respect."""
DEFAULT_MS = 2_000
AHEAD = 200
"""Chosen: how many messages' stand-ins are made before a run; many share one."""
MOST_BYTES = 50_000_000
"""Chosen: the largest file that is made."""


class Behind(NamedTuple):
    """What lies behind a message: a maker of its bytes, for most are never asked for."""

    make: Callable[[], bytes]
    media_type: str
    size_bytes: int


def behind(message: Mapping[str, Any], known: Content | None, recording: Recorded) -> Behind:
    """The content of a recorded message.

    Parameters
    ----------
    message
        Of one of those that have content (:func:`~line_sim.replay.scan.has_content`).
    known
        What the recording tells of its content.
    """
    kind = str(message.get("type"))
    size = known.size_bytes if known is not None else _told_size(message)
    duration = message.get("duration")
    duration_ms = duration if isinstance(duration, int) else DEFAULT_MS
    name = message.get("fileName")
    file_name = name if isinstance(name, str) and name else "file"

    def make() -> bytes:
        kept = _kept(known, recording)
        if kept is not None:
            return kept
        return made(kind, size, duration_ms, file_name)

    media_type = known.media_type if known is not None else ""
    return Behind(make, media_type or _TYPES[kind], size)


def _kept(known: Content | None, recording: Recorded) -> bytes | None:
    """The recorded bytes; None where they are not there, or are not what they were."""
    if known is None or known.body is not None:
        return known.body if known is not None else None
    with suppress(RecordingFormatError):
        return recording.media(known.sha256) if known.sha256 else None
    return None


def _told_size(message: Mapping[str, Any]) -> int:
    told = message.get("fileSize")
    return told if isinstance(told, int) and told > 0 else 0


_TYPES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/x-m4a",
    "file": "application/octet-stream",
}


@lru_cache(maxsize=64)
def made(kind: str, size_bytes: int, duration_ms: int, file_name: str) -> bytes:
    """Bytes of a kind; of that size where such a file can have it, 0: any size."""
    size = min(size_bytes, MOST_BYTES)
    if kind == "file":
        return media.made.file(file_name, size).data
    try:
        return _made(kind, size or None, duration_ms)
    except MediaError:  # smaller than the smallest, say
        return _made(kind, None, duration_ms)


def _made(kind: str, size_bytes: int | None, duration_ms: int) -> bytes:
    lasts_ms = max(100, min(duration_ms, LONGEST_MS))
    if kind == "image":
        return media.images.image("jpeg", width=640, height=480, size_bytes=size_bytes).data
    if kind == "video":
        return media.video.video(duration_ms=lasts_ms, size_bytes=size_bytes).data
    return media.audio.audio("m4a", duration_ms=lasts_ms, size_bytes=size_bytes).data


def make_ahead(seen: Scan, recording: Recorded) -> None:
    """Make the stand-ins that may be asked for, for making a film holds everything else up."""
    for number, message in enumerate(seen.media.values()):
        if number >= AHEAD:
            break
        known = seen.content.get(str(message.get("id")))
        if _kept(known, recording) is None:
            behind(message, known, recording).make()
