"""Checks 15 to 20: in time, and each of a webhook once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks import ordinary
from line_sim.replay.checks.conditions import called
from line_sim.replay.checks.deciding import each_case, handled_once, judged, told
from line_sim.replay.checks.ordinary import in_time
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed

if TYPE_CHECKING:
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Delivery, Event

STATISTICS = "LINE Developers, Check webhook error statistics: two seconds"
GUIDE = "LINE partner documentation, Development guidelines"
SLOW_S = 3.0
"""How long LINE's API takes: longer than LINE waits for the answer to a webhook."""
DAMAGED = ("unknown_event_type", "no_event_id", "unknown_mode")


@probe(15)
def at_rest(bench: Bench) -> None:
    """A few messages, one at a time."""
    alice = bench.visitor()
    said = []
    for number in range(3):
        said.append(alice.says(f"one at a time {number}"))
        bench.settle()
    bench.mark("", *said)


@check(15, "Confirmed within two seconds at rest", level="M", edge="E", source=STATISTICS)
def quick_at_rest(seen: Seen) -> Verdict:
    """No webhook of a quiet time took longer; of a recording, no webhook at all."""
    if seen.played:
        return each_case(seen, seen.cases("at_rest"), lambda case: in_time(_sent(seen, case)))
    return in_time(seen.evidence.deliveries)


@probe(16)
def slow_api(bench: Bench) -> None:
    """LINE's API takes seconds to answer, or never answers."""
    for name in ("slow", "hangs"):
        alice = bench.visitor()
        slow = faults.Slow(SLOW_S, user=alice.id)
        with bench.bad_luck(slow if name == "slow" else faults.Hangs(user=alice.id)):
            said = alice.says("while the API is slow")
            bench.delivered(said)
            bench.wait_for(called(said.events[0]), 0.5)
        bench.mark(name, said)
    bench.settle(8.0)


@check(16, "Confirmed within two seconds while LINE's API is slow or hangs", level="S", edge="E",
       source=f"{GUIDE}: process events asynchronously")  # fmt: skip
def quick_while_slow(seen: Seen) -> Verdict:
    """The answer does not wait for the bridge's own calls."""
    return each_case(seen, seen.cases("slow_api"), lambda case: in_time(_sent(seen, case)))


@probe(17)
def many_at_once(bench: Bench) -> None:
    """Many users write at the same moment."""
    people = [bench.visitor(warm=False) for _ in range(ordinary.BURST)]
    said = [each.says(f"all at once {each.name}") for each in people]
    bench.settle(8.0)
    bench.mark("", *said)


@check(17, "Confirmed within two seconds for many users at once", level="S", edge="E",
       source=STATISTICS)  # fmt: skip
def quick_for_many(seen: Seen) -> Verdict:
    """With p50, p95 and the longest time, and the share beyond two seconds."""
    if seen.played:
        return each_case(seen, seen.cases("many_at_once"), lambda case: in_time(_sent(seen, case)))
    return ordinary.burst(seen)


@probe(18, 19, 20)
def one_webhook(bench: Bench) -> None:
    """Several events in one webhook: of one user, of several, with one that nobody knows."""
    alice = bench.visitor()
    with bench.line.together():
        said = [alice.says(f"together {number}") for number in range(3)]
    bench.reacted([event for each in said for event in each.events])
    bench.tried("events", alice, *said, acted_on=False)
    people = [bench.visitor() for _ in range(3)]
    with bench.line.together():
        spoken = [each.says(f"this is what {each.name} wants") for each in people]
    bench.reacted([event for each in spoken for event in each.events])
    later = bench.control(people[0])
    bench.settle()
    bench.mark("users", *spoken, control=later)
    for each in people:
        bench.look(each.id)
    _damaged(bench)


def _damaged(bench: Bench) -> None:
    """A good event in one webhook with one that nobody can know."""
    good = []
    for mutant in DAMAGED:
        bob = bench.visitor()
        with bench.bad_luck(faults.MutatesWebhook(mutant, user=bob.id)):
            with bench.line.together():
                bob.says("changed on the way")
                beside = bob.says("a good one beside it")
            bench.delivered(beside)
        bench.reacted(beside.events, min(bench.patience_s, 1.0))
        bench.tried(mutant, bob, beside, acted_on=False, later=True)
        good.append(bob)
    bench.look_at(*good)


@check(18, "Several events in one webhook: each handled once", level="M", edge="E/A", source=GUIDE)
def handles_each(seen: Seen) -> Verdict:
    """None is left out, none is done twice."""
    if not seen.played:
        return ordinary.batches(seen)
    return each_case(seen, seen.cases("one_webhook", "events"), lambda c: handled_once(seen, c))


@check(19, "Several users in one webhook: no crossing of names, chats, answers", level="M",
       edge="E/A", source=GUIDE)  # fmt: skip
def crosses_nobody(seen: Seen) -> Verdict:
    """Each is answered in their own chat, with nothing of the others in it."""

    def judge(case: Case) -> Verdict:
        events = [event for each in case.events if (event := seen.event(each)) is not None]
        wrong = [text for event in events for text in _crossed(seen, event, events)]
        return failed(*wrong) if wrong else handled_once(seen, case)

    return each_case(seen, seen.cases("one_webhook", "users"), judge)


@check(20, "One bad or unknown event among good ones: the good ones are handled", level="S",
       edge="E/A", source="LINE Developers, Development guidelines")  # fmt: skip
def handles_the_good(seen: Seen) -> Verdict:
    """Its neighbour in the webhook is handled once."""
    return judged(seen, "one_webhook", DAMAGED, lambda case: handled_once(seen, case))


def _sent(seen: Seen, case: Case) -> list[Delivery]:
    found = {id(d): d for e in case.events if (event := seen.event(e)) for d in event.deliveries}
    return list(found.values())


def _crossed(seen: Seen, event: Event, others: list[Event]) -> list[str]:
    found = []
    for call in event.sends:
        if event.chat not in call.chats:
            found.append(f"the answer to {told(event)} went to {call.chats}")
        texts = " ".join(str(message.get("text", "")) for message in call.messages)
        found += [
            f"{event.chat} was told what {other.chat} wrote: {texts!r}"
            for other in others
            if other is not event and other.text and other.text in texts
        ]
    found += [
        f"staff see {row.text!r} in the chat of {event.chat}"
        for row in seen.transcript(event.chat) or ()
        if row.from_ == "customer" and row.text in {o.text for o in others if o is not event}
    ]
    return found
