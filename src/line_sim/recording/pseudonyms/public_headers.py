"""Headers that say nothing about anybody: what programs are, what they take, LINE's request ids."""

from __future__ import annotations

import re

from line_sim.recording.pseudonyms.vocabulary import MEDIA_TYPE, is_public_host

_SOFTWARE = (
    "LineBotWebhook", "line-bot-sdk-[a-z]+", "LINE-BotSDK-[A-Za-z]+", "python-httpx",
    "python-requests", "python-urllib3?", "aiohttp", "Python", "axios", "node", "node-fetch",
    "undici", "got", "curl", "Wget", "okhttp", "Java", "Apache-HttpClient", "Go-http-client",
    "GuzzleHttp", "PHP", "Ruby", "Faraday", "reqwest", "uvicorn", "hypercorn", "nginx", "Apache",
    "cloudflare", "gunicorn", "Werkzeug", "Kestrel", "Cowboy", "legy", "mitmproxy",
)  # fmt: skip
_PRODUCT = rf"(?:{'|'.join(_SOFTWARE)})(?:/v?\d[\w.\-]{{0,20}})?"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CODING = r"[a-z*]{1,10}(?:;q=[\d.]{1,5})?"
_TYPE = (
    rf"(?:\*/\*|(?:image|audio|video|text|application)/\*|{MEDIA_TYPE})"
    r"(?:; ?(?:charset=(?i:utf-8|us-ascii|iso-8859-1|tis-620|shift_jis|big5)|q=[\d.]{1,5}))?"
)
_SHAPES = (
    ({"accept"}, rf"{_TYPE}(?:, ?{_TYPE})*"),
    ({"content-type"}, _TYPE),
    ({"accept-encoding", "content-encoding", "transfer-encoding", "te", "vary"},
     rf"{_CODING}(?:, ?{_CODING})*"),
    ({"connection"}, r"(?i:keep-alive|close|upgrade)"),
    ({"content-length", "retry-after", "age", "x-line-sim"}, r"\d{1,12}"),
    ({"user-agent", "server"}, rf"{_PRODUCT}(?: {_PRODUCT})*"),
    ({"x-line-request-id", "x-line-accepted-request-id"}, _UUID),
    ({"cache-control", "pragma"}, r"(?:no-cache|no-store|private|public|max-age=\d{1,9}|, ?)+"),
    ({"x-content-type-options"}, "nosniff"),
)  # fmt: skip
SHAPES = {name: re.compile(form).fullmatch for names, form in _SHAPES for name in sorted(names)}
"""What values may stay, by the header's name in lower case."""
_NAMES = frozenset({
    *SHAPES, "authorization", "cookie", "set-cookie", "date", "host", "origin", "referer", "via",
    "forwarded", "content-disposition", "content-language", "etag", "expires", "last-modified",
    "location", "accept-language", "www-authenticate", "upgrade-insecure-requests", "traceparent",
    "tracestate", "proxy-authorization", "strict-transport-security", "alt-svc", "range",
    "content-range", "accept-ranges", "if-none-match", "if-modified-since", "expect", "upgrade",
})  # fmt: skip
_NAME = re.compile(r"(?:x|cf|sec|access-control)-[a-z\-]{1,40}")


def is_public_name(name: str) -> bool:
    """Whether the name of a header, in lower case, is one that programs send."""
    return name in _NAMES or _NAME.fullmatch(name) is not None


def is_public_header(name: str, value: str) -> bool:
    """Whether a header may stay as it is; `name` in lower case."""
    shape = SHAPES.get(name)
    if shape is not None and shape(value):
        return True
    return name == "host" and is_public_host(value.partition(":")[0])
