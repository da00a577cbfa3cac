"""What every member of staff was doing at every moment, read off a log.

A member's timeline is a step function: status, whether on shift, whether the account is live, how
many chats and how many alerts are held. Each is rebuilt from rows alone: a chat belongs to whoever
last became its owner, an alert is held from its ``offered`` row to the next row about the same
member and enquiry.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from line_sim.desk.model import (
    ACCOUNT_CHANGED,
    KIND_ABANDONED,
    KIND_CLOSED,
    KIND_FOLLOWED_UP,
    KIND_MISSED,
    LAPSED,
    NOBODY,
    OFFERED,
    OFFLINE,
    PICKED_UP,
    REFUSED,
    REOPENED,
    SHIFT_ENDED,
    SHIFT_STARTED,
    STATUS,
    TAKEN_OVER,
    TRANSFERRED,
    WAS_ENABLED,
    WAS_OFFLINE,
    WITHDRAWN,
)

if TYPE_CHECKING:
    from line_sim.log import EventLog

OWNER_GAINED = (PICKED_UP, KIND_FOLLOWED_UP, TRANSFERRED, TAKEN_OVER, REOPENED)
OWNER_LOST = (KIND_CLOSED, KIND_ABANDONED, KIND_MISSED)
ALERT_ENDED = (LAPSED, WITHDRAWN, REFUSED, PICKED_UP, TRANSFERRED)

_STATUS, _SHIFT, _ACCOUNT, _CHATS, _ALERTS = range(5)


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    """One member's state as steps; entry i holds from ``at[i]`` until ``at[i + 1]``.

    Parameters
    ----------
    row : position in the log of the row that brought the step; -1 for the first, the start.
    at : microseconds, not decreasing; steps of no length come from rows at one instant.
    status : number of the status, see ``line_sim.desk.model.STATUSES``.
    on_shift, live : bool.
    chats : open chats owned.
    alerts : alerts held.
    """

    row: np.ndarray
    at: np.ndarray
    status: np.ndarray
    on_shift: np.ndarray
    live: np.ndarray
    chats: np.ndarray
    alerts: np.ndarray

    def before(self, rows: np.ndarray) -> np.ndarray:
        """Which step held just before each of `rows` (positions in the log)."""
        return np.searchsorted(self.row, rows, "left") - 1

    def lengths_us(self, until_us: int) -> np.ndarray:
        """How long each step lasted within the run, microseconds."""
        return np.diff(np.append(self.at, max(until_us, self.at[-1])))


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """Moves of chats between owners: at log position ``row`` `enquiry` went from one to another.

    Parameters
    ----------
    row, enquiry : int64, in the order of (enquiry, row).
    before, after : number of the old and the new owner, -1 = nobody; always different.
    """

    row: np.ndarray
    enquiry: np.ndarray
    before: np.ndarray
    after: np.ndarray


def ownership(log: EventLog) -> Changes:
    """Every change of owner in `log`.

    A ``reopened`` row names its owner, except where the reason is ``offline``: then it names the
    one who went and lost the chat.
    """
    return log.known("ownership", _ownership)


def timelines(log: EventLog) -> tuple[Timeline, ...]:
    """One timeline a member, in the order of their numbers.

    A member is OFFLINE until their first ``status`` row. Where a log has no shift rows about a
    member, they count as on shift throughout when the header plans no shift for them (a live desk
    knows none), and as absent when it does.
    """
    return log.known("timelines", _timelines)


def previous_alike(key: np.ndarray, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order by `key`, keeping the log's order within; and the kind of the one before, same key.

    Returns
    -------
    order : positions, sorted by key.
    earlier : kind of the entry before in that order, -1 where the key changes.
    """
    order = np.argsort(key, kind="stable")
    earlier = np.full(len(order), -1, "i8")
    same = key[order][1:] == key[order][:-1]
    earlier[1:][same] = kind[order][:-1][same]
    return order, earlier


def _ownership(log: EventLog) -> Changes:
    rows = log.rows
    at = log.where(*OWNER_GAINED, *OWNER_LOST)
    found = rows[at]
    released = (found["kind"] == REOPENED) & (found["reason"] == WAS_OFFLINE)
    gained = np.isin(found["kind"], OWNER_GAINED) & ~released
    after = np.where(gained, found["staff"], NOBODY)
    order, before = previous_alike(found["enquiry"], after)
    at, found, after = at[order], found[order], after[order]
    moved = before != after
    return Changes(at[moved], found["enquiry"][moved], before[moved], after[moved])


def alert_changes(log: EventLog) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows at which an alert began, and at which one ended; each in order."""
    rows = log.rows
    at = log.where(OFFERED, *ALERT_ENDED)
    found = rows[at]
    key = found["enquiry"].astype("i8") * (len(log.members) + 1) + found["staff"]
    order, earlier = previous_alike(key, found["kind"])
    offered = found["kind"][order] == OFFERED
    begun = at[order][offered & (earlier != OFFERED)]
    ended = at[order][~offered & (earlier == OFFERED)]
    return np.sort(begun), np.sort(ended)


def _steps(log: EventLog) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All that changes for anybody: member, row, which field, new value or difference."""
    rows = log.rows
    moves = ownership(log)
    begun, ended = alert_changes(log)
    status, account = log.where(STATUS), log.where(ACCOUNT_CHANGED)
    shift = log.where(SHIFT_STARTED, SHIFT_ENDED)
    parts = []
    for field, at, values in (
        (_STATUS, status, rows["reason"][status] - WAS_OFFLINE),
        (_SHIFT, shift, rows["kind"][shift] == SHIFT_STARTED),
        (_ACCOUNT, account, rows["reason"][account] == WAS_ENABLED),
        (_ALERTS, begun, np.full(len(begun), 1)),
        (_ALERTS, ended, np.full(len(ended), -1)),
    ):
        parts.append((rows["staff"][at], at, np.full(len(at), field), values))
    for owners, change in ((moves.after, 1), (moves.before, -1)):
        anybody = owners >= 0
        chats = np.full(int(anybody.sum()), _CHATS)
        parts.append((owners[anybody], moves.row[anybody], chats, np.full(len(chats), change)))
    member, row, what, value = (
        np.concatenate(column).astype("i8") for column in zip(*parts, strict=True)
    )
    order = np.lexsort((row, member))
    return member[order], row[order], what[order], value[order]


def _timelines(log: EventLog) -> tuple[Timeline, ...]:
    member, *changes = _steps(log)
    count = len(log.members)
    edges = np.searchsorted(member, np.arange(count + 1))
    made = []
    for number in range(count):
        row, what, value = (column[edges[number] : edges[number + 1]] for column in changes)
        on_shift, live = _at_first(log, number, value[what == _SHIFT])
        made.append(
            Timeline(
                row=np.append(-1, row),
                at=np.append(0, log.rows["at"][row]),
                status=_carried(OFFLINE, what == _STATUS, value),
                on_shift=_carried(on_shift, what == _SHIFT, value).astype(bool),
                live=_carried(live, what == _ACCOUNT, value).astype(bool),
                chats=_counted(what == _CHATS, value),
                alerts=_counted(what == _ALERTS, value),
            )
        )
    return tuple(made)


def _at_first(log: EventLog, number: int, shift_rows: np.ndarray) -> tuple[bool, bool]:
    """Whether a member is on shift, and their account live, when the log begins."""
    heads, plans = log.header["members"], log.header["shifts"]
    suspended = number < len(heads) and heads[number].get("account") == "suspended"
    if shift_rows.size:
        return not shift_rows[0], not suspended
    return not (number < len(plans) and plans[number]), not suspended


def _carried(first: float, changed: np.ndarray, value: np.ndarray) -> np.ndarray:
    """`first`, then at each step the latest value that `changed` marks."""
    values = np.append(int(first), value)
    latest = np.append(0, np.where(changed, np.arange(1, len(values)), 0))
    return values[np.maximum.accumulate(latest)]


def _counted(changed: np.ndarray, value: np.ndarray) -> np.ndarray:
    """0, then at each step the sum so far of the differences that `changed` marks."""
    return np.cumsum(np.append(0, np.where(changed, value, 0)))
