"""Exposure, counted by hand: available and offerable hours, and who was eligible when."""

import numpy as np
import pytest
from written import ANN, BEN, CAT, Written, place, team

from line_sim.analysis import exposure
from line_sim.log import EventLog

HOUR = 3600


def two_hours(**header: object) -> Written:
    """Ann and Ben from nine to eleven; Ben takes a break for the last half hour."""
    return (
        Written(until_s=2 * HOUR, **header)
        .shift_started(0, staff=ANN).on(0, ANN)
        .shift_started(0, staff=BEN).on(0, BEN).on(1.5 * HOUR, BEN, "busy")
    )  # fmt: skip


def one_chat(written: Written, start: float, end: float, staff: int, enquiry: int = 0) -> Written:
    return (
        written.received(start, enquiry)
        .picked_up(start, enquiry, staff=staff, destination=0, reason="auto")
        .closed(end, enquiry, staff=staff, reason="staff")
    )


def test_a_break_is_not_available_and_the_cap_is() -> None:
    log = one_chat(two_hours(members=team(max_concurrent=1)), 0, HOUR, ANN).log

    assert exposure.available_hours(log).tolist() == [2.0, 1.5, 0.0]
    assert exposure.offerable_hours(log).tolist() == [1.0, 1.5, 0.0]
    assert exposure.chat_hours(log).tolist() == [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]


def test_without_a_cap_every_available_hour_is_offerable() -> None:
    log = one_chat(one_chat(two_hours(), 0, HOUR, ANN), 0, 2 * HOUR, ANN, enquiry=1).log

    assert exposure.offerable_hours(log).tolist() == exposure.available_hours(log).tolist()
    assert exposure.chat_hours(log)[ANN].tolist() == [2.0, 3.0]


def test_intervals_are_half_open() -> None:
    log = one_chat(one_chat(two_hours(members=team(max_concurrent=1)), 0, HOUR, ANN), HOUR, HOUR,
                   ANN, enquiry=1).log  # fmt: skip

    assert exposure.offerable_hours(log)[ANN] == 1.0
    assert exposure.chat_hours(log)[ANN].tolist() == [1.0, 1.0]


def test_after_the_shift_nobody_is_available() -> None:
    log = one_chat(two_hours().shift_ended(HOUR, staff=ANN), 0, 60, ANN).log

    assert exposure.shift_hours(log).tolist() == [1.0, 2.0, 2.0]
    assert exposure.available_hours(log)[ANN] == 1.0


def test_a_planned_member_who_never_came_was_not_there() -> None:
    log = two_hours(shifts=[[[0, 7200]], [[0, 7200]], [[0, 7200]]]).on(0, CAT).received(0, 0)
    log = log.queued(0, 0, destination=0).log

    assert exposure.shift_hours(log).tolist() == [2.0, 2.0, 0.0]
    assert exposure.available_hours(log)[CAT] == 0.0


def test_a_suspended_account_is_not_available() -> None:
    log = two_hours().account_changed(HOUR, staff=ANN, reason="suspended")
    log = log.account_changed(1.5 * HOUR, staff=ANN, reason="enabled")

    assert exposure.available_hours(one_chat(log, 0, 60, ANN).log)[ANN] == 1.5


def test_idle_counts_where_idle_receives() -> None:
    def available(statuses: list[str]) -> float:
        log = two_hours(receiving_statuses=statuses).on(HOUR, ANN, "idle")
        return float(exposure.available_hours(one_chat(log, 0, 60, ANN).log)[ANN])

    assert (available(["active"]), available(["active", "idle"])) == (1.0, 2.0)


def test_a_destination_nothing_reaches_makes_nobody_available() -> None:
    places = [place("Sales", "Ann"), place("Unused", "Ben")]
    log = one_chat(two_hours(destinations=places), 0, 60, ANN).log

    assert exposure.available_hours(log).tolist() == [2.0, 0.0, 0.0]


def test_time_in_status_starts_offline_and_fills_the_run() -> None:
    log = Written(until_s=100).on(10, ANN).on(30, ANN, "idle").on(60, ANN, "offline").log

    assert (exposure.time_in_status(log)[ANN] * HOUR).tolist() == pytest.approx([50, 20, 0, 30])
    assert (exposure.time_in_status(log)[BEN] * HOUR).tolist() == pytest.approx([100, 0, 0, 0])


def test_a_transfer_moves_the_chat_and_going_offline_may_lose_it() -> None:
    log = two_hours().received(0, 0).picked_up(0, 0, staff=ANN, destination=0)
    log = log.transferred(HOUR, 0, staff=BEN, destination=0)
    log = log.reopened(1.25 * HOUR, 0, staff=BEN, reason="offline").log

    assert exposure.chat_hours(log)[:2].tolist() == [[1.0, 1.0], [0.25, 0.25]]


def eligible(log: EventLog) -> list[list[str]]:
    names = np.array(log.members)
    return [names[line].tolist() for line in exposure.decisions(log).eligible]


def offered(written: Written, at: float, enquiry: int, staff: int) -> Written:
    return written.offered(at, enquiry, staff=staff, destination=0)


def test_the_moment_of_a_decision_is_the_offer_that_was_taken_up() -> None:
    log = two_hours().received(10, 0)
    log = offered(log, 10, 0, ANN).lapsed(30, 0, staff=ANN, destination=0)
    log = offered(log, 30, 0, BEN).on(35, CAT).picked_up(40, 0, staff=BEN, destination=0).log
    made = exposure.decisions(log)

    assert (made.at_us.tolist(), made.staff.tolist()) == ([30_000_000], [BEN])
    assert made.destination.tolist() == [0]
    assert eligible(log) == [["Ann", "Ben"]]


def test_under_simultaneous_it_is_the_pickup() -> None:
    log = two_hours(destinations=[place("Sales", "Ann Ben Cat", "simultaneous")]).received(10, 0)
    log = offered(offered(log, 10, 0, ANN), 10, 0, BEN).on(35, CAT)
    log = offered(log, 35, 0, CAT).withdrawn(40, 0, staff=BEN, reason="taken")
    log = log.picked_up(40, 0, staff=ANN, destination=0).log

    assert exposure.decisions(log).at_us.tolist() == [40_000_000]
    assert eligible(log) == [["Ann", "Ben", "Cat"]]


def test_whoever_holds_another_alert_or_is_full_or_away_is_not_eligible() -> None:
    everybody = "Ann Ben Cat Dan"
    log = two_hours(
        members=team(everybody, max_concurrent=1), destinations=[place("Sales", everybody)]
    )
    log = log.on(0, CAT).on(0, 3)
    log = one_chat(log, 10, HOUR, BEN)
    log = offered(log.received(20, 1), 20, 1, ANN).on(25, 3, "idle")
    log = log.received(30, 2).offered(30, 2, staff=CAT, destination=0)
    log = log.picked_up(40, 2, staff=CAT, destination=0).log

    assert eligible(log)[-1] == ["Cat"]


def test_a_sticky_pickup_had_one_candidate_and_a_warm_chat_was_no_decision() -> None:
    log = two_hours().received(0, 9).picked_up(0, 9, staff=BEN, reason="warm")
    log = log.received(10, 0).offered(10, 0, staff=ANN, reason="sticky")
    log = log.picked_up(20, 0, staff=ANN, reason="sticky").log
    made = exposure.decisions(log)

    assert (eligible(log), made.sticky.tolist()) == ([["Ann"]], [True])
    assert made.enquiry.tolist() == [0]


def test_passed_over_is_a_turn_that_went_to_somebody_served_more_recently() -> None:
    log = two_hours().on(0, CAT)
    for enquiry, staff in enumerate([ANN, BEN, ANN, ANN, CAT]):
        log = one_chat(log, 100 * enquiry + 10, 100 * enquiry + 20, staff, enquiry)
    passed = exposure.decisions(log.log).passed_over()

    # Cat, never served, is passed over by the 2nd and 3rd of Ann's; Ben by the 3rd of Ann's
    assert passed.tolist() == [0, 1, 2]


def test_a_fair_turn_passes_nobody_over_and_an_unfair_cousin_does() -> None:
    def passed(order: list[int]) -> int:
        log = two_hours().on(0, CAT)
        for enquiry, staff in enumerate(order):
            log = one_chat(log, 100 * enquiry + 10, 100 * enquiry + 20, staff, enquiry)
        return int(exposure.decisions(log.log).passed_over().sum())

    assert passed([ANN, BEN, CAT] * 5) == 0
    assert passed([ANN, BEN, CAT, BEN] * 5) > 0
