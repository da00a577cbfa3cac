"""Missed enquiries that somebody takes up later, in a shop whose customers also write again."""

import pytest

from line_sim.log import EventLog
from line_sim.scenario import Scenario
from line_sim.sim.simulate import simulate


@pytest.fixture(scope="module", params=["python", "simpy"])
def log(request: pytest.FixtureRequest) -> EventLog:
    shop = Scenario.load("bangkok_shop").with_value("customers.follow_up.share", 0.6)
    return simulate(shop, replication=1, engine=request.param)


def enquiries(log: EventLog, kind: str, reason: str | None = None) -> set[int]:
    """Those with such a row."""
    rows = log.frame()
    rows = rows[rows["kind"] == kind]
    return set(rows["enquiry"] if reason is None else rows["enquiry"][rows["reason"] == reason])


def test_enquiries_of_the_night_are_taken_up_by_day(log: EventLog) -> None:
    assert enquiries(log, "followed_up") & enquiries(log, "missed", "closed_hours")


def test_nobody_is_taken_up_who_has_nothing_left_to_ask(log: EventLog) -> None:
    """Such a chat would fill a place until auto-close ends it: two hours, for nobody."""
    by_itself = enquiries(log, "closed", "system")
    unanswered = by_itself - enquiries(log, "staff_message")

    assert not unanswered & enquiries(log, "followed_up")
