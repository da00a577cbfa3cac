"""Sticky: who, scope, memory, waiting; ``docs/model.md``, "Sticky"."""

from __future__ import annotations

from typing import Any

import pytest
from small import Room, channel, group, room

from line_sim.desk import shifts
from line_sim.desk.setup import Alternative, AutoMessages, Percentage, Share, Sticky


def served(*by: str, at_end: float = 100, **sticky: Any) -> Room:  # noqa: ANN401 - fields
    """A desk that has served visitor 0 by these members, one after another from 0 s on."""
    settings = Sticky(**{"enabled": True} | sticky)
    desk = room(
        group("g", "abc", "simultaneous"), group("h", "c"), sticky=settings,
        messages=AutoMessages(away=True),
    )  # fmt: skip
    desk.on(0, "abc")
    for i, letter in enumerate(by):
        enquiry = desk.writes(i, visitor=0)
        if desk.pick(i, enquiry, letter) == 0:
            desk.refuse(i, enquiry, desk.offered(enquiry)[-1])
            desk.pick(i, enquiry, letter)
        desk.close(i, enquiry)
    desk.timers_before(at_end)
    return desk


def test_without_sticky_a_returning_visitor_goes_where_all_go() -> None:
    desk = served("b", enabled=False)

    assert "abc" == desk.offered(desk.writes(100))


def test_a_returning_visitor_is_offered_to_who_helped_before_alone_for_a_while() -> None:
    desk = served("b")
    enquiry = desk.writes(100)
    desk.timers_until(160)

    assert [(100, "b"), (160, "a"), (160, "b"), (160, "c")] == desk.offers(enquiry)
    assert "sticky" in [why for _, why in desk.reasons("offered")]


def test_the_wait_for_the_helper_has_its_own_length() -> None:
    desk = served("b", sticky_wait_s=30)
    enquiry = desk.writes(100)
    desk.timers_until(130)

    assert (130, "a") == desk.offers(enquiry)[1]


def test_the_time_with_the_helper_counts_for_no_other_limit() -> None:
    desk = served("b")
    desk.writes(100)
    desk.timers_until(500)

    assert [100 + 60 + 60 + 60] == desk.times("missed")


@pytest.mark.parametrize(
    ("who", "helper"), [("last_owner", "c"), ("first_owner", "a"), ("most_frequent", "b")]
)
def test_who_is_the_helper(who: str, helper: str) -> None:
    desk = served("a", "b", "b", "c", sticky_who=who)

    assert helper == desk.offered(desk.writes(100))


def test_of_those_who_helped_equally_often_the_latest_is_the_helper() -> None:
    desk = served("a", "b", "b", "a", sticky_who="most_frequent")

    assert "a" == desk.offered(desk.writes(100))


def test_memory_lasts_as_long_as_it_is_told_to() -> None:
    desk = served("b", sticky_ttl_s=50)

    assert "b" == desk.offered(desk.writes(50))
    desk = served("b", sticky_ttl_s=50)
    assert "abc" == desk.offered(desk.writes(50.000001))


@pytest.mark.parametrize(
    ("unavailable", "offers", "missed"),
    [
        ("fallback", [(100, "a"), (100, "c")], []),
        ("wait", [(120, "b")], []),
        ("miss", [], [(100, "all_away")]),
    ],
)
def test_what_happens_when_the_helper_is_not_there(
    unavailable: str, offers: list[tuple[float, str]], missed: list[tuple[float, str]]
) -> None:
    desk = served("b", sticky_unavailable=unavailable)
    desk.status(90, "b", "busy")
    enquiry = desk.writes(100)
    desk.status(120, "b", "active")

    assert offers == [offer for offer in desk.offers(enquiry) if offer[0] < 121][: len(offers)]
    assert missed == desk.reasons("missed") == desk.reasons("away_sent")


def test_who_waits_for_the_helper_in_vain_falls_back_to_the_rule() -> None:
    desk = served("b", sticky_unavailable="wait")
    desk.status(90, "b", "busy")
    enquiry = desk.writes(100)
    desk.timers_until(160)

    assert [(160, "a"), (160, "c")] == desk.offers(enquiry)


@pytest.mark.parametrize(
    ("unavailable", "next_offers"),
    [("fallback", [(110, "a"), (110, "c")]), ("wait", []), ("miss", [])],
)
def test_a_helper_who_leaves_while_asked_is_as_one_who_is_not_there(
    unavailable: str, next_offers: list[tuple[float, str]]
) -> None:
    desk = served("b", sticky_unavailable=unavailable)
    enquiry = desk.writes(100)
    desk.status(110, "b", "busy")

    assert next_offers == desk.offers(enquiry)[1:]
    assert (unavailable == "miss") == (desk.state(enquiry) == "missed")


def test_a_helper_who_refuses_sends_the_enquiry_to_the_rule_at_once() -> None:
    desk = served("b", sticky_unavailable="wait")
    enquiry = desk.writes(100)
    desk.refuse(105, enquiry, "b")

    assert [(105, "a"), (105, "b"), (105, "c")] == desk.offers(enquiry)[1:]


def test_a_suspended_account_is_nobodys_helper() -> None:
    desk = served("b", sticky_unavailable="miss")
    shifts.set_account(desk.desk, 1, 0, desk.timers_before(90))

    assert "ac" == desk.offered(desk.writes(100))


def test_the_helper_need_not_belong_to_todays_destination_unless_asked() -> None:
    for asked, who in (False, "b"), (True, "c"):
        desk = served("b", sticky_require_membership=asked)
        shop = desk.desk.channels[0]
        shop.first_condition, desk.desk.conditions[0].first_route = 0, 1
        desk.desk.conditions[0].routes = 1  # from now on only h, where b does not sit

        assert who == desk.offered(desk.writes(100))


def test_a_missed_enquiry_leaves_no_memory_and_a_follow_up_does() -> None:
    desk = served()
    first = desk.writes(100)
    desk.timers_until(220)
    again = desk.writes(300)
    assert "abc" == desk.offered(again)
    desk.timers_until(500)
    desk.follow_up(500, first, "b")
    desk.close(501, first)

    assert "b" == desk.offered(desk.writes(600))


def test_memory_is_kept_by_channel_or_for_the_whole_service() -> None:
    for scope, second in ("channel", "ab"), ("service", "b"):
        rule = Alternative(destinations=("g",))
        sticky = Sticky(enabled=True, sticky_scope=scope)
        desk = room(
            group("g", "ab", "simultaneous"),
            channels=[channel(rule, name, sticky=sticky) for name in ("one", "two")],
        )
        desk.on(0, "ab")
        first = desk.writes(0, channel=0)
        desk.pick(1, first, "b")
        desk.close(2, first)

        assert second == desk.offered(desk.writes(3, channel=1))


def test_a_memory_of_the_service_and_one_of_a_channel_do_not_mix() -> None:
    rule = Alternative(destinations=("g",))
    desk = room(
        group("g", "abc", "simultaneous"),
        channels=[
            channel(rule, "one", sticky=Sticky(enabled=True)),
            channel(rule, "two", sticky=Sticky(enabled=True, sticky_scope="service")),
            channel(rule, "three"),
        ],
    )
    desk.on(0, "abc")
    for at, (where, letter) in enumerate(((0, "a"), (2, "b"))):
        enquiry = desk.writes(at, channel=where)
        desk.pick(at, enquiry, letter)
        desk.close(at, enquiry)

    assert "b" == desk.offered(desk.writes(9, channel=1)), "the newest on any channel"
    assert "a" == desk.offered(desk.writes(9, channel=0)), "the newest on this one"


def test_sticky_enquiries_do_not_move_the_counters_of_the_rule() -> None:
    rule = Percentage(
        shares=(
            Share(percentage=50, destinations=("g",)),
            Share(percentage=50, destinations=("h",)),
        ),
        percentage_mode="smooth_wrr",
    )
    desk = room(group("g", "a"), group("h", "b"), rule=rule, sticky=Sticky(enabled=True))
    desk.on(0, "ab")
    for at, visitor in enumerate((0, 0, 0, 1)):
        enquiry = desk.writes(at, visitor=visitor)
        desk.pick(at, enquiry, desk.offered(enquiry)[-1])
        desk.close(at, enquiry)

    assert "aaab" == desk.offered()
