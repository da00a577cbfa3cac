"""How LINE counts: UTF-16 code units, what a reader sees as one character, or bytes of JSON.

Source: Messaging API documentation, "Character counting in a text".
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

Unit = Literal["utf16", "grapheme", "bytes", "items", "number"]
"""What a limit counts; ``number`` is the value itself."""


def utf16(text: str) -> int:
    """Length in UTF-16 code units: 1 for what fits into 16 bits, 2 for most emoji."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@cache
def _clusters() -> Callable[[str], list[str]]:
    # 20 ms, and most texts are decided without it
    import regex  # type: ignore[import-untyped]  # noqa: PLC0415

    found: Callable[[str], list[str]] = regex.compile(r"\X").findall
    return found


def graphemes(text: str) -> int:
    """Length in extended grapheme clusters: a family of emoji joined together counts 1."""
    if text.isascii():
        return len(text) - text.count("\r\n")  # CR LF is the one cluster of two in ASCII
    return len(_clusters()(text))


def json_bytes(value: object) -> int:
    """Length of `value` as compact JSON in UTF-8."""
    return len(orjson.dumps(value))


COUNTS: dict[Unit, Callable[[Any], int | float]] = {
    "utf16": utf16,
    "grapheme": graphemes,
    "bytes": json_bytes,
    "items": len,
    "number": lambda number: number,
}
"""How to count in each unit."""

SPARE: dict[Unit, int] = {"utf16": 2, "grapheme": 1}
"""The most units a code point can have; a text of fewer code points need not be counted."""
