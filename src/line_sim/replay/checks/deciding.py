"""Verdicts that many checks share: it had to be handled, it had to be ignored.

A bridge that merely did nothing must not pass a "must not act": each such stimulus is followed by a
control message that must be handled, and where that is not seen to be, nothing was observed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, passed, worst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Delivery, Event

NO_REACTION = (
    "the bridge showed no reaction to ordinary messages; an agent view (--agent) would show more"
)


TOO_LATE = "it was handled, and confirmed too late for LINE (checks 15 to 17)"
BROKE = 500
"""The least status of a server that broke."""
UNHEARD = ("LosesConfirmation", "DropsWebhook")
"""Faults by which LINE hears no answer, whatever the bridge does."""
LATE = "request_timeout"
"""LINE's word where no answer came in time."""


def no_stimulus(what: str = "such a situation") -> Verdict:
    """What a check says of a recording without the situation it needs."""
    return not_observed(f"the recording holds no {what}")


def each_case(seen: Seen, cases: Iterable[Case], judge: Callable[[Case], Verdict]) -> Verdict:
    """The worst of what `judge` says of each case; not observed where there is none."""
    found = list(cases)
    if not found:
        return not_observed(seen.gone) if seen.gone else no_stimulus()
    return worst(_told(case, judge(case)) for case in found)


def handled_once(seen: Seen, case: Case) -> Verdict:
    """Every event of the case was confirmed with a 2xx and acted on exactly once."""
    return worst(_once(seen, case, event) for event in _events(seen, case))


def ignored(seen: Seen, case: Case) -> Verdict:
    """No event of the case was acted on, and the control message after it was."""
    for event in _events(seen, case):
        if seen.handled(event):
            return failed(f"acted on {told(event)}: {seen.reaction(event)}")
    return at_work(seen, case)


def at_work(seen: Seen, case: Case) -> Verdict:
    """The control message of the case was handled: the bridge was at work."""
    control = seen.event(case.control)
    if control is None:
        return not_observed("no control message came after it")
    if seen.handled(control):
        return passed(f"the next message was handled: {seen.reaction(control)}")
    before = seen.control_before(case.control)
    if not control.confirmed and control.deliveries:
        if before is not None and not taken(seen, before):
            return not_observed(f"nor was any message before it confirmed: {answers(before)}")
        return failed(f"the next message was not confirmed any more: {answers(control)}")
    if before is not None and seen.handled(before):
        return failed(f"nothing was done any more about {told(control)}, the next message")
    return not_observed(NO_REACTION)


def confirmed(seen: Seen, case: Case) -> Verdict:
    """Every event of the case was answered with a 2xx, within LINE's two seconds.

    One that is as late as the control message after it is left to the checks of times (15 to 17).
    """
    control = seen.event(case.control)
    slow = control is not None and late(control) and taken(seen, control)

    def judge(event: Event) -> Verdict:
        if event.confirmed:
            return passed(f"{told(event)} was confirmed in {event.deliveries[0].took_ms} ms")
        if slow and late(event):
            return passed(f"{told(event)} was answered as late as others", warnings=[TOO_LATE])
        return failed(f"{told(event)} was not confirmed: {answers(event)}")

    return worst(map(judge, _events(seen, case)))


def late(event: Event) -> bool:
    """Whether an event was never confirmed, and only for want of time, not by a fault's doing."""
    own = [
        each
        for each in event.deliveries
        if each.ended and not any(name.startswith(UNHEARD) for name in each.faults)
    ]
    return (
        not event.confirmed
        and any(each.reason == LATE for each in own)
        and all(each.status is None for each in own)
    )


def taken(seen: Seen, event: Event) -> bool:
    """Whether an event was confirmed, or came too late for that and was handled all the same."""
    return event.confirmed or (late(event) and seen.handled(event))


def unbroken(deliveries: Iterable[Delivery]) -> Verdict:
    """No webhook was answered by a 5xx, or by a connection that was lost."""
    for each in deliveries:
        if each.ended and (each.status is None or each.status >= BROKE):
            answer = each.status or f"{each.reason} {each.detail}".strip()
            return failed(f"the bridge broke at it: {answer}")
    return Verdict("not applicable")


def survived(seen: Seen, probe: str, *names: str) -> tuple[list[Case], Verdict]:
    """The cases of these names that were played while the bridge was still there.

    With them, a failure where it was gone from one of them on, and what was not seen where it was
    gone before; else nothing.
    """
    every = seen.cases(probe)
    there = len(every)
    while there and _unanswered(seen, every[there - 1]):
        there -= 1
    left = [case for case in every[:there] if case.name in names]
    before = seen.control_before(every[0].control) if every and not there else None
    if before is not None and not taken(seen, before):
        return left, not_observed(f"no message was confirmed before it either: {answers(before)}")
    if there < len(every) and every[there].name in names:
        return left, failed(f"{every[there].name}: the bridge was gone from this webhook on")
    if any(case.name in names for case in every[there:]):
        return left, not_observed("the bridge was gone by then")
    return left, Verdict("not applicable")


def judged(
    seen: Seen, probe: str, names: Iterable[str], judge: Callable[[Case], Verdict]
) -> Verdict:
    """What `judge` says of the cases of these names, and whether the bridge outlived them."""
    left, verdict = survived(seen, probe, *names)
    if verdict.word == "not applicable":
        return each_case(seen, left, judge)
    return worst([each_case(seen, left, judge), verdict]) if left else verdict


def _unanswered(seen: Seen, case: Case) -> bool:
    """Whether the control message of a case was sent and never confirmed."""
    control = seen.event(case.control)
    return control is not None and not taken(seen, control)


def events_of(seen: Seen, case: Case, fact: str) -> list[Event]:
    """The events whose ids a mark names under a fact of its own; what is none is left out."""
    named = case.facts.get(fact)
    return [
        found
        for each in (named if isinstance(named, list) else [])
        if isinstance(each, str) and (found := seen.event(each)) is not None
    ]


def event_of(seen: Seen, case: Case) -> Event | None:
    """The first event that a case is about."""
    return next(iter(_events(seen, case)), None)


def told(event: Event) -> str:
    """An event in a few words."""
    text = event.text
    said = f" {text[:40]!r}" if text else ""
    kind = f" {event.message['type']}" if "type" in event.message and text is None else ""
    return f"{event.type}{kind}{said} ({event.id})"


def answers(event: Event) -> str:
    """How the bridge answered the webhooks of an event."""
    return ", ".join(
        str(each.status) if each.status and not each.reason else f"{each.reason} {each.detail}"
        if each.ended else "no answer yet"
        for each in event.deliveries
    ) or "never sent"  # fmt: skip


def _once(seen: Seen, case: Case, event: Event) -> Verdict:
    times = seen.times(event)
    if times > 1:
        return failed(f"{told(event)} was acted on {times} times: {seen.reaction(event)}")
    if not taken(seen, event):
        return failed(f"{told(event)} was not confirmed: {answers(event)}")
    if times == 1 or seen.handled(event):
        slow = [] if event.confirmed else [TOO_LATE]
        return passed(f"{told(event)} was handled once: {seen.reaction(event)}", warnings=slow)
    if case.control and at_work(seen, case).word == "pass":
        return failed(f"nothing was done about {told(event)}, although later ones were handled")
    return not_observed(NO_REACTION)


def _events(seen: Seen, case: Case) -> list[Event]:
    return [found for each in case.events if (found := seen.event(each)) is not None]


def _told(case: Case, verdict: Verdict) -> Verdict:
    """The verdict with the case's name before each sentence."""
    if not case.name:
        return verdict
    evidence = tuple(f"{case.name}: {each}" for each in verdict.evidence)
    return Verdict(verdict.word, evidence, verdict.warnings, verdict.measures)
