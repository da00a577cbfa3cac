"""What in a text stands for itself, wherever it is: ids, numbers, addresses.

The same id in two texts has the same stand-in in both, so joins survive; what is around it is
mixed on its own. An address keeps its form: scheme, port, ending, names that are LINE's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from line_sim.recording.pseudonyms import characters as chars
from line_sim.recording.pseudonyms.characters import Placed, placed
from line_sim.recording.pseudonyms.spelling import decoded
from line_sim.recording.pseudonyms.vocabulary import (
    ENDINGS,
    PARAMETERS,
    SEGMENTS,
    is_public_host,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EDGE, _NO_MORE = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_LABELS = r"[0-9A-Za-z\-]{1,63}(?:\.[0-9A-Za-z\-]{1,63})+"
_FORMS = {
    # RFC 3986's characters
    "url": r"(?i:https?|liff|line|wss?)://[!#-;=?-\[\]_a-z~]+|(?i:tel|sms|mailto):[!#-;=?-\[\]_a-z~]+",
    "email": rf"(?<![\w.+%\-])[\w.+%\-]{{1,64}}@{_LABELS}",
    "uuid": rf"{_EDGE}[0-9A-Fa-f]{{8}}(?:-[0-9A-Fa-f]{{4}}){{3}}-[0-9A-Fa-f]{{12}}{_NO_MORE}",
    "ulid": rf"{_EDGE}[0-7][0-9A-HJKMNP-TV-Z]{{25}}{_NO_MORE}",
    "number": rf"(?<![0-9A-Za-z.])\+?\d(?:[ \-.()]{{0,2}}\d){{6,}}{_NO_MORE}",
    "id": rf"{_EDGE}(?:[UCRL]|richmenu-|redacted-)?[0-9a-f]{{12,}}{_NO_MORE}",
}
ENTITY = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _FORMS.items()), re.ASCII)
"""An entity in a text; where two begin at one place, the first of these kinds."""
MAY_HOLD = re.compile(r"[@:]|\d[ \-.()]{0,2}\d|[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26}")
"""Without this there is no entity: most texts are passed over so."""
_URL = re.compile(
    r"(?P<scheme>[A-Za-z]+://)(?P<user>[^/?#@]*@)?(?P<host>[^/?#:]*)(?P<port>:\d*)?(?P<rest>.*)",
    re.DOTALL,
)
_WORD = re.compile(
    r"(?<=[/?&#])[^/?&#=]+?(?=\.[A-Za-z0-9]{2,5}(?:$|[?#])|[/?&#=]|$)|\.[A-Za-z0-9]{2,5}(?=$|[?#])"
)
_ENDING = re.compile(r"\.[A-Za-z0-9]{2,5}\Z")
_FORM = re.compile(r"[^=&\s]{1,64}=[^=&\s]*(?:&[^=&\s]{1,64}=[^=&\s]*)*")
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gov", "in", "ne", "net", "or", "org"})


class Piece(NamedTuple):
    """A part of a text: an entity of a kind, or characters, of which some may be mixed."""

    text: str
    kind: str = ""
    places: list[Placed | None] | None = None
    """For each character; None altogether: it stays, or is an entity."""
    written: list[str] | None = None
    """How each is written, where not all as they are."""


def _mixed(text: str) -> Piece:
    if "%" in text:
        plain, written = decoded(text)
        return Piece(plain, "", list(map(placed, plain)), written)
    return Piece(text, "", list(map(placed, text)))


def pieces(text: str, kept: Callable[[str], bool] | None = None) -> Iterator[Piece]:
    """A text of any kind; where `kept` says so, a word of an address or a form stays."""
    end = 0
    if kept is None and "=" in text and _FORM.fullmatch(text):
        yield from _words(text, re.compile(r"(?:^|(?<=&))[^=&]+(?==)"), PARAMETERS.__contains__)
        return
    ending = _ENDING.search(text) if kept is None and "." in text[-6:] else None
    if ending and ending[0].lower() in ENDINGS:  # a file's name
        yield from pieces(text[: ending.start()])
        yield Piece(ending[0])
        return
    for match in ENTITY.finditer(text) if MAY_HOLD.search(text) else ():
        if match.start() > end:
            yield _mixed(text[end : match.start()])
        yield Piece(match[0], str(match.lastgroup))
        end = match.end()
    if end < len(text):
        yield _mixed(text[end:])


def _words(text: str, word: re.Pattern[str], kept: Callable[[str], bool]) -> Iterator[Piece]:
    """A text in which words of that pattern stay where `kept` says so."""
    end = 0
    for match in word.finditer(text):
        if kept(match[0]):
            yield from pieces(text[end : match.start()], kept)
            yield Piece(match[0])
            end = match.end()
    yield from pieces(text[end:], kept)


def _is_public(word: str) -> bool:
    return word in SEGMENTS or word in PARAMETERS or word.lower() in ENDINGS


def address_path(path: str) -> Iterator[Piece]:
    """A path with its query: words of LINE's API, names of parameters and endings stay."""
    yield from _words(path, _WORD, _is_public)


def _url(text: str) -> Iterator[Piece]:
    parts = _URL.fullmatch(text)
    if parts is None:  # tel:, mailto:
        scheme, colon, rest = text.partition(":")
        yield Piece(scheme + colon)
        yield from pieces(rest)
        return
    yield Piece(parts["scheme"])
    if parts["user"]:
        yield _mixed(parts["user"])
    if parts["host"]:
        yield Piece(parts["host"], "" if is_public_host(parts["host"]) else "host")
    yield Piece(parts["port"] or "")
    yield from address_path(parts["rest"])


def _host(text: str) -> Iterator[Piece]:
    if is_public_host(text):
        yield Piece(text)
        return
    labels = text.split(".")
    known = 1
    if len(labels) > 2 and labels[-2].lower() in _SECOND_LEVEL:  # noqa: PLR2004 - shop.co.th
        known = 2
    if len(labels) == 1 or labels[-1].isdecimal():
        known = 0
    for number, label in enumerate(labels):
        plain = number >= len(labels) - known or label.lower() == "www"
        prefix = "xn--" if label.startswith("xn--") else ""
        yield Piece("." * (number > 0) + (label if plain else prefix))
        if not plain:
            yield _mixed(label.removeprefix(prefix))


def _email(text: str) -> Iterator[Piece]:
    name, _, host = text.rpartition("@")
    yield _mixed(name)
    yield Piece("@")
    yield Piece(host, "host")


def _number(text: str) -> Iterator[Piece]:
    """Digits: leading zeros stay, and what stands between them; 081-234 is 081234."""
    places: list[Placed | None] = [chars.DIGIT.get(each) for each in text]
    for at, each in enumerate(text):
        if each in "123456789":
            places[at] = chars.LEADING[each]
            break
        places[at] = None
    yield Piece(text, "", places)


def _id(text: str) -> Iterator[Piece]:
    digits = text.rpartition("-")[2].lstrip("UCRL")
    yield Piece(text.removesuffix(digits))
    yield Piece(digits, "", [chars.HEX[each] for each in digits])


def _uuid(text: str) -> Iterator[Piece]:
    """Version and variant stay (RFC 9562, 4.1 and 4.2)."""
    pool = chars.HEX if text == text.lower() else chars.UPPER_HEX
    plain = text if pool is chars.HEX else text.upper()
    yield Piece(
        plain, "", [None if at in {14, 19} else pool.get(each) for at, each in enumerate(plain)]
    )


def _ulid(text: str) -> Iterator[Piece]:
    places: list[Placed | None] = [chars.CROCKFORD[each] for each in text]
    places[0] = chars.OCTAL[text[0]]
    yield Piece(text, "", places)


INSIDE: dict[str, Callable[[str], Iterator[Piece]]] = {
    "url": _url, "host": _host, "email": _email, "number": _number, "id": _id, "uuid": _uuid,
    "ulid": _ulid,
}  # fmt: skip
"""The pieces of an entity of each kind."""
