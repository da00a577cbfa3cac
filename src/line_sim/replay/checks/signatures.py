"""Checks 1 to 8 and 14: whose webhooks a bridge takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.deciding import each_case, handled_once, ignored
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, worst

if TYPE_CHECKING:
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen

DOC = "LINE Developers, Verify webhook signature"
WRONG = (
    "missing", "changed_byte", "truncated", "empty", "not_base64", "other_secret", "sha1",
    "hexadecimal",
)  # fmt: skip
BROKEN = 500
"""The least status of a server that broke instead of refusing."""


@probe(1)
def right_signature(bench: Bench) -> None:
    """An ordinary message, rightly signed."""
    alice = bench.visitor()
    bench.tried("", alice, alice.says("Is my order on its way?"))


@check(1, "Right signature over the raw bytes is accepted", level="M", edge="E", source=DOC)
def accepts_right_signature(seen: Seen) -> Verdict:
    """An ordinary message is confirmed and handled."""
    return each_case(seen, seen.cases("right_signature"), lambda case: handled_once(seen, case))


@probe(2, 3, 4, 5)
def wrong_signatures(bench: Bench) -> None:
    """The same message under each kind of wrong signature, and a right one after each."""
    for name in WRONG:
        mallory = bench.visitor()
        with bench.bad_luck(faults.WrongSignature(name, user=mallory.id)):
            forged = mallory.says("forged")
            bench.settle()
        bench.tried(name, mallory, forged, acted_on=False)


def _refused(seen: Seen, *names: str) -> Verdict:
    cases = [case for case in seen.cases("wrong_signatures") if case.name in names]
    if cases and seen.died("wrong_signatures") and _hit(seen, cases):
        return failed("the bridge ended at such a webhook")
    return each_case(seen, cases, lambda case: worst([_no_crash(seen, case), ignored(seen, case)]))


def _hit(seen: Seen, cases: list[Case]) -> bool:
    """Whether these are the cases from which on nobody answered any more."""
    order = [case.name for case in seen.cases("wrong_signatures")]
    dead = [case.name for case in seen.cases("wrong_signatures") if _lost(seen, case)]
    return bool(dead) and order.index(dead[0]) in {order.index(case.name) for case in cases}


def _lost(seen: Seen, case: Case) -> bool:
    control = seen.event(case.control)
    return control is not None and not control.confirmed


def _no_crash(seen: Seen, case: Case) -> Verdict:
    """No 5xx, no lost connection."""
    for event in (seen.event(each) for each in case.events):
        for delivery in event.deliveries if event else ():
            if delivery.status is None or delivery.status >= BROKEN:
                answer = delivery.status or delivery.detail
                return failed(f"the bridge answered {answer} instead of refusing")
    return Verdict("not applicable")


@check(2, "Missing signature: not processed", level="M", edge="E/A", source=DOC)
def refuses_missing_signature(seen: Seen) -> Verdict:
    """Nothing is done about it, and the next right one is handled."""
    return _refused(seen, "missing")


@check(3, "Wrong, changed, cut, empty, no base64: not processed, and no crash", level="M",
       edge="E/A", source=DOC)  # fmt: skip
def refuses_wrong_signatures(seen: Seen) -> Verdict:
    """As 2, for signatures that are there and wrong."""
    return _refused(seen, "changed_byte", "truncated", "empty", "not_base64")


@check(4, "Signed with another channel's secret: not processed", level="M", edge="E/A", source=DOC)
def refuses_other_secret(seen: Seen) -> Verdict:
    """As 2."""
    return _refused(seen, "other_secret")


@check(5, "Signed by HMAC-SHA1, or as hex digits: not processed", level="M", edge="E/A", source=DOC)
def refuses_other_digests(seen: Seen) -> Verdict:
    """As 2."""
    return _refused(seen, "sha1", "hexadecimal")


@probe(6, 7, 8)
def styles(bench: Bench) -> None:
    """The same message in other bytes and under other spellings of the header."""
    for name, style, case in (
        ("lower", "line", "lower"),
        ("title", "line", "title"),
        ("upper", "line", "upper"),
        ("escaped", "line", "lower"),
        ("utf8", "utf8", "lower"),
        ("pretty", "pretty", "lower"),
        ("shuffled", "shuffled", "lower"),
    ):
        alice = bench.visitor()
        with bench.bad_luck(faults.RestylesWebhook(style, case, user=alice.id)):
            said = alice.says("thank you \N{ZIPPER-MOUTH FACE} ขอบคุณ")
            bench.reacted(said.events, 1.0)
        bench.tried(name, alice, said, acted_on=False)


def _styled(seen: Seen, *names: str) -> Verdict:
    cases = [case for case in seen.cases("styles") if case.name in names]
    return each_case(seen, cases, lambda case: handled_once(seen, case))


@check(6, "Header name in lower, title and upper case: accepted", level="M", edge="E",
       source="LINE Developers, Messaging API reference, request headers")  # fmt: skip
def accepts_any_case(seen: Seen) -> Verdict:
    """Each is confirmed and handled."""
    return _styled(seen, "lower", "title", "upper")


@check(7, "Body with escaped emoji: accepted", level="M", edge="E",
       source="seen: line-bot-sdk-nodejs 922, line-bot-sdk-php 269")  # fmt: skip
def accepts_escapes(seen: Seen) -> Verdict:
    """A bridge that writes the body anew before checking it fails here."""
    return _styled(seen, "escaped")


@check(8, "Raw UTF-8, line breaks and indents, another order of properties: accepted", level="M",
       edge="E", source="LINE Developers, Development guidelines")  # fmt: skip
def accepts_any_style(seen: Seen) -> Verdict:
    """Each is confirmed and handled."""
    return _styled(seen, "utf8", "pretty", "shuffled")


@check(14, "No dependence on the sender's address or User-Agent", level="M", edge="E",
       source="LINE Developers, Development guidelines")  # fmt: skip
def ignores_sender(seen: Seen) -> Verdict:
    """The platform's address is not LINE's here, and its webhooks are taken."""
    return each_case(seen, seen.cases("right_signature"), lambda case: handled_once(seen, case))
