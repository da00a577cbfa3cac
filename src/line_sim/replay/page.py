"""The report of a replay or of checks: one HTML page that needs nothing but itself.

Figures are embedded, nothing is loaded from anywhere, and a policy in the page forbids it: names
and texts in it come from strangers. The page carries no date, so the same run gives the same page.
"""

from __future__ import annotations

import base64
import os
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from line_sim.errors import OutputExistsError
from line_sim.replay.checks.registry import LEVELS
from line_sim.replay.history import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.replay.checks.report import CheckReport
    from line_sim.replay.history import History
    from line_sim.replay.report import ReplayReport
    from line_sim.replay.run import Run

SHOWN = 200
"""Events, misses and differences told one by one; of more only the number."""
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), "�")


def replay_page(report: ReplayReport) -> str:
    """The page of a replay."""
    wrong = report.history.wrong()
    return _page(
        title=f"Replay of {Path(report.recording).name}",
        verdict=report.verdict(),
        good=report.ok and report.valid,
        facts=_facts(report.run),
        checks=report.checks,
        pictures=_pictures(report),
        counts=_counts(report.history),
        wrong=[
            {
                "at": f"{fate.event.at_s - report.run.begun_s:.1f} s",
                "says": fate.event.says,
                "chat": fate.event.chat,
                "became": ", ".join((fate.word, *sorted(fate.flags))),
                "why": "; ".join(fate.why) or WORDS[fate.word],
            }
            for fate in wrong[:SHOWN]
        ],
        more_wrong=max(0, len(wrong) - SHOWN),
        faults=report.faults(),
        misses=None if report.misses is None else [str(each) for each in report.misses[:SHOWN]],
        comparison=report.comparison,
        other=report.others[-1].url if report.others else "",
        differences=[str(d) for d in report.comparison.differences[:SHOWN]]
        if report.comparison
        else [],
        findings=[*report.run.findings[:SHOWN], *report.run.warnings],
    )


def checks_page(report: CheckReport) -> str:
    """The page of a run of checks."""
    failed = report.numbers("fail")
    verdict = f"failed: {', '.join(map(str, failed))}" if failed else "no check failed"
    return _page(
        title="Checks of a bridge",
        verdict=verdict,
        good=report.ok,
        facts=[("bridge", report.target), ("profile", report.profile)],
        checks=report,
    )


def write_page(path: str | Path, page: str, *, force: bool = False) -> Path:
    """Write a page as a whole, or not at all.

    Raises
    ------
    OutputExistsError
        If there is such a file already and not `force`; nothing is written.
    """
    target = Path(path)
    if target.exists() and not force:
        raise OutputExistsError(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_text(page, encoding="utf-8", newline="\n", errors="replace")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _page(**told: Any) -> str:  # noqa: ANN401 - what the template shows
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only where a page is made

    text = resources.files("line_sim.replay").joinpath("page.html.jinja").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    empty: dict[str, Any] = {
        "pictures": [], "counts": [], "wrong": [], "more_wrong": 0, "faults": [], "misses": None,
        "comparison": None, "other": "", "differences": [], "findings": [],
    }  # fmt: skip
    decided = ("fail", "pass")
    found = sorted(told["checks"].results, key=lambda each: each.verdict.word != "fail")
    page = environment.from_string(text).render(
        levels=LEVELS,
        decided=[each for each in found if each.verdict.word in decided],
        undecided=[each for each in found if each.verdict.word not in decided],
        **{**empty, **told},
    )
    return page.translate(_CONTROL)


def _facts(run: Run) -> list[tuple[str, str]]:
    answers, lateness = run.answers, run.lateness
    found = [
        ("bridge", run.url),
        ("speed", run.speed),
        ("webhooks", f"{run.sent:,} sent, {run.confirmed:,} confirmed, {run.rate_per_s:,.0f}/s"),
        ("confirmed within", _figures(answers)),
        ("player's lateness", _figures(lateness)),
        ("most under way", f"{run.peak_in_flight:,}"),
        ("ended", run.ended),
    ]
    if run.failed:
        found.append(("not confirmed", ", ".join(f"{n:,} {why}" for why, n in run.failed.items())))
    if run.backpressure:
        found.append(("waited for room", f"{run.backpressure:,} webhooks (the bridge was behind)"))
    if run.in_flight:
        found.append(("in flight at the end", f"{len(run.in_flight):,}"))
    for death in run.deaths:
        what = f"exit code {death.exit_code}, {len(death.in_flight):,} webhooks in flight"
        found.append((f"bridge died at {death.at_s - run.begun_s:.1f} s", what))
    return found


def _figures(found: Mapping[str, float]) -> str:
    if not found.get("count"):
        return "nothing"
    named = (("50 %", "p50_ms"), ("95 %", "p95_ms"), ("99 %", "p99_ms"), ("all", "max_ms"))
    return ", ".join(f"{name} {found[key]:.3g} ms" for name, key in named)


def _counts(history: History) -> list[tuple[str, str, str]]:
    counts = history.counts()
    found = [(word, f"{counts.get(word, 0):,}", meaning) for word, meaning in WORDS.items()]
    flags = {
        "doubled": "acted on more than once",
        "late": "first answered later than it was due",
        "out of order": "answered before an earlier message of the same chat",
        "wrong person": "answered to somebody else, or with what somebody else had written",
        "unsolicited": "sends that answer no event",
    }
    return found + [(flag, f"{counts.get(flag, 0):,}", means) for flag, means in flags.items()]


def _pictures(report: ReplayReport) -> list[dict[str, object]]:
    from line_sim.analysis.plots.embedded import picture  # noqa: PLC0415 - large
    from line_sim.analysis.plots.traffic import fates, latencies  # noqa: PLC0415 - as above

    begun_s = report.run.begun_s
    at_s: dict[str, list[float]] = {}
    for fate in report.history.fates:
        at_s.setdefault(fate.word, []).append(max(0.0, fate.event.at_s - begun_s))
    struck = [max(0.0, at - begun_s) for at, _, _ in report.history.faults]
    times = report.times_ms()
    drawn = (
        picture(lambda ax: fates(at_s, struck, ax), 3.4),
        picture(lambda ax: latencies(times, ax), 3.6),
    )
    return [
        {"title": one.title, "width": one.width, "data": base64.b64encode(one.png).decode("ascii")}
        for one in drawn
    ]
