"""Rules that choose among groups: exact splits, Erlang arrivals by turns, Kosten's overflow, races.

The second number beside each is the standard error its estimate is to have at most.
"""

import functools
from typing import Any

import numpy as np
import pytest
from estimates import Estimate, Theory, faults, rejected
from runs import Run
from support import Customers, apart, batches, desk, members, queue, rows_of, world_of

from line_sim.analysis import queueing
from line_sim.desk.setup import Alternative, Percentage, Rule, ServiceGroup, Share
from line_sim.scenario.behaviour import Exponential

STAFF = members(7)

# --- percentages: each group is its own line with its share of arrivals

ARRIVALS, PATIENCE = 5.0, 2.0
LARGE = queueing.erlang_a(3, 0.6 * ARRIVALS, 1.0, PATIENCE)
SMALL = queueing.erlang_a(2, 0.4 * ARRIVALS, 1.0, PATIENCE)
SPLIT = {
    "share, large": (0.6, 0.006),
    "P(W > 0), large": (LARGE.wait_share, 0.012),
    "P(W > 0), small": (SMALL.wait_share, 0.012),
    "E[W], large": (LARGE.mean_wait, 0.015),
    "E[W], small": (SMALL.mean_wait, 0.02),
    "serving, large": (3 * LARGE.occupancy, 0.03),
    "serving, small": (2 * SMALL.occupancy, 0.03),
}


@functools.cache
def split(percent: int, *, pooled: bool = False) -> dict[str, Estimate]:
    """Three members in the large group and two in the small, or all five in both."""
    customers = batches(61, ARRIVALS, 40, 80.0, warm=20.0)
    groups = [
        queue("large", STAFF[:5] if pooled else STAFF[:3]),
        queue("small", STAFF[:5] if pooled else STAFF[3:5]),
    ]
    rule = Percentage(
        shares=(Share(percentage=percent, destinations=("large",)),),
        percentage_remainder=("small",),
    )
    run = Run(rows_of(world_of(desk(*groups, rule=rule), customers, patience=PATIENCE)), customers)
    found = {"share, large": run.mean(run.place == 0)}
    for number, name in enumerate(("large", "small")):
        here = run.place == number
        found |= {
            f"P(W > 0), {name}": run.mean(run.wait > 0, here),
            f"E[W], {name}": run.mean(run.wait, here),
            f"serving, {name}": run.present(run.taken, run.ended, here),
        }
    return found


def test_percentages_split_a_line_exactly() -> None:
    assert [] == faults(SPLIT, split(60))


def test_percentages_reject_other_shares_and_members_in_common() -> None:
    assert set(SPLIT) == rejected(SPLIT, split(40))
    assert {"share, large", "serving, large"} <= rejected(SPLIT, split(65))
    assert {"E[W], large", "E[W], small"} <= rejected(SPLIT, split(60, pooled=True))


# --- four private queues in turns, four at random, and one for all

TURNS = queueing.round_robin_queues(4, 3.2, 1.0)
WAITS: dict[str, Theory] = {
    "turns": {"P(W > 0)": (0.693945, 0.015), "E[W]": (2.267384, 0.13)},
    "random": {"P(W > 0)": (0.8, 0.015), "E[W]": (4.0, 0.25)},
    "shared": {
        "P(W > 0)": (queueing.erlang_c(4, 3.2), 0.015), "E[W]": (0.745541, 0.05)},
}  # fmt: skip


@functools.cache
def four(kind: str) -> dict[str, Estimate]:
    """Arrivals 3.2 for four members of rate 1."""
    customers = batches(62, 3.2, 20, 400.0, warm=300.0)
    names = ("a", "b", "c", "d")
    private = [queue(name, [who]) for name, who in zip(names, STAFF, strict=False)]
    if kind == "turns":
        setup = desk(*private, rule=Alternative(destinations=names, alternative_mode="rotate"))
    elif kind == "random":
        shares = tuple(Share(percentage=25, destinations=(name,)) for name in names)
        setup = desk(*private, rule=Percentage(shares=shares))
    else:
        setup = desk(queue("q", STAFF[:4]))
    run = Run(rows_of(world_of(setup, customers)), customers)
    return {"P(W > 0)": run.mean(run.wait > 0), "E[W]": run.mean(run.wait)}


def test_the_closed_form_is_the_number_printed() -> None:
    assert pytest.approx((TURNS.sigma, TURNS.mean_wait), abs=5e-7) == (0.693945, 2.267384)


@pytest.mark.parametrize("kind", WAITS)
def test_private_queues_in_turns_and_at_random_and_one_for_all(kind: str) -> None:
    assert [] == faults(WAITS[kind], four(kind))


@pytest.mark.parametrize("kind", WAITS)
@pytest.mark.parametrize("other", WAITS)
def test_no_way_to_split_passes_for_another(kind: str, other: str) -> None:
    if kind != other:
        assert "E[W]" in rejected(WAITS[kind], four(other))


# --- Alternative: a first group without waiting, what overflows goes behind

KOSTEN: Theory = {
    f"busy m{m}": (share, 0.011)
    for m, share in enumerate(
        [0.833333, 0.788288, 0.730073, 0.656591, 0.567375, 0.465103, 0.356643]
    )
} | {"P(lost)": (0.120519, 0.005), "P(overflow)": (1.991714 / 5, 0.008)}


def groups_in_line(customers: Customers, first: Any, behind: Any, **changes: Any) -> Run:  # noqa: ANN401
    """A linear list of two groups; the first named is asked first."""
    rule = Alternative(destinations=(first.name, behind.name))
    setup = desk(first, behind, rule=rule, **{"miss_immediately_when_unstaffed": True, **changes})
    return Run(rows_of(world_of(setup, customers)), customers)


def team(name: str, staff: tuple[str, ...], method: Any = "fixed_order") -> ServiceGroup:  # noqa: ANN401
    return ServiceGroup(name=name, staff=staff, distribution=method)


@functools.cache
def linear(kind: str) -> dict[str, Estimate]:
    """Load 5 for four members and three behind them; or a faulty cousin."""
    customers = batches(63, 5.0, 40, 60.0, warm=20.0)
    first, behind = team("first", STAFF[:4]), team("behind", STAFF[4:])
    changes: dict[str, Any] = {}
    if kind == "the wrong group first":
        first, behind = behind, first
        changes = {"members": desk(team("all", STAFF)).members}
    elif kind == "most idle inside":
        first, behind = team("first", STAFF[:4], "most_idle"), team("b", STAFF[4:], "most_idle")
    elif kind == "waits for ever":
        changes = {"miss_immediately_when_unstaffed": False}
    run = groups_in_line(customers, first, behind, **changes)
    busy = {f"busy m{m}": run.busy(m) for m in range(7)}
    return busy | {
        "P(lost)": run.mean(run.lost),
        "P(overflow)": run.mean(run.lost | (run.staff >= 4)),
    }


def test_a_linear_list_overflows_as_kosten_says() -> None:
    assert [] == faults(KOSTEN, linear("right"))


@pytest.mark.parametrize(
    ("kind", "off"),
    [
        ("the wrong group first", {"busy m0", "busy m6", "P(overflow)"}),
        ("most idle inside", {"busy m0", "busy m3", "busy m4", "busy m6"}),
        ("waits for ever", {"busy m6", "P(lost)"}),
    ],
)
def test_a_faulty_linear_list_is_rejected(kind: str, off: set[str]) -> None:
    assert off <= rejected(KOSTEN, linear(kind))


PASSED_ON = queueing.overflow(4, 5.0)
BURSTS: Theory = {
    "mean": (1.991714, 0.03),
    "mean of squares": (3.024788 + 1.991714**2, 0.2),
}


@functools.cache
def passed_on(method: str) -> dict[str, Estimate]:
    """How many are served behind the first group, where there is room for all."""
    customers = batches(64, 5.0, 40, 60.0, warm=20.0)
    names = members(44)
    if method == "as it comes":  # a Poisson stream of the same load
        rule: Rule = Percentage(
            shares=(Share(percentage=40, destinations=("b",)),), percentage_remainder=("a",)
        )
        setup = desk(team("a", names[:20]), team("b", names[20:]), rule=rule)
        run = Run(rows_of(world_of(setup, customers)), customers)
        behind = run.staff >= 20
    else:
        run = groups_in_line(customers, team("a", names[:4]), team("b", names[4:]))
        behind = run.staff >= 4
    levels = run.time_at_least(run.taken[behind], run.ended[behind], 40)
    mean, squares = levels[0], levels[0]
    for below, level in enumerate(levels[1:], start=1):
        mean, squares = mean + level, squares + level * (2 * below + 1)
    return {"mean": mean, "mean of squares": squares}


def test_overflow_comes_in_bursts_as_wilkinson_says() -> None:
    assert pytest.approx((PASSED_ON.mean, PASSED_ON.variance), abs=5e-7) == (1.991714, 3.024788)
    assert [] == faults(BURSTS, passed_on("overflow"))
    assert {"mean of squares"} == rejected(BURSTS, passed_on("as it comes"))


# --- Simultaneous: the quickest wins

RATES = np.array([3.0, 2.0, 1.0])
RACE: Theory = {f"won by m{m}": (rate / 6.0, 0.006) for m, rate in enumerate(RATES)} | {
    "E[W]": (1 / 6, 0.003),
    "P(W > 10 s)": (float(np.exp(-1)), 0.006),
}
PER_PERIOD = 300


@functools.cache
def race(kind: str) -> dict[str, Estimate]:
    """Three people react to each alert after exponential times; nobody is ever busy then."""
    customers = apart(65, 40, PER_PERIOD, gap=12.0)
    alike = np.full(3, RATES.sum() / 3)
    rates = alike if kind == "all equally quick" else RATES
    setup = desk(
        team("g", STAFF[:3], "fixed_order" if kind == "one by one" else "simultaneous"),
        auto_pickup=False,
    )
    reactions = [Exponential(mean_s=60.0 / rate) for rate in rates]
    world = world_of(setup, customers, work=1e-3, reactions=reactions, seed=66)
    if kind == "one luck for all":
        world.visits["luck"] = world.visits["luck"][0]
    run = Run(rows_of(world), customers)
    won = {f"won by m{m}": run.mean(run.staff == m) for m in range(3)}
    return won | {"E[W]": run.mean(run.wait), "P(W > 10 s)": run.mean(run.wait > 1 / 6)}


def test_the_quickest_wins_in_proportion_to_pick_up_rates() -> None:
    assert [] == faults(RACE, race("right"))


@pytest.mark.parametrize(
    ("kind", "off"),
    [
        ("one by one", {"won by m0", "won by m2", "E[W]", "P(W > 10 s)"}),
        ("all equally quick", {"won by m0", "won by m2"}),
        ("one luck for all", {"won by m0", "won by m1", "won by m2"}),
    ],
)
def test_a_faulty_race_is_rejected(kind: str, off: set[str]) -> None:
    assert off <= rejected(RACE, race(kind))
