"""The numbers of a run, counted by hand."""

import math

import numpy as np
import pytest
from written import ANN, BEN, CAT, Written, place, team

from line_sim.analysis import metrics
from line_sim.errors import ConfigurationError
from line_sim.log import EventLog


def number(log: EventLog, name: str, **settings: float) -> float:
    return float(metrics.summary(log, **settings)[name])


def taken(written: Written, enquiry: int, at: float, wait: float, staff: int = ANN) -> Written:
    return written.received(at, enquiry).picked_up(at + wait, enquiry, staff=staff, destination=0)


def missed(written: Written, enquiry: int, at: float, reason: str = "unanswered") -> Written:
    return written.received(at, enquiry).missed(at + 60, enquiry, destination=0, reason=reason)


def a_day() -> Written:
    """Ten enquiries: five picked up after 5, 15, 20, 21 and 50 s; the others each in its way."""
    log = Written(until_s=4000)
    for enquiry, wait in enumerate([5, 15, 20, 21, 50]):
        log = taken(log, enquiry, 100 * enquiry, wait)
    log = missed(log, 5, 1000).followed_up(1500, 5, staff=BEN)
    log = missed(log, 6, 1100, "closed_hours")
    log = log.received(1200, 7).abandoned(1210, 7)
    log = log.received(1300, 8).bot_started(1300, 8, destination=0).closed(1400, 8, reason="bot")
    return log.received(3990, 9)


def test_every_enquiry_is_counted_once_by_its_outcome() -> None:
    found = metrics.summary(a_day().log)
    counts = ["received", "handled", "answered", "missed", "followed_up", "abandoned", "bot_only",
              "open_at_end"]  # fmt: skip

    assert found[counts].tolist() == [10, 6, 5, 2, 1, 1, 1, 1]
    assert (found["missed_rate"], found["recovery_rate"]) == (0.2, 0.5)


def test_waiting_times_of_the_answered_the_missed_and_all() -> None:
    log = a_day().log
    found = metrics.summary(log)

    assert metrics.waits(log, "answered").tolist() == [5, 15, 20, 21, 50]
    assert metrics.waits(log, "missed").tolist() == [60, 60]
    assert metrics.waits(log, "left").tolist() == [10]
    assert metrics.waits(log).tolist() == [5, 15, 20, 21, 50, 60, 60, 10]
    assert found["waiting_time_answered_s_mean"] == 111 / 5
    assert found["waiting_time_answered_s_median"] == 20
    assert found["waiting_time_answered_s_p90"] == pytest.approx(21 + 0.6 * 29)
    assert found["waiting_time_s_mean"] == 241 / 8
    with pytest.raises(ConfigurationError, match="did you mean 'answered'"):
        metrics.waits(log, "anwsered")  # type: ignore[arg-type]


def test_the_four_service_levels() -> None:
    found = metrics.summary(a_day().log)

    assert found["service_level"] == 3 / 10
    assert found["service_level_of_answered"] == 3 / 5
    assert found["service_level_of_patient"] == 3 / 9
    assert found["service_level_with_left"] == 4 / 10
    assert set(metrics.SERVICE_LEVELS) <= set(found.index)
    assert number(a_day().log, "service_level", service_level_s=50) == 5 / 10
    assert number(a_day().log, "service_level_of_patient", service_level_s=5) == 1 / 10


def test_a_silent_leaver_is_picked_up_all_the_same_and_counted_as_such() -> None:
    log = taken(Written(until_s=900), 0, 0, 30).gave_up(10, 0).log
    found = metrics.summary(log)

    assert (found["handled"], found["left_silently"], found["picked_up_after_leaving"]) == (1, 1, 1)
    assert metrics.waits(log, "left").tolist() == [10]
    assert (found["patient"], found["service_level_with_left"]) == (0, 1.0)
    assert found["unanswered_after_pickup"] == 0


def test_times_to_the_first_answer_and_to_the_close() -> None:
    log = taken(Written(until_s=900), 0, 100, 20).away_sent(100, 0, reason="all_away")
    log = log.staff_message(180, 0, staff=ANN).closed(400, 0, staff=ANN, reason="staff").log
    found = metrics.summary(log)

    assert found["first_response_time_s_mean"] == 80
    assert found["handling_time_s_mean"] == 280
    assert found["enquiry_duration_s_mean"] == 300


def test_a_followed_up_enquiry_is_handled_from_the_follow_up_on() -> None:
    log = missed(Written(until_s=9000), 0, 0).followed_up(1000, 0, staff=BEN)
    log = log.closed(1300, 0, staff=BEN, reason="staff").log

    assert number(log, "handling_time_s_mean") == 300
    assert number(log, "waiting_time_s_mean") == 60


def test_away_messages_by_enquiry_by_customer_and_out_of_hours() -> None:
    log = Written(until_s=9000)
    log = missed(log, 0, 0).away_sent(60, 0, reason="unanswered", visitor=0)
    log = missed(log, 1, 100, "closed_hours").away_sent(160, 1, reason="closed_hours")
    log = log.received(500, 2, visitor=0).away_sent(500, 2, visitor=0, reason="all_away")
    log = taken(log, 3, 600, 5).log
    found = metrics.summary(log)

    assert (found["away_sent"], found["away_rate"]) == (3, 3 / 4)
    assert (found["away_customers"], found["customers"]) == (2, 3)
    assert found["away_rate_customers"] == 2 / 3
    assert (found["away_sent_out_of_hours"], found["away_rate_in_hours"]) == (1, 2 / 3)
    assert metrics.by_reason(log)["away_sent"].to_dict() == {
        "no_destination": 0, "closed_hours": 1, "nobody_on_shift": 0, "all_away": 1,
        "all_at_cap": 0, "unanswered": 1, "hold_limit": 0, "queue_full": 0,
    }  # fmt: skip


def test_customers_left_unanswered_after_pickup_and_the_longest_silence() -> None:
    log = Written(until_s=1000)
    log = taken(log, 0, 0, 10).staff_message(50, 0, staff=ANN)  # answered after 40 s of silence
    log = log.visitor_message(100, 0)  # and now waits for 900 s
    log = taken(log, 1, 0, 10).closed(300, 1, staff=ANN, reason="system")  # never answered
    log = log.received(0, 2).log  # not picked up at all
    found = metrics.summary(log)

    assert found["unanswered_after_pickup"] == 2
    assert found["waiting_on_staff_now"] == 1
    assert found["longest_silence_after_pickup_s"] == 900


def test_chats_carried_over_midnight() -> None:
    def carried(start: str, close: float | None, until: float) -> float:
        log = taken(Written(start=start, until_s=until), 0, 0, 10)
        if close is not None:
            log = log.closed(close, 0, staff=ANN, reason="staff")
        return number(log.log, "carried_overnight")

    assert carried("2026-03-02T23:00:00", 3600, 9000) == 0  # closed at midnight
    assert carried("2026-03-02T23:00:00", 3601, 9000) == 1
    assert carried("2026-03-02T23:00:00", None, 3600) == 1  # open when the day ends
    assert carried("2026-03-02T23:00:00", None, 3599) == 0
    assert carried("2026-03-02T00:00:00", 80_000, 90_000) == 0


def test_sticky_hits_are_of_all_who_return() -> None:
    log = taken(Written(until_s=9000), 0, 0, 10)
    log = log.received(100, 1, visitor=0).offered(100, 1, visitor=0, staff=ANN, reason="sticky")
    log = log.picked_up(110, 1, visitor=0, staff=ANN, reason="sticky")
    log = log.received(200, 2, visitor=0).picked_up(210, 2, visitor=0, staff=BEN, destination=0)
    log = log.received(300, 3).offered(300, 3, staff=BEN, reason="sticky")  # known from before
    log = log.lapsed(360, 3, staff=BEN).picked_up(370, 3, staff=CAT, destination=0).log
    found = metrics.summary(log)

    assert (found["returning"], found["sticky_offered"], found["sticky_hits"]) == (3, 2, 1)
    assert found["sticky_hit_rate"] == 1 / 3


def test_chats_open_before_the_start_are_work_but_not_received() -> None:
    log = Written(until_s=3600, members=team(max_concurrent=2)).on(0, ANN).received(0, 0)
    log = log.picked_up(0, 0, staff=ANN, reason="warm").closed(1800, 0, staff=ANN, reason="staff")
    log = taken(log, 1, 0, 0).log
    found = metrics.summary(log)

    assert (found["carried_in"], found["received"], found["assigned"]) == (1, 1, 1)
    assert (found["occupancy"], found["load"]) == (1.0, 0.75)


def test_hours_and_cost_of_an_enquiry() -> None:
    members = [
        one | {"cost_per_hour": cost} for one, cost in zip(team(), (10, 20, 99), strict=True)
    ]
    log = Written(until_s=7200, members=members, shifts=[[[0, 7200]]] * 3)
    log = log.shift_started(0, staff=ANN).shift_started(3600, staff=BEN)
    log = taken(taken(log, 0, 0, 5), 1, 10, 5).log
    found = metrics.summary(log)

    assert (found["staff_hours"], found["staff_hours_per_enquiry"]) == (3, 1.5)
    assert (found["staff_cost"], found["cost_per_enquiry"]) == (40, 20)


def test_a_cost_nobody_gave_is_unknown_and_not_nothing() -> None:
    assert math.isnan(number(taken(Written(until_s=60), 0, 0, 5).log, "cost_per_enquiry"))


def test_by_hour_is_by_the_local_clock() -> None:
    log = Written(start="2026-03-02T22:30:00", until_s=90_000)
    for enquiry, at in enumerate([0, 1799, 1800, 5400, 86_400]):
        log = taken(log, enquiry, at, 10)
    found = metrics.by_hour(log.log)["received"]

    assert found[found > 0].to_dict() == {0: 1, 22: 3, 23: 1}
    assert found.index.tolist() == list(range(24))


def test_by_class_and_by_destination() -> None:
    places = [place("Sales", "Ann"), place("Help", "Ben")]
    log = Written(until_s=900, destinations=places)
    log = log.received(0, 0, reason=1).picked_up(5, 0, staff=ANN, destination=0)
    log = log.received(0, 1).queued(0, 1, destination=1).missed(60, 1, reason="hold_limit")
    log = log.received(0, 2).missed(0, 2, reason="closed_hours").log

    assert metrics.by_class(log)["handled"].to_dict() == {"customer": 0, "vip": 1}
    assert metrics.by_destination(log)["received"].to_dict() == {"Sales": 1, "Help": 1, "": 1}
    assert metrics.by_destination(log)["missed"].to_dict() == {"Sales": 0, "Help": 1, "": 1}


def test_by_staff() -> None:
    log = Written(until_s=3600, members=team(max_concurrent=2)).on(0, ANN).on(1800, BEN)
    log = log.received(0, 0).offered(0, 0, staff=ANN, destination=0)
    log = log.lapsed(20, 0, staff=ANN, destination=0).offered(1800, 0, staff=BEN, destination=0)
    log = log.picked_up(1800, 0, staff=BEN, destination=0).staff_message(1900, 0, staff=BEN)
    log = log.closed(2700, 0, staff=BEN, reason="staff").log
    found = metrics.by_staff(log)

    assert found["assigned"].to_dict() == {"Ann": 0, "Ben": 1, "Cat": 0}
    assert found["missed_offers"].to_dict() == {"Ann": 1, "Ben": 0, "Cat": 0}
    assert found.loc["Ben", ["occupancy", "mean_open", "load"]].tolist() == [0.5, 0.5, 0.25]
    assert found.loc["Ben", "assigned_per_available_hour"] == 2.0
    assert found.loc["Ben", "handling_time_s_mean"] == 900
    assert math.isnan(found.loc["Cat", "occupancy"])
    assert found.loc["Ann", "active_s"] == 3600


def test_an_empty_run_has_numbers_too() -> None:
    found = metrics.summary(EventLog())

    assert found["received"] == 0
    assert np.isnan(found["service_level"])
    assert metrics.by_staff(EventLog()).empty


def test_shares_stand_after_what_they_divide() -> None:
    names = list(metrics.summary(a_day().log).index)

    for share, (part, whole) in metrics.SHARES.items():
        assert names.index(share) > max(names.index(part), names.index(whole))


def test_an_order_of_rows_within_an_instant_is_an_order() -> None:
    """Picked up and closed at once, then the cousin whose close comes first."""
    log = Written(until_s=60).received(0, 0).picked_up(0, 0, staff=ANN, destination=0)
    good = log.closed(0, 0, staff=ANN, reason="staff").log
    cousin = EventLog(good.rows[[0, 2, 1]], good.header)

    assert number(good, "handling_time_s_mean") == 0
    assert metrics.by_staff(good).loc["Ann", "chat_hours"] == 0
    assert number(cousin, "handled") == 1
