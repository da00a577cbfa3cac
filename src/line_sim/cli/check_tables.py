"""The results of ``line-sim check`` as text: what failed first, then the rest, then the score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.cli.screen import heading, paragraph, table
from line_sim.replay.checks.registry import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.replay.checks.report import CheckReport, Result


def check_tables(report: CheckReport) -> Iterator[Any]:
    """The parts of the report, in order, each ready to print."""
    failed = [each for each in report if each.verdict.word == "fail"]
    yield heading(f"{report.target} (profile {report.profile})")
    yield ""
    if failed:
        yield heading("Failed")
        for each in failed:
            yield from _told(each)
        yield ""
    warned = [each for each in report if each.verdict.warnings and each not in failed]
    if warned:
        yield heading("Warnings")
        for each in warned:
            yield f"{each.check.number:>3} {each.check.name}"
            for text in each.verdict.warnings:
                yield paragraph(text, first="      ", rest="      ")
        yield ""
    yield from _unseen(report)
    yield _score(report)
    measured = [each for each in report if each.verdict.measures]
    if measured:
        yield ""
        yield _measures(measured)


def _told(result: Result) -> Iterator[str]:
    check = result.check
    yield f"{check.number:>3} [{LEVELS[check.level]}] {check.name}"
    for text in result.verdict.evidence:
        yield paragraph(text, first="      ", rest="      ")
    yield paragraph(f"source: {check.source}", first="      ", rest="      ")
    yield f"      again: line-sim check --only {check.number} ..."


def _unseen(report: CheckReport) -> Iterator[str]:
    """What could not be seen, gathered by reason."""
    reasons: dict[str, list[int]] = {}
    for each in report:
        if each.verdict.word == "not observed":
            reason = each.verdict.evidence[0] if each.verdict.evidence else "no reason was told"
            reasons.setdefault(reason.partition(": ")[2] or reason, []).append(each.check.number)
    if reasons:
        yield heading("Not observed")
        for reason, numbers in sorted(reasons.items(), key=lambda pair: -len(pair[1])):
            yield paragraph(f"{', '.join(map(str, numbers))}: {reason}", first="  ", rest="    ")
        yield ""


def _score(report: CheckReport) -> Any:  # noqa: ANN401 - a rich table
    rows = []
    for level, counts in report.score().items():
        score = counts["score"]
        rows.append((
            LEVELS[level],
            *(str(counts[word]) for word in ("pass", "fail", "not observed", "not applicable")),
            "" if score is None else f"{100 * score:.0f} %",
        ))  # fmt: skip
    columns = ("level", "pass", "fail", "not observed", "not applicable", "score")
    return table(columns, rows)


def _measures(results: list[Result]) -> Any:  # noqa: ANN401 - a rich table
    rows = [
        (f"{each.check.number} {each.check.name}", name, f"{value:,.4g}")
        for each in results
        for name, value in each.verdict.measures.items()
    ]
    return table(("check", "measure", "value"), rows, text_columns=2)
