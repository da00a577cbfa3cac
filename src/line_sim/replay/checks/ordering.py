"""Checks 26 to 28: messages of one customer keep their order, and none passes for another."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks import ordinary
from line_sim.replay.checks.deciding import NO_REACTION, each_case, handled_once
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, not_observed, of, worst

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Event

GUIDE = "LINE partner documentation, Development guidelines"
SLOW_ANSWER_S = 0.5
"""How long one answer takes, so that those to later messages have to queue behind it."""


@probe(26)
def overtaken(bench: Bench) -> None:
    """A message is delivered after two that were written later."""
    alice = bench.visitor()
    late = faults.OvertakesWebhook(by=2, event="message", user=alice.id, first=1)
    with bench.bad_luck(late):
        said = [bench.later(0.01, alice.says, f"overtaken {number}") for number in range(3)]
        bench.settle()
    bench.reacted([event for each in said for event in each.events])
    bench.tried("", alice, *said, acted_on=False)


@check(26, "A late delivery: staff see messages in the order of their timestamps", level="S",
       edge="A", source="LINE Developers, Receive messages, redelivered webhooks")  # fmt: skip
def sorts_by_time(seen: Seen) -> Verdict:
    """The transcript is in the order in which the customer wrote."""
    return _in_order(seen, "overtaken")


@probe(27)
def quick_succession(bench: Bench) -> None:
    """One customer writes ten times as fast as it goes, while the first answer is under way.

    Each is written when the one before was confirmed: of webhooks that travel side by side, a
    bridge cannot know which was first.
    """
    alice = bench.visitor()
    slow = faults.Slow(SLOW_ANSWER_S, operation="/v2/bot/message/*", user=alice.id, first=1)
    with bench.bad_luck(slow):
        said = []
        for number in range(10):
            said.append(alice.says(f"quickly {number}"))
            bench.delivered(said[-1], wait_s=0.5)
        bench.delivered(*said)
        bench.settle(2 * SLOW_ANSWER_S)
    bench.reacted([event for each in said for event in each.events])
    bench.tried("", alice, *said, acted_on=False)


@check(27, "One customer's messages are processed in order", level="S", edge="A", source=GUIDE)
def keeps_order(seen: Seen) -> Verdict:
    """In the transcript, and where answers can be seen, in the order of answers too."""
    return _in_order(seen, "quick_succession", answers=True)


@probe(28)
def twice_the_same(bench: Bench) -> None:
    """A customer writes the same words twice, in one moment."""
    alice = bench.visitor()
    with bench.bad_luck(faults.MutatesWebhook("same_time", user=alice.id)):
        with bench.line.together():
            said = [alice.says("yes") for _ in range(2)]
        bench.delivered(*said)
    bench.reacted([event for each in said for event in each.events])
    bench.tried("", alice, *said, acted_on=False)


@check(28, "Distinct events with the same text and time: both kept", level="P", edge="E/A",
       source="LINE Developers: webhookEventId is the key, not the content")  # fmt: skip
def keeps_both(seen: Seen) -> Verdict:
    """Each is handled once."""
    if not seen.played:
        return ordinary.twins(seen)
    return each_case(seen, seen.cases("twice_the_same"), lambda case: handled_once(seen, case))


def _in_order(seen: Seen, name: str, *, answers: bool = False) -> Verdict:
    """The entries, or the answers, stand in the order in which the customer wrote."""

    def judge(case: Case) -> Verdict:
        events = [event for each in case.events if (event := seen.event(each)) is not None]
        verdicts = []
        if events and seen.can("transcript"):
            rows = seen.transcript(events[0].chat) or []
            shown = {event.id: rows.index(of_it[0]) for event in events
                     if (of_it := seen.entries(event))}  # fmt: skip
            wrong = [f"staff see {len(shown)} of {len(events)} messages"]
            wrong = wrong if len(shown) < len(events) else []
            if _crossed(events, shown, _written_before):
                places = list(shown.values())
                wrong.append(f"staff see them in another order than they were written: {places}")
            verdicts.append(of(wrong, "staff see them in order"))
        if answers and events and all(event.sends for event in events):
            first = {event.id: min(call.exchange for call in event.sends) for event in events}
            crossed = _crossed(events, first, _came_before)
            late = ["answered in another order than written"] if crossed else []
            verdicts.append(of(late, "answered in order"))
        return worst(verdicts) if verdicts else not_observed(NO_REACTION)

    return each_case(seen, seen.cases(name), judge)


def _crossed(
    events: list[Event], places: Mapping[str, int], before: Callable[[Event, Event], bool]
) -> bool:
    """Whether one that is before another by `before` has a place behind it."""
    return any(
        before(one, other) and places[one.id] > places[other.id]
        for one, other in combinations([event for event in events if event.id in places], 2)
    )


def _came_before(one: Event, other: Event) -> bool:
    """Whether one came to its end before the other was sent."""
    ended_s = one.deliveries[0].ended_s
    return ended_s is not None and ended_s <= other.deliveries[0].at_s


def _written_before(one: Event, other: Event) -> bool:
    """Whether its time is earlier; of two of one millisecond, whether it came before."""
    earlier, later = one.data.get("timestamp"), other.data.get("timestamp")
    if isinstance(earlier, int) and isinstance(later, int) and earlier != later:
        return earlier < later
    return _came_before(one, other)
