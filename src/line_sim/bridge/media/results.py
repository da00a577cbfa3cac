"""What comes of a file: found, accepted, or refused with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["image", "audio", "video"]
"""LINE's message types that hold a file; bots send no others (Messaging API reference, message
objects)."""


class Refusal(NamedTuple):
    """Why something is not sent, for the one who wanted to send it."""

    reason: str
    """What is wrong with it: ``Ogg audio is not supported``."""
    allowed: str
    """What could be sent instead."""
    mend: str = ""
    """The likely mend, where there is one."""

    def __str__(self) -> str:
        mend = f" ({self.mend})" if self.mend else ""
        return f"{self.reason}; {self.allowed}{mend}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that can be sent: stored, in a form LINE takes.

    Attributes
    ----------
    kind
        LINE's message type.
    sha256
        Of what customers get; it may have been converted.
    type
        Media type of that, as in ``Content-Type``.
    size_bytes
        Of that.
    preview_sha256
        Of the JPEG that stands for it; empty for audio.
    duration_ms
        How long it plays, at least 1; None for images.
    """

    kind: Kind
    sha256: str
    type: str
    size_bytes: int
    preview_sha256: str = ""
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is, by its content.

    Attributes
    ----------
    form
        Its usual ending: png, jpg, aac, m4a, mp3, mpeg, wav, mp4, 3gp.
    kind, media_type
        The form's.
    width, height
        Pixels as shown; 0 for audio.
    duration_ms
        How long it plays; 0 for images and where it cannot be told.
    video_codec, audio_codec
        FFmpeg's names; empty without such a track.
    videos, audios
        How many tracks of each; covers of albums do not count.
    """

    form: str
    kind: Kind
    media_type: str
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    video_codec: str = ""
    audio_codec: str = ""
    videos: int = 0
    audios: int = 0
