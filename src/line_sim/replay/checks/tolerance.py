"""Checks 31 to 35 and 38: what LINE may add to webhooks, leave out or take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.conditions import struck
from line_sim.replay.checks.deciding import (
    at_work,
    confirmed,
    event_of,
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

    Act = Callable[[Visitor], Happened]

GUIDE = "LINE Developers, Development guidelines"
REFERENCE = "LINE Developers, Messaging API reference"


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
        event = event_of(seen, case)
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


def _tolerated(seen: Seen, *names: str) -> Verdict:
    return judged(seen, "mutants", names, lambda case: _fine(seen, case))


def _fine(seen: Seen, case: Case) -> Verdict:
    """Confirmed, done where the usual one was; the message after it handled; still at work."""
    verdicts = [confirmed(seen, case)] if event_of(seen, case) else []
    verdicts += [_as_usual(seen, case)]
    beside = tuple(event.id for event in events_of(seen, case, "beside"))
    after = Case(case.probe, case.name, beside, case.control)
    return worst([*verdicts, handled_once(seen, after), at_work(seen, case)])


def _as_usual(seen: Seen, case: Case) -> Verdict:
    event = event_of(seen, case)
    usual = next(iter(events_of(seen, case, "usual")), None)
    if event is None or usual is None or not seen.handled(usual):
        return Verdict("not applicable")
    if not seen.handled(event):
        return failed(f"nothing was done about {told(event)}, though {told(usual)} was handled")
    return passed(f"{told(event)}, as usual: {seen.reaction(event)}")
