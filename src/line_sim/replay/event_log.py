"""The event log of a replay, or of any recording, in the simulator's schema.

From outside only messages are seen, so the log is *derived*: an observed enquiry is a visitor's
messages until the close text or 24 hours of quiet; whoever of staff writes first has picked it up;
automatic messages are known by their text and staff by the name shown to the customer. Offers,
statuses and shifts cannot be seen at all: what needs them is NaN, and the header says so.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from line_sim.desk.model import (
    AWAY_SENT,
    CLOSE_SENT,
    KIND_CLOSED,
    KIND_FOLLOWED_UP,
    KIND_MISSED,
    MESSAGE_TYPES,
    PICKED_UP,
    REASONS,
    RECEIVED,
    SECOND,
    STAFF_MESSAGE,
    TRANSFERRED,
    VISITOR_MESSAGE,
    WELCOME_SENT,
)
from line_sim.log import EventLog
from line_sim.replay.evidence import Evidence
from line_sim.wire import bridge_profiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.evidence import Event

QUIET_S = 86_400.0
"""Schedule seconds of quiet after which the next message is a new enquiry (PLATFORM 20)."""
NAMELESS = "staff"
"""Who writes where the bridge shows no name."""
UNSEEN = {
    "offers": "alerts to staff are inside the contact centre",
    "statuses": "staff's statuses are inside the contact centre",
    "shifts": "no roster is part of a recording",
    "destinations": "service groups and queues are inside the contact centre",
    "reasons": "why an away message went out is not said in it",
}
"""What a recording does not show, and why; numbers that need it are NaN."""


@dataclass(frozen=True)
class AutomaticTexts:
    """The messages that a bridge sends by itself, by their text.

    ``{staff}`` in a text stands for any name. Where a bridge has them in several languages, all
    are given.
    """

    welcome: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    close: tuple[str, ...] = ()

    @classmethod
    def known(cls, header: Mapping[str, Any], profile: str | Path = "line") -> AutomaticTexts:
        """Those that a recording's header tells (``automatic_texts``), else the profile's."""
        told = header.get("automatic_texts")
        if isinstance(told, dict):
            found = {
                name: tuple(text for text in told.get(name) or () if isinstance(text, str))
                for name in ("welcome", "away", "close")
            }
            return cls(**found)
        held = bridge_profiles.load(profile).automatic
        return cls(held.welcome_texts, held.away_texts, held.close_texts)

    def kind(self, text: object) -> str:
        """``welcome``, ``away``, ``close``, or nothing for what a person wrote."""
        if isinstance(text, str):
            for kind in ("welcome", "away", "close"):
                if any(_is(text, each) for each in getattr(self, kind)):
                    return kind
        return ""


@dataclass(slots=True)
class _Enquiry:
    number: int
    messages: int = 1
    turns: int = 0
    owner: int | None = None
    missed: bool = False
    last_s: float = 0.0
    closed: bool = False


@dataclass
class _Derived:
    """Rows in the making."""

    texts: AutomaticTexts
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    visitors: dict[str, int] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    open: dict[str, _Enquiry] = field(default_factory=dict)
    enquiries: int = 0
    unasked: int = 0
    """Messages by staff to somebody who had not asked."""

    def add(self, at_s: float, kind: int, chat: str, channel: str, **more: int) -> None:
        enquiry = self.open[chat].number if chat in self.open else -1
        self.rows.append((
            round(at_s * SECOND), enquiry, self.visitors.get(chat, -1), more.get("staff", -1),
            more.get("attempt", -1), -1, self.channels.setdefault(channel, len(self.channels)),
            kind, more.get("reason", 0), 0,
        ))  # fmt: skip

    def wrote(self, event: Event) -> None:
        """A visitor wrote."""
        chat, at_s = event.chat, event.at_s
        self.visitors.setdefault(chat, len(self.visitors))
        known = self.open.get(chat)
        if known is None or known.closed or at_s - known.last_s > QUIET_S:
            self.open[chat] = _Enquiry(self.enquiries, last_s=at_s)
            self.enquiries += 1
            self.add(at_s, RECEIVED, chat, event.channel, attempt=0)
            return
        known.last_s = at_s
        self.add(
            at_s, VISITOR_MESSAGE, chat, event.channel,
            attempt=known.messages, reason=_type(event.message),
        )  # fmt: skip
        known.messages += 1

    def sent(self, call: CallRecord, chat: str) -> None:
        """The bridge sent something to a chat."""
        for message in call.messages:
            known = self.open.get(chat)
            if known is None:
                self.unasked += 1
                continue
            known.last_s = call.at_s
            kind = self.texts.kind(message.get("text"))
            if kind == "welcome":
                self.add(call.at_s, WELCOME_SENT, chat, call.channel)
            elif kind == "away":
                self._away(call, chat, known)
            elif kind == "close":
                self._closed(call, chat, known)
            elif known.closed:
                self.unasked += 1
            else:
                self._staff(call, chat, known, message)

    def _away(self, call: CallRecord, chat: str, known: _Enquiry) -> None:
        if known.owner is None and not known.missed:
            known.missed = True  # the away message tells that nobody took it
            self.add(call.at_s, KIND_MISSED, chat, call.channel)
        self.add(call.at_s, AWAY_SENT, chat, call.channel)

    def _closed(self, call: CallRecord, chat: str, known: _Enquiry) -> None:
        owner = -1 if known.owner is None else known.owner
        by = REASONS.index("staff" if known.owner is not None else "system")
        self.add(call.at_s, KIND_CLOSED, chat, call.channel, staff=owner, reason=by)
        self.add(call.at_s, CLOSE_SENT, chat, call.channel, reason=by)
        known.closed = True

    def _staff(
        self, call: CallRecord, chat: str, known: _Enquiry, message: Mapping[str, Any]
    ) -> None:
        sender = message.get("sender")
        name = sender.get("name") if isinstance(sender, dict) else None
        member = self.members.setdefault(str(name or NAMELESS), len(self.members))
        if known.owner is None:
            kind = KIND_FOLLOWED_UP if known.missed else PICKED_UP
            self.add(call.at_s, kind, chat, call.channel, staff=member)
        elif known.owner != member:
            self.add(call.at_s, TRANSFERRED, chat, call.channel, staff=member)
        known.owner = member
        self.add(
            call.at_s, STAFF_MESSAGE, chat, call.channel,
            staff=member, attempt=known.turns, reason=_type(message),
        )  # fmt: skip
        known.turns += 1


def derived_log(
    lines: Iterable[Mapping[str, Any]] | Evidence,
    texts: AutomaticTexts | None = None,
    *,
    epoch_ms: int = 0,
    utc_offset: str = "+00:00",
) -> EventLog:
    """The event log that can be derived from a recording.

    Parameters
    ----------
    texts
        The bridge's automatic messages; without them every message counts as staff's.
    epoch_ms
        Unix milliseconds at ``at_s`` = 0 (the recording's header has it).
    utc_offset
        The local time that hours are counted in.

    Returns
    -------
    EventLog
        `origin` ``replay``; ``header["derived"]`` tells what was seen and what could not be.
    """
    evidence = lines if isinstance(lines, Evidence) else Evidence.of(lines)
    made = _Derived(texts or AutomaticTexts())
    for at_s, order, what in _in_order(evidence):
        del at_s, order
        if isinstance(what, tuple):
            made.sent(*what)
        else:
            made.wrote(what)
    return EventLog.from_bytes(_packed(made.rows), _header(made, evidence, epoch_ms, utc_offset))


def _in_order(evidence: Evidence) -> list[tuple[float, int, Event | tuple[CallRecord, str]]]:
    """Visitors' messages and what was sent, by time; of private chats only."""
    found: list[tuple[float, int, Event | tuple[CallRecord, str]]] = [
        (event.at_s, event.deliveries[0].exchange, event)
        for event in evidence.events.values()
        if event.type in {"message", "postback"} and event.user and event.chat == event.user
    ]
    found += [
        (call.at_s, call.exchange, (call, chat))
        for call in evidence.sends
        if call.kind in {"reply", "push"}
        for chat in call.chats
        if chat.startswith("U")
    ]
    return sorted(found, key=lambda each: each[:2])


def _header(made: _Derived, evidence: Evidence, epoch_ms: int, utc_offset: str) -> dict[str, Any]:
    sign = -1 if utc_offset.startswith("-") else 1
    hours, minutes = (int(part) for part in utc_offset.lstrip("+-").split(":"))
    zone = dt.timezone(sign * dt.timedelta(hours=hours, minutes=minutes))
    start = dt.datetime.fromtimestamp(epoch_ms / 1_000, zone).replace(tzinfo=None)
    return {
        "origin": "replay",
        "start": start.isoformat(),
        "utc_offset": utc_offset,
        "until_s": evidence.end_s,
        "channels": [{"name": name} for name in made.channels],
        "members": [
            {"name": name, "role": "staff", "device": "desktop", "account": "enabled",
             "max_concurrent": None, "cost_per_hour": None}
            for name in made.members
        ],
        "shifts": [[] for _ in made.members],
        "derived": {
            "unseen": UNSEEN,
            "sent_unasked": made.unasked,
            "automatic_texts": bool(made.texts.away or made.texts.welcome or made.texts.close),
        },
    }  # fmt: skip


def _packed(rows: list[tuple[Any, ...]]) -> bytes:
    import numpy as np  # noqa: PLC0415 - a checker needs no numpy

    from line_sim.log.table import ROW  # noqa: PLC0415

    return np.array(rows, ROW).tobytes()


def _type(message: Mapping[str, Any]) -> int:
    kind = str(message.get("type", "text"))
    return REASONS.index(kind if kind in MESSAGE_TYPES else "text")


def _is(text: str, pattern: str) -> bool:
    if "{staff}" not in pattern:
        return text == pattern
    return re.fullmatch(re.escape(pattern).replace(r"\{staff\}", ".{0,100}"), text) is not None
