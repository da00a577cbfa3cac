"""A report as JUnit XML, which every CI reads: a suite of checks, one of events, one of wishes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.replay.checks.report import CheckReport
    from line_sim.replay.report import ReplayReport

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say at all (Extensible Markup Language 1.0, production 2)."""


def of_checks(report: CheckReport) -> str:
    """The checks as XML: failed ones fail, those not observed or not applicable are skipped."""
    root = ET.Element("testsuites", name="line_sim")
    _checks(root, report)
    return _written(root)


def of_replay(report: ReplayReport) -> str:
    """A replay as XML: the run, the checks, the events that went wrong, what was expected."""
    root = ET.Element("testsuites", name="line_sim")
    run = _suite(root, "run", 1)
    case = _case(run, "the player kept its own time")
    if not report.run.valid:
        _failure(case, "; ".join(report.run.reasons))
    _checks(root, report.checks)
    counts = report.history.counts()
    events = _suite(root, "events", counts.get("events", 0))
    for fate in report.history.wrong():
        said = ", ".join((fate.word, *sorted(fate.flags)))
        _failure(_case(events, f"{fate.event.id} {fate.event.says}"),
                 f"{said}: {'; '.join(fate.why)}")  # fmt: skip
    _counted(events)
    if report.misses is not None:
        _wrong(root, "expectations", ((m.event, str(m)) for m in report.misses))
    if report.comparison is not None:
        _wrong(root, "comparison", ((d.event, str(d)) for d in report.comparison.differences))
    for suite in root:
        _counted(suite)
    return _written(root)


def _checks(root: ET.Element, report: CheckReport) -> None:
    suite = _suite(root, "checks", len(report.results))
    for result in report:
        check, verdict = result.check, result.verdict
        case = _case(suite, f"{check.number:02d} [{check.level}] {check.name}")
        if verdict.word == "fail":
            _failure(case, "\n".join(verdict.evidence))
        elif verdict.word != "pass":
            reason = "; ".join((verdict.word, *verdict.evidence))
            ET.SubElement(case, "skipped", message=_clean(reason))
    _counted(suite)


def _wrong(root: ET.Element, name: str, found: Iterable[tuple[str, str]]) -> None:
    suite = _suite(root, name, 0)
    for event, told in found:
        _failure(_case(suite, event), told)
    if not len(suite):
        _case(suite, "all as it should be")


def _suite(root: ET.Element, name: str, tests: int) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=name, tests=str(tests))


def _case(suite: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(
        suite, "testcase", classname=f"line_sim.{suite.get('name')}", name=_clean(name)
    )


def _failure(case: ET.Element, told: str) -> None:
    clean = _clean(told)
    ET.SubElement(case, "failure", message=clean.split("\n", 1)[0]).text = clean


def _counted(suite: ET.Element) -> None:
    tests = max(int(suite.get("tests") or 0), len(suite))
    suite.set("tests", str(tests))
    for kind, name in (("failure", "failures"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))


def _written(root: ET.Element) -> str:
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
