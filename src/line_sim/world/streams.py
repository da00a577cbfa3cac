"""One seed, many streams of random numbers, each with a name.

A stream's numbers depend on the seed, the replication and its own name alone: a new stream never
shifts another, so a changed strategy, a further channel or one more member of staff leaves
everybody else's luck as it was (common random numbers).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from line_sim.errors import ConfigurationError, Fault

_BYTES_A_NAME = 16
_WORD = 4  # bytes


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams of one replication.

    Parameters
    ----------
    seed
        At least 0, of any size.
    replication
        0, 1, ...: further days of the same kind, independent of each other.

    Raises
    ------
    ConfigurationError
        One of them is below 0.
    """

    seed: int
    replication: int = 0

    def __post_init__(self) -> None:
        given = {"seed": self.seed, "replication": self.replication}
        faults = [
            Fault(name, str(number), "a whole number of at least 0")
            for name, number in given.items()
            if number < 0
        ]
        if faults:
            raise ConfigurationError(faults)

    def of(self, *names: str | int) -> np.random.Generator:
        """A fresh generator at the beginning of the stream called `names`.

        Asked twice, the same numbers come twice: each purpose has a name of its own.
        """
        # a separator no name contains, so that ("a", "bc") and ("ab", "c") differ
        name = "\x1f".join(map(str, names)).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(name, digest_size=_BYTES_A_NAME).digest()
        words = [
            int.from_bytes(digest[start : start + _WORD], "little")
            for start in range(0, _BYTES_A_NAME, _WORD)
        ]
        sequence = np.random.SeedSequence(self.seed, spawn_key=(self.replication, *words))
        return np.random.Generator(np.random.PCG64DXSM(sequence))
