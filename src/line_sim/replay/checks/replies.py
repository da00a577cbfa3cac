"""Checks 67 to 71: reply tokens, which work once and for a minute."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.attempts import messages_of
from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import each_case, no_stimulus
from line_sim.replay.checks.outgoing import SENDERS_ASKED, operation
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of, passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.outgoing import Wish
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Evidence

DOC = "Messaging API reference, send reply message"
TOKEN_LIFE_S = 60.0
WARN_S = 30.0
"""LINE asks not to build on the minute; calls and clocks take some of it."""
HEARD_S = 0.02
"""So long before we note the end of an answer may a bridge have acted on it (chosen)."""
ENDING_S = 0.5
"""So long after the note of a restart may a bridge still be at work (chosen)."""
TIME_OUT_S = 1.0
"""A second attempt this long after an open first one follows a time-out of the bridge's own."""
FINAL = range(400, 500)
KEPT = (401, 429)
"""Refusals of the caller and not of the token: it is as good as before."""
LATE_S = {"after 45 s": 45.0, "after 90 s": 90.0, "after 5 minutes": 300.0}
HOURS_S = 7_500.0


# situations


@probe(67, 69, 70)
def uncertain_replies(bench: Bench) -> None:
    """Replies whose answer is lost, that fail, and that LINE refuses; all at once."""
    bad = {
        "answer lost (500)": faults.LosesResponse("500", first=1, operation="replyMessage"),
        "answer lost (reset)": faults.LosesResponse("reset", first=1, operation="replyMessage"),
        "failed (500)": faults.FailsWith(500, first=1, operation="replyMessage"),
        "token refused (400)": faults.Refuses(400, first=1, operation="replyMessage"),
    }
    wishes: list[Wish] = []
    visitors = outgoing.addressees(bench, len(bad), by_push=False)
    people = dict(zip(bad, visitors, strict=True))
    for case, fault in bad.items():
        bench.line.add_fault(faults.fault_from({**fault.to_dict(), "user": people[case].id}))
    for case, visitor in people.items():
        since_s = bench.now_s()
        text = f"Is it here yet? ({case})"
        said = visitor.says(text)
        wishes.append(outgoing.Wish(case, visitor, text, since_s, happened=said))
    reacts = outgoing.reacts(bench, wishes)
    if not reacts and outgoing.staffed(bench):  # it says nothing by itself: staff answer at once
        wishes = [outgoing.wish(bench, each.case, each.text, each.visitor) for each in wishes]
        reacts = outgoing.reacts(bench, wishes)
    if reacts:
        bench.wait_for(lambda seen: all(_second_step(seen, each) for each in wishes), 2.5)
    bench.line.clear_faults()
    bench.settle()
    for each in wishes:
        outgoing.note(bench, each)


def _second_step(evidence: Evidence, wish: Wish) -> bool:
    """Whether the bridge has done something about a reply that did not go well."""
    calls = outgoing.calls_to(evidence, wish.visitor.id, wish.since_s)
    return len(calls) > 1 or any(operation(call) != "replyMessage" for call in calls)


@probe(68, 69, 71)
def late_answers(bench: Bench) -> None:
    """Staff answer when the reply token is old, dead, long dead."""
    if not (outgoing.staffed(bench) and bench.can_pass_time()):
        return
    late = dict(LATE_S)
    if "clock" in bench.capabilities:
        late["after 2 hours"] = HOURS_S
    visitors = outgoing.addressees(bench, len(late), by_push=False)
    people = dict(zip(late, visitors, strict=True))
    wishes, passed_s = [], 0.0
    for case, age_s in late.items():
        bench.pass_time(age_s - passed_s)
        passed_s = age_s
        wishes.append(outgoing.wish(bench, case, f"Yes, it is ready ({case}).", people[case]))
        bench.wait_for(lambda seen: outgoing.arrived(seen, wishes), bench.patience_s / 2)
    bench.settle()
    for each in wishes:
        outgoing.note(bench, each, age_s=late[each.case])


# checks of any recording


@check(67, "A reply token is used once", level="M", edge="E", source=DOC)
def uses_reply_token_once(seen: Seen) -> Verdict:
    """No second attempt with a token, but after a first of which nobody knows the end."""
    by_token: dict[tuple[str, str], list[CallRecord]] = {}
    for call in _replies(seen):
        token = call.body.get("replyToken") if isinstance(call.body, dict) else None
        if isinstance(token, str):
            by_token.setdefault((call.channel, token), []).append(call)
    if not by_token:
        return no_stimulus("reply")
    restarts = [float(line["at_s"]) for line in seen.agent("restart")]
    wrong = [text for calls in by_token.values() for text in _used_again(calls, restarts)]
    return of(
        wrong, f"{len(by_token)} reply tokens were each used once", reply_tokens=len(by_token)
    )


def _used_again(calls: list[CallRecord], restarts: list[float]) -> Iterator[str]:
    taken = [call for call in calls if call.sent is not None]
    if len(taken) > 1:
        yield f"LINE accepted one token {len(taken)} times: {taken[0]}; {taken[1]}"
    for before, again in pairwise(calls):
        if any(before.at_s - ENDING_S <= at_s <= again.at_s for at_s in restarts):
            continue  # what it did, it could not note any more; whether it remembers: check 29
        after_s = again.at_s - before.at_s
        ended = before.took_ms is not None and after_s >= before.took_ms / 1000 - HEARD_S
        if not ended:
            if after_s < TIME_OUT_S:
                yield f"used again {after_s:.3f} s later, before there was an answer: {again}"
        elif before.status is None or before.status not in range(200, 500):
            continue
        elif before.status in FINAL:
            if before.status not in KEPT:
                yield f"tried again after LINE had refused it: {before}; {again}"
        else:
            yield f"used again although LINE had taken it: {before}; {again}"


@check(68, "Reply tokens are used while they are young", level="M", edge="E", source=DOC)
def uses_young_reply_tokens(seen: Seen) -> Verdict:
    """None is tried after its minute without another way; above 30 s is worth a warning."""
    ages = {call.exchange: _age_s(call) for call in _replies(seen)}
    known = {exchange: age for exchange, age in ages.items() if age is not None}
    if not known:
        return no_stimulus("reply")
    wrong: list[str] = []
    warnings: list[str] = []
    for call in _replies(seen):
        age_s = known.get(call.exchange, 0.0)
        if age_s > TOKEN_LIFE_S:
            said = f"a reply token of {age_s:.0f} s was tried: {call}"
            (warnings if _sent_otherwise(seen, call) else wrong).append(said)
        elif age_s > WARN_S:
            warnings.append(f"a reply token of {age_s:.0f} s was used; LINE promises no duration")
    oldest = max(known.values())
    found = of(wrong, f"the oldest of {len(known)} reply tokens was {oldest:.1f} s old at its use")
    return Verdict(found.word, found.evidence, tuple(warnings), {"oldest_reply_token_s": oldest})


def _age_s(call: CallRecord) -> float | None:
    return call.token_age_s if call.sent is not None else call.cause.age_s


def _sent_otherwise(seen: Seen, call: CallRecord) -> bool:
    """Whether the messages of a call came to its chat by another call."""
    chats = outgoing.addressed(seen.evidence, call)
    return any(
        each is not call and each.sent is not None and messages_of(each) == messages_of(call)
        for chat in chats
        for each in seen.evidence.sends_to(chat)
    )


def _replies(seen: Seen) -> list[CallRecord]:
    return [call for call in seen.evidence.calls if operation(call) == "replyMessage"]


# checks of what the probes did


@check(69, "A dead reply token leads to a push, and the customer is told once",
       level="P", edge="E", source="an issue of an open bridge: answers lost")  # fmt: skip
def falls_back_to_push(seen: Seen) -> Verdict:
    """What was to be said by a token that works no more arrives once."""
    late = seen.cases("late_answers", "after 90 s")
    cases = [*seen.cases("uncertain_replies", "token refused (400)"), *late]
    return each_case(seen, cases, lambda case: _arrives_once(seen, case))


def _arrives_once(seen: Seen, case: Case) -> Verdict:
    found = outgoing.outcome(seen, case)
    arrivals = found.arrivals()
    if not found.by_staff:
        refused = [c for c in found.attempts("replyMessage") if c.sent is None]
        if not refused:
            return not_observed(f"it replied by no token here; {SENDERS_ASKED}")
        arrivals = [c for c in found.accepted if messages_of(c) == messages_of(refused[0])]
    if len(arrivals) == 1:
        return passed(f"it arrived once: {arrivals[0]}")
    if arrivals:
        return failed(f"it arrived {len(arrivals)} times: {found.listed()}")
    return failed(f"it never arrived: {found.listed()}")


@check(70, "A reply whose answer was lost is not pushed blindly", level="P", edge="E",
       source="a pull request of an open bridge: told twice after a time-out")  # fmt: skip
def does_not_push_blindly(seen: Seen) -> Verdict:
    """What may have arrived by reply does not arrive again by push."""
    cases = [c for c in seen.cases("uncertain_replies") if c.name != "token refused (400)"]
    return each_case(seen, cases, lambda case: _at_most_once(seen, case))


def _at_most_once(seen: Seen, case: Case) -> Verdict:
    found = outgoing.outcome(seen, case)
    replies = found.attempts("replyMessage")
    if not replies:
        return not_observed("it replied by no token here")
    same = [c for c in found.accepted if messages_of(c) == messages_of(replies[0])]
    if len(same) > 1:
        return failed(f"the customer got it {len(same)} times: {found.listed()}")
    if not same:
        lost = f"{case.name}: the customer never got it; do staff see that?"
        return passed(f"nothing arrived twice: {found.listed()}", warnings=[lost])
    return passed(f"it arrived once: {found.listed()}")


@check(71, "Late answers go by push", level="M", edge="E", source=f"{DOC}: a token lives a minute")
def pushes_late_answers(seen: Seen) -> Verdict:
    """What staff write minutes or hours later arrives, and by push."""
    cases = outgoing.whole(seen.cases("late_answers"), age_s=outgoing.NUMBER)
    cases = [case for case in cases if case.facts["age_s"] > TOKEN_LIFE_S]
    if not cases:
        return not_observed("staff have to send (agent view with send) after the bridge's time has "
                            "passed (clock, or --real-time)")  # fmt: skip
    return each_case(seen, cases, lambda case: _by_push(seen, case))


def _by_push(seen: Seen, case: Case) -> Verdict:
    found = outgoing.outcome(seen, case)
    arrivals = found.arrivals()
    if not arrivals:
        return failed(f"it never arrived: {found.listed()} {found.told}".rstrip())
    kinds = {call.kind for call in arrivals}
    if kinds != {"push"}:
        return failed(f"it went by {', '.join(sorted(kinds))}: {found.listed()}")
    return passed(f"{arrivals[0]}")
