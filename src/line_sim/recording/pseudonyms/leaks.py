"""The leak check: whether anything of the originals is left in a finished recording.

It keeps keyed digests of what the original says (with a key of its own that nobody sees) and reads
the finished file anew. It shares with the replacing code what LINE's public words are, and nothing
else; see ``docs/pseudonyms.md`` for what it sees and what it does not.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from line_sim.errors import LineSimError
from line_sim.recording.lines import sha256
from line_sim.recording.pseudonyms import values
from line_sim.recording.pseudonyms.decodings import decodings, normal
from line_sim.recording.pseudonyms.vocabulary import PARAMETERS, SEGMENTS, is_public_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from line_sim.recording.pseudonyms.values import Value

ENOUGH = 12
"""What a value must weigh to be looked for: 2 CJK characters, 4 other letters or 6 digits."""
ENOUGH_WITHIN = 18
"""The same for a part of an address or a form, which is looked for by itself too."""
_CJK, _LETTER, _DIGIT = 6, 3, 2
_CJK_LETTERS = re.compile(
    "[\u1100-\u11ff\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff]"
)
_TOKEN = re.compile(r"(?=[A-Za-z_\-]*\d)[0-9A-Za-z_\-]{12,}", re.ASCII)
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d(?:[ \-.()]{0,2}\d){6,}(?![0-9A-Za-z])", re.ASCII)
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]+(?:\.[\w\-]+)+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[tT ][\d:.]*)?(?:z|[+\-]\d\d:?\d\d)?", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.\-]*://([^/?#]*))?((?:/[^?#]*)?)((?:[?#].*)?)", re.DOTALL)
_FORM = re.compile(r"[^=&\s]+=[^=&\s]*(?:&[^=&\s]+=[^=&\s]*)*")
_SPLIT = re.compile(r"[/?&=#:@]")
_MOMENTS = re.compile(
    r"\w*(?:[tT]imestamp|Time|At|_ms|_s|_us)|created|expires_in|seconds|bytes|fileSize|duration|seq"
    r"|exchange|recorded|seed|attempt|torn_bytes|lines"
)
"""Names of numbers that are moments, measures or counts."""
_LEAST_DIGITS, _LEAST_PLACES = 7, 4
MOST_TOLD = 20


class Leak(NamedTuple):
    """Something of the original that is left; what it says is not told."""

    seq: int
    """Of the line; 0: the header."""
    place: str
    kind: str
    """value, id or media."""


class LeakError(LineSimError):
    """A recording that was to be without personal data is not.

    Attributes
    ----------
    path : Path
    leaks : tuple of Leak
    """

    def __init__(self, path: Path, leaks: Iterable[Leak]) -> None:
        self.path = path
        self.leaks = tuple(leaks)
        super().__init__(path, self.leaks)

    def __str__(self) -> str:
        shown = [f"  line {leak.seq}, {leak.place}: {leak.kind}" for leak in self.leaks[:MOST_TOLD]]
        more = len(self.leaks) - MOST_TOLD
        shown += [f"  and {more:,} more"] * (more > 0)
        return (
            f"{self.path}: {len(self.leaks):,} values of the original are left; nothing was kept "
            "(please report the places; they do not say what stands there)\n" + "\n".join(shown)
        )


def weight(text: str) -> int:
    """How much a text tells: digits 2, CJK characters 6, other letters 3 each."""
    if text.isascii():
        digits = sum(map(str.isdigit, text))
        return _DIGIT * digits + _LETTER * sum(map(str.isalpha, text))
    return sum(map(_weight, text))


def _weight(character: str) -> int:
    if _CJK_LETTERS.match(character):
        return _CJK
    category = unicodedata.category(character)
    return _LETTER if category[0] == "L" else _DIGIT if category == "Nd" else 0


class Originals:
    """What an original says, as digests; and whether something else says any of it.

    Parameters
    ----------
    keep_texts
        Texts that may stay.
    """

    def __init__(self, keep_texts: Iterable[str] = ()) -> None:
        self._key = secrets.token_bytes(32)
        self._kept = frozenset(map(normal, keep_texts))
        self._values: set[int] = set()
        self._ids: set[int] = set()
        self._media: set[str] = set()

    def __len__(self) -> int:
        return len(self._values) + len(self._ids) + len(self._media)

    def add(self, line: Mapping[str, Any]) -> None:
        """Take in a line of the original, or its header."""
        for value in values.of_line(line):
            for telling in self._told(value):
                target = self._ids if telling.kind == "id" else self._values
                target.add(self._digest(telling.text))

    def add_media(self, body: bytes) -> None:
        """Take in some media."""
        self._media.add(sha256(body))

    def holds(self, text: str) -> bool:
        """Whether the original says this text."""
        value = values.Value("", "", text)
        return any(self._is_known(telling) for telling in self._told(value))

    def leaks(self, line: Mapping[str, Any]) -> Iterator[Leak]:
        """What of the original is left in a line, or in a header."""
        for value in values.of_line(line):
            found = next(filter(self._is_known, self._told(value)), None)
            if found is not None:
                yield Leak(int(line.get("seq", 0)), value.place, found.kind)

    def leaks_media(self, body: bytes, name: str) -> Iterator[Leak]:
        """Whether media are those of the original."""
        if sha256(body) in self._media:
            yield Leak(0, f"media {name}", "media")

    def _is_known(self, telling: _Telling) -> bool:
        known = self._ids if telling.kind == "id" else self._values
        return self._digest(telling.text) in known

    def _digest(self, text: str) -> int:
        body = text.encode("utf-8", "surrogatepass")
        made = hashlib.blake2b(body, key=self._key, digest_size=8)
        return int.from_bytes(made.digest(), "little")

    def _told(self, value: Value) -> Iterator[_Telling]:
        if isinstance(value.text, values.Number):
            yield from _number(value)
            return
        if value.shown is not None and weight(normal(value.shown)) < ENOUGH:
            return
        for decoded in decodings(value.text):
            text = normal(decoded)
            if text in self._kept or _DATE.fullmatch(text):
                return
            yield from _tellings(text)


class _Telling(NamedTuple):
    """A text that tells something: a value, or an id that is looked for within values too."""

    text: str
    kind: str


def _number(value: Value) -> Iterator[_Telling]:
    text = value.text.lstrip("-")
    digits = sum(map(str.isdigit, text))
    places = len(text.partition(".")[2])
    if places >= _LEAST_PLACES and not _MOMENTS.fullmatch(value.name):
        yield _Telling(text, "value")
    elif digits >= _LEAST_DIGITS and not places and not _MOMENTS.fullmatch(value.name):
        yield _Telling(text, "id")


def _tellings(text: str) -> Iterator[_Telling]:
    """What a normal text tells: itself, its parts where it is an address or a form, and its ids."""
    told = weight(text)
    if told < ENOUGH:
        return
    parts = list(_parts(text))
    if not parts or sum(map(weight, parts)) >= ENOUGH:
        yield _Telling(text, "value")
    for part in parts:
        if weight(part) >= ENOUGH_WITHIN:
            yield _Telling(part, "value")
    for match in _TOKEN.finditer(text):
        if not _DATE.fullmatch(match[0]):
            yield _Telling(match[0], "id")
    for match in _NUMBER.finditer(text):
        digits = "".join(filter(str.isdigit, match[0]))
        if not _DATE.fullmatch(match[0]) and digits.strip("0"):
            yield _Telling(digits, "id")
    for match in _EMAIL.finditer(text) if "@" in text else ():
        yield _Telling(match[0], "id")


def _parts(text: str) -> Iterator[str]:
    """The parts of an address, a path or a form that are not public words; nothing of others."""
    match = _ADDRESS.fullmatch(text)
    if match is not None and (match[1] or match[2]):
        known, rest = _PUBLIC, match[2] + match[3]
        host = (match[1] or "").rpartition("@")[2].partition(":")[0]
        yield "" if is_public_host(host) else host
    elif _FORM.fullmatch(text):
        known, rest = _PARAMETERS, text
    else:
        return
    for part in _SPLIT.split(rest):
        plain = normal(unquote(part))
        yield "" if plain in known else plain


_PARAMETERS = frozenset(map(str.casefold, PARAMETERS))
_PUBLIC = _PARAMETERS | frozenset(map(str.casefold, SEGMENTS))
