"""Recorded enquiries: read as they are, or every fault of the table at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError
from line_sim.scenario import RecordedEnquiry, read_recorded, write_recorded
from line_sim.scenario.recorded import parse_recorded

if TYPE_CHECKING:
    from pathlib import Path

START = dt.datetime(2026, 11, 2)  # noqa: DTZ001 - local
seconds = st.none() | st.floats(0.5, 1e5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.builds(
            RecordedEnquiry,
            at_s=st.floats(0, 1e6),
            visitor_class=st.none() | st.sampled_from(["order", "a, b", 'c "d"']),
            customer=st.none() | st.sampled_from(["x", "y"]),
            handling_s=seconds,
            waited_s=st.floats(0, 100.0),
            gave_up=st.booleans(),
        ),
        max_size=6,
    )
)
def test_writing_and_reading_is_the_identity(
    tmp_path: Path, enquiries: list[RecordedEnquiry]
) -> None:
    write_recorded(enquiries, tmp_path / "day.csv", force=True)

    assert list(read_recorded(tmp_path / "day.csv").enquiries) == enquiries


def test_arrivals_may_be_dates() -> None:
    text = "arrival,class,patience_s\n2026-11-02 00:01:30.5,order,\n2026-11-03T00:00,,60\n"

    enquiries, faults, lines = parse_recorded(text, START)

    assert faults == []
    assert lines == (2, 3)
    assert [each.at_s for each in enquiries] == [90.5, 86400.0]
    assert [each.patience_s for each in enquiries] == [None, 60.0]


def test_all_bad_cells_are_named() -> None:
    text = """arrival_s,handling_s,patience_s,waited_s,gave_up
x,60,,,
1,-5,,,
2,60,1,2,
3,60,,,yes
4,60,,1,perhaps
,60,,,
5,60
"""
    _, faults, _ = parse_recorded(text, START)

    assert [fault.where for fault in faults] == [
        "line 8",
        "line 2, arrival_s",
        "line 3, handling_s",
        "line 4, patience_s",
        "line 5, gave_up",
        "line 6, gave_up",
        "line 7, arrival_s",
    ]


def test_a_table_without_arrivals_says_so() -> None:
    _, faults, _ = parse_recorded("class\norder\n", START)

    assert [fault.given for fault in faults] == ["no arrival"]


def test_dates_need_a_start(tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    file.write_text("arrival\n2026-11-02 09:00\n")

    with pytest.raises(ConfigurationError, match="a start to count from"):
        read_recorded(file)
