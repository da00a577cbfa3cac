"""A bridge as a whole: its lives, its alerts, its pages."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bridge_at_work import ALICE, NOWHERE, START, TOKEN, AtWork, told
from sqlalchemy import text

from line_sim.bridge.app import AGAIN_AFTER_S, Bridge, described
from line_sim.bridge.clock import Clock
from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.desk.rederive import rederive
from line_sim.bridge.doctor.here import _unwell
from line_sim.bridge.health import LATE_S
from line_sim.bridge.outgoing.outbox import Outbox
from line_sim.bridge.store.tables import channels
from line_sim.errors import ConfigurationError, DeskLogError


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def at_work(tmp_path: Path, runner: asyncio.Runner) -> Iterator[AtWork]:
    made = AtWork(told(tmp_path / "trial"))
    runner.run(made.begin())
    yield made
    runner.run(made.end())


def get(at_work: AtWork, runner: asyncio.Runner, path: str) -> Any:  # noqa: ANN401 - a response
    return runner.run(at_work.client.get(path))


# --- its lives


def test_a_desk_goes_on_after_a_restart_where_it_was(
    tmp_path: Path, store_url: str, runner: asyncio.Runner
) -> None:
    first = AtWork(told(tmp_path / "trial", store_url))
    runner.run(first.begin())
    aom = first.hire()
    assert runner.run(first.post([first.event()])) == 200
    assert first.bridge.desk.pick_up(0, aom)
    before = first.rows("desk_log")
    runner.run(first.end())

    second = AtWork(told(tmp_path / "trial", store_url))
    runner.run(second.begin())
    assert before == second.rows("desk_log")
    assert runner.run(second.post([first.event()])) == 200

    (enquiry,) = second.rows("enquiries")
    assert ("ongoing", 0) == (enquiry.state, enquiry.number)
    assert ["text 1", "text 2"] == second.texts()
    rederive(second.bridge.store)
    runner.run(second.end())


def test_timers_that_were_due_while_it_was_down_fire_at_their_own_times(
    tmp_path: Path, runner: asyncio.Runner
) -> None:
    settings = told(tmp_path / "trial")
    first = AtWork(settings)
    runner.run(first.begin())
    first.hire()
    assert runner.run(first.post([first.event()])) == 200
    runner.run(first.end())

    later = AtWork(settings, Clock(stepped=True, start=START + 3_600))
    runner.run(later.begin())

    (enquiry,) = later.rows("enquiries")
    assert enquiry.state == "missed"
    assert START < enquiry.missed_at < START + 600
    runner.run(later.end())


def test_a_log_that_its_inputs_do_not_give_stops_the_start(
    tmp_path: Path, runner: asyncio.Runner
) -> None:
    settings = told(tmp_path / "trial")
    first = AtWork(settings)
    runner.run(first.begin())
    assert runner.run(first.post([first.event()])) == 200
    first.bridge.store.run(text("UPDATE desk_log SET visitor = 7"))
    first.bridge.store.run(text("DELETE FROM desk_snapshots"))
    first.bridge.desk.end = lambda: None  # type: ignore[method-assign]  # no snapshot: as killed
    runner.run(first.end())

    with pytest.raises(DeskLogError):
        runner.run(AtWork(settings).begin())


def test_a_start_that_fails_leaves_nothing_open(tmp_path: Path, runner: asyncio.Runner) -> None:
    settings = told(tmp_path / "trial")
    good = AtWork(settings)
    runner.run(good.begin())
    good.bridge.store.run(channels.update().values(config={"rule": {"kind": "none"}}))
    runner.run(good.end())

    with pytest.raises(ValueError, match="rule"):
        runner.run(AtWork(settings).begin())
    assert [] == [each for each in asyncio.all_tasks(runner.get_loop()) if not each.done()]


def test_without_its_key_it_does_not_start(tmp_path: Path, runner: asyncio.Runner) -> None:
    settings = told(tmp_path / "trial")
    settings.key_file.unlink()

    with pytest.raises(ConfigurationError, match=r"bridge\.key"):
        runner.run(Bridge(settings).begin())


def test_what_was_changed_while_it_ran_holds_on_after_a_restart(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    (channel,) = at_work.bridge.channels
    config = channel.config.model_copy(update={"custom_info": "kept"}).model_dump(mode="json")
    sealed = at_work.bridge.keys.seal("another-secret-another-secret-00")
    at_work.bridge.store.run(channels.update().values(config=config, secret_box=sealed))

    runner.run(at_work.bridge.restart())

    (again,) = at_work.bridge.channels
    assert again is not channel
    assert ("kept", "another-secret-another-secret-00") == (again.config.custom_info, again.secret)


def test_a_trial_may_have_a_configuration_which_is_checked(
    tmp_path: Path, runner: asyncio.Runner
) -> None:
    settings = told(tmp_path / "trial")
    settings.trial_config = {"profile": "line", "messages": {"welcome": {"on": True}}}
    made = AtWork(settings)
    runner.run(made.begin())
    (channel,) = made.bridge.channels
    assert ("line", True) == (channel.config.profile, channel.config.messages.welcome.on)
    runner.run(made.end())

    settings.trial_config = {"profile": "nobody's"}
    with pytest.raises(ConfigurationError, match="profile"):
        runner.run(AtWork(settings).begin())


def test_a_clock_that_ran_ahead_is_caught_up_with(tmp_path: Path, runner: asyncio.Runner) -> None:
    settings = told(tmp_path / "trial")
    ahead = AtWork(settings, Clock(stepped=True, start=START + 1_000))
    runner.run(ahead.begin())
    assert runner.run(ahead.post([ahead.event()])) == 200
    runner.run(ahead.end())

    again = AtWork(settings, Clock(stepped=True, start=START))
    runner.run(again.begin())

    assert again.clock.now() >= START + 1_000
    runner.run(again.end())


# --- what breaks inside


def test_a_desk_that_breaks_is_told_and_goes_on(
    at_work: AtWork, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks: list[int] = []
    whole = LiveDesk.tick

    def breaks_once(self: LiveDesk, most: int | None = None) -> bool:
        ticks.append(1)
        if len(ticks) == 1:
            message = "planted"
            raise RuntimeError(message)
        return whole(self, most)

    async def wait() -> None:
        async with asyncio.timeout(10 * AGAIN_AFTER_S):
            while len(ticks) < 2:
                at_work.bridge.desk.changed.set()
                await asyncio.sleep(0.01)

    monkeypatch.setattr(LiveDesk, "tick", breaks_once)
    runner.run(wait())

    (alert,) = [each for each in at_work.alerts() if "broke" in each]
    assert "RuntimeError: planted" in alert


def test_a_part_that_breaks_while_it_ends_keeps_no_other_from_ending(
    tmp_path: Path, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_self: object) -> None:
        message = "planted"
        raise RuntimeError(message)

    monkeypatch.setattr(Outbox, "close", broken)
    made = AtWork(told(tmp_path / "trial"))
    runner.run(made.begin())
    runner.run(made.end())

    assert any("RuntimeError: planted" in each for each in made.alerts())
    assert made.bridge.store.connection.closed


def test_an_error_is_described_without_data() -> None:
    try:
        int("customer's words\nand more")
    except ValueError as error:
        found = described(error)

    assert found.startswith("ValueError: invalid literal")
    assert "\n" not in found
    assert "test_bridge" in found


def test_alerts_are_stored_and_told_to_who_listens(at_work: AtWork) -> None:
    heard: list[tuple[Any, ...]] = []
    at_work.bridge.on_alert.append(lambda *alert: heard.append(alert))

    at_work.bridge.journal.alert("quota", f"used up, with {TOKEN}", channel=1)

    assert [("quota", "used up, with ***", 1, None)] == heard
    (row,) = [row for row in at_work.rows("alerts") if row.kind == "quota"]
    assert ("used up, with ***", 0, START) == (row.text, row.seen, row.at)


def test_an_alert_about_the_database_does_not_need_it(at_work: AtWork) -> None:
    at_work.bridge.store.run(text("ALTER TABLE alerts RENAME TO gone"))

    at_work.bridge.journal.alert("broken", "the database is away")

    assert "the database is away" in at_work.alerts()
    at_work.bridge.store.run(text("ALTER TABLE gone RENAME TO alerts"))


# --- its pages


def test_where_one_time_links_lead_there_is_a_page(at_work: AtWork, runner: asyncio.Runner) -> None:
    found = get(at_work, runner, "/welcome")

    assert 200 == found.status_code
    assert "Set the password" in found.text


def test_health_tells_whether_it_works_and_nothing_of_anybody(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    assert runner.run(at_work.post([at_work.event()])) == 200

    answer = get(at_work, runner, "/health")

    assert answer.status_code == 200
    assert {"ok": True, "database": True, "desk": True, "waiting_to_be_sent": 0} == answer.json()
    assert answer.headers["cache-control"] == "no-store"


def test_health_is_bad_when_the_desk_stands_still_or_the_database_is_away(
    at_work: AtWork, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as planted:
        planted.setattr(LiveDesk, "next_due", lambda _self: START - LATE_S - 1)
        answer = get(at_work, runner, "/health")
        assert (503, False) == (answer.status_code, answer.json()["desk"])
    with monkeypatch.context() as planted:
        planted.setattr(at_work.bridge.store, "value", 7)
        answer = get(at_work, runner, "/health")
        assert (503, False) == (answer.status_code, answer.json()["database"])
    assert get(at_work, runner, "/health").status_code == 200


def test_health_tells_how_long_the_desk_stands_after_the_clock_was_set_back(
    at_work: AtWork, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert runner.run(at_work.post([at_work.event()])) == 200
    now = at_work.clock.now()
    monkeypatch.setattr(at_work.bridge.clock, "now", lambda: now - 3_600)

    answer = get(at_work, runner, "/health")

    assert (503, False) == (answer.status_code, answer.json()["desk"])
    assert answer.json()["desk_stands_for_s"] == 3_600


def test_the_agent_view_is_there_only_when_it_is_asked_for(
    tmp_path: Path, at_work: AtWork, runner: asyncio.Runner
) -> None:
    assert get(at_work, runner, "/_agent/logs").status_code == 404
    settings = told(tmp_path / "other")
    settings.agent = True
    other = AtWork(settings)
    runner.run(other.begin())

    assert get(other, runner, "/_agent/logs").status_code == 403
    runner.run(other.end())


def test_a_page_that_breaks_is_told_and_answers_without_words(
    at_work: AtWork, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: object, _path: str) -> None:
        message = f"words of {ALICE}"
        raise RuntimeError(message)

    monkeypatch.setattr(type(at_work.bridge.channels), "by_path", broken)

    async def post() -> Any:  # noqa: ANN401 - a response
        return await at_work.client.post("/callback", content=b"x")

    answer = runner.run(post())

    assert answer.status_code == 500
    assert ALICE not in answer.text
    assert any("RuntimeError" in each for each in at_work.alerts())


def test_a_trial_without_line_starts_nevertheless_and_asks_on(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    (channel,) = at_work.bridge.channels
    before = at_work.log.getvalue().count("bot info was not told")

    runner.run(at_work.clock.advance(40.0))
    runner.run(asyncio.sleep(0.2))

    assert NOWHERE in at_work.log.getvalue()
    assert channel.bot_user_id == ""
    assert at_work.log.getvalue().count("bot info was not told") > before


def test_the_doctor_has_the_words_of_a_desk_that_stands() -> None:
    given, mend = _unwell("http://127.0.0.1:1", 503, b'{"desk": false, "desk_stands_for_s": 3600}')
    assert "stands for 3,600 s" in given
    assert "clock" in mend
    for body in (b"", b"no", b"[]", b'{"desk": false}'):
        assert _unwell("http://127.0.0.1:1", 503, body)[0].startswith("answers 503")
