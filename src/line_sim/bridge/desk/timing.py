"""The timers of a live desk: which of them still mean something, and firing those that are due."""

from __future__ import annotations

from typing import Any

from line_sim.desk.model import (
    TIMER_CLOSE,
    TIMER_LAPSE,
    TIMER_LIMIT,
    TIMER_REROUTE,
    TIMER_WIDEN,
)
from line_sim.desk.rows import pop
from line_sim.desk.timers import advance

EVERY = 1 << 62
"""As many as there are."""


def fire(desk: Any, through: int, most: int = EVERY) -> int:
    """Fire up to `most` timers due by `through`, each at its own due time; how many there were."""
    fired = 0
    while fired < most and next_due(desk) <= through:
        advance(desk, desk.timers[0][0])
        fired += 1
    desk.told.clear()
    return fired


def next_due(desk: Any) -> int:
    """When the next timer is due that does anything, microseconds; NEVER if there is none.

    Those whose enquiry has moved on are forgotten: what they fire into is nothing.
    """
    while is_spent(desk, desk.timers[0]):
        pop(desk.timers)
    due: int = desk.timers[0][0]
    return due


def is_spent(desk: Any, timer: tuple[int, int, int, int, int]) -> bool:
    """Whether a timer can never do anything again; reroutes may, for a search may begin anew."""
    _at, kind, e, _place, generation = timer
    if not TIMER_LAPSE <= kind <= TIMER_CLOSE or kind == TIMER_REROUTE:
        return False
    enquiry = desk.enquiries[e]
    if kind in {TIMER_LAPSE, TIMER_LIMIT}:
        return bool(enquiry.generation != generation)
    if kind == TIMER_WIDEN:
        return bool(enquiry.leg_serial != generation)
    return bool(enquiry.close_generation != generation)
