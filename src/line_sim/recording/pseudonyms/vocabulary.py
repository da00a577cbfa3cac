"""Words that say nothing about anybody: LINE's, HTTP's and the recording format's own.

What is not found here is taken for somebody's. LINE's words are data (``vocabulary.toml``); they
hold for the property they belong to and nowhere else.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from line_sim.recording.lines import COMMON, FIELDS, FORMAT, LACKS
from line_sim.wire.limits import LIMITS
from line_sim.wire.refusals import RULES

_DATA: dict[str, Any] = tomllib.loads(
    files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8")
)
OPERATIONS = frozenset(_DATA["operations"])
SEGMENTS = frozenset(_DATA["segments"])
"""Words of the paths of LINE's API."""

_OWN = {
    "events", "destination", "bot_user_id", "name", "channels", "epoch_ms", "made_ms", "origin",
    "lacks", "format", "version", "seed", "id", "source", "basis", "chats", "delivered",
    "messages", "ids", "event", "token_age_s", "recorded", "loop", "torn_bytes", "fault",
    "source_event", "line_message", "from", "kind", "text", "media_sha256", "at_ms", "state",
    "delivery", "quoted", "read", "user", "pseudonyms", "scheme", "key_id", "automatic_texts",
    "welcome", "away", "close", "utc_offset", "decoded", "streamed", "request_body", "gap", "lines",
    "from_s", "to_s", "exit_code", "restarted", "in_flight", "signature",
}  # fmt: skip
"""Members of the recording's own objects: header, rule, sent, an agent's entry."""
PROPERTIES = frozenset(
    {*_DATA["properties"], *_OWN, *COMMON, *(name for row in FIELDS.values() for name in row)}
)
"""Names of members that are known; others are texts like any other."""
PARAMETERS = frozenset({*_DATA["parameters"], *_DATA["properties"], "action"})
"""Names in queries, forms and the data of postbacks."""
ENDINGS = frozenset({
    ".aac", ".bmp", ".csv", ".doc", ".docx", ".gif", ".heic", ".htm", ".html", ".jpeg", ".jpg",
    ".json", ".m4a", ".mov", ".mp3", ".mp4", ".pdf", ".php", ".png", ".ppt", ".pptx", ".svg",
    ".txt", ".wav", ".webp", ".xls", ".xlsx", ".xml", ".zip",
})  # fmt: skip

_LINE_KINDS = {
    "kind": {
        *FIELDS, "reply", "push", "multicast", "narrowcast", "broadcast", *_DATA["words"]["type"],
    },
    "method": {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"},
    "format": {FORMAT},
    "origin": {"mock", "recorded", "imported", "generated", "replay"},
    "lacks": set(LACKS),
    "reason": {
        "closed", "error", "could_not_connect", "request_timeout", "error_status_code",
        "redirection", "unclassified",
    },
    "detail": {
        "Connection failed", "Connection timeout", "DNS Query timeout", "Invalid URL syntax",
        "No SSL/TLS record", "TLS handshake failure", "Unknown host", "Request timeout",
        "Session closed unexpectedly", "Unclassified webhook dispatch error",
    },
    "operation": OPERATIONS,
    "basis": {"documented", "seen", "chosen"},
    "signature": {"wrong"},
    "decoded": {"gzip", "deflate", "br", "zstd"},
    "from": {"customer", "staff", "system"},
    "state": {"shown", "edited", "retracted", "queued", "sent", "refused", "failed", "unknown"},
    "delivery": {"queued", "sent", "failed", "unknown"},
    "id": set(RULES),
    "source": {rule.source for rule in RULES.values()} | {one.source for one in LIMITS.values()},
    "message": {
        *(rule.message for rule in RULES.values() if "{" not in rule.message),
        *(limit.words for limit in LIMITS.values()), "must be specified", "May not be empty",
        "invalid uri",
    },
}  # fmt: skip
WORDS: dict[str, frozenset[str]] = {
    name: frozenset({*_DATA["words"].get(name, ()), *_LINE_KINDS.get(name, ())})
    for name in {*_DATA["words"], *_LINE_KINDS}
}
"""Values that may stay, by the member they stand in."""
_LENGTH = r"none|xxs|xs|sm|md|lg|xl|xxl|[345]xl|full|auto|-?\d{1,4}(?:\.\d{1,3})?(?:px|%|deg)?"
_SUBTYPES = (
    "jpeg", "jpg", "png", "gif", "webp", "heic", "heif", "bmp", "tiff", r"svg\+xml", "mp4", "mpeg",
    "mp3", "aac", "m4a", "x-m4a", "wav", "x-wav", "ogg", "webm", "quicktime", "3gpp", "amr", "flac",
    "plain", "html", "csv", "css", "xml", "json", r"problem\+json", "javascript", "pdf", "zip",
    "gzip", "octet-stream", "x-www-form-urlencoded", "form-data", "jwt", "msword", "rtf",
    r"vnd\.ms-excel", r"vnd\.ms-powerpoint",
    r"vnd\.openxmlformats-officedocument\.[a-z]{1,20}ml\.(?:document|sheet|presentation)",
)  # fmt: skip
MEDIA_TYPE = rf"(?:image|audio|video|text|application|multipart)/(?:{'|'.join(_SUBTYPES)})"
"""Media types that anybody may have."""
_ERROR = (
    r"The request body has \d+ error\(s\)"
    r"|The property, \w+, in the request body is invalid \(line: [\d\-]+, column: [\d\-]+\)"
)
_NOTE = (
    r"reset|the account itself answered|the bridge ended"
    r"|resumed after line \d+(?:; [\d,]+ bytes of a torn line were taken away)?"
    r"|\d+ lines between [\d.]+ s and [\d.]+ s are missing: "
    r"(?:the disk did not keep up|the disk did not take them until the end)"
)
_SHAPES = (
    ({"aspectRatio"}, r"\d{1,6}(?:\.\d+)?:\d{1,6}(?:\.\d+)?"),
    ({"color", "backgroundColor", "borderColor", "separatorColor", "startColor", "centerColor",
      "endColor", "imageBackgroundColor"}, r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})"),
    ({"margin", "spacing", "size", "width", "height", "maxWidth", "maxHeight", "cornerRadius",
      "borderWidth", "lineSpacing", "angle", "centerPosition", "offsetTop", "offsetBottom",
      "offsetStart", "offsetEnd", "paddingAll", "paddingTop", "paddingBottom", "paddingStart",
      "paddingEnd"}, _LENGTH),
    ({"packageId", "stickerId"}, r"\d{1,12}"),
    ({"productId", "emojiId"}, r"[0-9a-f]{24}|\d{3}"),
    ({"language"}, r"[a-z]{2}(?:-[A-Z][A-Za-z]{1,3})?"),
    ({"requestId"}, r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ({"type"}, MEDIA_TYPE),
    ({"property"}, r"[A-Za-z.\[\]\d]{1,200}"),
    ({"message"}, _ERROR),
    ({"text"}, _NOTE),
    ({"utc_offset"}, r"[+\-]\d\d:\d\d"),
)  # fmt: skip
SHAPES = {name: re.compile(form).fullmatch for names, form in _SHAPES for name in sorted(names)}
"""What values look like that may stay: sizes, colours, ids of stickers and emoji."""

_NAMED = {
    "property": re.compile(r"[A-Za-z]+"),
    "message": re.compile(r"The property, (\w+)"),
}
"""Where names of members stand in values, which must be known ones."""
_PUBLIC_HOST = re.compile(
    r"(?:.*\.)?(?:line\.me|line-scdn\.net|line-apps\.com|lin\.ee|linecorp\.com|naver\.jp)"
    r"|localhost|127(?:\.\d{1,3}){3}|(?:.*\.)?(?:example|test|invalid|localhost)"
    r"|(?:.*\.)?example\.(?:com|net|org)",
    re.IGNORECASE,
)


@lru_cache(4_096)
def is_public_host(host: str) -> bool:
    """Whether a host is LINE's, this machine, or a name reserved for examples (RFC 2606)."""
    return _PUBLIC_HOST.fullmatch(host) is not None


def is_note(text: str) -> bool:
    """Whether a remark is one that this program itself makes."""
    return SHAPES["text"](text) is not None


@lru_cache(16_384)
def is_public(name: str, value: str) -> bool:
    """Whether a value may stay in the member of that name."""
    if value in WORDS.get(name, ()):
        return True
    shape = SHAPES.get(name)
    if shape is None or not shape(value):
        return False
    named = _NAMED.get(name)
    return named is None or PROPERTIES.issuperset(named.findall(value))
