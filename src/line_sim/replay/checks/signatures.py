"""Checks 1 to 7 and 14: whose webhooks a bridge takes."""

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
    for name in ("missing", "changed_byte", "truncated", "empty", "not_base64", "other_secret",
                 "sha1", "hexadecimal"):  # fmt: skip
        mallory = bench.visitor()
        with bench.bad_luck(faults.WrongSignature(name, user=mallory.id)):
            forged = mallory.says("forged")
            bench.settle()
        bench.tried(name, mallory, forged, acted_on=False)


def _refused(seen: Seen, *names: str) -> Verdict:
    cases = [case for case in seen.cases("wrong_signatures") if case.name in names]
    return each_case(seen, cases, lambda case: worst([_no_crash(seen, case), ignored(seen, case)]))


def _no_crash(seen: Seen, case: Case) -> Verdict:
    """No 5xx, no lost connection."""
    for event in (seen.event(each) for each in case.events):
        for delivery in event.deliveries if event else ():
            if delivery.status is None or delivery.status >= 500:  # noqa: PLR2004 - HTTP's 5xx
                answer = delivery.status or delivery.detail
                return failed(f"the bridge answered {answer} instead of refusing")
    return Verdict("not applicable")


@check(2, "Missing signature: not processed", level="M", edge="E/A", source=DOC)
def refuses_missing_signature(seen: Seen) -> Verdict:
    """Nothing is done about it, and the next right one is handled."""
    return _refused(seen, "missing")
