"""What of a recording is played, how often, and how fast: windows, samples, loops, ramps."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import sqrt
from typing import NamedTuple

from line_sim.errors import ConfigurationError, Fault

LOOP_PAUSE_S = 1.0
"""Between the last webhook of a loop and the next loop, where no `until_s` says how long one is."""
MOST_LOOPS = 1_000_000


class Ramp(NamedTuple):
    """The rate is multiplied by `first`, then by more or less, and after `over_s` by `last`."""

    first: float
    last: float
    over_s: float


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A choice of what is played.

    Parameters
    ----------
    since_s, until_s
        Seconds from the recording's start, the second one exclusive; None: all.
    share
        The share of chats that are played, above 0, at most 1. Which ones, `seed` decides: a larger
        share holds a smaller one of the same seed.
    seed
        Any whole number.
    loops
        How often it is played, one after the other.
    ramp
        How the rate grows or falls at first; seconds of the schedule.
    """

    since_s: float | None = None
    until_s: float | None = None
    share: float = 1.0
    seed: int = 0
    loops: int = 1
    ramp: Ramp | None = None

    def __post_init__(self) -> None:
        faults = []
        since, until = self.since_s, self.until_s
        if since is not None and until is not None and since >= until:
            faults.append(
                Fault("since, until", f"{since:g} s to {until:g} s", "since before until")
            )
        if not 0 < self.share <= 1:
            faults.append(Fault("share", repr(self.share), "above 0, at most 1"))
        if not 1 <= self.loops <= MOST_LOOPS:
            faults.append(Fault("loops", repr(self.loops), f"1 to {MOST_LOOPS:,}"))
        if self.ramp is not None:
            first, last, over_s = self.ramp
            if not (first >= 0 and last > 0 and over_s > 0 and first + last < 1e6):  # noqa: PLR2004
                allowed = "A:B:T, the rate times A at first (0 or more), times B after T seconds"
                faults.append(Fault("ramp", f"{first:g}:{last:g}:{over_s:g}", allowed))
        if faults:
            raise ConfigurationError(faults)

    def within(self, at_s: float) -> bool:
        """Whether a moment of the recording is within the window."""
        since, until = self.since_s, self.until_s
        return (since is None or at_s >= since) and (until is None or at_s < until)

    def samples(self, chat: str) -> bool:
        """Whether a chat is among those played."""
        if self.share >= 1:
            return True
        digest = blake2b(f"{self.seed} {chat}".encode("utf-8", "replace"), digest_size=8).digest()
        return int.from_bytes(digest, "big") < self.share * 2**64

    def start_s(self, first_s: float) -> float:
        """Which moment of the recording is played first; `first_s` is that of its first webhook."""
        return max(0.0, first_s) if self.since_s is None else self.since_s

    def length_s(self, first_s: float, last_s: float) -> float:
        """How long a loop is, of a recording whose webhooks are between these moments."""
        start_s = self.start_s(first_s)
        if self.until_s is not None:
            return self.until_s - start_s
        return max(0.0, last_s - start_s) + LOOP_PAUSE_S

    def play_s(self, offset_s: float) -> float:
        """When something is due, from the start of the replay.

        `offset_s` is when it would be without a ramp.
        """
        if self.ramp is None:
            return offset_s
        return ramped_s(offset_s, self.ramp)


def ramped_s(offset_s: float, ramp: Ramp) -> float:
    """When so much of a recording has been played, under a ramp.

    With the rate ``r(t) = A + (B - A) t / T`` up to T and B afterwards, the first
    ``A t + (B - A) t² / 2T`` seconds of the recording are played by the time t.
    """
    first, last, over_s = ramp
    by_then_s = (first + last) / 2 * over_s
    if offset_s >= by_then_s:
        return over_s + (offset_s - by_then_s) / last
    growth = (last - first) / over_s
    root = sqrt(max(0.0, first * first + 2 * growth * offset_s))
    # the form of the solution that loses no digits where the growth is next to nothing
    return 2 * offset_s / (first + root) if first + root > 0 else 0.0
