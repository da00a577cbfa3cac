"""How characters are written, and how others are written in their place.

Plainly, percent-encoded, or as JSON escapes; what is put in takes the same room.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from line_sim.wire.counting import utf16

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_JSON_UNIT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\.|[^\\]", re.DOTALL)
_ASTRAL = 0x10000


def decoded(text: str) -> tuple[str, list[str]]:
    """A text without percent signs before hexadecimal digits; and how each character is written.

    What is no UTF-8 becomes lone surrogates, as with Python's ``surrogateescape``.
    """
    characters, written, end = "", list[str](), 0
    for match in _PERCENT.finditer(text):
        plain = text[end : match.start()]
        run = bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "surrogateescape")
        characters += plain + run
        written += plain
        at = 0
        for each in run:
            size = 3 * len(each.encode("utf-8", "surrogateescape"))
            written.append(match[0][at : at + size])
            at += size
        end = match.end()
    return characters + text[end:], [*written, *text[end:]]


def rewritten(character: str, written: str) -> str:
    """A character as the one it stands for is written, of as many bytes."""
    if len(written) == 1:
        return character
    form = "%{:02x}" if any(map(str.islower, written)) else "%{:02X}"
    return "".join(map(form.format, character.encode("utf-8", "surrogateescape")))


def from_json(inner: str) -> str:
    """The text of a JSON string, given without its quotes; a lone surrogate stays one.

    Raises
    ------
    ValueError
        Where an escape is none.
    """
    if "\\" not in inner:
        return inner
    return str(json.loads(f'"{inner}"', strict=False))


def into_json(text: str, inner: str) -> str:
    r"""A text as a JSON string without quotes, each character written as the one it stands for.

    `inner` is what is replaced: as many characters, each of as many UTF-16 units. Where it has
    ``\u0E01`` so has what comes back, with the same capitals.
    """
    if "\\" not in inner:
        return text
    if utf16(text) != utf16(from_json(inner)):
        return json.dumps(text)[1:-1]
    units = iter(_units(text))
    found: list[str] = []
    for match in _JSON_UNIT.finditer(inner):
        unit = next(units)
        if match[1]:
            digits = f"{unit:04x}" if match[1].upper() != match[1] else f"{unit:04X}"
            found.append(f"\\u{digits}")
        elif match[0][0] == "\\":
            found.append(match[0])
        else:
            found.append(chr(unit))
            if ord(match[0]) >= _ASTRAL:  # two units, one raw character
                found.append(chr(next(units)))
    joined = "".join(found)
    return joined if joined.isascii() else _paired(joined)


def _units(text: str) -> Iterator[int]:
    """UTF-16 code units."""
    body = text.encode("utf-16-le", "surrogatepass")
    return (int.from_bytes(body[at : at + 2], "little") for at in range(0, len(body), 2))


def _paired(text: str) -> str:
    """Text in which surrogates that stand raw, side by side, are the one character they mean."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
