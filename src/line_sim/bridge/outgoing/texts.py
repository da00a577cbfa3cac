"""Texts as LINE counts them, cut where readers see an end."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import regex  # type: ignore[import-untyped]

from line_sim.wire.counting import utf16
from line_sim.wire.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLUSTER = regex.compile(r"\X")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_RESERVED = re.compile(r"\bline\b", re.IGNORECASE)
"""LINE refuses names with "LINE" and similar words (Messaging API reference, change icon and
display name); chosen: that word, however it is written."""
_LAST_FIRST = ("ja", "zh-TW")
_HAN = regex.compile(r"\p{Han}+")
"""Names in Han characters are written without a space between them."""


def whole(text: str) -> bool:
    """Whether a text can be written as UTF-8: half of a surrogate pair is no character."""
    return _HALF_PAIR.search(text) is None


def split(text: str, most_units: int) -> list[str]:
    """The text in parts of at most `most_units` UTF-16 code units, which together are the text.

    Parts end at borders of grapheme clusters, so what is one sign to readers stays one; only a
    cluster longer than a part is cut, between code points. LINE takes no part of white space alone,
    so something to see is moved into such a part where that is possible; the caller looks for
    :func:`blank` ones that are left.
    """
    parts: list[list[str]] = [[]]
    units = 0
    for cluster in _CLUSTER.findall(text):
        for piece in (cluster,) if utf16(cluster) <= most_units else cluster:
            size = utf16(piece)
            if units + size > most_units:
                parts.append([])
                units = 0
            parts[-1].append(piece)
            units += size
    for late in range(len(parts) - 1, 0, -1):
        if blank(parts[late]):
            _lend(parts[late - 1], parts[late], most_units)
    return ["".join(part) for part in parts if part]


def blank(part: str | Sequence[str]) -> bool:
    """Whether there is nothing in it to see."""
    return not "".join(part).strip()


def _lend(early: list[str], late: list[str], most_units: int) -> None:
    """Move the end of one part into the next, from the last sign that can be seen, if it fits."""
    seen = [place for place, piece in enumerate(early) if place and piece.strip()]
    if not seen:
        return
    moved = early[seen[-1] :]
    if utf16("".join(moved)) + utf16("".join(late)) <= most_units:
        late[:0] = moved
        del early[seen[-1] :]


def staff_name(first_name: str, last_name: str, locale: str, name_format: str) -> str:
    """How a member of staff is called before customers; empty: not at all.

    Parameters
    ----------
    locale
        ``ja`` and ``zh-TW`` put the family name first.
    name_format
        ``display_name_format`` of the channel: none, first_name, full_name.
    """
    if name_format == "none":
        return ""
    words = [" ".join(first_name.split()), " ".join(last_name.split())]
    if name_format == "first_name":
        return next(filter(None, words), "")
    if locale in _LAST_FIRST:
        words.reverse()
    words = [word for word in words if word]
    together = words and all(_HAN.fullmatch(word) for word in words)
    return ("" if together else " ").join(words)


def sender_name(name: str) -> str:
    """A name as LINE takes it for a message; empty where LINE would refuse it.

    Cut to LINE's limit at the border of a grapheme cluster.
    """
    if not name or not whole(name):
        return ""
    short = split(name, LIMITS["sender.name"].most)[0].strip()
    return "" if _RESERVED.search(unicodedata.normalize("NFKC", short)) else short
