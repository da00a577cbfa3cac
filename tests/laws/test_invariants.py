"""The invariants of service, in random worlds, read from the log by a strict second reader."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reenact import BrokenRuleError, Reader, Row
from worlds import worlds

from line_sim.desk import lifecycle, matching, members, model, offers, search, waiting
from line_sim.desk.rows import COLUMNS
from line_sim.desk.setup import (
    Alternative,
    AutoMessages,
    Channel,
    DeskSetup,
    Member,
    Percentage,
    Queue,
    Service,
    ServiceGroup,
    Share,
)
from line_sim.sim import loop
from line_sim.sim.start import start
from line_sim.world.by_hand import plain_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.world.drawn import World

MANY = settings(max_examples=150, suppress_health_check=list(HealthCheck))
MOST_STEPS = 400_000
"""No world here has as many; a loop that does not end is a failure."""
SECOND = model.SECOND


def log_of(world: World) -> list[Row]:
    """The rows of a run in the plain loop."""
    desk, people = start(world)
    assert loop.DONE == loop.run(desk, people, MOST_STEPS)
    return [Row(*row) for row in zip(*[iter(desk.log)] * COLUMNS, strict=True)]


def busy_world(**service: Any) -> World:  # noqa: ANN401 - fields of the service
    """Four people with two lines and a race, too few for 300 visits; the same every time."""
    rng = np.random.default_rng(3)
    names = ("a", "b", "c", "d")
    places = (
        Queue(name="q", staff=("a", "b", "c"), queue_max_hold_s=300.0),
        Queue(name="r", staff=("c", "d"), distribution="most_idle", queue_max_hold_s=300.0),
        ServiceGroup(name="g", staff=names),
    )
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2, 9),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=tuple(Member(name=name) for name in names),
        destinations=places,
        channels=tuple(
            Channel(
                name=place.name,
                rule=Alternative(destinations=(place.name,)),
                messages=AutoMessages(away=True),
            )
            for place in places
        ),
        classes=("customer", "vip"),
        priorities=(1, 0),
        service=Service(strict_cinnox=False, **{"max_concurrent": 1} | service),
    )
    return plain_world(
        setup,
        np.cumsum(rng.integers(1, 12, 300)) * SECOND,
        rng.lognormal(16.5, 0.5, 300),
        reactions=np.sort(rng.exponential(9e6, 4096)).astype("i8") + 1,
        channel=rng.integers(0, 3, 300),
        visitor_class=rng.integers(0, 2, 300),
        visitor=rng.integers(0, 80, 300),
    )


# --- every world


@MANY
@given(worlds())
def test_a_log_keeps_every_rule(world: World) -> None:
    Reader(world.setup).read(log_of(world))


@settings(MANY, max_examples=25)
@given(worlds())
def test_the_same_world_gives_the_same_log(world: World) -> None:
    assert log_of(world) == log_of(world)


def test_the_busy_world_shows_what_it_is_to_show() -> None:
    kinds = Counter(model.KINDS[row.kind] for row in log_of(busy_world()))

    assert {"queued", "offered", "lapsed", "withdrawn", "picked_up", "missed", "away_sent"} <= set(
        kinds
    )


# --- tampered logs


def where(rows: list[Row], kind: str, number: int = 0, reason: str | None = None) -> int:
    """The place of one row of a kind."""
    return [
        i for i, row in enumerate(rows)
        if model.KINDS[row.kind] == kind and reason in (None, model.REASONS[row.reason])
    ][number]  # fmt: skip


def without(kind: str, reason: str | None = None) -> Callable[[list[Row]], list[Row]]:
    """Leave one row out."""

    def tamper(rows: list[Row]) -> list[Row]:
        i = where(rows, kind, 5, reason)
        return rows[:i] + rows[i + 1 :]

    return tamper


def twice(kind: str) -> Callable[[list[Row]], list[Row]]:
    """Write one row twice."""

    def tamper(rows: list[Row]) -> list[Row]:
        i = where(rows, kind, 5)
        return rows[: i + 1] + rows[i:]

    return tamper


def with_another(
    kind: str, because: str | None = None, **fields: int
) -> Callable[[list[Row]], list[Row]]:
    """Change one row."""

    def tamper(rows: list[Row]) -> list[Row]:
        i = where(rows, kind, 5, because)
        return [*rows[:i], rows[i]._replace(**fields), *rows[i + 1 :]]

    return tamper


def by_a_neighbour(kind: str) -> Callable[[list[Row]], list[Row]]:
    """Say it was another member."""

    def tamper(rows: list[Row]) -> list[Row]:
        i = where(rows, kind, 5)
        return [*rows[:i], rows[i]._replace(staff=(rows[i].staff + 1) % 4), *rows[i + 1 :]]

    return tamper


def with_a_word_before(kind: str, word: Row) -> Callable[[list[Row]], list[Row]]:
    """Put one row before another, at its time."""

    def tamper(rows: list[Row]) -> list[Row]:
        i = where(rows, kind, 5)
        return [*rows[:i], word._replace(at=rows[i].at, staff=rows[i].staff), *rows[i:]]

    return tamper


BUSY = Row(0, model.STATUS, model.WAS_BUSY, -1, -1, -1, 0, -1, -1)
SUSPENDED = Row(0, model.ACCOUNT_CHANGED, model.WAS_SUSPENDED, -1, -1, -1, 0, -1, -1)


@pytest.mark.parametrize(
    "tamper",
    [
        without("withdrawn"),
        without("offered"),
        without("picked_up"),
        without("closed"),
        without("received"),
        twice("picked_up"),
        twice("missed"),
        twice("offered"),
        twice("away_sent"),
        twice("received"),
        twice("closed"),
        by_a_neighbour("lapsed"),
        by_a_neighbour("picked_up"),
        by_a_neighbour("closed"),
        with_another("offered", attempt=7),
        with_another("missed", reason=model.NO_REASON),
        with_another("away_sent", "all_at_cap", reason=model.UNANSWERED),
        with_another("picked_up", at=0),
        with_a_word_before("offered", BUSY),
        with_a_word_before("offered", SUSPENDED),
        with_a_word_before("lapsed", Row(0, model.TAKEN_OVER, 0, 0, 0, 0, 0, -1, -1)),
    ],
)
def test_a_tampered_log_is_refused(tamper: Callable[[list[Row]], list[Row]]) -> None:
    world = busy_world(miss_immediately_when_unstaffed=False)
    rows = log_of(world)
    Reader(world.setup).read(rows)

    with pytest.raises(BrokenRuleError):
        Reader(world.setup).read(tamper(rows))


# --- faulty desks


def takes_the_newest(desk: Any, member: Any, after: int) -> int:  # noqa: ANN401 - rows
    """Serve whoever came last."""
    best = model.NOBODY
    ticket = waiting.oldest_waiting(desk, member, after)
    while ticket >= 0:
        best = ticket
        ticket = waiting.oldest_waiting(desk, member, ticket)
    return best


def forgets_the_cap(desk: Any, m: int) -> None:  # noqa: ANN401 - rows
    """Count as free whoever receives, whatever they hold."""
    member = desk.members[m]
    cap, member.cap = member.cap, model.NEVER
    members.refresh(desk, m)
    member.cap = cap


def leaves_alerts(*_: object) -> None:
    """Do nothing."""


def never_ends(*_: object) -> int:
    """Let every leg last for ever."""
    return model.NEVER


@pytest.mark.parametrize(
    ("module", "word", "fault"),
    [
        (matching, "oldest_waiting", takes_the_newest),
        (offers, "refresh", forgets_the_cap),
        (offers, "withdraw_at_cap", leaves_alerts),
        (offers, "leave_lines", leaves_alerts),
        (search, "drop_alerts", leaves_alerts),
        (lifecycle, "joins", lambda *_: False),
    ],
)
def test_a_faulty_desk_is_caught(
    module: Any,  # noqa: ANN401 - a module
    word: str,
    fault: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = busy_world()
    monkeypatch.setattr(module, word, fault)

    with pytest.raises((BrokenRuleError, AssertionError, IndexError)):
        Reader(world.setup).read(log_of(world))


# --- shares of work


def even_work(method: str, staff: int, visits: int, weeks: int) -> Counter[int]:
    """Who picked up how many of visits that come one after another, everybody there."""
    names = tuple(f"m{i}" for i in range(staff))
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=tuple(Member(name=name) for name in names),
        destinations=(Queue(name="q", staff=names, distribution=method),),  # type: ignore[arg-type]
        channels=(Channel(name="c", rule=Alternative(destinations=("q",))),),
    )
    world = plain_world(setup, np.arange(1, visits + 1) * SECOND, float(weeks * SECOND))
    return Counter(row.staff for row in log_of(world) if row.kind == model.PICKED_UP)


@settings(max_examples=40)
@given(st.integers(1, 9), st.integers(0, 60), st.integers(1, 9))
def test_round_robin_counts_differ_by_at_most_one(staff: int, visits: int, busy: int) -> None:
    counts = even_work("round_robin", staff, visits, busy)

    assert visits == sum(counts.values())
    assert 1 >= max(counts[m] for m in range(staff)) - min(counts[m] for m in range(staff))


@settings(max_examples=20)
@given(st.integers(1, 9), st.integers(1, 60), st.integers(1, 9))
def test_in_fixed_order_the_first_takes_all(staff: int, visits: int, busy: int) -> None:
    assert {0: visits} == even_work("fixed_order", staff, visits, busy)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 99), min_size=1, max_size=5).filter(lambda p: sum(p) < 100))
def test_smooth_percentages_are_exact_in_every_block_of_a_hundred(percentages: list[int]) -> None:
    names = tuple(f"d{i}" for i in range(len(percentages) + 1))
    shares = tuple(
        Share(percentage=p, destinations=(name,))
        for p, name in zip(percentages, names, strict=False)
    )
    rule = Percentage(shares=shares, percentage_remainder=names[-1:], percentage_mode="smooth_wrr")
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=(Member(name="a"),),
        destinations=tuple(Queue(name=name, staff=("a",)) for name in names),
        channels=(Channel(name="c", rule=rule),),
    )
    rows = log_of(plain_world(setup, np.arange(1, 301) * SECOND, 1.0))
    went = [row.destination for row in rows if row.kind == model.PICKED_UP]
    expected = dict(enumerate([*percentages, 100 - sum(percentages)]))

    for block in range(0, 300, 100):
        assert expected == Counter(went[block : block + 100])
