"""Checks 1 to 8 and 14: whose webhooks a bridge takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks import ordinary
from line_sim.replay.checks.deciding import each_case, handled_once, ignored, judged, unbroken
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, worst

if TYPE_CHECKING:
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen

DOC = "LINE Developers, Verify webhook signature"
WRONG = (
    "missing", "changed_byte", "truncated", "empty", "not_base64", "other_secret", "sha1",
    "hexadecimal",
)  # fmt: skip
STYLES: dict[str, tuple[str, str, str]] = {
    "lower": ("line", "lower", ""),
    "title": ("line", "title", ""),
    "upper": ("line", "upper", ""),
    "escaped": ("line", "lower", ""),
    "utf8": ("utf8", "lower", ""),
    "pretty": ("pretty", "lower", ""),
    "shuffled": ("shuffled", "lower", ""),
    "other agent": ("line", "lower", "Mozilla/5.0 (a check of line_sim)"),
}
"""By case: body style, capitals of header names, User-Agent (empty: the usual one)."""
PLAIN = frozenset({"lower", "title", "upper", "other agent"})
"""Cases whose text is ASCII, so that only what they are about can go wrong."""


@probe(1, 14)
def right_signature(bench: Bench) -> None:
    """An ordinary message, rightly signed."""
    alice = bench.visitor()
    bench.tried("", alice, alice.says("Is my order on its way?"))


@check(1, "Right signature over the raw bytes is accepted", level="M", edge="E", source=DOC)
def accepts_right_signature(seen: Seen) -> Verdict:
    """An ordinary message is confirmed and handled."""
    if not seen.played:
        return ordinary.accepted(seen)
    return each_case(seen, seen.cases("right_signature"), lambda case: handled_once(seen, case))


@probe(2, 3, 4, 5)
def wrong_signatures(bench: Bench) -> None:
    """The same message under each kind of wrong signature, and a right one after each."""
    people = []
    for name in WRONG:
        mallory = bench.visitor()
        with bench.bad_luck(faults.WrongSignature(name, user=mallory.id)):
            forged = mallory.says("forged")
            bench.delivered(forged)
        bench.tried(name, mallory, forged, acted_on=False, later=True)
        people.append(mallory)
    bench.look_at(*people)


def _refused(seen: Seen, *names: str, may_break: bool = True) -> Verdict:
    """Not processed; how that is answered does not matter, but a 5xx is no refusal."""

    def judge(case: Case) -> Verdict:
        sent = [d for each in case.events if (e := seen.event(each)) for d in e.deliveries]
        broke, found = unbroken(sent), ignored(seen, case)
        if may_break and broke.word == "fail":
            return Verdict(found.word, found.evidence, broke.evidence)
        return worst([broke, found])

    return judged(seen, "wrong_signatures", names, judge)


@check(2, "Missing signature: not processed", level="M", edge="E/A", source=DOC)
def refuses_missing_signature(seen: Seen) -> Verdict:
    """Nothing is done about it, and the next right one is handled."""
    return _refused(seen, "missing")


@check(3, "Wrong, changed, cut, empty, no base64: not processed, and no crash", level="M",
       edge="E/A", source=DOC)  # fmt: skip
def refuses_wrong_signatures(seen: Seen) -> Verdict:
    """As 2, for signatures that are there and wrong."""
    return _refused(seen, "changed_byte", "truncated", "empty", "not_base64", may_break=False)


@check(4, "Signed with another channel's secret: not processed", level="M", edge="E/A", source=DOC)
def refuses_other_secret(seen: Seen) -> Verdict:
    """As 2."""
    return _refused(seen, "other_secret")


@check(5, "Signed by HMAC-SHA1, or as hex digits: not processed", level="M", edge="E/A", source=DOC)
def refuses_other_digests(seen: Seen) -> Verdict:
    """As 2."""
    return _refused(seen, "sha1", "hexadecimal")


@probe(6, 7, 8, 14)
def styles(bench: Bench) -> None:
    """The same message in other bytes, under other spellings of the header, from another agent."""
    people = []
    for name, how in STYLES.items():
        alice = bench.visitor()
        text = "thank you \N{ZIPPER-MOUTH FACE} ขอบคุณ" if name not in PLAIN else "thank you"
        with bench.bad_luck(faults.RestylesWebhook(*how, user=alice.id)):
            said = alice.says(text)
            bench.delivered(said)
        bench.reacted(said.events, min(bench.patience_s, 1.0))
        bench.tried(name, alice, said, acted_on=False, later=True)
        people.append(alice)
    bench.look_at(*people)


def _styled(seen: Seen, *names: str) -> Verdict:
    return judged(seen, "styles", names, lambda case: handled_once(seen, case))


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
    """The platform's address is none of LINE's, and of two messages one has another User-Agent."""
    return _styled(seen, "other agent")
