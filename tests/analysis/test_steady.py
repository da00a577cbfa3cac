"""The start of a long run is found, and the rest gets an interval that holds."""

import math

import numpy as np
import pytest
from scipy import signal

from line_sim.analysis import output
from line_sim.errors import NotEnoughDataError


def autoregressive(
    rng: np.random.Generator, runs: int, length: int, phi: float, start: float = 0.0
) -> np.ndarray:
    """AR(1) around 0 with unit noise, each value `phi` of the last, beginning at `start`."""
    noise = rng.normal(0, 1, (runs, length))
    return signal.lfilter([1], [1, -phi], noise, axis=1) + start * phi ** np.arange(1, length + 1)


def test_the_interval_of_a_correlated_run_holds_where_the_naive_one_does_not() -> None:
    runs = autoregressive(np.random.default_rng(1), 300, 4_000, 0.9)

    steady = [output.steady_interval(run).interval for run in runs]
    naive = [output.mean_interval(run) for run in runs]

    def holds(intervals: list[output.Interval]) -> float:
        return float(np.mean([one.low <= 0 <= one.high for one in intervals]))

    assert 0.9 <= holds(steady) <= 0.985
    assert holds(naive) < 0.5


def test_a_bad_start_is_cut_and_no_start_is_left_alone() -> None:
    rng = np.random.default_rng(2)
    clean = autoregressive(rng, 50, 2_000, 0.9)
    started = autoregressive(rng, 50, 2_000, 0.99, start=60)

    cuts = [output.mser5(run) for run in started]

    assert np.median([cut.observations for cut in cuts]) > 100
    assert np.median([output.mser5(run).observations for run in clean]) < 200
    left = np.mean([run[cut.observations :].mean() for run, cut in zip(started, cuts, strict=True)])
    assert abs(left) < 0.5 * abs(started.mean())


def mser5_by_definition(series: np.ndarray) -> int:
    batches = series[: len(series) // 5 * 5].reshape(-1, 5).mean(axis=1)
    errors = [
        ((batches[start:] - batches[start:].mean()) ** 2).sum() / (len(batches) - start) ** 2
        for start in range(len(batches) - 4)
    ]
    return 5 * int(np.argmin(errors))


@pytest.mark.parametrize("seed", range(6))
def test_mser5_is_its_definition(seed: int) -> None:
    run = autoregressive(np.random.default_rng(seed), 1, 503, 0.8, start=20)[0] + 1e6

    assert output.mser5(run).observations == mser5_by_definition(run)


def test_a_run_that_never_settles_says_so() -> None:
    """Level for the first 80 %, then somewhere else for good."""
    rng = np.random.default_rng(3)
    run = rng.normal(0, 1, 1_000) + 50 * (np.arange(1_000) >= 800)

    cut = output.mser5(run)

    assert cut.observations >= 800
    assert not cut.settled
    assert "of 1,000 observations cut: the run is too short to tell" in str(cut)
    assert "too short" not in str(output.mser5(run[:800]))


def test_batches_that_hang_together_are_reported() -> None:
    rng = np.random.default_rng(4)

    def correlation(length: int) -> float:
        runs = autoregressive(rng, 20, length, 0.98)
        settled = [run for run in runs if output.mser5(run).settled]
        return float(np.mean([output.steady_interval(run).correlation for run in settled]))

    assert abs(correlation(40_000)) < 0.15
    assert correlation(800) > 0.3
    assert math.isnan(output.steady_interval(np.ones(400)).correlation)


def test_too_short_a_run_is_refused() -> None:
    with pytest.raises(NotEnoughDataError, match="49 observations; at least 50"):
        output.mser5(np.zeros(49))
    with pytest.raises(NotEnoughDataError, match="20 batches"):
        output.steady_interval(np.random.default_rng(1).normal(size=150))
    with pytest.raises(NotEnoughDataError, match="1 replications"):
        output.startup_length(np.zeros((1, 50)))


@pytest.mark.parametrize("scale", [20, 60])
def test_the_start_up_effect_is_as_long_as_it_takes_to_come_within_tolerance(scale: int) -> None:
    """Level 100, starting from 0, exponentially: within 5 % after 3 time constants."""
    rng = np.random.default_rng(5)
    curve = 100 * (1 - np.exp(-np.arange(1_000) / scale))

    length = output.startup_length(curve + rng.normal(0, 5, (40, 1_000)))

    assert length == pytest.approx(scale * math.log(20), rel=0.15)


def test_a_run_without_start_up_effect_has_none_and_an_endless_one_no_end() -> None:
    rng = np.random.default_rng(6)

    assert output.startup_length(rng.normal(100, 5, (20, 400))) == 0
    assert output.startup_length(np.linspace(0, 100, 400) + rng.normal(0, 1, (20, 400))) is None
