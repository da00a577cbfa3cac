"""Patience behind a history: censored waits do not fool the estimate."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from line_sim.errors import NotEnoughDataError
from line_sim.world.patience import SurvivalCurve, kaplan_meier, patience_given_waited

SIZE = 20_000


def history() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lognormal patience with mean 200 s, offered waits exponential with mean 100 s."""
    rng = np.random.default_rng(1)
    patience = rng.lognormal(math.log(200) - 0.5, 1.0, SIZE)
    offered = rng.exponential(100.0, SIZE)
    return patience, np.minimum(patience, offered), patience < offered


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=30))
def test_the_curve_is_that_of_scipy(seen: list[tuple[int, bool]]) -> None:
    waited = np.array([time for time, _ in seen], float)
    left = np.array([flag for _, flag in seen])
    curve = kaplan_meier(waited, left)
    data = stats.CensoredData(uncensored=waited[left], right=waited[~left])
    oracle = stats.ecdf(data).sf

    assert curve.at(oracle.quantiles).tolist() == pytest.approx(oracle.probabilities.tolist())


def test_the_curve_finds_patience_that_averages_of_leavers_miss() -> None:
    patience, waited, left = history()
    curve = kaplan_meier(waited, left)
    times = np.array([20.0, 60.0, 120.0, 200.0])
    truth = (patience[:, None] > times).mean(axis=0)

    assert curve.at(times) == pytest.approx(truth, abs=4 * 0.5 / math.sqrt(SIZE) * 3)
    assert waited[left].mean() < 0.5 * patience.mean()


def test_what_is_drawn_for_the_answered_completes_the_history() -> None:
    """Leavers with their own and the answered with drawn patience have the true law together."""
    patience, waited, left = history()
    curve = kaplan_meier(waited, left)
    completed = waited.copy()
    answered = np.flatnonzero(~left)
    completed[answered] = patience_given_waited(curve, waited[answered], np.random.default_rng(2))

    assert np.all(completed[answered] > waited[answered])
    for time in (20.0, 60.0, 120.0, 200.0):
        truth = (patience > time).mean()
        assert (completed > time).mean() == pytest.approx(truth, abs=0.02)


def test_a_faulty_cousin_that_forgets_the_wait_is_told_apart() -> None:
    patience, waited, left = history()
    curve = kaplan_meier(waited, left)
    cousin = waited.copy()
    answered = np.flatnonzero(~left)
    # drawn from the whole curve, not given that they waited
    cousin[answered] = patience_given_waited(
        curve, np.zeros(len(answered)), np.random.default_rng(2)
    )

    assert abs((cousin > 60).mean() - (patience > 60).mean()) > 0.05


def test_beyond_the_curve_people_leave_at_the_average_rate_before_its_end() -> None:
    curve = SurvivalCurve(np.array([10.0, 20.0]), np.array([0.8, 0.5]))
    drawn = patience_given_waited(curve, np.full(SIZE, 15.0), np.random.default_rng(1))
    beyond = drawn[drawn > 20]
    mean = 20 / math.log(2)

    assert len(beyond) / SIZE == pytest.approx(0.5 / 0.8, abs=4 * 0.5 / math.sqrt(SIZE))
    assert (beyond - 20).mean() == pytest.approx(mean, abs=4 * mean / math.sqrt(len(beyond)))


def test_where_nobody_ever_left_everybody_stays() -> None:
    curve = kaplan_meier([5.0, 10.0], [False, False])

    assert np.isinf(patience_given_waited(curve, [5.0, 0.0], np.random.default_rng(1))).all()


def test_a_wait_beyond_the_last_leaver_of_all_still_ends() -> None:
    curve = SurvivalCurve(np.array([10.0]), np.array([0.0]))
    drawn = patience_given_waited(curve, [50.0], np.random.default_rng(1))

    assert 50 < drawn[0] < math.inf


def test_no_history_has_no_curve() -> None:
    with pytest.raises(NotEnoughDataError):
        kaplan_meier([], [])
