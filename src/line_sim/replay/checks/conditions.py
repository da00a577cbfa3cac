"""What probes wait for: conditions over the evidence of a probe so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.replay.evidence import Evidence


def called(event: str) -> Callable[[Evidence], bool]:
    """Whether the bridge has called LINE because of an event, whatever came of it."""

    def has(seen: Evidence) -> bool:
        found = seen.events.get(event)
        return found is not None and bool(found.calls)

    return has


def answered(event: str) -> Callable[[Evidence], bool]:
    """Whether an event was answered, as the customer can see."""

    def has(seen: Evidence) -> bool:
        found = seen.events.get(event)
        return found is not None and bool(found.sends)

    return has


def struck(count: int) -> Callable[[Evidence], bool]:
    """Whether faults met so many webhooks, and these came to an end."""
    return lambda seen: sum(d.ended and bool(d.faults) for d in seen.deliveries) >= count
