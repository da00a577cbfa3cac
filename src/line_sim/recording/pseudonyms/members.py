"""What becomes of a member of an object: what stays, what is a date or a place.

Everything else is a text, whatever its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from line_sim.recording.pseudonyms.entities import Piece, pieces
from line_sim.recording.pseudonyms.json_text import Leaf, Level, Replacers, replaced
from line_sim.recording.pseudonyms.vocabulary import is_note, is_public

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.recording.pseudonyms.standins import Axis, StandIns

_AXES: dict[str, Axis] = {
    "latitude": "latitude", "longitude": "longitude", "lat": "latitude", "lng": "longitude",
    "lon": "longitude", "long": "longitude",
}  # fmt: skip
_MOMENTS = frozenset({"date", "time", "datetime", "initial", "max", "min"})
_TIMES = frozenset({
    "timestamp", "expireAt", "epoch_ms", "made_ms", "wall_ms", "at_ms", "acceptedTime", "created",
    "completedTime", "createdTimestamp", "endTimestamp", "expireTimestamp", "joinedTime",
    "startTimestamp",
})  # fmt: skip
"""Moments as numbers, in ms or s since 1970."""
_MEASURES = frozenset({
    "fileSize", "duration", "bytes", "seq", "exchange", "recorded", "seconds", "torn_bytes",
    "expires_in", "seed", "attempt", "lines",
})  # fmt: skip
"""Numbers that may be large and are nobody's."""
_UNITS = ("_s", "_ms", "_us")
_LEAST_DIGITS = 7
"""From so many digits on a number may be an id or a telephone number."""
_NESTED = re.compile(r"\s*[{\[].*[}\]]\s*", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{([0-9A-Za-z_]+)\}")
_MOST_LEVELS = 8
_MS = 100_000_000_000  # a later moment in seconds would be beyond the year 5000


class Members:
    """Replaces the members of JSON.

    Parameters
    ----------
    stand_ins
        What is put in.
    keep_texts
        Texts that stay wherever they are.
    shift_ms
        How much earlier moments become; 0: they stay.
    """

    def __init__(self, stand_ins: StandIns, keep_texts: frozenset[str], shift_ms: int = 0) -> None:
        self._stand_ins = stand_ins
        self._keep_texts = keep_texts
        self._shift_ms = shift_ms
        self._levels = 0
        self._replacers = Replacers(self.string, self.number, self.name, self.other, self.stays)

    def json(self, text: str) -> str:
        """JSON, or what may be JSON in part, with everything in it replaced."""
        return replaced(text, self._replacers)

    def text(self, text: str) -> str:
        """A text of which nothing is known; one that is JSON is replaced as such."""
        if text in self._keep_texts:
            return text
        if _NESTED.fullmatch(text) and '"' in text and self._levels < _MOST_LEVELS:
            self._levels += 1
            try:
                return self.json(text)
            finally:
                self._levels -= 1
        return self._stand_ins.text(text)

    def stays(self, name: str, text: str) -> bool:
        """Whether a text may stay in the member of that name."""
        return text in self._keep_texts or (name != "text" and is_public(name, text))

    def name(self, leaf: Leaf) -> str:
        """Another name of a member."""
        return self._stand_ins.text(leaf.text)

    def other(self, leaf: Leaf) -> str:
        """Another text for what is no JSON."""
        return self._stand_ins.text(leaf.text)

    def string(self, leaf: Leaf) -> str:
        """The value of a member, where it does not stay."""
        text, name = leaf.text, leaf.name
        if name in _MOMENTS:
            return self._stand_ins.moment(text)
        if axis := _AXES.get(name):
            return self._stand_ins.coordinate(text, axis)
        if name == "text" and leaf.level.is_object:
            return self._shown(text, leaf.level)
        return self.text(text)

    def _shown(self, text: str, level: Level) -> str:
        """The text of a message or a remark."""
        if is_note(text) and _is_outermost(level) and level.one("kind") == "note":
            return text
        if "emojis" in level.members:
            return self._around(text, list(_emoji_spans(text, level)))
        if "substitution" in level.members:
            return self._around(text, list(self._placeholders(text, level)))
        return self.text(text)

    def number(self, leaf: Leaf) -> str:
        """A number: coordinates, moments and what may be an id are replaced."""
        text, name = leaf.text, leaf.name
        if axis := _AXES.get(name):
            return self._stand_ins.coordinate(text, axis)
        if len(text) < _LEAST_DIGITS:
            return text
        if name in _TIMES and text.isdecimal():
            return self._moment(text)
        if name in _MEASURES or name.endswith(_UNITS):
            return text
        return self._stand_ins.number(text)

    def _moment(self, text: str) -> str:
        shift = self._shift_ms if int(text) >= _MS else self._shift_ms // 1_000
        return str(max(int(text) - shift, 0)) if shift else text

    def _around(self, text: str, spans: list[tuple[int, int, str]]) -> str:
        """A text in which some places are given, and the rest is replaced as one."""
        if not spans:
            return self.text(text)
        found: list[Piece] = []
        end = 0
        for start, stop, given in spans:
            found += pieces(text[end:start])
            found.append(Piece(given))
            end = stop
        return self._stand_ins.parts([*found, *pieces(text[end:])])

    def _placeholders(self, text: str, level: Level) -> Iterator[tuple[int, int, str]]:
        """Places of keys in a text of version 2, which are renamed as the keys are."""
        substitution = level.one("substitution")
        if isinstance(substitution, Level):
            for match in _PLACEHOLDER.finditer(text):
                if match[1] in substitution.members:
                    yield match.start(1), match.end(1), self._stand_ins.text(match[1])


def _is_outermost(level: Level) -> bool:
    return level.parent is not None and level.parent.parent is None


def _emoji_spans(text: str, level: Level) -> Iterator[tuple[int, int, str]]:
    """Places where a LINE emoji's own words stand, in characters; given in UTF-16 units."""
    emojis = level.one("emojis")
    found = emojis.members.get("", ()) if isinstance(emojis, Level) else ()
    body = text.encode("utf-16-le", "surrogatepass")
    end = 0
    for emoji in found:
        if not isinstance(emoji, Level):
            continue
        index, length = _whole(emoji.one("index")), _whole(emoji.one("length"))
        if index < end or length < 1 or 2 * (index + length) > len(body):
            continue
        end = index + length
        start = len(body[: 2 * index].decode("utf-16-le", "replace"))
        given = body[2 * index : 2 * end].decode("utf-16-le", "surrogatepass")
        if _EMOJI_WORDS.fullmatch(given):
            yield start, start + len(given), given


_EMOJI_WORDS = re.compile(r"\([A-Za-z0-9 _.,'!?\-]{1,40}\)|\$")
"""What LINE writes in the place of an emoji."""


def _whole(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isdecimal() else -1
