"""What every index of inequality must obey."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from line_sim.analysis import indices
from line_sim.errors import ConfigurationError, NotEnoughDataError

Index = Callable[..., np.ndarray]
AMOUNTS = arrays.arrays(
    float, st.integers(1, 12), elements=st.floats(0, 1e6).map(lambda x: round(x, 3))
).filter(lambda x: x.sum() > 0)
ZERO_IS_EQUAL = (indices.gini, indices.theil, indices.coefficient_of_variation)
ALL = (*ZERO_IS_EQUAL, indices.jain, indices.max_over_mean)


def test_part_timers_with_equal_rates_look_unfair_in_raw_counts() -> None:
    raw = np.array([8.0] * 5 + [4.0] * 5) * 3

    assert float(indices.jain(raw)) == pytest.approx(0.900)
    assert float(indices.gini(raw)) == pytest.approx(1 / 6)
    assert float(indices.jain(raw / np.array([8.0] * 5 + [4.0] * 5))) == pytest.approx(1)


def test_worked_example() -> None:
    """1, 2, 3, 4: mean 2.5, deviation sqrt(1.25); Gini by the six differences, 10 / (16 x 2.5)."""
    amounts = [1, 2, 3, 4]

    assert float(indices.jain(amounts)) == pytest.approx(100 / (4 * 30))
    assert float(indices.coefficient_of_variation(amounts)) == pytest.approx(math.sqrt(1.25) / 2.5)
    assert float(indices.gini(amounts)) == pytest.approx(20 / (2 * 16 * 2.5))
    assert float(indices.gini(amounts, small_sample=True)) == pytest.approx(1 / 3)
    assert float(indices.max_over_mean(amounts)) == pytest.approx(1.6)
    assert float(indices.theil(amounts)) == pytest.approx(
        sum(x / 10 * math.log(4 * x / 10) for x in amounts)
    )


@pytest.mark.parametrize("index", ALL)
@given(amounts=AMOUNTS, scale=st.floats(1e-3, 1e3), seed=st.integers(0, 9))
def test_neither_the_unit_nor_the_order_of_members_matters(
    index: Index, amounts: np.ndarray, scale: float, seed: int
) -> None:
    expected = float(index(amounts))

    assert float(index(amounts * scale)) == pytest.approx(expected, abs=1e-9)
    shuffled = np.random.default_rng(seed).permutation(amounts)
    assert float(index(shuffled)) == pytest.approx(expected, abs=1e-9)


@given(AMOUNTS)
def test_jain_is_one_over_one_plus_cv_squared(amounts: np.ndarray) -> None:
    cv = float(indices.coefficient_of_variation(amounts))

    assert float(indices.jain(amounts)) == pytest.approx(1 / (1 + cv**2))


@given(AMOUNTS)
def test_bounds(amounts: np.ndarray) -> None:
    members = len(amounts)

    assert 1 / members - 1e-12 <= float(indices.jain(amounts)) <= 1 + 1e-12
    assert 0 <= float(indices.gini(amounts)) <= 1 - 1 / members + 1e-12
    assert 0 <= float(indices.theil(amounts)) <= math.log(members) + 1e-12
    assert 1 - 1e-12 <= float(indices.max_over_mean(amounts)) <= members + 1e-12


@given(st.integers(2, 30))
def test_equal_shares_and_all_to_one(members: int) -> None:
    equal, one = np.full(members, 7.0), np.eye(members)[0]

    assert [float(index(equal)) for index in ZERO_IS_EQUAL] == pytest.approx([0, 0, 0], abs=1e-7)
    assert float(indices.jain(one)) == pytest.approx(1 / members)
    assert float(indices.gini(one)) == pytest.approx(1 - 1 / members)
    assert float(indices.gini(one, small_sample=True)) == pytest.approx(1)
    assert float(indices.theil(one)) == pytest.approx(math.log(members))
    assert float(indices.max_over_mean(one)) == pytest.approx(members)


@pytest.mark.parametrize("index", ZERO_IS_EQUAL)
@given(amounts=AMOUNTS, part=st.floats(0.01, 0.5))
def test_giving_from_the_richest_to_the_poorest_lessens_inequality(
    index: Index, amounts: np.ndarray, part: float
) -> None:
    assume(amounts.max() - amounts.min() > 1e-2 * amounts.sum())
    after = amounts.copy()
    moved = part * (amounts.max() - amounts.min())
    after[amounts.argmax()] -= moved
    after[amounts.argmin()] += moved

    assert float(index(after)) < float(index(amounts))


@given(AMOUNTS)
def test_gini_is_half_the_mean_difference_of_two_over_the_mean(amounts: np.ndarray) -> None:
    difference = np.abs(amounts[:, None] - amounts[None, :]).mean()

    assert float(indices.gini(amounts)) == pytest.approx(
        difference / (2 * amounts.mean()), abs=1e-12
    )


@given(AMOUNTS, st.data())
def test_theil_within_and_between_add_up(amounts: np.ndarray, data: st.DataObject) -> None:
    groups = data.draw(
        st.lists(st.sampled_from("abc"), min_size=len(amounts), max_size=len(amounts))
    )

    split = indices.theil_split(amounts, groups)

    assert float(split.within + split.between) == pytest.approx(
        float(indices.theil(amounts)), abs=1e-9
    )
    by_hand = 0.0
    for label in set(groups):
        inside = amounts[[own == label for own in groups]]
        if inside.sum():
            by_hand += inside.sum() / amounts.sum() * float(indices.theil(inside))
    assert float(split.within) == pytest.approx(by_hand, abs=1e-9)


def test_theil_between_alone_and_within_alone() -> None:
    only_between = indices.theil_split([2, 2, 6, 6], ["early", "early", "late", "late"])
    only_within = indices.theil_split([2, 6, 2, 6], ["early", "early", "late", "late"])

    assert (float(only_between.within), float(only_within.between)) == pytest.approx((0, 0))
    assert float(only_between.between) == pytest.approx(float(only_within.within))


@pytest.mark.parametrize("index", ALL)
def test_rows_are_treated_alone(index: Index) -> None:
    table = np.random.default_rng(1).random((3, 4, 6))

    found = index(table)

    assert found.shape == (3, 4)
    assert found[1, 2] == pytest.approx(float(index(table[1, 2])))


@pytest.mark.parametrize("index", ALL)
@pytest.mark.parametrize("values", [[0, 0, 0], [1, math.nan, 2]])
def test_where_nothing_is_shared_or_known_an_index_is_nan(
    index: Index, values: list[float]
) -> None:
    assert math.isnan(float(index(values)))


@pytest.mark.parametrize("index", ALL)
def test_tiny_and_huge_amounts_neither_vanish_nor_overflow(index: Index) -> None:
    expected = float(index([1, 2, 3]))

    assert float(index([1e-300, 2e-300, 3e-300])) == pytest.approx(expected)
    assert float(index([1e300, 2e300, 3e300])) == pytest.approx(expected)


def test_one_member_is_no_sample_for_a_small_sample_gini() -> None:
    assert math.isnan(float(indices.gini([4], small_sample=True)))


def test_wrong_values_are_refused_with_the_likely_reason() -> None:
    with pytest.raises(NotEnoughDataError, match="0 members; at least 1"):
        indices.jain([])
    with pytest.raises(ConfigurationError, match="at least 0"):
        indices.gini([1, -2])
    with pytest.raises(ConfigurationError, match="one label a member"):
        indices.theil_split([1, 2], ["a"])


def test_idle_share_compares_idle_time_with_eligible_time() -> None:
    found = indices.idle_share([2, 1, 1, 0], [8, 4, 4, 0])

    assert found[:3] == pytest.approx([1, 1, 1])
    assert math.isnan(found[3])
    assert indices.idle_share([3, 1], [4, 4]) == pytest.approx([1.5, 0.5])
    assert np.isnan(indices.idle_share([0, 0], [4, 4])).all()


@given(AMOUNTS, st.data())
def test_idle_shares_average_to_one_by_eligible_time(idle: np.ndarray, data: st.DataObject) -> None:
    eligible = np.array(
        data.draw(st.lists(st.floats(0.1, 50), min_size=len(idle), max_size=len(idle)))
    )

    found = indices.idle_share(idle, eligible)

    assert float(found @ eligible) == pytest.approx(eligible.sum())
