"""A strict reader of logs: it acts every row again and refuses what the rules do not allow.

It shares no code with the desk, only the words of ``desk/model.py``: what it knows of the rules is
written here a second time, from ``docs/model.md``.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from line_sim.desk import model
from line_sim.desk.setup import Alternative, Chatbot, Percentage, Queue, Time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.desk.setup import Channel, DeskSetup

LIVE = ("open", "bot", "ongoing", "followed_up")
NOT_FOR_ARRIVALS = ("unanswered", "hold_limit")


class Row(NamedTuple):
    """One row of a log."""

    at: int
    kind: int
    reason: int
    channel: int
    enquiry: int
    visitor: int
    staff: int
    destination: int
    attempt: int


class BrokenRuleError(AssertionError):
    """A row that the rules do not allow."""


@dataclasses.dataclass
class _Member:
    cap: float
    live: bool
    administrator: bool
    status: str = "offline"
    chats: int = 0
    alerts: dict[int, int] = dataclasses.field(default_factory=dict)  # enquiry: since


@dataclasses.dataclass
class _Enquiry:
    key: tuple[int, int, int]
    channel: int
    visitor: int
    created: int
    state: str = "open"
    holder: int = -1
    sender: bool = False  # its owner asks for a transfer
    offers: int = 0
    aways: int = 0
    plain: bool = True  # never with a chatbot, reopened or rerouted: its waiting time is bounded
    handled: bool = False
    missed: bool = False
    queued: set[int] = dataclasses.field(default_factory=set)
    queued_at: int = -1


class Reader:
    """Acts a log again.

    Parameters
    ----------
    setup : the desk the log is of.
    """

    def __init__(self, setup: DeskSetup) -> None:
        self.setup = setup
        self.service = setup.service
        self.members = [
            _Member(
                cap=member.max_concurrent or self.service.max_concurrent or float("inf"),
                live=member.account == "live",
                administrator=member.role == "administrator",
            )
            for member in setup.members
        ]
        names = [member.name for member in setup.members]
        self.staff = [
            {names.index(name) for name in getattr(place, "staff", ())}
            for place in setup.destinations
        ]
        self.method = [
            "custom" if place.name in setup.methods else getattr(place, "distribution", "")
            for place in setup.destinations
        ]
        self.enquiries: list[_Enquiry] = []
        self.live: dict[tuple[int, int], int] = {}
        self.at = 0
        self.row = Row(0, 0, 0, 0, 0, 0, 0, 0, 0)

    def read(self, rows: Iterable[Row]) -> Reader:
        """Act all rows; raise BrokenRuleError at the first that is not allowed."""
        for row in rows:
            self.row = row
            self.demand(row.at >= self.at, "time goes on")
            if row.at > self.at:
                self.end_of_instant()
            self.at = row.at
            known = row.enquiry < len(self.enquiries) or row.kind == model.RECEIVED
            self.demand(known, "an enquiry begins with its received row")
            act = getattr(self, f"_{model.KINDS[row.kind]}", None)
            if act is not None:
                act(row)
        self.end_of_instant()
        self.demand(len(self.enquiries) == sum(self.became().values()), "received adds up")
        return self

    def became(self) -> dict[str, int]:
        """How many enquiries came to what: invariant 6."""
        count = dict.fromkeys(("handled", "missed", "open", "bot_only", "abandoned"), 0)
        for e in self.enquiries:
            if e.handled:
                count["handled"] += 1
            elif e.state == "missed":
                count["missed"] += 1
            elif e.state == "open":
                count["open"] += 1
            elif e.state == "abandoned":
                count["abandoned"] += 1
            elif e.state in {"bot", "closed"}:
                count["bot_only"] += 1
        return count

    def demand(self, holds: bool, rule: str) -> None:  # noqa: FBT001 - a condition
        """Refuse the row unless a rule holds."""
        if not holds:
            message = f"{rule}: {model.KINDS[self.row.kind]} {self.row}"
            raise BrokenRuleError(message)

    def end_of_instant(self) -> None:
        """What may not last."""
        for member in self.members:
            if member.alerts:
                self.demand(self.receives(member), "who does not receive holds no alert")
                self.demand(member.chats < member.cap, "who is at the cap holds no alert")

    # --- notions

    def receives(self, member: _Member) -> bool:
        """A live account and a receiving status."""
        return member.live and member.status in self.service.receiving_statuses

    def free(self, m: int) -> bool:
        """Receiving, below the cap."""
        member = self.members[m]
        return self.receives(member) and member.chats < member.cap

    def alerts_of(self, e: int) -> list[int]:
        """Who holds an alert of an enquiry."""
        return [m for m, member in enumerate(self.members) if e in member.alerts]

    def together(self, destination: int) -> bool:
        """All are alerted at once; so is a member alone."""
        return destination < 0 or self.method[destination] == "simultaneous"

    def own(self, e: int, m: int) -> None:
        """A chat goes to a member, from whoever had it."""
        enquiry = self.enquiries[e]
        if enquiry.holder >= 0:
            self.members[enquiry.holder].chats -= 1
        enquiry.holder = m
        if m >= 0:
            self.members[m].chats += 1
            enquiry.handled = True

    def turn(self, e: int, state: str) -> None:
        """An enquiry changes its state; a visitor has one live enquiry on a channel."""
        enquiry = self.enquiries[e]
        key = (enquiry.visitor, enquiry.channel)
        if state in LIVE:
            self.demand(self.live.get(key, e) == e, "one live enquiry a visitor and channel")
            self.live[key] = e
        elif self.live.get(key) == e:
            del self.live[key]
        enquiry.state = state
        enquiry.queued.clear()

    # --- staff

    def _status(self, row: Row) -> None:
        self.members[row.staff].status = model.STATUSES[row.reason - model.WAS_OFFLINE]

    def _account_changed(self, row: Row) -> None:
        self.members[row.staff].live = model.REASONS[row.reason] == "enabled"

    # --- enquiries

    def _received(self, row: Row) -> None:
        self.demand(row.enquiry == len(self.enquiries), "enquiries are numbered as they come")
        priority = self.setup.priorities[row.reason] if self.setup.priorities else 0
        self.enquiries.append(
            _Enquiry((priority, row.at, row.enquiry), row.channel, row.visitor, row.at)
        )
        self.turn(row.enquiry, "open")

    def _queued(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        self.demand(enquiry.state == "open" or enquiry.sender, "only who waits is in line")
        if enquiry.queued_at != row.at:
            enquiry.queued.clear()
        enquiry.queued_at = row.at
        enquiry.queued.add(row.destination)

    def _offered(self, row: Row) -> None:
        enquiry, member = self.enquiries[row.enquiry], self.members[row.staff]
        transfer = model.REASONS[row.reason] == "transfer"
        self.demand(
            enquiry.sender if transfer else enquiry.state == "open", "only who waits is offered"
        )
        self.demand(not self.service.auto_pickup, "auto pick-up asks nobody")
        self.demand(self.free(row.staff), "only the eligible are offered anything")
        self.demand(enquiry.holder != row.staff, "nobody is offered their own chat")
        self.demand(row.enquiry not in member.alerts, "nobody is alerted twice")
        self.demand(
            row.destination < 0 or row.staff in self.staff[row.destination],
            "only members of a destination are asked",
        )
        if not self.together(row.destination):
            self.demand(not member.alerts, "one offer at a time")
            self.nobody_before(row.enquiry, row.staff)
        enquiry.offers += 1
        self.demand(row.attempt == enquiry.offers, "offers are counted")
        member.alerts[row.enquiry] = row.at
        enquiry.queued.clear()

    def nobody_before(self, e: int, m: int) -> None:
        """First come first served by class, among those in line for this member."""
        if not (self.service.late_join and self.service.recycle_offers):
            return  # then somebody in line may have asked this member already
        for other, enquiry in enumerate(self.enquiries):
            for d in enquiry.queued if other != e and enquiry.holder != m else ():
                waits = d >= 0 and m in self.staff[d] and self.method[d] != "expanding_pool"
                if waits and not self.alerts_of(other):
                    before = enquiry.key < self.enquiries[e].key
                    self.demand(not before, f"{other} is first in line")

    def _end_alert(self, e: int, m: int) -> int:
        self.demand(e in self.members[m].alerts, "only an alert that is out ends")
        return self.members[m].alerts.pop(e)

    def _lapsed(self, row: Row) -> None:
        since = self._end_alert(row.enquiry, row.staff)
        if not self.together(row.destination) and self.service.offer_timeout_s is not None:
            longest = round(self.service.offer_timeout_s * model.SECOND)
            self.demand(row.at - since <= longest, "an offer lapses in time")

    def _withdrawn(self, row: Row) -> None:
        self._end_alert(row.enquiry, row.staff)

    _refused = _withdrawn

    def _picked_up(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        how = model.REASONS[row.reason]
        self.demand(enquiry.state == "open", "one pickup wins")
        if how != "warm" and not self.service.auto_pickup:
            self._end_alert(row.enquiry, row.staff)
        elif how != "warm":
            self.demand(
                self.free(row.staff) or not self.service.auto_pickup_requires_eligible,
                "eligible for it",
            )
            if self.service.auto_pickup_requires_eligible and not self.together(row.destination):
                self.nobody_before(row.enquiry, row.staff)
        self.demand(not self.alerts_of(row.enquiry), "a pickup ends the other alerts")
        if how != "warm" and self.service.auto_pickup_requires_eligible:
            self.demand(self.members[row.staff].chats < self.members[row.staff].cap, "the cap")
        self.turn(row.enquiry, "ongoing")
        self.own(row.enquiry, row.staff)
        self.in_time(enquiry)

    def _missed(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        self.demand(
            enquiry.state == "open" and not self.alerts_of(row.enquiry), "only who waits is missed"
        )
        self.demand(model.REASONS[row.reason] in model.CINNOX_REASONS, "a miss has a reason")
        self.turn(row.enquiry, "missed")
        enquiry.missed = True
        self.in_time(enquiry)

    def _away_sent(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        messages = self.setup.channels[row.channel].messages
        enquiry.aways += 1
        self.demand(enquiry.aways == 1, "one away message an enquiry")
        self.demand(messages.away, "away messages are switched on")
        if enquiry.state == "missed":
            self.demand(messages.away_trigger != "no_eligible", "its trigger")
        else:
            self.demand(enquiry.state == "open", "away is for who waits")
            self.demand(messages.away_trigger != "missed", "its trigger")
            why = model.REASONS[row.reason]
            self.demand(why not in NOT_FOR_ARRIVALS, "at arrival only where nobody is eligible")

    def _closed(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        known = ("ongoing", "followed_up", "bot")
        self.demand(
            enquiry.state in known and not self.alerts_of(row.enquiry), "only chats are closed"
        )
        self.demand(row.staff == enquiry.holder, "by its owner")
        self.turn(row.enquiry, "closed")
        self.own(row.enquiry, -1)
        enquiry.sender = False

    def _abandoned(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        self.demand(
            enquiry.state == "open" and not self.alerts_of(row.enquiry), "only who waits leaves"
        )
        self.turn(row.enquiry, "abandoned")

    def _followed_up(self, row: Row) -> None:
        self.demand(self.enquiries[row.enquiry].state == "missed", "only what was missed")
        self.demand(self.free(row.staff), "by somebody eligible")
        self.turn(row.enquiry, "followed_up")
        self.own(row.enquiry, row.staff)

    def _reopened(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        enquiry.plain = enquiry.sender = False
        if model.REASONS[row.reason] == "offline":
            self.demand(
                enquiry.holder == row.staff and self.service.reassign_on_offline, "its owner left"
            )
            self.own(row.enquiry, -1)
            self.turn(row.enquiry, "open")
            return
        self.demand(enquiry.state == "closed" and self.service.reopen_window_s > 0, "was closed")
        self.turn(row.enquiry, "open" if row.staff < 0 else "ongoing")
        if row.staff >= 0:
            self.demand(self.free(row.staff), "the owner is eligible")
            self.own(row.enquiry, row.staff)

    def _rerouted(self, row: Row) -> None:
        self.enquiries[row.enquiry].plain = False

    def _bot_started(self, row: Row) -> None:
        place = self.setup.destinations[row.destination]
        self.demand(isinstance(place, Chatbot), "a chatbot")
        self.demand(self.enquiries[row.enquiry].state == "open", "takes who waits")
        self.enquiries[row.enquiry].plain = False
        self.turn(row.enquiry, "bot")

    def _bot_handed_over(self, row: Row) -> None:
        self.demand(self.enquiries[row.enquiry].state == "bot", "a chatbot has it")
        self.turn(row.enquiry, "open")

    # --- between members

    def _transfer_started(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        self.demand(
            enquiry.holder == row.staff and not enquiry.sender, "an owner asks, once at a time"
        )
        enquiry.sender = True

    def _transfer_failed(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        self.demand(enquiry.sender and enquiry.holder == row.staff, "the sender keeps it")
        self.demand(not self.alerts_of(row.enquiry), "no alert stays")
        enquiry.sender = False
        enquiry.queued.clear()

    def _transferred(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        self.demand(enquiry.sender, "only what is offered is accepted")
        if not self.service.auto_pickup:
            self._end_alert(row.enquiry, row.staff)
        self.demand(not self.alerts_of(row.enquiry), "an acceptance ends the other alerts")
        enquiry.sender = False
        enquiry.queued.clear()
        self.own(row.enquiry, row.staff)

    def _taken_over(self, row: Row) -> None:
        enquiry = self.enquiries[row.enquiry]
        self.demand(self.members[row.staff].administrator, "an administrator")
        self.demand(enquiry.holder >= 0 and enquiry.holder != row.staff, "takes another's chat")
        self.demand(not self.alerts_of(row.enquiry), "no alert stays")
        enquiry.sender = False
        enquiry.queued.clear()
        self.own(row.enquiry, row.staff)

    # --- waiting time: invariant 4

    def in_time(self, enquiry: _Enquiry) -> None:
        """Nobody waits longer than the legs of their channel's rule allow."""
        bound = longest_wait(self.setup, self.setup.channels[enquiry.channel])
        if enquiry.plain and bound is not None:
            waited = (self.at - enquiry.created) / model.SECOND
            self.demand(waited <= bound + 1e-5, "the waiting time has a limit")


def longest_wait(setup: DeskSetup, channel: Channel) -> float | None:
    """How long an enquiry may wait on a channel, seconds; None where there is no limit."""
    service = setup.service
    sticky = channel.sticky.sticky_wait_s if channel.sticky.enabled else 0.0
    rule = channel.rule
    if isinstance(rule, Alternative):
        lists = [rule.destinations]
    elif isinstance(rule, Percentage):
        lists = [share.destinations for share in rule.shares] + [rule.percentage_remainder or ()]
    else:
        lists = [each.destinations for each in rule.conditions] + [rule.other_schedule]
        lists += [each.destinations for day in rule.special_days for each in day.conditions]
    spills = isinstance(rule, Percentage) and rule.percentage_spill
    legs = sum(map(len, lists)) if spills else max(map(len, lists))
    holds = [
        place.queue_max_hold_s if isinstance(place, Queue) else service.max_wait_s
        for place in setup.destinations
    ]
    if sticky is None or any(hold is None for hold in holds):
        return None
    longest = max(hold for hold in holds if hold is not None)
    if service.max_wait_scope == "enquiry":
        return None if service.max_wait_s is None else sticky + service.max_wait_s
    return (
        None
        if isinstance(rule, Time) and rule.reroute_on_schedule_change
        else sticky + legs * longest
    )
