"""Checks 31 to 38: what LINE may add, leave out or take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.deciding import at_work, confirmed, each_case, handled_once
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of, passed, worst

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.mock.visitors import Happened, Visitor
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen

GUIDE = "LINE Developers, Development guidelines"
REFERENCE = "LINE Developers, Messaging API reference"

MAY_COME: dict[str, Callable[[Visitor], Happened]] = {
    "unknown_event_type": lambda who: who.says("of a type still to come"),
    "unknown_message_type": lambda who: who.says("in a form still to come"),
    "unknown_source_type": lambda who: who.says("from a place still to come"),
    "unknown_sticker_type": lambda who: who.sends_sticker(),
    "unknown_content_provider": lambda who: who.sends_image(width=64, height=64),
    "unknown_postback_params": lambda who: who.taps("action=buy"),
    "extra_properties": lambda who: who.says("with more in it"),
    "no_source": lambda who: who.says("from nobody"),
    "no_read_token": lambda who: who.says("not to be marked as read"),
    "unnumbered_image": lambda who: who.sends_image(
        width=64, height=64, image_set={"id": "9" * 15, "index": 1, "total": 2}
    ),
    "unnamed_place": lambda who: who.sends_location(title="Shop", address="1 Main Road"),
    "no_keywords": lambda who: who.sends_sticker(keywords=["bow"]),
    "things": lambda who: who.says("of a type that is gone"),
    "delivery_without_source": lambda who: who.says("as a notification's event"),
}
"""By mutant, what is done so that it has something to change."""


@probe(31, 32, 33, 34, 35, 38)
def mutants(bench: Bench) -> None:
    """Each thing that LINE may add or leave out, with a good message beside and after it."""
    for name, act in MAY_COME.items():
        alice = bench.visitor()
        with bench.bad_luck(faults.MutatesWebhook(name, user=alice.id, first=1)):
            happened = act(alice)
            bench.settle()
        beside = alice.says("a good one after it")
        bench.reacted(beside.events)
        bench.tried(name, alice, happened, acted_on=False, beside=list(beside.events))


@check(31, "Unknown event type: 200, and its neighbours are handled", level="M", edge="E",
       source=GUIDE)  # fmt: skip
def takes_new_events(seen: Seen) -> Verdict:
    """A type still to come is confirmed."""
    return _tolerated(seen, "unknown_event_type")


@check(32, "Unknown message type: 200, and staff see that something came", level="S", edge="E/A",
       source=GUIDE)  # fmt: skip
def tells_of_new_messages(seen: Seen) -> Verdict:
    """Silence would lose a customer's message."""

    def judged(case: Case) -> Verdict:
        (event,) = [found for each in case.events if (found := seen.event(each))]
        base = _fine(seen, case)
        if base.word != "pass":
            return base
        if seen.can("transcript"):
            wrong = [] if seen.entries(event) else ["staff see nothing of it"]
            return of(wrong, "staff see a notice")
        if event.sends:
            return passed(f"the customer was told: {event.sends[0]}")
        return not_observed("only staff would see it; an agent view would show it")

    return each_case(seen, seen.cases("mutants", "unknown_message_type"), judged)


@check(33, "Unknown source, sticker, content provider, postback parameter", level="M", edge="E",
       source=f"{GUIDE}; seen: an SDK turns the whole event into an unknown one")  # fmt: skip
def takes_new_words(seen: Seen) -> Verdict:
    """Confirmed, and what comes next is handled."""
    return _tolerated(
        seen, "unknown_source_type", "unknown_sticker_type", "unknown_content_provider",
        "unknown_postback_params",
    )  # fmt: skip


@check(34, "More properties at every level", level="M", edge="E", source=GUIDE)
def takes_more_properties(seen: Seen) -> Verdict:
    """The message is handled as if they were not there."""
    cases = seen.cases("mutants", "extra_properties")
    return each_case(seen, cases, lambda case: worst([_fine(seen, case), handled_once(seen, case)]))


@check(35, "Optional properties missing", level="M", edge="E",
       source=f"{REFERENCE}, common properties and each type")  # fmt: skip
def lives_without_options(seen: Seen) -> Verdict:
    """Confirmed, and what comes next is handled."""
    return _tolerated(
        seen, "no_source", "no_read_token", "unnumbered_image", "unnamed_place", "no_keywords"
    )


@check(38, "Events of a removed type, and notification events without a source", level="P",
       edge="E", source="LINE Developers, news of 2025")  # fmt: skip
def takes_old_events(seen: Seen) -> Verdict:
    """Confirmed, and what comes next is handled."""
    return _tolerated(seen, "things", "delivery_without_source")


@probe(36)
def more_in_answers(bench: Bench) -> None:
    """LINE's answers have properties and headers nobody knew."""
    alice = bench.visitor(warm=False)
    with bench.bad_luck(faults.EnrichesAnswers(user=alice.id)):
        said = alice.says("hello there")
        bench.reacted(said.events)
        bench.settle()
    bench.tried("", alice, said, acted_on=False)


@check(36, "More properties and headers in LINE's answers", level="M", edge="E", source=GUIDE)
def takes_richer_answers(seen: Seen) -> Verdict:
    """The bridge goes on as if they were not there."""

    def judged(case: Case) -> Verdict:
        return worst([handled_once(seen, case), at_work(seen, case)])

    return each_case(seen, seen.cases("more_in_answers"), judged)


@probe(37)
def edited(bench: Bench) -> None:
    """A member of a group edits what they wrote."""
    alice = bench.visitor()
    group = bench.line.group(f"group of {bench.probe}", [alice])
    with bench.line.together():
        group.invites_bot()
        said = alice.says("we meet at nine", group=group)
        changed = alice.edits(said, "we meet at ten", group=group)
    bench.settle()
    later = bench.control(alice)
    bench.settle()
    bench.mark("", said, changed, control=later, group=group.id)
    bench.look(group.id)


@check(37, "messageEdited: the transcript is updated or marked, nothing new, no crash", level="S",
       edge="A", source=f"{REFERENCE}, edit event")  # fmt: skip
def shows_edits(seen: Seen) -> Verdict:
    """The same message is not shown twice, and the old words not as if they still stood."""

    def judged(case: Case) -> Verdict:
        rows = seen.transcript(case.facts["group"])
        if rows is None:
            return not_observed("an agent view with transcript would show it")
        texts = [row.text for row in rows]
        if texts.count("we meet at nine") and texts.count("we meet at ten"):
            return failed("staff see the edit as one more message")
        stale = [row for row in rows if row.text == "we meet at nine" and row.state != "edited"]
        if stale:
            return failed("staff see the old words as if they still stood")
        return at_work(seen, case)

    return each_case(seen, seen.cases("edited"), judged)


def _tolerated(seen: Seen, *names: str) -> Verdict:
    if seen.died("mutants"):
        gone = [c.name for c in seen.cases("mutants") if not _alive(seen, c)]
        if not gone or gone[0] in names:
            return failed("the bridge ended at such a webhook")
    cases = [case for case in seen.cases("mutants") if case.name in names]
    return each_case(seen, cases, lambda case: _fine(seen, case))


def _fine(seen: Seen, case: Case) -> Verdict:
    """Confirmed; the message after it handled once; the bridge at work."""
    beside = type(case)(case.probe, case.name, tuple(case.facts["beside"]), case.control)
    if not any(seen.event(each) for each in case.events):
        return worst([handled_once(seen, beside), at_work(seen, case)])
    return worst([confirmed(seen, case), handled_once(seen, beside), at_work(seen, case)])


def _alive(seen: Seen, case: Case) -> bool:
    control = seen.event(case.control)
    return control is not None and control.confirmed
