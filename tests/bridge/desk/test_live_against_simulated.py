"""A live desk, told what people did in a simulated run, writes the log of that run, row by row."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any

import pytest
from acts_of_people import act_on, record
from hypothesis import HealthCheck, Phase, find, given, settings
from looked_at import assert_projected, stored_log
from small_shop import Home, fill, open_home
from worlds import MOST_VISITS, worlds

from line_sim.bridge.desk import inputs, stored, timing
from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.desk.rederive import keep_snapshot, load, rederive
from line_sim.bridge.desk.snapshot import decode, encode
from line_sim.desk.rows import packed
from line_sim.desk.timers import advance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from line_sim.desk.setup import DeskSetup
    from line_sim.world.drawn import World

SCENARIOS = 25
SOME = settings(
    max_examples=SCENARIOS, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)


def without_what_only_simulations_have(world: World) -> World:
    """No chats, visitors or memories from before the start, and no planners' own methods."""
    visits = world.visits.copy()
    visits["owner"] = -1
    return dataclasses.replace(
        world,
        setup=dataclasses.replace(world.setup, methods={}),
        visits=visits,
        known=world.known[:0],
        memory=world.memory[:0],
    )


def served(home: Home, world: World) -> LiveDesk:
    """A live desk of a world's setup, begun."""
    fill(home.store, world.setup, visitors=MOST_VISITS)
    home.clock.at = 0.0
    desk = LiveDesk(home, setup=lambda _store: world.setup)
    desk.begin()
    return desk


class Stage:
    """Live desks, one after another, on databases made for each."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.plays, self.good = 0, True

    def play(self, drawn: World, meanwhile: Callable[[Home, int], object]) -> tuple[Any, Any]:
        """Simulate a world, then do the same live; the rows of both logs.

        `meanwhile` is called between two acts with the number of the next one; it returns the desk
        to go on with, or None.
        """
        world = without_what_only_simulations_have(drawn)
        acts, rows = record(world, self.monkeypatch)
        self.plays += 1
        home = open_home(str(self.folder / f"{self.plays}.db"))
        desk = served(home, world)
        for number, act in enumerate(acts):
            desk = meanwhile(home, number) or desk
            said = act_on(desk, home.clock, act)
            if act.kind in {"receive", "pick_up", "close", "follow_up", "take_over", "transfer"}:
                assert act.said == said or not self.good
        home.clock.at = desk.started + (world.until_us - 1) / 1e6
        desk.tick()
        found = stored_log(home)
        if rows == found:
            assert rederive(home.store).rows.tobytes() == as_table(found)
            assert_projected(home, desk)
        home.store.close()
        return rows, found


def as_table(rows: list[tuple[int, ...]]) -> bytes:
    """Rows as a log packs them."""
    return packed([number for row in rows for number in row])


def undisturbed(_home: Home, _number: int) -> None:
    """Nothing happens between two acts."""


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Where desks are tried."""
    return Stage(tmp_path, monkeypatch)


def test_a_live_desk_writes_the_log_of_the_simulated_one(stage: Stage) -> None:
    happened: set[int] = set()

    @SOME
    @given(drawn=worlds())
    def law(drawn: World) -> None:
        rows, found = stage.play(drawn, undisturbed)
        assert rows == found
        happened.update(row[1] for row in rows)

    law()

    assert SCENARIOS == stage.plays
    assert len(happened) > 20


def test_a_desk_killed_at_any_moment_goes_on_as_if_it_had_not_been(stage: Stage) -> None:
    chance = random.Random(5)  # noqa: S311 - when to die

    def dies(home: Home, _number: int) -> LiveDesk | None:
        if chance.random() > 0.06:
            return None
        kept = load(home.store)
        if chance.random() < 0.4:
            keep_snapshot(home.store, kept)  # as after so many inputs, or at a clean stop
            again = decode(encode(kept))
            assert again is not None
            assert encode(again) == encode(kept)
        return begun(home, kept.setup)

    @SOME
    @given(drawn=worlds())
    def law(drawn: World) -> None:
        rows, found = stage.play(drawn, dies)
        assert rows == found

    law()


def begun(home: Home, setup: DeskSetup | None) -> LiveDesk:
    """A desk of what is stored, as after a restart."""
    assert setup is not None
    desk = LiveDesk(home, setup=lambda _store: setup)
    desk.load()
    return desk


def timers_first(_kind: str, at: int) -> int:
    """A wrong order: an offer runs out at the very instant at which it is taken."""
    return at


def visitors_first(_kind: str, at: int) -> int:
    """A wrong order: who writes at the instant of a limit is heard before it."""
    return at - 1


@pytest.mark.parametrize("wrong", [timers_first, visitors_first])
def test_a_desk_with_another_order_at_one_instant_is_caught(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[str, int], int]
) -> None:
    monkeypatch.setattr(inputs, "due_before", wrong)
    monkeypatch.setattr(stored, "due_before", wrong)

    stage.good = False

    def differs(drawn: World) -> bool:
        rows, found = stage.play(drawn, undisturbed)
        return bool(rows != found)

    find(worlds(), differs, settings=settings(SOME, max_examples=200, database=None))


def test_a_start_that_fires_timers_late_is_caught(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "advance", lambda desk, _due: advance(desk, desk.timers[0][0] + 1))

    stage.good = False

    def differs(drawn: World) -> bool:
        rows, found = stage.play(drawn, undisturbed)
        return bool(rows != found)

    find(worlds(), differs, settings=settings(SOME, max_examples=200, database=None))
