"""Rosters: calendars become intervals on the run's clock, and bad lines are all named."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from line_sim.errors import OutputExistsError, RosterError
from line_sim.scenario import Planned, Roster, Shift, read_roster, write_roster
from line_sim.scenario.rosters import parse_roster
from line_sim.scenario.shifts import overlaps, planned_shifts

from .strategies import shifts_of_a_day

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = dt.datetime(2026, 11, 2)  # noqa: DTZ001 - local
HOUR = 3_600_000_000
DAY = 24 * HOUR


def planned(*shifts: Shift, until: int = DAY, holidays: tuple[dt.date, ...] = ()) -> list[Planned]:
    roster = Roster(shifts=shifts, holidays=holidays)
    return list(planned_shifts(roster, ["Anong"], MONDAY, until)["Anong"])


def shift(**fields: object) -> Shift:
    return Shift(**{"member": "Anong", "days": ("mon",), **fields})  # type: ignore[arg-type]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(shifts_of_a_day, max_size=5))
def test_writing_and_reading_is_the_identity(tmp_path: Path, shifts: list[Shift]) -> None:
    write_roster(shifts, tmp_path / "roster.csv", force=True)
    days = [
        Shift(
            member=each.member,
            date=each.date,
            days=tuple(sorted(each.days, key="mon tue wed thu fri sat sun".index)),  # type: ignore[arg-type]
            start=each.start,
            end=each.end,
            breaks=each.breaks,
        )
        for each in shifts
        if not each.member.startswith("#")
    ]

    assert list(read_roster(tmp_path / "roster.csv")) == days


def test_a_shift_is_on_the_clock_of_the_run() -> None:
    found = planned(shift(start="09:00", end="18:00", breaks=(("12:00", "13:00"),)))

    assert found == [Planned(9 * HOUR, 18 * HOUR, ((12 * HOUR, 13 * HOUR),))]


def test_a_night_shift_of_the_day_before_is_cut_at_the_start() -> None:
    night = shift(days=("sun", "mon"), start="22:00", end="06:00", breaks=(("00:30", "01:00"),))

    assert planned(night) == [
        Planned(0, 6 * HOUR, ((HOUR // 2, HOUR),)),
        Planned(22 * HOUR, 30 * HOUR, ((24 * HOUR + HOUR // 2, 25 * HOUR),)),
    ]


def test_a_break_up_to_midnight_belongs_to_its_night() -> None:
    (found,) = planned(shift(start="20:45", end="02:15", breaks=(("23:30", "00:00"),)))

    assert found.breaks == ((23 * HOUR + HOUR // 2, 24 * HOUR),)


def test_equal_times_are_24_hours_and_24_00_is_midnight() -> None:
    assert planned(shift(start="08:00", end="08:00")) == [Planned(8 * HOUR, 32 * HOUR)]
    assert planned(shift(start="08:00", end="24:00")) == [Planned(8 * HOUR, 24 * HOUR)]


def test_a_dated_line_takes_the_place_of_weekly_ones() -> None:
    weekly = shift(start="09:00", end="18:00")
    dated = shift(days=(), date=MONDAY.date(), start="10:00", end="11:00")

    assert planned(weekly, dated) == [Planned(10 * HOUR, 11 * HOUR)]
    assert planned(weekly, shift(days=(), date=MONDAY.date())) == []


def test_on_holidays_only_dated_lines_hold() -> None:
    weekly = shift(start="09:00", end="18:00")
    dated = shift(days=(), date=MONDAY.date(), start="10:00", end="11:00")
    holidays = (MONDAY.date(),)

    assert planned(weekly, holidays=holidays) == []
    assert planned(weekly, dated, holidays=holidays) == [Planned(10 * HOUR, 11 * HOUR)]


def test_without_a_line_everybody_is_on_shift_throughout() -> None:
    assert planned() == [Planned(0, DAY)]


def test_shifts_that_touch_are_one() -> None:
    morning, evening = shift(start="09:00", end="12:00"), shift(start="12:00", end="18:00")

    assert planned(evening, morning) == [Planned(9 * HOUR, 18 * HOUR)]
    assert overlaps(Roster(shifts=(evening, morning)), MONDAY, DAY) == []


def test_shifts_that_overlap_are_named_once() -> None:
    first, second = (
        shift(start="22:00", end="06:00"),
        shift(days=("tue",), start="05:00", end="09:00"),
    )

    assert overlaps(Roster(shifts=(first, second)), MONDAY, 20 * DAY) == [(0, 1)]


@given(
    st.lists(st.tuples(st.integers(0, 47), st.integers(1, 48)), min_size=1, max_size=1),
    st.sets(st.integers(0, 6), min_size=1),
)
def test_planned_hours_are_those_of_the_roster(
    spans: list[tuple[int, int]], weekdays: set[int]
) -> None:
    ((start, length),) = spans
    end = (start + length) % 48
    line = shift(
        days=tuple(
            ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day] for day in sorted(weekdays)
        ),
        start=f"{start // 2:02d}:{start % 2 * 30:02d}",
        end=f"{end // 2:02d}:{end % 2 * 30:02d}",
    )
    week = planned(line, until=60 * DAY)

    inside = sum(
        min(each.end_us, 49 * DAY) - max(each.start_us, 7 * DAY)
        for each in week
        if each.end_us > 7 * DAY and each.start_us < 49 * DAY
    )

    assert inside == 6 * len(weekdays) * length * HOUR // 2


def test_all_bad_cells_are_named_with_their_lines() -> None:
    text = """member,date,days,start,end,break_start,break_end
Anong,,mon-fry,09:00,18:00,,
Bon,2026-13-01,,09:00,18:00,,
Anong,,,09:00,18:00,,
Anong,,mon,9:00,18:00,12:00,
Anong,,mon,09:00,18:00,08:00,08:30
Anong,2026-11-02,mon,09:00,18:00,,
Anong,,mon,09:00,18:00
Anong,2026-11-02,,,,12:00,13:00
"""
    _, faults, _ = parse_roster(text, ["Anong", "Boon"])

    assert {fault.where for fault in faults} == {
        "line 2, days",
        "line 3, date",
        "line 3, member",
        "line 4, date",
        "line 5, break_end",
        "line 6, breaks",
        "line 7, date",
        "line 8",
        "line 9, breaks",
    }


def test_unknown_columns_and_missing_ones_are_named() -> None:
    _, faults, _ = parse_roster("membre,days,start,end\nAnong,mon,09:00,18:00\n")

    assert [fault.where for fault in faults][:2] == ["line 1", "line 1, membre"]


def test_days_are_groups_ranges_and_lists() -> None:
    text = "member,days,start,end\n" + "".join(
        f"Anong,{days},09:00,10:00\n" for days in ("all", "weekend", "sat-mon", '"mon,wed"')
    )
    shifts, faults, lines = parse_roster(text)

    assert faults == []
    assert lines == (2, 3, 4, 5)
    assert [each.days for each in shifts] == [
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        ("sat", "sun"),
        ("mon", "sat", "sun"),
        ("mon", "wed"),
    ]


def test_reading_a_bad_roster_raises_and_writing_does_not_overwrite(tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text("member,days,start,end\nAnong,mon,late,18:00\n")

    with pytest.raises(RosterError, match="line 2, start"):
        read_roster(file)
    with pytest.raises(OutputExistsError):
        write_roster([shift(start="09:00", end="18:00")], file)
