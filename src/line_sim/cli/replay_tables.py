"""The results of ``line-sim replay`` as text: the verdict first, then what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.cli.screen import clean, heading, paragraph, remark, table
from line_sim.replay.checks.registry import LEVELS
from line_sim.replay.comparison import shortened
from line_sim.replay.history import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from line_sim.replay.report import ReplayReport
    from line_sim.replay.run import Run

SHOWN = 20
"""Events, misses, differences shown one by one; --json and --html have all."""


def replay_tables(report: ReplayReport) -> Iterator[Any]:
    """The parts of the report, in order, each ready to print."""
    yield heading(report.verdict())
    yield ""
    yield clean("\n".join(_run(report.run)))
    yield ""
    yield _counts(report)
    wrong = [
        f"{fate.event.at_s - report.run.begun_s:.1f} s, {shortened(fate.event.says)!r}: "
        f"{', '.join((fate.word, *sorted(fate.flags)))}: {'; '.join(fate.why) or WORDS[fate.word]}"
        for fate in report.history.wrong()
    ]
    yield from _listed("What went wrong", wrong)
    yield from _listed("Planned faults", report.faults())
    if report.comparison is not None:
        found = report.comparison
        title = f"Against the other: {len(found.differences):,} differences in {found.events:,} "
        yield from _listed(
            f"{title}events, {len(found.noise):,} more are noise", map(str, found.differences)
        )
        if found.same:
            yield heading("\nThe other one does the same")
    if report.misses is not None:
        yield from _listed("Expected and not met", map(str, report.misses))
        if not report.misses:
            yield heading("\nAll expectations were met")
    yield from _checks(report)


def _run(run: Run) -> Iterator[str]:
    """The run in a few lines; what makes it invalid goes to stderr."""
    for reason in run.reasons:
        remark(f"line-sim: not valid: {reason}")
    for warning in run.warnings:
        remark(f"line-sim: {warning}")
    failed = sum(run.failed.values())
    yield (
        f"{run.sent:,} webhooks to {run.url} at speed {run.speed}: {run.confirmed:,} confirmed, "
        f"{failed:,} failed, {len(run.in_flight):,} in flight; {run.rate_per_s:,.0f} a second"
    )
    yield _figures("lateness", run.lateness)
    yield _figures("answers", run.answers)
    yield f"at most {run.peak_in_flight:,} in flight, {run.backpressure:,} waited for room"
    yield from (f"failed: {count:,} by {why}" for why, count in sorted(run.failed.items()))
    yield from (f"finding: {each}" for each in run.findings)
    for death in run.deaths:
        again = ", started anew" if death.restarted else ""
        yield (
            f"the bridge ended with {death.exit_code} at {death.at_s - run.begun_s:.1f} s{again};"
            f" {len(death.in_flight)} in flight"
        )
        yield from (f"  | {word}" for word in death.last_words[-10:])
    yield from (f"in flight: {each}" for each in run.in_flight[:SHOWN])
    if run.log:
        yield f"the ledger is {run.log}"


def _figures(name: str, found: Mapping[str, float]) -> str:
    if not found.get("count"):
        return f"{name:<9} nothing was measured"
    quantiles = ((each, found[f"{each}_ms"]) for each in ("p50", "p95", "p99", "max"))
    return f"{name:<9}" + "".join(f" {each} {value:.1f} " for each, value in quantiles) + "ms"


def _counts(report: ReplayReport) -> Any:  # noqa: ANN401 - a rich table
    counts = report.history.counts()
    flags = ("doubled", "late", "out of order", "wrong person", "unsolicited", "unknown")
    rows = [(word, f"{counts[word]:,}") for word in (*WORDS, *flags) if counts.get(word)]
    return table(("events", "count"), rows)


def _listed(title: str, found: Iterable[str]) -> Iterator[Any]:
    lines = list(found)
    if not lines:
        return
    yield heading(f"\n{title}")
    for line in lines[:SHOWN]:
        yield paragraph(line, first="  ", rest="    ")
    if len(lines) > SHOWN:
        yield f"  and {len(lines) - SHOWN:,} more (--json, --html)"


def _checks(report: ReplayReport) -> Iterator[Any]:
    """The checks that the run decides: those that failed, and how many passed."""
    failed = [each for each in report.checks if each.verdict.word == "fail"]
    yield from _listed(
        "Checks failed",
        (
            f"{each.check.number} [{LEVELS[each.check.level]}] {each.check.name}: "
            f"{'; '.join(each.verdict.evidence)}"
            for each in failed
        ),
    )
    passed, open_ = report.checks.numbers("pass"), report.checks.numbers("not observed")
    yield f"\nchecks: {len(passed)} passed, {len(failed)} failed, {len(open_)} not observed here"
    yield "(line-sim check plays every situation)"
