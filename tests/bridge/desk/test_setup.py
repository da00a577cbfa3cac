"""What administrators fill in, as the desk sees it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_shop import add_channel, add_staff, open_home, small_shop
from worlds import setups

from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.desk.setup import began, next_number, read_setup
from line_sim.bridge.desk.words import from_json, to_json
from line_sim.bridge.store import tables
from line_sim.desk.setup import Alternative, Member, Percentage, Queue, Share, Time
from line_sim.errors import ConfigurationError

if TYPE_CHECKING:
    from small_shop import Home

    from line_sim.desk.setup import DeskSetup

FEW = settings(max_examples=30, suppress_health_check=list(HealthCheck))


def test_rows_make_a_desk(home: Home) -> None:
    setup = small_shop(home, max_concurrent=3).setup

    assert setup.start == dt.datetime(2026, 11, 1, 23)  # noqa: DTZ001 - local
    assert setup.utc_offset == "+07:00"
    assert [member.name for member in setup.members] == ["Anong S", "Boon S"]
    assert setup.destinations == (Queue(name="desk", staff=("Anong S", "Boon S")),)
    assert setup.channels[0].rule == Alternative(destinations=("desk",))
    assert setup.channels[0].messages.away
    assert setup.tags == {"desk": ("desk",)}
    assert setup.service.max_concurrent == 3


def test_a_new_install_begins_with_nothing_and_grows(home: Home) -> None:
    desk = LiveDesk(home)
    desk.begin()

    assert desk.receive(0, desk.visitor("U1"), "text") is None
    assert desk.next_due() is None
    add_staff(home.store, next_number(home.store, tables.staff), "Anong", role="administrator")

    assert desk.reconfigure()
    assert desk.setup.members == (Member(name="Anong S", role="administrator"),)
    assert desk.set_status(0, "active")


def test_the_desk_counts_from_a_whole_minute_and_keeps_to_it(home: Home) -> None:
    first = began(home.store, 1_793_548_859.9)

    assert first == began(home.store, 1_999_999_999.0)
    assert first.timestamp() == 1_793_548_800.0


def test_what_is_deleted_stays(home: Home) -> None:
    desk = small_shop(home)
    with home.store.transaction():
        for table in (tables.staff, tables.destinations, tables.channels):
            home.store.run(table.update().where(table.c.number == 0).values(state="deleted"))
        desk.reconfigure()

    assert [member.account for member in desk.setup.members] == ["suspended", "live"]
    assert desk.setup.destinations == (Queue(name="desk"),)
    assert desk.setup.channels[0].state == "deleted"
    assert not desk.setup.tags


def test_a_row_that_is_gone_keeps_its_number(home: Home) -> None:
    small_shop(home)
    add_staff(home.store, 4, "Chai")

    members = read_setup(home.store).members

    assert [member.name for member in members] == ["Anong S", "Boon S", "#2", "#3", "Chai S"]
    assert members[3].account == "suspended"


def test_two_of_one_name_are_told_apart(home: Home) -> None:
    small_shop(home)
    add_staff(home.store, 2, "Boon", login="boon.two")
    add_channel(home.store, 1, "shop", rule={"kind": "alternative", "destinations": [1]})

    setup = read_setup(home.store)

    assert [member.name for member in setup.members][1:] == ["Boon S", "Boon S (boon.two)"]
    assert [channel.name for channel in setup.channels] == ["shop", "shop (#1)"]


def test_rules_speak_of_destinations_by_id(home: Home) -> None:
    small_shop(home)
    share = {"percentage": 40, "destinations": [1]}
    rules: list[Any] = [
        {"kind": "percentage", "shares": [share], "percentage_remainder": [1]},
        {
            "kind": "time", "conditions": [{"from_time": "09:00", "destinations": [1]}],
            "holidays": ["2026-12-05"],
        },
    ]  # fmt: skip
    for number, rule in enumerate(rules, 1):
        add_channel(home.store, number, f"c{number}", rule=rule)

    _, percentage, time = (channel.rule for channel in read_setup(home.store).channels)

    shares = (Share(percentage=40, destinations=("desk",)),)
    assert percentage == Percentage(shares=shares, percentage_remainder=("desk",))
    assert isinstance(time, Time)
    assert (time.conditions[0].destinations, time.holidays[0].day) == (("desk",), 5)


def test_a_setup_with_faults_is_refused_and_nothing_changes(home: Home) -> None:
    desk = small_shop(home)
    before = desk.setup

    def change() -> None:
        with home.store.transaction():
            home.store.run(tables.meta.update().where(tables.meta.c.name == "service").values(
                value={"offer_timeout_s": -1}))  # fmt: skip
            desk.reconfigure()

    with pytest.raises(ConfigurationError, match="offer_timeout_s"):
        change()

    assert before == desk.setup == read_setup(home.store)


@FEW
@given(setup=setups())
def test_a_setup_is_written_down_and_read_again(setup: DeskSetup) -> None:
    plain = dataclasses.replace(setup, methods={})

    assert plain == from_json(to_json(setup))


@FEW
@given(edits=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=8))
def test_numbers_are_given_once(edits: list[tuple[int, int]]) -> None:
    home = open_home("sqlite://")
    desk = small_shop(home)
    known = list(desk.setup.members)
    for what, who in edits:
        with home.store.transaction():
            if what < 2:
                number = next_number(home.store, tables.staff)
                add_staff(home.store, number, f"N{number}")
            else:
                row = tables.staff.update().where(tables.staff.c.number == who % len(known))
                home.store.run(row.values(state=("enabled", "suspended", "deleted")[what % 3]))
            desk.reconfigure()
        had, known = known, list(desk.setup.members)
        assert [m.name for m in known[: len(had)]] == [m.name for m in had]
    home.store.close()
