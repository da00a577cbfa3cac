"""Frozen dataclasses that refuse impossible values: the ground of everything a scenario says.

A faulty value raises :class:`~line_sim.errors.ConfigurationError`, all faults at once, each naming
its field, so that a reader of files can put its own place in front of ``fault.where``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import ConfigDict


class Checked:
    """A frozen dataclass that refuses impossible values, all of them at once.

    Unknown keys are errors too when pydantic fills it in from a file.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}

    def __post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise ConfigurationError(faults)

    def _faults(self) -> Iterator[Fault]:
        yield from ()

    def _above(self, least: float, *names: str) -> Iterator[Fault]:
        for name in names:
            value = getattr(self, name)
            if not (least < value < math.inf):
                yield Fault(name, repr(value), f"a finite number above {least:g}")

    def _at_least(self, least: float, *names: str) -> Iterator[Fault]:
        for name in names:
            value = getattr(self, name)
            if not (least <= value < math.inf):
                yield Fault(name, repr(value), f"a finite number of at least {least:g}")

    def _shares(self, *names: str) -> Iterator[Fault]:
        for name in names:
            value = getattr(self, name)
            if not (0 <= value <= 1):
                mend = f"{value:g} percent is {value / 100:g}" if 1 < value <= 100 else ""  # noqa: PLR2004
                yield Fault(name, repr(value), "a share from 0 to 1", mend)


def weights_faults(where: str, weights: Iterable[float]) -> Iterator[Fault]:
    """What is wrong with weights that are used relative to their sum."""
    listed = tuple(weights)
    if not listed or min(listed) < 0 or not (0 < sum(listed) < math.inf):
        yield Fault(where, repr(listed), "numbers of at least 0, not all 0")
