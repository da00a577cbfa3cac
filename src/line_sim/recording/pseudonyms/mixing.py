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
LONE_BITS = 48
"""Below, a permutation without fixed points is made, so that no row stands for itself."""

Numbers = list[int]


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
        if bits(radices) >= LONE_BITS:
            return self._feistel(tweak, row, radices)
        # one cycle through all rows: the next one, seen through a permutation
        place = self._feistel(tweak, row, radices, back=True)
        return self._feistel(tweak, _next(place, radices), radices)

    def _feistel(
        self, tweak: bytes, row: Numbers, radices: Numbers, *, back: bool = False
    ) -> Numbers:
        halves = [row[::2], row[1::2]]
        bounds = [radices[::2], radices[1::2]]
        for number in reversed(range(ROUNDS)) if back else range(ROUNDS):
            mine, other = number % 2, 1 - number % 2
            size = len(halves[mine])
            seen = struct.pack(f"<{len(halves[other])}I", *halves[other])
            made = hashlib.shake_256(self._rounds[number] + tweak + seen).digest(4 * size)
            shifts = struct.unpack(f"<{size}I", made)
            rows = zip(halves[mine], shifts, bounds[mine], strict=True)
            if back:
                halves[mine] = [(value - shift) % bound for value, shift, bound in rows]
            else:
                halves[mine] = [(value + shift) % bound for value, shift, bound in rows]
        result = row.copy()
        result[::2], result[1::2] = halves
        return result

    def _made_table(self, tweak: bytes, radix: int) -> Numbers:
        """A permutation of few numbers that is one cycle (Sattolo's algorithm)."""
        made = hashlib.shake_256(self._table + tweak).digest(4 * radix)
        luck = struct.unpack(f"<{radix}I", made)
        table = list(range(radix))
        for place in range(radix - 1, 0, -1):
            other = luck[place] % place
            table[place], table[other] = table[other], table[place]
        return table


def _next(row: Numbers, radices: Numbers) -> Numbers:
    """The row after `row`, counted like the figures of a meter; after the last the first."""
    row = row.copy()
    for place, radix in enumerate(radices):
        row[place] = (row[place] + 1) % radix
        if row[place]:
            break
    return row
