"""Old transcripts go, with their media; new ones, live ones and all numbers stay."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from daily_shop import NOW, Shop
from held_of_somebody import HeldShop
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from line_sim.bridge.customers import retention
from line_sim.bridge.desk.rederive import rederive
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

DAY_S = 86_400
SHOP = Shop.with_one()


class NoMedia:
    """There are no files here."""

    def forget(self, entry: int) -> None:
        """Nothing."""

    def path(self, sha256: str) -> None:
        """Nowhere."""


SHOP.media = NoMedia()  # type: ignore[attr-defined]
ENQUIRIES = st.tuples(
    st.sampled_from(["open", "ongoing", "followed_up", "missed", "closed", "abandoned"]),
    st.integers(0, 6),
)
ENTRIES = st.tuples(st.none() | st.integers(0, 5), st.integers(0, 6))
"""The enquiry it belongs to, and how many days old it is."""


@settings(max_examples=60)
@given(st.lists(ENQUIRIES, min_size=6, max_size=6), st.lists(ENTRIES), st.integers(1, 5))
def test_what_is_over_for_long_enough_goes_and_no_more(
    enquiries: list[tuple[str, int]], entries: list[tuple[int | None, int]], after: int
) -> None:
    store = SHOP.store
    with store.transaction():
        store.run(tables.entries.delete())
        store.run(tables.enquiries.delete())
        chat = SHOP.chat(1)
        for number, (state, age) in enumerate(enquiries):
            over = NOW - age * DAY_S
            store.add(
                tables.enquiries, number=number, chat=chat, channel=1, state=state, created_at=0.0,
                missed_at=0.0 if state == "followed_up" else over if state == "missed" else None,
                closed_at=over if state in {"closed", "abandoned"} else None,
            )  # fmt: skip
        for enquiry, age in entries:
            SHOP.entry(chat, enquiry=enquiry, at_ms=round((NOW - age * DAY_S) * 1_000))
    ids = [row.id for row in store.rows(select(tables.entries.c.id).order_by("id"))]

    def goes(entry: tuple[int | None, int]) -> bool:
        enquiry, age = entry
        if enquiry is None:
            return age > after
        state, over = enquiries[enquiry]
        return state in {"missed", "closed", "abandoned"} and over > after

    gone = sum(retention.pieces(SHOP, after))

    expected = [each for each, entry in zip(ids, entries, strict=True) if not goes(entry)]
    left = store.rows(select(tables.entries).where(tables.entries.c.kind != "forgotten"))
    assert expected == [row.id for row in left]
    assert len(ids) - len(expected) == gone
    assert 0 == sum(retention.pieces(SHOP, after))
    assert 6 == len(store.rows(tables.enquiries.select()))


def test_pieces_are_transactions_and_all_goes(tmp_path: Path) -> None:
    shop = HeldShop(tmp_path)
    marks = shop.holds("e")
    for _ in range(retention.AT_ONCE + 7):
        shop.entry(marks.chat)
    log = rederive(shop.store).rows.tobytes()
    shop.clock.catch_up(NOW + 3 * DAY_S)

    pieces = [*retention.pieces(shop, 2)]

    assert 2 == len(pieces)
    (left,) = shop.store.rows(tables.entries.select())
    assert ("forgotten", "") == (left.kind, left.text)
    contents = shop.bytes_of_all_files().values()
    assert not [each for each in marks.media if any(each in content for content in contents)]
    assert log == rederive(shop.store).rows.tobytes()
    shop.store.close()


@pytest.mark.parametrize("after", [0, -1, 36_501])
def test_wrong_numbers_of_days_are_refused(after: int) -> None:
    with pytest.raises(ConfigurationError, match="retention_days"):
        retention.set_days(SHOP.store, after)


def test_days_are_set_changed_and_taken_back() -> None:
    found = []
    for after in (None, 30, 365, None):
        retention.set_days(SHOP.store, after)
        found.append(retention.days(SHOP.store))

    assert [None, 30, 365, None] == found


def test_old_transcripts_go_by_themselves_every_day() -> None:
    async def work() -> list[int]:
        shop = Shop.with_one()
        shop.media = NoMedia()  # type: ignore[attr-defined]
        chat = shop.chat(1)
        left = []
        running = asyncio.create_task(retention.daily(shop))
        for days in (None, 2, 2, 2):
            retention.set_days(shop.store, days)
            shop.entry(chat)
            await shop.clock.advance(DAY_S)
            left.append(len(shop.store.rows(tables.entries.select())))
        running.cancel()
        shop.store.close()
        return left

    assert [1, 2, 2, 2] == asyncio.run(work())
