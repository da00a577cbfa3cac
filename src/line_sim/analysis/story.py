"""One enquiry's story in words: who was asked, who was passed over and why, what was seen."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis import exposure
from line_sim.analysis.timeline import Timeline, timelines
from line_sim.desk.model import (
    AUTO,
    AWAY_SENT,
    CLOSE_SENT,
    IDLE,
    KIND_ABANDONED,
    KINDS,
    LAPSED,
    NOTICE_SENT,
    OFFERED,
    OFFLINE,
    PICKED_UP,
    QUEUED,
    REASONS,
    RECEIVED,
    REFUSED,
    SECOND,
    STAFF_MESSAGE,
    STATUSES,
    TRANSFER,
    TRANSFER_STARTED,
    VISITOR_MESSAGE,
    WARM,
    WELCOME_SENT,
)
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.log import EventLog

SEEN = {
    STAFF_MESSAGE: "an answer by {staff}",
    WELCOME_SENT: "the welcome message",
    AWAY_SENT: "the away message",
    CLOSE_SENT: "the close message",
    NOTICE_SENT: "the notice that the chat will close",
}
"""What reaches the visitor."""

TOLD = {
    "received": "visitor {visitor} ({visitor_class}) wrote to {channel}: enquiry {enquiry}",
    "offered": "offered to {staff}{place}",
    "lapsed": "{staff} let the offer run out: a missed offer",
    "withdrawn": "the offer to {staff} was taken back ({reason})",
    "refused": "{staff} refused",
    "queued": "waits in {destination}, nobody free",
    "skipped": "{destination} was passed over ({reason})",
    "widened": "{attempt} members may be asked by now",
    "picked_up": "{staff} took it{place}{how}",
    "missed": "missed: {why}",
    "followed_up": "{staff} took the missed enquiry up",
    "closed": "closed by {reason}",
    "unfinished": "closed over {attempt} s of unfinished work",
    "reopened": "came back to life",
    "transfer_started": "{staff} asked for a transfer",
    "transferred": "transferred to {staff}{place}",
    "transfer_failed": "the transfer failed ({reason}), {staff} keeps it",
    "taken_over": "{staff} took it over",
    "joined": "{staff} joined the room",
    "gave_up": "the visitor left without a sign; the desk does not know",
    "abandoned": "the visitor left, and the desk saw it",
    "welcome_sent": "the welcome message went out",
    "away_sent": "the away message went out: {why}",
    "close_sent": "the close message went out",
    "notice_sent": "the notice before closing went out",
    "visitor_message": "the visitor wrote again",
    "staff_message": "{staff} answered",
    "bot_started": "the chatbot {destination} took it",
    "bot_handed_over": "the chatbot passed it on",
    "rerouted": "the schedule changed, the rule was asked again",
}
"""Each kind of row about an enquiry, in words."""

WHY = {
    "no_destination": "the rule names no destination",
    "closed_hours": "outside opening hours",
    "nobody_on_shift": "nobody on shift",
    "all_away": "everybody on shift was away",
    "all_at_cap": "everybody had all the chats they may have",
    "unanswered": "offered, but nobody took it in time",
    "hold_limit": "the queue's hold limit",
    "queue_full": "the queue was full",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Story:
    """What happened to one enquiry; ``print(story)`` or leave it last in a notebook cell.

    Parameters
    ----------
    enquiry : its number.
    lines : one a happening, with the local time, in order.
    seen : one a message that reached the visitor or was sent by them: what the customer saw.
    """

    enquiry: int
    lines: tuple[str, ...]
    seen: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join((*self.lines, "", "What the customer saw", *self.seen))

    __repr__ = __str__


def explain(log: EventLog, enquiry: int) -> Story:
    """The story of `enquiry`, a number as in the log's ``enquiry`` column.

    Whenever it was offered, assigned or put in a line, the story adds who else of that destination
    was not asked, and why: account suspended, off shift, offline, busy, idle, at the chat cap,
    another offer, had let this one go already, or free but later by the method.

    Raises
    ------
    ConfigurationError
        When no such enquiry was received in the log.
    """
    mine = np.flatnonzero(log.rows["enquiry"] == enquiry)
    if not np.any(log.rows["kind"][mine] == RECEIVED):
        known = log.rows["enquiry"][log.rows["kind"] == RECEIVED]
        span = f"{known.min()} to {known.max()}" if len(known) else "none, the log has no enquiry"
        raise ConfigurationError([Fault("enquiry", str(enquiry), f"a number received: {span}")])
    teller = _Teller(log, mine)
    lines = [line for at in mine for line in teller.told(int(at))]
    seen = [line for at in mine for line in teller.shown(int(at))]
    return Story(enquiry, tuple(lines), (*seen, teller.ending()))


class _Teller:
    """Puts rows of one enquiry into words."""

    def __init__(self, log: EventLog, mine: np.ndarray) -> None:
        self.log, self.mine, self.rows = log, mine, log.rows
        self.states = timelines(log)
        self.caps = exposure.caps(log)
        self.serves = exposure.membership(log)
        self.days = log.until_us > 86_400 * SECOND

    def clock(self, at: int) -> str:
        """The local time of a row, with the date where the log is longer than a day."""
        moment = self.log.start + dt.timedelta(microseconds=int(self.rows["at"][at]))
        return f"{moment:%a %Y-%m-%d %H:%M:%S}" if self.days else f"{moment:%H:%M:%S}"

    def told(self, at: int) -> list[str]:
        """One row in words, and under an offer or a pickup who was passed over."""
        kind = KINDS[self.rows["kind"][at]]
        line = TOLD.get(kind, kind).format_map(self.words(at))
        lines = [f"{self.clock(at)}  {line}"]
        if self.chose(at):
            lines += [f"          not {one}" for one in self.passed_over(at)]
        return lines

    def words(self, at: int) -> dict[str, object]:
        """Every blank that :data:`TOLD` has."""
        row = self.log[at]
        reason = str(row.get("reason", ""))
        how = {REASONS[AUTO]: " at once, by auto pick-up", REASONS[WARM]: " before the run began",
               "sticky": ", who had helped this visitor before"}  # fmt: skip
        words: dict[str, object] = dict.fromkeys(("staff", "destination", "attempt"), "somebody")
        words |= {**row, "reason": reason.replace("_", " "), "visitor_class": reason}
        place = f" in {row['destination']}" if "destination" in row else ""
        if row["kind"] == KINDS[OFFERED]:
            place += {"sticky": ", who has helped this visitor before",
                      "transfer": ", as a transfer"}.get(reason, "")  # fmt: skip
        words["place"], words["how"] = place, how.get(reason, "")
        words["why"] = WHY.get(reason, "no reason noted")
        return words

    def chose(self, at: int) -> bool:
        """Whether members were gone through here: last alert of an instant, a pickup, a line."""
        row = self.rows[at]
        if row["destination"] < 0 or row["destination"] >= len(self.serves):
            return False
        if row["kind"] == QUEUED:
            return True
        if row["kind"] == PICKED_UP:
            return bool(row["reason"] == AUTO)
        others = self.alerted(at)
        return bool(row["kind"] == OFFERED and at == max(others))

    def alerted(self, at: int) -> list[int]:
        """Positions of all alerts of this enquiry at the instant of row `at`."""
        now = self.rows[self.mine]
        same = (now["kind"] == OFFERED) & (now["at"] == self.rows["at"][at])
        return [int(one) for one in self.mine[same]] or [at]

    def passed_over(self, at: int) -> list[str]:
        """Everybody else of the destination, each with why not."""
        row = self.rows[at]
        alerts = self.alerted(at) if row["kind"] == OFFERED else [at]
        chosen = {int(self.rows["staff"][one]) for one in alerts}
        earlier = self.rows[self.mine[self.mine < min(alerts)]]
        over = np.isin(earlier["kind"], (LAPSED, REFUSED))
        declined = set(earlier["staff"][over].tolist())
        asked = earlier["staff"][earlier["kind"] == TRANSFER_STARTED]
        if row["reason"] == TRANSFER and len(asked):
            chosen.add(int(asked[-1]))
        names = self.log.members
        return [
            f"{names[member]}: {self.why_not(member, min(alerts), declined)}"
            for member in np.flatnonzero(self.serves[row["destination"]]).tolist()
            if member not in chosen
        ]

    def why_not(self, member: int, at: int, declined: set[int]) -> str:
        """Why `member` was not asked at row `at`."""
        one: Timeline = self.states[member]
        step = int(one.before(np.array([at]))[0])
        status, chats, cap = int(one.status[step]), int(one.chats[step]), int(self.caps[member])
        receiving = STATUSES[status] in self.log.header["receiving_statuses"]
        reasons = (
            (not one.live[step], "account suspended"),
            (not receiving and not one.on_shift[step], "off shift"),
            (not receiving and status == OFFLINE, "offline"),
            (not receiving and status == IDLE, "away (idle)"),
            (not receiving, STATUSES[status]),
            (chats >= cap, f"at the cap, {chats} of {cap} chats"),
            (member in declined, "had let it go before"),
            (one.alerts[step] > 0, "had another offer"),
        )
        return next((why for applies, why in reasons if applies), "free, but later by the method")

    def shown(self, at: int) -> list[str]:
        """What the visitor saw or did at a row; nothing for what stays at the desk."""
        kind = int(self.rows["kind"][at])
        since = _lasting(int(self.rows["at"][at] - self.rows["at"][self.mine[0]]))
        if kind in {RECEIVED, VISITOR_MESSAGE}:
            return [f"{self.clock(at)}  wrote"]
        if kind in SEEN:
            what = SEEN[kind].format_map(self.words(at))
            return [f"{self.clock(at)}  got {what}, {since}"]
        if KINDS[kind] == "gave_up" or kind == KIND_ABANDONED:
            return [f"{self.clock(at)}  left, {since}"]
        return []

    def ending(self) -> str:
        """Whether a person ever answered."""
        answered = np.any(self.rows["kind"][self.mine] == STAFF_MESSAGE)
        return "A person answered." if answered else "No person ever answered."


def _lasting(microseconds: int) -> str:
    """How long after first writing, in words, to the second."""
    minutes, seconds = divmod(round(microseconds / SECOND), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    length = " ".join(f"{number} {unit}" for number, unit in parts if number)
    return f"{length} after first writing" if length else "at once"
