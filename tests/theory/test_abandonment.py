"""Customers who leave: Erlang A, what ties its numbers together, and the four service levels.

The second number beside each is the standard error its estimate is to have at most.
"""

import functools

import numpy as np
import pytest
from estimates import Estimate, faults, rejected
from runs import Run, line
from support import UNIT, desk, equilibrium, members, queue, replications, rows_of, world_of

from line_sim.analysis import metrics
from line_sim.log import EventLog

ERLANG_A = {
    (5, 4.5, 2.0): {
        "P(W > 0)": (0.527642, 0.01), "P(lost)": (0.109869, 0.004), "E[W]": (0.219737, 0.01),
        "occupancy": (0.801118, 0.006)},
    (14, 10.0, 5 / 3): {
        "P(W > 0)": (0.145260, 0.012), "P(lost)": (0.0139837, 0.002), "E[W]": (0.0233062, 0.003),
        "occupancy": (0.704297, 0.006)},
    (50, 47.5, 2.0): {
        "P(W > 0)": (0.434518, 0.015), "P(lost)": (0.0276104, 0.002), "E[W]": (0.0552209, 0.004),
        "occupancy": (0.923770, 0.003)},
}  # fmt: skip
Case = tuple[int, float, float]
SPANS: dict[Case, float] = {(5, 4.5, 2.0): 60.0, (14, 10.0, 5 / 3): 30.0, (50, 47.5, 2.0): 15.0}
GARNETT: Case = (50, 48.0, 2.0)


@functools.cache
def impatient(case: Case, span: float, leaves: str = "in time") -> tuple[np.ndarray, Run]:
    """A line with mean patience; customers may also leave "never" or "always after as long"."""
    staff, load, patience = case
    customers = replications(41, load, 40, span, present=equilibrium(*case), rest=80.0)
    setup = desk(queue("q", members(staff)))
    if leaves == "in time":
        world = world_of(setup, customers, patience=patience)
    elif leaves == "never":
        world = world_of(setup, customers)
    else:
        world = world_of(setup, customers)
        world.visits["patience"] = int(patience * UNIT)
    rows = rows_of(world)
    return rows, Run(rows, customers)


@pytest.mark.parametrize("case", ERLANG_A)
def test_erlang_a_to_its_standard_error(case: Case) -> None:
    _, run = impatient(case, SPANS[case])

    assert [] == faults(ERLANG_A[case], line(run, case[0]))


@pytest.mark.parametrize("leaves", ["never", "always after as long"])
@pytest.mark.parametrize("case", [(5, 4.5, 2.0), (14, 10.0, 5 / 3)])
def test_erlang_a_rejects_patience_ignored_and_patience_not_drawn(case: Case, leaves: str) -> None:
    _, run = impatient(case, SPANS[case], leaves)

    assert "P(lost)" in rejected(ERLANG_A[case], line(run, case[0]))


# --- identities


def identities(case: Case, run: Run, *, clock: str = "all") -> dict[str, Estimate]:
    """Differences that are 0 by law; each pairs the same periods, so its error is small."""
    _, load, patience = case
    found = line(run, case[0])
    wait = run.mean(np.where(run.answered, run.wait, 0.0)) if clock == "answered" else found["E[W]"]
    answered = run.mean(run.answered)
    return {
        "P(abandon) - E[W] / patience": found["P(lost)"] - wait * (1 / patience),
        "queue - arrivals x E[W]": found["waiting"] - wait * load,
        "serving - answered x work": found["serving"] - answered * load,
    }


NOTHING = {
    "P(abandon) - E[W] / patience": (0.0, 0.004),
    "queue - arrivals x E[W]": (0.0, 0.05),
    "serving - answered x work": (0.0, 0.15),
}


@pytest.mark.parametrize("case", ERLANG_A)
def test_waits_tie_abandonment_queue_and_work_together(case: Case) -> None:
    _, run = impatient(case, SPANS[case])

    assert [] == faults(NOTHING, identities(case, run))


def test_waits_of_the_answered_alone_are_rejected() -> None:
    case = (5, 4.5, 2.0)
    _, run = impatient(case, SPANS[case])

    assert {"P(abandon) - E[W] / patience", "queue - arrivals x E[W]"} == rejected(
        NOTHING, identities(case, run, clock="answered")
    )


def test_patience_that_is_not_exponential_breaks_its_identity_alone() -> None:
    case = (5, 4.5, 2.0)
    _, run = impatient(case, SPANS[case], "always after as long")

    assert {"P(abandon) - E[W] / patience"} == rejected(NOTHING, identities(case, run))


# --- the published comparison and the four service levels


def levels(run: Run, *, threshold: float = 20 / 60) -> dict[str, Estimate]:
    """The four definitions by the product's names, and how far apart, which is known better."""
    in_time = run.wait <= threshold
    served = run.answered & in_time
    found = {
        "service_level": run.mean(served),
        "service_level_of_answered": run.mean(served, run.answered),
        "service_level_of_patient": run.mean(served, ~(run.lost & in_time)),
        "service_level_with_left": run.mean(in_time),
    }
    patient = found["service_level_of_patient"]
    return found | {
        "of patient - of received": patient - found["service_level"],
        "of answered - of patient": found["service_level_of_answered"] - patient,
        "with left - of patient": found["service_level_with_left"] - patient,
    }


SERVICE_LEVELS = {
    "service_level": (0.94302, 0.008),
    "service_level_of_answered": (0.97310, 0.008),
    "service_level_of_patient": (0.97203, 0.008),
    "service_level_with_left": (0.97286, 0.008),
    "of patient - of received": (0.97203 - 0.94302, 0.002),
    "of answered - of patient": (0.97310 - 0.97203, 0.0003),
    "with left - of patient": (0.97286 - 0.97203, 0.0003),
}


def test_the_four_service_levels_of_the_published_case() -> None:
    _, run = impatient(GARNETT, 25.0)

    assert [] == faults(SERVICE_LEVELS, levels(run))


def test_service_levels_under_each_others_names_are_rejected() -> None:
    _, run = impatient(GARNETT, 25.0)
    found = levels(run)
    swapped = found | {
        "of patient - of received": found["service_level_of_patient"]
        - found["service_level_with_left"],
        "of answered - of patient": found["with left - of patient"] * -1.0,
        "with left - of patient": found["of patient - of received"],
    }

    assert {name for name in found if " - " in name} == rejected(SERVICE_LEVELS, swapped)
    assert rejected(SERVICE_LEVELS, levels(run, threshold=10 / 60)) >= {"of patient - of received"}


def test_the_products_own_service_levels_are_those_of_the_log() -> None:
    rows, run = impatient(GARNETT, 25.0)
    ours = metrics.measures(EventLog(rows), service_level_s=20)
    in_time = run.wait <= 20 / 60
    served = run.answered & in_time

    assert ours["service_level"] == served.mean()
    assert ours["service_level_of_answered"] == served[run.answered].mean()
    assert ours["service_level_of_patient"] == served[~(run.lost & in_time)].mean()
    assert ours["service_level_with_left"] == in_time.mean()


PUBLISHED = {
    "Erlang C": {
        "E[W], s": (20.834, 3.5), "beyond 58.139 s": (0.1, 0.035), "waiting": (16.667, 3.0),
        "occupancy": (0.96, 0.003)},
    "Erlang A": {
        "E[W], s": (3.709, 0.25), "beyond 12.445 s": (0.1, 0.012), "waiting": (2.968, 0.25),
        "occupancy": (0.9303, 0.002), "P(lost)": (0.03091, 0.002)},
    "Erlang C, 3.1 % fewer": {
        "E[W], s": (8.813, 1.2), "beyond 28.104 s": (0.1, 0.03), "waiting": (6.832, 1.0),
        "occupancy": (0.9302, 0.003)},
}  # fmt: skip
"""Garnett, Mandelbaum and Reiman 2002: 50 members, 48 calls a minute of a minute's work."""


@functools.cache
def compared(kind: str) -> dict[str, Estimate]:
    """One row of the comparison; of the percentile, how many wait longer than it."""
    if kind == "Erlang A":
        _, run = impatient(GARNETT, 25.0)
    else:
        load, span = (48.0, 40.0) if kind == "Erlang C" else (48.0 * (1 - 0.0309122), 25.0)
        customers = replications(43, load, 40, span, present=equilibrium(50, load))
        run = Run(rows_of(world_of(desk(queue("q", members(50))), customers)), customers)
    beyond = {
        f"beyond {seconds} s": run.mean(run.wait > seconds / 60)
        for seconds in (58.139, 12.445, 28.104)
    }
    return line(run, 50) | beyond


@pytest.mark.parametrize("kind", PUBLISHED)
def test_the_published_comparison_of_patience_with_none(kind: str) -> None:
    assert [] == faults(PUBLISHED[kind], compared(kind))


@pytest.mark.parametrize("kind", PUBLISHED)
@pytest.mark.parametrize("other", PUBLISHED)
def test_no_row_of_the_comparison_passes_for_another(kind: str, other: str) -> None:
    if kind != other:
        off = rejected(PUBLISHED[kind], compared(other))

        assert off & {"E[W], s", "waiting", "occupancy"}
