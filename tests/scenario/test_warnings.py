"""Warnings before a run: each comes where it should, and none where nothing is wrong."""

from __future__ import annotations

import pytest

from line_sim.scenario import Scenario

CALM = """
name = "calm"
start = 2026-11-02T00:00:00
utc_offset = "+07:00"
members = [{ name = "Anong" }]
[service]
max_concurrent = 1
[[destinations]]
kind = "queue"
name = "desk"
staff = ["Anong"]
[[channels]]
name = "shop"
messages.away = true
[channels.rule]
kind = "time"
[[channels.rule.conditions]]
from_time = "22:00"
to_time = "06:00"
destinations = ["desk"]
[customers.arrivals.shop]
kind = "constant"
per_hour = 10
[[customers.classes]]
name = "order"
work = { kind = "constant", value_s = 300 }
[targets]
away_rate = "<= 5 %"
[[roster.shifts]]
member = "Anong"
days = ["sun", "mon"]
start = "22:00"
end = "06:00"
"""


def where(text: str) -> list[str]:
    return [fault.where for fault in Scenario.from_toml(text).warnings()]


def test_a_calm_scenario_has_no_warnings() -> None:
    assert where(CALM) == []


LATE = """
[[customers.campaigns]]
name = "late"
channel = "shop"
audience = 9
at = 2027-01-01T00:00:00
[targets]"""
BOT = """
[[destinations]]
kind = "chatbot"
name = "bot"
[service]"""
ONCE = 'messages = { away = true, away_once_per = "visitor_window" }'
ARRIVALS = """[customers.arrivals.shop]
kind = "constant"
per_hour = 10
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('end = "06:00"', 'end = "05:00"', "channels[0].rule"),
        ('["sun", "mon"]', '["mon"]', "channels[0].rule"),
        ('end = "06:00"', 'end = "06:00"\nbreaks = [["01:00", "01:30"]]', "channels[0].rule"),
        ("per_hour = 10", "per_hour = 13", "roster"),
        ("value_s = 300", "value_s = 400", "roster"),
        ('{ name = "Anong" }', '{ name = "Anong" }, { name = "Boon" }', "members[1]"),
        ("messages.away = true", "messages.welcome = true", "channels[0].messages.away"),
        ('staff = ["Anong"]', "staff = []", "destinations[0].staff"),
        ("[service]", BOT, "destinations[0]"),
        ("[targets]", 'turns = { kind = "fixed", value = 2 }\n[targets]', "service.auto_close"),
        ("messages.away = true", ONCE, "channels[0].messages.away_cooldown_s"),
        (ARRIVALS, "", "customers.arrivals"),
        ("[targets]", LATE, "customers.campaigns[0].at"),
    ],
)
def test_what_is_probably_not_meant_is_told(old: str, new: str, expected: str) -> None:
    assert old in CALM
    assert expected in where(CALM.replace(old, new))


def test_hours_say_when() -> None:
    short = CALM.replace('start = "22:00"\nend = "06:00"', 'start = "22:00"\nend = "05:00"')
    (warning,) = Scenario.from_toml(short).warnings()

    assert warning.allowed == "Mon 05:00 to Mon 06:00"
