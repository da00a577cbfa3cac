"""Checks 21 to 25, 29 and 30: what LINE sends again is handled once, and never lost.

24 and 25 pull against each other: a bridge that notes an event's id before the work loses what it
could not finish; one that notes it after may do it twice. So they are played together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.deciding import at_work, each_case, handled_once
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, worst

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Evidence

RECEIVE = "LINE Developers, Receive messages, redelivered webhooks"
NEEDS_RESTART = "the bridge must be restarted: start it with --command, or an agent view's restart"


@probe(21, 22, 23)
def duplicates(bench: Bench) -> None:
    """The same event again: told as redelivery or not, later or in the same instant."""
    for name, flagged, after_s in (
        ("flagged", True, 0.3),
        ("unflagged", False, 0.3),
        ("race", False, 0.0),
    ):
        alice = bench.visitor()
        luck = faults.DuplicatesWebhook(
            1, after_s, flagged=flagged, event="message", user=alice.id, first=1
        )
        with bench.bad_luck(luck):
            said = alice.says(f"once, please ({name})")
            bench.reacted(said.events)
            bench.wait_for(_twice(said.events[0]), 2.0)
            bench.settle()
        bench.tried(name, alice, said, acted_on=False)


@check(21, "The same event again, told as a redelivery: handled once", level="M", edge="E/A",
       source=RECEIVE)  # fmt: skip
def once_when_flagged(seen: Seen) -> Verdict:
    """By its webhookEventId, whatever else."""
    if not seen.played:
        return _natural(seen)
    return each_case(seen, seen.cases("duplicates", "flagged"), lambda c: handled_once(seen, c))


@check(22, "The same event again, not told as a redelivery: handled once", level="M", edge="E/A",
       source=RECEIVE)  # fmt: skip
def once_when_unflagged(seen: Seen) -> Verdict:
    """As 21."""
    return each_case(seen, seen.cases("duplicates", "unflagged"), lambda c: handled_once(seen, c))


@check(23, "Two copies in the same instant: handled once", level="P", edge="E/A",
       source=f"{RECEIVE}; seen: Chatwoot's lock by user")  # fmt: skip
def once_in_a_race(seen: Seen) -> Verdict:
    """As 21, with nothing between the two."""
    return each_case(seen, seen.cases("duplicates", "race"), lambda c: handled_once(seen, c))


@probe(24, 25)
def redelivered(bench: Bench) -> None:
    """A first delivery that never arrived; one that was handled and whose answer was not heard."""
    with bench.redelivery():
        alice = bench.visitor()
        luck = faults.DropsWebhook(event="message", user=alice.id, first=1)
        with bench.bad_luck(luck):
            said = alice.says("lost on the way at first")
            bench.wait_for(_twice(said.events[0]), 3.0)
        bench.tried("lost", alice, said)
    bob = bench.visitor()
    copies = faults.DuplicatesWebhook(
        copies=1, flagged=True, after_each_s=0.6, event="message", user=bob.id, first=1
    )
    with bench.bad_luck(copies):
        done = bob.says("handled, and the answer was not heard")
        bench.reacted(done.events)
        bench.wait_for(_twice(done.events[0]), 3.0)
        bench.settle()
    bench.tried("unheard", bob, done, acted_on=False)
    if bench.can_restart():
        _killed(bench)


def _killed(bench: Bench) -> None:
    """The bridge is killed right after it took a message, and LINE delivers it again."""
    with bench.redelivery():
        carol = bench.visitor()
        said = carol.says("killed in the middle of it")
        bench.wait_for(lambda seen: said.events[0] in seen.events, 2.0)
        bench.restart()
        bench.wait_for(lambda seen: _came(seen, said.events[0]), 8.0)
        bench.reacted(said.events)
        bench.settle()
    bench.tried("killed", carol, said, acted_on=False)


@check(24, "A first delivery that failed: the redelivery is handled once, not dropped", level="M",
       edge="E/A", source=RECEIVE)  # fmt: skip
def keeps_what_failed(seen: Seen) -> Verdict:
    """Noting the id before the work loses the message."""

    def judged(case: Case) -> Verdict:
        (event,) = [found for each in case.events if (found := seen.event(each))]
        if case.name == "killed" and not event.confirmed and len(event.deliveries) == 1:
            return not_observed("it was neither confirmed nor delivered again")
        return handled_once(seen, case)

    cases = [c for c in seen.cases("redelivered") if c.name in {"lost", "killed"}]
    return each_case(seen, cases, judged)


@check(25, "Handled, but the 2xx came too late to be heard: not handled again", level="M",
       edge="E/A", source="LINE Developers, Check webhook error statistics")  # fmt: skip
def once_when_unheard(seen: Seen) -> Verdict:
    """The other side of 24."""
    return each_case(seen, seen.cases("redelivered", "unheard"), lambda c: handled_once(seen, c))


@probe(29)
def restarted_between(bench: Bench) -> None:
    """The bridge is restarted between two copies of an event."""
    if not bench.can_restart():
        return
    alice = bench.visitor()
    luck = faults.DuplicatesWebhook(
        copies=1, flagged=True, after_each_s=6.0, event="message", user=alice.id, first=1
    )
    with bench.bad_luck(luck):
        said = alice.says("once, over a restart")
        bench.reacted(said.events)
        bench.settle(0.5)
        bench.restart()
        bench.wait_for(_twice(said.events[0]), 10.0)
        bench.settle()
    bench.tried("", alice, said, acted_on=False)


@check(29, "A restart between two copies: still once", level="P", edge="E/A",
       source=f"{RECEIVE}: a bridge is restarted too")  # fmt: skip
def remembers_over_restarts(seen: Seen) -> Verdict:
    """What was handled is kept where a restart does not forget it."""
    cases = seen.cases("restarted_between")
    if seen.played and not cases:
        return not_observed(NEEDS_RESTART)
    return each_case(seen, cases, lambda case: handled_once(seen, case))


@probe(30)
def outage(bench: Bench) -> None:
    """Nothing arrives for a while; what was written meanwhile comes all at once, then a new one."""
    alice = bench.visitor()
    with bench.redelivery():
        luck = faults.DropsWebhook(user=alice.id, event="message", first=5)
        with bench.bad_luck(luck):
            said = [alice.says(f"during the outage {number}") for number in range(5)]
            bench.wait_for(lambda seen: all(_twice(e.events[0])(seen) for e in said), 4.0)
        bench.reacted([event for each in said for event in each.events])
    if bench.can_restart():
        bench.restart()
    bench.tried("", alice, *said, acted_on=False)


@check(30, "After an outage the bridge recovers without help", level="P", edge="E",
       source=RECEIVE)  # fmt: skip
def recovers(seen: Seen) -> Verdict:
    """What came late is handled, and so is what comes next."""

    def judged(case: Case) -> Verdict:
        return worst([handled_once(seen, case), at_work(seen, case)])

    return each_case(seen, seen.cases("outage"), judged)


def _came(seen: Evidence, event: str) -> bool:
    """Whether an event was confirmed."""
    found = seen.events.get(event)
    return found is not None and found.confirmed


def _twice(event: str) -> Callable[[Evidence], bool]:
    """Whether an event has been delivered twice, and the second one answered."""

    def done(seen: Evidence) -> bool:
        found = seen.events.get(event)
        return found is not None and sum(each.ended for each in found.deliveries) > 1

    return done


def _natural(seen: Seen) -> Verdict:
    """Of ordinary traffic: whatever was delivered more than once."""
    again = [e for e in seen.evidence.events.values() if len(e.deliveries) > 1 and e.confirmed]
    if not again:
        return not_observed("the recording holds no event that came twice")
    wrong = [f"acted on {seen.times(e)} times: {seen.reaction(e)}" for e in again
             if seen.times(e) > 1]  # fmt: skip
    if wrong:
        return failed(*wrong)
    return Verdict("pass", (f"{len(again)} events came twice, none was handled twice",))
