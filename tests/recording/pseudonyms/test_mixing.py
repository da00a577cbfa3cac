"""Permutations: nobody shares a stand-in, nobody is one's own, and each key has others."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.recording.pseudonyms.mixing import LONE, Mixer

KEY = bytes(range(32))
MIXER = Mixer(KEY)
SMALL = ((2,), (5,), (26,), (2, 2), (3, 5), (5, 3, 2), (10, 10, 10), (2, 3, 2, 3, 2))
RADICES = st.lists(st.integers(2, 21_000), min_size=1, max_size=20)


def rows(radices: tuple[int, ...]) -> list[list[int]]:
    return [list(row) for row in itertools.product(*map(range, radices))]


@pytest.mark.parametrize("radices", SMALL, ids=str)
def test_all_rows_of_a_small_size_change_places(radices: tuple[int, ...]) -> None:
    mixed = [MIXER.mixed(b"t", row, list(radices)) for row in rows(radices)]

    assert sorted(mixed) == rows(radices)
    assert all(one != other for one, other in zip(mixed, rows(radices), strict=True))


@pytest.mark.parametrize("radices", SMALL, ids=str)
def test_from_any_row_on_all_others_come_by_before_it_again(radices: tuple[int, ...]) -> None:
    first = row = rows(radices)[0]
    seen = 0
    while (row := MIXER.mixed(b"t", row, list(radices))) != first:
        seen += 1

    assert seen == len(rows(radices)) - 1


@given(radices=RADICES, data=st.data())
def test_rows_stay_within_their_bounds_and_two_never_meet(
    radices: list[int], data: st.DataObject
) -> None:
    row, other = ([data.draw(st.integers(0, radix - 1)) for radix in radices] for _ in range(2))
    mixed = MIXER.mixed(b"t", row, radices)

    assert all(0 <= number < radix for number, radix in zip(mixed, radices, strict=True))
    assert mixed == MIXER.mixed(b"t", row, radices)
    assert (mixed == MIXER.mixed(b"t", other, radices)) is (row == other)


def test_key_and_tweak_choose_the_permutation() -> None:
    radices = [26] * 12
    row = list(range(12))

    found = {
        tuple(mixer.mixed(tweak, row, radices))
        for mixer in (MIXER, Mixer(bytes(range(1, 33))))
        for tweak in (b"a", b"b")
    }
    assert len(found) == 4


def test_both_sides_of_the_bound_are_permutations() -> None:
    below, above = [10] * 9, [10] * 10
    assert 10**9 < LONE < 10**10

    for radices in (below, above):
        near = [[0] * (len(radices) - 2) + [one, two] for one in range(10) for two in range(10)]
        assert len({tuple(MIXER.mixed(b"t", row, radices)) for row in near}) == 100


def test_a_change_of_one_number_changes_all_of_them_about_as_often_as_not() -> None:
    radices = [1_000] * 8
    mixed = [MIXER.mixed(b"t", [last, *[7] * 7], radices) for last in range(200)]

    for place in range(8):
        assert len({row[place] for row in mixed}) > 150


@given(data=st.binary(max_size=40), radices=RADICES)
def test_a_draw_is_within_its_bounds_and_the_same_again(data: bytes, radices: list[int]) -> None:
    drawn = MIXER.drawn(data, radices)

    assert all(0 <= number < radix for number, radix in zip(drawn, radices, strict=True))
    assert drawn == Mixer(KEY).drawn(data, radices)
