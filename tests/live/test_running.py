"""Simulated people at work on a bridge that runs in a process of its own, by the wall's clock."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from line_sim import Scenario
from line_sim.analysis import metrics
from line_sim.bridge.desk.rederive import event_log
from line_sim.bridge.running import NOTE, is_held
from line_sim.bridge.store.store import Store
from line_sim.errors import ConfigurationError, UnreachableError
from line_sim.live.performing import LEDGER, LiveRun, run_live
from line_sim.live.telling import SAID, line_of
from line_sim.recording.recording import Recording
from line_sim.world.draw import draw

if TYPE_CHECKING:
    from pathlib import Path

NOON_S = 12 * 3600.0
SPEED = 60.0
SHOP = Scenario.load("bangkok_shop")


def performed(folder: Path, minutes: float, told: Any, **how: Any) -> LiveRun:  # noqa: ANN401
    """Some minutes of the shop from noon on, its people told of."""
    world = draw(SHOP.with_value("customers.arrivals.shop.scale", 8.0), seed=3)
    until_s = NOON_S + 60 * minutes
    with asyncio.Runner() as runner:
        return runner.run(
            run_live(world, folder, start_s=NOON_S, until_s=until_s, speed=SPEED, told=told, **how)
        )


def test_people_work_a_bridge_and_its_log_is_derived_again(tmp_path: Path) -> None:
    folder, lines, words = tmp_path / "shop", [], Counter[str]()

    def told(word: str, facts: dict[str, Any]) -> None:
        words[word] += 1
        lines.append(line_of(SHOP.start, word, facts))

    found = performed(folder, 3.0, told)
    store = Store(str(folder / "data" / "bridge.sqlite"))
    stored = event_log(store)
    store.close()
    counts = metrics.summary(found.log)
    ledger = Recording.load(folder / LEDGER).summary()["kinds"]

    assert stored.rows.tobytes() == found.log.rows.tobytes()
    assert "live" == found.log.header["origin"]
    assert {"wrote", "offered", "picked_up", "answered", "closed", "came"} <= set(words)
    assert words["wrote"] <= ledger["webhook"]
    assert 0 < words["picked_up"] <= counts["answered"]
    assert counts["waiting_time_answered_s_median"] < 120
    assert any(line.startswith("12:0") and " picked up enquiry " in line for line in lines)
    assert not is_held(folder / "data")


def test_a_bridge_that_dies_ends_the_run_with_its_last_words(tmp_path: Path) -> None:
    folder = tmp_path / "shop"

    def kill(word: str, _facts: dict[str, Any]) -> None:
        if word == "wrote":
            pid = json.loads((folder / "data" / NOTE).read_text("ascii"))["pid"]
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(UnreachableError, match=r"ended with -9; its last words:[^$]*signed in"):
        performed(folder, 600.0, kill)


def test_a_run_may_be_ended_before_it_begins(tmp_path: Path) -> None:
    ended = asyncio.Event()
    ended.set()

    found = performed(tmp_path / "shop", 600.0, lambda _word, _facts: None, ended=ended)

    assert 0 == len(found.log)
    assert not is_held(tmp_path / "shop" / "data")


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path) -> None:
    async def taken() -> None:
        server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            await run_live(
                draw(SHOP, seed=1), tmp_path / "shop", start_s=0.0, until_s=1.0, port=port
            )

    with pytest.raises(ConfigurationError, match="cannot be listened on"), asyncio.Runner() as r:
        r.run(taken())

    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("word", SAID)
def test_each_happening_has_a_sentence(word: str) -> None:
    facts = {"at_s": 3661.9, "staff": "Anong", "name": "Alice", "enquiry": 7, "text": "Hi",
             "reason": "closed_hours"}  # fmt: skip

    assert line_of(SHOP.start, word, facts).startswith("01:01:01  ")


def test_a_long_text_is_shown_in_one_short_line() -> None:
    line = line_of(SHOP.start, "wrote", {"at_s": 0, "name": "A", "text": "a\nb " * 100})

    assert "\n" not in line
    assert line.endswith("…")
    assert len(line) < 100
