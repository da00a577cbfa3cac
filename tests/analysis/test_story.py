"""One enquiry's story, word by word."""

import pytest
from written import ANN, BEN, CAT, Written, place, team

from line_sim.analysis.story import explain
from line_sim.errors import ConfigurationError


def test_a_story_says_who_was_passed_over_and_what_the_customer_saw() -> None:
    everybody = "Ann Ben Cat Dan Eve Flo Gus"
    log = Written(
        start="2026-03-02T09:00:00",
        until_s=3600,
        members=team(everybody, max_concurrent=1),
        destinations=[place("Sales", everybody)],
        shifts=[[]] * 6 + [[[0, 60]]],
    )
    for member in range(6):
        log = log.on(0, member)
    log = log.on(1, CAT, "idle").on(1, 3, "busy").account_changed(1, staff=5, reason="suspended")
    log = log.received(2, 0).picked_up(2, 0, staff=BEN, destination=0, reason="auto")
    log = log.received(10, 7, visitor=3, reason=1).welcome_sent(10, 7, visitor=3)
    log = log.offered(10, 7, visitor=3, staff=ANN, destination=0, attempt=1)
    log = log.lapsed(30, 7, visitor=3, staff=ANN, destination=0, attempt=1)
    log = log.offered(30, 7, visitor=3, staff=4, destination=0, attempt=2)
    log = log.withdrawn(50, 7, visitor=3, staff=4, destination=0, reason="status_change")
    log = log.missed(70, 7, visitor=3, destination=0, reason="unanswered")
    log = log.away_sent(70, 7, visitor=3, reason="unanswered").gave_up(135, 7, visitor=3).log

    assert str(explain(log, 7)).splitlines() == [
        "09:00:10  visitor 3 (vip) wrote to Shop: enquiry 7",
        "09:00:10  the welcome message went out",
        "09:00:10  offered to Ann in Sales",
        "          not Ben: at the cap, 1 of 1 chats",
        "          not Cat: away (idle)",
        "          not Dan: busy",
        "          not Eve: free, but later by the method",
        "          not Flo: account suspended",
        "          not Gus: off shift",
        "09:00:30  Ann let the offer run out: a missed offer",
        "09:00:30  offered to Eve in Sales",
        "          not Ann: had let it go before",
        "          not Ben: at the cap, 1 of 1 chats",
        "          not Cat: away (idle)",
        "          not Dan: busy",
        "          not Flo: account suspended",
        "          not Gus: off shift",
        "09:00:50  the offer to Eve was taken back (status change)",
        "09:01:10  missed: offered, but nobody took it in time",
        "09:01:10  the away message went out: offered, but nobody took it in time",
        "09:02:15  the visitor left without a sign; the desk does not know",
        "",
        "What the customer saw",
        "09:00:10  wrote",
        "09:00:10  got the welcome message, at once",
        "09:01:10  got the away message, 1 min after first writing",
        "09:02:15  left, 2 min 5 s after first writing",
        "No person ever answered.",
    ]


def test_of_alerts_at_one_instant_nobody_was_passed_over_who_got_one() -> None:
    log = Written(until_s=99, destinations=[place("Sales", "Ann Ben Cat", "simultaneous")])
    log = log.on(0, ANN).on(0, BEN).received(1, 0)
    log = log.offered(1, 0, staff=ANN, destination=0).offered(1, 0, staff=BEN, destination=0)
    log = log.withdrawn(9, 0, staff=BEN, destination=0, reason="taken")
    log = log.picked_up(9, 0, staff=ANN, destination=0).staff_message(60, 0, staff=ANN).log

    assert explain(log, 0).lines == (
        "00:00:01  visitor 0 (customer) wrote to Shop: enquiry 0",
        "00:00:01  offered to Ann in Sales",
        "00:00:01  offered to Ben in Sales",
        "          not Cat: offline",
        "00:00:09  the offer to Ben was taken back (taken)",
        "00:00:09  Ann took it in Sales",
        "00:01:00  Ann answered",
    )
    assert explain(log, 0).seen[-2:] == (
        "00:01:00  got an answer by Ann, 59 s after first writing", "A person answered."
    )  # fmt: skip


def test_a_transfer_is_not_refused_by_the_one_who_asked_for_it() -> None:
    log = Written(until_s=99).on(0, ANN).on(0, BEN).received(1, 0)
    log = log.picked_up(1, 0, staff=ANN, destination=0, reason="auto")
    log = log.transfer_started(5, 0, staff=ANN)
    log = log.offered(5, 0, staff=BEN, destination=0, reason="transfer")
    log = log.transferred(9, 0, staff=BEN, destination=0).log

    assert explain(log, 0).lines[1:] == (
        "00:00:01  Ann took it in Sales at once, by auto pick-up",
        "          not Ben: free, but later by the method",
        "          not Cat: offline",
        "00:00:05  Ann asked for a transfer",
        "00:00:05  offered to Ben in Sales, as a transfer",
        "          not Cat: offline",
        "00:00:09  transferred to Ben in Sales",
    )


def test_a_long_log_tells_the_date() -> None:
    log = Written(until_s=200_000).received(90_000, 0).log

    assert explain(log, 0).lines[0].startswith("Tue 2026-03-03 01:00:00  visitor 0")


def test_an_enquiry_that_is_not_there_is_a_clear_error() -> None:
    with pytest.raises(ConfigurationError, match="enquiry: 9; a number received: 0 to 4"):
        explain(Written().received(0, 0).received(1, 4).log, 9)
