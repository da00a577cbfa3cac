"""Who in one group serves how much: exact answers by strategy, and the idle-order theorem.

The second number beside each is the standard error its estimate is to have at most.
"""

import functools
from typing import Any

import pytest
from estimates import Estimate, Theory, faults, rejected
from runs import Run
from support import batches, desk, members, queue, rows_of, world_of

SHORTEST_IDLE = "shortest_idle"


def back_last(member: Any, _enquiry: Any, _now: int) -> float:  # noqa: ANN401 - a row
    """A planner's own method: whoever served last is asked first, the opposite of most idle."""
    return -float(member.last_activity)


@functools.cache
def group(  # noqa: PLR0913 - the design of an experiment
    method: str,
    arrivals: float,
    speeds: tuple[float, ...],
    *,
    patience: float | None = None,
    span: float = 100.0,
    order: int = 1,
) -> dict[str, Estimate]:
    """A group by any method; `order` -1 lists the members from the last to the first."""
    customers = batches(52, arrivals, 40, span, warm=100.0)
    names = members(len(speeds))
    own = method == SHORTEST_IDLE
    setup = desk(
        queue("q", names[::order], "fixed_order" if own else method),
        methods={"q": back_last} if own else {},
        members=desk(queue("q", names)).members,
    )
    world = world_of(setup, customers, patience=patience, speeds=speeds)
    run = Run(rows_of(world), customers)
    busy = {f"busy {name}": run.busy(m) for m, name in enumerate(names)}
    return busy | {"P(W > 0)": run.mean(run.wait > 0), "E[W]": run.mean(run.wait)}


def theory(busy: list[float], wait_share: float, mean_wait: float, *errors: float) -> Theory:
    """The numbers of a group, with the errors of busy shares, waiting share and mean wait."""
    named = {f"busy m{m}": (share, errors[0]) for m, share in enumerate(busy)}
    return named | {"P(W > 0)": (wait_share, errors[1]), "E[W]": (mean_wait, errors[2])}


# --- equal speeds: cases A and C, solved as Markov chains

A: Any = (1.0, (2.0, 2.0, 2.0))
C: Any = (4.5, (1.0,) * 5)
CASES: dict[str, tuple[Any, dict[str, Any], Theory, Theory]] = {
    "A": (
        A, {"span": 250.0},
        theory([0.335017, 0.130407, 0.034577], 0.015152, 0.003030, 0.006, 0.0025, 0.0008),
        theory([1 / 6] * 3, 0.015152, 0.003030, 0.01, 0.0025, 0.0008)),
    "C": (
        C, {"span": 60.0, "patience": 2.0},
        theory([0.886545, 0.853870, 0.811518, 0.758417, 0.695242], 0.527642, 0.219737,
               0.01, 0.012, 0.012),
        theory([0.801118] * 5, 0.527642, 0.219737, 0.01, 0.012, 0.012)),
}  # fmt: skip
EQUAL_SHARES = ["most_idle", "uniform_random", "round_robin", SHORTEST_IDLE]


@pytest.mark.parametrize("case", CASES)
def test_fixed_order_keeps_the_first_busiest(case: str) -> None:
    place, changes, in_order, _ = CASES[case]

    assert [] == faults(in_order, group("fixed_order", *place, **changes))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("method", EQUAL_SHARES)
def test_other_methods_share_work_equally_among_equals(method: str, case: str) -> None:
    place, changes, _, alike = CASES[case]

    assert [] == faults(alike, group(method, *place, **changes))


@pytest.mark.parametrize("case", CASES)
def test_methods_mistaken_for_each_other_are_rejected(case: str) -> None:
    place, changes, in_order, alike = CASES[case]
    ends = {"busy m0", f"busy m{len(place[1]) - 1}"}

    assert ends <= rejected(alike, group("fixed_order", *place, **changes))
    for method in EQUAL_SHARES:
        assert ends <= rejected(in_order, group(method, *place, **changes))
    assert ends <= rejected(in_order, group("fixed_order", *place, **changes, order=-1))


# --- unequal speeds: every policy by order of idleness has the same long run

TWO: Any = (2.0, (1.0, 1.5, 2.0))
THREE: Any = (3.0, (1.0, 1.0, 2.0))
IDLE_ORDER = {
    "arrivals 2": (
        TWO, {"span": 120.0},
        theory([0.528796, 0.450262, 0.397906], 0.188482, 0.075393, 0.014, 0.008, 0.006)),
    "arrivals 3": (
        THREE, {"span": 150.0},
        theory([0.790323, 0.790323, 0.709677], 0.580645, 0.580645, 0.014, 0.015, 0.05)),
}  # fmt: skip


@pytest.mark.parametrize("case", IDLE_ORDER)
@pytest.mark.parametrize("method", ["most_idle", "uniform_random", SHORTEST_IDLE])
def test_the_idle_order_theorem(method: str, case: str) -> None:
    place, changes, expected = IDLE_ORDER[case]

    assert [] == faults(expected, group(method, *place, **changes))


@pytest.mark.parametrize("case", IDLE_ORDER)
def test_the_idle_order_theorem_rejects_fixed_order_and_speeds_ignored(case: str) -> None:
    (arrivals, speeds), changes, expected = IDLE_ORDER[case]
    alike = (sum(speeds) / len(speeds),) * len(speeds)

    assert {"busy m0"} <= rejected(expected, group("fixed_order", arrivals, speeds, **changes))
    assert {"busy m2"} <= rejected(expected, group("most_idle", arrivals, alike, **changes))
    assert {"busy m0", "busy m2"} <= rejected(
        expected, group("most_idle", arrivals, speeds[::-1], **changes)
    )
