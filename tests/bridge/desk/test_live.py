"""The live desk, call by call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_shop import add_chats, small_shop

from line_sim.bridge.desk.rederive import load, rederive
from line_sim.bridge.store import tables
from line_sim.errors import DeskLogError, InvariantError

if TYPE_CHECKING:
    from small_shop import Home

    from line_sim.bridge.desk.live import LiveDesk
    from line_sim.bridge.desk.words import HappeningRow


def one_writes(desk: LiveDesk, who: str = "U1") -> int:
    """A visitor writes; their enquiry."""
    with desk.store.transaction():
        visitor = desk.visitor(who)
        if desk.store.value(tables.chats.select().where(tables.chats.c.visitor == visitor)) is None:
            add_chats(desk.store, visitor)
        e = desk.receive(0, visitor, "text")
    assert e is not None
    return e


def kinds(desk: LiveDesk) -> list[str]:
    """What happened so far."""
    return [
        row["kind"] for row in (rederive(desk.store)[i] for i in range(len(rederive(desk.store))))
    ]


def test_a_shop_answers_a_customer(home: Home) -> None:
    desk = small_shop(home)
    heard: list[HappeningRow] = []
    desk.on_row(heard.append)
    desk.set_status(0, "active")
    home.clock.at += 5

    e = one_writes(desk)
    (offer,) = home.store.rows(tables.offers.select())
    assert (e, home.clock.at) == (offer.enquiry, offer.since)
    assert desk.pick_up(e, 0)
    assert not home.store.rows(tables.offers.select())
    assert desk.staff_message(e, "text")
    assert one_writes(desk) == e
    assert desk.close(e)

    (row,) = home.store.rows(tables.enquiries.select())
    assert (row.state, row.owner, row.closed_at) == ("closed", 1, home.clock.at)
    told = [row.kind for row in heard]
    assert told == [
        "status", "received", "welcome_sent", "offered", "picked_up", "staff_message",
        "visitor_message", "closed", "close_sent",
    ]  # fmt: skip
    assert told == kinds(desk)
    assert rederive(home.store).header["origin"] == "live"


def test_timers_fire_at_their_own_times_also_after_a_rest(home: Home) -> None:
    desk = small_shop(home)
    desk.set_status(0, "active")
    e = one_writes(desk)
    home.clock.at += 3_600

    again = type(desk)(home)
    again.begin()

    (row,) = home.store.rows(tables.enquiries.select())
    assert (row.number, row.state, row.reason) == (e, "missed", "unanswered")
    assert row.missed_at == row.created_at + 60
    assert kinds(again)[-2:] == ["missed", "away_sent"]
    assert again.tick() is False


def test_what_a_transaction_takes_back_never_happened(home: Home) -> None:
    desk = small_shop(home)
    desk.set_status(0, "active")

    with pytest.raises(ZeroDivisionError), home.store.transaction():
        assert one_writes(desk) / 0
    e = one_writes(desk)

    assert e == 0
    assert desk.pick_up(e, 0)
    assert load(home.store).log_seq == desk.state.log_seq


def test_what_is_not_allowed_changes_nothing(home: Home) -> None:
    desk = small_shop(home)
    desk.set_status(0, "active")
    e = one_writes(desk)
    inputs = desk.state.input_seq

    assert not desk.pick_up(e, 1)
    assert not desk.pick_up(e + 1, 0)
    assert not desk.pick_up(e, 7)
    assert not desk.pick_up(-1, 0)
    assert not desk.close(e)
    assert not desk.transfer(e, tag="desk")
    assert not desk.transfer(e, tag="nowhere")
    assert not desk.take_over(e, 1)
    assert not desk.join(e, 1)
    assert not desk.follow_up(e, 0)
    assert not desk.staff_message(e, "text")
    assert not desk.set_status(0, "active")
    assert not desk.reconfigure()
    assert desk.receive(5, 0, "text") is None

    assert inputs == desk.state.input_seq


def test_a_log_that_was_changed_is_refused_with_the_row(home: Home) -> None:
    desk = small_shop(home)
    desk.set_status(0, "active")
    one_writes(desk)
    home.store.run(tables.desk_log.update().where(tables.desk_log.c.seq == 3).values(attempt=9))

    with pytest.raises(DeskLogError, match=r"desk_log row 3: stored is welcome_sent .* attempt 9"):
        type(desk)(home).begin()


def test_a_listener_does_not_call_the_desk(home: Home) -> None:
    desk = small_shop(home)
    desk.on_row(lambda _row: desk.set_status(1, "active"))

    with pytest.raises(InvariantError, match="listener"):
        desk.set_status(0, "active")

    assert desk.state.log_seq == 0


def test_who_is_not_heard_of_goes_offline_and_comes_back_as_they_chose(home: Home) -> None:
    desk = small_shop(home)
    assert desk.heartbeat(0, used=True)
    home.clock.at += 20
    assert not desk.heartbeat(0, used=False)
    home.clock.at += 599.0 - 20
    desk.tick()
    assert [row.reason for row in told_of(desk)] == ["active", "offline"]

    desk.heartbeat(0, used=True)
    desk.set_status(0, "busy")
    home.clock.at += 30
    desk.tick()
    desk.heartbeat(0, used=True)

    assert [row.reason for row in told_of(desk)][2:] == ["active", "busy", "offline", "busy"]


def test_who_uses_no_device_turns_idle(home: Home) -> None:
    desk = small_shop(home)
    home_began = home.clock.at
    for _ in range(31):
        desk.heartbeat(0, used=False, client="dashboard")
        desk.heartbeat(1, used=False, client="mobile")
        home.clock.at += 20
        desk.tick()

    found = [(row.staff, row.reason, row.at - home_began) for row in told_of(desk)]
    assert found == [
        (0, "active", 0), (1, "active", 0), (1, "idle", 60), (0, "idle", 600),
    ]  # fmt: skip


def told_of(desk: LiveDesk) -> list[HappeningRow]:
    """All rows so far."""
    from line_sim.bridge.desk.words import in_words  # noqa: PLC0415

    rows = desk.store.rows(tables.desk_log.select().order_by(tables.desk_log.c.seq))
    return [
        in_words(
            row.seq,
            (row.at_us, row.kind, row.reason, row.channel, row.enquiry, row.visitor, row.staff,
             row.destination, row.attempt),
            desk.started,
        )
        for row in rows
    ]  # fmt: skip
