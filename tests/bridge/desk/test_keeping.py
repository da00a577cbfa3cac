"""Snapshots, and the task that lets time pass."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from small_shop import NOW, Home, add_chats, small_shop

from line_sim.bridge.desk import rederive, stored
from line_sim.bridge.desk.rederive import keep_snapshot, load
from line_sim.bridge.desk.snapshot import decode, encode
from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from line_sim.bridge.desk.words import HappeningRow


def snapshots(home: Home) -> list[int]:
    """The inputs after which a snapshot is there."""
    rows = home.store.rows(tables.desk_snapshots.select())
    return sorted(row.input_seq for row in rows)


def test_a_snapshot_comes_with_so_many_inputs_and_old_ones_go(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "SNAPSHOT_EVERY", 4)
    desk = small_shop(home)
    for i in range(17):
        desk.set_status(0, "active" if i % 2 == 0 else "busy")
    assert snapshots(home) == [12, 16]

    desk.end()
    desk.end()

    assert snapshots(home) == [16, 18]


def test_what_is_damaged_is_not_read(home: Home) -> None:
    desk = small_shop(home)
    keep_snapshot(home.store, desk.state)
    desk.set_status(0, "active")
    desk.end()
    newest = tables.desk_snapshots.c.input_seq == 2
    home.store.run(tables.desk_snapshots.update().where(newest).values(state=b"rubbish"))

    assert encode(load(home.store)) == encode(desk.state)
    assert decode(encode(desk.state)[:-9]) is None
    assert decode(b"") is None


def test_another_version_reads_no_snapshot(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = small_shop(home)
    data = encode(desk.state)
    monkeypatch.setattr("line_sim.bridge.desk.snapshot.FORMAT", 2)

    assert decode(data) is None


def test_many_inputs_are_read_a_piece_at_a_time(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rederive, "PIECE", 3)
    desk = small_shop(home)
    for i in range(10):
        desk.set_status(i % 2, ("active", "busy")[i // 2 % 2])

    assert encode(load(home.store)) == encode(desk.state)


class FastClock:
    """A thousand seconds pass in one."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def now(self) -> float:
        """Unix seconds."""
        return NOW + (time.monotonic() - self.began) * 1_000

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds / 1_000)


def test_the_task_fires_timers_and_is_woken_by_inputs(home: Home) -> None:
    fast = Home(home.store, FastClock())  # type: ignore[arg-type]
    desk = small_shop(fast)

    async def scene() -> HappeningRow:
        missed: asyncio.Future[HappeningRow] = asyncio.get_running_loop().create_future()
        desk.on_row(lambda row: missed.set_result(row) if row.kind == "missed" else None)
        task = asyncio.create_task(desk.run())
        await asyncio.sleep(0)
        visitor = desk.visitor("U1")
        add_chats(home.store, visitor)
        desk.receive(0, visitor, "text")
        try:
            return await asyncio.wait_for(missed, 10)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    row = asyncio.run(scene())

    (enquiry,) = home.store.rows(tables.enquiries.select())
    assert row.at == enquiry.missed_at == pytest.approx(enquiry.created_at + 60)
