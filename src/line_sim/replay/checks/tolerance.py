"""Checks 31 to 38: what LINE may add, leave out or take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.bench import answered, struck
from line_sim.replay.checks.deciding import (
    at_work,
    confirmed,
    each_case,
    events_of,
    handled_once,
    judged,
    told,
)
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.seen import Case
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of, passed, worst

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.mock.visitors import Happened, Visitor
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Seen
    from line_sim.replay.evidence import Event

    Act = Callable[[Visitor], Happened]

GUIDE = "LINE Developers, Development guidelines"
REFERENCE = "LINE Developers, Messaging API reference"
EDITED = ("we meet at nine", "we meet at ten")
"""What a member of a group writes, and what they make of it."""
LOST = frozenset({"failed", "unknown"})
"""Deliveries of a transcript that tell staff the customer does not have the message."""


def _picture(who: Visitor, **more: object) -> Happened:
    return who.sends_image(width=64, height=64, **more)  # type: ignore[arg-type]


MAY_COME: dict[str, Act] = {
    "unknown_event_type": lambda who: who.says("of a type still to come"),
    "unknown_message_type": lambda who: who.says("in a form still to come"),
    "unknown_source_type": lambda who: who.says("from a place still to come"),
    "unknown_sticker_type": lambda who: who.sends_sticker(),
    "unknown_mentionee_type": lambda who: who.says(
        "@shop good morning", mentions=[{"index": 0, "length": 5, "type": "all"}]
    ),
    "unknown_content_provider": _picture,
    "unknown_postback_params": lambda who: who.taps("action=buy"),
    "extra_properties": lambda who: who.says("with more in it"),
    "no_source": lambda who: who.says("from nobody"),
    "no_read_token": lambda who: who.says("not to be marked as read"),
    "unnumbered_image": lambda who: _picture(
        who, image_set={"id": "9" * 15, "index": 1, "total": 2}
    ),
    "unnamed_place": lambda who: who.sends_location(title="Shop", address="1 Main Road"),
    "no_keywords": lambda who: who.sends_sticker(keywords=["bow"]),
    "things": lambda who: who.says("of a type that is gone"),
    "delivery_without_source": lambda who: who.says("as a notification's event"),
}
"""By mutant, what is done so that it has something to change."""

USUAL: dict[str, Act] = {
    "unknown_sticker_type": MAY_COME["unknown_sticker_type"],
    "unknown_mentionee_type": lambda who: who.says("good morning"),
    "unknown_postback_params": lambda who: who.taps("action=sell"),
    "extra_properties": lambda who: who.says("with nothing more in it"),
    "no_read_token": lambda who: who.says("as it usually comes"),
    "unnumbered_image": _picture,
    "unnamed_place": MAY_COME["unnamed_place"],
    "no_keywords": MAY_COME["no_keywords"],
}
"""Where what is new or missing does not matter to what is said: the same without it.

A bridge that does something about the usual one has to do something about the other.
"""


@probe(31, 32, 33, 34, 35, 38)
def mutants(bench: Bench) -> None:
    """Each thing that LINE may add or leave out, the usual thing and a good message after it."""
    people: list[Visitor] = []
    for name, act in MAY_COME.items():
        alice = bench.visitor()
        with bench.bad_luck(faults.MutatesWebhook(name, user=alice.id, first=1)):
            happened = act(alice)
            bench.wait_for(struck(len(people) + 1))
        usual = USUAL[name](alice) if name in USUAL else None
        twin = list(usual.events) if usual else []
        beside = alice.says("a good one after it")
        bench.reacted(beside.events)
        if twin and bench.reacted(twin, min(bench.patience_s, 0.5)):
            bench.reacted(happened.events, 1.0)
        bench.tried(
            name, alice, happened, acted_on=False, later=True, beside=list(beside.events),
            usual=twin,
        )  # fmt: skip
        people.append(alice)
    bench.look_at(*people)


@check(31, "Unknown event type: 200, and its neighbours are handled", level="M", edge="E",
       source=GUIDE)  # fmt: skip
def takes_new_events(seen: Seen) -> Verdict:
    """A type still to come is confirmed."""
    return _tolerated(seen, "unknown_event_type")


@check(32, "Unknown message type: 200, and staff see that something came", level="S", edge="E/A",
       source=GUIDE)  # fmt: skip
def tells_of_new_messages(seen: Seen) -> Verdict:
    """Silence would lose a customer's message."""

    def judge(case: Case) -> Verdict:
        base = _fine(seen, case)
        event = _event(seen, case)
        if base.word != "pass" or event is None:
            return base
        if seen.can("transcript"):
            wrong = [] if seen.entries(event) else ["staff see nothing of it"]
            return of(wrong, "staff see a notice")
        if event.sends:
            return passed(f"the customer was told: {event.sends[0]}")
        return not_observed("only staff would see it; an agent view would show it")

    return judged(seen, "mutants", ["unknown_message_type"], judge)


@check(33, "Unknown source, sticker, mention, content provider, postback parameter", level="M",
       edge="E", source=f"{GUIDE}; seen: an SDK makes the whole event an unknown one")  # fmt: skip
def takes_new_words(seen: Seen) -> Verdict:
    """Confirmed, what does not depend on the word is done, and what comes next is handled."""
    return _tolerated(
        seen, "unknown_source_type", "unknown_sticker_type", "unknown_mentionee_type",
        "unknown_content_provider", "unknown_postback_params",
    )  # fmt: skip


@check(34, "More properties at every level", level="M", edge="E", source=GUIDE)
def takes_more_properties(seen: Seen) -> Verdict:
    """The message is handled as if they were not there."""
    return _tolerated(seen, "extra_properties")


@check(35, "Optional properties missing", level="M", edge="E",
       source=f"{REFERENCE}, common properties and each type")  # fmt: skip
def lives_without_options(seen: Seen) -> Verdict:
    """Confirmed, what can be done without them is done, and what comes next is handled."""
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
        sends = bench.wait_for(answered(said.events[0]), min(bench.patience_s, 1.0))
        bench.settle(0.5)
    later = bench.control(alice)
    if sends:  # one that did not know its answer for one repeats itself before it goes on
        bench.wait_for(answered(later))
    bench.settle()
    bench.mark("", said, control=later)
    bench.look(alice.id)


@check(36, "More properties and headers in LINE's answers", level="M", edge="E", source=GUIDE)
def takes_richer_answers(seen: Seen) -> Verdict:
    """The bridge goes on as if they were not there, and knows that the message was sent."""

    def judge(case: Case) -> Verdict:
        event = _event(seen, case)
        rows = (seen.transcript(event.chat) or []) if event and event.sends else []
        wrong = [f"LINE took it, and staff see {row.text[:40]!r} as {row.delivery}"
                 for row in rows if row.from_ != "customer" and row.delivery in LOST]  # fmt: skip
        if wrong:
            return failed(*wrong)
        return worst([handled_once(seen, case), at_work(seen, case)])

    return each_case(seen, seen.cases("more_in_answers"), judge)


@probe(37)
def edited(bench: Bench) -> None:
    """A member of a group edits what they wrote."""
    alice = bench.visitor()
    group = bench.line.group(f"group of {bench.probe}", [alice])
    with bench.line.together():
        group.invites_bot()
        said = alice.says(EDITED[0], group=group)
        changed = alice.edits(said, EDITED[1], group=group)
    bench.settle()
    later = bench.control(alice)
    bench.settle()
    bench.mark("", said, changed, control=later, group=group.id)
    bench.look(group.id)


@check(37, "messageEdited: the transcript is updated or marked, nothing new, no crash", level="S",
       edge="A", source=f"{REFERENCE}, edit event")  # fmt: skip
def shows_edits(seen: Seen) -> Verdict:
    """The same message is not shown twice, and the old words not as if they still stood."""

    def judge(case: Case) -> Verdict:
        rows = seen.transcript(str(case.facts.get("group")))
        if rows is None:
            return not_observed("an agent view with transcript would show it")
        old, new = EDITED
        shown = [row for row in rows if row.text in EDITED]
        if not shown:
            return not_observed("staff see nothing of the group")
        wrong = ["staff see the old words as if they still stood"
                 for row in shown if row.text == old and row.state != "edited"]  # fmt: skip
        if {row.text for row in shown if row.from_ == "customer"} == {old, new}:
            wrong.insert(0, "staff see the edit as one more message")
        return failed(*wrong) if wrong else worst([confirmed(seen, case), at_work(seen, case)])

    return each_case(seen, seen.cases("edited"), judge)


def _tolerated(seen: Seen, *names: str) -> Verdict:
    return judged(seen, "mutants", names, lambda case: _fine(seen, case))


def _fine(seen: Seen, case: Case) -> Verdict:
    """Confirmed, done where the usual one was; the message after it handled; still at work."""
    verdicts = [confirmed(seen, case)] if _event(seen, case) else []
    verdicts += [_as_usual(seen, case)]
    beside = tuple(event.id for event in events_of(seen, case, "beside"))
    after = Case(case.probe, case.name, beside, case.control)
    return worst([*verdicts, handled_once(seen, after), at_work(seen, case)])


def _as_usual(seen: Seen, case: Case) -> Verdict:
    event = _event(seen, case)
    usual = next(iter(events_of(seen, case, "usual")), None)
    if event is None or usual is None or not seen.handled(usual):
        return Verdict("not applicable")
    if not seen.handled(event):
        return failed(f"nothing was done about {told(event)}, though {told(usual)} was handled")
    return passed(f"{told(event)}, as usual: {seen.reaction(event)}")


def _event(seen: Seen, case: Case) -> Event | None:
    """The event that a case is about."""
    return next(filter(None, map(seen.event, case.events)), None)
