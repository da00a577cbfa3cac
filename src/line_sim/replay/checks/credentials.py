"""Checks 66, 94 and 97: access tokens that die, end, or are another channel's.

They are played last: a bridge that does not get over them shows nothing afterwards.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from line_sim.replay.checks import outgoing, overload
from line_sim.replay.checks.deciding import each_case
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of, passed, worst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen

ISSUES = ("issueChannelToken", "issueChannelTokenByJWT", "issueStatelessChannelToken")
REVOKES = ("revokeChannelToken", "revokeChannelTokenByJWT")
STATELESS = "issueStatelessChannelToken"
"""Of its tokens none can be revoked; they live for a quarter of an hour."""
NEARLY_EXPIRED_S = 29 * 86_400.0
REVOKED_S = 3_600.0
"""How long after its successor came an old token may be left alive (chosen)."""
UNAUTHORIZED = 401
KNOWN_S = 0.5
"""After this a refusal is known; what comes sooner was under way (chosen)."""
CODES = "Messaging API reference, status codes"


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


@probe(97)
def wrong_pair(bench: Bench) -> None:
    """The access token is another channel's than the secret."""
    if bench.view is None or not {"configure.access_token", "alerts"} <= bench.capabilities:
        return
    other = next(each for each in bench.line.channels if each.name == outgoing.OTHER)
    visitor = bench.visitor()
    bench.settle()
    before = len(overload.alerts(bench))
    since_s = bench.now_s()
    bench.view.configure(access_token=other.access_token)
    said = visitor.says("Is this the right shop?")
    for _ in range(20):
        if len(overload.alerts(bench)) > before:
            break
        outgoing.pause(min(bench.patience_s, 2.0) / 20)
    bench.settle()
    told = overload.alerts(bench)[before:]
    bench.view.configure(access_token=bench.line.channel.access_token)
    bench.settle()
    until_s = bench.now_s()
    later = bench.control(visitor)
    bench.mark("", said, control=later, alerts=told, since_s=since_s, until_s=until_s)


@probe(66)
def dead_token(bench: Bench) -> None:
    """The console issues another access token; the bridge learns it after a while."""
    if "configure.access_token" not in bench.capabilities or bench.view is None:
        return
    (visitor,) = outgoing.addressees(bench, 1)
    before = overload.alerts(bench)
    token = bench.reissue_token()
    wished = outgoing.wish(bench, "token replaced", "The token was dead meanwhile.", visitor)
    if outgoing.reacts(bench, [wished]):
        outgoing.pause(overload.LOOK_S)
    bench.look(visitor.id)
    told = overload.alerts(bench)[len(before) :]
    entry = overload.entry_state(bench, wished)
    replaced_s = bench.now_s()
    bench.view.configure(access_token=token)
    outgoing.until(bench, lambda seen: outgoing.arrived(seen, [wished]))
    bench.settle()
    later = bench.control(visitor)
    outgoing.note(bench, wished, alerts=told, delivery=entry, replaced_s=replaced_s, after=later)


# checks


@check(66, "A refused access token is told, not hammered with, and replaced",
       level="M", edge="E/A", source=CODES)  # fmt: skip
def survives_dead_token(seen: Seen) -> Verdict:
    """Few calls come with a dead token; staff learn of it; with the new one all goes on."""
    most = max(_refused_again(seen).values(), default=0)
    if most > overload.HAMMERING:
        return failed(f"{most} calls came with a token after LINE had refused it by 401",
                      refused_calls=most)  # fmt: skip
    cases = seen.cases("dead_token")
    if not cases:
        return not_observed("the token has to be replaced while the bridge runs: agent view with "
                            "configure.access_token")  # fmt: skip
    return each_case(seen, cases, lambda case: _recovers(seen, case))


def _refused_again(seen: Seen) -> Counter[str]:
    """By token, the calls that came with it when its bridge had known for a while."""
    first: dict[str, float] = {}
    found: Counter[str] = Counter()
    for call in seen.evidence.calls:
        if call.status == UNAUTHORIZED:
            token = call.headers.get("authorization", "")
            if call.at_s - first.setdefault(token, call.at_s) > KNOWN_S:
                found[token] += 1
    return found


def _recovers(seen: Seen, case: Case) -> Verdict:
    found = outgoing.outcome(seen, case)
    refused = [call for call in found.calls if call.status == UNAUTHORIZED]
    if not found.calls:
        return not_observed("the bridge sent nothing, with the dead token or with the new one; "
                            + outgoing.SENDERS_ASKED)  # fmt: skip
    return worst(
        [overload.was_told(seen, case), _arrives_later(found), _goes_on(seen, case, refused)]
    )


def _arrives_later(found: outgoing.Outcome) -> Verdict:
    arrivals = found.arrivals()
    if len(arrivals) == 1:
        return passed(f"once the token was replaced it arrived: {arrivals[0]}")
    if not arrivals and found.told:
        return passed(warnings=[f"the message did not arrive any more; {found.told}"])
    times = f"{len(arrivals)} times" if arrivals else "never"
    return failed(f"after the token was replaced it arrived {times}: {found.listed()}")


def _goes_on(seen: Seen, case: Case, refused: list[CallRecord]) -> Verdict:
    event = seen.event(str(case.facts.get("after", "")))
    if event is None or seen.handled(event):
        return passed(f"{len(refused)} calls were refused; the next message was handled")
    return failed("with the new token the next message was not handled")


@check(94, "A token with an end is renewed before it, and the old one revoked", level="S",
       edge="E", source="LINE Developers, Channel access token")  # fmt: skip
def renews_token(seen: Seen) -> Verdict:
    """Each token has a successor before its end; nothing is called with a dead one.

    Stateless ones that nothing was called with are left alone: a bridge may have one issued to
    find out whether a secret is right.
    """
    issues = _kept(seen, _issues(seen.evidence.calls))
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


def _kept(seen: Seen, issues: list[CallRecord]) -> list[CallRecord]:
    """The issues of tokens that were not thrown away at once."""
    return [each for each in issues if each.operation != STATELESS or _bearers(seen, [each])]


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
    tried = [
        call
        for call in outgoing.sendings(seen.evidence)
        if event is not None and outgoing.mispaired(seen, call)
        and event.chat in outgoing.addressed(seen.evidence, call)
    ]  # fmt: skip
    if tried:
        return failed(f"it went on, and tried to send by the other account: {tried[0]}")
    told = case.facts.get("alerts")
    if isinstance(told, list) and told:
        return passed(f"told: {told[0]}")
    return failed("nobody was told")
