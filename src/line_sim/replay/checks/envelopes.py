"""Checks 9 and 11 to 13: what stands around the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.deciding import at_work, confirmed, each_case
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, passed

if TYPE_CHECKING:
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen

REFERENCE = "LINE Developers, Messaging API reference"
BIG_BATCH = 100
"""Events in one webhook; LINE names no limit (chosen)."""


@probe(9)
def broken_bodies(bench: Bench) -> None:
    """Rightly signed bodies that are no JSON, or hold no events."""
    for name in ("not_json", "no_events"):
        alice = bench.visitor()
        with bench.bad_luck(faults.MutatesWebhook(name, user=alice.id)):
            said = alice.says("broken on the way")
            bench.settle()
        bench.tried(name, alice, said, acted_on=False)


@check(9, "Right signature and no JSON, or no events: no crash, the next webhook is fine",
       level="P", edge="E", source="a bridge must outlive what it cannot read")  # fmt: skip
def survives_broken_bodies(seen: Seen) -> Verdict:
    """Whatever the answer, the bridge is at work afterwards."""
    if seen.died("broken_bodies"):
        return failed("the bridge ended at such a webhook")
    return each_case(seen, seen.cases("broken_bodies"), lambda case: at_work(seen, case))


@probe(11)
def empty_webhook(bench: Bench) -> None:
    """What LINE sends to verify a URL: no events at all."""
    url = bench.line.channel.endpoint or ""
    bench.line.connect(url, verify=False)
    before = len(bench.evidence().calls)
    bench.line.link.do("connect", url=url, verify=True)
    bench.settle()
    after = len(bench.evidence().calls)
    bench.mark("", control=bench.control(bench.visitor()), calls=after - before)


@check(11, "No events: 200, and no side effects", level="M", edge="E",
       source=f"{REFERENCE}, response; Verify webhook URL")  # fmt: skip
def takes_empty_webhooks(seen: Seen) -> Verdict:
    """The verification of the URL is confirmed and causes no call."""
    tests = [each for each in seen.evidence.deliveries if each.test or not each.events]
    refused = [each for each in tests if each.ended and not each.ok and not each.faults]
    if refused:
        return failed(f"a webhook without events was answered {refused[0].status}")

    def judged(case: Case) -> Verdict:
        if case.facts["calls"]:
            return failed(f"{case.facts['calls']} calls because of a webhook without events")
        return at_work(seen, case)

    return each_case(seen, seen.cases("empty_webhook"), judged)


@probe(12)
def strange_destination(bench: Bench) -> None:
    """A webhook for an account that is not this bridge's."""
    alice = bench.visitor()
    with bench.bad_luck(faults.MutatesWebhook("other_destination", user=alice.id)):
        said = alice.says("meant for somebody else")
        bench.settle()
    bench.tried("", alice, said, acted_on=False)


@check(12, "Unknown destination: not mixed into another tenant's chats", level="P", edge="A",
       source=f"{REFERENCE}, request body")  # fmt: skip
def keeps_tenants_apart(seen: Seen) -> Verdict:
    """What was meant for another account is neither shown nor answered."""
    if seen.cases("strange_destination") and not seen.can("transcript"):
        return not_observed("an agent view with transcript would show it")

    def judged(case: Case) -> Verdict:
        for event in filter(None, map(seen.event, case.events)):
            if seen.handled(event):
                return failed(f"it was taken in: {seen.reaction(event)}")
        return at_work(seen, case)

    return each_case(seen, seen.cases("strange_destination"), judged)


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

    def judged(case: Case) -> Verdict:
        verdict = confirmed(seen, case)
        return passed(f"{BIG_BATCH} events at once") if verdict.word == "pass" else verdict

    return each_case(seen, seen.cases("big_batch"), judged)
