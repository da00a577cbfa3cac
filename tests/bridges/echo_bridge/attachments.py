"""What staff send is checked against LINE's rules and the profile's, stored, and served.

Phones load it when the chat is opened, which may be a year later, without any login: so it lies
under an address that nobody can guess, for good.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from starlette.responses import FileResponse, Response

from line_sim.errors import MediaError
from line_sim.media import probe
from line_sim.media.preview import preview
from line_sim.wire.limits import FILES

if TYPE_CHECKING:
    from starlette.requests import Request

    from echo_bridge.app import Bridge

LINE_TAKES = {
    "image/jpeg": "image", "image/png": "image", "video/mp4": "video",
    "audio/mpeg": "audio", "audio/mp4": "audio", "audio/x-m4a": "audio",
}  # fmt: skip
"""Types a bot can send (Messaging API reference, message objects); we convert nothing."""


class NotSendableError(Exception):
    """What staff want to send cannot be; the message says why."""


class Attachments:
    """Makes messages of files."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge

    def message(self, data: bytes) -> dict[str, Any]:
        """The message that shows a file; raises NotSendableError."""
        if not self.bridge.settings.public_url:
            reason = "no public address is set under which customers could load it"
            raise NotSendableError(reason)
        try:
            found = probe.probe(data)
        except MediaError as error:
            reason = f"LINE takes pictures, films and sound only, no files ({error})"
            raise NotSendableError(reason) from None
        kind = self.kind(found, data)
        url = self.published(data, found.media_type)
        if kind == "audio":
            return {"type": "audio", "originalContentUrl": url, "duration": found.duration_ms}
        small = preview(data, most_bytes=FILES["image.preview"].most)
        small_url = self.published(small.data, small.media_type)
        return {"type": kind, "originalContentUrl": url, "previewImageUrl": small_url}

    def kind(self, found: probe.Probed, data: bytes) -> str:
        """image, video or audio, where LINE and the profile take it."""
        kind = LINE_TAKES.get(found.media_type)
        if kind is None:
            reason = f"LINE takes no {found.media_type}"
            raise NotSendableError(reason)
        limits = getattr(self.bridge.settings.limits, kind)
        if len(data) > min(limits.max_bytes, FILES[f"{kind}.original"].most):
            reason = f"{len(data):,} bytes; at most {limits.max_bytes:,} can be sent"
            raise NotSendableError(reason)
        used = {found.video_codec, found.audio_codec} - {""}
        if limits.codecs and not used <= set(limits.codecs):
            reason = f"codec {', '.join(sorted(used))}; {', '.join(limits.codecs)} can be sent"
            raise NotSendableError(reason)
        return kind

    def published(self, data: bytes, media_type: str) -> str:
        """Where phones find a file from now on."""
        name = hashlib.sha256(data).hexdigest()
        (self.bridge.store.folder / name).write_bytes(data)
        token = f"{secrets.token_urlsafe(16)}.{media_type.rpartition('/')[2].removeprefix('x-')}"
        self.bridge.store.run("INSERT INTO files VALUES (?, ?, ?)", token, name, media_type)
        return f"{self.bridge.settings.public_url}/m/{token}"

    async def serve(self, request: Request) -> Response:
        """GET, HEAD and parts of a file."""
        token = request.path_params["token"]
        row = self.bridge.store.row("SELECT * FROM files WHERE token = ?", token)
        if row is None:
            return Response(status_code=404)
        return FileResponse(
            self.bridge.store.folder / row["sha256"],
            media_type=row["type"],
            headers={"x-content-type-options": "nosniff", "cache-control": "max-age=31536000"},
        )
