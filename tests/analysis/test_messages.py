"""Replies, pushes and LINE's reply time, counted by hand."""

import math

from written import ANN, Written

from line_sim.analysis import messages, metrics
from line_sim.log import EventLog

DAY = 86_400


def sent(log: EventLog, **settings: float) -> tuple[int, int, int, int]:
    found = messages.sent(log, **settings)
    return (
        found.staff_replies, found.staff_pushes, found.automatic_replies, found.automatic_pushes
    )  # fmt: skip


def test_within_a_minute_of_the_message_an_answer_is_a_reply() -> None:
    def answered(after: float) -> tuple[int, ...]:
        return sent(Written().received(0, 0).staff_message(after, 0, staff=ANN).log)[:2]

    assert answered(60) == (1, 0)
    assert answered(60.000001) == (0, 1)


def test_a_reply_token_works_once() -> None:
    log = Written().received(0, 0).welcome_sent(0, 0).staff_message(30, 0, staff=ANN).log

    assert sent(log) == (0, 1, 1, 0)


def test_messages_of_one_instant_share_a_token() -> None:
    log = Written().received(0, 0).welcome_sent(0, 0).away_sent(0, 0, reason="all_away").log

    assert sent(log) == (0, 0, 2, 0)


def test_another_message_by_the_visitor_brings_another_token() -> None:
    log = Written().received(0, 0).welcome_sent(0, 0).visitor_message(10, 0)
    log = log.staff_message(40, 0, staff=ANN).staff_message(45, 0, staff=ANN).log

    assert sent(log) == (1, 1, 1, 0)


def test_a_token_belongs_to_one_visitor_and_channel() -> None:
    log = Written().received(0, 0, visitor=1).received(5, 1, visitor=2)
    log = log.staff_message(10, 0, visitor=1, staff=ANN).staff_message(12, 1, visitor=2, staff=ANN)
    other = Written(channels=[{"name": "A"}, {"name": "B"}]).received(0, 0, visitor=1)
    other = other.close_sent(10, 0, visitor=1, channel=1)

    assert sent(log.log) == (2, 0, 0, 0)
    assert sent(other.log) == (0, 0, 0, 1)


def test_the_life_of_a_token_is_a_setting() -> None:
    log = Written().received(0, 0).staff_message(90, 0, staff=ANN).log

    assert sent(log, reply_token_s=120)[:2] == (1, 0)
    assert metrics.summary(log, reply_token_s=120)["push_share"] == 0
    assert metrics.summary(log)["push_share"] == 1


def reply_times(log: EventLog) -> list[float]:
    return [-1 if math.isnan(time) else time for time in messages.line_reply_times_s(log).tolist()]


def test_the_reply_time_is_of_first_messages_and_excludes_automatic_ones() -> None:
    log = Written(until_s=DAY).received(0, 0).away_sent(1, 0, reason="all_away")
    log = log.visitor_message(50, 0).staff_message(100, 0, staff=ANN)
    log = log.received(200, 1, visitor=0).staff_message(900, 1, visitor=0, staff=ANN).log

    assert reply_times(log) == [100]


def test_after_24_hours_the_next_message_is_a_first_one_again() -> None:
    log = Written(until_s=5 * DAY).received(0, 0).staff_message(10, 0, staff=ANN)
    log = log.visitor_message(DAY - 1, 0).visitor_message(DAY + 5, 0)
    log = log.staff_message(DAY + 65, 0, staff=ANN).received(4 * DAY, 1, visitor=0).log

    assert reply_times(log) == [10, 60, -1]


def test_an_answer_after_24_hours_does_not_count() -> None:
    log = Written(until_s=3 * DAY).received(0, 0).staff_message(DAY + 1, 0, staff=ANN)
    log = log.received(0, 1).staff_message(DAY, 1, staff=ANN).log

    assert reply_times(log) == [-1, DAY]
    assert metrics.summary(log)["line_reply_rate"] == 0.5


def test_only_the_last_30_days_count() -> None:
    log = Written(until_s=31 * DAY).received(0, 0).received(DAY, 1)
    log = log.staff_message(DAY + 10, 1, staff=ANN).log

    assert reply_times(log) == [10]
