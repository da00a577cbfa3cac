"""Standard errors are honest: waits with a known mean lie as far from it as they say."""

import functools
from collections.abc import Callable

import numpy as np
import pytest
from estimates import Estimate, faults, ratio, rejected
from support import UNIT, Customers, batches, equilibrium, replications

from line_sim.analysis import queueing

LOAD = 0.5
EXPECTED = queueing.erlang_a(1, LOAD, 1.0, float("inf")).mean_wait
TRIES = 300


def waits(customers: Customers) -> np.ndarray:
    """Waits in a line with one server by Lindley's recursion: a walk above its least value."""
    at = customers.at / UNIT
    walk = np.concatenate([[0.0], np.cumsum(customers.work[:-1] - np.diff(at))])
    return walk - np.minimum.accumulate(walk)


def by_period(customers: Customers) -> Estimate:
    """The mean wait as all tests here estimate it, without controls."""
    of, periods = customers.period, len(customers.windows)
    counted = of >= 0
    tops = np.bincount(of[counted], waits(customers)[counted], periods)
    return ratio(tops, np.bincount(of[counted], minlength=periods))


def with_controls(customers: Customers) -> Estimate:
    """The same without what the input explains."""
    return by_period(customers).controlled(customers.controls)


def by_customer(customers: Customers) -> Estimate:
    """The faulty cousin: as if every customer waited alone."""
    counted = waits(customers)[customers.period >= 0]
    return ratio(counted, np.ones(len(counted)))


@functools.cache
def worlds(kind: str) -> list[Customers]:
    if kind == "batches":
        return [batches(seed, LOAD, 40, 300.0, warm=300.0) for seed in range(TRIES)]
    law = equilibrium(1, LOAD)
    return [replications(seed, LOAD, 40, 300.0, present=law) for seed in range(TRIES)]


def spread(estimate: Callable[[Customers], Estimate], kind: str) -> float:
    """The root mean square of z over the tries; honest errors make it about 1 (known to 0.04)."""
    z = [estimate(customers).z(EXPECTED) for customers in worlds(kind)]
    return float(np.sqrt(np.mean(np.square(z))))


@pytest.mark.parametrize("kind", ["batches", "replications"])
@pytest.mark.parametrize("estimate", [by_period, with_controls])
def test_errors_over_periods_are_honest(
    estimate: Callable[[Customers], Estimate], kind: str
) -> None:
    """A little above 1: waits are skewed, and 40 periods know their spread only so well."""
    assert 0.85 < spread(estimate, kind) < 1.25


@pytest.mark.parametrize("kind", ["batches", "replications"])
def test_errors_over_customers_are_far_too_small(kind: str) -> None:
    assert spread(by_customer, kind) > 2.0


def test_controls_make_errors_smaller_and_move_nothing() -> None:
    plain = [by_period(customers) for customers in worlds("replications")]
    controlled = [with_controls(customers) for customers in worlds("replications")]
    mean = np.mean([estimate.value for estimate in controlled])

    assert np.mean([e.error for e in controlled]) < 0.85 * np.mean([e.error for e in plain])
    assert mean == pytest.approx(EXPECTED, abs=0.015)  # 4 errors of a mean of 300


def test_differences_keep_the_pairing() -> None:
    one = ratio([1.0, 2.0, 4.0], [1.0, 1.0, 1.0])
    other = ratio([2.0, 3.0, 5.0], [1.0, 1.0, 1.0])

    assert (other - one).value == pytest.approx(1.0)
    assert (other - one).error == pytest.approx(0.0)
    assert one.error == pytest.approx(np.std([1, 2, 4], ddof=1) / np.sqrt(3))


def test_a_fault_says_what_is_off_and_what_is_too_coarse() -> None:
    found = {"share": ratio([0.4, 0.5, 0.6], [1.0, 1.0, 1.0])}

    assert [] == faults({"share": (0.5, 0.06)}, found)
    assert {"share"} == rejected({"share": (0.9, 0.06)}, found)
    assert ["share: expected 0.5, found 0.5 +- 0.058 (z = 0.0), stated error 0.05"] == faults(
        {"share": (0.5, 0.05)}, found
    )
