"""Checks 94, 96 and 97: short-lived tokens, two channels, a wrong pair of secret and token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import each_case, no_stimulus
from line_sim.replay.checks.overload import alerts
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of, passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Event

ISSUES = ("issueChannelToken", "issueChannelTokenByJWT", "issueStatelessChannelToken")
REVOKES = ("revokeChannelToken", "revokeChannelTokenByJWT")
STATELESS = "issueStatelessChannelToken"
"""Of its tokens none can be revoked; they live for a quarter of an hour."""
OTHER = "other shop"
NEARLY_EXPIRED_S = 29 * 86_400.0
REVOKED_S = 3_600.0
"""How long after its successor came an old token may be left alive (chosen)."""
UNAUTHORIZED = 401


# situations


@probe(94)
def short_lived_token(bench: Bench) -> None:
    """The bridge issues its token itself, and the token's month goes by."""
    if bench.view is None or not {"configure.channel_id", "clock"} <= bench.capabilities:
        return
    visitor = bench.visitor()
    bench.view.configure(channel_id=bench.line.channel.id)
    bench.wait_for(lambda seen: len(_issues(seen.calls)) == 1, bench.patience_s)
    first = bench.control(visitor)
    bench.settle()
    bench.pass_time(NEARLY_EXPIRED_S)
    bench.wait_for(lambda seen: len(_issues(seen.calls)) > 1, bench.patience_s)
    bench.settle()
    bench.pass_time(2 * 86_400.0)
    second = bench.control(visitor)
    bench.settle()
    bench.mark("", first, second)
    bench.view.configure(channel_id="")
    bench.control(visitor)


@probe(96)
def two_channels(bench: Bench) -> None:
    """Another account's webhooks come to the same URL, signed with its own secret."""
    endpoint = bench.line.channel.endpoint
    alice = bench.visitor()
    bench.line.link.do("connect", url=endpoint, channel=OTHER, verify=False)
    bob = bench.line.visitor("customer of the other shop", channel=OTHER)
    events = []
    for number in range(2):
        ours = alice.says(f"to the first shop, {number}")
        theirs = bob.says(f"to the other shop, {number}", channel=OTHER)
        events += [ours, theirs]
        bench.reacted([*ours.events, *theirs.events], min(bench.patience_s, 1.0))
    bench.settle()
    bench.line.switch(OTHER, use_webhook=False)
    bench.mark("", *events)


@probe(97)
def wrong_pair(bench: Bench) -> None:
    """The access token is another channel's than the secret."""
    if bench.view is None or not {"configure.access_token", "alerts"} <= bench.capabilities:
        return
    other = next(each for each in bench.line.channels if each.name == OTHER)
    visitor = bench.visitor()
    bench.settle()
    before = len(alerts(bench))
    bench.view.configure(access_token=other.access_token)
    said = visitor.says("Is this the right shop?")
    for _ in range(20):
        if len(alerts(bench)) > before:
            break
        outgoing.pause(min(bench.patience_s, 2.0) / 20)
    bench.settle()
    told = alerts(bench)[before:]
    bench.view.configure(access_token=bench.line.channel.access_token)
    bench.settle()
    later = bench.control(visitor)
    bench.mark("", said, control=later, alerts=told, user=visitor.id)


# checks


@check(94, "A token with an end is renewed before it, and the old one revoked", level="S",
       edge="E", source="LINE Developers, Channel access token")  # fmt: skip
def renews_token(seen: Seen) -> Verdict:
    """Each token has a successor before its end; nothing is called with a dead one."""
    issues = _issues(seen.evidence.calls)
    if not issues:
        return not_observed("it issued no token; configure.channel_id with clock (agent view) "
                            "would have it do so")  # fmt: skip
    if len(issues) == 1 and seen.evidence.end_s < _end_s(issues[0]):
        return not_observed("one token was issued, and the recording ends before it does")
    wrong = list(_late_renewals(seen, issues))
    return of(wrong, f"{len(issues)} tokens were issued, each before the end of the one before",
              tokens=len(issues))  # fmt: skip


def _late_renewals(seen: Seen, issues: list[CallRecord]) -> Iterator[str]:
    calls = seen.evidence.calls
    revoked = [c for c in calls if c.operation in REVOKES and c.accepted]
    for number, issue in enumerate(issues):
        later = [each for each in issues[number + 1 :] if _client(each) == _client(issue)]
        if not later:
            continue
        if later[0].at_s > _end_s(issue):
            yield f"renewed {later[0].at_s - _end_s(issue):.0f} s after its end: {later[0]}"
        near = [c for c in revoked if 0 <= c.at_s - later[0].at_s <= REVOKED_S]
        if issue.operation != STATELESS and not near:
            yield f"the token of {issue.at_s:.0f} s was not revoked when its successor came"
    bearer = _bearers(seen, issues)
    dead = [c for c in calls if c.status == UNAUTHORIZED and not c.fault
            and c.headers.get("authorization") in bearer]  # fmt: skip
    if dead:
        yield f"{len(dead)} calls with a token that was dead: {dead[0]}"
    if len(issues) == 1:
        yield f"never renewed: {issues[0]}"


def _bearers(seen: Seen, issues: list[CallRecord]) -> set[str]:
    """What calls carry with the tokens that were issued; stand-ins, as the recording has them."""
    tokens = {
        str(each.answer.get("access_token")) for each in issues if isinstance(each.answer, dict)
    }
    found = {call.headers.get("authorization", "") for call in seen.evidence.calls}
    return {each for each in found if each.partition(" ")[2] in tokens}


def _issues(calls: list[CallRecord]) -> list[CallRecord]:
    return [call for call in calls if call.operation in ISSUES and call.accepted]


def _end_s(issue: CallRecord) -> float:
    """When an issued token ends, in schedule seconds."""
    life = issue.answer.get("expires_in") if isinstance(issue.answer, dict) else None
    return issue.at_s + (life if isinstance(life, int) else 0)


def _client(issue: CallRecord) -> str:
    """Which channel a token was issued for, by its form."""
    form = parse_qs(issue.body) if isinstance(issue.body, str) else {}
    return form.get("client_id", [""])[0]


@check(96, "Two channels are kept apart", level="P", edge="E/A",
       source="one account, one channel: the bridge's own promise")  # fmt: skip
def keeps_channels_apart(seen: Seen) -> Verdict:
    """Each channel's events are answered with its own token, to its own customers."""
    by_channel: dict[str, list[Event]] = {}
    for event in seen.evidence.events.values():
        by_channel.setdefault(event.channel, []).append(event)
    if len(by_channel) < 2:  # noqa: PLR2004 - two channels
        return no_stimulus("traffic of two channels")
    wrong = [text for events in by_channel.values() for e in events for text in _leaked(seen, e)]
    if wrong:
        return failed(*wrong)
    unserved = [name for name, events in by_channel.items() if not any(e.sends for e in events)]
    if unserved:
        return not_observed(f"the bridge does not serve {', '.join(sorted(unserved))}: it has to "
                            "be told the secrets and tokens of both channels")  # fmt: skip
    counts = ", ".join(
        f"{sum(len(e.sends) for e in events)} sends for {len(events)} events of {name}"
        for name, events in by_channel.items()
    )
    return passed(counts)


def _leaked(seen: Seen, event: Event) -> Iterator[str]:
    """Calls about an event with another channel's token, or of its words to others' customers."""
    for call in event.calls:
        if call.channel and call.channel != event.channel:
            yield f"an event of {event.channel} led to a call with {call.channel}'s token: {call}"
    if not event.text or not event.text.startswith("to the "):
        return
    for call in seen.evidence.sends:
        if event.chat not in call.chats and event.text in "".join(outgoing.texts_of(call)):
            yield f"what {event.channel}'s customer wrote went to another: {call}"


@check(97, "A wrong pair of secret and token is noticed", level="P", edge="A",
       source="Messaging API reference, get bot info: userId")  # fmt: skip
def notices_wrong_pair(seen: Seen) -> Verdict:
    """Somebody is told, and nothing is sent in the other account's name."""
    cases = seen.cases("wrong_pair")
    if not cases:
        return not_observed("the token has to be changed, and alerts shown: agent view with "
                            "configure.access_token and alerts")  # fmt: skip
    return each_case(seen, cases, lambda case: _noticed(seen, case))


def _noticed(seen: Seen, case: Case) -> Verdict:
    event = seen.event(case.events[0]) if case.events else None
    wrong = [c for c in (event.calls if event else ()) if c.sent is not None]
    wrong = [c for c in wrong if event is not None and c.channel != event.channel]
    if wrong:
        return failed(f"sent in the other account's name: {wrong[0]}")
    told = case.facts.get("alerts") or []
    return passed(f"told: {told[0]}") if told else failed("nobody was told")
