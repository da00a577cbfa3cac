"""What a failing assert about calls shows: what came instead, and what came nearest."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from line_sim.mock.calls import Calls

LISTED = 20
"""Most calls in one listing."""
SHORT = 60
"""Most characters of a message in one."""
NEAR = 0.5
"""Least likeness, from 0 to 1, at which something counts as nearly what was expected."""

Item = TypeVar("Item")


class Seen(list[Item]):
    """A list of what came, which remembers the calls it was taken from."""

    def __init__(self, items: Iterable[Item], calls: Calls) -> None:
        super().__init__(items)
        self.calls = calls


def place_of(who: object) -> str:
    """The id that something stands for: a text is one, anything else has one as ``id``."""
    found = who if isinstance(who, str) else getattr(who, "id", None)
    if not isinstance(found, str):
        message = f"{who!r} is neither an id nor has one; give a visitor, a group or an id"
        raise TypeError(message)
    return found


def short(message: Mapping[str, Any]) -> str:
    """A message in a few words: its text in quotation marks, else its type."""
    text = message.get("text")
    if not isinstance(text, str):
        return f"[{message.get('type', '?')}]"
    return repr(text if len(text) <= SHORT else f"{text[: SHORT - 3]}...")


def listing(calls: Calls) -> str:
    """The calls, one a line; where there are none, what there was instead."""
    if len(calls):
        return _lines(calls)
    if calls.whole is calls:
        return "  no call came at all"
    instead = _lines(calls.whole)
    return f"  none; {len(calls.whole)} in all:\n{instead}" if instead else "  no call came at all"


def explain(left: object, right: object) -> list[str] | None:
    """Lines for pytest's ``pytest_assertrepr_compare`` of ``==``; None where it is not about calls.

    The first is the summary; then each place that differs, and what came nearest to something
    expected that is nowhere; last the calls themselves.
    """
    seen = next((side for side in (left, right) if isinstance(side, Seen)), None)
    if seen is None:
        return None
    other = right if seen is left else left
    expected = list(other) if isinstance(other, list | tuple) else [other]
    told = [f"{_plain(seen)} came, {_plain(expected)} was expected"]
    told += _differences(seen, expected)
    for each in expected:
        if each not in seen and (nearest := _nearest(each, seen, seen.calls)):
            told.append(nearest)
    return [*told, f"calls {seen.calls.about}".rstrip() + ":", *listing(seen.calls).splitlines()]


def _differences(seen: list[Any], expected: list[Any]) -> list[str]:
    nothing = object()
    told = []
    for place, (came, wanted) in enumerate(zip_longest(seen, expected, fillvalue=nothing)):
        if came is nothing:
            told.append(f"at {place}: nothing came, {wanted!r} was expected")
        elif wanted is nothing:
            told.append(f"at {place}: {came!r} came, nothing was expected")
        elif came != wanted:
            told.append(f"at {place}: {came!r} came, {wanted!r} was expected")
    return told


def _nearest(wanted: object, seen: list[Any], calls: Calls) -> str:
    """The text nearest to the one wanted: in the selection, else sent to somebody else."""
    if not isinstance(wanted, str):
        return ""
    for place, texts in (
        ("here", [each for each in seen if isinstance(each, str)]),
        ("elsewhere", list(calls.whole.texts())),
    ):
        likeness = [(SequenceMatcher(None, wanted, text).ratio(), text) for text in texts]
        best, text = max(likeness, default=(0.0, ""))
        if best >= NEAR:
            exact = "the very text" if text == wanted else f"nearest to {wanted!r}"
            return f"{exact} came {place}: {text!r}"
    return ""


def _plain(items: list[Any]) -> str:
    return repr(list(items))


def _lines(calls: Calls) -> str:
    told = [f"  {call}" for call in calls[:LISTED]]
    if len(calls) > LISTED:
        told.append(f"  ... and {len(calls) - LISTED} more")
    return "\n".join(told)
