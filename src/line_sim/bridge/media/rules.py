"""What may go out: the channel's profile first, then LINE itself.

No limit stands here. A profile says what its bridge takes, the profile ``line`` and the table of
LINE's limits what LINE takes; where the first allows more than the second, a file is converted, or
refused with the reason.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from line_sim.bridge.media.results import Refusal
from line_sim.wire.bridge_profiles import load
from line_sim.wire.limits import FILES

if TYPE_CHECKING:
    from line_sim.bridge.media.results import Found, Kind
    from line_sim.wire.bridge_profiles import BridgeProfile, MediaLimits

How = Literal["as_is", "remux", "encode"]
"""Sent as it is; packed anew without a change to sound and picture; sound encoded anew."""

_SAME_FORMS = {"jpeg": "jpg", "mpga": "mpeg", "3gpp": "3gp"}
_NAMES = {
    "png": "PNG", "jpg": "JPG", "aac": "AAC", "m4a": "M4A", "mp3": "MP3", "mpeg": "MPEG",
    "wav": "WAV", "mp4": "MP4", "3gp": "3GP", "h264": "H.264", "hevc": "H.265",
}  # fmt: skip
_DECODED = frozenset({"aac", "alac", "mp2", "mp3"})
"""Sound that is encoded anew, besides all PCM; other decoders stay asleep."""
_NO_FILES = "LINE has no message for files"


def _named(words: tuple[str, ...]) -> str:
    named = [_NAMES.get(word, word.upper()) for word in words]
    return " or ".join(filter(None, [", ".join(named[:-1]), named[-1]])) if named else "nothing"


def allowed(limits: BridgeProfile) -> str:
    """What can be sent, in words."""
    told = [
        f"{kind}s as {_named(table.types)} up to {most_bytes(kind, limits):,} bytes"
        for kind, table in _tables(limits)
    ]
    return f"can be sent: {'; '.join(told)}" if told else "no file can be sent"


def _tables(limits: BridgeProfile) -> list[tuple[Kind, MediaLimits]]:
    kinds: tuple[Kind, ...] = ("image", "audio", "video")
    return [(kind, getattr(limits, kind)) for kind in kinds if kind in limits.sends]


def most_bytes(kind: str, limits: BridgeProfile) -> int:
    """The largest file of a kind that a profile lets out."""
    table: MediaLimits = getattr(limits, kind)
    return table.max_bytes


def most_preview_bytes(kind: Kind, limits: BridgeProfile) -> int:
    """The largest preview, by the profile and by LINE."""
    table: MediaLimits = getattr(limits, kind)
    line = FILES[f"{kind}.preview"].most
    return line if table.max_preview_bytes is None else min(table.max_preview_bytes, line)


def largest(limits: BridgeProfile) -> int:
    """No file above this can be sent, whatever it is."""
    return max((table.max_bytes for _, table in _tables(limits)), default=0)


def refused_type(message_type: str, limits: BridgeProfile) -> Refusal | None:
    """Why messages of a type are not sent; None where they are."""
    if message_type in limits.sends:
        return None
    can = f"can be sent: {', '.join(limits.sends)}"
    if message_type == "file":
        return Refusal(_NO_FILES, can, "send a link")
    return Refusal(f"messages of type {message_type[:40]} are not supported", can)


def too_large(kind: Kind, size_bytes: int, limits: BridgeProfile) -> Refusal | None:
    """The refusal of a file by its size; None where it may pass."""
    most = most_bytes(kind, limits)
    if size_bytes <= most:
        return None
    return Refusal(f"{kind} of {size_bytes:,} bytes", f"at most {most:,} bytes")


def decide(found: Found, size_bytes: int, limits: BridgeProfile) -> How | Refusal:
    """Whether a file may be sent, and what has to be done to it first."""
    if refused := refused_type(found.kind, limits):
        return refused
    table: MediaLimits = getattr(limits, found.kind)
    name = _NAMES.get(found.form, found.form)
    if found.form not in {_SAME_FORMS.get(each.lower(), each.lower()) for each in table.types}:
        return Refusal(f"{name} {found.kind} is not supported", f"{_named(table.types)}")
    if refused := too_large(found.kind, size_bytes, limits) or _tracks(found, table):
        return refused
    return _for_line(found)


def _tracks(found: Found, table: MediaLimits) -> Refusal | None:
    """What is wrong with a file's tracks."""
    if found.kind == "image":
        return None
    if found.kind == "video" and found.videos != 1:
        return Refusal(f"a video with {found.videos} pictures at a time", "one video stream")
    if found.audios > 1 or (found.kind == "audio" and found.audios != 1):
        return Refusal(f"{found.audios} audio streams", "a single audio stream")
    used = tuple(filter(None, (found.video_codec, found.audio_codec)))
    if table.codecs and not set(used) <= set(table.codecs):
        wrong = _named(tuple(each for each in used if each not in table.codecs))
        return Refusal(f"codec {wrong} is not supported", f"only {_named(table.codecs)}")
    if found.duration_ms < 1:
        return Refusal(f"{found.kind} without a length", "at least 1 ms that can be played")
    return None


@lru_cache(maxsize=1)
def _line() -> BridgeProfile:
    return load("line")


def taken_by_line(found: Found, size_bytes: int) -> bool:
    """Whether LINE takes a file as it is."""
    table: MediaLimits = getattr(_line(), found.kind)
    fits = found.form in table.types and size_bytes <= FILES[f"{found.kind}.original"].most
    return fits and (found.form != "m4a" or found.audio_codec == "aac")


def _for_line(found: Found) -> How | Refusal:
    table: MediaLimits = getattr(_line(), found.kind)
    if taken_by_line(found, 0):
        return "as_is"
    wants = f"LINE takes {found.kind} as {_named(table.types)} only"
    codec = found.audio_codec
    if found.kind == "audio":
        if codec == "aac":
            return "remux"
        if codec in _DECODED or codec.startswith("pcm_"):
            return "encode"
    elif found.kind == "video" and found.video_codec == "h264" and codec in {"", "aac"}:
        return "remux"
    shown = _named(tuple(filter(None, (found.video_codec, codec))))
    return Refusal(f"{_NAMES.get(found.form, found.form)} with {shown} cannot be converted", wants)
