"""How a bridge is made to send, and what it then sent: for the checks of what goes out.

Staff send it where the agents' side can (``send``); else a visitor writes, which makes many bridges
send at once. Each case has a visitor of its own, so what goes to that visitor between its beginning
and its mark belongs to it.
"""
# ruff: noqa: ANN401 - facts of marks are whatever JSON can hold

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from line_sim.replay.attempts import messages_of
from line_sim.replay.evidence import SENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from line_sim.mock.call_records import CallRecord
    from line_sim.mock.visitors import Happened, Visitor
    from line_sim.replay.agent_words import Entry, Sent
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Evidence

PUSHES = ("pushMessage", "multicast", "narrowcast", "broadcast")
"""The sending operations that take a retry key."""
NUMBER = (int, float)
RETRY_S = 8.0
"""Wall seconds a bridge without a clock of its own may wait before it tries again."""
OWN_TIME_S = 120.0
"""Seconds of its own time that a bridge with a clock may wait before it tries again."""
STEP_S = 5.0
OTHER = "other shop"
"""The second channel of a run of checks, of another provider."""
SENDERS_ASKED = "staff sending (agent view with send) would show it"

_PATHS = {
    "/v2/bot/message/reply": "replyMessage",
    "/v2/bot/message/push": "pushMessage",
    "/v2/bot/message/multicast": "multicast",
    "/v2/bot/message/narrowcast": "narrowcast",
    "/v2/bot/message/broadcast": "broadcast",
}


# for probes


@dataclass(frozen=True, slots=True)
class Wish:
    """One message that the bridge is to send."""

    case: str
    visitor: Visitor
    text: str
    since_s: float
    happened: Happened | None = None
    """What the visitor wrote, where staff cannot send."""
    sent: Sent | None = None
    """What staff were told at once."""


def staffed(bench: Bench) -> bool:
    """Whether staff can send."""
    return "send" in bench.capabilities


def addressees(bench: Bench, count: int, *, by_push: bool = True) -> list[Visitor]:
    """Visitors whom staff have answered already, so that no reply token is left over.

    `by_push` False: nobody has answered, so a reply token may be left. Nothing is under way.
    """
    found = [bench.visitor() for _ in range(count)]
    if by_push and staffed(bench):
        for visitor in found:
            bench.staff_sends(visitor, "first answer", text="One moment, please.")
        bench.wait_for(
            lambda seen: all(
                any("One moment" in text for c in seen.sends_to(each.id) for text in texts_of(c))
                for each in found
            ),
            bench.patience_s,
        )
    bench.settle()
    return found


def wish(bench: Bench, case: str, text: str, visitor: Visitor, staff: str = "Aom Suk") -> Wish:
    """Have staff send a text to a visitor, else have the visitor write it."""
    since_s = bench.now_s()
    if staffed(bench):
        sent = bench.staff_sends(visitor, case, text=text, staff=staff)
        return Wish(case, visitor, text, since_s, sent=sent)
    return Wish(case, visitor, text, since_s, happened=visitor.says(text))


def note(bench: Bench, wished: Wish, **facts: Any) -> None:
    """Mark the case of a wish, and look at what staff see of it."""
    bench.mark(
        wished.case,
        *([wished.happened] if wished.happened else []),
        user=wished.visitor.id,
        text=wished.text,
        by="staff" if wished.sent else "visitor",
        since_s=wished.since_s,
        until_s=bench.now_s(),
        **({"sent": wished.sent.id, "state": wished.sent.state, "reason": wished.sent.reason}
           if wished.sent else {}),
        **facts,
    )  # fmt: skip
    bench.look(wished.visitor.id)


def until(bench: Bench, done: Callable[[Evidence], bool], *, limit_s: float = RETRY_S) -> bool:
    """Wait until something is done; the time of a bridge that has a clock passes faster."""
    if bench.wait_for(done, min(limit_s, 1.5)):
        return True
    if "clock" not in bench.capabilities:
        return bench.wait_for(done, max(0.0, limit_s - 1.5))
    for _ in range(int(OWN_TIME_S / STEP_S)):
        bench.pass_time(STEP_S)
        if bench.wait_for(done, 0.05):
            return True
    return False


def reacts(bench: Bench, wishes: Iterable[Wish]) -> bool:
    """Wait until the bridge calls because of any of the wishes; whether it does."""
    held = list(wishes)
    return bench.wait_for(
        lambda seen: any(calls_to(seen, w.visitor.id, w.since_s) for w in held), bench.patience_s
    )


def echoes(bench: Bench) -> bool:
    """Whether the bridge answers a text by the same text."""
    visitor = bench.visitor()
    said = visitor.says("Where is my order?")
    bench.reacted(said.events)
    return bench.wait_for(
        lambda seen: any("Where is my order?" in texts_of(c) for c in seen.sends_to(visitor.id)),
        bench.patience_s / 3,
    )


# for checks


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish."""

    case: Case
    calls: list[CallRecord]
    """Every attempt to send to its visitor, oldest first."""
    entry: Entry | None
    """What staff see of their message."""

    @property
    def accepted(self) -> list[CallRecord]:
        """The attempts that LINE took, whatever the bridge heard of it."""
        return [call for call in self.calls if call.sent is not None]

    @property
    def text(self) -> str:
        """What was wished."""
        return str(self.case.facts.get("text", ""))

    @property
    def by_staff(self) -> bool:
        """Whether staff sent it."""
        return self.case.facts.get("by") == "staff"

    @property
    def told(self) -> str:
        """How staff see that it was not sent; empty where they do not."""
        state = self.case.facts.get("state", "")
        if state in {"refused", "failed", "unknown"}:
            return f"staff were told at once: {state} {self.case.facts.get('reason', '')}".strip()
        if self.entry is not None and self.entry.delivery in {"failed", "unknown"}:
            return f"staff see it as {self.entry.delivery}"
        return ""

    @property
    def pending(self) -> str:
        """How staff see that it is still to be sent; empty where they do not."""
        queued = self.entry is not None and self.entry.delivery == "queued"
        return "it was still to be sent when we looked" if queued and not self.calls else ""

    def attempts(self, *operations: str) -> list[CallRecord]:
        """The calls of these operations."""
        return [call for call in self.calls if operation(call) in operations]

    def arrivals(self) -> list[CallRecord]:
        """The accepted calls that brought the text: by staff those that hold it, else all."""
        return [c for c in self.accepted if not self.by_staff or self.text in "".join(texts_of(c))]

    def listed(self) -> str:
        """The calls in words."""
        return "; ".join(map(str, self.calls)) or "no call"


def outcome(seen: Seen, case: Case) -> Outcome:
    """What became of the wish of a case."""
    facts = case.facts
    user, since_s = str(facts.get("user", "")), _time_s(facts.get("since_s"), 0.0)
    until_s = _time_s(facts.get("until_s"), seen.evidence.end_s)
    calls = [c for c in calls_to(seen.evidence, user, since_s) if c.at_s <= until_s]
    rows = seen.transcript(user) or ()
    entry = next((row for row in rows if row.id and row.id == facts.get("sent")), None)
    return Outcome(case, calls, entry)


def _time_s(given: object, otherwise: float) -> float:
    return float(given) if isinstance(given, int | float) else otherwise


def whole(cases: Iterable[Case], **kinds: type | tuple[type, ...]) -> list[Case]:
    """The cases whose facts are there and of these kinds: anybody may have written a recording."""
    return [
        case
        for case in cases
        if all(isinstance(case.facts.get(name), kind) for name, kind in kinds.items())
    ]


def operation(call: CallRecord) -> str:
    """The operation of a call, also of one that was never answered."""
    return call.operation or _PATHS.get(call.path.partition("?")[0], "")


def sendings(evidence: Evidence) -> Iterator[CallRecord]:
    """Every attempt to send, whatever became of it."""
    return (call for call in evidence.calls if operation(call) in SENDING)


def calls_to(evidence: Evidence, user: str, since_s: float = 0.0) -> list[CallRecord]:
    """Every attempt to send to a chat, by id or by a reply token of its events."""
    return [
        call
        for call in sendings(evidence)
        if call.at_s >= since_s and user in addressed(evidence, call)
    ]


def addressed(evidence: Evidence, call: CallRecord) -> tuple[str, ...]:
    """The chats a sending call is to, as far as can be known."""
    if call.chats:
        return call.chats
    to = call.body.get("to") if isinstance(call.body, dict) else None
    if isinstance(to, str):
        return (to,)
    if isinstance(to, list):
        return tuple(map(str, to))
    event = evidence.events.get(call.event)
    return (event.chat,) if event else ()


def clock_moved(seen: Seen, since_s: float, until_s: float) -> bool:
    """Whether the bridge's clock was moved within (or about then): gaps there mean nothing."""
    moves = (line["at_s"] for line in seen.agent("clock"))
    return any(since_s - 0.5 <= at_s <= until_s + 0.5 for at_s in moves)


def mispaired(seen: Seen, call: CallRecord) -> bool:
    """Whether a call was made while check 97 had the bridge use another channel's token."""
    cases = whole(seen.cases("wrong_pair"), since_s=NUMBER, until_s=NUMBER)
    return any(c.facts["since_s"] <= call.at_s <= c.facts["until_s"] for c in cases)


def texts_of(call: CallRecord) -> list[str]:
    """The texts among the messages that a call asked to send."""
    messages = messages_of(call)
    if not isinstance(messages, list):
        return []
    return [
        each["text"]
        for each in messages
        if isinstance(each, dict) and isinstance(each.get("text"), str)
    ]


def arrived(evidence: Evidence, wishes: Sequence[Wish]) -> bool:
    """Whether every wish has arrived: by staff its text, else anything at all."""
    return all(
        any(
            w.sent is None or w.text in "".join(texts_of(c))
            for c in calls_to(evidence, w.visitor.id, w.since_s)
            if c.sent is not None
        )
        for w in wishes
        if w.sent is None or w.sent.state != "refused"
    )


def pause(seconds: float) -> None:
    """Let a bridge that hammers do so; the length of looking, not a wait for luck."""
    time.sleep(seconds)
