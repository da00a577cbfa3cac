"""Messages as LINE counts them: what the quota pays for, and the reply time of an account."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from line_sim.desk.model import (
    AWAY_SENT,
    CLOSE_SENT,
    NOTICE_SENT,
    RECEIVED,
    SECOND,
    STAFF_MESSAGE,
    VISITOR_MESSAGE,
    WELCOME_SENT,
)

if TYPE_CHECKING:
    from line_sim.log import EventLog

REPLY_TOKEN_S = 60.0
"""A reply token works once and within a minute of the webhook (LINE, Messaging API reference)."""

FRAME_S = 24 * 3600.0
REPLY_TIME_DAYS = 30

BY_VISITOR = (RECEIVED, VISITOR_MESSAGE)
AUTOMATIC = (WELCOME_SENT, AWAY_SENT, CLOSE_SENT, NOTICE_SENT)
TO_VISITOR = (STAFF_MESSAGE, *AUTOMATIC)


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """How many messages could be replies, which are free, and how many count against the quota."""

    staff_replies: int
    staff_pushes: int
    automatic_replies: int
    automatic_pushes: int


def sent(log: EventLog, *, reply_token_s: float = REPLY_TOKEN_S) -> Sent:
    """Replies and pushes among all messages to visitors.

    A message can be a reply when it is the first since the visitor's latest message and that came
    at most `reply_token_s` before; messages of the same instant travel in one call and share its
    token. Everything else is a push and counts against the quota (``docs/model.md``).

    Parameters
    ----------
    reply_token_s
        Seconds for which a token is good; 0 or more.
    """
    rows = log.rows
    at = log.where(*BY_VISITOR, *TO_VISITOR)
    group = _conversation(log, at)
    order = np.argsort(group, kind="stable")
    at, group = at[order], group[order]
    kind, moment = rows["kind"][at], rows["at"][at]
    asks = np.isin(kind, BY_VISITOR)
    place = np.arange(len(at))
    latest = np.maximum.accumulate(np.where(asks, place, -1))
    known = (latest >= 0) & (group[latest] == group) & ~asks
    first = np.minimum(latest + 1, len(at) - 1)
    fresh = moment - moment[latest] <= reply_token_s * SECOND
    reply = known & fresh & (moment == moment[first])
    staff = kind == STAFF_MESSAGE
    automatic = ~asks & ~staff
    return Sent(
        staff_replies=int(np.sum(staff & reply)),
        staff_pushes=int(np.sum(staff & ~reply)),
        automatic_replies=int(np.sum(automatic & reply)),
        automatic_pushes=int(np.sum(automatic & ~reply)),
    )


def line_reply_times_s(log: EventLog) -> np.ndarray:
    """Reply times as LINE shows them in an account's profile: seconds, one a first message.

    A visitor's first message opens a frame of 24 hours; the next one after its end opens another.
    The time to the first message by staff within the frame counts, automatic messages do not, and
    NaN stands for a frame without one. Frames that began in the last 30 days of the log, to the
    millisecond (LINE Official Account manager help, "reply time"; LINE takes whole past days).
    """
    rows = log.rows
    asked = log.where(*BY_VISITOR)
    wrote = log.where(STAFF_MESSAGE)
    group = _conversation(log, np.append(asked, wrote))
    span = log.until_us // 1000 + round(2 * FRAME_S * 1000)
    asks = np.sort(group[: len(asked)] * span + rows["at"][asked] // 1000)
    answers = np.sort(group[len(asked) :] * span + rows["at"][wrote] // 1000)
    first = _frames(asks, span)
    recent = first % span >= log.until_us // 1000 - round(REPLY_TIME_DAYS * FRAME_S * 1000)
    first = first[recent]
    answer = np.append(answers, 2 * FRAME_S * 1000 + first.max(initial=0))
    waited = (answer[np.searchsorted(answers, first)] - first) / 1000
    return np.where(waited <= FRAME_S, waited, np.nan)


def _conversation(log: EventLog, at: np.ndarray) -> np.ndarray:
    """Number of the conversation of each of these rows: one a visitor and channel."""
    rows = log.rows
    channels = int(rows["channel"].max(initial=0)) + 2
    number: np.ndarray = rows["visitor"][at].astype("i8") * channels + rows["channel"][at]
    return number


def _frames(asks: np.ndarray, span: int) -> np.ndarray:
    """The messages that open a frame, of sorted ``conversation * span + milliseconds``.

    One step a frame and conversation at most, so a year of logs is a few hundred steps.
    """
    opens = np.flatnonzero(np.append(True, asks[1:] // span != asks[:-1] // span)[: len(asks)])
    found = []
    while opens.size:
        found.append(asks[opens])
        after = np.searchsorted(asks, asks[opens] + round(FRAME_S * 1000))
        inside = after < len(asks)
        opens, after = opens[inside], after[inside]
        opens = after[asks[after] // span == asks[opens] // span]
    return np.concatenate(found) if found else asks
