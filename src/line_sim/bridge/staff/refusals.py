"""What is refused to people, and why: each says what to do instead.

The API gives each its status; ``code`` is for programs, and never changes.
"""

from __future__ import annotations

from line_sim.errors import LineSimError


class RefusalError(LineSimError):
    """Something that was asked for is refused.

    Parameters
    ----------
    message : what is refused.
    allowed, mend : what is allowed, and the likely mend; empty where there is none to tell.
    """

    code = "refused"
    """A word for programs."""

    def __init__(self, message: str, allowed: str = "", mend: str = "", *, code: str = "") -> None:
        self.message, self.allowed, self.mend = message, allowed, mend
        self.code = code or type(self).code
        super().__init__(message, allowed, mend)

    def __str__(self) -> str:
        more = f"; {self.allowed}" if self.allowed else ""
        return f"{self.message}{more}{f' ({self.mend})' if self.mend else ''}"


class NotSignedInError(RefusalError):
    """Nobody is signed in, or not any more."""

    code = "not_signed_in"


class ForbiddenError(RefusalError):
    """Not for this role, or not sent by our own pages."""

    code = "not_allowed"


class NotFoundError(RefusalError):
    """Not there, or not visible to who asks: the two are not told apart."""

    code = "not_found"


class NotNowError(RefusalError):
    """Not allowed as things stand."""

    code = "not_now"


class TooManyError(RefusalError):
    """Asked for too often.

    Attributes
    ----------
    retry_after_s : whole seconds after which it may be asked again.
    """

    code = "too_many"

    def __init__(self, message: str, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message, f"again in {retry_after_s} s")


class BusyError(RefusalError):
    """So much is asked at once that this one has to come again."""

    code = "busy"
