"""What a value says, however it is written: every decoding that the leak check looks behind.

JSON escapes, percent-encoding, HTML entities, base64 and base64url, hexadecimal digits, UTF-8 and
UTF-16, gzip and zlib, in any order, three deep. Capitals, widths and composed forms do not count
(Unicode NFKC and case folding). It knows nothing of how stand-ins are made.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import unicodedata
import zlib
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTH = 3
"""Decodings one within another."""
MOST_BYTES = 1 << 20
"""Longest text that is decompressed, and longest value that is taken for base64."""
_BASE64 = re.compile(r"(?:data:[\w/+.\-;=]{0,60},)?([A-Za-z0-9+/_\-]{8,}={0,2})")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){4,}")
_ESCAPED = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|[\"\\/bfnrt])")
_SPACE = re.compile(r"\s+")
_GZIP = b"\x1f\x8b"
_LEAST_BYTES = _LEAST_CHARACTERS = 4


def normal(text: str) -> str:
    """A text as it is compared: composed, without widths and capitals, white space as one."""
    if text.isascii():
        return _SPACE.sub(" ", text.casefold()).strip()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", folded)).strip()


def decodings(text: str, depth: int = DEPTH) -> Iterator[str]:
    """A text and whatever else it may mean."""
    yield text
    if depth == 0 or len(text) < _LEAST_CHARACTERS:
        return
    if text[0] == text[-1] == '"':
        yield from decodings(text[1:-1], depth)
    seen = {text}
    for found in _once(text):
        if found and found not in seen:
            seen.add(found)
            yield from decodings(found, depth - 1)


def texts(body: bytes, depth: int = DEPTH) -> Iterator[str]:
    """What bytes say, where they are text."""
    if body.startswith(_GZIP) or (body[:1] == b"\x78" and len(body) > _LEAST_BYTES):
        unpacked = _unpacked(body)
        if unpacked and depth:
            yield from texts(unpacked, depth - 1)
    for codec in ("utf-8", "utf-16-le", "utf-16-be"):
        if codec != "utf-8" and (len(body) % 2 or len(body) < _LEAST_BYTES):
            continue
        try:
            found = body.decode(codec).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        if found and all(map(_is_written, found)):
            yield from decodings(found, depth)


def _once(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
        yield unquote_plus(text)
    elif "+" in text:
        yield text.replace("+", " ")
    if "&" in text and ";" in text:
        yield html.unescape(text)
    if "\\" in text and _ESCAPED.search(text):
        yield _unescaped(text)
    if len(text) > MOST_BYTES or not text.isascii():
        return
    if match := _BASE64.fullmatch(text):
        yield from _from_base64(match[1])
    if _HEX.fullmatch(text):
        yield from texts(bytes.fromhex(text), 0)


def _from_base64(text: str) -> Iterator[str]:
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        body = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return
    yield from texts(body, 1)


def _unescaped(text: str) -> str:
    """A text with its JSON escapes read, each for itself, so that a broken one hides no other."""
    joined = _ESCAPED.sub(lambda found: str(json.loads(f'"{found[0]}"')), text)
    return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=47).decompress(body, MOST_BYTES)
    except zlib.error:
        return b""


def _is_written(character: str) -> bool:
    return character.isprintable() or character in "\t\n\r"
