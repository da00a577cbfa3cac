"""Luck as data: a number for each (visit, purpose, ...), the same in every engine and strategy.

The visit brings one drawn number; everything else that is random about it is a hash of that number
and of what it is for. So no policy holds a generator, and a change of routing changes nobody's
luck. The hash is the public-domain 32-bit finaliser found by C. Wellons' search ("lowbias32"),
over two words; 32-bit arithmetic, so that Python and machine integers agree.
"""

from __future__ import annotations

from line_sim.desk.rows import rule

FOR_PERCENTAGE, FOR_RANDOM_CHOICE, FOR_REACTION, FOR_GAP, FOR_RETRY, FOR_BURST, FOR_SPACING = range(
    101, 108
)
FOR_TYPE = 108


@rule
def mix(a: int, b: int) -> int:
    """Return a 32-bit number that depends on every bit of the two given ones (0 <= a, b < 2^32)."""
    x = (a * 0x9E3779B1 + b * 0x85EBCA77 + 0x165667B1) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    return x ^ (x >> 16)
