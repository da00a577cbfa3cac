"""What is kept of a body that goes by: its bytes up to a size, beyond that its hash."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.recording.lines import BINARY_BYTES, TEXT_BYTES, content_type, is_media

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 32_000_000
"""Chosen: media longer than this are kept by their hash only; LINE's images have 10 MB at most."""
MOST_PLAIN_BYTES = 16_000_000
"""Chosen: no body becomes longer when it is decompressed."""


class Body:
    """A body that goes by in parts.

    Parameters
    ----------
    most_bytes
        How much of it is kept.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.size = 0
        self._most_bytes = most_bytes
        self._parts: list[bytes] = []
        self._hash: hashlib._Hash | None = None

    def add(self, part: bytes) -> None:
        """See the next part."""
        self.size += len(part)
        if self._hash is None and self.size > self._most_bytes:
            self._hash = hashlib.sha256(b"".join(self._parts))
            self._parts.clear()
        if self._hash is None:
            self._parts.append(part)
        else:
            self._hash.update(part)

    def bytes(self) -> bytes | None:
        """All of it; None where it was too long."""
        return b"".join(self._parts) if self._hash is None else None

    def media(self, media_type: str) -> dict[str, Any]:
        """What a ``media`` line says of it."""
        digest = self._hash or hashlib.sha256(b"".join(self._parts))
        return {"sha256": digest.hexdigest(), "bytes": self.size, "type": media_type}


class Shown(NamedTuple):
    """How a body stands in its line: the fields of it, and a line of media before it."""

    fields: dict[str, Any]
    media: dict[str, Any] | None = None


def shown(body: Body, headers: Mapping[str, str], *, personal: bool = True) -> Shown:
    """How a body is written down.

    Parameters
    ----------
    headers
        Of the request or answer that it belongs to, names in lower case.
    personal
        Whether what a machine cannot read for names may be kept: pictures, sounds, archives.
    """
    if not body.size:
        return Shown({})
    media_type, coding = content_type(headers), headers.get("content-encoding", "").strip().lower()
    whole = body.bytes()
    more: dict[str, Any] = {}
    if whole is not None and coding not in {"", "identity"}:
        whole, more = decoded(whole, coding), {"decoded": coding}
    if whole is None or not (personal or _is_text(whole, media_type)):
        media = body.media(media_type)
        return Shown({"media": media["sha256"]}, media)
    return Shown({"body": whole, "media_type": media_type, **more})


def decoded(body: bytes, coding: str) -> bytes | None:
    """A body without its coding; None where that is unknown, the body broken, or too long."""
    for window in {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}.get(coding, ()):
        machine = zlib.decompressobj(window)
        try:
            plain = machine.decompress(body, MOST_PLAIN_BYTES)
        except zlib.error:
            continue
        if machine.eof and not machine.unused_data:
            return plain
    return None


def _is_text(body: bytes, media_type: str) -> bool:
    """Whether it will stand in its line as text."""
    if is_media(body, media_type) or len(body) > TEXT_BYTES:
        return False
    if len(body) <= BINARY_BYTES and media_type.startswith(("image/", "audio/", "video/")):
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
