"""Where secrets stand in traffic: the names of headers, fields and members that hold one."""

from __future__ import annotations

import re
from functools import lru_cache

SECRET_FIELDS = frozenset({
    "replytoken", "linktoken", "access_token", "accesstoken", "refresh_token", "id_token",
    "client_secret", "client_assertion", "assertion", "channelsecret", "channel_secret",
    "channelaccesstoken", "channel_access_token", "secret", "password", "code", "code_verifier",
})  # fmt: skip
"""Names of JSON members, form fields and query parameters, in lower case, that hold a secret."""

SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
PLAIN_HEADERS = frozenset({
    "accept", "accept-encoding", "connection", "content-length", "content-type", "date", "host",
    "server", "user-agent", "x-line-accepted-request-id", "x-line-request-id", "x-line-retry-key",
    "x-line-signature",
})  # fmt: skip
"""What most calls carry, and no secret; only the speed depends on this list."""
RETRY_KEY = "x-line-retry-key"
"""A header that a bot fills as it likes."""

_JSON_NAMES = "|".join(sorted(SECRET_FIELDS - {"code"}))
JSON_MEMBER = re.compile(rf'("(?i:{_JSON_NAMES})"\s*:\s*")([^"\\]*(?:\\.[^"\\]*)*)(?=")')
TOKENS = ("replyToken", "quoteToken", "markAsReadToken")
"""Tokens of nearly every body: where there are no others, one short search is enough."""
REPLY_TOKEN = re.compile(r'("replyToken"\s*:\s*")([^"\\]*(?:\\.[^"\\]*)*)(?=")')
PARAMETER = re.compile(r"(?<![\w%.\-\[\]])([\w%.\-\[\]]+)=([^&\s#\"']+)")
PART = re.compile(
    rf'(name="(?i:{_JSON_NAMES}|code)"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)([^\r\n]+)'
)
_ASCII_ESCAPE = re.compile(r"\\u00([2-7][0-9a-fA-F])")
TOKEN_WORD = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])")
"""A reply token by its look."""
HEX_RUN = re.compile(r"[0-9a-f]{32,}")
"""Digits that reply tokens may be among; ids of users are such too, behind their letter."""
BEARER = re.compile(r"((?i:bearer|basic)\s+)([\w+/=.~\-]{8,})")


@lru_cache(2_048)
def is_secret_header(name: str) -> bool:
    """Whether the header of that name, known or not, is taken for one with a secret."""
    low = name.lower()
    return low in SECRET_HEADERS or "token" in low or "secret" in low


def unescaped(text: str) -> str:
    r"""JSON text with printable ASCII written plainly: ``\u0041`` becomes ``A``."""

    def plain(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return found[0] if character in '"\\\x7f' else character

    return _ASCII_ESCAPE.sub(plain, text)
