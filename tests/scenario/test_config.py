"""Scenarios: what is written is read back, and what is wrong is said at once and in its place."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from line_sim.desk.setup import Alternative, Channel, Member, Queue
from line_sim.errors import ConfigurationError, ScenarioSyntaxError
from line_sim.scenario import Scenario

from .strategies import scenarios

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
name = "small"
start = 2026-11-02T00:00:00
utc_offset = "+07:00"

[service]
max_wait_s = "none"

[[members]]
name = "Anong"

[[members]]
name = "Boon"
max_concurrent = 3

[[destinations]]
kind = "queue"
name = "desk"
staff = ["Anong", "Boon"]

[[channels]]
name = "shop"
rule = { kind = "alternative", destinations = ["desk"] }

[customers.arrivals.shop]
kind = "constant"
per_hour = 12

[[customers.classes]]
name = "order"
work = { kind = "lognormal", mean_s = 100, cv = 1.2 }

[[roster.shifts]]
member = "Anong"
days = ["mon"]
start = "09:00"
end = "18:00"
"""


def faults_of(text: str, **kwargs: Any) -> list[str]:  # noqa: ANN401 - passed through
    with pytest.raises(ConfigurationError) as caught:
        Scenario.from_toml(text, **kwargs)
    return [fault.where for fault in caught.value.faults]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_writing_and_reading_is_the_identity(scenario: Scenario) -> None:
    assert Scenario.from_toml(scenario.to_toml()) == scenario


def test_a_file_says_what_python_says() -> None:
    scenario = Scenario(
        name="small",
        start=dt.datetime(2026, 11, 2),  # noqa: DTZ001 - local to utc_offset
        utc_offset="+07:00",
        members=[Member(name="Anong")],
        destinations=[Queue(name="desk", staff=("Anong",))],
        channels=[Channel(name="shop", rule=Alternative(destinations=("desk",)))],
    )

    assert scenario == Scenario.from_toml("""
        name = "small"
        start = 2026-11-02T00:00:00
        utc_offset = "+07:00"
        members = [{name = "Anong"}]
        destinations = [{kind = "queue", name = "desk", staff = ["Anong"]}]
        channels = [{name = "shop", rule = {kind = "alternative", destinations = ["desk"]}}]
    """)


def test_none_is_no_limit() -> None:
    assert Scenario.from_toml(GOOD).service.max_wait_s is None


def test_every_fault_comes_at_once_with_its_line() -> None:
    text = (
        GOOD.replace('max_wait_s = "none"', 'max_wait = 30\noffer_timeout_s = "20"')
        .replace('kind = "queue"', 'kind = "qeue"')
        .replace('name = "Boon"', 'naem = "Boon"')
        .replace("mean_s = 100", "mean_s = -1")
        .replace('["desk"] }', '["dest"] }')
        .replace('"09:00"', '"9:00"')
        .replace("per_hour = 12", "per_hour = true")
    )

    assert faults_of(text) == [
        "line 7, service.max_wait",
        "line 8, service.offer_timeout_s",
        "line 14, members[1].naem",
        "line 18, destinations[0].kind",
        "line 24, channels[0].rule.destinations[0]",
        "line 28, customers.arrivals.shop.per_hour",
        "line 32, customers.classes[0].work.mean_s",
        "line 37, roster.shifts[0].start",
    ]


def test_a_misspelt_key_comes_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Scenario.from_toml(GOOD.replace("max_wait_s", "max_wiat_s"))

    assert [fault.mend for fault in caught.value.faults] == ["did you mean 'max_wait_s'?"]


def test_what_a_misspelt_key_says_is_looked_at_too() -> None:
    text = GOOD.replace("[[destinations]]", "[[destination]]").replace('"Boon"]', '"Bo"]')

    assert faults_of(text) == ["line 16, destination", "line 19, destinations[0].staff[1]"]


def test_faults_keep_their_places_behind_an_item_that_cannot_be_read() -> None:
    text = GOOD.replace(
        '[[roster.shifts]]\nmember = "Anong"',
        '''
[[roster.shifts]]
member = "Anong"

[[roster.shifts]]
member = "Nobody"''',
    )

    assert faults_of(text) == ["line 34, roster.shifts[0].date", "line 38, roster.shifts[1].member"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max_concurrent = 3", 'max_concurrent = "3"'),
        ("max_concurrent = 3", "max_concurrent = 3.0"),
        ("max_concurrent = 3", "max_concurrent = true"),
        ('name = "Boon"', "name = 3"),
        ('staff = ["Anong", "Boon"]', 'staff = "Anong"'),
        ("per_hour = 12", "per_hour = inf"),
        ("per_hour = 12", "per_hour = nan"),
        ('kind = "alternative", ', ""),
        ("[service]", "[service]\nstrict_cinnox = 1"),
        ("2026-11-02T00:00:00", "2026-11-02T00:00:00+07:00"),
        ("2026-11-02T00:00:00", '"today"'),
        ("+07:00", "UTC"),
        ('name = "small"', 'name = "small"\ndays = 0'),
        ("[service]", "[targets]\naway_rate = 5\n[service]"),
        ("[service]", '[targets]\naway_rate = "little"\n[service]'),
        ("[service]", "[warm_start]\nopen_chats.Nobody = 1\n[service]"),
        ("[service]", '[roster]\nfiles = ["missing.csv"]\n[service]'),
        ("[service]", '[recorded]\nfile = "missing.csv"\n[service]'),
    ],
)
def test_nothing_is_taken_for_something_else(old: str, new: str) -> None:
    assert faults_of(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("name = \n", 1, 8), ('a = 1\nb = "x\n', 2, 7), ("[a]\nb = 1\nb = 2\n", 3, 6)],
)
def test_a_text_that_is_not_toml_has_one_place(text: str, line: int, column: int) -> None:
    with pytest.raises(ScenarioSyntaxError) as caught:
        Scenario.from_toml(text)

    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_file_that_is_not_text_has_one_place(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes(b'name = "x"\nsource = "caf\xe9"\n')

    with pytest.raises(ScenarioSyntaxError, match="save the file as UTF-8") as caught:
        Scenario.load(file)

    assert (caught.value.line, caught.value.column) == (2, 14)


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "scenario.toml").write_text(GOOD)

    with pytest.raises(ConfigurationError, match=r"did you mean 'scenario\.toml'"):
        Scenario.load(tmp_path / "scenaro.toml")


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="a folder"):
        Scenario.load(tmp_path)


def test_tables_are_read_from_beside_the_file_and_become_part_of_the_scenario(
    tmp_path: Path,
) -> None:
    (tmp_path / "roster.csv").write_text("member,days,start,end\nBoon,all,08:00,12:00\n")
    (tmp_path / "history.csv").write_text("arrival,handling_s\n2026-11-02 09:00:00,60\n")
    text = GOOD.replace(
        "[[roster.shifts]]",
        '[recorded]\nfile = "history.csv"\n[roster]\nfiles = ["roster.csv"]\n[[roster.shifts]]',
    ).replace('[customers.arrivals.shop]\nkind = "constant"\nper_hour = 12\n', "")
    (tmp_path / "scenario.toml").write_text(text)

    scenario = Scenario.load(tmp_path / "scenario.toml")

    assert [shift.member for shift in scenario.roster.shifts] == ["Boon", "Anong"]
    assert [enquiry.at_s for enquiry in scenario.recorded.enquiries] == [9 * 3600.0]
    assert Scenario.from_toml(scenario.to_toml(), base="/nowhere") == scenario


def test_faults_of_the_tables_come_with_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("member,days,start,end\nBon,mon,8:00,12:00\n")
    text = GOOD.replace("[[roster.shifts]]", '[roster]\nfiles = ["roster.csv"]\n[[roster.shifts]]')

    assert faults_of(text.replace("+07:00", "7"), base=tmp_path) == [
        "line 4, utc_offset",
        "roster.csv, line 2, member",
    ]


def test_a_scenario_made_in_python_has_its_faults_at_once() -> None:
    good = Scenario.from_toml(GOOD)

    with pytest.raises(ConfigurationError) as caught:
        good.replace(utc_offset="7", days=-1.0, members=good.members[:1])

    assert {fault.where for fault in caught.value.faults} >= {
        "utc_offset",
        "days",
        "destinations[0].staff[1]",
    }


def test_a_scenario_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Scenario.from_toml(GOOD).days = 3.0
