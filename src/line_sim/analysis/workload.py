"""What each member of staff was given and did, read off a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis import exposure
from line_sim.analysis.enquiries import columns
from line_sim.desk.model import (
    KIND_CLOSED,
    KIND_FOLLOWED_UP,
    LAPSED,
    NEVER,
    OFFERED,
    PICKED_UP,
    REFUSED,
    STAFF_MESSAGE,
    STATUSES,
    TAKEN_OVER,
    TRANSFERRED,
    WARM,
)

if TYPE_CHECKING:
    from line_sim.log import EventLog

COUNTED = {
    "offers": OFFERED,
    "missed_offers": LAPSED,
    "refused_offers": REFUSED,
    "followed_up": KIND_FOLLOWED_UP,
    "transfers_in": TRANSFERRED,
    "taken_over": TAKEN_OVER,
    "closed": KIND_CLOSED,
    "staff_messages": STAFF_MESSAGE,
}


def by_member(log: EventLog) -> dict[str, np.ndarray]:
    """The columns of :func:`line_sim.analysis.metrics.by_staff`, one entry a member each."""
    return log.known("workload", _by_member)


def _by_member(log: EventLog) -> dict[str, np.ndarray]:
    rows, count = log.rows, len(log.members)

    def counted(at: np.ndarray) -> np.ndarray:
        staff = rows["staff"][at]
        return np.bincount(staff[staff >= 0], minlength=count)

    picked = log.where(PICKED_UP)
    chosen = exposure.decisions(log)
    made = {
        "assigned": counted(picked[rows["reason"][picked] != WARM]),
        "assigned_sticky": np.bincount(chosen.staff[chosen.sticky], minlength=count),
        "passed_over": chosen.passed_over(),
    }
    made |= {name: counted(log.where(kind)) for name, kind in COUNTED.items()}
    made |= _hours(log)
    with np.errstate(divide="ignore", invalid="ignore"):
        made["assigned_per_available_hour"] = made["assigned"] / made["available_hours"]
        made["assigned_per_offerable_hour"] = made["assigned"] / made["offerable_hours"]
        made["occupancy"] = made["hours_with_chat"] / made["available_hours"]
        made["mean_open"] = made["chat_hours"] / made["available_hours"]
        made["load"] = made["capped_chat_hours"] / made["capacity_hours"]
    made["handling_time_s_mean"] = _mean_handling(log, count)
    return made


def _hours(log: EventLog) -> dict[str, np.ndarray]:
    """Hours on shift, available, below the cap, in each status, with a chat; and what they cost."""
    available = exposure.available_hours(log)
    with_chat, chats = exposure.chat_hours(log).T
    cap = exposure.caps(log)
    capped = cap < NEVER
    shift = exposure.shift_hours(log)
    rates = [head.get("cost_per_hour") for head in log.header["members"]]
    rates += [None] * (len(cap) - len(rates))
    cost = np.array([np.nan if rate is None else rate for rate in rates], "f8")
    spent = exposure.time_in_status(log).T * 3600
    return {
        "shift_hours": shift,
        "available_hours": available,
        "offerable_hours": exposure.offerable_hours(log),
        **{f"{name}_s": seconds for name, seconds in zip(STATUSES, spent, strict=True)},
        "hours_with_chat": with_chat,
        "chat_hours": chats,
        "capped_chat_hours": np.where(capped, chats, 0.0),
        "capacity_hours": np.where(capped, cap, 0) * available,
        "cost": shift * cost,
    }


def _mean_handling(log: EventLog, count: int) -> np.ndarray:
    """Mean time from being taken up to the close, by the last owner; NaN for none."""
    made = columns(log)
    took = made["closed_s"] - made["taken_up_s"]
    done = ~np.isnan(took) & ~made["warm"]
    owner = made["owner"][done]
    with np.errstate(invalid="ignore"):
        mean: np.ndarray = np.bincount(owner, took[done], count) / np.bincount(owner, None, count)
    return mean
