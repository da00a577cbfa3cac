"""Numbers that a log cannot tell: NaN, where its header says what its writer could not see.

A log derived from recorded traffic (``header["derived"]["unseen"]``, docs/log.md) has no rows of
offers or statuses. Zero offers would be a false answer, so what is counted from them is NaN.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any

from line_sim.analysis.counts import AWAY_REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDS: Mapping[str, tuple[str, ...]] = {
    "offers": (
        "offers", "missed_offers", "refused_offers", "sticky_offered", "sticky_hits",
        "sticky_hit_rate", "assigned_sticky", "passed_over",
    ),
    "statuses": (
        "available_hours", "offerable_hours", "hours_with_chat", "chat_hours", "occupancy",
        "capped_chat_hours", "capacity_hours", "load", "offline_s", "active_s", "busy_s", "idle_s",
        "mean_open", "assigned_per_available_hour", "assigned_per_offerable_hour",
    ),
    "shifts": ("staff_hours", "staff_hours_per_enquiry", "staff_cost", "cost_per_enquiry",
               "shift_hours", "cost"),
    "reasons": (
        "away_sent_in_hours", "away_sent_out_of_hours", "received_in_hours", "away_rate_in_hours",
        *(f"away_sent_{reason}" for reason in AWAY_REASONS),
        *(f"away_rate_{reason}" for reason in AWAY_REASONS),
    ),
}  # fmt: skip
"""By what was not seen, the numbers of :mod:`line_sim.analysis.metrics` that need it."""


def unseen(header: Mapping[str, Any]) -> frozenset[str]:
    """The words of `NEEDS` that the log's writer could not see."""
    derived = header.get("derived")
    return frozenset(derived.get("unseen", ()) if isinstance(derived, dict) else ())


def blanked(numbers: dict[str, Any], header: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers, NaN in place of each that needs what was not seen."""
    for word in unseen(header):
        for name in NEEDS.get(word, ()):
            if name in numbers:
                numbers[name] = numbers[name] * nan
    return numbers
