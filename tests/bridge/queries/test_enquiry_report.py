"""The enquiry report: what it counts, whom it tells, and that no cell of it is computed."""

from __future__ import annotations

import csv
import datetime as dt
import io

from daily_shop import NOW, Shop
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import true

from line_sim.bridge.queries import report
from line_sim.bridge.queries.visibility import Sight, Viewer
from line_sim.bridge.store import tables


def test_a_line_tells_how_long_everything_took() -> None:
    shop = Shop()
    ann = shop.staff("Anong")
    channel = shop.channel(shop.destination(ann))
    shop.desk.begin()
    shop.desk.set_status(0, "active")
    chat = shop.chat(channel, name="=HYPERLINK()")
    enquiry = shop.writes(chat)
    shop.clock.catch_up(NOW + 12.5)
    shop.desk.pick_up(enquiry, 0)
    shop.clock.catch_up(NOW + 20)
    shop.entry(chat, "Yes?", "staff", staff=ann, enquiry=enquiry)
    shop.entry(chat, "Still there?", "staff", staff=ann, enquiry=enquiry)
    shop.clock.catch_up(NOW + 100)
    shop.desk.close(enquiry)

    text = "".join(report.as_csv(shop.store, true(), since=NOW, until=NOW + 1))
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))

    assert {
        "number": "0", "state": "closed", "customer": "'=HYPERLINK()", "owner": "Anong Suk",
        "destination": "Front", "channel": "Shop", "waiting_time_s": "12.5",
        "first_response_time_s": "20.0", "handling_time_s": "87.5", "enquiry_duration_s": "100.0",
        "customer_messages": "1", "staff_messages": "2",
        "created_at": "2026-11-01T16:00:00+00:00",
    }.items() <= row.items()  # fmt: skip
    assert [] == [*report.rows_of(shop.store, true(), since=NOW + 1, until=NOW + 9)]


def test_a_report_tells_what_its_reader_sees() -> None:
    shop = Shop()
    ann, boon = shop.staff("Anong"), shop.staff("Boon")
    first = shop.channel(shop.destination(ann))
    second = shop.channel(shop.destination(boon, name="Back"), name="Second")
    shop.desk.begin()
    for number in range(5):
        shop.writes(shop.chat(first, f"U{number}"))
        shop.writes(shop.chat(second, f"U{number}"))

    def told(viewer: Viewer) -> set[str]:
        seen = Sight(shop.store, viewer).enquiries
        return {row["channel"] for row in report.rows_of(shop.store, seen, since=0, until=NOW + 1)}

    assert [{"Shop"}, {"Second"}] == [told(Viewer(ann)), told(Viewer(boon))]
    assert {"Shop", "Second"} == told(Viewer(ann, administrator=True))


def test_pieces_joined_are_the_report() -> None:
    shop = Shop.with_one()
    chat = shop.chat(1)
    with shop.store.transaction():
        for number in range(report.PIECE + 3):
            shop.store.add(
                tables.enquiries, number=number, chat=chat, channel=1, state="missed",
                created_at=NOW, missed_at=NOW + 60,
            )  # fmt: skip
    zone = dt.timezone(dt.timedelta(hours=7))

    rows = [*report.rows_of(shop.store, true(), since=NOW, until=NOW + 1, zone=zone)]

    assert [*range(report.PIECE + 3)] == [row["number"] for row in rows]
    assert {("2026-11-01T23:01:00+07:00", 60.0)} == {
        (row["missed_at"], row["waiting_time_s"]) for row in rows
    }


@given(st.lists(st.text() | st.integers(-5, 5) | st.floats(-2, 2), min_size=1))
def test_no_text_begins_like_a_formula_and_every_cell_comes_back(cells: list[object]) -> None:
    line = report.csv_line(cells)

    line.encode("utf-8")
    found = next(csv.reader(io.StringIO(line, newline="")), [])
    for cell, told in zip(cells, found or [""], strict=True):
        if isinstance(cell, str):
            assert not told.startswith(report.FORMULA)
            text = cell.encode("utf-8", "replace").decode("utf-8")
            assert told in {text, f"'{text}"}
        else:
            assert told == str(cell)
