"""From a desk as data to the rows a run works on, in either form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from line_sim.desk import model, rows
from line_sim.desk import tables as t
from line_sim.desk.model import NEVER, NOBODY, SECOND
from line_sim.desk.setup import (
    Alternative, Channel, Chatbot, Condition, DeskSetup, Percentage, Queue, Time,
)  # fmt: skip

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_PLACE = 1 << 30


def us(seconds: float | None) -> int:
    """Return seconds as whole microseconds; None is NEVER."""
    if seconds is None:
        return NEVER
    return max(round(seconds * SECOND), 1 if seconds > 0 else 0)


def minutes(clock: str) -> int:
    """Return "HH:MM" as minutes of the day."""
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def offset_minutes(utc_offset: str) -> int:
    """Return "+07:00" as minutes east of UTC."""
    sign = -1 if utc_offset.startswith("-") else 1
    return sign * minutes(utc_offset.lstrip("+-"))


def build(setup: DeskSetup, *, visitors: int, form: Any = rows, direct: bool = True) -> Any:
    """Make a desk of rows, everybody OFFLINE and nothing waiting.

    Parameters
    ----------
    setup : a desk without faults (:func:`line_sim.desk.faults.faults`).
    visitors : how many visitors may write, numbered from 0.
    form : the module that makes rows: :mod:`line_sim.desk.rows` or the compiled form.
    direct : whether members have a destination of their own, for sticky and direct offers; without,
        a desk is a little faster.

    Returns
    -------
    A row of ``tables.DESK``, to be given to the functions of lifecycle, shifts and timers.
    """
    plan = _Plan(setup, direct=direct)
    service = setup.service
    fields: dict[str, Any] = {
        "members": form.table(t.MEMBER, len(setup.members), plan.members()),
        "seats": form.table(t.SEAT, len(plan.seats), _columns(plan.seats)),
        "destinations": form.table(t.DESTINATION, len(plan.destinations), plan.columns(form)),
        "lines": form.table(t.LINE, len(plan.destinations) * plan.classes),
        "tickets": form.table(t.TICKET, 0),
        "alerts": form.table(t.ALERT, 0),
        "channels": form.table(t.CHANNEL, len(plan.channels), _columns(plan.channels)),
        "conditions": form.table(t.CONDITION, len(plan.conditions), _columns(plan.conditions)),
        "routes": form.numbers(plan.routes or [NOBODY]),
        "specials": form.table(t.SPECIAL, len(plan.specials), _columns(plan.specials)),
        "enquiries": form.table(t.ENQUIRY, 0),
        "contacts": form.table(t.CONTACT, visitors * plan.contact_width),
        "helpers": form.table(t.HELPER, 0),
        "timers": form.heap(),
        "log": form.log(),
        "told": form.told(),
        "keys": form.numbers(plan.keys),
        "member_count": len(setup.members),
        "destination_count": len(setup.destinations),
        "channel_count": len(setup.channels),
        "contact_width": plan.contact_width,
        "class_count": plan.classes,
        "wait": us(service.max_wait_s),
        "wait_by_enquiry": int(service.max_wait_scope == "enquiry"),
        "offer": us(service.offer_timeout_s),
        "recycle": int(service.recycle_offers),
        "late_join": int(service.late_join),
        "simple": int(
            service.late_join and (service.auto_pickup_requires_eligible or not service.auto_pickup)
        ),
        "skip": int(service.skip_ineligible_destination),
        "auto_pickup": int(service.auto_pickup),
        "anyone": int(service.auto_pickup and not service.auto_pickup_requires_eligible),
        "miss_unstaffed": int(service.miss_immediately_when_unstaffed),
        "absorbs": int(service.missed_absorbs_messages),
        "reopen": us(service.reopen_window_s),
        "reassign": int(service.reassign_on_offline),
        "auto_close": int(service.auto_close),
        "close_after": us(service.auto_close_after_s or 0),
        "close_notice": us(service.auto_close_notice_s or 0),
        "transfer_wait": us(service.transfer_wait_s),
        "receiving_mask": sum(1 << model.STATUSES.index(s) for s in service.receiving_statuses),
        "room_max": service.room_max,
        **form.rooms(),
    }
    return form.record(t.DESK, fields)


def tag_conditions(setup: DeskSetup) -> dict[str, int]:
    """Return the number of the condition that stands for each tag, to transfer to."""
    return _Plan(setup, direct=True).tags


def _columns(of: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Turn rows into columns."""
    return {name: [row[name] for row in of] for name in (of[0] if of else ())}


class _Plan:
    """The rows of a desk as dictionaries, with every name turned into a number."""

    def __init__(self, setup: DeskSetup, *, direct: bool) -> None:
        self.setup = setup
        self.direct = direct
        self.of_service = any(
            c.sticky.enabled and c.sticky.sticky_scope == "service" for c in setup.channels
        )
        self.contact_width = len(setup.channels) + int(self.of_service)
        self.classes = max(setup.priorities, default=0) + 1
        self.number = {d.name: i for i, d in enumerate(setup.destinations)}
        self.member = {m.name: i for i, m in enumerate(setup.members)}
        self.keys: list[Any] = []
        self.seats: list[dict[str, Any]] = []
        self.destinations: list[dict[str, Any]] = []
        self.routes: list[int] = []
        self.conditions: list[dict[str, Any]] = []
        self.specials: list[dict[str, Any]] = []
        for destination in setup.destinations:
            self._add_destination(destination)
        for i, member in enumerate(setup.members) if direct else ():
            self._add_own_destination(i, member)
        self._link()
        self.channels = [self._channel(c) for c in setup.channels]
        self.tags = {name: self._condition(names) for name, names in setup.tags.items()}

    def members(self) -> dict[str, list[Any]]:
        """Return the columns of the member table."""
        seats_of: list[list[int]] = [[] for _ in self.setup.members]
        for i, seat in enumerate(self.seats):
            seats_of[seat["member"]].append(i)
        cap = self.setup.service.max_concurrent

        def count(own: list[int], methods: tuple[int, ...]) -> int:
            return sum(
                self.destinations[self.seats[i]["destination"]]["method"] in methods for i in own
            )

        return {
            "account": [int(m.account == "live") for m in self.setup.members],
            "administrator": [int(m.role == "administrator") for m in self.setup.members],
            "cap": [
                NEVER if (c := m.max_concurrent or cap) is None else c for m in self.setup.members
            ],
            "first_seat": [own[0] if own else NOBODY for own in seats_of],
            "races": [count(own, (model.SIMULTANEOUS,)) for own in seats_of],
            "idles": [count(own, (model.MOST_IDLE, model.EXPANDING_POOL)) for own in seats_of],
        }

    def columns(self, form: Any) -> dict[str, list[Any]]:
        """Return the columns of the destination table; the form says what stands for a key."""
        columns = _columns(self.destinations)
        columns["key"] = [form.key(self.keys, k) for k in columns.get("key", ())]
        return columns

    def _add_destination(self, d: Any) -> None:
        staffed = not isinstance(d, Chatbot)
        queue = isinstance(d, Queue)
        key = NOBODY
        method = model.FIXED_ORDER
        if staffed:
            method = model.METHODS.index(d.distribution)
            if d.name in self.setup.methods:
                key = len(self.keys)
                self.keys.append(self.setup.methods[d.name])
                method = model.CUSTOM
        languages = self.setup.languages
        service = self.setup.service
        row = {
            "kind": model.QUEUE if queue else model.GROUP if staffed else model.BOT,
            "method": method,
            "hold": us(d.queue_max_hold_s if queue else service.max_wait_s),
            "max_size": d.queue_max_size if queue and d.queue_max_size is not None else NEVER,
            "languages": -1
            if "*" in d.support_languages
            else sum(1 << languages.index(x) for x in d.support_languages if x in languages),
            "key": key,
            "rr_on_pickup": int(staffed and d.rr_advance_on == "pickup"),
            "idle_clock": ("last_activity", "last_pickup", "last_close").index(d.idle_since)
            if staffed
            else 0,
            "idle_resets": int(staffed and d.idle_resets_on_login),
            "pool_start": d.pool_start if staffed else 0,
            "pool_step": d.pool_step if staffed else 0,
            "pool_every": us(d.pool_every_s) if staffed else NEVER,
        }
        self._seat(row, [self.member[name] for name in d.staff] if staffed else [], d)

    def _add_own_destination(self, i: int, member: Any) -> None:
        row = dict.fromkeys(self.destinations[0] if self.destinations else (), 0)
        row.update(
            kind=model.GROUP, method=model.SIMULTANEOUS,
            hold=us(self.setup.service.transfer_wait_s),
            max_size=NEVER, languages=-1, key=NOBODY, pool_every=NEVER,
        )  # fmt: skip
        self._seat(row, [i], member)

    def _seat(self, row: dict[str, Any], members: list[int], d: Any) -> None:
        number = len(self.destinations)
        first = len(self.seats)
        weights = getattr(d, "weights", None) or [1.0] * len(members)
        idles = row["method"] in (model.MOST_IDLE, model.EXPANDING_POOL)
        service = self.setup.service
        anyone = service.auto_pickup and not service.auto_pickup_requires_eligible
        idle = idles and anyone and members  # else those eligible enter: nobody yet
        last = len(members) - 1
        for place, m in enumerate(members):
            self.seats.append(
                {
                    "member": m, "destination": number, "place": place,
                    "weight": float(weights[place]), "next_of_member": NOBODY,
                    "idle_before": first + place - 1 if idle and place else NOBODY,
                    "idle_after": first + place + 1 if idle and place < last else NOBODY,
                }
            )  # fmt: skip
        row.update(
            first_seat=first, width=len(members), first_line=number * self.classes,
            idles=int(idles), idle_head=first if idle else NOBODY,
            idle_tail=first + last if idle else NOBODY,
        )  # fmt: skip
        self.destinations.append(row)

    def _link(self) -> None:
        latest: dict[int, int] = {}
        for i, seat in enumerate(self.seats):
            if seat["member"] in latest:
                self.seats[latest[seat["member"]]]["next_of_member"] = i
            latest[seat["member"]] = i

    def _condition(
        self, names: tuple[str, ...], percentage: int = 0, when: Condition | None = None
    ) -> int:
        self.conditions.append(
            {
                "first_route": len(self.routes), "routes": len(names), "percentage": percentage,
                "days": sum(1 << DAYS.index(d) for d in when.days) if when else 127,
                "from_minute": minutes(when.from_time) if when else 0,
                "to_minute": minutes(when.to_time) if when else 0,
            }
        )  # fmt: skip
        self.routes += [self.number[name] for name in names]
        return len(self.conditions) - 1

    def _channel(self, c: Channel) -> dict[str, Any]:
        rule = c.rule
        first = len(self.conditions)
        specials = len(self.specials)
        other = NOBODY
        if isinstance(rule, Alternative):
            self._condition(rule.destinations)
        elif isinstance(rule, Percentage):
            for share in rule.shares:
                self._condition(share.destinations, share.percentage)
            rest = 100 - sum(share.percentage for share in rule.shares)
            if rest:
                self._condition(rule.percentage_remainder or (), rest)
        else:
            for when in rule.conditions:
                self._condition(when.destinations, 0, when)
        conditions = len(self.conditions) - first
        if isinstance(rule, Time):
            if rule.other_schedule:
                other = self._condition(rule.other_schedule)
            self._special_days(rule)
        sticky, said = c.sticky, c.messages
        return {
            "state": model.CHANNEL_STATES.index(c.state),
            "rule": model.RULES.index(rule.kind),
            "rotate": int(rule.alternative_mode == "rotate"),
            "first_condition": first, "conditions": conditions, "other": other,
            "smooth": int(isinstance(rule, Percentage) and rule.percentage_mode == "smooth_wrr"),
            "spill": int(isinstance(rule, Percentage) and rule.percentage_spill),
            "reroute": int(isinstance(rule, Time) and rule.reroute_on_schedule_change),
            "first_special": specials, "specials": len(self.specials) - specials,
            "start_minute": self._start_minute(c),
            "filter_language": int(c.filter_by_language),
            "sticky": int(sticky.enabled and self.direct),
            "remembers": int((sticky.enabled or self.of_service) and self.direct),
            "sticky_wait": us(sticky.sticky_wait_s), "sticky_ttl": us(sticky.sticky_ttl_s),
            "sticky_who": ("last_owner", "first_owner", "most_frequent").index(sticky.sticky_who),
            "sticky_service": int(sticky.sticky_scope == "service"),
            "sticky_unavailable": ("fallback", "wait", "miss").index(sticky.sticky_unavailable),
            "sticky_member": int(sticky.sticky_require_membership),
            "welcome": int(said.welcome), "welcome_enquiry": int(said.welcome_scope == "enquiry"),
            "welcome_first": int(said.welcome_before_away),
            "away": int(said.away),
            "away_at_arrival": int(said.away_trigger in ("no_eligible", "either")),
            "away_at_miss": int(said.away_trigger in ("missed", "either")),
            "away_window": int(said.away_once_per == "visitor_window"),
            "away_cooldown": us(said.away_cooldown_s), "close": int(said.close),
        }  # fmt: skip

    def _special_days(self, rule: Time) -> None:
        monday = self._monday()
        days: list[tuple[dt.date, tuple[Condition, ...]]]
        days = [(date, ()) for date in rule.holidays]
        days += [(special.date, special.conditions) for special in rule.special_days]
        for date, conditions in days:
            first = len(self.conditions)
            for when in conditions:
                every_day = Condition(
                    days=DAYS, from_time=when.from_time, to_time=when.to_time,
                    destinations=when.destinations,
                )  # fmt: skip
                self._condition(when.destinations, 0, every_day)
            self.specials.append(
                {
                    "day": (date - monday).days, "first_condition": first,
                    "conditions": len(self.conditions) - first,
                }
            )  # fmt: skip

    def _monday(self) -> dt.date:
        start = self.setup.start.date()
        return start - dt.timedelta(days=start.weekday())

    def _start_minute(self, c: Channel) -> int:
        start = self.setup.start
        here = start.weekday() * 1440 + start.hour * 60 + start.minute
        if c.utc_offset is None:
            return here
        return here + offset_minutes(c.utc_offset) - offset_minutes(self.setup.utc_offset)
