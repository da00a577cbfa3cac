"""One person more or fewer changes everything said of that person, and nothing else."""

import dataclasses

import pytest

from line_sim.errors import ConfigurationError
from line_sim.scenario import Roster, Scenario

SHIPPED = ["bangkok_shop", "tokyo_bank", "taipei_campaign"]


@pytest.mark.parametrize("shipped", SHIPPED)
def test_a_colleague_who_comes_and_goes_leaves_no_trace(shipped: str) -> None:
    scenario = Scenario.load(shipped)

    for member in scenario.members:
        more = scenario.with_another(member.name, "Somebody New")

        assert len(scenario.members) + 1 == len(more.members)
        assert scenario == more.without_member("Somebody New")


def test_the_new_colleague_works_as_the_one_named_does() -> None:
    scenario = Scenario.load("bangkok_shop").with_value(
        "destinations.*.weights", [1, 2, 3, 4, 5, 6]
    )
    more = scenario.with_another("Anong", "Gift")
    lines = [shift for shift in more.roster.shifts if shift.member == "Gift"]

    assert lines == [
        dataclasses.replace(shift, member="Gift")
        for shift in scenario.roster.shifts
        if shift.member == "Anong"
    ]
    assert (*scenario.destinations[0].staff, "Gift") == more.destinations[0].staff
    assert (1, 2, 3, 4, 5, 6, 1) == more.destinations[0].weights
    assert 1.2 == more.staff.speed.by_member["Gift"]


def test_who_goes_is_gone_from_every_table() -> None:
    scenario = Scenario.load("tokyo_bank").without_member("Hara")

    assert "Hara" not in scenario.to_toml()


def test_the_chats_of_the_start_are_not_doubled() -> None:
    scenario = Scenario.load("tokyo_bank")

    assert scenario.warm_start == scenario.with_another("Hara", "Inoue").warm_start


def test_names_that_nobody_or_somebody_has_are_refused() -> None:
    scenario = Scenario.load("bangkok_shop")

    with pytest.raises(ConfigurationError, match="Anong"):
        scenario.without_member("Anon")
    with pytest.raises(ConfigurationError, match="Anong"):
        scenario.with_another("Anon", "Gift")
    with pytest.raises(ConfigurationError, match="a name nobody has"):
        scenario.with_another("Anong", "Chai")


def test_the_last_line_of_a_roster_stays() -> None:
    scenario = Scenario.load("bangkok_shop")
    lines = tuple(shift for shift in scenario.roster.shifts if shift.member == "Anong")
    alone = scenario.replace(roster=Roster(shifts=lines))

    with pytest.raises(ConfigurationError, match="everybody on shift"):
        alone.without_member("Anong")
