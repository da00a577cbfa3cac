"""What goes wrong between a mock, a bot and the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.errors.faulty import LineSimError, counted

if TYPE_CHECKING:
    from collections.abc import Iterable


class TargetNotAllowedError(LineSimError, PermissionError):
    """Traffic that was to leave this machine, where nobody allowed it.

    Attributes
    ----------
    url : str
        Where it was to go.
    allowed : tuple of str
        The hosts that are allowed besides loopback.
    """

    def __init__(self, url: str, allowed: Iterable[str] = ()) -> None:
        self.url = url
        self.allowed = tuple(sorted(allowed))
        super().__init__(self.url, self.allowed)

    def __str__(self) -> str:
        more = f" and {', '.join(self.allowed)}" if self.allowed else ""
        mend = "--allow-target HOST, or allow_targets=, lets it through"
        return f"{self.url}: not on this machine; only loopback{more} is allowed ({mend})"


class ServerError(LineSimError, RuntimeError):
    """A server of ours that could not start, or whose inside broke.

    Attributes
    ----------
    what : str
        Which server, and where.
    reason : str
        What happened.
    """

    def __init__(self, what: str, reason: str) -> None:
        self.what = what
        self.reason = reason
        super().__init__(what, reason)

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


class UnreachableError(LineSimError, ConnectionError):
    """Nobody answers where something was to be.

    Attributes
    ----------
    url : str
        Where it was to be.
    reason : str
        How the attempt failed.
    """

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(url, reason)

    def __str__(self) -> str:
        return f"{self.url}: nobody answers there ({self.reason})"


class AgentViewError(LineSimError, RuntimeError):
    """A bridge's agent view that does not do what its contract says (docs/agent-view.md).

    Attributes
    ----------
    asked : str
        Method and URL.
    reason : str
        What came instead.
    """

    def __init__(self, asked: str, reason: str) -> None:
        self.asked = asked
        self.reason = reason
        super().__init__(asked, reason)

    def __str__(self) -> str:
        return f"agent view, {self.asked}: {self.reason}"


class SettleTimeoutError(LineSimError, TimeoutError):
    """The mock did not come to rest in time.

    Attributes
    ----------
    waited_s : float
        How long it waited.
    awaited : tuple of str
        What is still due, under way or expected, one sentence each.
    """

    def __init__(self, waited_s: float, awaited: Iterable[str]) -> None:
        self.waited_s = waited_s
        self.awaited = tuple(awaited)
        super().__init__(waited_s, self.awaited)

    def __str__(self) -> str:
        lines = "".join(f"\n  {each}" for each in self.awaited)
        return f"not settled after {self.waited_s:g} s; still awaited:{lines}"


class MockFailedError(LineSimError, AssertionError):
    """What a strict mock does not let pass, all of it.

    Attributes
    ----------
    findings : tuple of str
        One finding each: a refused or unknown call, an unmet expectation, an exception inside.
    """

    def __init__(self, findings: Iterable[str]) -> None:
        self.findings = tuple(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        lines = "".join(f"\n  {each}" for each in self.findings)
        mend = "strict=False lets it pass and keeps it in line.findings"
        return f"{counted(len(self.findings), 'finding')}:{lines}\n({mend})"
