"""When visitors write: Poisson where it should be, more variable where it should be."""

import datetime as dt
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError
from line_sim.scenario.behaviour import Campaign, ConstantRate, Customers, ListedTimes, Profile
from line_sim.scenario.config import Scenario
from line_sim.world.arrivals import DAY, HOUR, after_broadcast, by_rate, piecewise, sources
from line_sim.world.streams import Streams

MONDAY = dt.datetime(2026, 11, 2)  # noqa: DTZ001 - local to the scenario's offset
MORNING = tuple(0.0 if hour < 9 or hour >= 17 else 40.0 + 10 * (hour % 3) for hour in range(24))


def chi_square(observed: np.ndarray, expected: np.ndarray) -> float:
    """Standardised: about normal for many cells."""
    cells = len(observed)
    return float((((observed - expected) ** 2 / expected).sum() - cells) / math.sqrt(2 * cells))


def test_counts_in_hours_are_poisson_with_the_profiles_rate() -> None:
    profile = Profile(per_hour={"every_day": MORNING})
    days = 200
    at = by_rate(profile, "shop", MONDAY, days * DAY, Streams(1))
    counts = np.histogram(at, bins=np.arange(days * 24 + 1) * HOUR)[0].reshape(days, 24)
    busy = np.flatnonzero(MORNING)
    rates = np.array(MORNING)[busy]

    assert counts.sum() == len(at)
    assert not counts[:, MORNING.index(0.0)].any()
    assert abs(chi_square(counts[:, busy].sum(axis=0), days * rates)) < 4
    # variance / mean is 1; its standard error over n counts is sqrt(2 / n)
    dispersion = (counts[:, busy].var(axis=0, ddof=1) / rates).mean()
    assert dispersion == pytest.approx(1, abs=4 * math.sqrt(2 / (days * len(busy))))


def test_hours_of_a_day_are_not_correlated_without_a_day_factor() -> None:
    at = by_rate(ConstantRate(per_hour=50.0), "shop", MONDAY, 400 * DAY, Streams(2))
    counts = np.histogram(at, bins=np.arange(800 + 1) * DAY // 2)[0].reshape(400, 2)

    assert abs(np.corrcoef(counts.T)[0, 1]) < 4 / math.sqrt(400)


def test_gaps_at_a_constant_rate_are_exponential() -> None:
    at = by_rate(ConstantRate(per_hour=3600.0), "shop", MONDAY, DAY, Streams(3))
    gaps = np.sort(np.diff(at)) / 1e6
    steps = np.arange(1, len(gaps) + 1) / len(gaps)

    # 2.23 / sqrt(n): the 99.99 % point of Kolmogorov's distance
    assert np.abs(-np.expm1(-gaps) - steps).max() < 2.23 / math.sqrt(len(gaps))


@given(
    rates=st.lists(st.floats(0, 500), min_size=1, max_size=6),
    widths=st.lists(st.integers(0, 10 * HOUR), min_size=6, max_size=6),
    seed=st.integers(0, 100),
)
def test_arrivals_are_sorted_and_fall_only_where_there_is_a_rate(
    rates: list[float], widths: list[int], seed: int
) -> None:
    edges = np.concatenate(([0], np.cumsum(widths[: len(rates)])))
    at = piecewise(edges, np.array(rates), np.random.default_rng(seed))
    piece = np.searchsorted(edges, at, side="right") - 1

    assert np.all(np.diff(at) >= 0)
    assert np.all((at >= 0) & (at < max(edges[-1], 1)))
    assert np.all(np.array(rates)[piece] > 0)


@pytest.mark.parametrize("shape", [10.0, 28.7])
def test_a_day_factor_makes_days_more_variable_by_one_over_its_shape(shape: float) -> None:
    days, mean = 2000, 240.0
    arrivals = ConstantRate(per_hour=10.0, day_factor_shape=shape)
    at = by_rate(arrivals, "shop", MONDAY, days * DAY, Streams(5))
    counts = np.bincount(at // DAY, minlength=days)
    squared_cv = 1 / mean + 1 / shape

    assert counts.mean() == pytest.approx(mean, abs=4 * mean * math.sqrt(squared_cv / days))
    # a variance of nearly gamma counts is known to about sqrt((2 + 6 / shape) / days)
    allowed = 4 * math.sqrt((2 + 6 / shape) / days)
    assert counts.var() / mean**2 == pytest.approx(squared_cv, rel=allowed)


def test_a_day_keeps_its_arrivals_whatever_comes_after_it() -> None:
    arrivals = ConstantRate(per_hour=20.0, day_factor_shape=10.0)
    short = by_rate(arrivals, "shop", MONDAY, 2 * DAY, Streams(1))
    long = by_rate(arrivals, "shop", MONDAY, 5 * DAY, Streams(1))

    assert short.tolist() == long[: len(short)].tolist()


def test_the_clock_of_a_profile_is_local_and_begins_within_a_day() -> None:
    lunch = tuple(600.0 if hour == 12 else 0.0 for hour in range(24))
    start = MONDAY + dt.timedelta(hours=9, minutes=30)
    at = by_rate(Profile(per_hour={"mon": lunch}), "shop", start, DAY, Streams(1))

    assert at.min() >= 2.5 * HOUR
    assert at.max() < 3.5 * HOUR
    assert len(at) == pytest.approx(600, abs=100)


@pytest.mark.parametrize(
    ("date", "rate"),
    [
        (dt.date(2026, 11, 2), 1.0),
        (dt.date(2026, 11, 3), 2.0),
        (dt.date(2026, 11, 7), 3.0),
        (dt.date(2026, 11, 8), 4.0),
        (dt.date(2026, 11, 10), 5.0),
    ],
)
def test_a_special_date_beats_a_day_beats_the_kind_of_day_beats_every_day(
    date: dt.date, rate: float
) -> None:
    profile = Profile(
        per_hour={"every_day": (4.0,), "weekday": (2.0,), "mon": (1.0,), "sat": (3.0,)},
        special_dates={dt.date(2026, 11, 10): (5.0,)},
    )

    assert profile.rates(date) == (rate,)


def test_a_broadcast_brings_a_rush_an_afternoon_and_a_trickle() -> None:
    campaign = Campaign(
        name="sale",
        channel="shop",
        at=MONDAY + dt.timedelta(hours=10),
        audience=1_000_000,
        writes=0.05,
    )
    at = after_broadcast(campaign, MONDAY, 3 * DAY, Streams(1))
    after = at - 10 * HOUR
    opens = 1_000_000 * 0.6 * 0.05

    assert after.min() >= 1
    for low, high, share in ((0, 6 * HOUR, 0.5), (6 * HOUR, DAY, 0.3), (DAY, 3 * DAY, 0.0)):
        found = np.count_nonzero((after >= low) & (after < high))
        assert found == pytest.approx(opens * share, abs=4 * math.sqrt(opens * share))
    within_minutes = np.count_nonzero(after < 300_000_000)
    expected = opens * (0.2 * -math.expm1(-1) + 0.3 * 300 / 21_600)
    assert within_minutes == pytest.approx(expected, abs=4 * math.sqrt(expected))


def test_a_broadcast_before_the_start_still_brings_its_rest() -> None:
    campaign = Campaign(
        name="sale", channel="shop", at=MONDAY - dt.timedelta(hours=2), audience=1_000_000
    )
    at = after_broadcast(campaign, MONDAY, DAY, Streams(1))
    expected = 1_000_000 * 0.6 * 0.03 * (0.3 * 4 / 6 + 0.3)

    assert at.min() >= 0
    assert len(at) == pytest.approx(expected, abs=4 * math.sqrt(expected))


def test_listed_times_come_sorted_and_none_after_the_end(shop: Callable[..., Scenario]) -> None:
    arrivals = {"shop": ListedTimes(at_s=(5.5, 0.25, 86_400.0, 90_000.0))}
    setup = shop().desk_setup()
    (source,) = sources(setup, Customers(arrivals=arrivals), DAY, Streams(1))

    assert source.at.tolist() == [250_000, 5_500_000]


def test_faults_of_a_profile_name_the_day_and_the_hour() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Profile(per_hour={"monday": (1.0,), "tue": (1.0, -1.0), "wed": (1.0,) * 7})

    assert ["per_hour", "per_hour.tue[1]", "per_hour.wed"] == [
        fault.where for fault in refused.value.faults
    ]
    assert "'mon'" in str(refused.value)
