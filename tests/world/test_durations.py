"""Laws of durations and counts: what each says about itself agrees with what it draws."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError
from line_sim.scenario.behaviour import (
    Constant,
    Count,
    Duration,
    Empirical,
    Erlang,
    Exponential,
    FixedCount,
    Gamma,
    Geometric,
    Hyperexponential,
    ListedCount,
    Lognormal,
    LognormalByMedian,
    Mixture,
    Quantiles,
    Uniform,
)

# each law with its standard deviation, from its formula
DEVIATIONS = {
    Constant(value_s=40.0): 0.0,
    Exponential(mean_s=40.0): 40.0,
    Lognormal(mean_s=40.0, cv=1.31): 40 * 1.31,
    LognormalByMedian(median_s=40.0, sigma=0.8): 40 * math.sqrt(math.exp(1.28) - math.exp(0.64)),
    Uniform(low_s=10.0, high_s=50.0): 40 / math.sqrt(12),
    Gamma(mean_s=40.0, cv=0.5): 20.0,
    Gamma(mean_s=40.0, cv=1.8): 72.0,
    Erlang(mean_s=40.0, stages=4): 20.0,
    Hyperexponential(means_s=(10.0, 70.0), weights=(1.0, 1.0)): math.sqrt(5000 - 1600),
    Mixture(
        parts=(Exponential(mean_s=10.0), Lognormal(mean_s=100.0, cv=1.0)), weights=(3.0, 1.0)
    ): math.sqrt(0.75 * 200 + 0.25 * 20_000 - 32.5**2),
    Empirical(values_s=(10.0, 20.0, 60.0)): math.sqrt(4100 / 3 - 900),
    Quantiles(levels=(0.0, 0.5, 1.0), values_s=(0.0, 20.0, 100.0)): math.sqrt(
        (400 / 3 + 12_400 / 3) / 2 - 35**2
    ),
}
LAWS = pytest.mark.parametrize("law", DEVIATIONS, ids=str)
MIDDLES = (np.arange(100_000) + 0.5) / 100_000


@LAWS
def test_samples_have_the_mean_and_deviation_of_the_formula(law: Duration) -> None:
    size, deviation = 200_000, DEVIATIONS[law]
    drawn = law.sample(np.random.default_rng(3), size)

    assert law.expected_s() == pytest.approx(drawn.mean(), abs=4 * deviation / math.sqrt(size))
    # a heavy tail makes the sample's own deviation uncertain: 5 %
    assert deviation == pytest.approx(drawn.std(), rel=0.05, abs=1e-12)


@LAWS
def test_the_inverse_has_the_mean_of_the_formula(law: Duration) -> None:
    found = law.inverse(MIDDLES).mean()

    # the farthest cell of a heavy tail is not reached by midpoints
    assert law.expected_s() == pytest.approx(found, rel=3e-4)


@LAWS
def test_the_inverse_does_not_fall_and_is_not_negative(law: Duration) -> None:
    found = law.inverse(MIDDLES)

    assert found.min() >= 0
    assert np.all(np.diff(found) >= 0)


@LAWS
def test_samples_and_inverse_are_one_law(law: Duration) -> None:
    """Kolmogorov's distance of 20,000 samples from the inverse stays below its 99.99 % point."""
    size = 20_000
    drawn = law.sample(np.random.default_rng(11), size)
    values, levels = law.inverse(MIDDLES), MIDDLES
    lowest = np.searchsorted(values, np.unique(drawn), side="left") / len(levels)
    highest = np.searchsorted(values, np.unique(drawn), side="right") / len(levels)
    seen = np.cumsum(np.unique(drawn, return_counts=True)[1]) / size
    before = np.concatenate(([0.0], seen[:-1]))

    assert max(np.max(seen - highest), np.max(lowest - before)) < 2.23 / math.sqrt(size) + 1e-4


@given(
    first=st.floats(0.1, 1e5),
    second=st.floats(0.1, 1e5),
    weight=st.floats(0.01, 0.99),
    level=st.floats(1e-6, 1 - 1e-6),
)
def test_the_inverse_of_a_mixture_undoes_its_share(
    first: float, second: float, weight: float, level: float
) -> None:
    parts = (Exponential(mean_s=first), LognormalByMedian(median_s=second, sigma=1.5))
    found = Mixture(parts=parts, weights=(weight, 1 - weight)).inverse(np.array([level]))

    share = weight * parts[0].cdf(found) + (1 - weight) * parts[1].cdf(found)
    assert level == pytest.approx(float(share[0]), abs=1e-9)


@pytest.mark.parametrize(
    ("law", "mean"),
    [
        (FixedCount(value=3), 3),
        (Geometric(mean=1.0), 1),
        (Geometric(mean=2.5), 2.5),
        (ListedCount(weights=(2.0, 0.0, 6.0)), 2.5),
    ],
    ids=str,
)
def test_counts_begin_at_one_and_have_their_mean(law: Count, mean: float) -> None:
    drawn = law.sample(np.random.default_rng(5), 100_000)

    assert mean == law.expected()
    assert mean == pytest.approx(drawn.mean(), abs=4 * drawn.std() / math.sqrt(100_000) + 1e-12)
    assert mean == pytest.approx(law.inverse(MIDDLES).mean(), rel=1e-3)
    assert drawn.min() >= 1


def test_the_last_count_of_a_list_with_rounding_is_not_passed() -> None:
    weights = (0.1,) * 10

    assert ListedCount(weights=weights).inverse(np.array([1 - 2**-53])).tolist() == [10]


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (lambda: Exponential(mean_s=0.0), ["mean_s"]),
        (lambda: Lognormal(mean_s=-1.0, cv=math.nan), ["mean_s", "cv"]),
        (lambda: Uniform(low_s=5.0, high_s=4.0), ["high_s"]),
        (lambda: Erlang(mean_s=1.0, stages=0), ["stages"]),
        (lambda: Hyperexponential(means_s=(1.0, 2.0), weights=(1.0,)), ["weights"]),
        (lambda: Hyperexponential(means_s=(1.0, 0.0), weights=(1.0, 1.0)), ["means_s"]),
        (lambda: Empirical(values_s=()), ["values_s"]),
        (lambda: Quantiles(levels=(0.5, 0.1), values_s=(1.0, 0.5)), ["values_s", "levels"]),
        (lambda: Geometric(mean=0.5), ["mean"]),
        (lambda: ListedCount(weights=(0.0, 0.0)), ["weights"]),
    ],
)
def test_impossible_values_are_refused_all_at_once(
    make: Callable[[], object], fields: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        make()

    assert fields == [fault.where for fault in refused.value.faults]
