"""The stand-in of a text: the same for the same text, and of no other, under one key."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Literal

from line_sim.recording.pseudonyms import words
from line_sim.recording.pseudonyms.entities import INSIDE, Piece, address_path, pieces
from line_sim.recording.pseudonyms.mixing import SURE_BITS, Mixer, bits
from line_sim.recording.pseudonyms.spelling import rewritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WORDS_BITS = 80
"""From so many bits on the words drawn for a text tell it from any other."""
CACHED = 8_192
CACHED_LENGTH = 2_000
"""Stand-ins of texts up to so many characters are remembered, so many twice over: for speed."""
_TRIES = 10_000
"""More would be needed where nearly every text of a kind is somebody's."""
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(.*)", re.DOTALL)
_DAYS = range(400, 2_000)

Axis = Literal["latitude", "longitude"]
_MOST = {"latitude": 90, "longitude": 180}
_EXPONENT = re.compile(r"([^eE]*)(.*)", re.DOTALL)
_DECIMAL = re.compile(r"(-?)(\d{1,3})(?:\.(\d{1,40}))?")


def _nothing(_text: str) -> bool:
    return False


class StandIns:
    """Stand-ins of one key.

    Parameters
    ----------
    mixer
        The key's permutations.
    is_taken
        Whether a text must not be a stand-in, because somebody has written it. It is asked about
        whole texts, not about those in which there are ids or addresses; these hardly ever meet.
    """

    def __init__(self, mixer: Mixer, is_taken: Callable[[str], bool] = _nothing) -> None:
        self.redrawn = 0
        """How many were passed over for that reason."""
        self.media: dict[str, str] = {}
        """New names of media, by their old ones: both are hashes of the bytes."""
        self._mixer = mixer
        self._is_taken = is_taken
        self._lately: dict[tuple[str, str], str] = {}
        self._before: dict[tuple[str, str], str] = {}
        self._days = _DAYS.start + mixer.drawn(b"days", [len(_DAYS)])[0]

    def text(self, text: str) -> str:
        """The stand-in of a text, ids and addresses in it each by itself.

        It has as many characters; each has the script, case, UTF-16 and UTF-8 length of the one it
        stands for, and they join to as many visible ones. What is neither letter, digit, mark nor
        emoji stays.
        """
        return self._remembered("", text)

    def path(self, path: str) -> str:
        """The stand-in of the path of a call, with its query."""
        return self._remembered("path", path)

    def host(self, host: str) -> str:
        """The stand-in of a host name; its last label stays, and so does a host of LINE's."""
        return self._remembered("host", host)

    def coordinate(self, number: str, axis: Axis) -> str:
        """Another coordinate, as many digits long and within LINE's range where this one is."""
        return self._remembered(axis, number)

    def number(self, number: str) -> str:
        """Another JSON number of as many digits; a whole one as where it stands in a text."""
        digits, exponent = _EXPONENT.fullmatch(number).groups()  # type: ignore[union-attr]
        return self._made("number", [*INSIDE["number"](digits), Piece(exponent)])

    def parts(self, parts: Iterable[Piece]) -> str:
        """The stand-in of a text whose pieces are known."""
        return self._made("parts", list(parts))

    def moment(self, text: str) -> str:
        """A date some years earlier, the same days for all, so that their order stays.

        A time of day stays; what is no date is a text.
        """
        match = _DATE.fullmatch(text)
        if match is None:
            return text if re.fullmatch(r"\d\d:\d\d", text) else self.text(text)
        try:
            day = dt.date(*map(int, match.groups()[:3]))
            return f"{day - dt.timedelta(days=self._days)}{match[4]}"
        except (ValueError, OverflowError):
            return self.text(text)

    def _remembered(self, kind: str, text: str) -> str:
        key = kind, text
        found = self._lately.get(key) or self._before.get(key)
        if found is None:
            found = self._of(kind, text)
            if len(text) <= CACHED_LENGTH:
                if len(self._lately) >= CACHED:
                    self._before, self._lately = self._lately, {}
                self._lately[key] = found
        return found

    def _of(self, kind: str, text: str) -> str:
        if kind in _MOST:
            return self._coordinate(text, kind)
        if kind == "path":
            return self._made(kind, list(address_path(text)))
        if kind == "id" and (renamed := self.media.get(text)):
            return renamed
        found = list(INSIDE[kind](text) if kind else pieces(text))
        if len(found) == 1 and found[0].kind:  # an id alone is the same id as among words
            return self._remembered(found[0].kind, text)
        return self._made(kind, found)

    def _made(self, kind: str, found: list[Piece]) -> str:
        """Entities each by themselves, and all other characters mixed together."""
        moved = [place for piece in found for place in piece.places or () if place]
        if not moved:
            return self._joined(found, [])
        radices = [place.size for place in moved]
        tweak = b"".join([place.tag for place in moved])
        if bits(radices) >= SURE_BITS:
            content = "".join([place.pool[place.at] for place in moved])
            data = tweak + content.encode("utf-8", "surrogatepass")
            if not kind and (drawn := self._with_words(found, data, radices)):
                return drawn
            return self._joined(found, self._mixer.drawn(data, radices))
        row = [place.at for place in moved]
        if any(piece.kind for piece in found):
            return self._joined(found, self._mixer.mixed(tweak, row, radices))
        return self._free(found, tweak, row, radices)

    def _free(self, found: list[Piece], tweak: bytes, row: list[int], radices: list[int]) -> str:
        """The stand-in of a text that is nobody's text.

        Along the cycle of the permutation texts that are taken open a bracket, and those that are
        free close one: each taken text has the free one that closes its own.
        """
        made, depth = "", 1
        for _ in range(_TRIES):
            row = self._mixer.mixed(tweak, row, radices)
            made = self._joined(found, row)
            if not self._is_taken(made):
                depth -= 1
                if not depth:
                    break
            else:
                depth += 1
                self.redrawn += 1
        return made

    def _joined(self, found: list[Piece], row: list[int]) -> str:
        indices = iter(row)
        return "".join([self._put(piece, indices) for piece in found])

    def _put(self, piece: Piece, indices: Iterator[int]) -> str:
        if piece.places is None:
            return self._remembered(piece.kind, piece.text) if piece.kind else piece.text
        made = [
            place.pool[next(indices)] if place else each
            for place, each in zip(piece.places, piece.text, strict=True)
        ]
        if piece.written is not None:
            made = list(map(rewritten, made, piece.written))
        return "".join(made)

    def _with_words(self, found: list[Piece], data: bytes, radices: list[int]) -> str:
        """The text with words of Faker's; empty where they could not tell it from others."""
        runs = {
            at: words.runs(piece.text)
            for at, piece in enumerate(found)
            if piece.places and piece.written is None and " " in piece.text
        }
        if math.fsum(run.bits for each in runs.values() for run in each) < WORDS_BITS:
            return ""
        choices = [len(run.words) for each in runs.values() for run in each]
        row = self._mixer.drawn(b"words" + data, [*radices, *choices])
        indices, chosen = iter(row), iter(row[len(radices) :])
        whole = []
        for at, piece in enumerate(found):
            made = self._put(piece, indices)
            for run in runs.get(at, ()):
                word = words.cased(run.words[next(chosen)], piece.text[run.start : run.end])
                made = made[: run.start] + word + made[run.end :]
            whole.append(made)
        return "".join(whole)

    def _coordinate(self, text: str, axis: str) -> str:
        match = _DECIMAL.fullmatch(text)
        if match is None:
            return self.text(text)
        sign, whole, places = match[1], match[2], match[3] or ""
        most, size = _MOST[axis], len(whole)
        least = 0 if size == 1 else 10 ** (size - 1)
        end = min(10**size, most) if int(whole) < most else 10**size
        if int(whole) >= most:
            least = most
        if int(whole) == most and not places.strip("0"):
            return text
        radices = [end - least] * (end - least > 1) + [10] * len(places)
        if not radices:
            return text
        row = ([int(whole) - least] * (end - least > 1)) + [int(each) for each in places]
        mixed = self._mixer.mixed(f"{axis} {sign} {size}".encode(), row, radices)
        first = mixed.pop(0) + least if end - least > 1 else int(whole)
        fraction = "".join(map(str, mixed))
        return f"{sign}{first}.{fraction}" if places else f"{sign}{first}"
