"""A live bridge, given the inputs of a simulated run, writes the same rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from stepped_worlds import for_a_bridge, played
from worlds import first_free, worlds

from line_sim.analysis import metrics
from line_sim.bridge.desk import inputs, stored
from line_sim.bridge.intake.events import Events
from line_sim.desk.model import KINDS, SECOND
from line_sim.desk.setup import (
    Alternative,
    AutoMessages,
    Channel,
    DeskSetup,
    Member,
    Queue,
    Service,
)
from line_sim.sim import visitors
from line_sim.world.by_hand import plain_world

if TYPE_CHECKING:
    from line_sim.live.stepping import Stepped
    from line_sim.world.drawn import World

SCENARIOS = 19


def test_the_rows_of_a_live_bridge_are_those_of_the_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(visitors, "somebody_of", first_free)
    acts: Counter[str] = Counter()
    kinds: set[int] = set()

    @settings(
        max_examples=SCENARIOS, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(drawn=worlds())
    def law(drawn: World) -> None:
        found = played(for_a_bridge(drawn))
        assert "" == found.difference
        acts.update(found.acts)
        kinds.update(found.live.rows["kind"].tolist())

    law()

    assert {"write", "pick-up", "message", "close", "transfer", "status", "shift"} <= set(acts)
    assert len(kinds) > 20, sorted(KINDS[kind] for kind in kinds)


def shop() -> World:
    """Two people at a queue; whoever is alerted reacts at the very instant the offer runs out."""
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2, 9, 0),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=(Member(name="Anong"), Member(name="Boon", role="administrator")),
        destinations=(Queue(name="desk", staff=("Anong", "Boon")),),
        channels=(
            Channel(
                name="shop",
                rule=Alternative(destinations=("desk",)),
                messages=AutoMessages(welcome=True, away=True, close=True),
            ),
        ),
        service=Service(offer_timeout_s=20.0, max_concurrent=1),
    )
    arrivals = [second * SECOND for second in (0, 5, 10, 200, 400)]
    return plain_world(
        setup, arrivals, 120 * SECOND, reactions=20 * SECOND, pauses=30 * SECOND, turns=2,
        until_us=1800 * SECOND,
    )  # fmt: skip


@pytest.fixture(scope="module")
def stepped() -> Stepped:
    """The shop, played."""
    return played(shop())


def test_every_message_of_the_log_came_to_a_phone(stepped: Stepped) -> None:
    kinds = Counter(KINDS[kind] for kind in stepped.live.rows["kind"])

    assert "" == stepped.difference
    assert kinds["away_sent"] > 0
    assert {
        "staff": kinds["staff_message"], "welcome": kinds["welcome_sent"],
        "away": kinds["away_sent"], "close": kinds["close_sent"],
    } == stepped.seen  # fmt: skip


def test_a_live_log_is_read_like_any_other(stepped: Stepped) -> None:
    live, simulated = metrics.summary(stepped.live), metrics.summary(stepped.simulated)

    assert "live" == stepped.live.header["origin"]
    for name in ("received", "answered", "missed", "away_rate", "waiting_time_answered_s_mean"):
        assert live[name] == simulated[name]


def timers_first(_kind: str, at: int) -> int:
    """A wrong order: an offer runs out at the very instant at which it is taken."""
    return at


def test_a_bridge_with_another_order_at_one_instant_is_told_where(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inputs, "due_before", timers_first)
    monkeypatch.setattr(stored, "due_before", timers_first)

    found = played(shop())

    assert "simulated picked_up at 20.000000 s" in found.difference


def test_a_bridge_that_loses_a_message_is_told_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Events, "_answers", lambda _self, came: came.place.kind != "user")

    found = played(shop())

    assert "simulated received at 0.000000 s" in found.difference
    assert "the bridge did nothing" in found.difference
