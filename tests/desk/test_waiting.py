"""Offers, waiting, budgets, lines, caps: ``docs/model.md``, "Who can be offered what"."""

from __future__ import annotations

import pytest
from small import channel, group, queue, room

from line_sim.desk import lifecycle
from line_sim.desk.setup import Alternative, AutoMessages, Member

AWAY = AutoMessages(away=True)

# --- offers and their time


def test_an_offer_goes_on_to_the_next_member_after_the_offer_timeout() -> None:
    desk = room(group("g", "ab"), offer_timeout_s=15)
    desk.on(0, "ab")
    desk.writes(0)
    desk.timers_until(20)

    assert [(0, "a"), (15, "b")] == desk.offers()


def test_offers_without_a_timeout_stay_with_the_first_member() -> None:
    desk = room(group("g", "ab"), offer_timeout_s=None)
    desk.on(0, "ab")
    desk.writes(0)
    desk.timers_until(100)

    assert ("a", [60]) == (desk.offered(), desk.times("missed"))


@pytest.mark.parametrize(("recycle", "asked"), [(True, "aba"), (False, "ab")])
def test_after_the_last_member_the_first_is_asked_again_if_offers_are_recycled(
    recycle: bool,  # noqa: FBT001 - a parameter of the desk
    asked: str,
) -> None:
    desk = room(group("g", "ab"), recycle_offers=recycle)
    desk.on(0, "ab")
    desk.writes(0)
    desk.timers_until(60)

    assert asked == desk.offered()


def test_a_pickup_at_exactly_the_limit_wins() -> None:
    desk = room(group("g", "a"))
    desk.on(0, "a")
    enquiry = desk.writes(0)

    assert 1 == desk.pick(60, enquiry, "a")
    assert "ongoing" == desk.state(enquiry)


def test_after_the_limit_there_is_nothing_to_pick_up() -> None:
    desk = room(group("g", "a"))
    desk.on(0, "a")
    enquiry = desk.writes(0)
    desk.timers_until(60)

    assert 0 == desk.pick(60, enquiry, "a")
    assert [(60, "unanswered")] == desk.reasons("missed")


def test_a_lapse_at_the_limit_makes_no_new_offer() -> None:
    desk = room(group("g", "ab"), max_wait_s=40)
    desk.on(0, "ab")
    desk.writes(0)
    desk.timers_until(40)

    assert ("ab", [40]) == (desk.offered(), desk.times("missed"))


def test_members_are_asked_at_once_where_one_offer_is_out_only_if_all_are_alerted_together() -> (
    None
):
    desk = room(group("g", "ab", "simultaneous"))
    desk.on(0, "ab")
    desk.writes(0, visitor=0)
    desk.writes(1, visitor=1)

    assert [(0, "a"), (0, "b"), (1, "a"), (1, "b")] == desk.offers()


def test_elsewhere_a_member_holds_one_offer_at_a_time() -> None:
    desk = room(queue("q", "a"))
    desk.on(0, "a")
    desk.writes(0, visitor=0)
    second = desk.writes(1, visitor=1)

    assert "a" == desk.offered()
    assert "" == desk.offered(second)


def test_the_winner_of_a_race_takes_the_alert_from_the_others() -> None:
    desk = room(group("g", "abc", "simultaneous"))
    desk.on(0, "abc")
    enquiry = desk.writes(0)
    desk.pick(3, enquiry, "b")

    assert [(3, "taken"), (3, "taken")] == desk.reasons("withdrawn")
    assert 0 == desk.pick(4, enquiry, "a")


def test_who_becomes_active_during_a_race_joins_it() -> None:
    desk = room(group("g", "ab", "simultaneous"))
    desk.on(0, "a")
    desk.writes(0)
    desk.on(30, "b")

    assert [(0, "a"), (30, "b")] == desk.offers()


@pytest.mark.parametrize("method", ["simultaneous", "fixed_order"])
def test_without_late_join_who_becomes_active_during_the_wait_is_not_asked(method: str) -> None:
    desk = room(group("g", "ab", method), late_join=False)
    desk.on(0, "a")
    desk.writes(0)
    desk.on(10, "b")
    desk.timers_until(60)

    assert "b" not in desk.offered()


def test_going_busy_takes_the_offer_back_and_the_next_member_is_asked_at_that_instant() -> None:
    desk = room(queue("q", "abc", "round_robin"))
    desk.on(0, "abc")
    desk.writes(0)
    desk.status(5, "a", "busy")

    assert [(5, "status_change")] == desk.reasons("withdrawn")
    assert [(0, "a"), (5, "b")] == desk.offers()
    assert [0, 0, 0] == [member.missed_offers for member in desk.desk.members]


def test_a_withdrawn_offer_leaves_the_pointer_of_round_robin_where_it_went() -> None:
    desk = room(queue("q", "abc", "round_robin"))
    desk.on(0, "abc")
    desk.writes(0, visitor=0)
    desk.status(5, "a", "busy")
    desk.status(6, "a", "active")
    desk.writes(7, visitor=1)

    assert "abc" == desk.offered()


def test_a_lapse_is_a_missed_offer_and_a_withdrawal_is_not() -> None:
    desk = room(group("g", "ab", "simultaneous"))
    desk.on(0, "ab")
    desk.writes(0)
    desk.status(10, "b", "idle")
    desk.timers_until(60)

    assert [1, 0] == [member.missed_offers for member in desk.desk.members]


def test_idle_staff_receive_only_if_their_status_is_a_receiving_one() -> None:
    for statuses, asked in (("active",), ""), (("active", "idle"), "a"):
        desk = room(group("g", "a"), receiving_statuses=statuses)
        desk.on(0, "a")
        desk.status(1, "a", "idle")
        desk.writes(2)

        assert asked == desk.offered()


# --- refusing


def test_a_refusal_passes_the_enquiry_to_the_next_member_at_once() -> None:
    desk = room(group("g", "ab"))
    desk.on(0, "ab")
    enquiry = desk.writes(0)

    assert 1 == desk.refuse(4, enquiry, "a")
    assert [(0, "a"), (4, "b")] == desk.offers()


def test_who_refuses_in_a_race_is_not_alerted_again_for_it() -> None:
    desk = room(group("g", "ab", "simultaneous"))
    desk.on(0, "ab")
    first, second = desk.writes(0, visitor=0), desk.writes(0, visitor=1)
    desk.refuse(4, first, "a")
    desk.refuse(5, second, "a")
    desk.status(6, "a", "busy")
    desk.status(7, "a", "active")

    assert "abab" == desk.offered()
    assert 0 == desk.pick(8, first, "a")
    assert 0 == desk.refuse(8, first, "a")
    assert 1 == desk.pick(8, first, "b")


def test_a_refused_alert_does_not_lapse_later() -> None:
    desk = room(group("g", "ab", "simultaneous"))
    desk.on(0, "ab")
    desk.refuse(4, desk.writes(0), "a")
    desk.timers_until(60)

    assert [(60, "lapsed", 0, "b", "")] == desk.rows("lapsed")


# --- budgets


def test_each_destination_has_the_whole_waiting_time_or_all_share_one() -> None:
    for scope, missed in ("destination", 120.0), ("enquiry", 60.0):
        desk = room(group("g", "a"), group("h", "b"), max_wait_scope=scope)
        desk.on(0, "ab")
        desk.writes(0)
        desk.timers_until(200)

        assert [missed] == desk.times("missed")


def test_without_a_limit_an_enquiry_waits_for_ever() -> None:
    desk = room(group("g", "a", "simultaneous"), max_wait_s=None)
    desk.on(0, "a")
    enquiry = desk.writes(0)
    desk.timers_until(1e6)

    assert "open" == desk.state(enquiry)


def test_a_queue_has_a_limit_of_its_own() -> None:
    desk = room(queue("q", "a", queue_max_hold_s=90), max_wait_s=30)
    desk.on(0, "a")
    desk.writes(0)
    desk.timers_until(200)

    assert [90] == desk.times("missed")


def test_who_waits_in_a_queue_unoffered_until_its_limit_is_missed_for_it() -> None:
    desk = room(queue("q", "a"), max_concurrent=1)
    desk.on(0, "a")
    desk.pick(0, desk.writes(0, visitor=0), "a")
    desk.writes(1, visitor=1)
    desk.timers_until(61)

    assert [(61, "hold_limit")] == desk.reasons("missed")


def test_a_queue_takes_only_so_many_unoffered() -> None:
    desk = room(queue("q", "a", queue_max_size=1), max_concurrent=1, messages=AWAY)
    desk.on(0, "a")
    desk.pick(0, desk.writes(0, visitor=0), "a")
    waiting = desk.writes(1, visitor=1)
    desk.writes(2, visitor=2)

    assert "open" == desk.state(waiting)
    assert [(2, "queue_full")] == desk.reasons("missed")
    assert [(2, "queue_full")] == desk.reasons("away_sent")


def test_an_offered_enquiry_does_not_count_for_the_size_of_its_queue() -> None:
    for method in "fixed_order", "simultaneous":
        desk = room(queue("q", "a", method, queue_max_size=1))
        desk.on(0, "a")
        desk.writes(0, visitor=0)
        second = desk.writes(1, visitor=1)

        assert "open" == desk.state(second)


# --- destinations that cannot hold


def test_a_destination_with_nobody_eligible_is_passed_over() -> None:
    desk = room(group("g", "a"), group("h", "b"))
    desk.on(0, "b")
    desk.writes(0)

    assert [(0, "b")] == desk.offers()
    assert [(0, "nobody_on_shift")] == desk.reasons("skipped")


def test_unless_told_otherwise_then_each_destination_is_waited_for() -> None:
    desk = room(
        group("g", "a"), group("h", "b"), group("i", "c"), skip_ineligible_destination=False
    )
    desk.on(0, "c")
    desk.writes(0)
    desk.timers_until(130)

    assert [(120, "c")] == desk.offers()[:1]


def test_a_full_queue_is_passed_over_even_so() -> None:
    desk = room(
        queue("q", "a", queue_max_size=0), group("h", "b"), skip_ineligible_destination=False,
        max_concurrent=1,
    )  # fmt: skip
    desk.on(0, "ab")
    desk.pick(0, desk.writes(0, visitor=0), "a")
    desk.writes(1, visitor=1)

    assert [(1, "b")] == desk.offers(1)


def test_with_nobody_anywhere_it_waits_in_all_destinations_till_the_longest_limit() -> None:
    desk = room(group("g", "a"), queue("q", "b", queue_max_hold_s=100), messages=AWAY)
    desk.writes(0)
    desk.timers_until(80)
    desk.on(80, "b")
    desk.timers_until(100)

    assert [(0, "nobody_on_shift")] == desk.reasons("away_sent")
    assert [(80, "b")] == desk.offers()
    assert [100] == desk.times("missed")


def test_who_comes_first_takes_it_by_the_earliest_destination_that_has_them() -> None:
    desk = room(group("g", "ab"), group("h", "ba"))
    desk.writes(0)
    desk.on(10, "b")

    assert [0] == desk.column("destination", "offered")


def test_or_it_is_missed_at_once() -> None:
    desk = room(group("g", "a"), miss_immediately_when_unstaffed=True)
    desk.writes(0)

    assert [(0, "nobody_on_shift")] == desk.reasons("missed")


def test_a_lapse_while_waiting_everywhere_keeps_the_limit() -> None:
    desk = room(
        group("g", "a", "simultaneous"), queue("q", "b", queue_max_hold_s=100), recycle_offers=False
    )
    enquiry = desk.writes(0)
    desk.on(10, "ba")
    desk.timers_until(200)

    assert "missed" == desk.state(enquiry)


def test_an_enquiry_offered_while_it_waits_everywhere_keeps_its_place_in_a_queue_now_full() -> None:
    desk = room(queue("q", "a", queue_max_size=1, queue_max_hold_s=300))
    first = desk.writes(0, visitor=0)
    desk.on(10, "a")
    desk.writes(11, visitor=1)
    desk.status(12, "a", "busy")
    desk.status(13, "a", "active")

    assert [(10, "a"), (13, "a")] == desk.offers(first)


# --- who is next


def test_a_member_of_several_destinations_takes_the_oldest_over_all() -> None:
    desk = room(
        queue("q", "a"), queue("r", "a"), max_concurrent=1,
        channels=[channel(Alternative(destinations=(name,)), name) for name in ("q", "r")],
    )  # fmt: skip
    desk.on(0, "a")
    first = desk.writes(0, visitor=0, channel=0)
    desk.pick(0, first, "a")
    second, third = desk.writes(1, visitor=1, channel=1), desk.writes(2, visitor=2, channel=0)
    desk.close(5, first)

    assert [(5, "a")] == desk.offers(second)
    assert [] == desk.offers(third)


def test_priority_classes_are_served_first_and_never_push_anybody_out() -> None:
    desk = room(queue("q", "a"), max_concurrent=1, setup={
        "classes": ("customer", "vip"), "priorities": (1, 0),
    })  # fmt: skip
    desk.on(0, "a")
    first = desk.writes(0, visitor=0, priority=1)
    plain = desk.writes(1, visitor=1, priority=1)
    vip = desk.writes(2, visitor=2, visitor_class=1, priority=0)
    desk.pick(3, first, "a")
    desk.close(9, first)

    assert [(9, "a")] == desk.offers(vip)
    assert [] == desk.offers(plain)


def test_who_lost_an_offer_stands_in_line_with_the_others_for_whoever_comes_free_with_it() -> None:
    """``a`` fills up, so ``lost`` loses its offer; ``b`` comes free: for the first in line."""
    desk = room(
        queue("q", "ab"), queue("r", "b"), group("race", "ab", "simultaneous"),
        channels=[channel(Alternative(destinations=(name,)), name) for name in ("q", "r", "race")],
        setup={"classes": ("customer", "vip"), "priorities": (1, 0)}, max_concurrent=1,
    )  # fmt: skip
    desk.on(0, "ab")
    lost = desk.writes(0, visitor=0, channel=0, priority=1)
    raced = desk.writes(1, visitor=1, channel=2, priority=1)
    first = desk.writes(2, visitor=2, channel=1, priority=0)
    desk.pick(3, raced, "a")

    assert [(0, "a")] == desk.offers(lost)
    assert [(3, "b")] == desk.offers(first)


# --- capacity


def test_nobody_is_offered_more_than_they_may_hold() -> None:
    desk = room(group("g", "a"), staff=(Member(name="a", max_concurrent=2),))
    desk.on(0, "a")
    for visitor in range(2):
        desk.pick(visitor, desk.writes(visitor, visitor=visitor), "a")
    third = desk.writes(5, visitor=3)

    assert "" == desk.offered(third)


def test_at_the_cap_alerts_are_taken_back() -> None:
    desk = room(group("g", "ab", "simultaneous"), max_concurrent=1)
    desk.on(0, "ab")
    first, second = desk.writes(0, visitor=0), desk.writes(0, visitor=1)
    desk.pick(1, first, "a")

    assert {(1, "taken"), (1, "at_cap")} == set(desk.reasons("withdrawn"))
    assert 0 == desk.pick(2, second, "a")


@pytest.mark.parametrize("act", ["follow_up", "take_over", "reopen"])
def test_alerts_are_taken_back_however_the_last_place_is_filled(act: str) -> None:
    desk = room(
        group("g", "ab", "simultaneous"), max_concurrent=1, reopen_window_s=1000,
        staff=(Member(name="a", role="administrator"), Member(name="b")),
    )  # fmt: skip
    desk.on(0, "ab")
    first = desk.writes(0, visitor=0)
    if act == "follow_up":
        desk.timers_until(60)
    else:
        desk.pick(1, first, "a" if act == "reopen" else "b")
    if act == "reopen":
        desk.close(2, first)
    second = desk.writes(70, visitor=1)
    if act == "follow_up":
        desk.follow_up(71, first, "a")
    elif act == "take_over":
        desk.take_over(71, first, "a")
    else:
        desk.writes(71, visitor=0)

    assert "a" == desk.owner(first)
    assert 0 == desk.pick(72, second, "a")


def test_a_destination_at_its_cap_is_named_so() -> None:
    desk = room(group("g", "a"), max_concurrent=1, messages=AWAY)
    desk.on(0, "a")
    desk.pick(0, desk.writes(0, visitor=0), "a")
    desk.writes(1, visitor=1)

    assert [(1, "all_at_cap")] == desk.reasons("away_sent")


def test_all_on_a_break_is_told_from_nobody_on_shift() -> None:
    desk = room(group("g", "a"), messages=AWAY)
    desk.on(0, "a")
    desk.status(1, "a", "busy")
    desk.writes(2)

    assert [(2, "all_away")] == desk.reasons("away_sent")


def test_an_empty_group_is_no_destination() -> None:
    desk = room(group("g", ""), messages=AWAY, staff=(Member(name="a"),))
    desk.writes(0)

    assert [(0, "no_destination")] == desk.reasons("missed")


def test_the_reason_of_a_miss_is_that_of_the_last_destination_that_offered() -> None:
    desk = room(group("g", "a"), group("h", "b"))
    desk.on(0, "a")
    desk.writes(0)
    desk.timers_until(60)

    assert [(60, "unanswered")] == desk.reasons("missed")
    assert [0] == desk.column("destination", "missed")


# --- auto pick-up


def test_auto_pickup_assigns_without_a_click_to_the_first_listed_who_is_eligible() -> None:
    desk = room(group("g", "abc", "simultaneous"), auto_pickup=True)
    desk.on(0, "bc")
    enquiry = desk.writes(0)

    assert ("b", "", [(0, "auto")]) == (
        desk.owner(enquiry), desk.offered(), desk.reasons("picked_up"),
    )  # fmt: skip


def test_auto_pickup_may_go_to_the_head_of_the_list_whatever_their_status() -> None:
    desk = room(group("g", "ab"), auto_pickup=True, auto_pickup_requires_eligible=False)
    desk.on(0, "b")

    assert "a" == desk.owner(desk.writes(0))


def test_but_never_to_a_suspended_account() -> None:
    desk = room(
        group("g", "a"), auto_pickup=True, auto_pickup_requires_eligible=False, messages=AWAY,
        staff=(Member(name="a", account="suspended"),),
    )  # fmt: skip
    desk.writes(0)

    assert [(0, "nobody_on_shift")] == desk.reasons("away_sent")


def test_auto_pickup_matches_who_waits_as_soon_as_somebody_is_free() -> None:
    desk = room(queue("q", "a"), auto_pickup=True, max_concurrent=1)
    desk.on(0, "a")
    first, second = desk.writes(0, visitor=0), desk.writes(1, visitor=1)
    desk.close(7, first)

    assert "a" == desk.owner(second)


def test_a_silent_leaver_is_still_offered_and_a_visible_one_is_not() -> None:
    desk = room(group("g", "ab"))
    desk.on(0, "ab")
    silent, visible = desk.writes(0, visitor=0), desk.writes(0, visitor=1)
    now = desk.timers_before(5)
    lifecycle.visitor_left(desk.desk, silent, 0, now)
    lifecycle.visitor_left(desk.desk, visible, 1, now)

    assert ("open", "abandoned") == (desk.state(silent), desk.state(visible))
    assert [(5, "visitor_left")] == desk.reasons("withdrawn")
    assert 1 == desk.pick(6, silent, "a")
