"""The fields of a line as they will stand in it: no secret, a body as text or as media."""

from __future__ import annotations

import base64
import contextlib
import threading
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from line_sim.recording.lines import BINARY_BYTES, INLINE_BYTES, content_type, is_media, sha256

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.recording.media_files import MediaFolder
    from line_sim.recording.redaction import Redactor

Write: TypeAlias = "Callable[[str, dict[str, Any]], int]"
REMEMBERED = 1_024
"""Media whose line is not written again."""
SAFE = frozenset({
    "exchange", "status", "took_ms", "operation", "channel", "channel_id", "method", "attempt",
    "due_s", "rule", "sent", "sha256", "bytes", "type", "events", "test", "recorded", "loop",
})  # fmt: skip
"""Fields made by the mock itself that never hold a secret in an unknown form."""


class Cleaner:
    """Prepares the fields of a writer's lines.

    Parameters
    ----------
    redact
        Takes out the secrets.
    inline
        Whether the bytes of media stand in their line, in base64, where they fit.
    folder
        Where the bytes of media go; None: nowhere.
    """

    def __init__(
        self,
        redact: Redactor,
        *,
        inline: bool,
        folder: MediaFolder | None,
    ) -> None:
        self.redact = redact
        self._inline = inline
        self._folder = folder
        self._lately: dict[str, None] = {}
        self._lock = threading.Lock()

    def cleaned(self, fields: dict[str, Any], media_type: str, write: Write) -> dict[str, Any]:
        """The fields without None and without secrets; `body` as text, base64 or hash.

        `write` is called for the line of some media, before anybody can name it.
        """
        body, headers = fields.pop("body", None), fields.pop("headers", None)
        if not SAFE.issuperset(fields):
            clean = self.redact.value
            fields = {name: v if name in SAFE else clean(v) for name, v in fields.items()}
        if None in fields.values():
            fields = {name: value for name, value in fields.items() if value is not None}
        if headers is not None:
            fields["headers"] = self.redact.headers(headers)
        if body is not None:
            raw = _as_bytes(body)
            if not media_type and len(raw) > BINARY_BYTES:
                media_type = content_type(headers)
            self._add_body(fields, raw, media_type, write)
        return fields

    def _add_body(
        self, cleaned: dict[str, Any], body: bytes, media_type: str, write: Write
    ) -> None:
        if is_media(body, media_type):
            cleaned["media"] = self._as_media(body, media_type, write)
            return
        try:
            cleaned["body"] = self.redact.body(body)
        except UnicodeDecodeError:
            if len(body) > BINARY_BYTES:
                cleaned["media"] = self._as_media(body, media_type, write)
                return
            text = body.decode("latin-1")
            hidden = self.redact.body_text(text, text.lower()).encode("latin-1")
            cleaned["body_b64"] = base64.b64encode(self.redact.known(hidden)).decode()

    def _as_media(self, body: bytes, media_type: str, write: Write) -> str:
        """Keep some media and write their line, unless it was written lately; their hash."""
        with contextlib.suppress(UnicodeDecodeError):
            body = self.redact.body(body).encode()  # a long text is media too
        body = self.redact.known(body)
        name = sha256(body) if self._folder is None else self._folder.put(body)
        with self._lock:  # whoever names it next does so after its line
            if name not in self._lately:
                about: dict[str, Any] = {"sha256": name, "bytes": len(body), "type": media_type}
                if self._inline and len(body) <= INLINE_BYTES:
                    about["body_b64"] = base64.b64encode(body).decode()
                write("media", about)
                self._lately[name] = None
                if len(self._lately) > REMEMBERED:
                    del self._lately[next(iter(self._lately))]
        return name


def _as_bytes(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else orjson.dumps(body)
