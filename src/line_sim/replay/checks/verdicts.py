"""What a check says: four words, with what was seen beside them."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a field of a dataclass
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Word = Literal["pass", "fail", "not observed", "not applicable"]
WORDS: tuple[Word, ...] = ("pass", "fail", "not observed", "not applicable")

SHOWN = 8
"""Sentences of evidence kept of one check; of more only the number is told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check found.

    Attributes
    ----------
    word
        *not observed*: it could not be seen from where we stand, and `evidence` says why;
        *not applicable*: the bridge's profile does not do such a thing.
    evidence
        What was seen, for a failure what differed; sentences.
    warnings
        What is allowed and still worth mending.
    measures
        Numbers seen, each name with its unit.
    """

    word: Word
    evidence: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.evidence) > SHOWN:
            more = f"and {len(self.evidence) - SHOWN} more"
            object.__setattr__(self, "evidence", (*self.evidence[:SHOWN], more))


def passed(*evidence: str, warnings: Iterable[str] = (), **measures: float) -> Verdict:
    """All was as it must be."""
    return Verdict("pass", evidence, tuple(warnings), measures)


def failed(*evidence: str, warnings: Iterable[str] = (), **measures: float) -> Verdict:
    """Something was not; `evidence` tells what differed."""
    return Verdict("fail", evidence, tuple(warnings), measures)


def not_observed(*reasons: str, **measures: float) -> Verdict:
    """It could not be seen; `reasons` say why, and what would show it."""
    return Verdict("not observed", reasons, (), measures)


def not_applicable(*reasons: str) -> Verdict:
    """The bridge's profile does not do such a thing."""
    return Verdict("not applicable", reasons)


def of(differences: Iterable[str], *seen: str, **measures: float) -> Verdict:
    """Differences first, verdict second: a failure where there are any, else a pass."""
    found = tuple(differences)
    word: Word = "fail" if found else "pass"
    return Verdict(word, found or seen, (), measures)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict of several: a failure before what was not seen, that before a pass.

    Evidence is that of the word which won, in order; warnings and measures are of all.
    """
    found = list(verdicts)
    order: tuple[Word, ...] = ("fail", "not observed", "pass", "not applicable")
    word: Word = next(
        (each for each in order if any(v.word == each for v in found)), "not observed"
    )
    return Verdict(
        word,
        tuple(text for v in found if v.word == word for text in v.evidence),
        tuple(text for v in found for text in v.warnings),
        {name: value for v in found for name, value in v.measures.items()},
    )
