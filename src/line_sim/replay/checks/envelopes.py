"""Checks 9 and 11 to 13: what stands around the events."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from line_sim.errors import LineSimError
from line_sim.mock import faults
from line_sim.replay.checks import ordinary
from line_sim.replay.checks.conditions import struck
from line_sim.replay.checks.deciding import (
    at_work,
    confirmed,
    each_case,
    ignored,
    judged,
    unbroken,
)
from line_sim.replay.checks.ordinary import BIG_BATCH
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, passed, worst

if TYPE_CHECKING:
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Delivery

REFERENCE = "LINE Developers, Messaging API reference"
BROKEN_BODIES = ("not_json", "no_events")


@probe(9)
def broken_bodies(bench: Bench) -> None:
    """Rightly signed bodies that are no JSON, or hold no events."""
    for number, name in enumerate(BROKEN_BODIES):
        alice = bench.visitor()
        with bench.bad_luck(faults.MutatesWebhook(name, user=alice.id)):
            alice.says("broken on the way")
            bench.wait_for(struck(number + 1))
        met = [each.exchange for each in bench.evidence().deliveries if each.faults]
        bench.tried(name, alice, acted_on=False, exchanges=met[number:])


@check(9, "Right signature and no JSON, or no events: no crash, the next webhook is fine",
       level="P", edge="E", source="a bridge must outlive what it cannot read")  # fmt: skip
def survives_broken_bodies(seen: Seen) -> Verdict:
    """Whatever the answer, but no 5xx, and the bridge is at work afterwards."""

    def judge(case: Case) -> Verdict:
        return worst([unbroken(_those(seen, case)), at_work(seen, case)])

    return judged(seen, "broken_bodies", BROKEN_BODIES, judge)


@probe(11)
def empty_webhook(bench: Bench) -> None:
    """What LINE sends to verify a URL: no events at all."""
    with suppress(LineSimError):  # how it was answered stands in the ledger
        bench.line.link.do("connect", url=bench.line.channel.endpoint or "", verify=True)
    bench.settle()
    seen = bench.evidence()
    tests = [each.exchange for each in seen.deliveries if each.test]
    calls = [str(call) for call in seen.calls if not call.event]
    control = bench.control(bench.visitor())
    bench.mark("", control=control, exchanges=tests, calls=calls)


@check(11, "No events: 200, and no side effects", level="M", edge="E",
       source=f"{REFERENCE}, response; Verify webhook URL")  # fmt: skip
def takes_empty_webhooks(seen: Seen) -> Verdict:
    """The verification of the URL is confirmed and causes no call."""
    if not seen.played:
        return ordinary.empty(seen)

    def judge(case: Case) -> Verdict:
        wrong = [f"a webhook without events was answered {each.status or each.reason}"
                 for each in _those(seen, case) if not each.ok]  # fmt: skip
        calls = case.facts.get("calls")
        if calls:
            wrong.append(f"calls because of a webhook without events: {calls}")
        return failed(*wrong) if wrong else at_work(seen, case)

    return each_case(seen, seen.cases("empty_webhook"), judge)


@probe(12)
def strange_destination(bench: Bench) -> None:
    """A webhook for an account that is not this bridge's."""
    alice = bench.visitor()
    with bench.bad_luck(faults.MutatesWebhook("other_destination", user=alice.id)):
        said = alice.says("meant for somebody else")
        bench.delivered(said)
    bench.tried("", alice, said, acted_on=False)


@check(12, "Unknown destination: not mixed into another tenant's chats", level="P", edge="A",
       source=f"{REFERENCE}, request body")  # fmt: skip
def keeps_tenants_apart(seen: Seen) -> Verdict:
    """What was meant for another account is neither shown nor answered."""

    def judge(case: Case) -> Verdict:
        found = ignored(seen, case)
        if found.word == "pass" and not seen.can("transcript"):
            return not_observed("it was not answered; an agent view would show whether it is shown")
        return found

    return each_case(seen, seen.cases("strange_destination"), judge)


@probe(13)
def big_batch(bench: Bench) -> None:
    """A hundred messages in one webhook."""
    alice = bench.visitor()
    with bench.line.together():
        said = [alice.says(f"batch {number}") for number in range(BIG_BATCH)]
    bench.settle(10.0)
    bench.mark("", *said)


@check(13, f"A batch of {BIG_BATCH} events is confirmed", level="P", edge="E",
       source="LINE partner documentation, Development guidelines")  # fmt: skip
def takes_big_batches(seen: Seen) -> Verdict:
    """The webhook is answered with a 2xx within two seconds."""
    if not seen.played:
        return ordinary.big(seen)

    def judge(case: Case) -> Verdict:
        verdict = confirmed(seen, case)
        return passed(f"{BIG_BATCH} events at once") if verdict.word == "pass" else verdict

    return each_case(seen, seen.cases("big_batch"), judge)


def _those(seen: Seen, case: Case) -> list[Delivery]:
    """The webhooks that a case names by their exchange."""
    named = case.facts.get("exchanges")
    wanted = named if isinstance(named, list) else []
    return [each for each in seen.evidence.deliveries if each.exchange in wanted]
