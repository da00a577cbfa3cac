"""What ordinary traffic shows of checks 1 to 30, without anybody having played a situation.

Whether a bridge had to act on a message nobody knows here: it is judged by what it did twice, by
what it did to one and not to its twin, and by how it answered webhooks.
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil
from typing import TYPE_CHECKING

from line_sim.replay.checks.deciding import answers, no_stimulus, told
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of, passed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.replay.checks.seen import Seen
    from line_sim.replay.evidence import Delivery, Event

LIMIT_MS = 2_000.0
"""LINE's limit for the answer to a webhook (Check webhook error statistics)."""
BURST = 30
"""Users whose webhooks of one second are many at once."""
BIG_BATCH = 100
"""Events in one webhook; LINE names no limit (chosen)."""
SIGNATURE = "x-line-signature"
REFUSED = range(400, 500)
UNSEEN = "nothing shows whether the bridge acted on it"


def in_time(deliveries: Iterable[Delivery]) -> Verdict:
    """Each was confirmed within LINE's limit; with the times."""
    every = [each for each in deliveries if each.ended and not each.faults]
    if not every:
        return no_stimulus("confirmed webhook")
    late = [each for each in every if each.reason == "request_timeout" or _ms(each) > LIMIT_MS]
    bad = [each for each in every if not each.ok and each not in late]
    wrong = [f"a webhook was not confirmed in time: {e.reason} {_ms(e):.0f} ms" for e in late]
    wrong += [f"a webhook was answered {e.status or e.reason}" for e in bad]
    measured = times(every)
    longest = measured.get("longest_ms", 0.0)
    return of(wrong, f"{len(every)} webhooks, the longest {longest:.0f} ms", **measured)


def times(deliveries: Iterable[Delivery]) -> dict[str, float]:
    """How long the bridge took to answer: p50_ms, p95_ms, longest_ms, share_over_2_s."""
    every = list(deliveries)
    took = sorted(each.took_ms for each in every if each.took_ms is not None)
    if not took:
        return {}
    late = sum(each.reason == "request_timeout" or _ms(each) > LIMIT_MS for each in every)
    found = {f"p{q}_ms": took[ceil(q / 100 * len(took)) - 1] for q in (50, 95)}
    return found | {"longest_ms": took[-1], "share_over_2_s": late / len(every)}


def accepted(seen: Seen) -> Verdict:
    """Check 1: no signed webhook was refused, and some were acted on."""
    signed = [d for d in _whole(seen) if d.events and SIGNATURE in {n.lower() for n in d.headers}]
    if not signed:
        return no_stimulus("signed webhook with its headers")
    wrong = [f"a signed webhook was answered {d.status}" for d in signed if d.status in REFUSED]
    if wrong:
        return failed(*wrong)
    done = sum(seen.handled(event) and event.confirmed for event in seen.evidence.events.values())
    if not done:
        return not_observed(UNSEEN)
    return passed(f"none of {len(signed)} was refused, {done} events were acted on")


def empty(seen: Seen) -> Verdict:
    """Check 11: webhooks without events are confirmed, and no unasked call comes right after."""
    found = [d for d in _whole(seen) if not d.events and d.body is not None]
    if not found:
        return no_stimulus("webhook without events")
    wrong = [f"a webhook without events was answered {d.status or d.reason}"
             for d in found if not d.ok]  # fmt: skip
    if wrong:
        return failed(*wrong)
    for call in seen.evidence.calls:
        if not call.event and any(0 <= call.at_s - d.at_s <= 1 for d in found):
            return not_observed(f"whether {call} came of it is not to be seen")
    return passed(f"{len(found)} were confirmed, and no call came of them")


def big(seen: Seen) -> Verdict:
    """Check 13: a webhook with very many events."""
    found = [each for each in _whole(seen) if len(each.events) >= BIG_BATCH]
    return in_time(found) if found else no_stimulus(f"webhook with {BIG_BATCH} events")


def burst(seen: Seen) -> Verdict:
    """Check 17: the webhooks of a second in which many users wrote."""
    crowds: dict[int, list[Delivery]] = defaultdict(list)
    for each in _whole(seen):
        crowds[int(each.at_s)].append(each)
    many = [d for crowd in crowds.values() if len(_users(crowd)) >= BURST for d in crowd]
    if many:
        return in_time(many)
    reason = f"in no second of the recording did {BURST} users write"
    return not_observed(reason, **times(d for d in _whole(seen) if d.ended))


def batches(seen: Seen) -> Verdict:
    """Check 18: several events in one webhook."""
    ids = {str(data.get("webhookEventId")) for d in _whole(seen) if len(d.events) > 1
           for data in d.events}  # fmt: skip
    events = [event for each in ids if (event := seen.event(each)) and event.confirmed]
    wrong = [f"{told(e)} was acted on {seen.times(e)} times: {seen.reaction(e)}"
             for e in events if seen.times(e) > 1]  # fmt: skip
    if wrong:
        return failed(*wrong)
    if not events:
        return no_stimulus("webhook with several events")
    if not all(seen.handled(each) for each in events):
        return not_observed("not all of them were acted on; whether they had to be is not known")
    return passed(f"{len(events)} events of such webhooks were handled once each")


def copies(seen: Seen, *, flagged: bool) -> Verdict:
    """Checks 21 and 22: an event that was confirmed comes again, told as redelivery or not."""
    found = [event for event in seen.evidence.events.values()
             if len(event.deliveries) > 1 and event.deliveries[0].ok
             and any(_flagged(event, d) == flagged for d in event.deliveries[1:])]  # fmt: skip
    return _once(seen, found, "event that came again after it was confirmed")


def failed_first(seen: Seen) -> Verdict:
    """Check 24: LINE could not deliver an event, or got an error, and delivered it later."""
    return _again(seen, timed_out=False)


def unheard_first(seen: Seen) -> Verdict:
    """Check 25: LINE waited too long for a confirmation, and delivered the event again."""
    return _again(seen, timed_out=True)


def twins(seen: Seen) -> Verdict:
    """Check 28: distinct events of one chat with the same text and time."""
    alike: dict[tuple[object, ...], list[Event]] = defaultdict(list)
    for event in seen.evidence.events.values():
        if event.text is not None and event.confirmed:
            alike[event.chat, event.user, event.text, event.data.get("timestamp")].append(event)
    pairs = [found for found in alike.values() if len(found) > 1]
    wrong = []
    for found in pairs:
        done = [event for event in found if seen.handled(event)]
        if 0 < len(done) < len(found):
            wrong.append(f"{len(done)} of {len(found)} were handled: {told(found[0])}")
    if wrong or not pairs:
        return failed(*wrong) if wrong else no_stimulus("two events with the same text and time")
    every = [event for found in pairs for event in found]
    return _once(seen, every, "such pair")


def _again(seen: Seen, *, timed_out: bool) -> Verdict:
    found = [event for event in seen.evidence.events.values()
             if len(event.deliveries) > 1 and event.confirmed
             and (first := event.deliveries[0]).ended and not first.ok
             and (first.reason == "request_timeout") == timed_out]  # fmt: skip
    what = "event that was delivered again after " + ("a time-out" if timed_out else "an error")
    return _once(seen, found, what)


def _once(seen: Seen, events: list[Event], what: str) -> Verdict:
    """None of them was acted on twice, and all were acted on."""
    if not events:
        return no_stimulus(what)
    wrong = [f"{told(e)} was acted on {seen.times(e)} times ({answers(e)}): {seen.reaction(e)}"
             for e in events if seen.times(e) > 1]  # fmt: skip
    if wrong:
        return failed(*wrong)
    done = sum(map(seen.handled, events))
    if done < len(events):
        return not_observed(f"{len(events) - done} of {len(events)}: {UNSEEN}")
    return passed(f"{done} events: each was acted on once")


def _whole(seen: Seen) -> list[Delivery]:
    """The webhooks that no planned fault met."""
    return [each for each in seen.evidence.deliveries if not each.faults]


def _users(deliveries: Iterable[Delivery]) -> set[object]:
    sources = (data.get("source") for each in deliveries for data in each.events)
    return {source.get("userId") for source in sources if isinstance(source, dict)}


def _flagged(event: Event, delivery: Delivery) -> bool:
    for data in delivery.events:
        if data.get("webhookEventId") == event.id:
            context = data.get("deliveryContext")
            return isinstance(context, dict) and context.get("isRedelivery") is True
    return False


def _ms(delivery: Delivery) -> float:
    return delivery.took_ms or 0.0
