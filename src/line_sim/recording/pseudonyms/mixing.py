"""A keyed permutation of rows of numbers, each below a bound of its own.

Format-preserving encryption by a Feistel network with modular addition, as in NIST SP 800-38G,
but over numbers of mixed radix. Being a permutation it never gives two rows the same stand-in, so
nothing has to be remembered, neither within a file nor across files and days. Nobody goes back
without the key; there is no use here for going back with it.
"""

from __future__ import annotations

import hashlib
import math
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from line_sim.recording.pseudonyms.keys import derived

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS = 10
"""As FF1 of SP 800-38G has."""
SURE_BITS = 112
"""From so many bits on a keyed draw takes the place of a permutation: that two of a million million
rows have the same stand-in is then less likely than one in 2**33."""
LONE = 2**32
"""Below so many rows a permutation without fixed points is made: no row stands for itself."""
SPARE_BYTES = 8
"""More than a number needs, so that each is as good as equally likely."""

Numbers = list[int]
Pair = tuple[int, int]


def bits(radices: Sequence[int]) -> float:
    """How many rows there are, as a power of two."""
    return sum(map(math.log2, radices))


class Mixer:
    """The permutations of one key; `tweak` chooses among them.

    Parameters
    ----------
    key
        At least 32 random bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._rounds = [derived(key, f"round {number}") for number in range(ROUNDS)]
        self._draw = derived(key, "draw")
        self._table = derived(key, "table")
        self._lone = lru_cache(1_024)(self._made_table)

    def digest(self, data: bytes, size: int) -> bytes:
        """`size` bytes that belong to `data` and to nothing else; SHAKE256 with the key first."""
        return hashlib.shake_256(self._draw + data).digest(size)

    def drawn(self, data: bytes, radices: Sequence[int]) -> Numbers:
        """A row that belongs to `data`, each number as good as equally likely."""
        found = struct.unpack(f"<{len(radices)}I", self.digest(data, 4 * len(radices)))
        return [number % radix for number, radix in zip(found, radices, strict=True)]

    def mixed(self, tweak: bytes, row: Numbers, radices: Numbers) -> Numbers:
        """The stand-in of a row: another one, and of no other row."""
        if len(row) == 1:
            return [self._lone(tweak, radices[0])[row[0]]]
        place = _joined(row[::2], radices[::2]), _joined(row[1::2], radices[1::2])
        bounds = math.prod(radices[::2]), math.prod(radices[1::2])
        if bounds[0] * bounds[1] < LONE:
            # one cycle through all rows: the next one, seen through a permutation
            place = self._feistel(tweak, place, bounds, back=True)
            after = (place[0] * bounds[1] + place[1] + 1) % (bounds[0] * bounds[1])
            place = after // bounds[1], after % bounds[1]
        place = self._feistel(tweak, place, bounds)
        found = row.copy()
        found[::2], found[1::2] = _split(place[0], radices[::2]), _split(place[1], radices[1::2])
        return found

    def _feistel(self, tweak: bytes, place: Pair, bounds: Pair, *, back: bool = False) -> Pair:
        """Each half in turn moved by what belongs to the other one."""
        halves = list(place)
        sizes = [(bound.bit_length() + 7) // 8 for bound in bounds]
        for number in reversed(range(ROUNDS)) if back else range(ROUNDS):
            mine, other = number % 2, 1 - number % 2
            seen = self._rounds[number] + tweak + halves[other].to_bytes(sizes[other], "little")
            made = hashlib.shake_256(seen).digest(sizes[mine] + SPARE_BYTES)
            shift = int.from_bytes(made, "little")
            halves[mine] = (halves[mine] + (-shift if back else shift)) % bounds[mine]
        return halves[0], halves[1]

    def _made_table(self, tweak: bytes, radix: int) -> Numbers:
        """A permutation of few numbers that is one cycle (Sattolo's algorithm)."""
        made = hashlib.shake_256(self._table + tweak).digest(4 * radix)
        luck = struct.unpack(f"<{radix}I", made)
        table = list(range(radix))
        for place in range(radix - 1, 0, -1):
            other = luck[place] % place
            table[place], table[other] = table[other], table[place]
        return table


def _joined(row: Numbers, radices: Numbers) -> int:
    """A row as one number."""
    whole = 0
    for number, radix in zip(row, radices, strict=True):
        whole = whole * radix + number
    return whole


def _split(whole: int, radices: Numbers) -> Numbers:
    """The row that is so large a number."""
    row = []
    for radix in reversed(radices):
        whole, number = divmod(whole, radix)
        row.append(number)
    return row[::-1]
