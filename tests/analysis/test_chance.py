"""The chance baseline: its known noise floor, its laws, and cousins it must tell apart."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.analysis import chance, indices
from line_sim.errors import ConfigurationError


def everybody(decisions: int, members: int = 10) -> np.ndarray:
    return np.ones((decisions, members), bool)


def band_of(index, staff, eligible, repetitions=400, seed=1):  # noqa: ANN001, ANN201
    def statistic(runs: np.ndarray) -> np.ndarray:
        return index(chance.tally(runs, eligible.shape[1]))

    rng = np.random.default_rng(seed)
    return chance.chance_band(staff, eligible, statistic, repetitions, rng)


def lopsided(counts: np.ndarray) -> np.ndarray:
    return counts.max(axis=-1) / np.maximum(counts.min(axis=-1), 1)


@pytest.mark.parametrize(
    ("each", "gini", "jain", "cv", "most_to_least"),
    [
        (5, 0.226, 0.850, 0.44, 5.5),
        (10, 0.161, 0.918, 0.31, 3.1),
        (20, 0.112, 0.958, 0.22, 2.1),
        (50, 0.072, 0.983, 0.14, 1.6),
        (200, 0.036, 0.996, 0.07, 1.25),
    ],
)
def test_the_noise_floor_of_ten_members(
    *, each: int, gini: float, jain: float, cv: float, most_to_least: float
) -> None:
    """Four standard errors of 1,000 draws, beside the rounding of the printed digit.

    The printed CV is that of a sample, with n - 1 of 10 members.
    """
    eligible = everybody(10 * each)
    counts = chance.tally(chance.draws(eligible, 1_000, np.random.default_rng(7)), 10)
    table = [
        (indices.gini(counts), gini, 0.0005),
        (indices.jain(counts), jain, 0.0005),
        (indices.coefficient_of_variation(counts) * math.sqrt(10 / 9), cv, 0.005),
        (lopsided(counts), most_to_least, 0.05 if each > 5 else 0.5),
    ]

    for values, printed, rounding in table:
        error = 4 * values.std() / math.sqrt(len(values)) + rounding
        assert float(values.mean()) == pytest.approx(printed, abs=error)


def test_the_band_of_a_fair_draw_holds_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    eligible = rng.random((60, 5)) < 0.7
    eligible[np.arange(60), rng.integers(0, 5, 60)] = True

    fair = chance.draws(eligible, 200, rng)
    outside = [
        band_of(indices.coefficient_of_variation, run, eligible, 200).outside for run in fair
    ]

    # binomial with 5 %, within 4 standard errors; counts are whole numbers, so often fewer
    assert 0.005 <= np.mean(np.abs(outside)) <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 200)


def test_three_kinds_of_routing_are_told_apart() -> None:
    eligible = everybody(200)
    rng = np.random.default_rng(5)
    taking_turns = np.arange(200) % 10
    favourites = rng.choice(10, 200, p=np.arange(1, 11) / 55)
    at_random = rng.integers(0, 10, 200)

    found = [
        band_of(indices.gini, staff, eligible) for staff in (taking_turns, favourites, at_random)
    ]

    assert [-1, 1, 0] == [int(band.outside) for band in found]
    assert float(found[1].excess) == pytest.approx(
        float(found[1].observed) - float(found[1].expected)
    )


def test_unequal_opportunity_is_not_called_unfair() -> None:
    """The same counts: unfair if all could always, chance if half were seldom there."""
    rng = np.random.default_rng(11)
    eligible = everybody(400)
    eligible[rng.random(400) < 0.7, 5:] = False
    staff = chance.draws(eligible, 1, rng)[0]

    assert int(band_of(indices.gini, staff, eligible).outside) == 0
    assert int(band_of(indices.gini, staff, everybody(400)).outside) == 1


@given(
    st.integers(1, 40).flatmap(
        lambda n: st.lists(
            st.lists(st.booleans(), min_size=4, max_size=4).filter(any), min_size=n, max_size=n
        )
    ),
    st.integers(0, 99),
)
def test_draws_take_only_the_eligible_and_one_a_decision(
    table: list[list[bool]], seed: int
) -> None:
    eligible = np.array(table)

    runs = chance.draws(eligible, 20, np.random.default_rng(seed))
    counts = chance.tally(runs, 4)

    assert runs.shape == (20, len(eligible))
    assert eligible[np.arange(len(eligible)), runs].all()
    assert (counts.sum(axis=1) == len(eligible)).all()
    alone = eligible.sum(axis=1) == 1
    assert (runs[:, alone] == eligible[alone].argmax(axis=1)).all()


def test_draws_are_uniform_over_the_eligible() -> None:
    eligible = np.array([[True, False, True, True]])

    runs = chance.draws(eligible, 30_000, np.random.default_rng(2))

    shares = chance.tally(runs.T, 4)[0] / 30_000
    assert shares == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3], abs=4 * math.sqrt(2 / 9 / 30_000))


def test_the_same_seed_gives_the_same_band_however_it_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    staff, eligible = np.arange(50) % 3, everybody(50, 3)
    whole = band_of(indices.gini, staff, eligible, 37)
    monkeypatch.setattr(chance, "_AT_ONCE", 10 * eligible.size)
    in_parts = band_of(indices.gini, staff, eligible, 37)

    assert whole.expected == pytest.approx(in_parts.expected)
    assert (whole.low, whole.high) == (in_parts.low, in_parts.high)
    assert band_of(indices.gini, staff, eligible, 37, seed=2).expected != whole.expected


def turns_by_hand(staff: list[int], eligible: np.ndarray) -> tuple[list[int], list[int]]:
    """Both counts, decision by decision, as a person with a pencil would."""
    members = eligible.shape[1]
    last, over, row, worst = [-1] * members, [0] * members, [0] * members, [0] * members
    for number, chosen in enumerate(staff):
        for member in range(members):
            over[member] += bool(eligible[number, member]) and last[member] < last[chosen]
            row[member] = 0 if member == chosen else row[member] + bool(eligible[number, member])
            worst[member] = max(worst[member], row[member])
        last[chosen] = number
    return over, worst


@given(st.data())
def test_turns_are_counted_as_by_hand(data: st.DataObject) -> None:
    members, decisions = data.draw(st.integers(1, 5)), data.draw(st.integers(0, 25))
    staff = data.draw(st.lists(st.integers(0, members - 1), min_size=decisions, max_size=decisions))
    eligible = np.array(
        data.draw(
            st.lists(
                st.lists(st.booleans(), min_size=members, max_size=members),
                min_size=decisions, max_size=decisions,
            )
        ), bool
    ).reshape(decisions, members)  # fmt: skip
    eligible[np.arange(decisions), staff] = True
    chosen = np.array(staff, np.int64)

    over, worst = turns_by_hand(staff, eligible)

    assert over == chance.passed_over(chosen, eligible).tolist()
    assert worst == chance.longest_gap(chosen, eligible).tolist()
    both = np.stack([chosen, chosen])
    assert [over, over] == chance.passed_over(both, eligible).tolist()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_serving_the_longest_unserved_passes_nobody_over(order: tuple[int, ...]) -> None:
    staff = np.array(order * 20)

    assert [0, 0, 0] == chance.passed_over(staff, everybody(60, 3)).tolist()
    assert max(chance.longest_gap(staff, everybody(60, 3))) == 2


def test_a_favourite_passes_the_others_over() -> None:
    """Ten decisions, all to member 0: from the second on the others' turn was skipped."""
    staff = np.zeros(10, np.int64)

    assert [0, 9, 9] == chance.passed_over(staff, everybody(10, 3)).tolist()
    assert [0, 10, 10] == chance.longest_gap(staff, everybody(10, 3)).tolist()


def test_tables_that_do_not_fit_are_refused() -> None:
    eligible = everybody(3, 2)
    eligible[1, 0] = False

    with pytest.raises(ConfigurationError, match=r"eligible\[1\]: False for member 0"):
        band_of(indices.gini, np.zeros(3, np.int64), eligible)
    with pytest.raises(ConfigurationError, match="decisions x members"):
        band_of(indices.gini, np.zeros(4, np.int64), eligible)
    with pytest.raises(ConfigurationError, match="repetitions"):
        band_of(indices.gini, np.ones(3, np.int64), eligible, repetitions=0)
