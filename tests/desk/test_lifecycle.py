"""What becomes of an enquiry; ``docs/model.md``, "Lifecycle"."""

from __future__ import annotations

from typing import Any

import pytest
from small import Room, channel, group, queue, room

from line_sim.desk import lifecycle, model, shifts
from line_sim.desk.faults import faults
from line_sim.desk.setup import Alternative, AutoMessages, Channel, Chatbot, Member


def team(letters: str = "ab", **service: Any) -> Room:  # noqa: ANN401 - fields of the service
    """A group in which all are alerted, with a tag of its own; ``a`` is an administrator."""
    staff = tuple(
        Member(name=letter, role="administrator" if letter == "a" else "agent")
        for letter in letters
    )
    desk = room(
        group("g", letters, "simultaneous"), staff=staff, setup={"tags": {"tag": ("g",)}}, **service
    )
    desk.on(0, letters)
    return desk


def held(desk: Room, by: str, at: float = 0, visitor: int = 0) -> int:
    """An enquiry that a member has picked up."""
    enquiry = desk.writes(at, visitor=visitor)
    assert 1 == desk.pick(at, enquiry, by)
    return enquiry


# --- messages and enquiries


def test_a_message_joins_the_visitors_live_enquiry() -> None:
    desk = team()
    first = desk.writes(0)

    assert first == desk.writes(5)
    desk.pick(6, first, "a")
    assert first == desk.writes(7)
    assert [5, 7] == desk.times("visitor_message")


def test_after_a_close_a_message_is_a_new_enquiry() -> None:
    desk = team()
    first = held(desk, "a")
    desk.close(1, first)

    assert first != desk.writes(2)


def test_a_missed_enquiry_takes_no_messages_unless_told_so() -> None:
    for absorbs in False, True:
        desk = team(missed_absorbs_messages=absorbs)
        first = desk.writes(0)
        desk.timers_until(60)

        assert absorbs == (first == desk.writes(61))
        assert "missed" == desk.state(first)


def test_another_channel_is_another_enquiry() -> None:
    rule = Alternative(destinations=("g",))
    desk = room(group("g", "ab", "simultaneous"), channels=[channel(rule, n) for n in ("x", "y")])
    desk.on(0, "ab")

    assert desk.writes(0, channel=0) != desk.writes(0, channel=1)


def test_channels_share_their_staff() -> None:
    rule = Alternative(destinations=("g",))
    desk = room(group("g", "a"), channels=[channel(rule, n) for n in ("x", "y")], max_concurrent=1)
    desk.on(0, "a")
    desk.pick(0, desk.writes(0, visitor=0, channel=0), "a")

    assert "" == desk.offered(desk.writes(1, visitor=1, channel=1))


# --- reopening


def test_a_message_soon_after_the_close_reopens_the_enquiry_with_the_same_owner() -> None:
    desk = team(reopen_window_s=100)
    first = held(desk, "b")
    desk.close(10, first)

    assert first == desk.writes(109.999999)
    assert ("ongoing", "b") == (desk.state(first), desk.owner(first))


def test_at_the_end_of_the_window_it_is_a_new_enquiry() -> None:
    desk = team(reopen_window_s=100)
    first = held(desk, "b")
    desk.close(10, first)

    assert first != desk.writes(110)


def test_it_is_routed_anew_under_its_number_if_the_owner_is_not_eligible() -> None:
    desk = team(reopen_window_s=100)
    first = held(desk, "b")
    desk.close(10, first)
    desk.status(20, "b", "busy")

    assert first == desk.writes(50)
    assert (50, "a") == desk.offers(first)[-1]
    assert 1 == len(desk.rows("received"))


# --- follow-up


def test_a_missed_enquiry_may_be_followed_up_by_somebody_eligible() -> None:
    desk = team()
    enquiry = desk.writes(0)
    desk.timers_until(60)
    desk.status(61, "b", "busy")

    assert 0 == desk.follow_up(62, enquiry, "b")
    assert 1 == desk.follow_up(62, enquiry, "a")
    assert ("followed_up", "a") == (desk.state(enquiry), desk.owner(enquiry))
    assert 1 == desk.close(63, enquiry)


def test_not_while_the_visitor_has_a_live_enquiry() -> None:
    desk = team()
    first = desk.writes(0)
    desk.timers_until(60)
    desk.writes(70)

    assert 0 == desk.follow_up(71, first, "a")


def test_not_an_enquiry_that_was_not_missed() -> None:
    desk = team()

    assert 0 == desk.follow_up(1, desk.writes(0), "a")


# --- transfer


def test_the_sender_keeps_the_chat_until_somebody_accepts() -> None:
    desk = team("abc")
    enquiry = held(desk, "a")
    desk.transfer(10, enquiry, to="b")
    assert ("a", "ongoing") == (desk.owner(enquiry), desk.state(enquiry))
    desk.pick(15, enquiry, "b")

    assert ("b", [(15, "transferred", 0, "b", "transfer")]) == (
        desk.owner(enquiry), desk.rows("transferred"),
    )  # fmt: skip
    assert [0, 1, 0] == [member.open_chats for member in desk.desk.members]


def test_a_transfer_to_a_tag_is_offered_to_everybody_there_but_the_sender() -> None:
    desk = team("abc")
    enquiry = held(desk, "b")
    desk.transfer(10, enquiry, to="tag")

    assert [(10, "a"), (10, "c")] == desk.offers(enquiry)[3:]


def test_a_transfer_nobody_accepts_fails_and_changes_nothing() -> None:
    desk = team(transfer_wait_s=25)
    enquiry = held(desk, "a")
    desk.transfer(10, enquiry, to="b")
    desk.timers_until(100)

    assert [(35, "timed_out")] == desk.reasons("transfer_failed")
    assert ("a", "ongoing") == (desk.owner(enquiry), desk.state(enquiry))


def test_a_refused_transfer_fails_at_once() -> None:
    desk = team()
    enquiry = held(desk, "a")
    desk.transfer(10, enquiry, to="b")
    desk.refuse(12, enquiry, "b")

    assert [(12, "refused")] == desk.reasons("transfer_failed")
    assert 1 == desk.transfer(13, enquiry, to="b")


@pytest.mark.parametrize("leaves", [True, False])
def test_a_transfer_to_somebody_who_is_gone_or_goes_fails_at_once(leaves: bool) -> None:  # noqa: FBT001
    desk = team()
    enquiry = held(desk, "a")
    if leaves:
        desk.transfer(10, enquiry, to="b")
    desk.status(12, "b", "offline")
    if not leaves:
        desk.transfer(12, enquiry, to="b")

    assert [(12, "target_gone")] == desk.reasons("transfer_failed")
    assert "a" == desk.owner(enquiry)


def test_the_sender_alone_is_no_target() -> None:
    desk = team("a")
    enquiry = held(desk, "a")
    desk.transfer(10, enquiry, to="tag")

    assert [(10, "target_gone")] == desk.reasons("transfer_failed")


def test_nor_is_a_chatbot() -> None:
    desk = room(
        Chatbot(name="bot"), group("g", "ab", "simultaneous"),
        rule=Alternative(destinations=("g",)), setup={"tags": {"tag": ("bot", "g")}},
    )  # fmt: skip
    desk.on(0, "ab")
    enquiry = held(desk, "a")
    desk.transfer(10, enquiry, to="tag")

    assert [] == desk.rows("bot_started")
    assert (10, "b") == desk.offers(enquiry)[-1]


def test_a_transfer_under_auto_pickup_needs_no_click() -> None:
    desk = team(auto_pickup=True)
    enquiry = desk.writes(0)
    desk.transfer(5, enquiry, to="b")

    assert "b" == desk.owner(enquiry)


def test_nobody_transfers_what_is_not_theirs_or_twice_at_once() -> None:
    desk = team()
    open_one = desk.writes(0, visitor=0)
    mine = held(desk, "a", visitor=1)
    desk.transfer(1, mine, to="b")

    assert (0, 0) == (desk.transfer(1, open_one, to="b"), desk.transfer(2, mine, to="b"))


def test_closing_ends_a_transfer() -> None:
    desk = team()
    enquiry = held(desk, "a")
    desk.transfer(10, enquiry, to="b")
    desk.close(11, enquiry)

    assert [(11, "moved_on")] == desk.reasons("withdrawn")[-1:]
    assert 0 == desk.pick(12, enquiry, "b")


# --- taking over, joining


def test_an_administrator_takes_over_and_nobody_else() -> None:
    desk = team("abc")
    enquiry = held(desk, "b")

    assert 0 == desk.take_over(5, enquiry, "c")
    assert 1 == desk.take_over(5, enquiry, "a")
    assert "a" == desk.owner(enquiry)
    assert 0 == desk.take_over(6, enquiry, "a")


def test_a_suspended_administrator_does_not() -> None:
    desk = team("ab")
    enquiry = held(desk, "b")
    shifts.set_account(desk.desk, 0, 0, desk.timers_before(3))

    assert 0 == desk.take_over(5, enquiry, "a")


def test_taking_over_ends_a_transfer() -> None:
    desk = team("abc")
    enquiry = held(desk, "b")
    desk.transfer(4, enquiry, to="c")
    desk.take_over(5, enquiry, "a")

    assert 0 == desk.pick(6, enquiry, "c")


def test_joining_does_not_change_the_owner_and_a_room_holds_so_many() -> None:
    desk = team("abcd", room_max=3)
    enquiry = held(desk, "b")
    joined = [lifecycle.join(desk.desk, enquiry, m, 0) for m in (1, 0, 2, 3)]

    assert [0, 1, 1, 0] == joined
    assert "b" == desk.owner(enquiry)


# --- auto-close


def closing(**more: Any) -> Room:  # noqa: ANN401 - fields of the service
    """A desk that closes after 100 quiet seconds, with a notice 30 before."""
    times = {"auto_close_after_s": 100, "auto_close_notice_s": 30} | more
    return team(auto_close=True, **times)


def test_a_quiet_chat_is_closed_after_a_notice() -> None:
    desk = closing()
    enquiry = held(desk, "a")
    desk.timers_until(100)

    assert ([70], [100]) == (desk.times("notice_sent"), desk.times("closed"))
    assert [(100, "system")] == desk.reasons("closed")
    assert "closed" == desk.state(enquiry)


def test_without_a_time_for_it_there_is_no_notice() -> None:
    desk = closing(auto_close_notice_s=None)
    held(desk, "a")
    desk.timers_until(100)

    assert ([], [100]) == (desk.times("notice_sent"), desk.times("closed"))


def test_switched_off_nothing_closes() -> None:
    desk = team(auto_close_after_s=100)
    held(desk, "a")
    desk.timers_until(1e5)

    assert [] == desk.times("closed")


@pytest.mark.parametrize("who", ["visitor", "staff"])
@pytest.mark.parametrize(("at", "notices", "closed"), [(50, [120], 150), (80, [70, 150], 180)])
def test_every_message_starts_the_clock_anew_the_notice_or_not(
    who: str, at: float, notices: list[float], closed: float
) -> None:
    desk = closing()
    enquiry = held(desk, "a")
    if who == "visitor":
        desk.writes(at)
    else:
        desk.answers(at, enquiry)
    desk.timers_until(500)

    assert (notices, [closed]) == (desk.times("notice_sent"), desk.times("closed"))


def test_a_long_notice_is_void_at_the_first_message() -> None:
    desk = closing(auto_close_notice_s=90)
    held(desk, "a")
    desk.writes(20)
    desk.timers_until(500)

    assert ([10, 30], [120]) == (desk.times("notice_sent"), desk.times("closed"))


def test_once_the_notice_is_out_a_change_of_the_setting_does_not_matter() -> None:
    desk = closing()
    held(desk, "a")
    desk.timers_until(70)
    desk.desk.close_after *= 10
    desk.timers_until(200)

    assert [100] == desk.times("closed")


def test_before_the_notice_it_does() -> None:
    desk = closing()
    held(desk, "a")
    desk.timers_until(60)
    desk.desk.close_after *= 2
    desk.timers_until(500)

    assert ([170], [200]) == (desk.times("notice_sent"), desk.times("closed"))


def test_who_waited_longer_than_that_for_a_pickup_is_not_closed_at_it() -> None:
    desk = closing(max_wait_s=None)
    enquiry = desk.writes(0)
    desk.pick(300, enquiry, "a")
    desk.timers_until(1000)

    assert [400] == desk.times("closed")


def test_open_and_missed_enquiries_are_never_closed_by_themselves() -> None:
    desk = closing()
    desk.writes(0)
    desk.timers_until(1000)

    assert [] == desk.times("closed")


def test_a_follow_up_is_closed_like_any_other() -> None:
    desk = closing()
    enquiry = desk.writes(0)
    desk.timers_until(60)
    desk.follow_up(500, enquiry, "a")
    desk.timers_until(1000)

    assert [600] == desk.times("closed")


# --- chatbots


def botted(**service: Any) -> Room:  # noqa: ANN401 - fields of the service
    """A chatbot, then a group."""
    desk = room(
        Chatbot(name="bot"),
        group("g", "a"),
        messages=AutoMessages(away=True, close=True),
        **service,
    )
    desk.on(0, "a")
    return desk


def test_a_chatbot_has_no_limit_and_is_never_away() -> None:
    desk = botted()
    enquiry = desk.writes(0)
    desk.status(1, "a", "offline")
    desk.timers_until(1e5)

    assert ("ongoing", "") == (desk.state(enquiry), desk.owner(enquiry))
    assert [] == desk.rows("away_sent", "offered")


def test_a_chatbot_solves_or_hands_over_to_the_next_destination() -> None:
    desk = botted()
    solved, handed = desk.writes(0, visitor=0), desk.writes(0, visitor=1)
    lifecycle.bot_solved(desk.desk, solved, desk.timers_before(5))
    lifecycle.bot_hands_over(desk.desk, handed, desk.timers_before(7))

    assert [(5, "bot")] == desk.reasons("closed")
    assert [] == desk.rows("close_sent"), "for staff and the system only"
    assert [(7, "a")] == desk.offers(handed)


def test_what_a_chatbot_hands_over_waits_like_a_new_enquiry_when_nobody_is_there() -> None:
    desk = botted()
    desk.status(0, "a", "offline")
    enquiry = desk.writes(0)
    lifecycle.bot_hands_over(desk.desk, enquiry, desk.timers_before(100))
    desk.status(130, "a", "active")

    assert [(100, "all_away")] == desk.reasons("away_sent")
    assert [(130, "a")] == desk.offers(enquiry)


def test_time_with_a_chatbot_is_no_waiting_time() -> None:
    desk = botted(max_wait_scope="enquiry")
    enquiry = desk.writes(0)
    lifecycle.bot_hands_over(desk.desk, enquiry, desk.timers_before(100))
    desk.timers_until(1000)

    assert [160] == desk.times("missed")


def test_a_chatbot_with_nobody_behind_it_misses_what_it_hands_over() -> None:
    desk = room(Chatbot(name="bot"), staff=(Member(name="a"),))
    enquiry = desk.writes(0)
    lifecycle.bot_hands_over(desk.desk, enquiry, desk.timers_before(9))

    assert [(9, "no_destination")] == desk.reasons("missed")
    assert 0 == lifecycle.bot_solved(desk.desk, enquiry, desk.timers_before(10))


# --- owners who leave, accounts, channels


def test_an_owner_who_goes_offline_keeps_the_chat_unless_told_otherwise() -> None:
    for reassign, owner in (False, "a"), (True, ""):
        desk = team(reassign_on_offline=reassign)
        enquiry = held(desk, "a")
        desk.status(9, "a", "offline")

        assert owner == desk.owner(enquiry)
        assert (9 if reassign else 0, "b") == desk.offers(enquiry)[-1]


def test_then_the_chat_taken_first_is_routed_first() -> None:
    desk = room(queue("q", "ab"), max_concurrent=None, reassign_on_offline=True)
    desk.on(0, "a")
    first, second = held(desk, "a", visitor=0), held(desk, "a", visitor=1)
    desk.on(5, "b")
    desk.status(9, "a", "offline")

    assert [(9, "b")] == desk.offers(first)[1:]
    assert [] == desk.offers(second)[1:]


def test_and_a_chat_that_comes_back_to_the_same_member_is_routed_once() -> None:
    desk = room(
        group("g", "ab"), auto_pickup=True, auto_pickup_requires_eligible=False,
        reassign_on_offline=True,
    )  # fmt: skip
    desk.on(0, "a")
    enquiry = desk.writes(0)
    desk.status(9, "a", "offline")

    assert "a" == desk.owner(enquiry)
    assert 1 == len(desk.rows("reopened"))


def test_a_suspended_account_loses_its_offers_and_keeps_its_chats() -> None:
    desk = team("ab")
    kept, offered = held(desk, "a", visitor=0), desk.writes(1, visitor=1)
    shifts.set_account(desk.desk, 0, 0, desk.timers_before(5))

    assert "a" == desk.owner(kept)
    assert 0 == desk.pick(6, offered, "a")
    assert "b" == desk.offered(desk.writes(7, visitor=2))
    shifts.set_account(desk.desk, 0, 1, desk.timers_before(8))
    assert (8, "a") == desk.offers()[-1]


def test_a_suspended_channel_makes_no_enquiry_and_keeps_those_it_has() -> None:
    desk = team()
    enquiry = desk.writes(0)
    shifts.set_channel(desk.desk, 0, model.SUSPENDED, desk.timers_before(1))

    assert 0 > desk.writes(2, visitor=1)
    assert [2] == desk.times("dropped")
    assert 1 == desk.pick(3, enquiry, "a")
    shifts.set_channel(desk.desk, 0, model.ENABLED, desk.timers_before(4))
    assert 0 <= desk.writes(5, visitor=1)


def test_a_second_channel_with_the_same_account_is_refused_unless_the_first_was_deleted() -> None:
    rule = Alternative(destinations=("g",))
    desk = room(group("g", "a"))
    for state, count in ("suspended", 1), ("deleted", 0):
        twice = (
            Channel(name="old", rule=rule, line_account="@shop", state=state),
            Channel(name="new", rule=rule, line_account="@shop"),
        )
        changed = type(desk.setup)(
            start=desk.setup.start, utc_offset="+07:00", members=desk.setup.members,
            destinations=desk.setup.destinations, channels=twice,
        )  # fmt: skip

        assert count == len(faults(changed))


# --- leaving


def test_who_left_without_a_sign_is_unknown_to_the_desk() -> None:
    desk = team()
    enquiry = desk.writes(0)

    assert 1 == lifecycle.visitor_left(desk.desk, enquiry, 0, desk.timers_before(5))
    assert ("open", [5]) == (desk.state(enquiry), desk.times("gave_up"))


def test_who_left_visibly_ends_the_enquiry_and_may_come_again() -> None:
    desk = team()
    enquiry = desk.writes(0)
    lifecycle.visitor_left(desk.desk, enquiry, 1, desk.timers_before(5))
    desk.timers_until(100)

    assert ("abandoned", []) == (desk.state(enquiry), desk.times("missed"))
    assert enquiry != desk.writes(101)


def test_nobody_leaves_who_is_being_served() -> None:
    desk = team()

    assert 0 == lifecycle.visitor_left(desk.desk, held(desk, "a"), 1, desk.timers_before(5))


# --- what is not possible changes nothing


def test_what_may_not_be_done_now_changes_nothing() -> None:
    desk = team()
    enquiry = desk.writes(0)
    before = len(desk.desk.log)
    now = desk.timers_before(1)
    answers = [
        desk.close(1, enquiry), desk.follow_up(1, enquiry, "a"), desk.transfer(1, enquiry, to="b"),
        desk.take_over(1, enquiry, "a"), lifecycle.join(desk.desk, enquiry, 0, now),
        lifecycle.bot_solved(desk.desk, enquiry, now),
        lifecycle.bot_hands_over(desk.desk, enquiry, now),
        shifts.set_status(desk.desk, 0, model.ACTIVE, now),
    ]  # fmt: skip

    assert [0] * len(answers) == answers
    assert before == len(desk.desk.log)
