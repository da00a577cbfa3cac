"""Texts as LINE counts them: split where readers see an end, names cut and checked."""

from __future__ import annotations

import re
import unicodedata

import regex

from line_sim.wire.counting import utf16
from line_sim.wire.limits import LIMITS

CLUSTER = regex.compile(r"\X")
RESERVED = re.compile(r"\bline\b", re.IGNORECASE)
"""LINE refuses sender names with its own name in them."""
HALF_PAIR = re.compile("[\ud800-\udfff]")


def split(text: str, most_units: int) -> list[str]:
    """The text in parts of at most `most_units` UTF-16 units that together are the text.

    A part ends at the border of a grapheme cluster, so no family of emoji is torn apart; only a
    cluster that is longer than a whole part is split inside, between code points. A text of white
    space alone has no parts, and no part is one: LINE takes no empty messages.
    """
    if not text.strip():
        return []
    parts, units = [""], 0
    for cluster in CLUSTER.findall(text):
        for piece in [cluster] if utf16(cluster) <= most_units else list(cluster):
            if units + utf16(piece) > most_units:
                parts.append("")
                units = 0
            parts[-1] += piece
            units += utf16(piece)
    for late in range(len(parts) - 1, 0, -1):
        if not parts[late].strip():
            parts[late - 1], parts[late] = _evened(parts[late - 1], parts[late], most_units)
    return [part for part in parts if part]


def _evened(early: str, late: str, most_units: int) -> tuple[str, str]:
    """The two parts with something to see moved from `early` into `late`, which is blank."""
    clusters = CLUSTER.findall(early)
    last = max(n for n, cluster in enumerate(clusters) if n == 0 or cluster.strip())
    moved = "".join(clusters[last:]) + late
    fits = last > 0 and utf16(moved) <= most_units
    return ("".join(clusters[:last]), moved) if fits else (early, late)


def shown_name(display_name: str, form: str) -> str:
    """What a customer sees of a member of staff; empty: no name, also where LINE would refuse it.

    Cut to LINE's limit at the border of a grapheme cluster.
    """
    words = display_name.split()
    if form == "none" or not words:
        return ""
    wanted = words[0] if form == "first" else " ".join(words)
    name = split(wanted, LIMITS["sender.name"].most)[0].strip()
    return "" if RESERVED.search(unicodedata.normalize("NFKC", name)) else name


def whole(text: str) -> bool:
    """Whether a text is one: half of a surrogate pair is nothing that could be sent."""
    return not HALF_PAIR.search(text)


def mended(text: str) -> str:
    """The text with a replacement character for each half of a pair, to be shown."""
    return HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", text)
