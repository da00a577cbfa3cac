"""What waits to be put in order comes back in order of time, from memory and from a file."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from line_sim.recording.importers import spool
from line_sim.recording.importers.spool import START_US, Spool

if TYPE_CHECKING:
    import pytest

TIMES = st.lists(
    st.tuples(st.none() | st.integers(0, 10**6), st.none() | st.floats(0, 1_000), st.booleans()),
    min_size=1,
    max_size=12,
)


def filled(times: list[tuple[int | None, float | None, bool]]) -> list[tuple[int, tuple[str, int]]]:
    with Spool() as kept:
        for number, (at_ms, after_ms, ends) in enumerate(times):
            kept.add(at_ms, ("begin", number))
            if ends:
                kept.add_end(after_ms, ("end", number))
        return list(kept.in_order())


@given(times=TIMES)
def test_nothing_is_lost_and_all_is_in_order(
    times: list[tuple[int | None, float | None, bool]],
) -> None:
    found = filled(times)

    places = {record: place for place, (_, record) in enumerate(found)}
    when = {record: at_us for at_us, record in found}
    assert len(times) + sum(ends for _, _, ends in times) == len(found) == len(places)
    assert all(a[0] <= b[0] for a, b in pairwise(found))
    for number, (at_ms, after_ms, ends) in enumerate(times):
        if at_ms is not None:
            assert at_ms * 1_000 == when["begin", number]
        if ends:
            assert places["begin", number] < places["end", number]
            took_us = round((after_ms or 0) * 1e3)
            assert took_us == when["end", number] - when["begin", number]


def test_what_has_no_time_follows_what_stands_before() -> None:
    found = filled([(5, None, False), (None, None, False), (1, None, False), (None, None, False)])

    assert [(1_000, 2), (2_000, 3), (5_000, 0), (6_000, 1)] == [
        (at_us, record[1]) for at_us, record in found
    ]


def test_what_has_no_time_at_the_start_comes_just_before_the_first_that_has() -> None:
    assert [8_000, 9_000, 10_000] == [
        at_us for at_us, _ in filled([(None, None, False), (None, None, False), (10, None, False)])
    ]


def test_where_nothing_has_a_time_things_are_a_second_apart() -> None:
    assert [START_US, START_US + 1_000_000] == [
        at_us for at_us, _ in filled([(None, None, False), (None, None, False)])
    ]


def test_a_file_without_a_name_does_what_memory_does(monkeypatch: pytest.MonkeyPatch) -> None:
    times = [(number % 7, None, True) for number in range(50)]
    in_memory = filled(times)
    monkeypatch.setattr(spool, "IN_MEMORY_BYTES", 100)

    assert in_memory == filled(times)
