"""The numbers of a run counted one row after the other, as a patient person would.

Nothing is shared with the package but the words: where the two disagree one of them is wrong.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from line_sim.desk.model import CINNOX_REASONS, KINDS, REASONS, SECOND

if TYPE_CHECKING:
    from line_sim.log import EventLog

ALERT_OVER = ("lapsed", "withdrawn", "refused", "picked_up", "transferred")
TAKES = ("picked_up", "followed_up")


def happenings(log: EventLog) -> list[dict[str, Any]]:
    """The rows with kinds and reasons as words."""
    names = log.rows.dtype.names
    rows = [dict(zip(names, row, strict=True)) for row in log.rows.tolist()]
    for place, row in enumerate(rows):
        row["row"], row["s"] = place, row["at"] / SECOND
        row["kind"] = KINDS[row["kind"]]
        row["why"] = REASONS[row["reason"]] if row["kind"] != "received" else ""
    return rows


class Slowly:
    """Everything about one log, by reading it once from top to bottom."""

    def __init__(self, log: EventLog, service_level_s: float = 20.0) -> None:
        self.log, self.t = log, service_level_s
        self.rows = happenings(log)
        self.by_enquiry: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in self.rows:
            self.by_enquiry[row["enquiry"]].append(row)
        born = [row["enquiry"] for row in self.rows if row["kind"] == "received"]
        self.all = {number: self._enquiry(self.by_enquiry[number]) for number in born}
        self.mine = [one for one in self.all.values() if not one["warm"]]

    def _enquiry(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        def first(*kinds: str) -> dict[str, Any]:
            return next((row for row in rows if row["kind"] in kinds), {})

        def when(*kinds: str) -> float:
            return first(*kinds).get("s", math.nan)

        one: dict[str, Any] = {"created": when("received"), "visitor": first("received")["visitor"]}
        for kind in ("picked_up", "missed", "followed_up", "gave_up", "abandoned", "away_sent"):
            one[kind] = when(kind)
        one["taken"] = when(*TAKES)
        one["warm"] = first("picked_up").get("why") == "warm"
        one["reply"] = when("staff_message")
        one["away_why"] = first("away_sent").get("why")
        one["missed_why"] = first("missed").get("why")
        one["waiting"] = when("picked_up", "missed", "abandoned") - one["created"]
        one["class"] = first("received")["reason"]
        closed = [row for row in rows if row["kind"] in {"closed", "reopened"}]
        over = bool(closed) and closed[-1]["kind"] == "closed"
        one["closed"] = closed[-1]["s"] if over else math.nan
        bot = [row["kind"] for row in rows if row["kind"] in {"bot_started", "bot_handed_over"}]
        one["outcome"] = (
            "handled" if first(*TAKES)
            else "abandoned" if first("abandoned")
            else "missed" if first("missed")
            else "bot_only" if bot and bot[-1] == "bot_started"
            else "open"
        )  # fmt: skip
        one["silence"], one["pending"] = self._silence(rows, one)
        gone = bool(first("gave_up")) and (
            not first(*TAKES) or first("gave_up")["row"] < first(*TAKES)["row"]
        )
        one["unanswered"] = bool(first(*TAKES)) and one["pending"] and not gone
        return one

    def _silence(self, rows: list[dict[str, Any]], one: dict[str, Any]) -> tuple[float, bool]:
        longest, since, answered = math.nan, None, True
        end = {"at": self.log.until_us, "kind": "end"}
        for row in [*rows, end]:
            if row["kind"] in {"received", "visitor_message"}:
                since = row["at"] / SECOND if since is None else since
                answered = False
            elif row["kind"] in {"staff_message", "closed", "end"}:
                if since is not None and not math.isnan(one["taken"]):
                    stop = min(_or(row["at"] / SECOND, math.inf), _or(one["gave_up"], math.inf))
                    longest = max(_or(longest, 0.0), stop - max(since, one["taken"]))
                since = None
                answered = answered or row["kind"] == "staff_message"
        return longest, not answered

    def numbers(self) -> dict[str, float]:
        """The entries of ``metrics.summary`` that are about enquiries."""
        mine = self.mine
        waits = {
            "waiting_time_s": [one["waiting"] for one in mine],
            "waiting_time_answered_s": [one["picked_up"] - one["created"] for one in mine],
            "waiting_time_missed_s": [one["missed"] - one["created"] for one in mine],
            "first_response_time_s": [one["reply"] - one["created"] for one in mine],
            "handling_time_s": [one["closed"] - one["taken"] for one in mine],
            "enquiry_duration_s": [one["closed"] - one["created"] for one in mine],
        }
        found: dict[str, float] = {}
        for name, values in waits.items():
            found |= _described(name, sorted(value for value in values if not math.isnan(value)))
        outcomes = Counter(one["outcome"] for one in mine)
        in_time = [one["picked_up"] - one["created"] <= self.t for one in mine]
        left = [_left_in_time(one, self.t) for one in mine]
        away = [one for one in mine if not math.isnan(one["away_sent"])]
        shut = ["closed_hours" in {one["away_why"], one["missed_why"]} for one in mine]
        found |= {
            "carried_in": len(self.all) - len(mine),
            "received": len(mine),
            "customers": len({one["visitor"] for one in mine}),
            "handled": outcomes["handled"],
            "abandoned": outcomes["abandoned"],
            "bot_only": outcomes["bot_only"],
            "open_at_end": outcomes["open"],
            "answered": sum(not math.isnan(one["picked_up"]) for one in mine),
            "missed": sum(not math.isnan(one["missed"]) for one in mine),
            "followed_up": sum(not math.isnan(one["followed_up"]) for one in mine),
            "answered_in_time": sum(in_time),
            "patient": len(mine) - sum(x and not y for x, y in zip(left, in_time, strict=True)),
            "answered_or_left_in_time": sum(
                x or y for x, y in zip(left, in_time, strict=True)
            ),
            "left_silently": sum(_before(one["gave_up"], one["picked_up"]) for one in mine),
            "picked_up_after_leaving": sum(one["gave_up"] < one["picked_up"] for one in mine),
            "away_sent": len(away),
            "away_customers": len({one["visitor"] for one in away}),
            "away_sent_in_hours": sum(
                not math.isnan(one["away_sent"]) and not out
                for one, out in zip(mine, shut, strict=True)
            ),
            "received_in_hours": shut.count(False),
            **{f"away_sent_{why}": sum(o["away_why"] == why for o in away)
               for why in CINNOX_REASONS},
            "unanswered_after_pickup": sum(one["unanswered"] for one in mine),
            "longest_silence_after_pickup_s": max(
                (one["silence"] for one in mine if not math.isnan(one["silence"])),
                default=math.nan,
            ),
            "waiting_on_staff_now": sum(
                one["unanswered"] and math.isnan(one["closed"]) and math.isnan(one["gave_up"])
                for one in mine
            ),
        }  # fmt: skip
        return found


class People:
    """Who could be given work and when: every member's state, carried from row to row."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        heads = log.header["members"]
        count = len(log.members)
        self.status = ["offline"] * count
        self.live = [head["account"] == "live" for head in heads]
        shifts = [
            [row["kind"] for row in happenings(log)
             if row["kind"] in {"shift_started", "shift_ended"} and row["staff"] == m]
            for m in range(count)
        ]  # fmt: skip
        plans = log.header["shifts"] or [[]] * count
        self.on_shift = [
            rows[0] == "shift_ended" if rows else not plan
            for rows, plan in zip(shifts, plans, strict=True)
        ]
        self.cap = [head["max_concurrent"] or math.inf for head in heads]
        self.owner: dict[int, int] = {}
        self.alerts: set[tuple[int, int]] = set()
        self.able: list[dict[int, bool]] = []  # before each row: who could take a chat, alert held?
        self.hours: dict[str, list[float]] = defaultdict(lambda: [0.0] * count)
        self._serves()
        self._read()

    def _serves(self) -> None:
        places = {row["destination"] for row in happenings(self.log)}
        self.team = [set(one["staff"]) for one in self.log.header["destinations"]]
        wanted = set().union(*[team for d, team in enumerate(self.team) if d in places])
        self.wanted = [name in wanted for name in self.log.members]

    def chats(self, member: int) -> int:
        """How many chats `member` owns."""
        return list(self.owner.values()).count(member)

    def receives(self, m: int) -> bool:
        """Whether member `m` could be offered something but for the cap."""
        return self.live[m] and self.status[m] in self.log.header["receiving_statuses"]

    def _read(self) -> None:
        before = 0
        rows = happenings(self.log)
        for row in [*rows, {"at": self.log.until_us, "kind": "end"}]:
            self._pass((row["at"] - before) / SECOND / 3600)
            before = row["at"]
            self.able.append(
                {
                    m: any(who == m for _, who in self.alerts)
                    for m in range(len(self.status))
                    if self.receives(m) and self.chats(m) < self.cap[m]
                }
            )
            self._alert(row)
            self._take(row)

    def _alert(self, row: dict[str, Any]) -> None:
        alert = (row.get("enquiry"), row.get("staff"))
        if row["kind"] == "offered":
            self.alerts.add(alert)
        elif row["kind"] in ALERT_OVER:
            self.alerts.discard(alert)

    def decisions(self) -> list[tuple[int, int, set[int]]]:
        """Row of the moment, the chosen, and who was eligible, for each pickup by a method."""
        found: list[tuple[int, int, set[int]]] = []
        history: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
        for row in happenings(self.log):
            earlier = history[row["enquiry"], row["staff"]]
            if row["kind"] == "picked_up" and row["why"] != "warm":
                found.append(self._decision(row, earlier))
            if row["kind"] in {"offered", *ALERT_OVER} and row["why"] != "taken":
                earlier.append(row)
        return sorted(found, key=lambda one: one[0])

    def _decision(
        self, row: dict[str, Any], earlier: list[dict[str, Any]]
    ) -> tuple[int, int, set[int]]:
        mine, destination = row["staff"], row["destination"]
        race = destination >= 0 and self._method(destination) == "simultaneous"
        answered = earlier and earlier[-1]["kind"] == "offered" and not race
        moment = earlier[-1]["row"] if answered else row["row"]
        able = {
            m
            for m, alerted in self.able[moment].items()
            if (race or not alerted) and self.log.members[m] in self.team[destination]
        }
        direct = row["why"] == "sticky" or destination < 0
        return moment, mine, {mine} if direct else able | {mine}

    def _method(self, destination: int) -> str:
        return str(self.log.header["destinations"][destination]["distribution"])

    def _pass(self, hours: float) -> None:
        for m in range(len(self.status)):
            free = self.receives(m) and self.on_shift[m] and self.wanted[m]
            self.hours[self.status[m]][m] += hours
            self.hours["shift"][m] += hours * self.on_shift[m]
            self.hours["available"][m] += hours * free
            self.hours["offerable"][m] += hours * (free and self.chats(m) < self.cap[m])
            self.hours["with_chat"][m] += hours * (free and self.chats(m) > 0)
            self.hours["chats"][m] += hours * free * self.chats(m)

    def _take(self, row: dict[str, Any]) -> None:
        kind, m, e = row["kind"], row.get("staff"), row.get("enquiry")
        if kind == "status":
            self.status[m] = row["why"]
        elif kind in {"shift_started", "shift_ended"}:
            self.on_shift[m] = kind == "shift_started"
        elif kind == "account_changed":
            self.live[m] = row["why"] == "enabled"
        elif kind in {"closed", "abandoned", "missed"} or (
            kind == "reopened" and row["why"] == "offline"
        ):
            self.owner.pop(e, None)
        elif kind in {"picked_up", "followed_up", "transferred", "taken_over", "reopened"}:
            self.owner.pop(e, None)
            if m >= 0:
                self.owner[e] = m


def _or(value: float, other: float) -> float:
    return other if math.isnan(value) else value


def _before(one: float, other: float) -> bool:
    return not math.isnan(one) and not one >= other


def _left_in_time(one: dict[str, Any], t: float) -> bool:
    left = min(_or(one["gave_up"], math.inf), _or(one["abandoned"], math.inf))
    return left - one["created"] <= t and not left >= one["picked_up"]


def _described(name: str, values: list[float]) -> dict[str, float]:
    """Mean and percentiles, by interpolation between the two nearest."""
    if not values:
        return dict.fromkeys(
            (f"{name}_{what}" for what in ("mean", "median", "p90", "p95")), math.nan
        )
    found = {f"{name}_mean": math.fsum(values) / len(values)}
    for what, share in (("median", 0.5), ("p90", 0.9), ("p95", 0.95)):
        low = math.floor((len(values) - 1) * share)
        high = min(low + 1, len(values) - 1)
        part = (len(values) - 1) * share - low
        found[f"{name}_{what}"] = values[low] + part * (values[high] - values[low])
    return found
