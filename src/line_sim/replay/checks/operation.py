"""Checks 92, 93, 95 and 98: secrets, logs, rates, and how a bridge is set up."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from line_sim.errors import LineSimError
from line_sim.mock import faults
from line_sim.mock.platform.operations import every_operation
from line_sim.net.http.control import ControlClient
from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import NO_REACTION, no_stimulus, taken, told
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of, passed
from line_sim.wire import signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Seen

GUIDELINES = "LINE Developers, Development guidelines"
REQUEST_ID = "x-line-request-id"
STAND_IN = "redacted-"
"""How a secret begins that the ledger has taken out (docs/recording.md)."""
SHOWN = 3


# situations


@probe(92, 93)
def trouble(bench: Bench) -> None:
    """Things go wrong that are logged; then logs, alerts and error bodies are looked through."""
    (visitor,) = outgoing.addressees(bench, 1)
    with bench.bad_luck(faults.FailsWith(500, first=1, operation="*Message", user=visitor.id)):
        wished = outgoing.wish(bench, "an error", "Something went wrong.", visitor)
        if outgoing.reacts(bench, [wished]):
            outgoing.until(bench, lambda seen: outgoing.arrived(seen, [wished]), limit_s=3.0)
    bodies = dict(_refusals(bench))
    bench.settle()
    logs = _texts(bench, "logs")
    places = {"logs": logs, "alerts": _texts(bench, "alerts"), "error bodies": [*bodies.values()]}
    leaks = [leak for place, texts in places.items() for leak in _leaks(bench, place, texts)]
    bench.mark("", leaks=leaks, looked_at=[p for p, texts in places.items() if texts])
    ids = list(_request_ids(bench))
    joined = "\n".join(logs)
    missing = [each for each in ids if each not in joined]
    bench.mark("request ids", answered=len(ids), missing=missing[:SHOWN], missed=len(missing),
               logs=len(logs))  # fmt: skip


def _refusals(bench: Bench) -> Iterator[tuple[str, str]]:
    """What the bridge answers to webhooks it must refuse, and to what is none."""
    channel = bench.line.channel
    parts = urlsplit(channel.endpoint or "")
    path = parts.path or "/"
    nothing = b'{"destination":"' + channel.bot_user_id.encode() + b'","events":[]}'
    for case, body, signed in (
        ("wrong signature", nothing, signature.sign("0" * 32, nothing)),
        ("not JSON", b"{events", signature.sign(channel.secret, b"{events")),
    ):
        asking = ControlClient(
            f"{parts.scheme}://{parts.netloc}", {"x-line-signature": signed}, timeout_s=5.0
        )
        with contextlib.suppress(LineSimError):  # no answer is no leak
            yield case, asking.post(path, body)[1].decode("utf-8", "replace")
        with contextlib.suppress(LineSimError):
            yield f"GET, {case}", asking.get(path)[1].decode("utf-8", "replace")
        asking.close()


def _texts(bench: Bench, word: str) -> list[str]:
    """The bridge's logs or alerts, where it shows them."""
    if bench.view is None or word not in bench.capabilities:
        return []
    return bench.view.logs() if word == "logs" else bench.view.alerts()


def _leaks(bench: Bench, place: str, texts: list[str]) -> Iterator[str]:
    """Where a secret stands; the secret itself is not told."""
    for channel in bench.line.channels:
        for what, secret in (("secret", channel.secret), ("token", channel.access_token)):
            found = [number for number, text in enumerate(texts, 1) if secret in text]
            if found:
                word = "line" if place != "error bodies" else "answer"
                yield (f"the {what} of channel {channel.name} stands in {place}: {word} "
                       + ", ".join(map(str, found[:SHOWN])))  # fmt: skip


def _request_ids(bench: Bench) -> Iterator[str]:
    for line in bench.lines():
        if line["kind"] == "call_end" and line.get("status") is not None:
            headers = line.get("headers") or {}
            if REQUEST_ID in headers:
                yield str(headers[REQUEST_ID])


# checks


@check(92, "Secrets stay out of logs, error pages and messages", level="S", edge="A",
       source="LINE Developers, Channel access token")  # fmt: skip
def keeps_secrets(seen: Seen) -> Verdict:
    """Neither channel secret nor access token turns up anywhere."""
    cases = outgoing.whole(seen.cases("trouble"), leaks=list, looked_at=list)
    wrong = [str(leak) for case in cases for leak in case.facts["leaks"]]
    wrong += [
        f"a message to a customer holds a secret: {call}"
        for call in outgoing.sendings(seen.evidence)
        if any(STAND_IN in text for text in outgoing.texts_of(call))
    ]
    if wrong:
        return failed(*wrong)
    looked_at = {place for case in cases for place in map(str, case.facts["looked_at"])}
    if "logs" not in looked_at:
        return not_observed("the logs have to be shown (agent view with logs)")
    return passed(f"none in {', '.join(sorted(looked_at))}")


@check(93, "LINE's request ids are logged", level="S", edge="A",
       source=f"{GUIDELINES}, save logs")  # fmt: skip
def logs_request_ids(seen: Seen) -> Verdict:
    """The ``x-line-request-id`` of every answer stands in the logs."""
    cases = seen.cases("trouble", "request ids")
    cases = outgoing.whole(cases, answered=int, missed=int, missing=list, logs=int)
    cases = [case for case in cases if case.facts["logs"]]
    if not cases:
        return not_observed("the logs have to be shown (agent view with logs)")
    facts = cases[-1].facts
    answered, missed = int(facts["answered"]), int(facts["missed"])
    if not answered:
        return not_observed(NO_REACTION)
    if missed:
        some = ", ".join(map(str, facts["missing"]))
        return failed(f"{missed} of {answered} request ids are in no log line: {some}")
    return passed(f"all {answered} request ids are logged", request_ids=answered)


@check(95, "Calls stay under LINE's rate limits", level="M", edge="E",
       source="Messaging API reference, rate limits")  # fmt: skip
def stays_under_limits(seen: Seen) -> Verdict:
    """The most calls of one operation within the period of its limit, for each channel."""
    limits = {each.name: each.limit for each in every_operation()}
    times: dict[tuple[str, str], list[float]] = {}
    for call in seen.evidence.calls:
        if (name := outgoing.operation(call)) in limits:
            times.setdefault((call.channel or call.channel_id, name), []).append(call.at_s)
    if not times:
        return no_stimulus("call to LINE's API")
    peaks: dict[str, float] = {}
    wrong = [f"refused for its rate: {call}" for call in seen.evidence.calls if _too_fast(call)]
    for (channel, name), at_s in times.items():
        limit = limits[name]
        peak = _peak(sorted(at_s), limit.period_s)
        measure = f"{name}_per_{limit.period_s}_s"
        peaks[measure] = max(peaks.get(measure, 0), peak)
        if peak > limit.calls:
            wrong.append(f"{peak} calls of {name} in {limit.period_s} s by {channel}; "
                         f"LINE allows {limit.calls}")  # fmt: skip
    busiest = max(peaks, key=lambda name: peaks[name])
    return of(wrong, f"{len(seen.evidence.calls)} calls, at most {peaks[busiest]:g} {busiest}",
              **peaks)  # fmt: skip


def _peak(at_s: list[float], period_s: float) -> int:
    """The most of some ascending times within any period."""
    most = begin = 0
    for end, time_s in enumerate(at_s):
        while time_s - at_s[begin] >= period_s:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def _too_fast(call: CallRecord) -> bool:
    return (call.rule or {}).get("id") == "rate-limit" and not call.fault


@check(98, "It can be set up: URL set, verified, first message handled", level="P", edge="E",
       source="LINE Developers, Verify webhook URL")  # fmt: skip
def can_be_set_up(seen: Seen) -> Verdict:
    """A webhook without events is confirmed first; then the first message is acted on."""
    tests = [each for each in seen.evidence.deliveries if each.test or not each.events]
    if not tests:
        return no_stimulus("verification of the webhook URL")
    first = tests[0]
    if not first.ok:
        answer = first.status or f"{first.reason} {first.detail}".strip()
        return failed(f"the verification was answered {answer}, not with a 2xx")
    messages = (e for e in seen.evidence.events.values() if e.type == "message")
    event = next((e for e in messages if e.at_s >= first.at_s), None)
    if event is None:
        return not_observed("no message came after the verification")
    if not taken(seen, event):
        return failed(f"the first message was not confirmed: {told(event)}")
    if not seen.handled(event):
        return not_observed(NO_REACTION)
    return passed(f"verified in {first.took_ms} ms; then {told(event)}: {seen.reaction(event)}")
