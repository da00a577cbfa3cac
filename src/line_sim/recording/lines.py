"""The recording format: a header, then a line for everything that happened, JSON Lines throughout.

::

    {"format":"line_sim.recording","version":1,"origin":"mock","seed":0,...}
    {"seq":1,"at_s":12.5,"wall_ms":1764034649123,"kind":"webhook","exchange":1,...,"body":"{...}"}
    {"seq":2,"at_s":12.504,"wall_ms":1764034649127,"kind":"webhook_end","exchange":1,"status":200}

``at_s`` is schedule time since the start, ``wall_ms`` Unix time as a wall clock shows it. A request
and its answer are two lines of one ``exchange``: whatever comes between them, and a request that
never got its answer, can be seen. What a kind carries stands in :data:`FIELDS`; more may come.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = "line_sim.recording"
VERSION = 1

COMMON = ("seq", "at_s", "wall_ms", "kind")
BODY = ("body", "body_b64", "media")
"""How a body stands in a line: as text; in base64 where it is not UTF-8; or, where it is big or
binary, as the SHA-256 of a ``media`` line before it."""
FIELDS: dict[str, tuple[str, ...]] = {
    "webhook": ("exchange", "channel", "attempt", "due_s", "headers", *BODY, "test"),
    "webhook_end": ("exchange", "status", "reason", "detail", "took_ms", "fault"),
    "call": ("exchange", "channel", "method", "path", "headers", *BODY),
    "call_end": (
        "exchange", "status", "headers", *BODY, "took_ms", "operation", "channel_id", "rule", "why",
        "findings", "fault", "sent",
    ),
    "media": ("sha256", "bytes", "type", "body_b64"),
    "fault": ("exchange", "fault"),
    "clock": ("seconds",),
    "agent": (),
    "note": ("text",),
    "end": ("reason",),
}  # fmt: skip
"""What each kind of line carries beside :data:`COMMON`."""

LACKS = {
    "bytes": "bodies of webhooks were written anew: the JSON is LINE's, its bytes are not",
    "signatures": "webhooks came without a signature, or with one that does not fit their bytes",
    "headers": "requests came without their headers",
    "answers": "how the bridge answered webhooks is not known: no webhook_end",
    "calls": "what the bridge called is not known: no call",
    "call answers": "how LINE answered calls is not known: no call_end",
    "media": "the bytes of media are not here",
    "times": "times were made up",
    "events": "no webhooks: only what the bridge called",
    "bodies": "bodies are not known: only that requests came, when, and how they ended",
}
"""What a recording may say, under ``lacks`` in its header, that it does not hold; and the meaning.

Whoever reads it makes no claim that needs what is lacking: a check is then *not observed*.
"""

LINE_BYTES = 16_000_000
"""Longest line, decompressed."""
RATIO = 200
"""Most bytes that one compressed byte may become."""
TEXT_BYTES = 2_100_000
"""Longest body that stands in its line: LINE's 2 MB and a little; a longer one is media."""
BINARY_BYTES = 4_096
"""Longest body of another kind than text that stands in its line."""
INLINE_BYTES = 11_000_000
"""Longest media whose bytes fit a line in base64."""

MEDIA_NAME = re.compile(r"[0-9a-f]{64}")
"""The name of media, matched in full: nothing else is ever opened."""


def body_bytes(line: Mapping[str, Any]) -> bytes | None:
    """The body of a line as it was sent; None where it has none, or its bytes were not kept."""
    text = line.get("body")
    if text is not None:
        return str(text).encode()
    packed = line.get("body_b64")
    return None if packed is None else base64.b64decode(packed)


def body_json(line: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the JSON holds
    """The body of a line as JSON; None where it has none or is no JSON."""
    body = body_bytes(line)
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def is_media(body: bytes, media_type: str) -> bool:
    """Whether a body is kept by its hash instead of in its line."""
    size = len(body)
    if size > TEXT_BYTES:
        return True
    return size > BINARY_BYTES and media_type.startswith(("image/", "audio/", "video/"))


def sha256(body: bytes) -> str:
    """The name of media, 64 lower-case hex digits."""
    return hashlib.sha256(body).hexdigest()


def content_type(headers: Mapping[str, str] | Iterable[tuple[str, str]] | None) -> str:
    """The media type among headers, a mapping or pairs, in lower case; ``""`` without one."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    for name, value in pairs or ():
        if len(name) == 12 and name.lower() == "content-type":  # noqa: PLR2004 - its length
            return str(value).partition(";")[0].strip().lower()
    return ""
