"""Rules: alternative, percentage, time, language; ``docs/model.md``, "Rules"."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import MONDAY, channel, group, queue, room

from line_sim.desk import lifecycle
from line_sim.desk.checks import check_rule
from line_sim.desk.model import SECOND
from line_sim.desk.rules import open_condition
from line_sim.desk.setup import (
    Alternative,
    AutoMessages,
    Channel,
    Chatbot,
    Condition,
    Percentage,
    Share,
    SpecialDay,
    Time,
)

HOUR = 3600
AWAY = AutoMessages(away=True)


def halves(*percentages: int, **more: Any) -> Percentage:  # noqa: ANN401 - fields of a rule
    """Shares of a Percentage rule that go to g, h, i."""
    shares = tuple(
        Share(percentage=p, destinations=(name,))
        for p, name in zip(percentages, "ghi", strict=False)
    )
    return Percentage(shares=shares, **more)


def went(desk: Any, count: int, start: float = 0) -> list[int]:  # noqa: ANN401 - a Room
    """Where enquiries go that come one after another and are handled at once."""
    for i in range(count):
        enquiry = desk.writes(start + i, visitor=i % 9, luck=i * 40_503 % 2**31)
        desk.pick(start + i, enquiry, desk.offered(enquiry)[0])
        desk.close(start + i, enquiry)
    return list(desk.column("destination", "picked_up"))


# --- alternative


def test_failover_starts_at_the_first_destination_every_time() -> None:
    desk = room(group("g", "a"), group("h", "b"))
    desk.on(0, "ab")

    assert [0, 0, 0] == went(desk, 3)


def test_rotation_starts_one_further_each_time() -> None:
    desk = room(
        group("g", "a"), group("h", "b"),
        rule=Alternative(destinations=("g", "h"), alternative_mode="rotate"),
    )  # fmt: skip
    desk.on(0, "ab")

    assert [0, 1, 0] == went(desk, 3)


def test_rotation_goes_round_the_list_when_a_destination_times_out() -> None:
    desk = room(
        group("g", "a"), group("h", "b"),
        rule=Alternative(destinations=("g", "h"), alternative_mode="rotate"),
    )  # fmt: skip
    desk.on(0, "ab")
    went(desk, 1)
    second = desk.writes(10, visitor=5)
    desk.timers_until(75)

    assert [(10, "b"), (30, "b"), (50, "b"), (70, "a")] == desk.offers(second)


def test_each_list_of_destinations_rotates_by_itself() -> None:
    rule = Percentage(
        shares=(
            Share(percentage=50, destinations=("g", "h")),
            Share(percentage=50, destinations=("h", "g")),
        ),
        percentage_mode="smooth_wrr", alternative_mode="rotate",
    )  # fmt: skip
    desk = room(group("g", "a"), group("h", "b"), rule=rule)
    desk.on(0, "ab")

    assert [0, 1, 1, 0] == went(desk, 4)


# --- percentage


def test_smooth_percentages_are_exact_in_every_block_of_a_hundred() -> None:
    rule = halves(50, 30, percentage_remainder=("i",), percentage_mode="smooth_wrr")
    desk = room(group("g", "a"), group("h", "b"), group("i", "c"), rule=rule)
    desk.on(0, "abc")
    places = went(desk, 300)

    for block in range(3):
        assert {0: 50, 1: 30, 2: 20} == Counter(places[block * 100 : block * 100 + 100])


def test_random_percentages_follow_the_luck_of_the_visit_and_nothing_else() -> None:
    places = []
    for order in 1, -1:
        desk = room(group("g", "a"), group("h", "b"), rule=halves(30, 70))
        desk.on(0, "ab")
        lucks = [i * 7_919_317 % 2**31 for i in range(400)][::order]
        for i, luck in enumerate(lucks):
            enquiry = desk.writes(i, visitor=i % 9, luck=luck)
            desk.pick(i, enquiry, desk.offered(enquiry))
            desk.close(i, enquiry)
        places.append(desk.column("destination", "picked_up"))

    assert places[0] == places[1][::-1]
    assert 4 * (400 * 0.3 * 0.7) ** 0.5 > abs(places[0].count(0) - 120)


def test_an_enquiry_stays_in_its_share_when_nobody_is_there() -> None:
    desk = room(group("g", "a"), group("h", "b"), rule=halves(99, 1))
    desk.on(0, "b")
    desk.writes(0, luck=0)
    desk.timers_until(60)

    assert ("", ["missed"]) == (desk.offered(), [kind for _, kind, *_ in desk.rows("missed")])


def test_unless_shares_spill_into_the_next() -> None:
    desk = room(group("g", "a"), group("h", "b"), rule=halves(99, 1, percentage_spill=True))
    desk.on(0, "b")
    desk.writes(0, luck=0)

    assert "b" == desk.offered()


def test_a_share_that_timed_out_spills_too() -> None:
    desk = room(group("g", "a"), group("h", "b"), rule=halves(99, 1, percentage_spill=True))
    desk.on(0, "ab")
    desk.writes(0, luck=0)
    desk.timers_until(60)

    assert (60, "b") == desk.offers()[-1]


def test_where_no_share_holds_the_enquiry_waits_in_its_own() -> None:
    desk = room(group("g", "a"), group("h", "b"), rule=halves(99, 1, percentage_spill=True))
    enquiry = desk.writes(0, luck=0)
    desk.on(10, "a")

    assert [(10, "a")] == desk.offers(enquiry)


# --- time

OFFICE = Condition(
    days=("mon", "tue", "wed", "thu", "fri"), from_time="09:00", to_time="18:00",
    destinations=("g",),
)  # fmt: skip
NIGHT = Condition(days=("fri",), from_time="22:00", to_time="06:00", destinations=("h",))


def timed(at: float, rule: Time, **more: Any) -> str:  # noqa: ANN401 - fields of a channel
    """Who is offered an enquiry that comes at a time (seconds since Monday)."""
    desk = room(group("g", "a"), group("h", "b"), group("i", "c"), channels=[channel(rule, **more)])
    desk.on(0, "abc")
    desk.writes(at)
    return desk.offered() or desk.reasons("missed")[0][1]


@pytest.mark.parametrize(
    ("at", "who"),
    [(9 * HOUR - 1, "c"), (9 * HOUR, "a"), (18 * HOUR - 1, "a"), (18 * HOUR, "c"),
     ((5 * 24 + 10) * HOUR, "c")],
)  # fmt: skip
def test_a_window_takes_its_first_moment_and_not_its_last(at: float, who: str) -> None:
    assert who == timed(at, Time(conditions=(OFFICE,), other_schedule=("i",)))


@pytest.mark.parametrize(
    ("hours", "who"),
    [
        (4 * 24 + 23, "b"),
        (5 * 24 + 5, "b"),
        (5 * 24 + 6, "c"),
        (4 * 24 + 5, "c"),
        (5 * 24 + 23, "c"),
    ],
)
def test_a_window_past_midnight_belongs_to_the_day_it_begins_on(hours: float, who: str) -> None:
    assert who == timed(hours * HOUR, Time(conditions=(NIGHT,), other_schedule=("i",)))


def test_equal_ends_are_the_whole_day_and_the_first_condition_that_fits_wins() -> None:
    whole = Condition(days=("mon",), from_time="07:00", to_time="07:00", destinations=("h",))

    assert "b" == timed(0, Time(conditions=(whole, OFFICE)))
    assert "a" == timed(10 * HOUR, Time(conditions=(OFFICE, whole)))
    assert "b" == timed(23.9 * HOUR, Time(conditions=(OFFICE, whole)))


def test_twenty_four_hours_ends_a_window_at_midnight() -> None:
    late = Condition(days=("mon",), from_time="20:00", to_time="24:00", destinations=("g",))

    assert "a" == timed(24 * HOUR - 1, Time(conditions=(late,)))
    assert "closed_hours" == timed(24 * HOUR, Time(conditions=(late,)))


def test_outside_all_hours_an_enquiry_is_missed_at_once() -> None:
    desk = room(group("g", "a"), channels=[channel(Time(conditions=(OFFICE,)), messages=AWAY)])
    desk.on(0, "a")
    desk.writes(1)

    assert [(1, "closed_hours")] == desk.reasons("missed") == desk.reasons("away_sent")


def test_a_holiday_has_no_condition_but_what_began_before_it_goes_on() -> None:
    saturday = dt.date(2026, 11, 7)
    rule = Time(conditions=(OFFICE, NIGHT), other_schedule=("i",), holidays=(saturday,))
    monday = Time(conditions=(OFFICE,), other_schedule=("i",), holidays=(MONDAY.date(),))

    assert "b" == timed((5 * 24 + 5) * HOUR, rule)
    assert "c" == timed(10 * HOUR, monday)
    assert "a" == timed((7 * 24 + 10) * HOUR, monday)


def test_a_special_day_has_conditions_of_its_own() -> None:
    short = Condition(days=(), from_time="10:00", to_time="12:00", destinations=("h",))
    rule = Time(
        conditions=(OFFICE,), other_schedule=("i",),
        special_days=(SpecialDay(date=MONDAY.date(), conditions=(short,)),),
    )  # fmt: skip

    assert "bc" == timed(11 * HOUR, rule) + timed(13 * HOUR, rule)
    assert "a" == timed((24 + 13) * HOUR, rule)


def test_a_channel_may_keep_a_clock_of_its_own() -> None:
    rule = Time(conditions=(OFFICE,), other_schedule=("i",))

    assert "ca" == timed(8.5 * HOUR, rule) + timed(8.5 * HOUR, rule, utc_offset="+07:30")


@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun")), min_size=1),
            st.integers(0, 23), st.integers(0, 23), st.sampled_from(("g", "h")),
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_every_hour_of_the_week_belongs_to_one_condition_or_to_other_schedule(
    windows: list[tuple[set[str], int, int, str]],
) -> None:
    def holds(hour: int, window: tuple[set[str], int, int, str]) -> bool:
        """A window by its hours since Monday: from its day's From on, or its whole day."""
        days, start, end, _ = window
        for i, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun")):
            begin, length = i * 24 + (start if start != end else 0), (end - start - 1) % 24 + 1
            if day in days and (hour - begin) % 168 < length:
                return True
        return False

    expected = [
        next((window[3] for window in windows if holds(hour, window)), "i") for hour in range(168)
    ]
    rule = Time(
        conditions=tuple(
            Condition(
                days=tuple(days), from_time=f"{start:02}:00", to_time=f"{end:02}:00",
                destinations=(name,),
            )
            for days, start, end, name in windows
        ),
        other_schedule=("i",),
    )  # fmt: skip
    desk = room(group("g", "a"), group("h", "b"), group("i", "c"), rule=rule).desk

    def name_at(minute: int) -> str:
        chosen = open_condition(desk, desk.channels[0], minute * 60 * SECOND)
        return "ghi"[desk.routes[desk.conditions[chosen].first_route]]

    assert expected == [name_at(60 * hour) for hour in range(168)]
    assert expected == [name_at(60 * hour + 59) for hour in range(168)]


def test_a_week_in_minutes_says_where_a_channel_goes_when() -> None:
    rule = Time(conditions=(OFFICE, NIGHT), other_schedule=("i",))
    desk = room(group("g", "a"), group("h", "b"), group("i", "c"), rule=rule)

    assert {"g": 5 * 540, "h": 480, "i": 10_080 - 5 * 540 - 480} == check_rule(desk.setup, "shop")


def test_the_clock_is_not_read_again_during_the_wait() -> None:
    rule = Time(conditions=(OFFICE,), other_schedule=("h",))
    desk = room(queue("g", "a", queue_max_hold_s=600), group("h", "b"), rule=rule)
    desk.on(0, "ab")
    desk.writes(18 * HOUR - 30)
    desk.timers_until(18 * HOUR + 30)

    assert {"a"} == set(desk.offered())


def test_unless_told_so_then_a_new_schedule_is_a_new_plan() -> None:
    rule = Time(conditions=(OFFICE,), other_schedule=("h",), reroute_on_schedule_change=True)
    desk = room(queue("g", "a", queue_max_hold_s=600), group("h", "b"), rule=rule)
    desk.on(0, "ab")
    desk.writes(18 * HOUR - 10)
    desk.timers_until(18 * HOUR)

    assert [18 * HOUR] == desk.times("rerouted")
    assert [(18 * HOUR, "moved_on")] == desk.reasons("withdrawn")
    assert [(18 * HOUR - 10, "a"), (18 * HOUR, "b")] == desk.offers()


def test_the_schedule_is_looked_at_again_even_after_a_chatbot() -> None:
    rule = Time(
        conditions=(Condition(from_time="09:00", to_time="18:00", destinations=("bot", "g")),),
        other_schedule=("h",), reroute_on_schedule_change=True,
    )  # fmt: skip
    desk = room(
        Chatbot(name="bot"), queue("g", "a", queue_max_hold_s=9e5), group("h", "b"), rule=rule
    )
    desk.on(0, "ab")
    enquiry = desk.writes(18 * HOUR - 10)
    lifecycle.bot_hands_over(desk.desk, enquiry, desk.timers_before(34 * HOUR))
    desk.timers_until(42 * HOUR)

    assert [42 * HOUR] == desk.times("rerouted")


def test_a_rule_is_read_with_the_clock_of_the_enquiry_not_of_the_end_of_the_sticky_wait() -> None:
    desk = room(Chatbot(name="bot"), group("g", "a"), group("h", "b"), rule=Time(
        conditions=(Condition(from_time="09:00", to_time="18:00", destinations=("g",)),),
        other_schedule=("h",),
    ))  # fmt: skip
    desk.on(0, "ab")
    desk.writes(18 * HOUR - 1)

    assert "a" == desk.offered()


# --- language


def test_a_destination_that_does_not_speak_the_language_is_passed_over_if_asked() -> None:
    places = group("g", "a", support_languages=("th",)), group("h", "b")
    for filtered, who, skipped in (False, "a", []), (True, "b", [(0, "language")]):
        desk = room(
            *places, setup={"languages": ("th", "ja")},
            channels=[Channel(name="shop", rule=Alternative(destinations=("g", "h")),
                              filter_by_language=filtered)],
        )  # fmt: skip
        desk.on(0, "ab")
        desk.writes(0, language=1)

        assert (who, skipped) == (desk.offered(), desk.reasons("skipped"))


def test_a_language_nobody_speaks_has_no_destination() -> None:
    desk = room(
        group("g", "a", support_languages=("th",)), setup={"languages": ("th", "ja")},
        channels=[Channel(name="shop", rule=Alternative(destinations=("g",)),
                          filter_by_language=True)],
    )  # fmt: skip
    desk.on(0, "a")
    desk.writes(0, language=1)

    assert [(0, "no_destination")] == desk.reasons("missed")
