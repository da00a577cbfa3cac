"""Check 99: at the end the books agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from line_sim.mock import faults
from line_sim.replay.attempts import heard_yes, shown
from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import told
from line_sim.replay.checks.outgoing import PUSHES, operation, texts_of
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, not_observed, of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from line_sim.replay.agent_words import Entry
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Seen
    from line_sim.replay.evidence import Event, Evidence

PEOPLE = 6
ROUNDS = 4
MOST_UNITS = 1_000
"""Longer texts may be split, which is another check's matter."""


class Books(NamedTuple):
    """Differences, and how much was compared."""

    wrong: list[str]
    events: int
    messages: int


@probe(99)
def long_run(bench: Bench) -> None:
    """Several visitors and staff write by turns; now and then LINE's answer to a push is lost."""
    people = outgoing.addressees(bench, PEOPLE, by_push=False)
    events, wishes = [], []
    with bench.bad_luck(faults.LosesResponse("500", every=4, operation="pushMessage")):
        for number in range(ROUNDS):
            for place, visitor in enumerate(people):
                events.append(visitor.says(f"question {number + 1} of {place + 1}"))
                if outgoing.staffed(bench):
                    text = f"answer {number + 1} to {place + 1}"
                    wishes.append(outgoing.wish(bench, text, text, visitor))
        bench.reacted([event for each in events for event in each.events])
        outgoing.until(bench, lambda seen: outgoing.arrived(seen, wishes) and _at_rest(seen))
        bench.settle()
    bench.mark("", *events)
    for visitor in people:
        bench.look(visitor.id)


def _at_rest(evidence: Evidence) -> bool:
    """Whether no push waits for its next attempt."""
    last = {tuple(texts_of(c)): c for c in evidence.calls if operation(c) in PUSHES}
    return all(heard_yes(call) for call in last.values())


@check(99, "Nothing is lost: what came in is shown, what was to go out went, each once",
       level="P", edge="E/A", source="accounts that must agree")  # fmt: skip
def loses_nothing(seen: Seen) -> Verdict:
    """Every event in has its line for staff; every message of staff its one accepted call."""
    incoming, outward = _incoming(seen), _outward(seen)
    wrong = [*incoming.wrong, *outward.wrong]
    compared = {"events_compared": incoming.events, "staff_messages_compared": outward.messages}
    if wrong:
        return of(wrong, **compared)
    if not incoming.events:
        return not_observed("what staff see of what came in has to be shown (agent view with "
                            "transcript), or be answered")  # fmt: skip
    return of((), f"{incoming.events} events and {outward.messages} messages of staff agree",
              **compared)  # fmt: skip


# what came in


def _incoming(seen: Seen) -> Books:
    looks = {
        str(line["user"]): float(line["at_s"])
        for line in seen.evidence.agent
        if line.get("view") == "transcript"
    }
    if looks:
        return _shown(seen, looks)
    events = [e for c in seen.cases("long_run") for n in c.events if (e := seen.event(n))]
    if not any(seen.handled(event) for event in events):
        return Books([], 0, 0)
    wrong = [
        f"nothing was done about {told(e)}" if not e.calls else f"answered twice: {told(e)}"
        for e in events
        if not e.calls or shown(seen.attempts(e)) > 1
    ]
    return Books(wrong, len(events), 0)


def _shown(seen: Seen, looks: Mapping[str, float]) -> Books:
    """Against the transcripts: each event there once, in those chats that were looked at."""
    wrong, count = [], 0
    gone = {
        str(e.data["unsend"].get("messageId"))
        for e in seen.evidence.events.values()
        if isinstance(e.data.get("unsend"), dict)
    }
    special = {n for c in seen.cases("wrong_pair") for n in c.events}
    for event in seen.evidence.events.values():
        if not _booked(event) or event.at_s > looks.get(event.chat, -1.0) or event.id in special:
            continue
        if str(event.message.get("id")) in gone:
            continue
        count += 1
        lines = len(seen.entries(event))
        if lines != 1:
            wrong.append(f"{told(event)} has {lines or 'no'} lines in the transcript")
    return Books(wrong, count, 0)


def _booked(event: Event) -> bool:
    """Whether an event is an ordinary message that was confirmed, with nothing done to it."""
    return (
        event.type == "message"
        and event.chat == event.user
        and event.data.get("mode", "active") == "active"
        and event.confirmed
        and not any(delivery.faults for delivery in event.deliveries)
    )


# what was to go out


def _outward(seen: Seen) -> Books:
    wrong: list[str] = []
    count = 0
    for line in seen.agent("sent"):
        text = line.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > MOST_UNITS:
            continue
        user, name = str(line["user"]), str(line.get("id") or "")
        if "\ufffd" in text or line.get("state") == "refused":
            continue
        count += 1
        entry = _entry(seen, user, name)
        wrong += _compared(line, entry, len(list(_arrivals(seen, user, text, line["at_s"]))))
    return Books(wrong, 0, count)


def _compared(line: Mapping[str, Any], entry: Entry | None, times: int) -> Iterator[str]:
    state = entry.delivery if entry is not None else str(line.get("state"))
    lost = state in {"sent", ""} or (entry is None and line.get("probe") == long_run.__name__)
    what = f"{str(line['text'])[:60]!r} to {line['user']}"
    if times > 1:
        yield f"{what} arrived {times} times"
    elif not times and lost:
        yield f"{what} never arrived, and stands there as {state or 'sent'}"
    elif times and state == "failed":
        yield f"{what} arrived, and stands there as failed"


def _entry(seen: Seen, user: str, name: str) -> Entry | None:
    rows = seen.transcript(user) or ()
    return next((row for row in rows if name and row.id == name), None)


def _arrivals(seen: Seen, user: str, text: str, at_s: float) -> Iterator[object]:
    """The accepted sends of a text, from a little before staff were told that it is under way."""
    for call in seen.evidence.sends_to(user):
        if call.at_s >= at_s - 30.0 and text in outgoing.texts_of(call):
            yield call
