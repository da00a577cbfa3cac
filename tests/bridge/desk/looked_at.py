"""What must hold on a desk between two inputs, counted again from scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.bridge.store import tables
from line_sim.desk.model import FOLLOWED_UP, ONGOING, OPEN, STATES
from line_sim.desk.rows import ROW_ORDER

if TYPE_CHECKING:
    from small_shop import Home

    from line_sim.bridge.desk.live import LiveDesk


def stored_log(home: Home, after: int = 0) -> list[tuple[int, ...]]:
    """The stored log from a row on."""
    columns = [tables.desk_log.c["at_us" if name == "at" else name] for name in ROW_ORDER]
    query = tables.desk_log.select().with_only_columns(*columns).order_by(tables.desk_log.c.seq)
    return [tuple(row) for row in home.store.rows(query.where(tables.desk_log.c.seq > after))]


def alerts_of(desk: Any) -> set[tuple[int, int]]:  # noqa: ANN401 - rows of the desk
    """Who is alerted for what: (enquiry, member)."""
    found = set()
    for m, member in enumerate(desk.members):
        a = member.first_alert
        while a >= 0:
            assert desk.seats[desk.alerts[a].seat].member == m
            found.add((desk.alerts[a].enquiry, m))
            a = desk.alerts[a].member_after
    return found


def assert_projected(home: Home, live: LiveDesk) -> None:
    """The tables for queries say what the desk does."""
    desk, table = live.state.desk, home.store.rows
    stands = {row.number: (row.state, row.owner) for row in table(tables.enquiries.select())}
    ids = {row.number: row.id for row in table(tables.staff.select())} | {-1: None}
    assert stands == {
        e: (STATES[desk.enquiries[e].state], ids[desk.enquiries[e].owner])
        for e in range(desk.enquiry_count)
    }
    out = {(row.enquiry, row.staff) for row in table(tables.offers.select())}
    assert out == {(e, ids[m]) for e, m in alerts_of(desk)}


def assert_sound(desk: Any) -> None:  # noqa: ANN401 - rows of the desk
    """Flags, counts and lists are what they count."""
    live: set[tuple[int, int]] = set()
    held = [0] * desk.member_count
    for e in range(desk.enquiry_count):
        enquiry = desk.enquiries[e]
        if enquiry.state in {OPEN, ONGOING, FOLLOWED_UP}:
            key = (enquiry.visitor, enquiry.channel)
            assert key not in live
            live.add(key)
        assert enquiry.stray == 0
        if enquiry.holder >= 0:
            assert enquiry.state in {ONGOING, FOLLOWED_UP}
            held[enquiry.holder] += 1
    offers = [0] * desk.member_count
    for e, m in alerts_of(desk):
        offers[m] += 1
        assert desk.enquiries[e].search > 0
    for m, member in enumerate(desk.members):
        assert member.open_chats == held[m]
        assert member.offers == offers[m]
        assert member.free == int(member.receiving == 1 and member.open_chats < member.cap)
        assert member.able == int(member.free == 1 and member.offers == 0)
    assert_places_sound(desk)
    assert (desk.unsettled, desk.first_pending, desk.first_stray) == (0, -1, -1)


def assert_places_sound(desk: Any) -> None:  # noqa: ANN401 - rows of the desk
    """Destinations count their members, their lines, and list who is idle in order."""
    waiting = 0
    for d, destination in enumerate(desk.destinations):
        seats = desk.seats[destination.first_seat : destination.first_seat + destination.width]
        members = [desk.members[seat.member] for seat in seats]
        assert all(seat.destination == d for seat in seats)
        assert destination.staffed == sum(member.receiving for member in members)
        assert destination.free == sum(member.free for member in members)
        assert destination.able == sum(member.able for member in members)
        lines = 0
        for c in range(desk.class_count):
            t = desk.lines[destination.first_line + c].head
            while t >= 0:
                assert desk.enquiries[desk.tickets[t].enquiry].search > 0
                lines += 1
                t = desk.tickets[t].after
        assert destination.waiting == lines
        waiting += lines
        if destination.idles == 1:
            listed, seat = [], destination.idle_head
            while seat >= 0:
                listed.append((desk.seats[seat].idle_at, desk.seats[seat].place))
                seat = desk.seats[seat].idle_after
            assert listed == sorted(listed)
            assert len(listed) == (destination.width if desk.anyone else destination.able)
    assert desk.waiting == waiting
