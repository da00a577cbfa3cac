"""What the doctor finds: one sentence each, with what to do about it."""

from __future__ import annotations

from typing import Any, NamedTuple


class Finding(NamedTuple):
    """One thing looked at.

    Parameters
    ----------
    check : what was looked at.
    channel : the row of the channel; None where it is about the whole install.
    ok : True, False, or None where only a person can see it.
    told : what was found; no secret and nothing that customers wrote.
    mend : what to do about it.
    """

    check: str
    channel: int | None
    ok: bool | None
    told: str
    mend: str = ""

    def plain(self) -> dict[str, Any]:
        """As a JSON object."""
        return self._asdict()


def good(check: str, told: str, channel: int | None = None) -> Finding:
    """As it should be."""
    return Finding(check, channel, ok=True, told=told)


def bad(check: str, told: str, mend: str, channel: int | None = None) -> Finding:
    """Not as it should be."""
    return Finding(check, channel, ok=False, told=told, mend=mend)


def open_(check: str, told: str, mend: str = "", channel: int | None = None) -> Finding:
    """For a person to judge."""
    return Finding(check, channel, ok=None, told=told, mend=mend)


def ago(seconds: float) -> str:
    """A span of time, roughly."""
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name} ago"
    return f"{max(seconds, 0):.0f} s ago"
