"""Planners' own methods in compiled form.

The loop calls a key by its address, so another key does not mean another loop. A key is compiled as
numba compiles anything, with Python's own rules for division by zero and the like.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cfunc, njit

from line_sim.desk.compiled.pointers import row_at
from line_sim.desk.compiled.records import NUMBER, initial_row
from line_sim.desk.tables import ENQUIRY, MEMBER

if TYPE_CHECKING:
    from collections.abc import Callable


class NotCompilableError(Exception):
    """numba cannot compile a method; says why in a line."""


class CompiledKey:
    """A planner's ``key(member, enquiry, now)`` as machine code.

    Attributes
    ----------
    address : of the code; stands in a destination's row.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._failed = np.frombuffer(bytearray(initial_row(NUMBER)), "i8")
        try:
            self._code = _compiled(function, int(self._failed.ctypes.data))
        except Exception as error:  # numba has many ways to say that it cannot
            raise NotCompilableError(shortened(error)) from error
        self.address = int(self._code.address)

    @property
    def failed(self) -> bool:
        """Whether the function raised, or gave no number, since :meth:`forget`."""
        return bool(self._failed[0])

    def forget(self) -> None:
        """Forget that it failed: a run begins."""
        self._failed[0] = 0

    def __call__(self, member: Any, enquiry: Any, now: int) -> float:
        """Return what the plain function returns."""
        return float(self._function(member, enquiry, now))


compiled_key = lru_cache(maxsize=64)(CompiledKey)
"""The compiled key of a function, compiled once: a study asks for it in every run."""


def _compiled(function: Callable[..., Any], failed: int) -> Any:
    as_member, as_enquiry, as_number = row_at(MEMBER), row_at(ENQUIRY), row_at(NUMBER)
    inner = njit(error_model="python")(function)

    def guarded(member: int, enquiry: int, now: int) -> float:
        value = 0.0
        try:
            value = float(inner(as_member(member), as_enquiry(enquiry), now))
        except Exception:  # noqa: BLE001 - numba knows no other kind
            value = np.nan
        if value != value:  # noqa: PLR0124 - not a number
            as_number(failed).value = 1
            value = 0.0
        return value

    return cfunc("float64(int64, int64, int64)")(guarded)


def shortened(error: BaseException) -> str:
    """The line of numba's message that says what is wrong."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [
        line for line in lines
        if not re.match(r"(Failed in|During:|File |- (argument|Resolution)|-{3,}|\^)", line)
    ]  # fmt: skip
    first = (telling or lines or [type(error).__name__])[0]
    return first if len(first) <= LONGEST else f"{first[:LONGEST]}..."


LONGEST = 160
"""Letters of a message worth showing."""
