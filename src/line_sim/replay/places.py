"""Where ids, tokens and times stand in the text of a webhook, so that nothing else is touched.

A body is never parsed and written anew: its white space, escapes and order may be what a bridge
trips over. So its text is scanned once, string by string, and what belongs to a known name is
replaced where it stands.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = frozenset({
    "destination", "webhookEventId", "replyToken", "timestamp", "userId", "groupId", "roomId",
    "id", "messageId", "quotedMessageId", "quoteToken", "markAsReadToken",
})  # fmt: skip
"""Members that hold what differs from run to run (Messaging API reference, webhook events)."""

_QUICK = re.compile(
    rf'(?<!\\)"({"|".join(sorted(NAMES))})"\s*+:\s*+'
    r'(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"|(-?\d++)(?![\d.eE]))'
)
"""The same for texts in which no letter is escaped. A quotation mark within a string has a
backslash before it, so what is found is a name."""
_STRING = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
_TOKENS = re.compile(rf"{_STRING}(?:\s*+:\s*+(?:{_STRING}|(-?\d++)(?![\d.eE])))?")
"""Every string, and where it is a member's name also its value, if that is text or whole."""


Member = tuple[str, str, int, int]
"""Name and value of a member of interest; the value stands, as it is written, from the first number
to the second."""


def parsed(body: bytes) -> Any:  # noqa: ANN401 - whatever the JSON holds
    """A body as JSON; None where it is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:  # half a surrogate pair, or a number beyond 64 bits
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def members(text: str) -> Iterator[Member]:
    """The members of :data:`NAMES` in a JSON text, in the order in which they stand.

    Parameters
    ----------
    text
        JSON; of other texts nothing useful comes.
    """
    quick = "\\u00" not in text
    for found in (_QUICK if quick else _TOKENS).finditer(text):
        name, value, number = found.groups()
        if "\\" in name:
            name = _unescaped(name)
        if name not in NAMES:
            continue
        if number is not None:
            if name != "timestamp":  # an id that is no text is none of ours
                continue
            yield name, number, found.start(3), found.end(3)
        elif value is not None:
            plain = _unescaped(value) if "\\" in value else value
            yield name, plain, found.start(2), found.end(2)


def rewritten(text: str, instead: Callable[[str, str], str | None]) -> str:
    """A JSON text with other values.

    Parameters
    ----------
    instead
        From a member's name and value to what is to stand there; None leaves it as it is. It must
        need no escapes.
    """
    parts: list[str] = []
    place = 0
    for name, value, start, end in members(text):
        new = instead(name, value)
        if new is not None:
            parts += (text[place:start], new)
            place = end
    parts.append(text[place:])
    return "".join(parts)


def pairs(first: str, second: str) -> Iterator[tuple[str, str, str]]:
    """Name and both values of the members of two texts that differ in values only."""
    for one, other in zip(members(first), members(second), strict=False):
        if one[0] != other[0]:
            return
        yield one[0], one[1], other[1]


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
