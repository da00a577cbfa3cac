"""The checkers that ship with the desk: sound methods pass, unsound ones are told why."""

# ruff: noqa: ARG005, ANN401 - a key takes three arguments

import datetime as dt
import math
from typing import Any

import pytest

from line_sim.desk.checks import check_distribution, check_rule
from line_sim.desk.setup import (
    Alternative,
    Channel,
    Condition,
    DeskSetup,
    Member,
    Percentage,
    Queue,
    Rule,
    Share,
    Time,
)
from line_sim.errors import ConfigurationError, DistributionError


def forgetful(member: Any, enquiry: Any, now: int) -> float:  # noqa: ARG001
    forgetful.calls += 1
    return forgetful.calls


forgetful.calls = 0


@pytest.mark.parametrize(
    "key",
    [
        lambda member, enquiry, now: member.open_chats,
        lambda member, enquiry, now: -member.last_activity,
        lambda member, enquiry, now: (now - member.last_close) / (1 + member.open_chats),
        lambda member, enquiry, now: 0,
    ],
)
def test_a_sound_method_passes(key: Any) -> None:
    assert check_distribution(key) is None


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (lambda member, enquiry, now: member.open_chat, "did you mean 'open_chats'"),
        (lambda member, enquiry: 1, "cannot be called"),
        (lambda member, enquiry, now: True, "a number is due; it returns True"),
        (lambda member, enquiry, now: None, "a number is due; it returns None"),
        (lambda member, enquiry, now: math.nan, "finite"),
        (lambda member, enquiry, now: math.inf, "finite"),
        (lambda member, enquiry, now: 1 << 60, "engines agree up to"),
        (lambda member, enquiry, now: 1 / member.open_chats, "raises ZeroDivisionError"),
        (lambda member, enquiry, now: setattr(member, "cap", 3) or 1, "sets member.cap"),
        (forgetful, "luck is in enquiry.luck"),
        (3, "got 3"),
    ],
)
def test_an_unsound_method_is_told_why(key: Any, said: str) -> None:
    with pytest.raises(DistributionError, match=said):
        check_distribution(key)


def test_what_is_wrong_in_many_situations_is_told_once() -> None:
    with pytest.raises(DistributionError) as caught:
        check_distribution(lambda member, enquiry, now: "first")

    assert len(caught.value.findings) == 1


def desk(rule: Rule) -> DeskSetup:
    return DeskSetup(
        start=dt.datetime(2026, 11, 4, 15, 30),  # noqa: DTZ001 - local by design
        utc_offset="+09:00",
        members=(Member(name="Ann"),),
        destinations=(Queue(name="day", staff=("Ann",)), Queue(name="night", staff=("Ann",))),
        channels=(Channel(name="bank", rule=rule),),
    )


def test_every_minute_of_the_week_goes_to_one_place() -> None:
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    rule = Time(
        conditions=(
            Condition(days=weekdays, from_time="09:00", to_time="17:00", destinations=("day",)),
            Condition(days=("fri",), from_time="16:00", to_time="02:00", destinations=("night",)),
        ),
        holidays=(dt.date(2026, 11, 5),),
    )

    week = check_rule(desk(rule), "bank")

    assert week == {"day": 5 * 480, "night": 9 * 60, "": 7 * 1440 - 5 * 480 - 9 * 60}


def test_a_rule_without_a_clock_says_its_lists() -> None:
    rule = Percentage(
        shares=(Share(percentage=70, destinations=("day",)),), percentage_remainder=("night",)
    )

    assert check_rule(desk(rule), "bank") == {"day": 10080, "night": 10080}


def test_a_faulty_desk_is_refused_with_its_faults() -> None:
    with pytest.raises(ConfigurationError, match="dya"):
        check_rule(desk(Alternative(destinations=("dya",))), "bank")
