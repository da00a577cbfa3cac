"""Lateness is counted in bounded memory and told within 5 %."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.mock.lateness import Lateness

Many = st.lists(st.floats(0, 2.5e8), min_size=1)


@given(Many, st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_a_quantile_is_never_too_low_and_at_most_5_percent_too_high(
    late_us: list[float], share: float
) -> None:
    counted = Lateness()
    for each in late_us:
        counted.add(each)
    rank = next(n for n in range(1, len(late_us) + 1) if n >= share * len(late_us))
    exact_ms = sorted(late_us)[rank - 1] / 1_000

    assert exact_ms * 0.999 - 0.001 <= counted.quantile_ms(share) <= exact_ms * 1.051 + 0.001


def test_beyond_five_minutes_the_worst_is_told() -> None:
    counted = Lateness()
    for late_us in (1e9, 2e9):
        counted.add(late_us)

    assert 2e6 == counted.quantile_ms(0.5)


def test_memory_does_not_grow() -> None:
    counted = Lateness()
    before = len(vars(counted)["_counts"])
    for each in range(10_000):
        counted.add(10.0**each if each < 300 else each)

    assert before == len(vars(counted)["_counts"])


@pytest.mark.parametrize("late_us", [-5.0, 0.0, 0.5])
def test_early_is_in_time(late_us: float) -> None:
    counted = Lateness()
    counted.add(late_us)

    assert 0.0 == counted.quantile_ms(0.99)


def test_of_none_there_is_no_lateness() -> None:
    assert {"count": 0, "p50_ms": 0, "p90_ms": 0, "p99_ms": 0, "max_ms": 0} == Lateness().to_dict()
