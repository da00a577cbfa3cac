"""Words of Faker's, by script and length: what long texts are filled with.

A text of many words is told from every other by the words drawn for it. A short one is not, and
Faker's names least of all: they are what real people are called, there are a few hundred of each
length, and so one person's stand-in would be another's name. Short texts are mixed instead
(:mod:`line_sim.recording.pseudonyms.mixing`), and so is what is written without spaces.
"""

from __future__ import annotations

import math
import re
from functools import cache
from importlib import import_module
from typing import NamedTuple

_LATIN = "A-Za-z"
_LOCALES = {
    _LATIN: ("en_US", "id_ID", "fr_FR", "de_DE", "es_ES", "it_IT", "nl_NL"),
    r"\u0621-\u063a\u0641-\u064a": ("ar_AA",),
    r"\u05d0-\u05ea": ("he_IL",),
    r"\u0430-\u044f": ("ru_RU",),
}
"""Letters that are one visible character and as many UTF-8 bytes each, and who writes with them."""
_PROVIDERS = {"lorem": ("word_list",), "person": ("first_names", "last_names")}
_SHORTEST, _LONGEST = 2, 24


class Run(NamedTuple):
    """A word's place in a text, and the words that may stand there."""

    start: int
    end: int
    words: tuple[str, ...]

    @property
    def bits(self) -> float:
        """How much a word drawn here tells."""
        return math.log2(len(self.words))


def _faker(locale: str) -> set[str]:
    """Faker's words and names of a locale, in lower case."""
    found: set[str] = set()
    for kind, lists in _PROVIDERS.items():
        try:
            provider = import_module(f"faker.providers.{kind}.{locale}").Provider
        except ModuleNotFoundError:
            continue
        for name in lists:
            found.update(str(word).lower() for word in getattr(provider, name, ()))
    return found


@cache
def lexicon(letters: str) -> dict[int, tuple[str, ...]]:
    """The words of a script by length; read when a long text first needs them."""
    fits = re.compile(f"[{letters}]{{{_SHORTEST},{_LONGEST}}}").fullmatch
    found: dict[int, set[str]] = {}
    for locale in _LOCALES[letters]:
        for word in filter(fits, _faker(locale)):
            found.setdefault(len(word), set()).add(word)
    return {size: tuple(sorted(words)) for size, words in sorted(found.items())}


# not beside digits, hyphens and underscores: those belong to codes
_RUNS = {
    letters: re.compile(
        rf"(?<![{letters}0-9_\-])[{letters}]{{{_SHORTEST},{_LONGEST}}}(?![{letters}0-9_\-])"
    )
    for letters in _LOCALES
}


def runs(text: str) -> list[Run]:
    """Where Faker's words fit into a text, letter for letter; in order."""
    found = [
        Run(match.start(), match.end(), words)
        for letters, pattern in _RUNS.items()
        if letters == _LATIN or not text.isascii()
        for match in pattern.finditer(text)
        if len(words := lexicon(letters).get(len(match[0]), ())) > 1
    ]
    return sorted(found)


def cased(word: str, like: str) -> str:
    """A word with capitals where `like` has them."""
    if like.islower():
        return word
    pairs = zip(word, like, strict=True)
    return "".join(letter.upper() if old.isascii() and old.isupper() else letter
                   for letter, old in pairs)  # fmt: skip
