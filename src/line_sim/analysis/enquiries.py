"""One row an enquiry: what became of each, read off a log; the base of every metric.

Everything is vectorised over the whole log, a million enquiries take about a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.exposure import sticky
from line_sim.analysis.timeline import OWNER_GAINED
from line_sim.desk.model import (
    AWAY_SENT,
    BOT_HANDED_OVER,
    BOT_STARTED,
    GAVE_UP,
    KIND_ABANDONED,
    KIND_CLOSED,
    KIND_FOLLOWED_UP,
    KIND_MISSED,
    LAPSED,
    OFFERED,
    PICKED_UP,
    QUEUED,
    REASONS,
    RECEIVED,
    REOPENED,
    SECOND,
    STAFF_MESSAGE,
    STICKY,
    TRANSFERRED,
    VISITOR_MESSAGE,
    WARM,
)

if TYPE_CHECKING:
    import pandas as pd

    from line_sim.log import EventLog

OUTCOMES = ("handled", "missed", "abandoned", "bot_only", "open")
"""What became of an enquiry, exactly one of these; see :func:`table`."""
HANDLED, MISSED, ABANDONED, BOT_ONLY, OPEN = range(len(OUTCOMES))

Columns = dict[str, np.ndarray]


def table(log: EventLog) -> pd.DataFrame:
    """One row an enquiry received in `log`, indexed by ``enquiry``, in order of creation.

    Times end in ``_s`` and are seconds since the start, missing where it never came to that.

    Returns
    -------
    pandas.DataFrame
        channel : name of the channel it came by.
        visitor : number of the visitor.
        visitor_class : the visitor's class.
        attempt : how many times this visit had asked before.
        warm : already open when the run began; no metric counts it as received.
        created_s : when it was received.
        first_offer_s : first alert to anybody.
        offers : alerts in all, transfers included.
        missed_offers : alerts that ran out unanswered.
        picked_up_s : first pickup.
        picked_up_by : who that was.
        destination : that of the pickup, else of the miss, else the last that offered or queued it.
        missed_s : when it was missed.
        missed_reason : why.
        followed_up_s : when a missed one was taken up later.
        followed_up_by : who did.
        taken_up_s : first pickup or follow-up.
        waiting_s : from creation to the first of pickup, miss, visible abandonment.
        gave_up_s : when the visitor left without a sign.
        abandoned_s : when the visitor left and the desk saw it.
        away_s : when the away message went out.
        away_reason : why.
        first_reply_s : first message by staff.
        visitor_messages : messages by the visitor, the first included.
        staff_messages : messages by staff.
        longest_silence_s : longest a message waited for staff after the chat was taken up, until
            they wrote, the visitor left, the chat closed or the log ended.
        unanswered : taken up while the visitor was there, but their last message got no answer.
        transfers : transfers accepted.
        owner : last member who owned it.
        closed_s : when it closed; missing while it is open, also anew.
        closed_by : staff, system or bot.
        returning : staff had helped the visitor before, or a sticky offer shows that they had.
        sticky_offered : offered to the remembered helper.
        sticky_hit : picked up by the remembered helper from such an offer.
        bot : a chatbot took it at some time.
        outcome : handled (staff took it up at some time), missed (and never followed up), abandoned
            (visibly), bot_only (a chatbot had it to the end), open (still waiting at the end).
    """
    import pandas as pd  # noqa: PLC0415 - half a second that the metrics need not wait for

    made = dict(columns(log))
    number = made.pop("enquiry")
    names = {
        "channel": log.names("channels", "channel"),
        "destination": log.names("destinations", "destination"),
        "visitor_class": class_names(log),
        "outcome": OUTCOMES,
    }
    names |= dict.fromkeys(("picked_up_by", "followed_up_by", "owner"), log.members)
    names |= dict.fromkeys(("missed_reason", "away_reason", "closed_by"), REASONS)
    for column, categories in names.items():
        made[column] = pd.Categorical.from_codes(made[column], list(categories))
    return pd.DataFrame(made, index=pd.Index(number, name="enquiry"))


def class_names(log: EventLog) -> tuple[str, ...]:
    """Names of the visitors' classes, also of numbers that the header does not name."""
    names = log.names("classes")
    top = int(columns(log)["visitor_class"].max(initial=-1)) + 1
    return names + tuple(f"class {number}" for number in range(len(names), top))


def columns(log: EventLog) -> Columns:
    """The columns of :func:`table` as arrays, and ``enquiry``, with numbers in place of names.

    Seconds are float64 with NaN for missing, names are numbers with -1 for missing (reasons as in
    ``line_sim.desk.model.REASONS``, outcomes as in :data:`OUTCOMES`). Do not write to them.
    """
    return log.known("enquiries", lambda same: _columns(_Rows(same)))


class _Rows:
    """The rows of a log, found by kind and by enquiry."""

    def __init__(self, log: EventLog) -> None:
        self.log, self.rows = log, log.rows
        self.of = log.where
        self.born = self.of(RECEIVED)
        self.number = self.rows["enquiry"][self.born]
        self.count = len(self.number)
        top = int(self.rows["enquiry"].max(initial=-1))
        self._place = np.full(top + 2, -1)  # the last one, for rows about no enquiry, stays -1
        self._place[self.number] = np.arange(self.count)

    def place(self, at: np.ndarray) -> np.ndarray:
        """Which enquiry, by order of creation, each of these rows is about; -1 if none known."""
        places: np.ndarray = self._place[self.rows["enquiry"][at]]
        return places

    def known(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Those of these rows that are about a known enquiry, and which."""
        place = self.place(at)
        return at[place >= 0], place[place >= 0]

    def first(self, at: np.ndarray) -> np.ndarray:
        """For each enquiry the first of these rows about it, -1 if none."""
        at, place = self.known(at)
        found = np.full(self.count, -1)
        found[place[::-1]] = at[::-1]
        return found

    def last(self, at: np.ndarray) -> np.ndarray:
        """For each enquiry the last of these rows about it, -1 if none."""
        at, place = self.known(at)
        found = np.full(self.count, -1)
        found[place] = at
        return found

    def counted(self, at: np.ndarray) -> np.ndarray:
        """For each enquiry how many of these rows are about it."""
        return np.bincount(self.known(at)[1], minlength=self.count)

    def seconds(self, at: np.ndarray) -> np.ndarray:
        """When each of these rows happened; NaN for -1."""
        return np.where(at >= 0, self.rows["at"][at] / SECOND, np.nan) if len(self.rows) else at

    def value(self, column: str, at: np.ndarray) -> np.ndarray:
        """A column of each of these rows; -1 for -1."""
        return np.where(at >= 0, self.rows[column][at], -1) if len(self.rows) else at


def _columns(rows: _Rows) -> Columns:
    """All columns, in the order of the docstring of :func:`table`."""
    picked, missed = rows.first(rows.of(PICKED_UP)), rows.first(rows.of(KIND_MISSED))
    followed, abandoned = rows.first(rows.of(KIND_FOLLOWED_UP)), rows.first(rows.of(KIND_ABANDONED))
    taken = _earliest(picked, followed)
    closed = rows.last(rows.of(KIND_CLOSED))
    closed[closed < rows.last(rows.of(REOPENED))] = -1
    gave_up, away = rows.first(rows.of(GAVE_UP)), rows.first(rows.of(AWAY_SENT))
    gained = rows.of(*OWNER_GAINED)
    owner = rows.last(gained[rows.rows["staff"][gained] >= 0])
    created = rows.seconds(rows.born)
    messages, silence = _silences(rows, rows.seconds(taken), rows.seconds(gave_up))
    pending = rows.last(rows.of(RECEIVED, VISITOR_MESSAGE)) > rows.last(rows.of(STAFF_MESSAGE))
    gone = (gave_up >= 0) & (gave_up < taken)
    offered = rows.of(OFFERED)
    sticky_offered, sticky_hit, returning = _stickiness(rows, picked)
    visitor = rows.rows["visitor"][rows.born]
    return {
        "enquiry": rows.number,
        "channel": rows.rows["channel"][rows.born],
        "visitor": visitor,
        "visitor_class": rows.rows["reason"][rows.born],
        "attempt": np.maximum(rows.rows["attempt"][rows.born], 0),
        "warm": (picked >= 0) & (rows.value("reason", picked) == WARM),
        "created_s": created,
        "first_offer_s": rows.seconds(rows.first(offered)),
        "offers": rows.counted(offered),
        "missed_offers": rows.counted(rows.of(LAPSED)),
        "picked_up_s": rows.seconds(picked),
        "picked_up_by": rows.value("staff", picked),
        "destination": _destination(rows, picked, missed),
        "missed_s": rows.seconds(missed),
        "missed_reason": rows.value("reason", missed),
        "followed_up_s": rows.seconds(followed),
        "followed_up_by": rows.value("staff", followed),
        "taken_up_s": rows.seconds(taken),
        "waiting_s": rows.seconds(_earliest(picked, _earliest(missed, abandoned))) - created,
        "gave_up_s": rows.seconds(gave_up),
        "abandoned_s": rows.seconds(abandoned),
        "away_s": rows.seconds(away),
        "away_reason": rows.value("reason", away),
        "first_reply_s": rows.seconds(rows.first(rows.of(STAFF_MESSAGE))),
        "visitor_messages": messages,
        "staff_messages": rows.counted(rows.of(STAFF_MESSAGE)),
        "longest_silence_s": silence,
        "unanswered": pending & (taken >= 0) & ~gone,
        "transfers": rows.counted(rows.of(TRANSFERRED)),
        "owner": rows.value("staff", owner),
        "closed_s": rows.seconds(closed),
        "closed_by": rows.value("reason", closed),
        "returning": returning,
        "sticky_offered": sticky_offered,
        "sticky_hit": sticky_hit,
        "bot": rows.first(rows.of(BOT_STARTED)) >= 0,
        "outcome": _outcome(rows, taken, missed, abandoned),
    }


def _earliest(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The earlier of two rows each, where -1 is none."""
    return np.where((one < 0) | ((other >= 0) & (other < one)), other, one)


def _destination(rows: _Rows, picked: np.ndarray, missed: np.ndarray) -> np.ndarray:
    seen = rows.of(OFFERED, QUEUED, BOT_STARTED)
    found = rows.value("destination", picked)
    for at in (missed, rows.last(seen[rows.rows["destination"][seen] >= 0])):
        found = np.where(found < 0, rows.value("destination", at), found)
    return found


def _outcome(
    rows: _Rows, taken: np.ndarray, missed: np.ndarray, abandoned: np.ndarray
) -> np.ndarray:
    bot, passed_on = rows.last(rows.of(BOT_STARTED)), rows.last(rows.of(BOT_HANDED_OVER))
    return np.select(
        [taken >= 0, abandoned >= 0, missed >= 0, (bot >= 0) & (bot > passed_on)],
        [HANDLED, ABANDONED, MISSED, BOT_ONLY],
        OPEN,
    )


def _stickiness(rows: _Rows, picked: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether offered to the remembered helper, whether that hit, whether the visitor returns."""
    offered = rows.of(OFFERED)
    offered = offered[rows.rows["reason"][offered] == STICKY]
    hit = (picked >= 0) & sticky(rows.log, picked) if len(rows.rows) else picked >= 0
    was_offered = hit | (rows.first(offered) >= 0)

    taken = rows.of(PICKED_UP, KIND_FOLLOWED_UP)
    visitor = rows.rows["visitor"]
    helped = np.full(int(visitor.max(initial=-1)) + 2, len(rows.rows))
    helped[visitor[taken[::-1]]] = taken[::-1]
    return was_offered, hit, was_offered | (helped[visitor[rows.born]] < rows.born)


def _silences(
    rows: _Rows, taken_s: np.ndarray, gave_up_s: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Number of the visitor's messages, and the longest silence of staff in seconds.

    A silence begins with the first of the visitor's messages that staff have not answered, or when
    the chat is taken up if that is later.
    """
    at, place = rows.known(rows.of(RECEIVED, VISITOR_MESSAGE, STAFF_MESSAGE, KIND_CLOSED))
    order = np.argsort(place, kind="stable")
    at, place = at[order], place[order]
    wrote = np.isin(rows.rows["kind"][at], (RECEIVED, VISITOR_MESSAGE))
    messages = np.bincount(place[wrote], minlength=rows.count)

    changes = np.append(True, (place[1:] != place[:-1]) | (wrote[1:] != wrote[:-1]))
    at, place, wrote = at[changes[: len(at)]], place[changes[: len(at)]], wrote[changes[: len(at)]]
    ended = np.append(place[1:] == place[:-1], False)[: len(at)]
    ends = np.where(ended, np.append(rows.rows["at"][at[1:]], 0)[: len(at)], rows.log.until_us)
    asked, place = np.flatnonzero(wrote), place[wrote]
    begin = np.fmax(rows.rows["at"][at[asked]] / SECOND, taken_s[place])
    end = np.fmin(ends[asked] / SECOND, gave_up_s[place])
    silence = np.full(rows.count, np.nan)
    lasted = np.where(np.isnan(taken_s[place]), np.nan, np.maximum(end - begin, 0.0))
    np.fmax.at(silence, place, lasted)
    return messages, silence
