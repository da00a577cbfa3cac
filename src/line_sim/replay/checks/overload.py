"""Checks 76 and 77: rate limits, a quota used up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import each_case
from line_sim.replay.checks.outgoing import SENDERS_ASKED
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, passed, worst

if TYPE_CHECKING:
    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen

RATES = "Messaging API reference, rate limits"
TOO_MANY = 429
HAMMERING = 5
"""Calls that may be refused for one reason before it is a loop (chosen): some were under way."""
LOOK_S = 1.5
BACK_OFF_S = 0.1
MONTH_S = 32 * 86_400.0
RATE_TEXTS = ("one of three", "two of three", "three of three")


# situations


@probe(76)
def rate_limited(bench: Bench) -> None:
    """Three texts in a row, of which LINE refuses the first two attempts by 429."""
    (visitor,) = outgoing.addressees(bench, 1)
    limit = faults.Refuses(TOO_MANY, first=2, operation="*Message", user=visitor.id)
    with bench.bad_luck(limit):
        wishes = [outgoing.wish(bench, text, text, visitor) for text in RATE_TEXTS]
        if outgoing.reacts(bench, wishes):
            outgoing.until(
                bench,
                lambda seen: all(
                    any(_holds(c, w.text) for c in _taken(outgoing.calls_to(seen, visitor.id)))
                    for w in wishes
                ),
            )
    bench.settle()
    for each in wishes:
        outgoing.note(bench, each)


@probe(77)
def quota_used_up(bench: Bench) -> None:
    """The month's messages are used up; later the next month begins."""
    if not outgoing.staffed(bench):
        return
    (visitor,) = outgoing.addressees(bench, 1)
    before = alerts(bench)
    with bench.bad_luck(faults.RunsOutOfQuota()):
        wished = outgoing.wish(bench, "used up", "One message too many.", visitor)
        if outgoing.reacts(bench, [wished]):
            outgoing.pause(LOOK_S)
        bench.settle()
        entry, told = entry_state(bench, wished), alerts(bench)[len(before) :]
        outgoing.note(bench, wished, alerts=told, delivery=entry)
        if "clock" in bench.capabilities:
            bench.pass_time(MONTH_S)
    if "clock" in bench.capabilities:
        later = outgoing.wish(bench, "next month", "It is the next month.", visitor)
        outgoing.until(bench, lambda seen: outgoing.arrived(seen, [later]))
        bench.settle()
        outgoing.note(bench, later)


def alerts(bench: Bench) -> list[str]:
    """What the bridge told its staff or operator so far, where it shows that."""
    return bench.view.alerts() if bench.view and "alerts" in bench.capabilities else []


def entry_state(bench: Bench, wished: outgoing.Wish) -> str:
    """How far staff see their message to have got."""
    if wished.sent is None:
        return ""
    if wished.sent.state in {"refused", "failed", "unknown"}:
        return wished.sent.state
    if bench.view is None or "transcript" not in bench.capabilities:
        return ""
    rows = bench.view.transcript(wished.visitor.id)
    return next((row.delivery for row in rows if row.id and row.id == wished.sent.id), "")


# checks


@check(76, "A rate limit is waited out, and order kept", level="S", edge="E", source=RATES)
def waits_out_rate_limit(seen: Seen) -> Verdict:
    """After 429s everything arrives, once, in order, and not by trying without a pause."""
    cases = outgoing.whole(seen.cases("rate_limited"), user=str, since_s=outgoing.NUMBER)
    if not cases:
        return not_observed("the recording holds no planned 429")
    calls = outgoing.calls_to(
        seen.evidence, str(cases[0].facts["user"]), float(cases[0].facts["since_s"])
    )
    refused = [call for call in calls if call.status == TOO_MANY]
    if not refused:
        return not_observed(f"it sent nothing that LINE could refuse; {SENDERS_ASKED}")
    taken = _taken(calls)
    places = [[n for n, c in enumerate(taken) if _holds(c, text)] for text in RATE_TEXTS]
    if not any(places):
        return _without_texts(refused, taken)
    wrong = [
        f"{text!r} arrived {len(found)} times"
        for text, found in zip(RATE_TEXTS, places, strict=True)
        if len(found) != 1
    ]
    order = [each[0] for each in places if each]
    if order != sorted(order):
        wrong.append("they arrived in another order: " + "; ".join(map(str, taken)))
    wrong += _hasty(seen, calls)
    if wrong:
        return failed(*wrong)
    return passed(f"{len(refused)} attempts were refused, then all arrived in order")


def _without_texts(refused: list[CallRecord], taken: list[CallRecord]) -> Verdict:
    """What can be said of a bridge whose answers do not hold what it was told."""
    if len(taken) == len(RATE_TEXTS):
        return passed(f"{len(refused)} attempts were refused, then all arrived")
    return failed(f"of {len(RATE_TEXTS)} messages {len(taken)} arrived after a 429")


def _hasty(seen: Seen, calls: list[CallRecord]) -> list[str]:
    """Attempts that follow the refusal of the same messages at once."""
    found = []
    for place, call in enumerate(calls):
        same = [c for c in calls[place + 1 :] if c.body == call.body]
        if call.status != TOO_MANY or not same:
            continue
        gap_ms = (same[0].at_s - call.at_s) * 1000
        if gap_ms < BACK_OFF_S * 1000 and not outgoing.clock_moved(seen, call.at_s, same[0].at_s):
            found.append(f"tried again {gap_ms:.0f} ms after a 429: {same[0]}")
    return found


@check(77, "A used-up quota is told, not hammered at, and over next month",
       level="P", edge="E/A", source="issues of an open bridge: endless retries")  # fmt: skip
def lives_with_quota(seen: Seen) -> Verdict:
    """Staff learn that nothing goes out; next month it does."""
    cases = seen.cases("quota_used_up", "used up")
    if not cases:
        return not_observed(f"nothing was pushed with a used-up quota; {SENDERS_ASKED}")
    return worst([
        each_case(seen, cases, lambda case: _stops(seen, case)), _next_month(seen)
    ])  # fmt: skip


def was_told(seen: Seen, case: Case) -> Verdict:
    """Whether an alert came, or staff saw that their message was not sent."""
    told = case.facts.get("alerts")
    alerts_ = told if isinstance(told, list) else []
    shown = str(case.facts.get("delivery") or "")
    if alerts_:
        return passed(f"told: {alerts_[0]}")
    if shown in {"failed", "refused", "unknown"}:
        return passed(f"staff saw the message as {shown}")
    if not seen.can("alerts"):
        return passed(warnings=["whether anybody was told cannot be seen (agent view with alerts)"])
    return failed("nobody was told: no alert, and the message stood there as " + (shown or "sent"))


def _stops(seen: Seen, case: Case) -> Verdict:
    found = outgoing.outcome(seen, case)
    tried = [call for call in found.calls if call.status == TOO_MANY]
    if not tried and not found.told:
        return not_observed("it pushed nothing")
    if len(tried) > HAMMERING:
        return failed(f"{len(tried)} attempts in {LOOK_S:g} s at a quota that was used up")
    told = was_told(seen, case)
    return worst([passed(f"{len(tried)} attempts at the used-up quota"), told])


def _next_month(seen: Seen) -> Verdict:
    cases = seen.cases("quota_used_up", "next month")
    if not cases:
        return not_observed("whether it goes on next month needs the bridge's clock to move "
                            "(agent view with clock)")  # fmt: skip
    found = outgoing.outcome(seen, cases[0])
    if found.arrivals():
        return passed(f"next month: {found.arrivals()[0]}")
    return failed(f"nothing goes out next month either: {found.listed()} {found.told}".rstrip())


def _taken(calls: list[CallRecord]) -> list[CallRecord]:
    return [call for call in calls if call.sent is not None]


def _holds(call: CallRecord, text: str) -> bool:
    return any(text in each for each in outgoing.texts_of(call))
