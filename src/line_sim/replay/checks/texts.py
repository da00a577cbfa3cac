"""Checks 80 to 83 and 88: texts arrive whole, unchanged, or staff are told."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import each_case
from line_sim.replay.checks.outgoing import SENDERS_ASKED, texts_of
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import (
    Verdict,
    failed,
    not_applicable,
    not_observed,
    of,
    passed,
    worst,
)
from line_sim.wire.counting import graphemes, utf16
from line_sim.wire.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.outgoing import Outcome, Wish
    from line_sim.replay.checks.seen import Case, Seen

COUNTING = "LINE Developers, Character counting in a text"
REF = "Messaging API reference, text message"
CALL_MOST = LIMITS["call.messages"].most
LINE_MOST = LIMITS["text.text"].most
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
"""Four people joined into one: 11 units, one character to a reader."""
IDEOGRAPH = "\U00020bb7"
"""A Chinese character beyond the basic plane: 2 units."""
ECHO_ASKED = f"{SENDERS_ASKED}, or a bridge that echoes"
UNSENDABLE = ("a null", "half a pair")


class Sample(NamedTuple):
    """One text to send."""

    name: str
    text: str
    check: int


def numbered(units: int) -> str:
    """An ASCII text in which each word has its place, of so many units."""
    words = " ".join(f"{number:05d}" for number in range(units // 6 + 1))
    return words[: units - 1] + "."


def samples() -> list[Sample]:
    """Texts around LINE's limit and one below, in one unit a character, in two, and in many."""
    around = (LINE_MOST - 1, LINE_MOST, LINE_MOST + 1)
    found = [Sample(f"{n:,} letters", numbered(n), 80) for n in around]
    found.append(Sample("six messages long", numbered(5 * LINE_MOST + 100), 82))
    for word, sign in (("emoji", "\U0001f600"), ("ideographs", IDEOGRAPH)):
        found += [Sample(f"{n:,} units of {word}", sign * (n // 2) + "x" * (n % 2), 81)
                  for n in around]  # fmt: skip
    found.append(Sample(f"{LINE_MOST - 1:,} emoji", "\U0001f600" * (LINE_MOST - 1), 81))
    found.append(Sample("families", FAMILY * (LINE_MOST // 11 + 5), 81))
    return found


def plain_samples() -> list[Sample]:
    """Short texts that careless hands change or break."""
    return [
        Sample("lines and tabs", "first line\nsecond line\n\n\tthird, after a tab", 88),
        Sample("quotes", 'She said "hi" \\ <b>&amp;</b> {"a": [1]} %s ${x} \'', 88),
        Sample("right to left", "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c \u0645\u0631\u062d", 88),
        Sample("joined signs", "e\u0301 \u0e01\u0e47 " + FAMILY, 88),
        Sample("a null", "before\u0000after", 88),
        Sample("half a pair", "before\ud83d after", 88),
    ]


# situations


@probe(80, 81, 82)
def long_texts(bench: Bench) -> None:
    """Texts around the limits; a visitor cannot write more than LINE's own."""
    _play(bench, samples(), lambda each: utf16(each.text) <= LINE_MOST)


@probe(88)
def awkward_texts(bench: Bench) -> None:
    """Newlines, tabs, quotes, text from right to left, a null, half a character."""
    _play(bench, plain_samples(), lambda each: each.name not in UNSENDABLE)


def _play(bench: Bench, chosen: Sequence[Sample], by_visitor: object) -> None:
    """Send each sample to a visitor of its own, all at once."""
    if not outgoing.staffed(bench):
        if not outgoing.echoes(bench):
            return
        chosen = [each for each in chosen if by_visitor(each)]  # type: ignore[operator]
    people = outgoing.addressees(bench, len(chosen), by_push=False)
    wishes = [
        outgoing.wish(bench, each.name, each.text, visitor)
        for each, visitor in zip(chosen, people, strict=True)
    ]
    if outgoing.reacts(bench, wishes):
        bench.wait_for(lambda seen: all(_whole(seen, each) for each in wishes), bench.patience_s)
    bench.settle()
    for each, sample in zip(wishes, chosen, strict=True):
        outgoing.note(bench, each, check=sample.check)


def _whole(evidence: object, wished: Wish) -> bool:
    """Whether nothing more is to be waited for: all is there, or it was refused."""
    calls = outgoing.calls_to(evidence, wished.visitor.id, wished.since_s)  # type: ignore[arg-type]
    units = sum(utf16(text) for c in calls if c.sent is not None for text in texts_of(c))
    refused = wished.sent is not None and wished.sent.state == "refused"
    return refused or units >= utf16(wished.text) or any(c.status == 400 for c in calls)  # noqa: PLR2004


@probe(83)
def empty_texts(bench: Bench) -> None:
    """An empty text and one of white space, then one that must arrive."""
    staffed = outgoing.staffed(bench)
    if not staffed and not outgoing.echoes(bench):
        return
    (visitor,) = outgoing.addressees(bench, 1, by_push=False)
    wishes = [
        outgoing.wish(bench, name, text, visitor)
        for name, text in (("empty", ""), ("white space", " \n\t "))
        if text or staffed
    ]
    control = outgoing.wish(bench, "control", "Are you still there?", visitor)
    bench.wait_for(lambda seen: outgoing.arrived(seen, [control]), bench.patience_s)
    bench.settle()
    for each in wishes:
        outgoing.note(bench, each)
    outgoing.note(bench, control)


# checks


@check(80, "Texts at the limit arrive whole, or staff are told", level="P", edge="E/A", source=REF)
def keeps_long_texts(seen: Seen) -> Verdict:
    """As the profile says: refused with a reason, or split; never cut, never lost."""
    return _each(seen, "long_texts", 80, lambda case: _long(seen, case))


@check(81, "Emoji and rare characters are counted as LINE counts, and none is torn apart",
       level="M", edge="E", source=COUNTING)  # fmt: skip
def counts_units(seen: Seen) -> Verdict:
    """The same in two units a character; parts end where a reader sees an end."""
    return _each(
        seen, "long_texts", 81, lambda case: worst([_long(seen, case), _borders(seen, case)])
    )


@check(82, "Parts of a split text come in order, five a call at most, and are the whole text",
       level="M", edge="E", source="Messaging API reference, send messages")  # fmt: skip
def splits_in_order(seen: Seen) -> Verdict:
    """Joined again, the parts are what was to be sent."""
    too_many = [
        call
        for call in outgoing.sendings(seen.evidence)
        if isinstance(call.body, dict)
        and isinstance(call.body.get("messages"), list)
        and len(call.body["messages"]) > CALL_MOST
    ]
    if too_many:
        return failed(*[f"{len(c.body['messages'])} messages in a call: {c}" for c in too_many])
    found = [outgoing.outcome(seen, case) for case in seen.cases("long_texts")]
    split = [each for each in found if len(_parts(each)) > 1]
    if split:
        return worst(_joined(each) for each in split)
    if any(each.told for each in found):
        return not_applicable("it refuses what does not fit one message, so nothing is split")
    return not_observed(f"no long text was split; {SENDERS_ASKED}")


@check(83, "Empty texts are not sent", level="M", edge="E", source=f"{REF}: may not be empty")
def sends_nothing_empty(seen: Seen) -> Verdict:
    """Neither an empty text nor one of white space goes to LINE."""
    blank = [
        f"a text without anything to see: {call}"
        for call in outgoing.sendings(seen.evidence)
        if any(not text.strip() for text in texts_of(call))
    ]
    if blank:
        return failed(*blank)
    controls = seen.cases("empty_texts", "control")
    if not any(outgoing.outcome(seen, each).arrivals() for each in controls):
        return not_observed(f"nobody had it send an empty text; {ECHO_ASKED}")
    untold = [
        f"{case.name}: staff were not told that it is not sent"
        for case in seen.cases("empty_texts")
        if case.name != "control" and case.facts.get("by") == "staff"
        and not outgoing.outcome(seen, case).told
    ]  # fmt: skip
    return passed("nothing empty was sent, and the next text was", warnings=untold)


@check(88, "Line breaks, tabs, quotes and scripts arrive unchanged",
       level="P", edge="E", source="RFC 8259, strings")  # fmt: skip
def changes_no_text(seen: Seen) -> Verdict:
    """What JSON cannot carry is refused with a reason."""
    return _each(seen, "awkward_texts", 88, lambda case: _unchanged(seen, case))


# how they decide


def _each(seen: Seen, name: str, number: int, judge: object) -> Verdict:
    cases = [case for case in seen.cases(name) if case.facts.get("check") == number]
    if not cases:
        return not_observed(f"nobody had it send such texts; {ECHO_ASKED}")
    return each_case(seen, cases, judge)  # type: ignore[arg-type]


def _parts(found: Outcome) -> list[str]:
    return [text for call in found.accepted for text in texts_of(call)]


def _long(seen: Seen, case: Case) -> Verdict:
    """Whole, refused with a reason, or wrong."""
    found = outgoing.outcome(seen, case)
    parts, most, units = _parts(found), seen.profile.text.max_units, utf16(found.text)
    if not parts:
        return _not_sent(found, units, most)
    if (joined := _joined(found)).word == "fail":
        return joined
    longest = max(map(utf16, parts))
    if longest > most:
        return failed(f"a message of {longest:,} units; the profile allows {most:,}")
    needless = len(parts) > 1 and units <= most
    warnings = [f"{case.name}: split although {units:,} units fit one message"] if needless else []
    return passed(f"{units:,} units arrived in {len(parts)} messages", warnings=warnings)


def _not_sent(found: Outcome, units: int, most: int) -> Verdict:
    if found.pending:
        return not_observed(found.pending)
    if not found.told:
        return failed(f"{units:,} units: lost, and nobody was told: {found.listed()[:300]}")
    if units <= most:
        return failed(f"{units:,} units were not sent, though {most:,} may be: {found.told}")
    if any(call.sent is None for call in found.calls):
        return failed(f"LINE had to refuse it: {found.listed()[:300]}")
    return passed(f"{units:,} units were refused: {found.told}")


def _joined(found: Outcome) -> Verdict:
    """Whether the parts are the text."""
    parts = _parts(found)
    joined = "".join(parts)
    if joined == found.text:
        return passed(f"{len(parts)} parts of {len(found.accepted)} calls are the text")
    same = next((n for n, (a, b) in enumerate(zip(joined, found.text, strict=False)) if a != b),
                min(len(joined), len(found.text)))  # fmt: skip
    return failed(
        f"{utf16(joined):,} of {utf16(found.text):,} units arrived, alike up to character {same:,}"
        f"; {len(parts)} parts"
    )


def _borders(seen: Seen, case: Case) -> Verdict:
    """Whether the parts end where a reader sees an end."""
    parts = _parts(outgoing.outcome(seen, case))
    torn = [
        f"torn between {early[-4:]!r} and {late[:4]!r}"
        for early, late in pairwise(parts)
        if graphemes(early[-40:] + late[:40]) != graphemes(early[-40:]) + graphemes(late[:40])
    ]
    return of(torn) if torn else Verdict("not applicable")


def _unchanged(seen: Seen, case: Case) -> Verdict:
    found = outgoing.outcome(seen, case)
    parts = _parts(found)
    if parts == [found.text]:
        repaired = [f"{case.name}: sent with a replacement character"]
        return passed("unchanged", warnings=repaired if case.name == "half a pair" else ())
    if not parts and case.name in UNSENDABLE and not found.calls and found.told:
        return passed(found.told)
    if found.pending:
        return not_observed(found.pending)
    if parts:
        return failed(f"changed: {parts!r} instead of {found.text!r}")
    return failed(f"it never arrived: {found.listed()} {found.told}".rstrip())
