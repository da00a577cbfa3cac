"""From the log of a simulated run to what people did in it: the inputs of a desk.

A log says what happened; most of it follows by itself. What people did is in the rows of some
kinds: who wrote, who took an enquiry, wrote to a customer, passed a chat on, closed it, whose
status changed. A desk that is given these acts at their times has to write the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from line_sim.desk.model import (
    AUTO,
    BY_BOT,
    BY_STAFF,
    DROPPED,
    GAVE_UP,
    JOINED,
    KIND_CLOSED,
    KIND_FOLLOWED_UP,
    MOVED_ON,
    PICKED_UP,
    RECEIVED,
    REFUSED,
    SHIFT_ENDED,
    SHIFT_STARTED,
    STAFF_MESSAGE,
    STATUS,
    TAKEN,
    TAKEN_OVER,
    TRANSFER_STARTED,
    TRANSFERRED,
    UNFINISHED,
    VISITOR_MESSAGE,
    WITHDRAWN,
)
from line_sim.desk.model import BOT_HANDED_OVER as HANDED_OVER
from line_sim.desk.rows import ROW_ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = tuple[int, ...]
"""A row of a log: at, kind, reason, channel, enquiry, visitor, staff, destination, attempt."""

OF_PEOPLE = (GAVE_UP, UNFINISHED)
"""Kinds of row that the desk does not know of: it sees nobody leave, and no work undone."""
_KINDS = {
    STATUS: "status", SHIFT_STARTED: "shift", SHIFT_ENDED: "shift", RECEIVED: "write",
    VISITOR_MESSAGE: "write", DROPPED: "write", PICKED_UP: "pick-up", TRANSFERRED: "pick-up",
    REFUSED: "refuse", STAFF_MESSAGE: "message", TRANSFER_STARTED: "transfer",
    TAKEN_OVER: "take-over", JOINED: "join", KIND_FOLLOWED_UP: "follow-up",
    HANDED_OVER: "bot_hands_over",
}  # fmt: skip
_CLOSED = {BY_STAFF: "close", BY_BOT: "bot_solved"}
_BEFORE = {PICKED_UP: TAKEN, TRANSFERRED: TAKEN, TAKEN_OVER: MOVED_ON, KIND_CLOSED: MOVED_ON}
"""Why alerts are withdrawn in an act, right before the row that names it."""


class Act(NamedTuple):
    """What somebody did.

    Parameters
    ----------
    kind
        One of the values of this module's tables: ``write``, ``pick-up``, ``message``, ...
    row
        The row that tells of it.
    """

    kind: str
    row: Row


def act_at(rows: Sequence[Row], place: int) -> Act | None:
    """The act whose first row stands at a place; None where the row there is no act's.

    Rows that follow from an act, or from an earlier one, are no acts; so a reader asks only at a
    place that a desk has not come to by itself.
    """
    here = rows[place]
    at = place
    while rows[at][1] == WITHDRAWN and at + 1 < len(rows):
        at += 1
        if (rows[at][0], rows[at][4]) != (here[0], here[4]):
            return None
    found = rows[at]
    if any(row[2] != _BEFORE.get(found[1]) for row in rows[place:at]):
        return None
    if found[1] == KIND_CLOSED:
        kind = _CLOSED.get(found[2], "")
    elif found[1] == PICKED_UP and found[2] == AUTO:
        kind = ""
    else:
        kind = _KINDS.get(found[1], "")
    return Act(kind, found) if kind else None


def desk_rows(rows: np.ndarray) -> list[Row]:
    """Rows of a log as a bridge can know them: without those of :data:`OF_PEOPLE`."""
    kept = rows[~np.isin(rows["kind"], OF_PEOPLE)]
    columns = (kept[name].astype(np.int64).tolist() for name in ROW_ORDER)
    return [as_known(row) for row in zip(*columns, strict=True)]


def as_known(row: Row) -> Row:
    """A row without what only people know.

    A visitor's class and how often they asked before are 0, and so is the number that a message
    has in its visitor's conversation.
    """
    at, kind, _class, *where, _count = row
    if kind == RECEIVED:
        return (at, kind, 0, *where, 0)
    return (*row[:-1], 0) if kind == STAFF_MESSAGE else row
