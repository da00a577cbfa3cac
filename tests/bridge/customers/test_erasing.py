"""Of who is erased no byte stays, of others nothing goes, and the desk's log is still its log."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from daily_shop import NOW
from held_of_somebody import OLD_S, HeldShop, Marks
from sqlalchemy import func, select

from line_sim.bridge.customers import exporting
from line_sim.bridge.customers.erasing import erase
from line_sim.bridge.customers.finding import find, the
from line_sim.bridge.desk.rederive import rederive
from line_sim.bridge.queries import transcript
from line_sim.bridge.staff.refusals import NotNowError
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[HeldShop]:
    """A shop without customers."""
    made = HeldShop(tmp_path / "shop")
    yield made
    made.store.close()


def left_of(shop: HeldShop, marks: Marks) -> list[tuple[str, bytes]]:
    """Where something of a customer can still be found."""
    return [
        (file, form)
        for file, content in shop.bytes_of_all_files().items()
        for form in marks.forms()
        if form in content
    ]


@pytest.mark.parametrize("rewritten", [True, False])
def test_no_byte_stays_of_who_is_erased_and_nobody_else_loses_any(
    shop: HeldShop,
    *,
    rewritten: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("line_sim.bridge.customers.erasing.MOST_BYTES_LIVE", 1e9 * rewritten)
    shop.store.connection.connection.driver_connection.execute("PRAGMA secure_delete=ON")
    for letter in "bcd":
        shop.holds(letter)
    gone, stays = shop.holds("e"), shop.holds("a")
    assert set(gone.media) <= {form for _, form in left_of(shop, gone)}
    before = shop.rows_about(stays)
    log = rederive(shop.store).rows.tobytes()

    erased = erase(shop, the(shop.store, gone.line_id), by=shop.admin)

    assert rewritten is erased.rewritten
    assert [] == left_of(shop, gone)
    assert before == shop.rows_about(stays)
    assert set(stays.media) <= {form for _, form in left_of(shop, stays)}
    assert log == rederive(shop.store).rows.tobytes()


def test_every_mark_is_somewhere_before(shop: HeldShop) -> None:
    marks = shop.holds("e")
    shop.store.close()

    there = {form for _, form in left_of(shop, marks)}
    for text in [marks.line_id, *marks.texts]:
        assert there & {text.encode(), json.dumps(text)[1:-1].encode()}, text


def test_who_writes_again_is_a_new_customer(shop: HeldShop) -> None:
    marks = shop.holds("e")
    erase(shop, the(shop.store, marks.line_id), by=None)

    chat = shop.chat(1, marks.line_id, "Somchai")
    enquiry = shop.writes(chat)

    again = the(shop.store, marks.line_id)
    assert (chat, again.number) != (marks.chat, 0)
    assert 1 == len(transcript.page(shop.store, chat))
    number = shop.store.value(
        select(tables.enquiries.c.chat).where(tables.enquiries.c.number == enquiry)
    )
    assert chat == number
    assert find(shop.store, marks.line_id) != find(shop.store, 0)


def test_numbers_of_entries_are_never_given_again(shop: HeldShop) -> None:
    marks = shop.holds("e")
    newest = shop.store.value(select(func.max(tables.entries.c.id)))

    erase(shop, the(shop.store, marks.line_id), by=None)

    assert newest < shop.entry(shop.chat(1, "U2"))


def test_nothing_is_erased_while_an_enquiry_goes_on(shop: HeldShop) -> None:
    marks = shop.holds("e")
    enquiry = shop.writes(marks.chat)
    before = shop.rows_about(marks)

    with pytest.raises(NotNowError, match=f"enquiry {enquiry} of this customer still goes on"):
        erase(shop, the(shop.store, marks.line_id), by=None)

    assert before == shop.rows_about(marks)
    assert set(marks.media) <= {form for _, form in left_of(shop, marks)}


def test_an_erasure_that_breaks_off_has_erased_nothing(
    shop: HeldShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = shop.holds("e")
    before = shop.rows_about(marks)
    monkeypatch.setattr("line_sim.bridge.customers.erasing._forget_mentions", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        erase(shop, the(shop.store, marks.line_id), by=None)

    assert before == shop.rows_about(marks)
    assert set(marks.media) <= {form for _, form in left_of(shop, marks)}


def test_a_file_that_another_customer_sent_too_stays_theirs(shop: HeldShop) -> None:
    one, other = shop.holds("e"), shop.chat(1, "U2")
    shop.entry(other, "[image]", kind="image", media=shop.place(one.media[0]))

    erase(shop, the(shop.store, one.line_id), by=None)

    assert one.media[0] in {form for _, form in left_of(shop, one)}


def test_webhooks_of_the_last_days_are_still_known(shop: HeldShop) -> None:
    marks = shop.holds("e")
    shop.store.run(tables.events.update().values(came_at=NOW - OLD_S / 10))

    erase(shop, the(shop.store, marks.line_id), by=None)

    assert marks.texts[2] == shop.store.value(select(tables.events.c.event))


def test_the_audit_says_who_erased_whom_by_number(shop: HeldShop) -> None:
    marks = shop.holds("e")

    erase(shop, the(shop.store, marks.line_id), by=shop.admin)

    rows = shop.store.rows(select(tables.audit).order_by(tables.audit.c.id))
    assert [
        ("exported", None, "customer 0, erased"), ("erased", shop.admin, "customer 0"),
    ] == [(row.act, row.staff, row.subject) for row in rows]  # fmt: skip


@pytest.mark.parametrize("who", ["7", "U0", "", "9" * 40, "-1", "' OR 1=1 --"])
def test_nobody_is_found_where_there_is_nobody(shop: HeldShop, who: str) -> None:
    with pytest.raises(ConfigurationError, match="nobody is"):
        the(shop.store, who)


def exported(shop: HeldShop, marks: Marks) -> exporting.Export:
    """A copy of what is held of somebody."""
    customer = the(shop.store, marks.line_id)
    return exporting.gather(shop.store, shop.media.path, customer, NOW)


def test_a_copy_holds_all_that_was_said_and_sent(shop: HeldShop, tmp_path: Path) -> None:
    shop.holds("a")
    marks = shop.holds("e")
    copy = exported(shop, marks)

    exporting.write_folder(copy, tmp_path / "copy")

    told = json.loads((tmp_path / "copy/customer.json").read_bytes())
    said = json.dumps(told, ensure_ascii=False)
    for number, text in enumerate(marks.texts):
        if text.startswith(
            ("สมชาย", "ที่อยู่", "note", "label", "answer", "in a group", "https://pic")
        ):
            assert text in said, number
    assert "aaaa" not in said
    assert marks.line_id == told["line_user_id"]
    files = [entry["file"] for entry in told["entries"] if entry["file"]]
    contents = {(tmp_path / "copy" / file).read_bytes()[:60] for file in files}
    assert set(marks.media[:2]) == contents
    assert 0o700 == (tmp_path / "copy").stat().st_mode & 0o777
    with pytest.raises(OutputExistsError):
        exporting.write_folder(copy, tmp_path / "copy")


def test_a_copy_is_a_zip_too_and_nothing_in_its_table_is_computed(
    shop: HeldShop, tmp_path: Path
) -> None:
    import zipfile  # noqa: PLC0415

    marks = shop.holds("e")
    shop.entry(marks.chat, "=cmd|' /C calc'!A0")
    shop.entry(marks.chat, "half \ud83d", media="0" * 64, media_type="image/png")
    copy = exported(shop, marks)

    exporting.write_zip(copy, tmp_path / "copy.zip")

    assert 1 == copy.missing
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        text = archive.read("transcript.csv").decode("utf-8-sig")
        names = archive.namelist()
    assert 4 == len(names)
    rows = [*csv.DictReader(io.StringIO(text))]
    assert "'=cmd|' /C calc'!A0" in [row["text"] for row in rows]
    assert ["Anong Suk"] == [row["staff"] for row in rows if row["staff"]]
    assert 0o600 == (tmp_path / "copy.zip").stat().st_mode & 0o777
    with pytest.raises(OutputExistsError):
        exporting.write_zip(copy, tmp_path / "copy.zip")
    exporting.write_zip(copy, tmp_path / "copy.zip", force=True)
