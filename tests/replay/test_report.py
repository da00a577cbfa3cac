"""A whole replay: recorded, played against a real bridge, judged, told in every form."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from ledgers import Ledger

from line_sim.analysis import metrics
from line_sim.errors import OutputExistsError
from line_sim.recording.recording import Recording
from line_sim.replay import junit
from line_sim.replay.behaviours import behaviours
from line_sim.replay.checks.running import check_recording
from line_sim.replay.expectations import Expectations
from line_sim.replay.orders import Orders
from line_sim.replay.page import checks_page, replay_page, write_page
from line_sim.replay.replaying import replay

if TYPE_CHECKING:
    from line_sim.replay.report import ReplayReport

BOT = Path(__file__).parent / "echo_bot.py"
HURRIED = Orders(quiet_s=0.3, limit_ms=5_000)
"""Soon over, and valid on a busy machine: lateness is tested elsewhere."""
NASTY = "<script>alert(1)</script>\x00\x1b[31m=cmd()\u202eevil"
USERS = ("U" + "a" * 32, "U" + "b" * 32)


def command(**env: str) -> str:
    """The echo bot, with what is planted in its environment."""
    told = " ".join(f"{name}={value}" for name, value in env.items())
    return f"{'env ' + told + ' ' if told else ''}{sys.executable} {BOT} {{port}}"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """A recording of two people and a bridge that echoes; one name is an attack."""
    ledger = Ledger()
    for number, text in enumerate(("hello", "my order", NASTY, "thanks", "bye", "hello again")):
        ledger.at_s += 0.05
        said = ledger.event(USERS[number % 2], text)
        ledger.webhook(said)
        ledger.reply(said, f"you said {text}")
    path = tmp_path_factory.mktemp("recorded") / "friday.jsonl"
    head = {"format": "line_sim.recording", "version": 1, "origin": "mock", "epoch_ms": 0}
    lines = [head, *ledger.end()]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return Recording.load(path)


@pytest.fixture(scope="module")
def report(recording: Recording) -> ReplayReport:
    """The recording against the bridge that made it."""
    wanted = Expectations.of(behaviours(recording))
    return replay(recording, command=command(), expectations=wanted, orders=HURRIED)


def test_the_bridge_of_the_recording_does_what_it_did(report: ReplayReport) -> None:
    assert report.history.counts()["handled"] == len(report.history.fates) == 6
    assert report.misses == ()
    assert report.valid, report.run.reasons
    assert report.ok, report.verdict()
    assert "6 events: nothing lost" in report.verdict()


def test_an_event_is_told_by_its_time_since_the_start_of_the_replay(report: ReplayReport) -> None:
    begun_s = report.to_dict()["run"]["begun_s"]
    first, *_ = report.history.fates
    assert 0 <= first.event.at_s - begun_s < 0.5
    assert first.event.says == "hello"
    assert len(report.times_ms()["webhook confirmed"]) == report.run.sent


def test_the_json_tells_all_of_it(report: ReplayReport) -> None:
    told = json.loads(json.dumps(report.to_dict()))
    assert told["ok"]
    assert told["history"]["counts"]["events"] == 6
    assert {each["number"] for each in told["checks"]} == set(report.checks.verdicts)


def test_the_log_of_a_replay_is_counted_as_any(report: ReplayReport) -> None:
    found = metrics.summary(report.log())
    assert found["received"] == found["answered"] == 2
    assert report.log().header["origin"] == "replay"


def test_a_bridge_that_changed_is_told_against_the_old_one(recording: Recording) -> None:
    other = command(ECHO_WORDS="you_wrote")
    found = replay(recording, command=command(), against=other, orders=HURRIED).comparison
    assert found is not None
    assert found.counts() == {"content": 6}
    assert all("you_wrote" in each.what for each in found.differences)


def test_a_page_loads_nothing_and_runs_nothing(report: ReplayReport) -> None:
    page = replay_page(report)
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "http-equiv" in page
    assert not set(page) & set(map(chr, (*range(9), 11, 12, *range(14, 32))))
    assert page == replay_page(report)
    decided, _, undecided = page.partition("<details>")
    assert ">pass</td>" in decided
    assert ">not observed</td>" not in decided
    assert ">pass</td>" not in undecided


def test_a_name_that_is_an_attack_is_text_in_every_form() -> None:
    ledger = Ledger()
    for _ in range(30):
        said = ledger.event(USERS[0], "usual")
        ledger.webhook(said)
        ledger.reply(said, "usual")
    ledger.webhook(ledger.event(USERS[1], NASTY))
    checked = check_recording(ledger.end(), target=NASTY)
    page = checks_page(checked)
    assert "<script" not in page
    root = ET.fromstring(junit.of_checks(checked).partition("\n")[2])  # noqa: S314 - our own
    assert root.tag == "testsuites"


def test_junit_counts_what_it_holds(report: ReplayReport) -> None:
    root = ET.fromstring(junit.of_replay(report).partition("\n")[2])  # noqa: S314 - our own
    for suite in root:
        assert int(suite.get("failures", "-1")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "-1")) == len(suite.findall("testcase/skipped"))
        assert int(suite.get("tests", "-1")) >= len(suite)
    names = [suite.get("name") for suite in root]
    assert names == ["run", "checks", "events", "expectations"]


def test_a_page_is_written_whole_and_over_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "report.html"
    write_page(path, "one")
    with pytest.raises(OutputExistsError):
        write_page(path, "two")
    assert path.read_text() == "one"
    write_page(path, "two", force=True)
    assert [each.name for each in path.parent.iterdir()] == ["report.html"]
