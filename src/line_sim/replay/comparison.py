"""Two bridges, or two versions, on the same traffic: what they did differently, as behaviour.

First the noise is measured: the same bridge runs twice, and whatever differs between its own two
runs is no difference between bridges. What is left is told in words: a reply became a push, the
second message is missing, three seconds slower.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from line_sim.replay.fields import Rule, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from line_sim.replay.behaviours import Behaviour, Behaviours

SLOWER_S = 0.5
"""Least difference of a delay that is told; more where the noise is more."""
SURE = 0.05
"""The chance below which more differences than noise made are no noise."""
LONGEST = 60
"""Characters shown of what a customer wrote."""
ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that B does otherwise than A.

    Attributes
    ----------
    kind
        ``confirmation``, ``answer missing``, ``answer new``, ``way`` (reply or push), ``content``,
        ``recipient``, ``delay``.
    what
        In words.
    """

    event: str
    chat: str
    says: str
    kind: str
    what: str
    loop: int = 0

    def __str__(self) -> str:
        return f"{shortened(self.says)!r} ({self.event}): {self.what}"


def shortened(text: str) -> str:
    """A text to know an event by: its beginning, with an ellipsis where it goes on."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


@dataclass(frozen=True)
class Comparison:
    """What differs between two bridges on the same traffic.

    Attributes
    ----------
    differences
        Those beyond the noise, in order of events.
    noise
        Those between two runs of A.
    events
        Events that both runs were offered.
    only_a, only_b
        Events that only one run was offered: the runs are not comparable there.
    chances
        By kind: the chance of so many differences if B were as noisy as A (Fisher's exact test,
        one-sided); only where there was noise of that kind.
    slower_s
        From which difference on a delay is told; wall seconds.
    """

    differences: tuple[Difference, ...]
    noise: tuple[Difference, ...] = ()
    events: int = 0
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()
    chances: Mapping[str, float] = field(default_factory=dict)
    slower_s: float = SLOWER_S

    @property
    def same(self) -> bool:
        """Whether B does what A does."""
        return not (self.differences or self.only_a or self.only_b)

    def counts(self) -> dict[str, int]:
        """Differences by kind."""
        return dict(Counter(each.kind for each in self.differences))


def compare(
    a: Behaviours,
    b: Behaviours,
    again: Behaviours | None = None,
    *,
    rules: Mapping[str, Rule] | None = None,
) -> Comparison:
    """What B does otherwise than A.

    Parameters
    ----------
    again
        A once more, by which the noise is measured; None: none is assumed.
    rules
        How fields are compared (:mod:`line_sim.replay.fields`).
    """
    held = rules or {}
    slower_s = SLOWER_S
    noise: list[Difference] = []
    if again is not None:
        slower_s = max(SLOWER_S, 2 * _spread_s(a, again))
        noise = _between(a, again, held, slower_s)
    noisy = {(each.event, each.loop, each.kind) for each in noise}
    found = _between(a, b, held, slower_s)
    kept = [each for each in found if (each.event, each.loop, each.kind) not in noisy]
    both = [key for key in a if key in b]
    chances = _chances(found, noise, len(both))
    return Comparison(
        tuple(each for each in kept if chances.get(each.kind, 0.0) < SURE),
        tuple(noise),
        len(both),
        tuple(name for name, loop in a if (name, loop) not in b),
        tuple(name for name, loop in b if (name, loop) not in a),
        chances,
        slower_s,
    )


def _between(
    a: Behaviours, b: Behaviours, rules: Mapping[str, Rule], slower_s: float
) -> list[Difference]:
    return [
        Difference(one.event, one.chat, one.says, kind, what, one.loop)
        for key, one in a.items()
        if key in b
        for kind, what in _told(one, b[key], rules, slower_s)
    ]


def _told(
    a: Behaviour, b: Behaviour, rules: Mapping[str, Rule], slower_s: float
) -> Iterator[tuple[str, str]]:
    """What differs about one event: its kind, and in words."""
    if a.confirmed != b.confirmed:
        yield "confirmation", "confirmed now" if b.confirmed else "no longer confirmed"
    ways_a, ways_b = a.messages(), b.messages()
    pairs, missing, new = aligned(ways_a, ways_b, rules, a.asked)
    for one, other in pairs:
        way_a, way_b = ways_a[one][0], ways_b[other][0]
        if way_a != way_b:
            yield "way", f"{_place(one, ways_a)} {way_a} became {way_b}"
        for each in differences(ways_a[one][1], ways_b[other][1], rules, a.asked):
            yield "content", f"{_place(one, ways_a)} message: {each}"
    for one in missing:
        yield "answer missing", f"{_place(one, ways_a)} message missing: {_short(ways_a[one][1])}"
    for other in new:
        yield "answer new", f"one message more, by {ways_b[other][0]}: {_short(ways_b[other][1])}"
    yield from _whole(a, b, slower_s)


def _whole(a: Behaviour, b: Behaviour, slower_s: float) -> Iterator[tuple[str, str]]:
    """What differs about the answers as a whole: whom they reached, how fast."""
    if not (a.answers and b.answers):
        return
    to_a = {chat for answer in a.answers for chat in answer.to}
    to_b = {chat for answer in b.answers for chat in answer.to}
    if to_a != to_b:
        yield "recipient", f"answered to {_chats(to_b)} instead of {_chats(to_a)}"
    slower = b.answers[0].delay_s - a.answers[0].delay_s
    if abs(slower) > slower_s:
        yield "delay", f"{abs(slower):.1f} s {'slower' if slower > 0 else 'faster'}"


def aligned(
    wanted: list[tuple[str, Mapping[str, Any]]],
    found: list[tuple[str, Mapping[str, Any]]],
    rules: Mapping[str, Rule],
    event: Mapping[str, Any],
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Which message is which: equal ones first, in order; then those of one type, by likeness.

    Returns
    -------
    tuple
        Pairs of places; the places of `wanted` and of `found` that are left.
    """
    left_a, left_b = list(range(len(wanted))), list(range(len(found)))
    pairs: list[tuple[int, int]] = []
    for one in list(left_a):
        for other in left_b:
            if not differences(wanted[one][1], found[other][1], rules, event):
                pairs.append((one, other))
                left_a.remove(one)
                left_b.remove(other)
                break
    likely = sorted(
        ((likeness(wanted[one][1], found[other][1]), -one, -other)
         for one in left_a for other in left_b),
        reverse=True,
    )  # fmt: skip
    for like, minus_one, minus_other in likely:
        one, other = -minus_one, -minus_other
        if like > 0 and one in left_a and other in left_b:
            pairs.append((one, other))
            left_a.remove(one)
            left_b.remove(other)
    return sorted(pairs), left_a, left_b


def likeness(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """From 0 (another type of message) to 1 (equal)."""
    if a.get("type") != b.get("type"):
        return 0.0
    text_a, text_b = str(a.get("text", a)), str(b.get("text", b))
    return 0.1 + 0.9 * SequenceMatcher(None, text_a[:500], text_b[:500]).ratio()


def _spread_s(a: Behaviours, again: Behaviours) -> float:
    """The difference of delays that 95 in 100 events stay below in two runs of one bridge."""
    spread = sorted(
        abs(one.answers[0].delay_s - again[key].answers[0].delay_s)
        for key, one in a.items()
        if key in again and one.answers and again[key].answers
    )
    return spread[min(len(spread) - 1, int(0.95 * len(spread)))] if spread else 0.0


def _chances(
    found: Iterable[Difference], noise: Iterable[Difference], events: int
) -> dict[str, float]:
    """Of each noisy kind, the chance of what was found if it were only noise."""
    here = Counter(kind for _, _, kind in {(e.event, e.loop, e.kind) for e in found})
    there = Counter(kind for _, _, kind in {(e.event, e.loop, e.kind) for e in noise})
    noisy = [kind for kind in here if there[kind]]
    if not noisy:
        return {}
    from scipy.stats import fisher_exact  # noqa: PLC0415 - seldom needed, slow to load

    return {
        kind: float(
            fisher_exact(
                [[here[kind], events - here[kind]], [there[kind], events - there[kind]]],
                alternative="greater",
            )[1]
        )
        for kind in noisy
    }


def _place(place: int, among: list[tuple[str, Mapping[str, Any]]]) -> str:
    if len(among) == 1:
        return "the"
    return ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th"


def _short(message: Mapping[str, Any]) -> str:
    text = message.get("text", message.get("altText"))
    shown = repr(text) if text is not None else f"[{message.get('type')}]"
    return shown if len(shown) <= 60 else f"{shown[:57]}..."  # noqa: PLR2004 - a line's width


def _chats(chats: set[str]) -> str:
    return ", ".join(sorted(chats)) or "nobody"
