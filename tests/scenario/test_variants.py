"""Variants by dotted path: the right places change, and nothing else."""

from __future__ import annotations

import pytest

from line_sim.desk.setup import Chatbot
from line_sim.errors import ConfigurationError
from line_sim.scenario import Scenario

TEXT = """
name = "small"
start = 2026-11-02T00:00:00
utc_offset = "+07:00"
members = [{ name = "Anong" }, { name = "Dr. Boon" }]
[[destinations]]
kind = "queue"
name = "desk"
staff = ["Anong", "Dr. Boon"]
[[destinations]]
kind = "queue"
name = "night"
staff = ["Anong"]
[[destinations]]
kind = "chatbot"
name = "bot"
[[channels]]
name = "shop"
[channels.rule]
kind = "percentage"
shares = [{ percentage = 60, destinations = ["desk"] }]
percentage_remainder = ["bot"]
[customers.arrivals.shop]
kind = "constant"
per_hour = 12
[staff.speed.by_member]
"Dr. Boon" = 1.5
"""
SMALL = Scenario.from_toml(TEXT)


def test_an_asterisk_changes_every_item_that_knows_the_key() -> None:
    changed = SMALL.with_value("destinations.*.distribution", "most_idle")

    assert [getattr(each, "distribution", None) for each in changed.destinations] == [
        "most_idle",
        "most_idle",
        None,
    ]
    assert changed.replace(destinations=SMALL.destinations) == SMALL


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("destinations.night.distribution", "fixed_order", "fixed_order"),
        ("destinations[1].queue_max_hold_s", "none", None),
        ("destinations.1.queue_max_hold_s", "90", 90.0),
        ("destinations.night.staff", '["Dr. Boon"]', ("Dr. Boon",)),
        ("destinations.night.staff", ("Dr. Boon",), ("Dr. Boon",)),
    ],
)
def test_an_item_goes_by_its_name_or_place(path: str, value: object, expected: object) -> None:
    changed = SMALL.with_value(path, value).destinations[1]

    assert getattr(changed, path.rpartition(".")[2]) == expected


def test_names_with_dots_are_quoted() -> None:
    changed = SMALL.with_value('members."Dr. Boon".max_concurrent', 2)

    assert [member.max_concurrent for member in changed.members] == [None, 2]


def test_free_keys_and_kinds_may_be_set() -> None:
    faster = SMALL.with_value("staff.speed.by_member.Anong", 2)
    silent = SMALL.with_value("destinations.bot", Chatbot(name="bot", support_languages=("th",)))

    assert faster.staff.speed.by_member == {"Dr. Boon": 1.5, "Anong": 2.0}
    assert silent.destinations[2].support_languages == ("th",)


@pytest.mark.parametrize(
    ("path", "mend"),
    [
        ("destinations.*.distributon", "'distribution'"),
        ("destinatons.*.distribution", "'destinations'"),
        ("destinations.nigth.distribution", "'night'"),
        ("channels.shop.rule.shares.percentage", ""),
        ("service.max_wait_s.x", ""),
        ("service..x", ""),
        ("", ""),
    ],
)
def test_a_path_that_leads_nowhere_names_the_nearest_key(path: str, mend: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SMALL.with_value(path, 1)

    assert mend in caught.value.faults[0].mend


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("destinations.*.distribution", "mostidle"),
        ("service.max_wait_s", "long"),
        ("service.max_wait_s", -1),
        ("channels.shop.rule.shares[0].percentage", 101),
        ("members.Anong.max_concurrent", "2.5"),
        ("destinations.desk.distribution", "least_active"),
    ],
)
def test_a_value_that_may_not_stand_there_is_refused(path: str, value: object) -> None:
    with pytest.raises(ConfigurationError):
        SMALL.with_value(path, value)
