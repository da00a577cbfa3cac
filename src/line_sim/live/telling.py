"""What happens in a live run, in one line each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_TEXT = 60
"""Characters of what somebody wrote that are shown (chosen)."""
REASONS = {
    "no_destination": "the rule leads nowhere", "closed_hours": "closed at this hour",
    "nobody_on_shift": "nobody is at work", "all_away": "everybody is away",
    "all_at_cap": "everybody is busy with customers", "unanswered": "nobody took it in time",
    "hold_limit": "it waited too long", "queue_full": "the queue is full",
}  # fmt: skip
"""The desk's reasons, in words for who watches."""

SAID: Mapping[str, str] = {
    "came": "{staff} signed in",
    "left": "{staff} signed out",
    "wrote": "{name} wrote: {text}",
    "offered": "{staff} is offered enquiry {enquiry} of {name}",
    "lapsed": "{staff} let the offer of enquiry {enquiry} lapse",
    "picked_up": "{staff} picked up enquiry {enquiry} of {name}",
    "followed_up": "{staff} followed up enquiry {enquiry} of {name}",
    "transferred": "{staff} picked up enquiry {enquiry} of {name}, by transfer",
    "taken_over": "{staff} took over enquiry {enquiry} of {name}",
    "answered": "{staff} wrote to {name}: {text}",
    "missed": "enquiry {enquiry} of {name} is missed: {reason}",
    "welcome": "{name} got the welcome message",
    "away": "{name} got the away message",
    "close": "{name} got the close message",
    "closed": "{staff} closed enquiry {enquiry} of {name}",
}
"""A sentence a word; see :meth:`line_sim.live.room.Room.tell`."""


def line_of(start: dt.datetime, word: str, facts: Mapping[str, Any]) -> str:
    """One line: the time by the scenario's clock, and what happened.

    Parameters
    ----------
    start
        The local time of the scenario's start.
    """
    at = start + dt.timedelta(seconds=int(facts["at_s"]))
    told = {**facts, "text": _short(str(facts.get("text", "")))}
    told["reason"] = REASONS.get(str(facts.get("reason", "")), "nobody took it")
    return f"{at:%H:%M:%S}  {SAID[word].format(**told)}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_TEXT else f"{plain[: LONGEST_TEXT - 1]}…"
