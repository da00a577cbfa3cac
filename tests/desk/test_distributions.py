"""Who is alerted next: the ten distributions; ``docs/model.md``, "A method is a key"."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from small import group, queue, room

from line_sim.desk.distributions import choose
from line_sim.desk.setup import Member


def one_by_one(desk: Any, count: int, *, close: bool = True) -> str:  # noqa: ANN401 - a Room
    """Who is asked first for enquiries that come every ten seconds and are picked up at once."""
    asked = ""
    for i in range(count):
        at = 10 * i + 10
        enquiry = desk.writes(at, visitor=i % 9, luck=i * 9_973_331 % 2**31)
        first = desk.offered(enquiry)[0]
        desk.pick(at, enquiry, first)
        if close:
            desk.close(at + 1, enquiry)
        asked += first
    return asked


def staffed(method: str, letters: str = "abc", **more: Any) -> Any:  # noqa: ANN401 - a Room
    """A queue of members who are all there."""
    service = {k: more.pop(k) for k in list(more) if k in {"max_concurrent", "offer_timeout_s"}}
    desk = room(queue("q", letters, method, queue_max_hold_s=600, **more), **service)
    desk.on(0, letters)
    return desk


def test_fixed_order_begins_at_the_top_every_time() -> None:
    assert "aaaaaa" == one_by_one(staffed("fixed_order"), 6)


def test_simultaneous_alerts_everybody_in_listed_order() -> None:
    desk = staffed("simultaneous", "bca")
    desk.writes(0)

    assert "bca" == desk.offered()


def test_round_robin_goes_on_after_the_last_one_offered() -> None:
    assert "abcabc" == one_by_one(staffed("round_robin"), 6)


def test_round_robin_counts_differ_by_at_most_one() -> None:
    asked = Counter(one_by_one(staffed("round_robin", "abcdefg"), 40))

    assert 1 >= max(asked.values()) - min(asked.values())


@pytest.mark.parametrize(("advance", "who"), [("offer", "c"), ("pickup", "a")])
def test_an_offer_that_lapses_moves_round_robin_only_if_offers_do(advance: str, who: str) -> None:
    desk = room(queue("q", "abc", "round_robin", queue_max_hold_s=30, rr_advance_on=advance))
    desk.on(0, "abc")
    assert "a" == desk.offered(desk.writes(0, visitor=0))
    desk.timers_until(30)
    assert "ab" == desk.offered()

    assert who == desk.offered(desk.writes(31, visitor=1))


def test_a_pickup_moves_round_robin_past_whoever_picked_up() -> None:
    desk = staffed("round_robin", rr_advance_on="pickup")
    assert "abc" == one_by_one(desk, 3)


def test_the_ineligible_keep_their_place_in_the_turn() -> None:
    desk = staffed("round_robin")
    desk.status(0, "b", "busy")
    assert "aca" == one_by_one(desk, 3)
    desk.status(40, "b", "active")
    enquiry = desk.writes(41, visitor=8)

    assert "b" == desk.offered(enquiry)


# --- idle time


def test_most_idle_asks_who_has_been_idle_longest_and_of_equals_the_first_listed() -> None:
    assert "abcabc" == one_by_one(staffed("most_idle"), 6)


@pytest.mark.parametrize(
    ("clock", "who"), [("last_activity", "b"), ("last_pickup", "a"), ("last_close", "b")]
)
def test_the_idle_clock_runs_from_the_last_pickup_close_or_either(clock: str, who: str) -> None:
    """``a`` picks up first and closes last."""
    desk = staffed("most_idle", "ab", idle_since=clock)
    first, second = desk.writes(0, visitor=0), desk.writes(1, visitor=1)
    desk.pick(1, first, "a")
    desk.pick(2, second, "b")
    desk.close(3, second)
    desk.close(4, first)

    assert who == desk.offered(desk.writes(5, visitor=2))


def test_with_the_clock_of_pickups_a_close_changes_nothing() -> None:
    desk = staffed("most_idle", "ab", idle_since="last_close")
    first = desk.writes(0, visitor=0)
    desk.pick(0, first, "a")

    assert "a" == desk.offered(desk.writes(1, visitor=1)), "no close yet"


def test_logging_in_again_starts_the_idle_clock_anew_if_so_set() -> None:
    for resets, who in (True, "b"), (False, "a"):
        desk = staffed("most_idle", "ab", idle_resets_on_login=resets)
        desk.status(50, "a", "offline")
        desk.status(60, "a", "active")

        assert who == desk.offered(desk.writes(70))


def test_a_break_does_not_touch_the_idle_clock() -> None:
    desk = staffed("most_idle", "ab")
    desk.status(50, "a", "busy")
    desk.status(60, "a", "active")

    assert "a" == desk.offered(desk.writes(70))


def test_who_has_open_chats_may_be_the_most_idle() -> None:
    assert "aba" == one_by_one(staffed("most_idle", "ab"), 3, close=False)


def test_who_let_an_offer_lapse_is_asked_again_only_in_the_next_round() -> None:
    desk = staffed("most_idle")
    desk.writes(0)
    desk.timers_until(60)

    assert "abca" == desk.offered()


# --- by load


def test_least_active_asks_who_has_fewest_chats_open() -> None:
    desk = staffed("least_active", "ab")
    assert "abab" == one_by_one(desk, 4, close=False)
    desk.close(50, 0)
    desk.close(51, 2)

    assert "a" == desk.offered(desk.writes(52, visitor=8))


def test_most_spare_capacity_goes_by_the_share_of_ones_own_cap() -> None:
    desk = room(
        queue("q", "ab", "most_spare_capacity"),
        staff=(Member(name="a", max_concurrent=2), Member(name="b", max_concurrent=4)),
    )
    desk.on(0, "ab")

    assert "abbabb" == one_by_one(desk, 6, close=False)


def test_weighted_round_robin_is_smooth() -> None:
    assert "aabacaa" * 2 == one_by_one(staffed("weighted_round_robin", weights=(5.0, 1.0, 1.0)), 14)


def test_weights_move_among_those_who_are_eligible_only() -> None:
    desk = staffed("weighted_round_robin", weights=(5.0, 1.0, 1.0))
    desk.status(0, "a", "busy")
    assert "bcbc" == one_by_one(desk, 4)
    desk.status(50, "a", "active")

    assert 0.0 == desk.desk.seats[0].credit


def test_weighted_round_robin_asks_nobody_twice_in_a_round() -> None:
    desk = staffed("weighted_round_robin", weights=(50.0, 1.0, 1.0))
    desk.writes(0)
    desk.timers_until(60)

    assert "abc" == "".join(sorted(desk.offered()[:3]))
    assert "a" == desk.offered()[0] == desk.offered()[3]


def test_a_later_destination_with_the_same_members_is_a_new_round() -> None:
    places = [group(name, "ab", "weighted_round_robin", weights=(9.0, 1.0)) for name in ("g", "h")]
    desk = room(*places, recycle_offers=False, max_wait_s=30)
    desk.on(0, "ab")
    desk.writes(0)
    desk.timers_until(59)

    assert "abab" == desk.offered()


# --- luck


def test_uniform_random_depends_on_the_visit_and_treats_all_alike() -> None:
    desk, again = staffed("uniform_random"), staffed("uniform_random")
    asked = one_by_one(desk, 600)

    assert asked == one_by_one(again, 600)
    for letter in "abc":
        assert 4 * (600 * 2 / 9) ** 0.5 > abs(asked.count(letter) - 200)


def test_uniform_random_shuffles_anew_in_every_round() -> None:
    firsts = set()
    for luck in range(40):
        desk = staffed("uniform_random", offer_timeout_s=10)
        desk.writes(0, luck=luck * 99_991)
        desk.timers_until(59)
        rounds = desk.offered()[:3], desk.offered()[3:]
        assert [list("abc")] * 2 == [sorted(each) for each in rounds]
        firsts.add(rounds[0] == rounds[1])

    assert {True, False} == firsts


# --- expanding pool


def test_the_expanding_pool_begins_small_and_grows() -> None:
    desk = staffed("expanding_pool", "abcd", pool_start=1, pool_step=2, pool_every_s=15)
    desk.status(0, "a", "busy")
    desk.writes(0)
    desk.timers_until(30)

    assert [15, 30] == desk.times("widened")
    assert [3, 4] == desk.column("attempt", "widened")
    assert (15, "b") == desk.offers()[0]


def test_inside_the_pool_the_longest_idle_is_asked_first() -> None:
    desk = staffed("expanding_pool", "abc", pool_start=3)

    assert "abca" == one_by_one(desk, 4)


def test_without_anybody_new_to_ask_the_pool_goes_round() -> None:
    desk = staffed("expanding_pool", "ab", pool_start=1, pool_step=1, pool_every_s=50)
    desk.writes(0)
    desk.timers_until(60)

    assert [(0, "a"), (20, "a"), (40, "a"), (60, "b")] == desk.offers()


# --- a planner's own


def test_a_method_of_ones_own_is_a_key_and_the_least_is_asked_first() -> None:
    desk = room(
        queue("q", "abc"),
        setup={"methods": {"q": lambda member, _enquiry, _now: -member.first_seat}},
    )
    desk.on(0, "abc")
    desk.writes(0)
    desk.timers_until(40)

    assert "cba" == desk.offered()


def test_of_equal_keys_the_member_listed_first_is_asked() -> None:
    desk = room(queue("q", "cab"), setup={"methods": {"q": lambda *_: 1.0}})
    desk.on(0, "abc")
    desk.writes(0)
    desk.timers_until(40)

    assert "cab" == desk.offered()


def test_nobody_is_chosen_where_nobody_is_eligible() -> None:
    desk = room(queue("q", "a"))
    enquiry = desk.writes(0)

    assert 0 > choose(desk.desk, 0, enquiry, 0)
