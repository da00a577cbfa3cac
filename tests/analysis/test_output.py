"""Intervals hold as often as they say, comparisons are honest, and stopping is not fooled."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from line_sim.analysis import output
from line_sim.analysis.stopping import first_that_stays, look_ahead
from line_sim.errors import ConfigurationError, NotEnoughDataError

VALUES = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30)


def holds(intervals: list[output.Interval], truth: float) -> float:
    return float(np.mean([one.low <= truth <= one.high for one in intervals]))


def about(share: float, trials: int) -> object:
    """`share` within four standard errors of a binomial proportion."""
    return pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / trials))


# --- one strategy


@given(VALUES, st.floats(0.5, 0.99))
def test_a_mean_s_interval_is_student_s(values: list[float], level: float) -> None:
    found = output.mean_interval(values, level)

    mean, error = np.mean(values), stats.sem(values)
    low, high = stats.t.interval(level, len(values) - 1, mean, error) if error else (mean, mean)
    assert (found.low, found.estimate, found.high) == pytest.approx((low, mean, high), abs=1e-6)
    assert found.half_width == pytest.approx((high - low) / 2, abs=1e-6)


def test_published_half_width_of_five_replications() -> None:
    """3, 5, 7, 9, 11: mean 7, deviation sqrt(10), t(4; 0.975) = 2.776445."""
    found = output.mean_interval([3, 5, 7, 9, 11])

    assert found.half_width == pytest.approx(2.776445 * math.sqrt(10 / 5), rel=1e-6)
    assert str(found) == "7 [3.074, 10.93]"


def test_a_mean_s_interval_holds_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    found = [output.mean_interval(rng.normal(3, 2, 6), 0.9) for _ in range(2_000)]

    assert holds(found, 3) == about(0.9, 2_000)


def queue_runs(rng: np.random.Generator, runs: int, customers: int) -> np.ndarray:
    """Waits of a busy M/M/1 line (load 0.8), warmed up: [runs, customers]; the mean is 3.2."""
    work = rng.exponential(0.8, (runs, customers + 2_000))
    gaps = rng.exponential(1.0, work.shape)
    waits = np.zeros(work.shape)
    for number in range(1, work.shape[1]):
        waits[:, number] = np.maximum(
            waits[:, number - 1] + work[:, number - 1] - gaps[:, number], 0
        )
    return waits[:, 2_000:]


def test_replications_hold_where_customers_taken_as_independent_do_not() -> None:
    """The faulty cousin: a run's waits are correlated, so its interval is far too narrow."""
    rng = np.random.default_rng(2)
    studies = queue_runs(rng, 100 * 10, 400).reshape(100, 10, 400)

    by_replication = [output.mean_interval(study.mean(axis=1)) for study in studies]
    by_customer = [output.mean_interval(study.ravel()) for study in studies]

    assert holds(by_replication, 3.2) > 0.85
    assert holds(by_customer, 3.2) < 0.5


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0.5, 20)), min_size=2, max_size=20))
def test_a_ratio_s_interval_is_the_delta_method_s(pairs: list[tuple[float, float]]) -> None:
    top, bottom = np.array(pairs).T

    found = output.ratio_interval(top, bottom)

    ratio = top.sum() / bottom.sum()
    covariance = np.cov(top, bottom)
    variance = covariance[0, 0] - 2 * ratio * covariance[0, 1] + ratio**2 * covariance[1, 1]
    error = math.sqrt(max(0, variance) / len(pairs)) / bottom.mean()
    assert found.estimate == pytest.approx(ratio, abs=1e-9)
    assert found.half_width == pytest.approx(stats.t.ppf(0.975, len(pairs) - 1) * error, abs=1e-6)


def test_a_ratio_of_totals_holds_where_the_mean_of_ratios_is_biased() -> None:
    """Missed out of received: quiet days miss nobody, busy ones many."""
    rng = np.random.default_rng(3)
    received = rng.poisson(rng.choice([2, 60], (1_000, 25)))
    missed = rng.binomial(received, np.where(received > 20, 0.3, 0.0))
    truth = 0.5 * 60 * 0.3 / 31  # totals: nearly all of them come on busy days

    totals = [output.ratio_interval(*study) for study in zip(missed, received, strict=True)]
    daily = [
        output.mean_interval(np.divide(m, r, out=np.full(25, np.nan), where=r > 0))
        for m, r in zip(missed, received, strict=True)
    ]

    assert 0.91 < holds(totals, truth) <= 0.98
    assert holds(daily, truth) < 0.1


def test_a_day_without_customers_weighs_nothing_but_is_counted() -> None:
    found = output.ratio_interval([1, 0, 3], [10, 0, 20])

    assert (found.estimate, found.count) == (pytest.approx(4 / 30), 3)
    assert output.ratio_interval([1, math.nan, 3], [10, 5, 20]).count == 2


def test_unknown_values_are_left_out_and_the_rest_counted() -> None:
    found = output.mean_interval([1.0, math.nan, 3.0])

    assert (found.estimate, found.count) == (2.0, 2)


def test_too_little_data_says_what_is_missing() -> None:
    with pytest.raises(NotEnoughDataError, match="1 replications; at least 2"):
        output.mean_interval([4.0])
    with pytest.raises(NotEnoughDataError):
        output.ratio_interval([0, 0], [0, 0])
    with pytest.raises(NotEnoughDataError):
        output.bootstrap_interval([1], np.mean, np.random.default_rng(1))
    with pytest.raises(ConfigurationError, match="one a numerator"):
        output.ratio_interval([1, 2], [3])
    with pytest.raises(ConfigurationError, match="level"):
        output.mean_interval([1, 2], level=95)


def test_a_percentile_is_taken_within_each_replication() -> None:
    rng = np.random.default_rng(4)
    truth = stats.expon.ppf(0.9)
    found = [
        output.percentile_interval(list(rng.exponential(1, (8, 500))), 0.9) for _ in range(500)
    ]

    assert holds(found, truth) == pytest.approx(0.95, abs=0.05)
    assert output.percentile_interval([[1, 2, 3], [], [3, 4, 5]], 0.5).count == 2


def test_a_bootstrap_over_replications_holds_for_a_pooled_percentile() -> None:
    rng = np.random.default_rng(5)

    def pooled(runs: list[np.ndarray]) -> float:
        return float(np.quantile(np.concatenate(runs), 0.9))

    levels = rng.gamma(20, 1 / 20, (120, 30, 1))
    studies = rng.exponential(1.0, (120, 30, 40)) * levels
    truth = pooled([rng.exponential(1.0, 400_000) * rng.gamma(20, 1 / 20, 400_000)])
    found = [
        output.bootstrap_interval(list(study), pooled, rng, repetitions=200) for study in studies
    ]

    assert holds(found, truth) == about(0.93, 120)


# --- two and more


def test_holm_by_hand() -> None:
    """0.01, 0.04, 0.03, 0.005 (four tests): 4 x 0.005, 3 x 0.01, 2 x 0.03, and 0.04 not below."""
    found = output.holm([0.01, 0.04, 0.03, 0.005])

    assert found == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), max_size=12))
def test_laws_of_holm(p_values: list[float]) -> None:
    found = output.holm(p_values)

    given_p = np.array(p_values)
    assert np.all(found >= given_p - 1e-15)
    assert np.all(found <= np.minimum(1, given_p * len(p_values)) + 1e-12)  # never worse
    order = np.argsort(given_p)
    assert np.all(np.diff(found[order]) >= 0)
    assert np.isnan(output.holm([math.nan, 0.02])).tolist() == [True, False]
    assert output.holm([math.nan, 0.02])[1] == 0.02


def test_holm_keeps_false_alarms_rare_where_bare_p_values_do_not() -> None:
    rng = np.random.default_rng(6)
    bare, adjusted = [], []
    for _ in range(500):
        base = rng.normal(0, 1, 12)
        pairs = {str(n): (base + rng.normal(0, 1, 12), base) for n in range(8)}
        found = output.paired_differences(pairs)
        bare.append(any(one.p < 0.05 for one in found.values()))
        adjusted.append(any(one.p_adjusted < 0.05 for one in found.values()))
        assert all(one.p_adjusted < 0.05 for one in found.values() if one.low > 0 or one.high < 0)

    assert np.mean(bare) > 0.2
    assert np.mean(adjusted) <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 500)


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=3, max_size=20))
def test_a_paired_difference_is_the_paired_t_test(pairs: list[tuple[float, float]]) -> None:
    first, second = np.array(pairs).T
    found = output.paired_difference(first, second)

    if np.ptp(first - second) > 1e-6:
        oracle = stats.ttest_rel(first, second)
        interval = oracle.confidence_interval(0.95)
        assert found.p == pytest.approx(oracle.pvalue, abs=1e-9)
        assert (found.low, found.high) == pytest.approx(tuple(interval), abs=1e-6)


def test_common_luck_narrows_a_difference() -> None:
    rng = np.random.default_rng(7)
    luck = rng.gamma(10, 0.1, 200)
    one, other = 2.0 * luck + rng.normal(0, 0.05, 200), 2.1 * luck + rng.normal(0, 0.05, 200)

    paired = output.paired_difference(one, other)
    unpaired = output.paired_difference(one, rng.permutation(other))

    assert paired.high < 0
    assert unpaired.low < 0 < unpaired.high
    assert (unpaired.high - unpaired.low) > 3 * (paired.high - paired.low)


def test_differences_that_are_all_alike_are_certain() -> None:
    assert output.paired_difference([1, 2, 3], [1, 2, 3]).p == 1.0
    assert output.paired_difference([2, 3, 4], [1, 2, 3]).p == 0.0
    with pytest.raises(ConfigurationError, match="the same replications"):
        output.paired_difference([1, 2], [1, 2, 3])


def test_a_ratio_s_difference_uses_totals() -> None:
    first = output.per_replication([1, 9], [10, 90])
    second = output.per_replication([2, 9], [10, 90])

    assert output.paired_difference(first, second).estimate == pytest.approx(10 / 100 - 11 / 100)


# --- how many runs


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.5, 9)), min_size=2, max_size=20))
def test_running_half_widths_are_those_of_each_beginning(pairs: list[tuple[float, float]]) -> None:
    top, bottom = np.array(pairs).T

    estimates, widths = output.running_half_widths(top, bottom)

    for count in range(2, len(pairs) + 1):
        whole = output.ratio_interval(top[:count], bottom[:count])
        assert estimates[count - 1] == pytest.approx(whole.estimate, abs=1e-9)
        assert widths[count - 1] == pytest.approx(whole.half_width, abs=1e-6)
    plain = output.running_half_widths(top)[1]
    assert plain[-1] == pytest.approx(output.mean_interval(top).half_width, abs=1e-6)


def test_every_metric_has_to_be_precise() -> None:
    rng = np.random.default_rng(8)
    series = {"calm": (rng.normal(100, 1, 60), None), "wild": (rng.normal(100, 60, 60), None)}
    calm, wild = (output.Goal(metric=name, relative=0.05) for name in series)

    assert output.when_precise(series, [calm]).reached
    both = output.when_precise(series, [calm, wild])
    assert not both.stop
    assert len(both.unmet) == 1
    assert "wild ± 5 %" in str(both)


def test_a_lucky_moment_does_not_stop_a_study() -> None:
    """The first ten are alike by luck; the look-ahead of five sees the sixth from there."""
    values = np.array([5.0] * 10 + [50.0, -40.0, 30.0, 5.0, -20.0, 5.0])
    goal = [output.Goal(metric="wait", absolute=1.0)]

    eager = output.when_precise({"wait": (values[:10], None)}, goal, look_ahead_percent=0)
    careful = output.when_precise({"wait": (values, None)}, goal)

    assert (eager.reached, eager.precise_from) == (True, 10)
    assert (careful.stop, careful.reached) == (False, False)


@pytest.mark.parametrize(
    ("percent", "runs", "expected"), [(100, 100, 100), (100, 101, 101), (0, 500, 0), (5, 12, 5)]
)
def test_the_look_ahead_is_that_of_sim_tools(percent: float, runs: int, expected: int) -> None:
    assert expected == look_ahead(runs, percent)


@pytest.mark.parametrize(
    ("half_widths", "further", "expected"),
    [
        ([9, 9, 0.8, 0.4, 0.3], 0, 4),
        ([0.4, 0.3, 0.2, 0.1], 0, 1),
        ([0.8, 0.9, 0.8, 0.7], 0, None),
        ([], 0, None),
        ([9, 9, 0.8, 0.8, 0.3, 0.3, 0.3], 3, None),
        ([9, 9, 0.8, 0.8, 0.3, 0.3, 0.3, 0.3], 3, 5),
    ],
)
def test_the_first_that_stays_is_that_of_sim_tools(
    half_widths: list[float], further: int, expected: int | None
) -> None:
    assert expected == first_that_stays(np.array(half_widths) < 0.5, 1, further)


def test_the_first_number_that_stays_precise_is_reported() -> None:
    rng = np.random.default_rng(9)
    values = rng.normal(10, 3, 200)
    goal = output.Goal(metric="wait", absolute=0.6)

    stop = output.when_precise({"wait": (values, None)}, [goal])

    widths = output.running_half_widths(values)[1]
    assert stop.precise_from is not None
    fine = widths <= 0.6
    assert fine[stop.precise_from - 1 : stop.precise_from + 5].all()
    assert not any(fine[count - 1 : count + 5].all() for count in range(10, stop.precise_from))
    assert "precise enough from" in str(stop)


def test_the_limit_stops_a_study_and_says_so() -> None:
    values = np.random.default_rng(10).normal(0, 1, 40)
    stop = output.when_precise(
        {"wait": (values, None)}, [output.Goal(metric="wait", relative=0.01)], most=40
    )

    assert (stop.stop, stop.reached, stop.precise_from) == (True, False, None)
    assert str(stop).startswith("stopped by the limit of 40 replications; lacking: wait ± 1 %")


def test_near_zero_an_absolute_half_width_suffices() -> None:
    values = np.random.default_rng(11).normal(0, 0.1, 60)
    goal = output.Goal(metric="away", relative=0.1, absolute=0.05)

    assert output.when_precise({"away": (values, None)}, [goal]).reached


def test_unknown_values_never_count_as_precise() -> None:
    stop = output.when_precise(
        {"wait": (np.full(40, math.nan), None)}, [output.Goal(metric="wait", absolute=1)]
    )

    assert not stop.reached


def test_goals_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="relative=, absolute= or both"):
        output.Goal(metric="wait")
    with pytest.raises(ConfigurationError, match="did you mean 'wait'"):
        output.when_precise({"wait": ([1], None)}, [output.Goal(metric="wiat", absolute=1)])
    with pytest.raises(ConfigurationError, match="goals"):
        output.when_precise({"wait": ([1], None)}, [])
