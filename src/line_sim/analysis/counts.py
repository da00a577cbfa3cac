"""The parts that a run's numbers are put together from; :mod:`line_sim.analysis.metrics` does.

Each function counts over the enquiries it is given (columns of
:func:`line_sim.analysis.enquiries.columns`), so the whole run and an hour of it are counted alike.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.enquiries import ABANDONED, BOT_ONLY, HANDLED, OPEN, Columns
from line_sim.analysis.messages import line_reply_times_s, sent
from line_sim.analysis.workload import by_member
from line_sim.desk.model import CINNOX_REASONS, CLOSED_HOURS, REASONS

if TYPE_CHECKING:
    from line_sim.log import EventLog

SERVICE_LEVEL_S = 20.0
"""Default threshold of a service level, seconds (chosen, see ``docs/model.md``)."""

SERVICE_LEVELS = {
    "service_level": "answered in time / received",
    "service_level_of_answered": "answered in time / answered",
    "service_level_of_patient": "answered in time / (received - left in time)",
    "service_level_with_left": "(answered or left in time) / received",
}
"""The four definitions in use; the name says which one a figure is."""

AWAY_REASONS = tuple(CINNOX_REASONS)

SHARES = {
    "missed_rate": ("missed", "received"),
    "recovery_rate": ("followed_up", "missed"),
    "service_level": ("answered_in_time", "received"),
    "service_level_of_answered": ("answered_in_time", "answered"),
    "service_level_of_patient": ("answered_in_time", "patient"),
    "service_level_with_left": ("answered_or_left_in_time", "received"),
    "away_rate": ("away_sent", "received"),
    "away_rate_in_hours": ("away_sent_in_hours", "received_in_hours"),
    **{f"away_rate_{reason}": (f"away_sent_{reason}", "received") for reason in AWAY_REASONS},
    "away_rate_customers": ("away_customers", "customers"),
    "sticky_hit_rate": ("sticky_hits", "returning"),
    "occupancy": ("hours_with_chat", "available_hours"),
    "load": ("capped_chat_hours", "capacity_hours"),
    "push_share": ("pushes", "messages_sent"),
    "line_reply_rate": ("line_replied", "line_first_messages"),
    "staff_hours_per_enquiry": ("staff_hours", "handled"),
    "cost_per_enquiry": ("staff_cost", "handled"),
}
"""Each share or ratio and the two entries of :func:`summary` that it divides; NaN over nothing."""

TIMES = (
    "waiting_time_s",
    "waiting_time_answered_s",
    "waiting_time_missed_s",
    "first_response_time_s",
    "handling_time_s",
    "enquiry_duration_s",
)
QUANTILES = {"median": 0.5, "p90": 0.9, "p95": 0.95}


def select(made: Columns, mask: np.ndarray) -> Columns:
    """The enquiries that `mask` marks."""
    return {name: column[mask] for name, column in made.items()}


def times(made: Columns) -> dict[str, np.ndarray]:
    """All samples of times, NaN dropped: the waits by who, and :data:`TIMES` by name."""
    created, picked = made["created_s"], made["picked_up_s"]
    left = np.fmin(made["gave_up_s"], made["abandoned_s"])
    samples = {
        "all": made["waiting_s"],
        "answered": picked - created,
        "missed": made["missed_s"] - created,
        "left": np.where(left < _never(picked), left - created, np.nan),
        "first_response_time_s": made["first_reply_s"] - created,
        "handling_time_s": made["closed_s"] - made["taken_up_s"],
        "enquiry_duration_s": made["closed_s"] - created,
    }
    found = {name: times[~np.isnan(times)] for name, times in samples.items()}
    found["waiting_time_s"] = found["all"]
    found["waiting_time_answered_s"] = found["answered"]
    found["waiting_time_missed_s"] = found["missed"]
    return found


def _never(seconds: np.ndarray) -> np.ndarray:
    """`seconds` with infinity for what never came."""
    return np.where(np.isnan(seconds), np.inf, seconds)


def service(made: Columns, service_level_s: float) -> dict[str, float]:
    """Counts by outcome, times, and the parts of the service levels."""
    outcome = made["outcome"]
    wait = _never(made["picked_up_s"]) - made["created_s"]
    gave_up = _never(made["gave_up_s"]) - made["created_s"]
    left = np.minimum(gave_up, _never(made["abandoned_s"]) - made["created_s"])
    in_time = wait <= service_level_s
    left_in_time = (left < wait) & (left <= service_level_s) & ~in_time
    numbers: dict[str, float] = {
        "received": len(outcome),
        "customers": len(np.unique(made["visitor"])),
        "handled": int(np.sum(outcome == HANDLED)),
        "answered": int(np.sum(np.isfinite(wait))),
        "missed": int(np.sum(~np.isnan(made["missed_s"]))),
        "followed_up": int(np.sum(~np.isnan(made["followed_up_s"]))),
        "abandoned": int(np.sum(outcome == ABANDONED)),
        "bot_only": int(np.sum(outcome == BOT_ONLY)),
        "open_at_end": int(np.sum(outcome == OPEN)),
        "left_silently": int(np.sum(np.isfinite(gave_up) & (gave_up < wait))),
        "picked_up_after_leaving": int(np.sum(np.isfinite(wait) & (gave_up < wait))),
        "answered_in_time": int(np.sum(in_time)),
        "patient": int(np.sum(~left_in_time)),
        "answered_or_left_in_time": int(np.sum(in_time | left_in_time)),
    }
    samples = times(made)
    for name in TIMES:
        sample = samples[name]
        numbers[f"{name}_mean"] = float(sample.mean()) if len(sample) else math.nan
        for label, value in zip(QUANTILES, _quantiles(sample), strict=True):
            numbers[f"{name}_{label}"] = value
    return numbers


def _quantiles(times: np.ndarray) -> list[float]:
    if not len(times):
        return [math.nan] * len(QUANTILES)
    found: list[float] = np.quantile(times, list(QUANTILES.values())).tolist()
    return found


def away(made: Columns) -> dict[str, float]:
    """Away messages by reason, in and out of hours: `closed_hours` alone is out of hours."""
    sent_one = ~np.isnan(made["away_s"])
    shut = (made["away_reason"] == CLOSED_HOURS) | (made["missed_reason"] == CLOSED_HOURS)
    counts = np.bincount(made["away_reason"][sent_one], minlength=len(REASONS))
    return {
        "away_sent": int(np.sum(sent_one)),
        "away_sent_in_hours": int(np.sum(sent_one & ~shut)),
        "away_sent_out_of_hours": int(np.sum(sent_one & shut)),
        "received_in_hours": int(np.sum(~shut)),
        "away_customers": len(np.unique(made["visitor"][sent_one])),
        **{f"away_sent_{name}": int(counts[REASONS.index(name)]) for name in AWAY_REASONS},
    }


def aftercare(log: EventLog, made: Columns) -> dict[str, float]:
    """What happened to customers once somebody had taken their chat."""
    silence = made["longest_silence_s"]
    open_now = np.isnan(made["closed_s"]) & ~np.isnan(made["taken_up_s"])
    here = np.isnan(made["gave_up_s"])
    return {
        "unanswered_after_pickup": int(np.sum(made["unanswered"])),
        "waiting_on_staff_now": int(np.sum(made["unanswered"] & open_now & here)),
        "longest_silence_after_pickup_s": float(np.nanmax(silence))
        if np.any(~np.isnan(silence))
        else math.nan,
        "carried_overnight": int(np.sum(_overnight(log, made))),
        "transfers": int(made["transfers"].sum()),
        "returning": int(np.sum(made["returning"])),
        "sticky_offered": int(np.sum(made["sticky_offered"])),
        "sticky_hits": int(np.sum(made["sticky_hit"])),
    }


def _overnight(log: EventLog, made: Columns) -> np.ndarray:
    """Whether a chat was open across a local midnight, or still when the log ends at one."""
    start = log.start
    offset = start.hour * 3600 + start.minute * 60 + start.second + start.microsecond / 1e6
    taken = (made["taken_up_s"] + offset) // 86400
    closed = np.ceil((made["closed_s"] + offset) / 86400) - 1
    end = (log.until_us / 1e6 + offset) // 86400
    return np.where(np.isnan(closed), end, closed) > taken


def staff(log: EventLog) -> dict[str, float]:
    """Totals over all members; a cost is unknown if anybody's who worked is."""
    made = by_member(log)
    worked = made["shift_hours"] > 0
    total = (
        "assigned", "offers", "missed_offers", "refused_offers", "available_hours",
        "offerable_hours", "hours_with_chat", "capped_chat_hours", "capacity_hours",
    )  # fmt: skip
    return {
        **{name: made[name].sum().item() for name in total},
        "staff_hours": float(made["shift_hours"].sum()),
        "staff_cost": float(made["cost"][worked].sum()) if worked.any() else math.nan,
    }


def messages(log: EventLog, reply_token_s: float) -> dict[str, float]:
    """Replies against pushes, and LINE's reply time."""
    counts = sent(log, reply_token_s=reply_token_s)
    waited = line_reply_times_s(log)
    answered = waited[~np.isnan(waited)]
    replies = counts.staff_replies + counts.automatic_replies
    pushes = counts.staff_pushes + counts.automatic_pushes
    return {
        "messages_sent": replies + pushes,
        "replies": replies,
        "pushes": pushes,
        "staff_replies": counts.staff_replies,
        "staff_pushes": counts.staff_pushes,
        "line_first_messages": len(waited),
        "line_replied": len(answered),
        "line_reply_time_s": float(answered.mean()) if len(answered) else math.nan,
    }


def shared(numbers: dict[str, float]) -> dict[str, float]:
    """`numbers`, and each share of :data:`SHARES` right after the later of its two parts."""
    made: dict[str, float] = {}
    for key, number in numbers.items():
        made[key] = number
        for name, (part, whole) in SHARES.items():
            if name not in made and part in made and whole in made:
                made[name] = made[part] / made[whole] if made[whole] else math.nan
    return made
