"""Checks 85 to 87 and 89 to 91: what is sent is well formed, and to whom it belongs."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import orjson

from line_sim.errors import LineSimError
from line_sim.replay.attempts import messages_of
from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import no_stimulus
from line_sim.replay.checks.outgoing import operation
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of
from line_sim.replay.completing import KINDS
from line_sim.wire import requests
from line_sim.wire.limits import BODY
from line_sim.wire.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Seen
    from line_sim.replay.evidence import Event

REF = "Messaging API reference"
TO_MANY = ("multicast", "narrowcast", "broadcast")
LOADING_S = range(5, 61, 5)
"""What ``loadingSeconds`` may be."""
YOUNG_S = 30.0
"""Up to this age of its event a reply, which is free, could have been sent instead of a push."""
RECIPIENT = "recipient"


# situations


@probe(78, 85, 86, 87, 91, 95, 98)
def ordinary_talk(bench: Bench) -> None:
    """Two visitors write, staff answer both, twice, and try another account's customer too."""
    people = outgoing.addressees(bench, 2, by_push=False)
    wishes = []
    for number in range(2):
        for visitor in people:
            text = f"Can I help you with order {number + 1}?"
            wishes.append(outgoing.wish(bench, f"order {number + 1}", text, visitor))
    if outgoing.staffed(bench):
        stranger = bench.line.visitor("nobody here", channel=outgoing.OTHER)
        bench.staff_sends(stranger, "another account's customer", text="Do we know you?")
    if outgoing.reacts(bench, wishes):
        bench.wait_for(lambda seen: outgoing.arrived(seen, wishes), bench.patience_s)
    bench.settle()
    for each in wishes:
        outgoing.note(bench, each)


@probe(89)
def typing(bench: Bench) -> None:
    """Staff type for odd lengths, in a visitor's chat and in a group's."""
    if bench.view is None or "typing" not in bench.capabilities:
        return
    (visitor,) = outgoing.addressees(bench, 1)
    group = bench.line.group("Family", [visitor])
    with bench.line.together():  # or a bridge that leaves would be gone before anybody writes
        group.invites_bot()
        visitor.says("hello all", group=group)
    bench.settle()
    for seconds in (1.0, 12.0, 100.0):
        bench.view.typing(visitor.id, seconds)
    bench.view.typing(group.id, 10.0)
    bench.wait_for(lambda seen: any(_is_loading(call) for call in seen.calls), bench.patience_s / 3)
    bench.settle()
    with suppress(LineSimError):  # it may have left already
        group.removes_bot()
    bench.mark("", user=visitor.id, group=group.id)


@probe(90)
def reading(bench: Bench) -> None:
    """Two visitors write; an agent reads one of the chats."""
    if bench.view is None or "read" not in bench.capabilities:
        return
    read, unread = bench.visitor(), bench.visitor()
    said = read.says("Please read this."), unread.says("And this.")
    bench.reacted([event for each in said for event in each.events])
    bench.settle()
    since_s = bench.now_s()
    bench.view.read(read.id)
    bench.agent("read", user=read.id)
    bench.wait_for(
        lambda seen: any(c.at_s >= since_s and _is_marking(c) for c in seen.calls),
        bench.patience_s / 3,
    )
    bench.settle()
    bench.mark("", *said, read=read.id, unread=unread.id, since_s=since_s)


# checks


@check(85, "Messages are well formed", level="M", edge="E", source=f"{REF}, message objects")
def sends_valid_messages(seen: Seen) -> Verdict:
    """Every body, accepted or not, is what LINE's reference describes."""
    wrong: list[str] = []
    warnings: list[str] = []
    types: Counter[str] = Counter()
    for call in outgoing.sendings(seen.evidence):
        if not isinstance(call.body, dict):
            wrong.append(f"no JSON object: {call}")
            continue
        messages = messages_of(call)
        types.update(
            str(m.get("type")) if isinstance(m, dict) else "?"
            for m in (messages if isinstance(messages, list) else ())
        )
        wrong += _faults(call)
        warnings += [f"{finding} ({call})" for finding in call.findings if "not known" in finding]
    if not types and not wrong:
        return no_stimulus("message of the bridge")
    told = ", ".join(f"{count} {name}" for name, count in sorted(types.items()))
    found = of(wrong, f"well formed: {told}", messages=sum(types.values()))
    return Verdict(found.word, found.evidence, tuple(warnings), found.measures)


def _faults(call: CallRecord) -> Iterator[str]:
    try:
        requests.read(KINDS[operation(call)], orjson.dumps(call.body))
    except RefusedError as refused:
        if refused.rule.id != RECIPIENT:
            what = "; ".join(f"{d.property}: {d.message}" for d in refused.details)
            yield f"{what or refused.why or refused.message}: {call}"


@check(86, "Nothing is sent to another account's customers", level="M", edge="E",
       source=f"{REF}, user ids differ between providers")  # fmt: skip
def sends_to_own_customers(seen: Seen) -> Verdict:
    """Ids and reply tokens are used with the channel that they came by."""
    chats: dict[str, set[str]] = {}
    for event in seen.evidence.events.values():
        chats.setdefault(event.channel, set()).add(event.chat)
    wrong, sends = [], 0
    for call in outgoing.sendings(seen.evidence):
        if operation(call) in TO_MANY[1:] or not call.channel or outgoing.mispaired(seen, call):
            continue
        sends += 1
        by_token = operation(call) == "replyMessage"
        came = seen.event(call.event)
        if by_token and came is not None and came.channel != call.channel:
            wrong.append(f"a reply token of {came.channel} with {call.channel}'s token: {call}")
        own = chats.get(call.channel, set())
        others = {c: name for name, held in chats.items() if name != call.channel for c in held}
        wrong += [
            f"{chat} is a chat of {others[chat]}, not of {call.channel}: {call}"
            for chat in (() if by_token else outgoing.addressed(seen.evidence, call))
            if chat in others and chat not in own
        ]
        if call.rule and call.rule.get("id") == RECIPIENT and not call.fault:
            wrong.append(f"LINE knows no such recipient here: {call}")
    return of(wrong, f"{sends} sends went to chats of their channel") if sends else no_stimulus(
        "send")  # fmt: skip


@check(87, "One conversation is no broadcast, and no push is wasted", level="P", edge="E",
       source="LINE Developers, Messaging API pricing")  # fmt: skip
def wastes_no_quota(seen: Seen) -> Verdict:
    """Neither multicast nor broadcast in a conversation; nothing pushed that was replied."""
    calls = list(outgoing.sendings(seen.evidence))
    if not calls:
        return no_stimulus("send")
    wrong = [f"{operation(c)} in a conversation: {c}" for c in calls if _is_talk(seen, c)]
    instead = 0
    for event in seen.evidence.events.values():
        wrong += [f"pushed although it was replied: {c}" for c in _pushed_too(event)]
        instead += _pushed_instead(event)
    pushes = sum(call.kind == "push" for call in calls)
    told = f"{instead} answers were pushed while a reply, which is free, could be sent"
    found = of(wrong, f"{len(calls)} sends, {pushes} of them pushes that count", pushes=pushes)
    return Verdict(
        found.word,
        found.evidence,
        (told,) if instead else (),
        {**found.measures, "pushes_instead_of_replies": instead},
    )


def _is_talk(seen: Seen, call: CallRecord) -> bool:
    """Whether a send to many was part of a conversation."""
    if operation(call) not in TO_MANY:
        return False
    to = call.body.get("to") if isinstance(call.body, dict) else None
    return seen.played or bool(call.event) or (isinstance(to, list) and len(to) == 1)


def _pushed_too(event: Event) -> list[CallRecord]:
    replied = [messages_of(call) for call in event.sends if call.kind == "reply"]
    return [c for c in event.sends if c.kind == "push" and messages_of(c) in replied]


def _pushed_instead(event: Event) -> int:
    """How many times an event was answered by push alone while its reply token lived."""
    if not event.data.get("replyToken") or any(c.operation == "replyMessage" for c in event.calls):
        return 0
    return sum(c.kind == "push" and c.at_s - event.at_s < YOUNG_S for c in event.sends[:1])


@check(89, "The loading indicator is for users, and for 5 to 60 seconds in fives",
       level="M", edge="E", source=f"{REF}, display a loading indicator")  # fmt: skip
def loads_rightly(seen: Seen) -> Verdict:
    """Never in a group or room, and of a length that LINE takes."""
    calls = [call for call in seen.evidence.calls if _is_loading(call)]
    if not calls:
        return no_stimulus("loading indicator; agent view with typing would ask for one")
    wrong = []
    for call in calls:
        body = call.body if isinstance(call.body, dict) else {}
        if not str(body.get("chatId", "")).startswith("U"):
            wrong.append(f"not a user's chat: {body.get('chatId')!r}: {call}")
        seconds = body.get("loadingSeconds", LOADING_S[0])
        if type(seconds) is not int or seconds not in LOADING_S:
            wrong.append(f"loadingSeconds {seconds!r}: {call}")
    return of(wrong, f"{len(calls)} indicators, all of users and of lengths that LINE takes")


def _is_loading(call: CallRecord) -> bool:
    return call.path.startswith("/v2/bot/chat/loading/start")


@check(90, "Read is what an agent has read", level="P", edge="E", source=f"{REF}, mark as read")
def marks_what_was_read(seen: Seen) -> Verdict:
    """By a token of a message of that chat, after an agent has read it."""
    chats = {
        str(event.message["markAsReadToken"]): event.chat
        for event in seen.evidence.events.values()
        if event.message.get("markAsReadToken")
    }
    calls = [c for c in seen.evidence.calls if _is_marking(c)]
    if not calls:
        return not_observed("it marked nothing as read; agent view with read would ask for it")
    wrong = [f"a token of no message: {c}" for c in calls if _token(c) not in chats]
    cases = outgoing.whole(seen.cases("reading"), read=str, unread=str, since_s=outgoing.NUMBER)
    for case in cases:
        since_s = float(case.facts["since_s"])
        for call in calls:
            chat = chats.get(_token(call))
            if chat == case.facts["unread"]:
                wrong.append(f"marked although nobody had read that chat: {call}")
            elif chat == case.facts["read"] and call.at_s < since_s:
                wrong.append(f"marked before anybody had read it: {call}")
    if wrong:
        return failed(*wrong)
    if not any(chats.get(_token(c)) == case.facts["read"] for case in cases for c in calls):
        return not_observed("whether an agent had read it cannot be seen; agent view with read")
    return of((), f"{len(calls)} marks, each by a token of its chat, after an agent had read it")


def _is_marking(call: CallRecord) -> bool:
    return call.path.startswith("/v2/bot/chat/markAsRead")


def _token(call: CallRecord) -> str:
    return str(call.body.get("markAsReadToken")) if isinstance(call.body, dict) else ""


@check(91, "Bodies are JSON by their type, and 2 MB at most", level="M", edge="E",
       source=f"{REF}, status codes 413 and 415")  # fmt: skip
def sends_proper_bodies(seen: Seen) -> Verdict:
    """``Content-Type: application/json``, and not too much of it."""
    calls = [
        c for c in seen.evidence.calls
        if c.method in {"POST", "PUT"} and c.path.startswith("/v2/bot/") and c.body is not None
        and not c.path.endswith("/content") and "/uploads/" not in c.path
    ]  # fmt: skip
    if not calls:
        return no_stimulus("call with a body")
    wrong = [f"Content-Type {_type(c) or 'missing'}: {c}" for c in calls if not _is_json(c)]
    sizes = [_size(call) for call in calls]
    wrong += [
        f"{size:,} bytes: {call}"
        for call, size in zip(calls, sizes, strict=True)
        if size > BODY.most
    ]
    return of(wrong, f"{len(calls)} bodies, the largest of {max(sizes):,} bytes",
              largest_body_bytes=max(sizes))  # fmt: skip


def _type(call: CallRecord) -> str:
    return next((v for name, v in call.headers.items() if name.lower() == "content-type"), "")


def _is_json(call: CallRecord) -> bool:
    return _type(call).partition(";")[0].strip().lower() == "application/json"


def _size(call: CallRecord) -> int:
    told = next((v for n, v in call.headers.items() if n.lower() == "content-length"), "")
    if told.isdecimal():
        return int(told)
    return len(call.body) if isinstance(call.body, str) else len(orjson.dumps(call.body))
