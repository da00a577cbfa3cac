"""A desk's faults: each is found, at its place, and none is found where there is none."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.desk.faults import faults
from line_sim.desk.setup import (
    Alternative,
    AutoMessages,
    Channel,
    Chatbot,
    Condition,
    DeskSetup,
    Member,
    Percentage,
    Queue,
    Service,
    ServiceGroup,
    Share,
    SpecialDay,
    Sticky,
    Time,
)

HOLIDAY = dt.date(2026, 4, 13)
SHARES = (
    Share(percentage=60, destinations=("sales",)),
    Share(percentage=40, destinations=("night",)),
)
GOOD = DeskSetup(
    start=dt.datetime(2026, 11, 2),  # noqa: DTZ001 (the desk's start is local to its offset)
    utc_offset="+07:00",
    members=(Member(name="Anong"), Member(name="Boon", max_concurrent=3)),
    destinations=(
        ServiceGroup(name="sales", staff=("Anong", "Boon")),
        Queue(name="night", staff=("Boon",)),
        Chatbot(name="bot"),
    ),
    channels=(Channel(name="shop", rule=Alternative(destinations=("sales", "bot"))),),
    tags={"expert": ("night",)},
    classes=("customer", "vip"),
)


def with_rule(rule: Any) -> DeskSetup:  # noqa: ANN401 (tests put anything there)
    return dataclasses.replace(GOOD, channels=(Channel(name="shop", rule=rule),))


def with_service(**changes: Any) -> DeskSetup:  # noqa: ANN401 (as above)
    return dataclasses.replace(GOOD, service=Service(**changes))


def with_queue(**changes: Any) -> DeskSetup:  # noqa: ANN401 (as above)
    queue = Queue(**{"name": "night", "staff": ("Boon",), **changes})
    return dataclasses.replace(
        GOOD, destinations=(GOOD.destinations[0], queue, GOOD.destinations[2])
    )


def time_rule(**changes: Any) -> DeskSetup:  # noqa: ANN401 (as above)
    open_hours = Condition(from_time="09:00", to_time="18:00", destinations=("sales",))
    return with_rule(Time(**{"conditions": (open_hours,), **changes}))


def channel(**changes: Any) -> DeskSetup:  # noqa: ANN401 (as above)
    return dataclasses.replace(GOOD, channels=(dataclasses.replace(GOOD.channels[0], **changes),))


FAULTLESS = {
    "plain": GOOD,
    "percentages of 100": with_rule(Percentage(shares=SHARES)),
    "a remainder": with_rule(Percentage(shares=SHARES[:1], percentage_remainder=("bot",))),
    "100 percent alone": with_rule(
        Percentage(shares=(Share(percentage=100, destinations=("sales",)),))
    ),
    "a night": time_rule(
        conditions=(Condition(from_time="22:00", to_time="06:00", destinations=("night",)),)
    ),
    "until midnight": time_rule(
        conditions=(Condition(from_time="09:00", to_time="24:00", destinations=("sales",)),),
        time_wrap=False,
    ),
    "most spare capacity under a cap": dataclasses.replace(
        with_queue(distribution="most_spare_capacity"), service=Service(strict_cinnox=False)
    ),
    "own method": dataclasses.replace(
        GOOD, methods={"night": lambda _m, _e, _now: 0.0}, service=Service(strict_cinnox=False)
    ),
    "a deleted channel frees its account": dataclasses.replace(
        GOOD,
        channels=(
            dataclasses.replace(GOOD.channels[0], line_account="@shop"),
            dataclasses.replace(
                GOOD.channels[0], name="old", line_account="@shop", state="deleted"
            ),
        ),
    ),
    "auto-close": with_service(
        auto_close=True, auto_close_after_s=3600.0, auto_close_notice_s=300.0
    ),
    "no limits": with_service(max_wait_s=None, offer_timeout_s=None, transfer_wait_s=None),
}

FAULTY = {
    "a zone in the start": (
        dataclasses.replace(GOOD, start=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        "start",
    ),
    "offset": (dataclasses.replace(GOOD, utc_offset="+7"), "utc_offset"),
    "offset beyond the earth": (dataclasses.replace(GOOD, utc_offset="+15:00"), "utc_offset"),
    "a channel's offset": (channel(utc_offset="UTC"), "channels[0].utc_offset"),
    "nobody": (
        dataclasses.replace(
            GOOD, members=(), destinations=(Chatbot(name="bot"), Chatbot(name="sales")), tags={}
        ),
        "members",
    ),
    "two of a name": (
        dataclasses.replace(GOOD, members=(*GOOD.members, Member(name="Boon"))),
        "members[2]",
    ),
    "no name": (
        dataclasses.replace(GOOD, members=(*GOOD.members, Member(name=" "))),
        "members[2].name",
    ),
    "a member's cap": (
        dataclasses.replace(GOOD, members=(GOOD.members[0], Member(name="Boon", max_concurrent=0))),
        "members[1].max_concurrent",
    ),
    "unknown staff": (with_queue(staff=("Bon",)), "destinations[1].staff[0]"),
    "staff twice": (with_queue(staff=("Boon", "Boon")), "destinations[1].staff[1]"),
    "a long group name": (
        dataclasses.replace(
            GOOD, destinations=(*GOOD.destinations, ServiceGroup(name="g" * 41, staff=("Boon",)))
        ),
        "destinations[3].name",
    ),
    "no language": (with_queue(support_languages=()), "destinations[1].support_languages"),
    "weights' number": (with_queue(weights=(1.0, 2.0)), "destinations[1].weights"),
    "a weight of zero": (with_queue(weights=(0.0,)), "destinations[1].weights[0]"),
    "pool": (with_queue(pool_every_s=0.0), "destinations[1].pool_every_s"),
    "pool's step": (with_queue(pool_step=0), "destinations[1].pool_step"),
    "hold": (with_queue(queue_max_hold_s=-1.0), "destinations[1].queue_max_hold_s"),
    "size": (with_queue(queue_max_size=-1), "destinations[1].queue_max_size"),
    "a strict queue": (with_queue(distribution="least_active"), "destinations[1].distribution"),
    "a strict group": (
        dataclasses.replace(
            GOOD,
            destinations=(
                ServiceGroup(name="sales", distribution="most_idle"),
                *GOOD.destinations[1:],
            ),
        ),
        "destinations[0].distribution",
    ),
    "no cap": (
        dataclasses.replace(
            with_queue(staff=("Anong", "Boon"), distribution="most_spare_capacity"),
            service=Service(strict_cinnox=False),
        ),
        "destinations[1].distribution",
    ),
    "a strict method": (
        dataclasses.replace(GOOD, methods={"night": lambda _m, _e, _now: 0.0}),
        "methods",
    ),
    "a method for a bot": (
        dataclasses.replace(
            GOOD, methods={"bot": lambda _m, _e, _now: 0.0}, service=Service(strict_cinnox=False)
        ),
        "methods.bot",
    ),
    "a long channel name": (channel(name="c" * 41), "channels[0].name"),
    "long custom info": (channel(custom_info="c" * 10_001), "channels[0].custom_info"),
    "cooldown": (
        channel(messages=AutoMessages(away_cooldown_s=-1.0)),
        "channels[0].messages.away_cooldown_s",
    ),
    "sticky": (channel(sticky=Sticky(sticky_wait_s=0.0)), "channels[0].sticky.sticky_wait_s"),
    "one account twice": (
        dataclasses.replace(
            GOOD,
            channels=(
                GOOD.channels[0],
                dataclasses.replace(GOOD.channels[0], name="b", line_account="shop"),
            ),
        ),
        "channels[1].line_account",
    ),
    "no channel": (dataclasses.replace(GOOD, channels=()), "channels"),
    "an empty rule": (with_rule(Alternative()), "channels[0].rule.destinations"),
    "six destinations": (
        with_rule(Alternative(destinations=("sales", "night", "bot") * 2)),
        "channels[0].rule.destinations",
    ),
    "an unknown destination": (
        with_rule(Alternative(destinations=("sale",))),
        "channels[0].rule.destinations[0]",
    ),
    "110 percent": (
        with_rule(Percentage(shares=(*SHARES, Share(percentage=10, destinations=("bot",))))),
        "channels[0].rule.shares",
    ),
    "60 percent": (with_rule(Percentage(shares=SHARES[:1])), "channels[0].rule.shares"),
    "0 percent": (
        with_rule(
            Percentage(
                shares=(Share(percentage=0, destinations=("bot",)),),
                percentage_remainder=("sales",),
            )
        ),
        "channels[0].rule.shares[0].percentage",
    ),
    "no share": (with_rule(Percentage()), "channels[0].rule.shares"),
    "a time rule of nothing": (with_rule(Time()), "channels[0].rule"),
    "a day": (
        time_rule(conditions=(Condition(days=("Monday",), destinations=("bot",)),)),
        "channels[0].rule.conditions[0].days[0]",
    ),
    "no day": (
        time_rule(conditions=(Condition(days=(), destinations=("bot",)),)),
        "channels[0].rule.conditions[0].days",
    ),
    "a clock": (
        time_rule(conditions=(Condition(from_time="9:00", destinations=("bot",)),)),
        "channels[0].rule.conditions[0].from_time",
    ),
    "from 24:00": (
        time_rule(conditions=(Condition(from_time="24:00", destinations=("bot",)),)),
        "channels[0].rule.conditions[0].from_time",
    ),
    "a wrap switched off": (
        time_rule(
            conditions=(Condition(from_time="22:00", to_time="06:00", destinations=("bot",)),),
            time_wrap=False,
        ),
        "channels[0].rule.conditions[0].to_time",
    ),
    "a holiday twice": (time_rule(holidays=(HOLIDAY, HOLIDAY)), "channels[0].rule.holidays[1]"),
    "a special holiday": (
        time_rule(holidays=(HOLIDAY,), special_days=(SpecialDay(date=HOLIDAY),)),
        "channels[0].rule.special_days[0].date",
    ),
    "an unknown tag's destination": (
        dataclasses.replace(GOOD, tags={"vip": ("nigth",)}),
        "tags.vip[0]",
    ),
    "an empty tag": (dataclasses.replace(GOOD, tags={"vip": ()}), "tags.vip"),
    "a class twice": (dataclasses.replace(GOOD, classes=("vip", "vip")), "classes[1]"),
    "priorities": (dataclasses.replace(GOOD, priorities=(1,)), "priorities"),
    "a negative priority": (dataclasses.replace(GOOD, priorities=(1, -1)), "priorities[1]"),
    "no receiving status": (with_service(receiving_statuses=()), "service.receiving_statuses"),
    "offline receives": (
        with_service(receiving_statuses=("active", "offline")),
        "service.receiving_statuses[1]",
    ),
    "auto-close without a time": (with_service(auto_close=True), "service.auto_close"),
    "a notice before the start": (
        with_service(auto_close_after_s=60.0, auto_close_notice_s=60.0),
        "service.auto_close_notice_s",
    ),
    "no time to wait": (with_service(max_wait_s=0.0), "service.max_wait_s"),
    "an endless number": (with_service(offer_timeout_s=1e10), "service.offer_timeout_s"),
    "reopen": (with_service(reopen_window_s=-1.0), "service.reopen_window_s"),
    "percentages the wrong way round": (
        with_service(percentage_min=60, percentage_max=50),
        "service.percentage_max",
    ),
    "an unknown word": (with_service(max_wait_scope="enquire"), "service.max_wait_scope"),
    "text for a number": (with_service(max_wait_s="60"), "service.max_wait_s"),
    "true for a count": (with_service(max_concurrent=True), "service.max_concurrent"),
    "a list for a tuple": (with_queue(staff=["Boon"]), "destinations[1].staff"),
    "a word for a rule": (with_rule("alternative"), "channels[0].rule"),
    "not a number": (with_service(max_wait_s=float("nan")), "service.max_wait_s"),
}


@pytest.mark.parametrize("name", FAULTLESS)
def test_a_faultless_desk_has_no_faults(name: str) -> None:
    assert faults(FAULTLESS[name]) == []


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_found_at_its_place(name: str) -> None:
    setup, where = FAULTY[name]

    assert where in [fault.where for fault in faults(setup)]


def test_all_faults_are_found_at_once() -> None:
    setup = dataclasses.replace(
        with_queue(staff=("Bon",), pool_start=0),
        service=Service(max_wait_s=0.0, max_wait_scope="enquire"),  # type: ignore[arg-type]
        utc_offset="7",
        tags={"expert": ("nite",)},
    )

    assert [fault.where for fault in faults(setup)] == [
        "service.max_wait_scope",
        "utc_offset",
        "destinations[1].staff[0]",
        "destinations[1].pool_start",
        "tags.expert[0]",
        "service.max_wait_s",
    ]


def test_an_unknown_name_comes_with_the_nearest() -> None:
    fault = faults(with_queue(staff=("Annong",)))[0]

    assert "Anong" in fault.mend


@given(st.lists(st.integers(1, 99), min_size=2, max_size=6))
def test_percentages_are_faultless_exactly_when_they_sum_to_100_or_leave_a_remainder(
    percentages: list[int],
) -> None:
    shares = tuple(Share(percentage=value, destinations=("sales",)) for value in percentages)
    total = sum(percentages)

    alone = not faults(with_rule(Percentage(shares=shares)))
    remainder = not faults(with_rule(Percentage(shares=shares, percentage_remainder=("bot",))))

    assert (alone, remainder) == (total == 100, total <= 100)
