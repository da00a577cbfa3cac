"""What a file is: its form, its tracks, its length. Runs in the checking process only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av

from line_sim.bridge.media.results import Found
from line_sim.errors import MediaError
from line_sim.media.formats import JPEG, PNG, Form, damaged, recognised
from line_sim.media.images import MOST_PIXELS
from line_sim.media.probe import DAMAGE, opened, probe

if TYPE_CHECKING:
    from line_sim.media.probe import Probed

MOST_TRACKS = 16
"""Chosen: a video has two, a film with subtitles a few more; more are an attack."""
MOST_DURATION_MS = 2**31 - 1
"""Chosen: whoever reads LINE's `duration` may hold it in 32 bits."""
_COUNTED = frozenset({"mp3", "mpeg", "aac"})
"""Their length stands nowhere, or only as a guess: their frames are counted."""
_PICTURES = {PNG: "png", JPEG: "jpg"}


def look(data: bytes, most_s: float) -> Found:
    """What a file is.

    Parameters
    ----------
    data
        All of it.
    most_s
        Wall seconds that each reading of its tracks may take.

    Raises
    ------
    MediaError
        Where it is of no known form, damaged, or too much of something.
    """
    form = recognised(data)
    found = probe(data, most_s=most_s)
    if form in _PICTURES:
        return Found(
            _PICTURES[form], "image", found.media_type, found.width or 0, found.height or 0
        )
    try:
        return _tracks(data, form, found, most_s)
    except MediaError:
        raise
    except DAMAGE as error:
        raise damaged(form, error) from error


def _tracks(data: bytes, form: Form, found: Probed, most_s: float) -> Found:
    with opened(data, MOST_PIXELS, most_s) as container:
        count = len(container.streams)
        if count > MOST_TRACKS:
            what, most = f"{form.name} file", f"at most {MOST_TRACKS}"
            raise MediaError(what, f"{count} tracks", most)
        cover = av.stream.Disposition.attached_pic
        videos = [each for each in container.streams.video if not each.disposition & cover]
        audios = [*container.streams.audio]
        name = _form(form, found, data)
        length_ms = found.duration_ms or 0
        if name in _COUNTED and audios:
            length_ms = _counted_ms(container, audios[0])
    if length_ms > MOST_DURATION_MS:
        raise damaged(form, f"it claims to play for {length_ms:,} ms")
    return Found(
        name,
        "video" if videos else "audio",
        found.media_type,
        found.width or 0,
        found.height or 0,
        max(length_ms, 0),
        found.video_codec,
        found.audio_codec,
        len(videos),
        len(audios),
    )


def _form(form: Form, found: Probed, data: bytes) -> str:
    if form.demuxer == "mov":
        if found.kind == "audio":
            return "m4a"
        return "3gp" if data[8:11] == b"3gp" else "mp4"
    if form.demuxer == "mp3":  # what the frames say, whatever stands before them
        return "mpeg" if found.audio_codec == "mp2" else "mp3"
    return form.demuxer


def _counted_ms(container: av.container.InputContainer, track: av.audio.AudioStream) -> int:
    """The length of all frames together."""
    ticks = sum(packet.duration or 0 for packet in container.demux(track) if packet.size)
    base = track.time_base
    return round(ticks * base * 1_000) if base else 0
