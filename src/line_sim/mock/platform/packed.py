"""Many small records by key in little memory: one string of bytes, and a table of places in it.

A dictionary of byte strings takes 200 bytes an entry; a million calls a day with retry keys would
be felt. Here an entry takes its own bytes and 12 to 24 more.
"""

from __future__ import annotations

from array import array

_KEY_BYTES = 16
_HEAD_BYTES = _KEY_BYTES + 2
_FIRST_SLOTS = 64
_SHARE = 2
"""At least so many slots an entry, so that most searches end at once."""


class Packed:
    """Records under keys of 16 bytes; a key set again has its latest record."""

    __slots__ = ("_bytes", "_count", "_slots")

    def __init__(self) -> None:
        self._bytes = bytearray(1)  # so that no record lies at 0, which marks a free slot
        self._slots = array("Q", bytes(8 * _FIRST_SLOTS))
        self._count = 0

    def __len__(self) -> int:
        """How many keys there are."""
        return self._count

    def get(self, key: bytes) -> bytes | None:
        """The record of a key."""
        at = self._slots[self._slot(key)]
        if not at:
            return None
        length = int.from_bytes(self._bytes[at + _KEY_BYTES : at + _HEAD_BYTES], "big")
        return bytes(self._bytes[at + _HEAD_BYTES : at + _HEAD_BYTES + length])

    def set(self, key: bytes, record: bytes) -> None:
        """Keep a record of at most 65,535 bytes."""
        slot = self._slot(key)
        if not self._slots[slot]:
            self._count += 1
        self._slots[slot] = len(self._bytes)
        self._bytes += key + len(record).to_bytes(2, "big") + record
        if self._count * _SHARE > len(self._slots):
            self._grow()

    def _slot(self, key: bytes) -> int:
        """Where a key's place is noted, or would be: the next free slot from its own on."""
        slots, kept = self._slots, self._bytes
        last = len(slots) - 1  # a power of two, less one
        slot = hash(key) & last
        while (at := slots[slot]) and kept[at : at + _KEY_BYTES] != key:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        places = [at for at in self._slots if at]
        self._slots = array("Q", bytes(16 * len(self._slots)))
        for at in places:
            self._slots[self._slot(bytes(self._bytes[at : at + _KEY_BYTES]))] = at
