"""What is asked and erased is the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from held_of_somebody import HeldShop
from sqlalchemy import true

from line_sim.bridge.customers import exporting, retention
from line_sim.bridge.customers.erasing import erase
from line_sim.bridge.customers.finding import the
from line_sim.bridge.desk.rederive import rederive
from line_sim.bridge.notify import subscriptions
from line_sim.bridge.queries import chats, enquiries, report, searching, transcript
from line_sim.bridge.queries.visibility import Sight, Viewer
from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from pathlib import Path


def test_a_customer_is_found_copied_and_erased(store_url: str, tmp_path: Path) -> None:
    shop = HeldShop(tmp_path / "shop", url=store_url)
    store = shop.store
    stays, marks = shop.holds("a"), shop.holds("e")
    other = shop.staff("Other")
    seen, nothing = Sight(store, Viewer(1)), Sight(store, Viewer(other))

    assert {stays.enquiry, marks.enquiry} == {e["number"] for e in enquiries.page(store, seen)}
    assert [] == enquiries.page(store, nothing)
    change = tables.enquiries.update().where(tables.enquiries.c.number == marks.enquiry)
    store.run(change.values(room=[1, other]))
    assert [marks.enquiry] == [e["number"] for e in enquiries.page(store, nothing, mine=True)]
    assert [marks.chat] == [each["id"] for each in chats.page(store, nothing)]
    assert {marks.chat} == {
        each["id"] for each in chats.page(store, seen, label=marks.mark("LABEL"), unread=True)
    }
    assert [marks.chat] == [each["chat"] for each in searching.names(store, nothing, "สมชาย")]
    for part in ("ที่อยู่ 北", "อยู่ 北京 E"):
        found = searching.window(store, nothing, part)
        assert [marks.chat] == [each["chat"] for each in found.entries]
    assert [] == searching.window(store, nothing, "%_").entries
    (row,) = report.rows_of(store, nothing.enquiries, since=0, until=9e9)
    assert (marks.enquiry, 1, 1) == (
        row["number"], row["customer_messages"] - 1, row["staff_messages"],
    )  # fmt: skip
    assert 2 == len([*report.rows_of(store, true(), since=0, until=9e9)])
    assert "sent" == transcript.page(store, marks.chat)[-1]["delivery"]
    assert [] == subscriptions.listed(shop)

    before, log = shop.rows_about(stays), rederive(store).rows.tobytes()
    copy = exporting.gather(store, shop.media.path, the(store, marks.line_id), 0.0)
    assert 4 == len(json.loads(copy.documents["customer.json"])["entries"])
    erase(shop, the(store, marks.line_id), by=shop.admin)

    assert not any(shop.rows_about(marks).values())
    assert before == shop.rows_about(stays)
    assert log == rederive(store).rows.tobytes()
    retention.set_days(store, 1)
    shop.clock.catch_up(shop.clock.now() + 3 * 86_400)
    assert sum(retention.pieces(shop, 1)) > 0
    assert ["forgotten"] == [row.kind for row in store.rows(tables.entries.select())]
    store.close()
