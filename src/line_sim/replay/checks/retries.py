"""Checks 72 to 75, 78 and 79: retry keys, and what is tried again."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import orjson

from line_sim.mock import faults
from line_sim.replay.attempts import heard_yes, messages_of, repeats
from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import no_stimulus
from line_sim.replay.checks.outgoing import PUSHES, SENDERS_ASKED, operation
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, not_observed, of
from line_sim.replay.evidence import RETRY_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Seen

DOC = "LINE Developers, Retrying a failed API request"
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
BACK_OFF_S = 0.1
"""The least that counts as waiting before trying again (chosen; LINE names no duration)."""
KEY_LIFE_S = 24 * 3_600.0
AGAIN_S = 30.0
"""Within this, the same messages to the same chat are the same call again, whatever its key."""
GIVEN_UP_S = 60.0
REFUSALS = (400, 401, 403, 404)
FORBIDDEN = (400, 403, 404)
NO_PUSH = f"it pushed nothing; {SENDERS_ASKED}"


# situations


@probe(72, 73, 74, 79)
def failing_pushes(bench: Bench) -> None:
    """Pushes that fail, and pushes that are taken while the answer is lost; all at once."""
    bad = {
        "failed twice (500)": faults.FailsWith(500, first=2, operation="pushMessage"),
        "answer lost (500)": faults.LosesResponse("500", first=1, operation="pushMessage"),
        "answer lost (reset)": faults.LosesResponse("reset", first=1, operation="pushMessage"),
    }
    people = dict(zip(bad, outgoing.addressees(bench, len(bad)), strict=True))
    for case, fault in bad.items():
        bench.line.add_fault(faults.fault_from({**fault.to_dict(), "user": people[case].id}))
    wishes = [
        outgoing.wish(bench, case, f"Your parcel has arrived ({case}).", visitor)
        for case, visitor in people.items()
    ]
    if outgoing.reacts(bench, wishes):
        outgoing.until(
            bench,
            lambda seen: all(
                (calls := outgoing.calls_to(seen, w.visitor.id, w.since_s)) and heard_yes(calls[-1])
                for w in wishes
            ),
        )
    bench.line.clear_faults()
    bench.settle()
    for each in wishes:
        outgoing.note(bench, each)


@probe(75)
def refused_sends(bench: Bench) -> None:
    """Sends that LINE refuses for good; 401 is left to check 66, for it may stop a bridge."""
    visitors = outgoing.addressees(bench, len(FORBIDDEN))
    people = dict(zip(FORBIDDEN, visitors, strict=True))
    for status, visitor in people.items():
        bench.line.add_fault(faults.Refuses(status, operation="*Message", user=visitor.id))
    wishes = [
        outgoing.wish(bench, str(status), f"This is refused by {status}.", visitor)
        for status, visitor in people.items()
    ]
    if outgoing.reacts(bench, wishes):
        outgoing.pause(1.0)
        if "clock" in bench.capabilities:
            bench.pass_time(10.0)
        bench.settle()
    bench.line.clear_faults()
    for each in wishes:
        outgoing.note(bench, each)


@probe(79)
def a_day_of_failures(bench: Bench) -> None:
    """A push that fails for more than a day: its key has lost its meaning by then."""
    if not (outgoing.staffed(bench) and "clock" in bench.capabilities):
        return
    (visitor,) = outgoing.addressees(bench, 1)
    with bench.bad_luck(faults.FailsWith(500, operation="pushMessage", user=visitor.id)):
        wished = outgoing.wish(bench, "25 hours", "This fails for a day.", visitor)
        if outgoing.reacts(bench, [wished]):  # a second attempt, before half of its day is over
            outgoing.until(bench, lambda seen: len(outgoing.calls_to(seen, visitor.id)) > 1)
        bench.pass_time(KEY_LIFE_S / 2)
        outgoing.pause(0.2)
        bench.pass_time(KEY_LIFE_S / 2 + 3_600)
        outgoing.pause(0.2)
    bench.pass_time(120.0)
    outgoing.pause(0.2)
    bench.settle()
    outgoing.note(bench, wished)


# checks


@check(72, "The first push already carries a retry key of its own", level="S", edge="E", source=DOC)
def sends_retry_keys(seen: Seen) -> Verdict:
    """A UUID, and another one for each message."""
    pushes = _pushes(seen)
    if not pushes:
        return not_observed(NO_PUSH)
    wrong = [f"no retry key: {call}" for call in pushes if not _key(call)]
    wrong += [f"{_key(c)[:60]!r} is no UUID: {c}" for c in pushes if _key(c) and not _is_uuid(c)]
    wrong += [
        f"one key for two messages: {first}; {other}" for first, other in _shared_keys(pushes)
    ]
    keys = len({_key(call) for call in pushes})
    return of(wrong, f"{len(pushes)} pushes carried {keys} keys", pushes=len(pushes))


@check(73, "A push that failed is tried again: same key, same body, after a while",
       level="S", edge="E", source=DOC)  # fmt: skip
def retries_rightly(seen: Seen) -> Verdict:
    """After a 5xx, or without an answer."""
    wrong: list[str] = []
    waits: list[float] = []
    failed = [call for call in _pushes(seen) if _ambiguous(call)]
    if not failed:
        return no_stimulus("push that failed")
    for group in _messages(_pushes(seen)):
        for before, again in pairwise(group):
            if _ambiguous(before):
                waits.append(again.at_s - before.at_s)
                wrong += _unlike(seen, before, again)
        if len(group) == 1 and _ambiguous(group[0]) and _had_time(seen, group[0]):
            wrong.append(f"never tried again: {group[0]}")
    if not wrong and not waits:
        return not_observed("the recording ends before anything is tried again")
    first = {"shortest_wait_s": min(waits)} if waits else {}
    return of(wrong, f"{len(waits)} attempts followed a failed one, same key and body", **first)


def _had_time(seen: Seen, call: CallRecord) -> bool:
    """Whether the bridge lived on after a call for as long as it may wait to try again.

    Not where the recording ends, or we end the bridge, sooner: what it had in mind is gone then.
    """
    ends = [float(line["at_s"]) for line in seen.agent("restart")]
    end_s = min([each for each in ends if each >= call.at_s], default=seen.evidence.end_s)
    return end_s - call.at_s - seen.unfelt_s(call.at_s, end_s) > outgoing.RETRY_S - 0.5


def _unlike(seen: Seen, before: CallRecord, again: CallRecord) -> Iterator[str]:
    if _key(before) != _key(again) or not _key(again):
        yield f"tried again with {_key(again) or 'no key'} after {_key(before) or 'none'}: {again}"
    elif before.body != again.body:
        yield f"tried again with another body: {before}; {again}"
    gap_s = again.at_s - before.at_s
    if gap_s < BACK_OFF_S and not outgoing.clock_moved(seen, before.at_s, again.at_s):
        yield f"tried again after {gap_s * 1000:.0f} ms, without any back-off: {again}"


@check(74, "409 means sent, and is shown as sent once", level="M", edge="E/A", source=DOC)
def takes_409_for_success(seen: Seen) -> Verdict:
    """After a 409 the message is not sent again, nor shown as failed."""
    pushes = _pushes(seen)
    known = [call for call in pushes if call.status == 409]  # noqa: PLR2004 - the one that counts
    if not known:
        return no_stimulus("answer 409 to a retry key")
    wrong = [
        f"sent again after a 409: {again}"
        for call in known
        for again in pushes
        if again.at_s > call.at_s and repeats(again, call) and _near(call, again, GIVEN_UP_S)
        and _same_chat(seen, call, again)
    ]  # fmt: skip
    for case in seen.cases("failing_pushes"):
        found = outgoing.outcome(seen, case)
        if found.entry is not None and any(call.status == 409 for call in found.calls):  # noqa: PLR2004
            shown = found.entry.delivery
            if shown != "sent":
                wrong.append(f"{case.name}: staff see it as {shown or 'nothing'} after a 409")
    return of(wrong, f"after each of {len(known)} answers 409 the message was left alone")


@check(75, "What LINE refuses (400, 401, 403, 404) is not tried again",
       level="M", edge="E", source="Messaging API reference, status codes")  # fmt: skip
def does_not_retry_refusals(seen: Seen) -> Verdict:
    """The same call with the same token does not come again."""
    calls = list(outgoing.sendings(seen.evidence))
    refused = [call for call in calls if call.status in REFUSALS]
    if not refused:
        return no_stimulus("send that LINE refused")
    wrong = []
    for call in refused:
        again = [each for each in calls if _is_again(seen, call, each)]
        if again:
            wrong.append(f"tried {len(again)} more times after {call.status}: {call}")
    return of(wrong, f"none of {len(refused)} refused calls came again")


def _is_again(seen: Seen, call: CallRecord, other: CallRecord) -> bool:
    return (
        other.at_s > call.at_s
        and operation(other) == operation(call)
        and other.headers.get("authorization") == call.headers.get("authorization")
        and ((bool(_key(call)) and _key(call) == _key(other)) or _near(call, other, AGAIN_S))
        and other.body == call.body
        and _same_chat(seen, call, other)
    )


@check(78, "No retry key where LINE takes none", level="M", edge="E", source=DOC)
def keeps_keys_to_pushes(seen: Seen) -> Verdict:
    """Replies, loading indicators and all other calls carry none."""
    others = [
        c for c in seen.evidence.calls
        if c.method in {"POST", "PUT"} and operation(c) not in PUSHES and "/oauth" not in c.path
    ]  # fmt: skip
    if not others:
        return no_stimulus("reply nor other call that takes no key")
    wrong = [f"a retry key with {call}" for call in others if _key(call)]
    return of(wrong, f"{len(others)} other calls carried none")


@check(79, "A retry key is for one message and one day", level="M", edge="E", source=DOC)
def ends_retry_keys(seen: Seen) -> Verdict:
    """No key comes with another body, nor after 24 hours."""
    keyed = [call for call in _pushes(seen) if _key(call)]
    if not keyed:
        return not_observed(NO_PUSH if not _pushes(seen) else "no push carried a retry key")
    wrong = [f"one key with two bodies: {first}; {other}" for first, other in _shared_keys(keyed)]
    begun: dict[str, CallRecord] = {}
    longest_s = 0.0
    for call in keyed:
        used_s = call.at_s - begun.setdefault(_key(call), call).at_s
        if seen.moving(call.at_s):
            continue
        longest_s = max(longest_s, used_s)
        if used_s > KEY_LIFE_S:
            wrong.append(f"a key of {used_s / 3600:.1f} h: {call}")
    return of(wrong, f"{len(begun)} keys; the longest in use for {longest_s:.0f} s",
              longest_use_s=longest_s)  # fmt: skip


# what they have in common


def _pushes(seen: Seen) -> list[CallRecord]:
    return [call for call in seen.evidence.calls if operation(call) in PUSHES]


def _key(call: CallRecord) -> str:
    return call.headers.get(RETRY_KEY, "")


def _is_uuid(call: CallRecord) -> bool:
    return UUID.fullmatch(_key(call)) is not None


def _ambiguous(call: CallRecord) -> bool:
    """Whether nobody knows whether LINE took it."""
    return call.status is None or call.status >= 500  # noqa: PLR2004 - HTTP's 5xx


def _near(call: CallRecord, other: CallRecord, within_s: float) -> bool:
    return 0 <= other.at_s - call.at_s <= within_s


def _same_chat(seen: Seen, call: CallRecord, other: CallRecord) -> bool:
    return outgoing.addressed(seen.evidence, call) == outgoing.addressed(seen.evidence, other)


def _messages(pushes: list[CallRecord]) -> list[list[CallRecord]]:
    """The pushes by what they are to bring: a repeat after a failure belongs to the first."""
    groups: list[list[CallRecord]] = []
    open_groups: dict[bytes, list[CallRecord]] = {}
    for call in pushes:
        to = call.body.get("to") if isinstance(call.body, dict) else None
        name = orjson.dumps([to, messages_of(call)], default=str)
        group = open_groups.get(name)
        if group is None or not _ambiguous(group[-1]):
            group = open_groups[name] = []
            groups.append(group)
        group.append(call)
    return groups


def _shared_keys(pushes: list[CallRecord]) -> Iterator[tuple[CallRecord, CallRecord]]:
    """Pairs of calls of one key that ask for different things, the first of each key with each."""
    first: dict[tuple[str, str], CallRecord] = {}
    for call in pushes:
        if not _key(call):
            continue
        before = first.setdefault((call.channel, _key(call)), call)
        if before.body != call.body:
            yield before, call
