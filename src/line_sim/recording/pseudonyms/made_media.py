"""Media that stand for others: of the same type, size, pixels and length, and of nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.errors import MediaError
from line_sim.media import audio, images, made, probe, video

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from line_sim.media.audio import AudioKind
    from line_sim.media.probe import Probed
    from line_sim.recording.pseudonyms.mixing import Mixer

_MAGIC = (
    b"GIF89a", b"GIF87a", b"%PDF-1.", b"PK\x03\x04", b"\x1f\x8b\x08", b"BM", b"OggS", b"fLaC",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1a\x45\xdf\xa3", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff",
)  # fmt: skip
"""How files begin that are not made here; so much of them stays."""
_RIFF_BYTES = 12
_AUDIO: dict[str, AudioKind] = {
    "audio/mpeg": "mp3", "audio/aac": "aac", "audio/wav": "wav", "audio/mp4": "m4a",
}  # fmt: skip
_LEAST_SIDE = 32
_LABELLED_SIDE = 100
"""From so many pixels on a picture's label tells it from others of its size."""


def stand_in(body: bytes, mixer: Mixer) -> bytes:
    """Media of the same kind as `body`, as many bytes long where such media can be.

    Pictures (PNG, JPEG) have as many pixels, sound and video last as long, within what
    :mod:`line_sim.media` makes. Of any other type, or damaged, the first bytes stay, which say what
    it is, and the rest is random. Equal bytes have equal stand-ins.
    """
    if not body:
        return body
    seed = int.from_bytes(mixer.digest(b"media" + body, 8), "little") % 2**62  # numpy takes 63 bits
    for make in _makers(body, seed):
        try:
            return make()
        except MediaError:
            continue
    return _random(body, mixer)


def _makers(body: bytes, seed: int) -> Iterator[Callable[[], bytes]]:
    """Ways to make a stand-in, the nearest first."""
    try:
        found = probe.probe(body)
    except MediaError:
        return
    make = {"image": _image, "audio": _audio, "video": _video}.get(found.kind)
    if make is None:
        return
    tag = b"" if min(found.width or 0, found.height or 0) >= _LABELLED_SIDE else _tag(found, seed)
    for size_bytes in (len(body) - len(tag), None):
        yield lambda size=size_bytes: make(found, size, seed) + tag  # type: ignore[misc]


def _tag(found: Probed, seed: int) -> bytes:
    """What tells sounds of one length from each other, where players look for nothing any more."""
    tag = seed.to_bytes(8, "little").hex().encode()
    return b"\0\0\0\x18free" + tag if found.media_type.endswith(("mp4", "3gpp")) else tag


def _image(found: Probed, size_bytes: int | None, seed: int) -> bytes:
    return images.image(
        "png" if found.media_type == "image/png" else "jpeg",
        width=found.width or 1,
        height=found.height or 1,
        size_bytes=size_bytes,
        seed=seed,
        text=f"{seed % 16**6:06x}",
    ).data


def _audio(found: Probed, size_bytes: int | None, seed: int) -> bytes:
    length_ms = min(max(found.duration_ms or 1, 1), audio.MOST_DURATION_MS)
    kind = _AUDIO.get(found.media_type, "m4a")
    return audio.audio(kind, duration_ms=length_ms, size_bytes=size_bytes, seed=seed % 8).data


def _video(found: Probed, size_bytes: int | None, seed: int) -> bytes:
    return video.video(
        "3gp" if found.media_type == "video/3gpp" else "mp4",
        duration_ms=min(max(found.duration_ms or 1, 1), video.MOST_DURATION_MS),
        width=_side(found.width),
        height=_side(found.height),
        size_bytes=size_bytes,
        seed=seed,
        text=f"{seed % 16**6:06x}",
        sound=bool(found.audio_codec),
    ).data


def _side(pixels: int | None) -> int:
    """The nearest side that a video may have: even, and neither tiny nor huge."""
    return min(max((pixels or 0) & ~1, _LEAST_SIDE), video.MOST_SIDE)


def _random(body: bytes, mixer: Mixer) -> bytes:
    """Bytes that mean nothing behind those that say what it was."""
    start = next((magic for magic in _MAGIC if body.startswith(magic)), b"")
    if body[:4] == b"RIFF":
        start = body[:_RIFF_BYTES]
    name = mixer.digest(b"file" + body, 16).hex()
    return start + made.file(name, len(body) - len(start)).data
