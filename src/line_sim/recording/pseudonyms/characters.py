"""Which characters may stand for one another: all that limits and layout depend on stays equal.

A character is replaced by one of the same script, case and category, that takes as many UTF-16
units and UTF-8 bytes, and that joins with its neighbours to one visible character in the same cases
(UAX 29). So lengths in every unit of LINE's limits stay as they are. Letters, digits, marks and
emoji are replaced; punctuation, spaces, controls and joiners stay.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import regex  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Hashable

HAN = range(0x4E00, 0x9FA6)
HANGUL = range(0xAC00, 0xD7A4)
UNDECODED = range(0xDC80, 0xDD00)
"""Bytes that are no UTF-8, as Python's ``surrogateescape`` carries them."""
_HAN_CODECS = ("shift_jis", "big5", "gb2312")
_VIRAMA = 9  # its canonical combining class (UAX 44)
_BREAKS = (
    "Prepend", "Extend", "SpacingMark", "L", "V", "T", "LV", "LVT", "Regional_Indicator",
)  # fmt: skip
_EMOJI = ("Extended_Pictographic", "Emoji_Presentation", "Emoji_Modifier_Base", "Emoji_Modifier")
_KEPT_MARKS = frozenset({"COMBINING", "VARIATION"})
"""How the names of marks begin that belong to no script: accents, what chooses an emoji's look."""
_WIDE_NAMES = frozenset({"HALFWIDTH", "FULLWIDTH"})

_breaks = regex.compile("|".join(rf"(?P<{name}>\p{{GCB={name}}})" for name in _BREAKS))
_emoji = [regex.compile(rf"\p{{{name}}}") for name in _EMOJI]
_cluster = regex.compile(r"\X")


class Placed(NamedTuple):
    """A character's place among those that may stand for one another."""

    pool: str
    """All of them, it among them."""
    size: int
    """How many there are."""
    tag: bytes
    """Tells pools apart, on every machine alike."""
    at: int


def pool(characters: str) -> dict[str, Placed]:
    """The places of some characters that may stand for one another."""
    size = len(characters)
    tag = f"{characters[0]}{size};".encode("utf-8", "surrogatepass")
    return {each: Placed(characters, size, tag, at) for at, each in enumerate(characters)}


HEX = pool("0123456789abcdef")
UPPER_HEX = pool("0123456789ABCDEF")
CROCKFORD = pool("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
OCTAL = pool("01234567")
DIGIT = pool("0123456789")
LEADING = pool("123456789")
"""The first digit of a number."""


@cache
def placed(character: str) -> Placed | None:
    """Where a character is in its pool; None where it stays as it is."""
    return _window(_start(ord(character)))[ord(character)]


def _start(code: int) -> range:
    """The characters that are sorted into pools together."""
    for whole in (HAN, HANGUL, UNDECODED):
        if code in whole:
            return whole
    return range(code & ~0xFF, (code & ~0xFF) + 0x100)


@cache
def _window(codes: range) -> dict[int, Placed | None]:
    groups: dict[Hashable, list[int]] = {}
    found: dict[int, Placed | None] = dict.fromkeys(codes)
    for code in codes:
        if (key := _key(code)) is not None:
            groups.setdefault(key, []).append(code)
    for members in groups.values():
        if len(members) > 1:
            found |= {ord(each): at for each, at in pool("".join(map(chr, members))).items()}
    return found


def _key(code: int) -> Hashable:
    """What characters of one pool have in common; None for those that stay."""
    if code in HAN:
        return tuple(_fits(chr(code), codec) for codec in _HAN_CODECS)
    if code in UNDECODED:
        return "byte"
    character = chr(code)
    category = unicodedata.category(character)
    words = unicodedata.name(character, "").split(" ")
    emoji = tuple(bool(each.match(character)) for each in _emoji)
    form = unicodedata.decomposition(character).partition(" ")[0]
    if not _is_replaced(category, words, form, emoji):
        return None
    script = "" if any(emoji) else " ".join(words[: 1 + (words[0] in _WIDE_NAMES)])
    joins = _breaks.match(character)
    return (
        category, script, unicodedata.combining(character), joins and joins.lastgroup, emoji,
        form if form.startswith("<") else "", len(character.encode()), _links(code),
    )  # fmt: skip


def _is_replaced(category: str, words: list[str], form: str, emoji: tuple[bool, ...]) -> bool:
    if category in {"Cc", "Cf", "Cs", "Co"}:
        return False
    if category[0] == "M":
        return words[0] not in _KEPT_MARKS
    if category == "So":  # circled letters, flags
        return any(emoji) or bool(form) or "LATIN" in words or words[0] == "REGIONAL"
    return category[0] in "LN" or category == "Cn" or any(emoji)


def _fits(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _links(code: int) -> int:
    """How many visible characters this one and itself become when its script's virama joins them.

    The rule for conjuncts, GB9c of UAX 29, is about single consonants.
    """
    virama = _virama(code & ~0x7F)
    return len(_cluster.findall(chr(code) + virama + chr(code))) if virama else 0


@cache
def _virama(block: int) -> str:
    """What joins the consonants of a script, which has a block of 128 characters."""
    every = map(chr, range(block, block + 0x80))
    return next((each for each in every if unicodedata.combining(each) == _VIRAMA), "")
