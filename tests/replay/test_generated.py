"""Generated traffic: what the simulator's log says, the traffic says; and it can be played."""

from __future__ import annotations

import base64
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from line_sim.analysis import metrics
from line_sim.errors import ConfigurationError, OutputExistsError
from line_sim.recording.recording import Recording
from line_sim.replay.event_log import AutomaticTexts, derived_log
from line_sim.replay.evidence import Evidence
from line_sim.replay.history import History
from line_sim.replay.moments import moment_s
from line_sim.replay.orders import Orders
from line_sim.replay.replaying import replay
from line_sim.scenario import Scenario
from line_sim.sim.simulate import simulate
from line_sim.sim.traffic import record_traffic
from line_sim.wire.ids import Ids

if TYPE_CHECKING:
    from line_sim.log import EventLog

BOT = Path(__file__).parent / "echo_bot.py"


@pytest.fixture(scope="module")
def log() -> EventLog:
    """A day and a half of a shop in Bangkok."""
    return simulate(Scenario.load("bangkok_shop"), seed=3)


@pytest.fixture(scope="module")
def made(log: EventLog, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Its traffic."""
    path = tmp_path_factory.mktemp("generated") / "day.jsonl.zst"
    record_traffic(log, path, seed=3, media=False)
    return Recording.load(path)


def test_the_log_derived_from_the_traffic_counts_what_the_simulation_counted(
    log: EventLog, made: Recording
) -> None:
    texts = AutomaticTexts(**{k: tuple(v) for k, v in made.header["automatic_texts"].items()})
    derived = derived_log(made, texts, epoch_ms=made.header["epoch_ms"], utc_offset="+07:00")
    simulated, seen = log.frame().kind.value_counts(), derived.frame().kind.value_counts()
    for kind in ("welcome_sent", "away_sent", "staff_message"):
        assert seen[kind] == simulated[kind], kind
    wrote = simulated["received"] + simulated["visitor_message"]
    assert seen["received"] + seen["visitor_message"] == wrote
    assert set(derived.members) == set(log.frame()[log.frame().kind == "staff_message"].staff)
    told, was = metrics.summary(derived), metrics.summary(log)
    assert told["customers"] == was["customers"]
    # a bridge needs a fraction of a second more than the desk
    assert told["first_response_time_s_median"] == pytest.approx(
        was["first_response_time_s_median"], rel=0.2
    )


def test_it_begins_at_the_scenario_s_own_time_of_day_wherever_it_is_made(
    log: EventLog, tmp_path: Path
) -> None:
    path = tmp_path / "evening.jsonl"
    told = record_traffic(log, path, since_s=17 * 3600, until_s=18 * 3600, media=False)
    evening = Recording.load(path)
    zone = dt.timezone(dt.timedelta(hours=7))
    start = dt.datetime.fromtimestamp(evening.header["epoch_ms"] / 1_000, zone)
    assert start.replace(tzinfo=None) == log.start + dt.timedelta(hours=17)
    assert moment_s("since", "17:30", evening.header) == 1_800
    assert told["customers"] == evening.summary()["chats"]


def test_only_those_whom_nobody_ever_answered_count_as_lost(made: Recording) -> None:
    evidence = Evidence.of(made)
    last_s = {}
    for call in evidence.sends:
        last_s |= dict.fromkeys(call.chats, call.at_s)
    for fate in History.of(evidence).fates:
        assert fate.word in {"handled", "unanswered", "lost"}
        assert "wrong person" not in fate.flags
        if fate.word == "lost":
            assert last_s.get(fate.event.chat, 0.0) < fate.event.at_s


def test_every_webhook_carries_a_signature_and_no_secret(made: Recording) -> None:
    ids = Ids(3)
    name = made.header["channels"][0]["name"]
    for line in made:
        if line["kind"] == "webhook":
            assert len(base64.b64decode(line["headers"]["x-line-signature"])) == 32
        assert ids.secret(name) not in str(line)
        assert ids.access_token(name) not in str(line)


def test_times_never_go_back_and_every_request_has_its_end(made: Recording) -> None:
    at_s = [line["at_s"] for line in made]
    assert at_s == sorted(at_s)
    evidence = Evidence.of(made)
    assert not evidence.in_flight()
    assert all(call.status == 200 for call in evidence.calls)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_people(
    log: EventLog, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{name}.jsonl.gz" for name in ("one", "two", "three")]
    for path, seed in zip(paths, (3, 3, 4), strict=True):
        record_traffic(log, path, seed=seed, since_s=9 * 3600, until_s=10 * 3600, media=False)
    one, two, three = (path.read_bytes() for path in paths)
    assert one == two != three


def test_media_lie_beside_the_file_and_are_those_that_were_fetched(
    log: EventLog, tmp_path: Path
) -> None:
    path = tmp_path / "media.jsonl"
    told = record_traffic(log, path, seed=3, since_s=9 * 3600, until_s=13 * 3600)
    recording = Recording.load(path)
    names = {line["sha256"] for line in recording if line["kind"] == "media"}
    assert told["media"] >= len(names) > 0
    assert all(recording.media(name) for name in names)
    assert recording.warnings == ()


def test_it_is_played_against_a_bridge(log: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "hour.jsonl"
    record_traffic(log, path, seed=3, since_s=9 * 3600, until_s=10 * 3600, media=False)
    command = f"{sys.executable} {BOT} {{port}}"
    report = replay(
        Recording.load(path), command=command, orders=Orders(speed=600, quiet_s=0.3, limit_ms=1_000)
    )
    assert report.run.confirmed == report.run.sent > 5
    assert report.log().header["derived"]["automatic_texts"]


@pytest.mark.parametrize(("since_s", "until_s"), [(9e9, None), (0.0, 0.001)])
def test_a_part_without_messages_is_told_and_nothing_is_written(
    log: EventLog, tmp_path: Path, since_s: float, until_s: float | None
) -> None:
    with pytest.raises(ConfigurationError, match="messages in it"):
        record_traffic(log, tmp_path / "none.jsonl", since_s=since_s, until_s=until_s)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(log: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "there.jsonl"
    path.write_text("mine")
    with pytest.raises(OutputExistsError):
        record_traffic(log, path, media=False)
    assert path.read_text() == "mine"
