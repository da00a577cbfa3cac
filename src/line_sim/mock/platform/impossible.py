"""What a visitor cannot do, and why: the mistake of whoever wrote the test or the script."""

from __future__ import annotations

from line_sim.errors import ConfigurationError, Fault


class ImpossibleActError(ConfigurationError):
    """A visitor is told to do what nobody could do on LINE."""

    def __init__(self, where: str, given: str, allowed: str, mend: str = "") -> None:
        super().__init__([Fault(where, given, allowed, mend)])

    @property
    def fault(self) -> Fault:
        """Who was told what, what would be possible, and the likely mend."""
        return self.faults[0]
