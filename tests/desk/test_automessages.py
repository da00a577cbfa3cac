"""Welcome, away and close messages: triggers, scopes, once-rules."""

from __future__ import annotations

from typing import Any

import pytest
from small import Room, group, room

from line_sim.desk import model
from line_sim.desk.setup import AutoMessages


def said(**messages: Any) -> Room:  # noqa: ANN401 - fields of AutoMessages
    """A group of one member who is not there yet, and its messages."""
    return room(group("g", "a"), messages=AutoMessages(**messages), max_wait_s=60)


def test_all_messages_are_off_unless_switched_on() -> None:
    desk = said()
    desk.writes(0)
    desk.timers_until(60)

    assert [] == desk.rows("welcome_sent", "away_sent", "close_sent")


def test_a_welcome_is_for_a_visitors_first_message_or_for_every_enquiry() -> None:
    for scope, times in ("visitor", [0]), ("enquiry", [0, 70]):
        desk = said(welcome=True, welcome_scope=scope)
        desk.writes(0)
        desk.writes(1)
        desk.timers_until(60)
        desk.writes(70)

        assert times == desk.times("welcome_sent")


def test_a_known_visitor_is_not_welcomed() -> None:
    desk = said(welcome=True)
    desk.desk.contacts[0].known = 1
    desk.writes(0)

    assert [] == desk.times("welcome_sent")


def test_the_welcome_comes_before_the_away_message_or_the_away_message_comes_alone() -> None:
    for first, kinds in (True, ["welcome_sent", "away_sent"]), (False, ["away_sent"]):
        desk = said(welcome=True, away=True, welcome_before_away=first)
        desk.writes(0)

        assert kinds == [kind for _, kind, *_ in desk.rows("welcome_sent", "away_sent")]


def test_without_an_away_message_the_welcome_comes_in_any_case() -> None:
    desk = said(welcome=True, away=True, welcome_before_away=False)
    desk.on(0, "a")
    desk.writes(1)

    assert [1] == desk.times("welcome_sent")


@pytest.mark.parametrize(
    ("trigger", "unstaffed", "unanswered"),
    [("no_eligible", [0], []), ("missed", [60], [160]), ("either", [0], [160])],
)
def test_an_away_message_is_for_nobody_at_arrival_for_the_miss_or_both(
    trigger: str, unstaffed: list[float], unanswered: list[float]
) -> None:
    desk = said(away=True, away_trigger=trigger)
    desk.writes(0, visitor=0)
    desk.timers_until(60)
    desk.on(90, "a")
    desk.writes(100, visitor=1)
    desk.timers_until(200)

    assert unstaffed + unanswered == desk.times("away_sent")


def test_one_enquiry_gets_one_away_message_and_a_new_one_another() -> None:
    desk = said(away=True)
    desk.writes(0)
    desk.timers_until(60)
    desk.writes(70)

    assert [0, 70] == desk.times("away_sent")


def test_or_one_visitor_gets_one_in_a_while() -> None:
    desk = said(
        away=True, away_once_per="visitor_window", away_cooldown_s=100, away_trigger="no_eligible"
    )
    for at in 0, 70, 140, 210:
        desk.writes(at)
    desk.writes(211, visitor=1)

    assert [0, 140, 211] == desk.times("away_sent")


def test_the_cooldown_ends_to_the_microsecond() -> None:
    for at, count in (99.999999, 1), (100, 2):
        desk = said(away=True, away_once_per="visitor_window", away_cooldown_s=100)
        desk.writes(0)
        desk.writes(at)

        assert count == len(desk.times("away_sent"))


def test_no_away_message_for_what_is_picked_up_in_time() -> None:
    desk = said(away=True)
    desk.on(0, "a")
    desk.pick(60, desk.writes(0), "a")
    desk.timers_until(500)

    assert [] == desk.times("away_sent")


def test_no_away_message_when_the_owner_of_a_chat_leaves() -> None:
    desk = said(away=True)
    desk.on(0, "a")
    desk.pick(1, desk.writes(0), "a")
    desk.status(2, "a", "offline")
    desk.writes(3)

    assert [] == desk.times("away_sent")


@pytest.mark.parametrize(("by", "why"), [(model.BY_STAFF, "staff"), (model.BY_SYSTEM, "system")])
def test_a_close_message_follows_a_close_by_staff_or_the_system(by: int, why: str) -> None:
    desk = said(close=True)
    desk.on(0, "a")
    enquiry = desk.writes(0)
    desk.pick(1, enquiry, "a")
    desk.close(5, enquiry, by)

    assert [(5, why)] == desk.reasons("close_sent")


def test_a_miss_is_no_close() -> None:
    desk = said(close=True)
    desk.writes(0)
    desk.timers_until(60)

    assert [] == desk.times("close_sent")
