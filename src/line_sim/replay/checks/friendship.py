"""Checks 39 to 41, 49, 50 and 55: who may be answered, and what is said by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.deciding import (
    at_work,
    each_case,
    no_stimulus,
    told,
)
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import (
    Verdict,
    failed,
    not_applicable,
    not_observed,
    of,
    passed,
)
from line_sim.replay.event_log import AutomaticTexts

if TYPE_CHECKING:
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Event

REFERENCE = "LINE Developers, Messaging API reference"


@probe(39)
def standby(bench: Bench) -> None:
    """A message that another channel answers, and then one of our own."""
    alice = bench.visitor()
    with bench.bad_luck(faults.MutatesWebhook("standby", user=alice.id)):
        said = alice.says("somebody else will answer this")
        bench.settle()
    bench.tried("", alice, said, acted_on=False)


@check(39, "Standby: no reply, no push, no automatic message", level="M", edge="E",
       source=f"{REFERENCE}, common properties, mode")  # fmt: skip
def silent_in_standby(seen: Seen) -> Verdict:
    """Nothing is sent because of an event for reading only; showing it to staff is fine."""

    def judged(case: Case) -> Verdict:
        sends = [call for event in _events(seen, case) for call in seen.attempts(event)]
        if sends:
            return failed(f"sent although the event was for reading only: {sends[0]}")
        return at_work(seen, case)

    return each_case(seen, seen.cases("standby"), judged)


@probe(40)
def follows(bench: Bench) -> None:
    """Somebody adds the account, LINE tells it twice; they write, block, unblock, write again."""
    new = bench.visitor(warm=False, friend=False)
    copies = faults.DuplicatesWebhook(copies=1, flagged=True, event="follow", user=new.id)
    with bench.bad_luck(copies):
        followed = new.follows()
        bench.settle()
    first = bench.control(new, "my first message")
    bench.settle()
    second = bench.control(new, "my second message")
    new.blocks()
    bench.settle()
    again = new.follows()
    bench.settle()
    third = bench.control(new, "my third message")
    bench.settle()
    bench.mark(
        "", followed, again, control=third, first=first, second=second,
        followed=list(followed.events), again=list(again.events),
    )  # fmt: skip
    bench.look(new.id)


@check(40, "Follow: the welcome exactly once, as the profile says", level="P", edge="E",
       source=f"{REFERENCE}, follow event; the seed: once, at the first message")  # fmt: skip
def welcomes_once(seen: Seen) -> Verdict:
    """Never twice, neither for a follow told twice nor for one who comes back."""
    policy = seen.profile.automatic.welcome

    def judged(case: Case) -> Verdict:
        work = at_work(seen, case)
        if work.word != "pass":
            return work
        at_follow = _texts(seen, case.facts["followed"])
        come_back = _texts(seen, case.facts["again"])
        extra_first = _extra(seen, case.facts["first"], case.facts["second"])
        welcomes = at_follow + extra_first
        wrong = [f"welcomed {n} times with {text!r}" for text, n in _counted(welcomes) if n > 1]
        wrong += [f"welcomed again after an unblock: {text!r}" for text in come_back
                  if text in welcomes]  # fmt: skip
        if policy == "first_message" and at_follow:
            wrong.append(f"welcomed at the follow ({at_follow[0]!r}), not at the first message")
        if policy == "never" and welcomes:
            wrong.append(f"welcomed although the profile says never: {welcomes[0]!r}")
        if not wrong and not welcomes and policy != "never":
            return passed("no welcome came, so none came twice; it may be switched off")
        return of(wrong, f"welcomed once: {welcomes[0]!r}" if welcomes else "no welcome")

    return each_case(seen, seen.cases("follows"), judged)


@probe(41)
def unfollowed(bench: Bench) -> None:
    """Somebody blocks the account, and staff write to them all the same."""
    gone = bench.visitor()
    blocked = gone.blocks()
    bench.settle()
    text = f"are you still there, {gone.name}?"
    sent = bench.staff_sends(gone, "unfollowed", text=text)
    bench.settle()
    later = bench.control(bench.visitor())
    bench.mark("", blocked, control=later, user=gone.id, text=text, staff=sent is not None)
    bench.look(gone.id)


@check(41, "Unfollow: a later message of staff is refused visibly or pushed", level="P",
       edge="E/A", source=f"{REFERENCE}, send push message: 200 although undelivered")  # fmt: skip
def tells_who_left(seen: Seen) -> Verdict:
    """It is never shown as delivered without a call."""

    def judged(case: Case) -> Verdict:
        if not case.facts["staff"]:
            return not_observed("nobody of staff can write here; an agent view with send would")
        user, text = case.facts["user"], case.facts["text"]
        sent = next(line for line in seen.agent("sent") if line["user"] == user)
        if sent["state"] in {"refused", "failed"}:
            return passed(f"staff were told: {sent.get('reason') or sent['state']}")
        rows = [row for row in seen.transcript(user) or () if row.text == text]
        if any(row.delivery == "failed" for row in rows):
            return passed("staff see that it failed")
        pushed = [c for c in seen.evidence.calls if c.operation == "pushMessage"
                  and isinstance(c.body, dict) and c.body.get("to") == user]  # fmt: skip
        if pushed:
            return passed(f"it was pushed: {pushed[0]}")
        return failed("staff's message was taken, and LINE was never called")

    return each_case(seen, seen.cases("unfollowed"), judged)


@probe(49, 50)
def groups(bench: Bench) -> None:
    """The account is invited to a group, somebody writes there, and in their own chat."""
    alice = bench.visitor()
    group = bench.line.group(f"group of {bench.probe}", [alice])
    with bench.line.together():  # or a bridge that leaves would be gone before anybody writes
        group.invites_bot()
        said = alice.says("hello everybody in the group", group=group)
    bench.settle()
    later = bench.control(alice)
    bench.settle()
    joined = [e.id for e in bench.evidence().events.values() if e.type == "join"]
    bench.mark("", said, control=later, group=group.id, user=alice.id, joined=joined)


@check(49, "A group's message is never answered in the member's own chat", level="P", edge="E",
       source="LINE Developers, Group chats; the seed: joining is off by default")  # fmt: skip
def keeps_groups_apart(seen: Seen) -> Verdict:
    """Whatever the policy, what was said in the group stays there."""

    def judged(case: Case) -> Verdict:
        user = case.facts["user"]
        events = _events(seen, case)
        wrong = [
            f"answered {told(event)} of a group in a member's own chat: {call}"
            for event in events
            for call in event.sends
            if user in call.chats
        ]
        said = {event.text for event in events}
        wrong += [
            f"what was said in a group was sent to a member's own chat: {call}"
            for call in seen.evidence.sends_to(user)
            if any(message.get("text") in said for message in call.messages)
        ]
        return failed(*wrong) if wrong else at_work(seen, case)

    cases = [case for case in seen.cases("groups") if case.events]
    return each_case(seen, cases, judged)


@check(50, "Invited to a group where that is not allowed: leaves, or stays silent", level="P",
       edge="E", source="the seed: joining groups is off by default")  # fmt: skip
def leaves_groups(seen: Seen) -> Verdict:
    """Nothing is sent to the group."""
    if seen.profile.groups.join:
        return not_applicable("the profile allows groups")

    def judged(case: Case) -> Verdict:
        group = case.facts["group"]
        left = [c for c in seen.evidence.calls if c.operation in {"leaveGroup", "leaveRoom"}
                and group in c.path]  # fmt: skip
        sends = seen.evidence.sends_to(group)
        if sends and not left:
            return failed(f"wrote in a group it may not be in: {sends[0]}")
        if left:
            return passed(f"left: {left[0]}")
        return at_work(seen, case)

    return each_case(seen, seen.cases("groups"), judged)


@check(55, "Away and close texts exactly once for each occasion", level="P", edge="E",
       source="the seed: automatic messages")  # fmt: skip
def says_each_once(seen: Seen) -> Verdict:
    """Between two messages of a visitor no automatic text stands twice."""
    held = seen.profile.automatic
    texts = AutomaticTexts(held.welcome_texts, held.away_texts, held.close_texts)
    if not (texts.away or texts.close):
        mend = "a profile of your own with automatic.away_texts and close_texts"
        return not_observed(f"the profile does not say what the texts are ({mend} does)")
    wrong: list[str] = []
    occasions = 0
    for chat in dict.fromkeys(e.chat for e in seen.evidence.events.values() if e.chat):
        said: set[str] = set()
        for call in seen.evidence.sends_to(chat):
            for message in call.messages:
                kind = texts.kind(message.get("text"))
                if kind in {"away", "close"}:
                    occasions += 1
                    if kind in said:
                        wrong.append(f"{kind} text twice in a row to {chat}: {call}")
                    said.add(kind)
                elif not kind:
                    said.clear()
    if not occasions:
        return no_stimulus("away or close text")
    return of(wrong, f"{occasions} automatic texts, none twice")


def _events(seen: Seen, case: Case) -> list[Event]:
    return [found for each in case.events if (found := seen.event(each)) is not None]


def _texts(seen: Seen, events: list[str]) -> list[str]:
    """The texts that were sent because of events."""
    found = [seen.event(each) for each in events]
    return [
        str(message.get("text") or message.get("type"))
        for event in found
        if event is not None
        for call in event.sends
        for message in call.messages
    ]


def _extra(seen: Seen, first: str, second: str) -> list[str]:
    """What the first message made the bridge say beyond what a later one does."""
    one, other = _texts(seen, [first]), _texts(seen, [second])
    return one[: max(0, len(one) - len(other))]


def _counted(texts: list[str]) -> list[tuple[str, int]]:
    return [(text, texts.count(text)) for text in dict.fromkeys(texts)]
