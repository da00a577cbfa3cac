"""Checks of numbers that a planner passes to a formula: every fault at once, with its place."""

from __future__ import annotations

import math
from collections.abc import Callable

from line_sim.errors import ConfigurationError, Fault

Allowed = tuple[str, Callable[[float], bool]]

POSITIVE: Allowed = ("a number above 0", lambda x: 0 < x < math.inf)
POSITIVE_OR_NEVER: Allowed = ("a number above 0, or math.inf for never", lambda x: x > 0)
NOT_NEGATIVE: Allowed = ("a number of at least 0", lambda x: 0 <= x < math.inf)
COUNT: Allowed = ("a whole number of at least 1", lambda x: x >= 1 and x == math.floor(x))
COUNT_OR_NONE: Allowed = ("a whole number of at least 0", lambda x: x >= 0 and x == math.floor(x))
SHARE: Allowed = ("a share between 0 and 1, both excluded", lambda x: 0 < x < 1)
NUMBER: Allowed = ("a finite number", math.isfinite)


def require(**given: tuple[float, Allowed]) -> None:
    """Refuse every argument outside what it may be.

    Parameters
    ----------
    given
        By argument name: its value, and what it may be (one of the constants of this module).

    Raises
    ------
    ConfigurationError
        With one fault for each argument that does not fit; nan fits nowhere.
    """
    faults = [
        Fault(name, f"{value!r}", allowed)
        for name, (value, (allowed, fits)) in given.items()
        if math.isnan(value) or not fits(value)
    ]
    if faults:
        raise ConfigurationError(faults)
