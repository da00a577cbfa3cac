"""How a webhook looks on the wire: the bytes of its body, and its headers.

LINE promises neither white space nor the order of properties nor the capitals of header names
(Messaging API guides, development guidelines; reference, request headers). So there are styles to
choose from, and every one of them holds the same JSON.
"""

from __future__ import annotations

import json
import re
from random import Random
from typing import TYPE_CHECKING, Any, Literal, get_args

import orjson

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["CASES", "STYLES", "Case", "Style", "encode", "header_name", "headers"]

Style = Literal["line", "utf8", "pretty", "shuffled"]
"""line: compact, symbols and emoji escaped, as seen from LINE; utf8: compact and raw; pretty: with
line breaks and indents; shuffled: other orders of the properties, on every level."""

Case = Literal["lower", "title", "upper"]
"""Capitals of header names: ``x-line-signature``, ``X-Line-Signature``, ``X-LINE-SIGNATURE``."""

STYLES: tuple[str, ...] = get_args(Style)
CASES: tuple[str, ...] = get_args(Case)

_SURROGATE = re.compile("[\ud800-\udfff]+")
# 2011-26FF, 2700-27BF, E000-F8FF and the astral planes arrive escaped; other text is raw UTF-8
# (seen: line-bot-sdk-nodejs issues 46 and 922, line-bot-sdk-php issue 269)
_ESCAPED_BY_LINE = re.compile("[\u2011-\u27bf\ud800-\udfff\ue000-\uf8ff\U00010000-\U0010ffff]+")


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def _compact(payload: object) -> bytes | str:
    """Compact JSON: bytes where orjson can, text where the standard library has to."""
    try:
        return orjson.dumps(payload)
    except orjson.JSONEncodeError:  # a lone surrogate, or a number beyond 64 bits
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def _utf8(text: str) -> bytes:
    # half a surrogate pair has no UTF-8; an escape is the one way to write it
    return _SURROGATE.sub(_escaped, text).encode()


def _as_line(payload: object, _seed: int) -> bytes:
    written = _compact(payload)
    if isinstance(written, bytes):
        if written.isascii():
            return written
        written = written.decode()
    return _ESCAPED_BY_LINE.sub(_escaped, written).encode()


def _raw(payload: object, _seed: int) -> bytes:
    written = _compact(payload)
    return written if isinstance(written, bytes) else _utf8(written)


def _pretty(payload: object, _seed: int) -> bytes:
    return _utf8(json.dumps(payload, ensure_ascii=False, indent=2))


def _shuffled(payload: object, seed: int) -> bytes:
    return _raw(_reordered(payload, Random(seed)), seed)  # noqa: S311 - nothing secret


def _reordered(value: object, luck: Random) -> object:
    """`value` with another order of the properties wherever there is another one."""
    match value:
        case dict():
            names = list(value)
            luck.shuffle(names)
            if names == list(value):
                names = names[1:] + names[:1]
            return {name: _reordered(value[name], luck) for name in names}
        case list() | tuple():
            return [_reordered(member, luck) for member in value]
        case _:
            return value


_WRITERS: Mapping[str, Callable[[object, int], bytes]] = {
    "line": _as_line,
    "utf8": _raw,
    "pretty": _pretty,
    "shuffled": _shuffled,
}


def encode(payload: Mapping[str, Any], style: str = "line", seed: int = 0) -> bytes:
    """A webhook's body as bytes, ready to be signed and sent.

    Parameters
    ----------
    payload
        JSON as Python values: text keys and finite numbers. Lone surrogates are written as
        escapes in every style.
    style
        One of :data:`STYLES`.
    seed
        Decides the orders of ``shuffled``; the other styles do not look at it.

    Raises
    ------
    ConfigurationError
        There is no such style.
    """
    write = _WRITERS.get(style)
    if write is None:
        raise ConfigurationError([Fault.unknown("body.style", style, STYLES)])
    return write(payload, seed)


_CASED: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "title": str.title,
    "upper": str.upper,
}

# Content-Type is in the guide on signatures; the others were seen and are not promised
_FIXED = (
    ("content-type", "application/json; charset=utf-8"),
    ("user-agent", "LineBotWebhook/2.0"),
    ("accept", "*/*"),
)


def header_name(case: str, name: str = "x-line-signature") -> str:
    """A header's name in the given capitals; raises :class:`ConfigurationError` on others."""
    cased = _CASED.get(case)
    if cased is None:
        raise ConfigurationError([Fault.unknown("body.header_case", case, CASES)])
    return cased(name)


def headers(signature: str | None, case: str = "lower") -> list[tuple[str, str]]:
    """The headers LINE sends with a webhook, in one order; without a signature where it is None."""
    sent = [(header_name(case, name), value) for name, value in _FIXED]
    if signature is not None:
        sent.append((header_name(case), signature))
    return sent
