"""Quantile tables: how far a law read from one is from the law itself."""

import math

import numpy as np
import pytest

from line_sim.scenario.behaviour import Exponential, Geometric, Language, LognormalByMedian
from line_sim.world.drawn import TABLE_SIZE
from line_sim.world.quantiles import (
    LONGEST,
    Tables,
    count_table,
    duration_table,
    kind_table,
    microseconds,
)


def test_an_exponential_table_is_short_by_what_its_docstring_says() -> None:
    table = duration_table(Exponential(mean_s=100.0)) / 1e6

    assert table.mean() / 100 - 1 == pytest.approx(-0.00008, abs=1e-5)
    assert table.var() / 100**2 - 1 == pytest.approx(-0.0016, abs=1e-4)


@pytest.mark.parametrize(("sigma", "mean", "variance"), [(1, 0.0007, 0.028), (2, 0.018, 0.515)])
def test_a_lognormal_table_is_short_by_what_its_docstring_says(
    sigma: float, mean: float, variance: float
) -> None:
    table = duration_table(LognormalByMedian(median_s=100.0, sigma=sigma)) / 1e8
    square = math.exp(sigma**2)

    assert 1 - table.mean() / math.sqrt(square) == pytest.approx(mean, rel=0.1)
    assert 1 - table.var() / (square * (square - 1)) == pytest.approx(variance, rel=0.05)


def test_no_delay_is_shorter_than_a_microsecond_or_longer_than_36_years() -> None:
    assert microseconds(np.array([0.0, 1e-9, 1.5, 1e300])).tolist() == [1, 1, 1_500_000, LONGEST]


def test_a_count_table_holds_whole_numbers_of_at_least_one() -> None:
    table = count_table(Geometric(mean=2.0))

    assert table.dtype == np.int64
    assert table[: TABLE_SIZE // 2].max() == 1
    assert table[-1] > 8


@pytest.mark.parametrize("country", ["TH", "TW", "JP", "ID", "EN"])
def test_message_types_come_in_their_shares(country: str) -> None:
    shares = np.array(Language(code="x", mix=country).shares())
    counts = np.bincount(kind_table(shares), minlength=len(shares))

    assert np.abs(counts / TABLE_SIZE - shares / shares.sum()).max() <= 1 / TABLE_SIZE


def test_equal_tables_are_kept_once() -> None:
    tables = Tables()
    one, two = duration_table(Exponential(mean_s=1.0)), duration_table(Exponential(mean_s=2.0))

    assert [tables.add(each) for each in (one, two, one.copy())] == [0, 1, 0]
    assert np.array_equal(tables.array(), [one, two])
