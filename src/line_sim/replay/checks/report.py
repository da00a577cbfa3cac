"""What all checks found on one bridge: verdicts, a score for CI, comparison over time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from line_sim.replay.checks.registry import LEVELS, Check
from line_sim.replay.checks.verdicts import WORDS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "line_sim.checks"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Result:
    """One check and its verdict."""

    check: Check
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """As the JSON report has it."""
        found: dict[str, Any] = {
            "number": self.check.number,
            "name": self.check.name,
            "level": self.check.level,
            "source": self.check.source,
            "verdict": self.verdict.word,
            "evidence": list(self.verdict.evidence),
        }
        if self.verdict.warnings:
            found["warnings"] = list(self.verdict.warnings)
        if self.verdict.measures:
            found["measures"] = dict(self.verdict.measures)
        return found


@dataclass(frozen=True)
class CheckReport:
    """The verdicts on one bridge, or on one recording.

    Attributes
    ----------
    results
        One a check, by number.
    target
        What was checked, in words.
    profile
        The bridge profile it was held to.
    log
        The ledger of the run, a recording; empty where it was not kept.
    """

    results: tuple[Result, ...]
    target: str = ""
    profile: str = ""
    log: str = ""
    remarks: tuple[str, ...] = field(default=())

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __getitem__(self, number: int) -> Verdict:
        """The verdict of the check of that number; KeyError where it was not asked for."""
        return self.verdicts[number]

    @property
    def verdicts(self) -> dict[int, Verdict]:
        """By number."""
        return {each.check.number: each.verdict for each in self.results}

    def numbers(self, word: str) -> list[int]:
        """The numbers of the checks with that verdict."""
        return [each.check.number for each in self.results if each.verdict.word == word]

    @property
    def ok(self) -> bool:
        """Whether no must-level check failed."""
        return not any(
            each.check.level == "M" and each.verdict.word == "fail" for each in self.results
        )

    def score(self) -> dict[str, dict[str, float | None]]:
        """By level (M, S, P): how many of each verdict, and pass / (pass + fail)."""
        found: dict[str, dict[str, float | None]] = {}
        for level in LEVELS:
            of_level = [each for each in self.results if each.check.level == level]
            counts = Counter(each.verdict.word for each in of_level)
            decided = counts["pass"] + counts["fail"]
            found[level] = {word: counts[word] for word in WORDS}
            found[level]["score"] = counts["pass"] / decided if decided else None
        return found

    def new_failures(self, baseline: Mapping[str, Any]) -> list[int]:
        """The checks that fail here and did not in an older report, given as its JSON."""
        before = {
            each.get("number") for each in baseline["checks"] if each.get("verdict") == "fail"
        }
        return [number for number in self.numbers("fail") if number not in before]

    def to_dict(self) -> dict[str, Any]:
        """As JSON: ``{"checks": [{"number", "name", "level", "source", "verdict", ...}]}``."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "target": self.target,
            "profile": self.profile,
            "score": self.score(),
            "remarks": list(self.remarks),
            "checks": [each.to_dict() for each in self.results],
        }
