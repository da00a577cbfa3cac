"""What a replay found: the run, the history, the checks, and what differs from what was expected.

Everything is computed from the run's ledger; the report only puts it together and can be told as a
table, as JSON, as JUnit XML (:mod:`line_sim.replay.junit`) and as one HTML page
(:mod:`line_sim.replay.page`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from line_sim.replay.event_log import AutomaticTexts, derived_log

if TYPE_CHECKING:
    from line_sim.log import EventLog
    from line_sim.replay.checks.report import CheckReport
    from line_sim.replay.comparison import Comparison
    from line_sim.replay.evidence import Evidence
    from line_sim.replay.expectations import Miss
    from line_sim.replay.history import History
    from line_sim.replay.run import Run

FORMAT = "line_sim.replay_report"
VERSION = 1
MOMENTS = 8
"""Moments told of a planned fault; all are in the JSON."""


@dataclass(frozen=True)
class ReplayReport:
    """What a replay found.

    Attributes
    ----------
    recording
        What was played, in words.
    run
        Facts and figures of the run: rate, lateness, answers of the bridge, validity.
    history
        What became of every event.
    checks
        The conformance checks that the run's ledger decides.
    misses
        Expectations that were not met; None where none were given.
    comparison
        What bridge B did otherwise; None where there was no B.
    others
        The further runs of a comparison: A again, and B.
    """

    recording: str
    run: Run
    history: History
    checks: CheckReport
    evidence: Evidence = field(repr=False)
    misses: tuple[Miss, ...] | None = None
    comparison: Comparison | None = None
    others: tuple[Run, ...] = ()
    texts: AutomaticTexts = field(default_factory=AutomaticTexts)

    @property
    def valid(self) -> bool:
        """Whether every run kept its own time, so that the figures count."""
        return self.run.valid and all(each.valid for each in self.others)

    @property
    def ok(self) -> bool:
        """Whether no must-level check failed, nothing went wrong in the history, all was met."""
        return (
            self.checks.ok
            and self.history.ok
            and not self.misses
            and (self.comparison is None or self.comparison.same)
        )

    def log(self, utc_offset: str = "+00:00") -> EventLog:
        """The event log of the replay, in the simulator's schema; for ``ls.metrics``."""
        epoch_ms = int(self.run.header.get("epoch_ms") or 0)
        return derived_log(self.evidence, self.texts, epoch_ms=epoch_ms, utc_offset=utc_offset)

    def verdict(self) -> str:
        """The whole in a sentence."""
        if not self.valid:
            return f"not valid: {'; '.join(self.run.reasons) or 'a run of the comparison was not'}"
        counts = self.history.counts()
        wrong = [
            f"{counts[word]:,} {word}"
            for word in ("lost", "refused", "doubled", "late", "out of order", "wrong person")
            if counts.get(word)
        ]
        failed = self.checks.numbers("fail")
        if failed:
            wrong.append(f"checks failed: {', '.join(map(str, failed))}")
        if self.misses:
            wrong.append(f"{len(self.misses):,} expectations not met")
        if self.comparison is not None and not self.comparison.same:
            wrong.append(f"{len(self.comparison.differences):,} differences from A")
        said = "; ".join(wrong) or "nothing lost, doubled, late or out of order"
        if self.run.ended != "done":
            said = f"{said} ({self.run.ended} after {self.run.sent:,} webhooks)"
        return f"{counts['events']:,} events: {said}"

    def faults(self) -> list[str]:
        """What struck, a sentence for each planned fault: how often, and when at first."""
        struck: dict[str, list[float]] = {}
        for at_s, name, _ in self.history.faults:
            struck.setdefault(name, []).append(at_s - self.run.begun_s)
        return [_struck(name, moments) for name, moments in struck.items()]

    def times_ms(self) -> dict[str, list[float]]:
        """What was timed, wall milliseconds: the bridge's 2xx, and its first answers."""
        speed = self.run.header.get("speed")
        factor = float(speed) if isinstance(speed, int | float) and speed > 0 else 1.0
        confirmed = [
            each.took_ms
            for each in self.evidence.deliveries
            if each.took_ms is not None and not each.test
        ]
        answers = [seconds * 1_000 / factor for seconds in self.history.answer_seconds()]
        return {"webhook confirmed": confirmed, "first answer": answers}

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        plain: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "recording": self.recording,
            "ok": self.ok,
            "valid": self.valid,
            "verdict": self.verdict(),
            "run": self.run.to_dict(),
            "history": {
                "counts": self.history.counts(),
                "wrong": [
                    {"event": fate.event.id, "chat": fate.event.chat, "says": fate.event.text,
                     "at_s": fate.event.at_s, "became": fate.word, "flags": sorted(fate.flags),
                     "why": list(fate.why)}
                    for fate in self.history.wrong()
                ],
                "faults": [
                    {"at_s": at_s, "fault": name, "exchange": exchange}
                    for at_s, name, exchange in self.history.faults
                ],
            },
            **{name: value for name, value in self.checks.to_dict().items()
               if name in {"score", "profile", "checks"}},
        }  # fmt: skip
        if self.misses is not None:
            plain["expectations"] = [miss.model_dump() for miss in self.misses]
        if self.comparison is not None:
            plain["comparison"] = _compared(self.comparison)
            plain["other_runs"] = [run.to_dict() for run in self.others]
        return plain


def _struck(name: str, moments: list[float]) -> str:
    at = ", ".join(f"{moment:.1f}" for moment in moments[:MOMENTS])
    more = ", ..." if len(moments) > MOMENTS else ""
    return f"{name}: {len(moments):,} times, at {at}{more} s"


def _compared(found: Comparison) -> dict[str, Any]:
    def told(differences: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a tuple of them
        return [
            {"event": each.event, "chat": each.chat, "says": each.says, "kind": each.kind,
             "what": each.what}
            for each in differences
        ]  # fmt: skip

    return {
        "same": found.same,
        "events": found.events,
        "differences": told(found.differences),
        "noise": told(found.noise),
        "only_a": list(found.only_a),
        "only_b": list(found.only_b),
        "chances": dict(found.chances),
        "slower_s": found.slower_s,
    }
