"""Checks 21 to 25, 29 and 30: what LINE sends again is handled once, and never lost.

24 and 25 pull against each other: a bridge that notes an event's id before the work loses what it
could not finish; one that notes it after may do it twice. So they are played together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks import ordinary, outgoing
from line_sim.replay.checks.conditions import answered, called
from line_sim.replay.checks.deciding import (
    LATE,
    NO_REACTION,
    answers,
    at_work,
    each_case,
    handled_once,
    told,
)
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, passed, worst

if TYPE_CHECKING:
    from line_sim.mock.visitors import Happened
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Event, Evidence

RECEIVE = "LINE Developers, Receive messages, redelivered webhooks"
COPY_AFTER_S = 45.0
"""Schedule seconds until the second copy: longer than a restart takes, and skipped after it."""
REDELIVERY_S = (0.3, 1.0, 6.0, 20.0)
"""When LINE sends again what was not confirmed: sooner than by default, or it would take minutes.

The last is for a bridge that takes long to start.
"""
COPIES = 2
STAFF_SENT = "staff sent while LINE was away"
NEEDS_RESTART = "the bridge must be restarted: start it with --command, or an agent view's restart"


@probe(21, 22, 23)
def duplicates(bench: Bench) -> None:
    """The same event again: told as redelivery or not, later or in the same instant."""
    people = []
    for name, flagged, after_s in (
        ("flagged", True, 0.2),
        ("unflagged", False, 0.2),
        ("race", False, 0.0),
    ):
        alice = bench.visitor()
        luck = faults.DuplicatesWebhook(
            1, after_s, flagged=flagged, event="message", user=alice.id, first=1
        )
        with bench.bad_luck(luck):
            said = alice.says(f"once, please ({name})")
            bench.reacted(said.events)
            bench.delivered(said, times=2)
        bench.tried(name, alice, said, acted_on=False, later=True)
        people.append(alice)
    bench.look_at(*people)


@check(21, "The same event again, told as a redelivery: handled once", level="M", edge="E/A",
       source=RECEIVE)  # fmt: skip
def once_when_flagged(seen: Seen) -> Verdict:
    """By its webhookEventId, whatever else."""
    if not seen.played:
        return ordinary.copies(seen, flagged=True)
    return each_case(seen, seen.cases("duplicates", "flagged"), lambda c: handled_once(seen, c))


@check(22, "The same event again, not told as a redelivery: handled once", level="M", edge="E/A",
       source=RECEIVE)  # fmt: skip
def once_when_unflagged(seen: Seen) -> Verdict:
    """As 21."""
    if not seen.played:
        return ordinary.copies(seen, flagged=False)
    return each_case(seen, seen.cases("duplicates", "unflagged"), lambda c: handled_once(seen, c))


@check(23, "Two copies in the same instant: handled once", level="P", edge="E/A",
       source=f"{RECEIVE}; seen: Chatwoot's lock by user")  # fmt: skip
def once_in_a_race(seen: Seen) -> Verdict:
    """As 21, with nothing between the two."""
    return each_case(seen, seen.cases("duplicates", "race"), lambda c: handled_once(seen, c))


@probe(24, 25)
def redelivered(bench: Bench) -> None:
    """A first delivery that never arrived; one that was handled and whose answer was not heard."""
    alice, bob = bench.visitor(), bench.visitor()
    with bench.redelivery():
        lost = faults.DropsWebhook(event="message", user=alice.id, first=1)
        unheard = faults.LosesConfirmation(event="message", user=bob.id, first=1)
        with bench.bad_luck(lost, unheard):
            said = alice.says("lost on the way at first")
            done = bob.says("handled, and the answer was not heard")
            bench.delivered(said, done, times=2)
        bench.reacted([*said.events, *done.events])
    bench.tried("lost", alice, said, acted_on=False, later=True)
    bench.tried("unheard", bob, done, acted_on=False, later=True)
    bench.look_at(alice, bob)
    if bench.can_restart():
        _killed(bench)


def _killed(bench: Bench) -> None:
    """The bridge is killed right after it got a message, and LINE delivers it again."""
    carol = bench.visitor()
    with bench.redelivery():
        with bench.bad_luck(faults.LosesConfirmation(event="message", user=carol.id, first=1)):
            said = carol.says("killed in the middle of it")
            bench.wait_for(lambda seen: said.events[0] in seen.events, 2.0)
            bench.restart()
        _come_again(bench, said)
        bench.reacted(said.events)
    bench.tried("killed", carol, said, acted_on=False)


@check(24, "A first delivery that failed: the redelivery is handled once, not dropped", level="M",
       edge="E/A", source=RECEIVE)  # fmt: skip
def keeps_what_failed(seen: Seen) -> Verdict:
    """Noting the id before the work loses the message."""
    if not seen.played:
        return ordinary.failed_first(seen)
    lost, killed = seen.cases("redelivered", "lost"), seen.cases("redelivered", "killed")
    found = [each_case(seen, lost, lambda case: handled_once(seen, case))]
    found += [each_case(seen, killed, lambda case: _outlived(seen, case))] if killed else []
    return worst(found)


def _outlived(seen: Seen, case: Case) -> Verdict:
    """Killed at it, the bridge may have sent what it could not note any more: that is no loss."""
    event = next(filter(None, map(seen.event, case.events)), None)
    if event is None or not _reached(event):
        return not_observed("LINE did not reach the bridge again after it was killed")
    times = seen.times(event)
    if times and not event.confirmed:
        return passed(seen.reaction(event), warnings=[f"it never confirmed it: {answers(event)}"])
    if times > 1:
        twice = f"killed between sending and noting it, the bridge acted on it {times} times"
        return passed(seen.reaction(event), warnings=[twice])
    return handled_once(seen, case)


@check(25, "Handled, but the 2xx came too late to be heard: not handled again", level="M",
       edge="E/A", source="LINE Developers, Check webhook error statistics")  # fmt: skip
def once_when_unheard(seen: Seen) -> Verdict:
    """The other side of 24."""
    if not seen.played:
        return ordinary.unheard_first(seen)
    return each_case(seen, seen.cases("redelivered", "unheard"), lambda c: handled_once(seen, c))


@probe(29)
def restarted_between(bench: Bench) -> None:
    """The bridge is restarted between two copies of an event."""
    if not bench.can_restart():
        return
    alice = bench.visitor()
    luck = faults.DuplicatesWebhook(
        1, COPY_AFTER_S, flagged=True, event="message", user=alice.id, first=1
    )
    with bench.bad_luck(luck):
        said = alice.says("once, over a restart")
        first = bench.reacted(said.events)
        bench.settle(0.5)
        bench.restart()
        bench.skip(COPY_AFTER_S)
        bench.delivered(said, times=2)
    bench.tried("", alice, said, acted_on=False, first=first)


@check(29, "A restart between two copies: still once", level="P", edge="E/A",
       source=f"{RECEIVE}: a bridge is restarted too")  # fmt: skip
def remembers_over_restarts(seen: Seen) -> Verdict:
    """What was handled is kept where a restart does not forget it."""
    cases = seen.cases("restarted_between")
    if seen.played and not cases:
        return not_observed(NEEDS_RESTART)

    def judge(case: Case) -> Verdict:
        for event in filter(None, map(seen.event, case.events)):
            if len(event.deliveries) < COPIES or event.deliveries[-1].status is None:
                return not_observed(f"no second copy of {told(event)} reached the bridge")
        if case.facts.get("first") is False:
            return not_observed("the bridge was restarted before it had acted on the first copy")
        return handled_once(seen, case)

    return each_case(seen, cases, judge)


@probe(30)
def outage(bench: Bench) -> None:
    """LINE's API is away for a moment; then nothing arrives, and comes all at once afterwards."""
    alice, bob = bench.visitor(warm=False), bench.visitor()
    before = bench.control(alice)
    sends = bench.wait_for(answered(before), min(bench.patience_s, 1.0))
    with bench.bad_luck(faults.ResetsConnection()):
        said = bob.says("while LINE is away")
        bench.wait_for(called(said.events[0]), min(bench.patience_s, 1.0))
        if outgoing.staffed(bench):
            wished = outgoing.wish(bench, STAFF_SENT, "We are back in a moment.", bob)
            outgoing.reacts(bench, [wished])
        bench.settle(0.3)
    later = bench.control(alice)
    if sends:
        bench.wait_for(answered(later))
    if outgoing.staffed(bench):
        outgoing.until(bench, lambda seen: outgoing.arrived(seen, [wished]))
        outgoing.note(bench, wished)
    bench.mark("LINE was away", control=later, before=before)
    _unreached(bench)


def _unreached(bench: Bench) -> None:
    """LINE does not reach the bridge for a while, and then does; it may be started anew between."""
    alice = bench.visitor()
    with bench.redelivery():
        with bench.bad_luck(faults.DropsWebhook(user=alice.id, event="message", first=5)):
            said = [alice.says(f"during the outage {number}") for number in range(5)]
            bench.delivered(*said)
            if bench.can_restart():
                bench.restart()
        _come_again(bench, *said)
        bench.reacted([event for each in said for event in each.events])
    bench.tried("the bridge was away", alice, *said, acted_on=False)


@check(30, "After an outage the bridge recovers without help", level="P", edge="E",
       source=RECEIVE)  # fmt: skip
def recovers(seen: Seen) -> Verdict:
    """What came late is handled, and so is what comes next."""
    away = seen.cases("outage", "LINE was away")
    unreached = seen.cases("outage", "the bridge was away")
    return worst([
        each_case(seen, away, lambda case: _sends_again(seen, case)),
        each_case(seen, unreached, lambda case: _catches_up(seen, case)),
    ])  # fmt: skip


def _catches_up(seen: Seen, case: Case) -> Verdict:
    """What came late was handled, and the next message; if LINE reached the bridge again at all."""
    events = list(filter(None, map(seen.event, case.events)))
    if not all(_reached(event) for event in events):
        return not_observed("LINE did not reach the bridge again after the outage")
    return worst([handled_once(seen, case), at_work(seen, case)])


def _sends_again(seen: Seen, case: Case) -> Verdict:
    before, later = seen.event(str(case.facts.get("before"))), seen.event(case.control)
    if before is None or later is None:
        return not_observed(NO_REACTION)
    if staffed := seen.cases("outage", STAFF_SENT):
        return worst([at_work(seen, case), *(_arrives_after(seen, each) for each in staffed)])
    if not before.sends:
        return not_observed(NO_REACTION) if later.confirmed else at_work(seen, case)
    if later.sends:
        return passed(f"afterwards it sends again: {later.sends[0]}")
    return failed(f"it answered before and not after: {seen.reaction(later)}")


def _arrives_after(seen: Seen, case: Case) -> Verdict:
    """What staff sent while LINE was away arrives once it is back."""
    found = outgoing.outcome(seen, case)
    if found.arrivals():
        return passed(f"it was sent once LINE was back: {found.arrivals()[0]}")
    return failed(f"it never arrived: {found.listed()} {found.told}".rstrip())


def _came(seen: Evidence, event: str) -> bool:
    """Whether an event was confirmed."""
    found = seen.events.get(event)
    return found is not None and found.confirmed


def _reached(event: Event) -> bool:
    """Whether the bridge got an event: it answered, or let LINE wait for an answer."""
    return any(
        each.status is not None or (each.reason == LATE and not each.faults)
        for each in event.deliveries
    )


def _come_again(bench: Bench, *said: Happened) -> None:
    """Wait until LINE sent again what was not confirmed; longer where it reached nobody so far."""
    events = [event for each in said for event in each.events]
    if bench.wait_for(lambda seen: all(_came(seen, event) for event in events), 8.0):
        return
    bench.wait_for(
        lambda seen: all((found := seen.events.get(e)) and _reached(found) for e in events),
        REDELIVERY_S[-1],
    )
