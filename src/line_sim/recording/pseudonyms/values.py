"""Every value of a recording with the name it goes by, as the leak check sees it.

It reads JSON by Python's own parser, nested JSON too, and a body that is none as text and by its
quoted parts. Names of members that nobody knows are values as well.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from line_sim.recording.pseudonyms.decodings import texts
from line_sim.recording.pseudonyms.public_headers import is_public_header, is_public_name
from line_sim.recording.pseudonyms.vocabulary import PROPERTIES, is_note, is_public

_BEGINS = re.compile(r"\s*[{\[]")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_EMOJI_WORDS = re.compile(r"\([^()]{1,42}\)")
"""What LINE writes in the place of an emoji."""
_NEVER = frozenset({"key_id", "kind", "method"})
"""Fields of the format itself with words of its own."""
_DEPTH = 6


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """The members of an object, repeated names too."""


class Value(NamedTuple):
    """A value and where it stands."""

    place: str
    """``body.events[].message.text``."""
    name: str
    text: str
    shown: str | None = None
    """Of a text with LINE emoji: what is left without their words; else None."""


def of_line(line: Mapping[str, Any]) -> Iterator[Value]:
    """The values of a line or a header."""
    for name, value in line.items():
        if name in _NEVER and isinstance(value, str) and is_public(name, value):
            continue
        if name == "headers":
            yield from _headers(value)
        elif name == "body" and isinstance(value, str):
            yield from _text(value, "body", "body", _DEPTH)
        elif name == "body_b64" and isinstance(value, str):
            for text in texts(base64.b64decode(value)):
                yield from _text(text, name, name, _DEPTH)
        elif name == "text" and line.get("kind") == "note" and is_note(str(value)):
            continue
        else:
            yield from _member(name, value, name, _DEPTH)


def _headers(headers: Any) -> Iterator[Value]:  # noqa: ANN401 - a mapping or pairs
    pairs: Iterable[Any] = headers.items() if isinstance(headers, Mapping) else headers
    for name, value in pairs:
        low = str(name).lower()
        if not is_public_name(low):
            yield Value("headers", "", str(name))
        if not is_public_header(low, str(value)):
            yield Value(f"headers.{low}", low, str(value))


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(
        text, object_pairs_hook=Pairs, parse_int=Number, parse_float=Number, strict=False
    )


def _text(text: str, place: str, name: str, depth: int) -> Iterator[Value]:
    """A text, which may be JSON."""
    if depth and _BEGINS.match(text):
        try:
            parsed = _parsed(text)
        except (ValueError, RecursionError):
            for inner in _QUOTED.findall(text):
                yield Value(place, "", inner)
        else:
            yield from _any(parsed, place, name, depth - 1)
            return
    yield Value(place, name, text)


def _any(value: Any, place: str, name: str, depth: int) -> Iterator[Value]:  # noqa: ANN401 - JSON
    waiting = [(value, place, name)]
    while waiting:
        value, place, name = waiting.pop()
        if isinstance(value, Pairs | Mapping):
            pairs = value if isinstance(value, Pairs) else Pairs(value.items())
            with_emojis = _holds_emojis(pairs)
            for key, inner in pairs:
                yield from _key(str(key), place, name)
                below = f"{place}.{key if key in PROPERTIES else '?'}"
                if with_emojis and key == "text" and isinstance(inner, str):
                    yield Value(below, "text", inner, _EMOJI_WORDS.sub("", inner))
                else:
                    waiting.append((inner, below, str(key)))
        elif isinstance(value, list | tuple):
            waiting += [(inner, f"{place}[]", name) for inner in value]
        else:
            yield from _leaf(value, place, name, depth)


def _leaf(value: Any, place: str, name: str, depth: int) -> Iterator[Value]:  # noqa: ANN401 - JSON
    if isinstance(value, Number):
        yield Value(place, name, value)
    elif isinstance(value, str):
        if not is_public(name, value) or name == "text":
            yield from _text(value, place, name, depth)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Value(place, name, Number(value))


def _member(name: str, value: Any, place: str, depth: int) -> Iterator[Value]:  # noqa: ANN401 - JSON
    yield from _key(name, place, "")
    yield from _any(value, place, name, depth)


def _key(key: str, place: str, around: str) -> Iterator[Value]:
    if key not in PROPERTIES or around == "substitution":
        yield Value(f"{place}.?", "", key)


def _holds_emojis(pairs: Pairs) -> bool:
    return any(key == "emojis" and isinstance(value, list) for key, value in pairs)
