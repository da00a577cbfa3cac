"""Checks 36 and 37: LINE's answers say more than they did, and a message is another one by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.attempts import said_again
from line_sim.replay.checks.conditions import answered
from line_sim.replay.checks.deciding import at_work, confirmed, each_case, event_of, handled_once
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, worst

if TYPE_CHECKING:
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen

GUIDE = "LINE Developers, Development guidelines"
REFERENCE = "LINE Developers, Messaging API reference"
EDITED = ("we meet at nine", "we meet at ten")
"""What a member of a group writes, and what they make of it."""
LOST = frozenset({"failed", "unknown"})
"""Deliveries of a transcript that tell staff the customer does not have the message."""


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
        event = event_of(seen, case)
        rows = (seen.transcript(event.chat) or []) if event and event.sends else []
        wrong = [f"LINE took it, and staff see {row.text[:40]!r} as {row.delivery}"
                 for row in rows if row.from_ != "customer" and row.delivery in LOST]  # fmt: skip
        again = said_again(event) if event else []
        wrong += [f"LINE had taken it, and it was sent again: {call}" for call in again]
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
