"""The report says what the study says, needs nothing but itself, and destroys nothing."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pictured import NAMES, a_day, a_study

from line_sim.analysis import metrics, plots
from line_sim.analysis.report import MAIN, write_report
from line_sim.analysis.study import Record, Study
from line_sim.errors import ConfigurationError, Fault, OutputExistsError
from line_sim.log import EventLog
from line_sim.scenario import Scenario

VOID = {"meta", "br", "img", "link", "hr", "input", "!doctype"}


def a_scenario(**changes: Any) -> Scenario:  # noqa: ANN401 - any field
    """The smallest sound one."""
    text = """
    name = "A shop"
    source = "Assumed."
    start = 2026-03-02T00:00:00
    utc_offset = "+07:00"
    days = 1
    members = [{ name = "Ann" }, { name = "Ben" }, { name = "Cat" }]
    destinations = [{ kind = "queue", name = "Sales", staff = ["Ann", "Ben", "Cat"] }]
    channels = [
      { name = "Shop", rule = { kind = "alternative", destinations = ["Sales"] } },
    ]
    """
    return Scenario.from_toml(text).replace(**changes)


class Tags(HTMLParser):
    """Which tags are open, and every attribute that may load something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.sources: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what opens and what it loads."""
        self.tags.add(tag)
        self.sources += [value or "" for name, value in attrs if name in {"src", "href", "srcset"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """What closes is what opened last."""
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A report with everything in it."""
    path = tmp_path_factory.mktemp("report") / "out" / "report.html"
    made = write_report(
        path,
        a_study(),
        {NAMES[0]: a_day(), NAMES[1]: a_day("สมชาย 太郎 陳")},
        a_scenario(targets={"away_rate": "<= 25 %", "service_level": ">= 80 %"}),
        [Fault("channels[0]", "nobody writes", "arrivals")],
        facts={"engine": "compiled"},
    )
    assert made == path
    return path.read_text("utf-8")


def said(page: str) -> str:
    """The page as text."""
    body = page.partition("<body>")[2]
    return " ".join(
        html.unescape(re.sub(r"<[^>]*>", " ", body)).replace("\N{NO-BREAK SPACE}", " ").split()
    )


def test_the_page_is_whole_and_loads_nothing(page: str) -> None:
    tags = Tags()
    tags.feed(page)

    assert [] == tags.open
    assert tags.sources
    assert all(source.startswith("data:image/png;base64,") for source in tags.sources)
    assert not {"script", "link", "iframe"} & tags.tags
    assert not re.search(r"url\(|@import|https?://", page)


def test_the_page_begins_with_what_was_found(page: str) -> None:
    study, text = a_study(), said(page)

    for metric in ("away_rate_in_hours", "waiting_time_s_mean"):
        assert f"{plots.finding(study, metric)}." in text[:700]


def test_the_numbers_of_the_table_are_those_of_the_study(page: str) -> None:
    row = a_study().table().loc[("away_rate", "most idle")]
    text = said(page)

    assert f"{100 * row['mean']:.2f}" in text
    assert f"{100 * row['low']:.2f} to {100 * row['high']:.2f}" in text
    assert f"\N{MINUS SIGN}{abs(100 * row['difference']):.2f}" in text
    assert "< 0.001" in text


def test_targets_are_met_missed_or_not_observed(page: str) -> None:
    text = said(page).partition("Against the targets")[2].partition("Comparison")[0]

    assert re.search(r"≤ 25 % 29 % ✗ missed 24 % ✓ met 29 % ✗ missed", text)
    assert 3 == text.count("? not observed")


def test_a_verdict_within_the_interval_is_called_uncertain(tmp_path: Path) -> None:
    study = a_study()
    mean = study.interval("away_rate", NAMES[0]).estimate
    scenario = a_scenario(targets={"away_rate": f"<= {mean + 1e-4}"})

    path = write_report(tmp_path / "r.html", study, {}, scenario)

    assert "✓ met not certain" in said(path.read_text("utf-8"))


def test_the_page_tells_what_is_needed_to_make_it_again(page: str) -> None:
    text = said(page)

    for fact in (
        "seed 3", "replications 20", "engine compiled", "line_sim", "baseline round robin",
        "strict_cinnox is on", "channels[0]: nobody writes", "Assumed.", "95 % intervals",
    ):  # fmt: skip
        assert fact in text


def test_what_was_switched_off_is_told_as_the_study_tells_it(tmp_path: Path) -> None:
    study = a_study()
    noted = Study(study.records, NAMES, notes=["strict_cinnox was switched off: more methods"])

    text = said(write_report(tmp_path / "r.html", noted, {}, a_scenario()).read_text("utf-8"))

    assert "strict_cinnox was switched off: more methods" in text
    assert "strict_cinnox is on" not in text


def test_service_levels_are_shown_with_their_definition(tmp_path: Path) -> None:
    records = [
        Record(name, run, "service_level", 0.8, 80 + run, 100) for name in "ab" for run in range(3)
    ]
    scenario = a_scenario(service_level_s=30.0)

    text = said(
        write_report(tmp_path / "r.html", Study(records, "ab"), {}, scenario).read_text("utf-8")
    )

    assert metrics.SERVICE_LEVELS["service_level"] in text
    assert "in time is within 30 s" in text


def test_names_are_escaped_wherever_they_come_from(tmp_path: Path) -> None:
    evil = "<script>alert('1')</script> & \"so\""
    study = a_study(names=(evil, "b"))
    noted = Study(study.records, (evil, "b"), notes=[evil], definitions={"away_rate": evil})
    scenario = a_scenario(name=evil, source=evil)

    path = write_report(
        tmp_path / "r.html", noted, {evil: a_day()}, scenario, [evil], facts={evil: evil}
    )

    page = path.read_text("utf-8")
    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.tags
    assert page.count("&lt;script&gt;") >= 6


def test_the_same_study_gives_the_same_page(tmp_path: Path) -> None:
    pages = [
        write_report(tmp_path / name, a_study(), {NAMES[0]: a_day()}, a_scenario()).read_bytes()
        for name in ("one.html", "two.html")
    ]

    assert pages[0] == pages[1]


def test_a_report_that_is_there_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("mine")

    with pytest.raises(OutputExistsError):
        write_report(path, a_study(), {}, a_scenario())

    assert "mine" == path.read_text()
    write_report(path, a_study(), {}, a_scenario(), force=True)
    assert path.read_text("utf-8").startswith("<!doctype html>")
    assert [path] == list(tmp_path.iterdir())


def test_a_log_of_no_strategy_is_refused_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="round robin"):
        write_report(tmp_path / "r.html", a_study(), {"round robi": a_day()}, a_scenario())

    assert [] == list(tmp_path.iterdir())


def test_poor_studies_and_empty_logs_still_give_a_page(tmp_path: Path) -> None:
    poor = Study([Record("only", 0, "wait_s", float("nan"))], ["only"])
    empty = EventLog(header={"until_s": 86400.0})

    page = write_report(tmp_path / "r.html", poor, {"only": empty}, a_scenario()).read_text("utf-8")

    assert "not observed" in said(page)


def test_the_main_metrics_are_real_ones() -> None:
    known = {*metrics.measures(a_day()), "gini_per_available_hour", "gini_excess_over_chance"}

    assert set(MAIN) <= known
