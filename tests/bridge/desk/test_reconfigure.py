"""The setup changes while people are served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from small_shop import add_chats, add_staff, small_shop

from line_sim.bridge.desk.rederive import event_log, rederive
from line_sim.bridge.store import tables
from line_sim.desk.model import NOBODY
from line_sim.errors import InvariantError

if TYPE_CHECKING:
    from small_shop import Home

    from line_sim.bridge.desk.live import LiveDesk


def write(desk: LiveDesk, who: str) -> int:
    """A visitor writes; their enquiry."""
    visitor = desk.visitor(who)
    if not desk.store.rows(tables.chats.select().where(tables.chats.c.visitor == visitor)):
        add_chats(desk.store, visitor)
    e = desk.receive(0, visitor, "text")
    assert e is not None
    return e


def set_service(desk: LiveDesk, **service: Any) -> None:  # noqa: ANN401
    """Administrators change settings of the service."""
    with desk.store.transaction():
        row = tables.meta.update().where(tables.meta.c.name == "service")
        desk.store.run(row.values(value=service))
        assert desk.reconfigure()


def set_staff(desk: LiveDesk, *ids: int) -> None:
    """Administrators change who serves the queue."""
    with desk.store.transaction():
        config = {"kind": "queue", "staff": ids, "tags": ["desk"]}
        desk.store.run(tables.destinations.update().values(config=config))
        desk.reconfigure()


def said(desk: LiveDesk, after: int) -> list[tuple[str, str]]:
    """Kinds and staff of the rows after one."""
    log = event_log(desk.store)
    return [(log[i]["kind"], log[i].get("staff", "")) for i in range(after, len(log))]


def test_chats_statuses_and_waiting_enquiries_go_on(home: Home) -> None:
    desk = small_shop(home, max_concurrent=1)
    desk.set_status(0, "active")
    mine = write(desk, "U1")
    desk.pick_up(mine, 0)
    waits = write(desk, "U2")
    home.clock.at += 30
    third = add_staff(home.store, 2, "Chai")
    at = desk.state.log_seq

    set_staff(desk, 1, 2, third)
    desk.set_status(2, "active")

    assert said(desk, at) == [
        ("rerouted", ""), ("queued", ""), ("status", "Chai S"), ("offered", "Chai S"),
    ]  # fmt: skip
    assert desk.close(mine)
    assert desk.pick_up(waits, 2)
    assert desk.state.desk.members[0].pickups == 1
    assert rederive(home.store) == event_log(home.store)


def test_round_robin_goes_on_with_who_was_next(home: Home) -> None:
    desk = small_shop(home)
    third = add_staff(home.store, 2, "Chai")
    set_staff(desk, 1, 2, third)
    for m in range(3):
        desk.set_status(m, "active")
    desk.pick_up(write(desk, "U1"), 0)

    set_staff(desk, third, 2, 1)

    assert desk.pick_up(write(desk, "U2"), 1)
    set_staff(desk, third, 1)  # the one who was next, Anong, still is
    assert desk.pick_up(write(desk, "U3"), 0)


def test_a_transfer_ends_and_the_sender_keeps_the_chat(home: Home) -> None:
    desk = small_shop(home)
    desk.set_status(0, "active")
    desk.set_status(1, "active")
    e = write(desk, "U1")
    desk.pick_up(e, 0)
    desk.transfer(e, staff_number=1)
    at = desk.state.log_seq

    set_service(desk, max_concurrent=7)

    assert said(desk, at) == [("withdrawn", "Boon S"), ("transfer_failed", "Anong S")]
    assert not desk.pick_up(e, 1)
    assert desk.close(e)


def test_a_suspended_member_keeps_chats_and_is_asked_nothing(home: Home) -> None:
    desk = small_shop(home)
    desk.set_status(0, "active")
    e = write(desk, "U1")
    desk.pick_up(e, 0)
    waits = write(desk, "U2")
    with home.store.transaction():
        row = tables.staff.update().where(tables.staff.c.number == 0)
        home.store.run(row.values(state="suspended"))
        desk.reconfigure()

    assert not desk.pick_up(waits, 0)
    assert desk.state.desk.enquiries[e].holder == 0
    assert desk.close(e)


CLOSING = {"auto_close": True, "auto_close_after_s": 600.0, "auto_close_notice_s": 60.0}


def test_an_announced_close_stands_and_other_clocks_follow(home: Home) -> None:
    desk = small_shop(home, **CLOSING)
    desk.set_status(0, "active")
    early = write(desk, "U1")
    desk.pick_up(early, 0)
    home.clock.at += 400
    late = write(desk, "U2")
    desk.pick_up(late, 0)
    home.clock.at += 150
    desk.tick()  # early has its notice

    set_service(desk, auto_close=False)
    home.clock.at += 1_000
    desk.tick()

    query = tables.enquiries.select().order_by(tables.enquiries.c.number)
    first, second = home.store.rows(query)
    assert (first.state, first.closed_at) == ("closed", first.picked_up_at + 600)
    assert second.state == "ongoing"
    set_service(desk, **CLOSING)
    desk.tick()
    home.clock.at += 60
    desk.tick()
    assert desk.state.desk.enquiries[late].holder == NOBODY


def test_who_writes_after_the_notice_is_not_closed_once_closing_is_off(home: Home) -> None:
    desk = small_shop(home, **CLOSING)
    desk.set_status(0, "active")
    e = write(desk, "U1")
    desk.pick_up(e, 0)
    home.clock.at += 550
    desk.tick()
    set_service(desk, auto_close=False)

    assert write(desk, "U1") == e
    home.clock.at += 10_000
    desk.tick()

    assert desk.state.desk.enquiries[e].holder == 0


def test_a_member_who_vanished_is_refused(home: Home) -> None:
    desk = small_shop(home)
    home.store.run(tables.destinations.update().values(config={"kind": "queue"}))
    home.store.run(tables.staff.delete().where(tables.staff.c.number == 1))

    with pytest.raises(InvariantError, match="1 members where there were 2"):
        desk.reconfigure()
