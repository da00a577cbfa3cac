"""What a visitor cannot do, and why: the mistake of whoever wrote the test or the script."""

from __future__ import annotations

from line_sim.errors import Fault, LineSimError


class ImpossibleActError(LineSimError, ValueError):
    """A visitor is told to do what nobody could do on LINE.

    Attributes
    ----------
    fault : Fault
        Who was told what, what would be possible, and the likely mend.
    """

    def __init__(self, where: str, given: str, allowed: str, mend: str = "") -> None:
        self.fault = Fault(where, given, allowed, mend)
        super().__init__(where, given, allowed, mend)

    def __str__(self) -> str:
        return str(self.fault)
