"""Every number of one run, computed from its log alone.

:func:`summary` gives them all; the ``by_`` functions give the same ones for parts of the run, and
:func:`over_time` load and staffing by the quarter-hour. Names are those of the product's reports
where it has them (CINNOX guide, reports), else ours. Every share stands beside its numerator and
denominator: :data:`SHARES` says which they are.

Enquiries that were open when the run began (``warm``) are work for staff, and so part of load and
occupancy, but were not received in this run: every other number leaves them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from line_sim.analysis.counts import (
    AWAY_REASONS,
    SERVICE_LEVEL_S,
    SERVICE_LEVELS,
    SHARES,
    aftercare,
    away,
    messages,
    select,
    service,
    shared,
    staff,
    times,
)
from line_sim.analysis.enquiries import class_names, columns
from line_sim.analysis.load import over_time
from line_sim.analysis.messages import REPLY_TOKEN_S
from line_sim.analysis.unseen import blanked
from line_sim.analysis.workload import by_member
from line_sim.desk.model import CINNOX_REASONS, REASONS
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from line_sim.log import EventLog

__all__ = [
    "SERVICE_LEVELS",
    "SERVICE_LEVEL_S",
    "SHARES",
    "by_channel",
    "by_class",
    "by_destination",
    "by_hour",
    "by_reason",
    "by_staff",
    "measures",
    "over_time",
    "summary",
    "waits",
]


def summary(
    log: EventLog,
    *,
    service_level_s: float = SERVICE_LEVEL_S,
    reply_token_s: float = REPLY_TOKEN_S,
) -> pd.Series:
    """Every number of the run, by name; ``docs/log.md`` defines each.

    Parameters
    ----------
    service_level_s
        Threshold of the service levels, seconds; a pickup at exactly that is in time.
    reply_token_s
        How long after the visitor's message an answer can still be a free reply, seconds.

    Returns
    -------
    pandas.Series
        float64; counts are whole, times are seconds, shares lie in 0 ... 1 and are NaN where their
        denominator is 0. Percentiles interpolate between the two nearest observations.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that `measures` need not wait for

    numbers = measures(log, service_level_s=service_level_s, reply_token_s=reply_token_s)
    return pd.Series(numbers, dtype="float64", name="value")


def measures(
    log: EventLog,
    *,
    service_level_s: float = SERVICE_LEVEL_S,
    reply_token_s: float = REPLY_TOKEN_S,
) -> dict[str, float]:
    """The numbers of :func:`summary` as a dictionary, without pandas: for many short runs."""
    everything = columns(log)
    made = select(everything, ~everything["warm"])
    numbers: dict[str, float] = {"carried_in": int(everything["warm"].sum())}
    numbers |= service(made, service_level_s)
    numbers |= away(made)
    numbers |= aftercare(log, made)
    numbers |= staff(log)
    numbers |= messages(log, reply_token_s)
    return blanked(shared(numbers), log.header)


def waits(log: EventLog, who: Literal["all", "answered", "missed", "left"] = "all") -> np.ndarray:
    """Waiting times in seconds, in order of creation.

    Parameters
    ----------
    who
        ``"answered"``: created to first pickup. ``"missed"``: created to the miss. ``"left"``:
        created to leaving unserved, seen by the desk or not. ``"all"``: to the first of pickup,
        miss and visible abandonment; those still waiting at the end, or only with a chatbot, have
        no such time and are left out.
    """
    made = columns(log)
    found = times(select(made, ~made["warm"]))
    allowed = ("all", "answered", "missed", "left")
    if who not in allowed:
        raise ConfigurationError([Fault.unknown("who", who, allowed)])
    return found[who]


def by_class(log: EventLog, *, service_level_s: float = SERVICE_LEVEL_S) -> pd.DataFrame:
    """One row a visitor's class; the columns of :func:`by_channel`."""
    return _grouped(log, "visitor_class", class_names(log), service_level_s)


def by_destination(log: EventLog, *, service_level_s: float = SERVICE_LEVEL_S) -> pd.DataFrame:
    """One row a destination, a last one ``""`` for enquiries that reached none.

    An enquiry counts where it was picked up, else where it was missed, else where it last waited.
    The columns of :func:`by_channel`.
    """
    names = (*log.names("destinations", "destination"), "")
    return _grouped(log, "destination", names, service_level_s)


def by_hour(log: EventLog, *, service_level_s: float = SERVICE_LEVEL_S) -> pd.DataFrame:
    """One row an hour of the local day, 0 to 23, by when enquiries were created, days together.

    The columns of :func:`by_channel`.
    """
    return _grouped(log, "hour", range(24), service_level_s)


def by_channel(log: EventLog, *, service_level_s: float = SERVICE_LEVEL_S) -> pd.DataFrame:
    """One row a channel.

    Returns
    -------
    pandas.DataFrame
        received, handled, answered, missed, missed_rate, followed_up, recovery_rate, abandoned,
        bot_only, open_at_end, waiting_time_s_mean, waiting_time_s_median, waiting_time_s_p90,
        first_response_time_s_median, handling_time_s_mean, service_level, away_sent, away_rate,
        unanswered_after_pickup; as in :func:`summary`.
    """
    return _grouped(log, "channel", log.names("channels", "channel"), service_level_s)


def by_reason(log: EventLog) -> pd.DataFrame:
    """One row a reason of a miss or an away message; nothing counts where no reason is known.

    Returns
    -------
    pandas.DataFrame
        cinnox_reason : the coarse reason it belongs to.
        missed : enquiries missed for it.
        missed_share : of all missed for a known reason.
        away_sent : away messages sent for it.
        away_share : of all away messages.
        away_rate : of all received.
    """
    import pandas as pd  # noqa: PLC0415 - as in summary

    made = columns(log)
    made = select(made, ~made["warm"])
    frame = pd.DataFrame(
        {"cinnox_reason": CINNOX_REASONS.values()}, index=pd.Index(AWAY_REASONS, name="reason")
    )
    for name, column, share in (
        ("missed", "missed_reason", "missed_share"),
        ("away_sent", "away_reason", "away_share"),
    ):
        found = made[column][made[column] > 0]
        frame[name] = [int(np.sum(found == REASONS.index(reason))) for reason in AWAY_REASONS]
        frame[share] = frame[name] / len(found) if len(found) else np.nan
    received = len(made["enquiry"])
    frame["away_rate"] = frame["away_sent"] / received if received else np.nan
    return frame


def by_staff(log: EventLog) -> pd.DataFrame:
    """One row a member of staff.

    Returns
    -------
    pandas.DataFrame
        assigned : pickups (transfers, follow-ups and take-overs apart).
        assigned_sticky : those that followed a sticky offer.
        passed_over : times somebody served more recently was chosen while they were eligible.
        offers, missed_offers, refused_offers : alerts, those that ran out, those refused.
        followed_up, transfers_in, taken_over : chats that became theirs in other ways.
        closed : chats closed while theirs.
        staff_messages : messages written.
        shift_hours, available_hours, offerable_hours : see :mod:`line_sim.analysis.exposure`.
        offline_s, active_s, busy_s, idle_s : time in each status, seconds; the length of the run.
        hours_with_chat : available hours with at least one chat.
        chat_hours : sum over chats of available hours.
        capped_chat_hours, capacity_hours : the same for a member with a cap, and cap times
            available hours; 0 without a cap.
        cost : shift hours times cost per hour.
        assigned_per_available_hour, assigned_per_offerable_hour : rates.
        occupancy : hours_with_chat / available_hours (any_chat_share), in 0 ... 1.
        mean_open : chat_hours / available_hours.
        load : capped_chat_hours / capacity_hours.
        handling_time_s_mean : from being taken up to the close, by the last owner.
    """
    import pandas as pd  # noqa: PLC0415 - as in summary

    numbers = blanked(dict(by_member(log)), log.header)
    return pd.DataFrame(numbers, index=pd.Index(log.members, name="staff", dtype="str"))


GROUPED = (
    "received", "handled", "answered", "missed", "missed_rate", "followed_up", "recovery_rate",
    "abandoned", "bot_only", "open_at_end", "waiting_time_s_mean", "waiting_time_s_median",
    "waiting_time_s_p90", "first_response_time_s_median", "handling_time_s_mean", "service_level",
    "away_sent", "away_rate", "unanswered_after_pickup",
)  # fmt: skip


def _grouped(
    log: EventLog, by: str, names: Sequence[object], service_level_s: float
) -> pd.DataFrame:
    """The columns :data:`GROUPED` for the enquiries of each number of column `by`."""
    import pandas as pd  # noqa: PLC0415 - as in summary

    made = columns(log)
    made = select(made, ~made["warm"])
    start = log.start
    minutes = start.hour * 60 + start.minute + start.second / 60
    made["hour"] = ((made["created_s"] / 60 + minutes) // 60 % 24).astype("i8")
    nowhere = len(names) - 1 if by == "destination" else -1
    code = np.where(made[by] < 0, nowhere, made[by])
    lines = []
    for number in range(len(names)):
        part = select(made, code == number)
        numbers = shared(service(part, service_level_s) | away(part))
        numbers["unanswered_after_pickup"] = int(part["unanswered"].sum())
        lines.append({name: numbers[name] for name in GROUPED})
    index = pd.Index(list(names), name=by.removeprefix("visitor_"))
    return pd.DataFrame(lines, index=index, columns=list(GROUPED))
