"""Named streams: what each depends on, and what it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError
from line_sim.world.streams import Streams

NAMES = st.lists(st.text(st.characters(exclude_characters="\x1f"), max_size=5), max_size=3)


@given(st.integers(0, 2**80), st.integers(0, 1000), NAMES)
def test_a_stream_is_a_function_of_seed_replication_and_name(
    seed: int, replication: int, names: list[str]
) -> None:
    first, second = (Streams(seed, replication).of(*names).random(4) for _ in range(2))

    assert first.tolist() == second.tolist()


@given(NAMES, NAMES)
def test_streams_of_different_names_differ(some: list[str], others: list[str]) -> None:
    streams = Streams(1)
    same = streams.of(*some).random(4).tolist() == streams.of(*others).random(4).tolist()

    # no name and one empty name are spelled alike
    assert same == ((some or [""]) == (others or [""]))


def test_another_seed_and_another_replication_are_other_luck() -> None:
    drawn = {
        Streams(seed, replication).of("work").integers(2**62)
        for seed in range(20)
        for replication in range(20)
    }

    assert len(drawn) == 400


def test_streams_are_not_correlated() -> None:
    size, streams = 1000, 40
    numbers = np.stack([Streams(7).of("member", n).random(size) for n in range(streams)])
    correlations = np.corrcoef(numbers)[np.triu_indices(streams, 1)]

    # the largest of 780 correlations of independent streams stays below 4.5 standard errors
    assert np.abs(correlations).max() < 4.5 / np.sqrt(size)


def test_a_stream_stays_the_same_from_version_to_version() -> None:
    """Frozen: a change here changes every seed's world, which the changelog must say."""
    found = Streams(1).of("arrivals", "shop", "2026-11-02").integers(0, 1000, 5)

    assert found.tolist() == [246, 903, 758, 555, 984]


def test_a_seed_below_nought_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="seed: -1; a whole number of at least 0"):
        Streams(-1)
