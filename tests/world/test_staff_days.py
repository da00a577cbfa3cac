"""When staff are there: shifts, breaks and spells keep their order whatever is drawn."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.desk.model import SECOND
from line_sim.desk.setup import Member, Service
from line_sim.scenario.behaviour import (
    Constant,
    Exponential,
    NoSlowDown,
    Punctuality,
    Reaction,
    SlowDown,
    SlowDownByLoad,
    SlowDownByPower,
    Speed,
    Spells,
    StaffBehaviour,
)
from line_sim.scenario.config import Scenario
from line_sim.scenario.shifts import Planned, Roster, Shift
from line_sim.world.drawn import (
    AWAY_END,
    AWAY_START,
    BREAK_END,
    BREAK_START,
    SHIFT_END,
    SHIFT_START,
    TURNS_IDLE,
    TURNS_OFFLINE,
)
from line_sim.world.quantiles import Tables
from line_sim.world.staff import draw_staff_events, draw_workers, rates, worked_shifts
from line_sim.world.streams import Streams

HOUR = 3600 * SECOND
ANONG, BOON = Member(name="Anong"), Member(name="Boon", device="mobile")
OFTEN = Spells(
    between=Exponential(mean_s=900.0), length=Exponential(mean_s=300.0), background_share=0.5
)

# what may follow what in one member's day
FOLLOWS = {
    None: {SHIFT_START},
    SHIFT_START: {SHIFT_END, BREAK_START, AWAY_START},
    BREAK_START: {BREAK_END},
    BREAK_END: {SHIFT_END, BREAK_START, AWAY_START},
    AWAY_START: {TURNS_IDLE, TURNS_OFFLINE, AWAY_END},
    TURNS_IDLE: {AWAY_END},
    TURNS_OFFLINE: {AWAY_END},
    AWAY_END: {SHIFT_END, BREAK_START, AWAY_START},
    SHIFT_END: {SHIFT_START},
}


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Planned, ...]:
    """Up to four shifts of one member, in order and apart, with breaks inside."""
    shifts, at = [], 0
    for _ in range(draw(st.integers(0, 4))):
        start = at + draw(st.integers(0, 12)) * HOUR
        end = start + draw(st.integers(1, 12)) * HOUR
        cuts = sorted(draw(st.sets(st.integers(start, end), max_size=6)))
        breaks = tuple(zip(cuts[::2], cuts[1::2], strict=False))
        shifts.append(Planned(start, end, breaks))
        at = end + 1
    return tuple(shifts)


@given(
    planned=rosters(),
    seed=st.integers(0, 1000),
    punctuality=st.builds(
        Punctuality,
        absence=st.sampled_from([0.0, 0.3]),
        late_share=st.sampled_from([0.0, 0.5]),
        late_by=st.just(Exponential(mean_s=7200.0)),
        start_jitter_s=st.sampled_from([0.0, 900.0]),
        end_jitter_s=st.sampled_from([0.0, 900.0]),
        break_jitter_s=st.sampled_from([0.0, 5400.0]),
    ),
    spells=st.sampled_from([None, OFTEN]),
)
def test_a_members_day_is_always_in_order(
    planned: tuple[Planned, ...], seed: int, punctuality: Punctuality, spells: Spells | None
) -> None:
    behaviour = StaffBehaviour(
        punctuality=punctuality, dashboard_spells=spells, mobile_spells=spells
    )
    shifts = {"Anong": planned, "Boon": planned[:1]}
    events = draw_staff_events((ANONG, BOON), shifts, behaviour, Service(), Streams(seed))

    assert events["at"].min(initial=0) >= 0
    assert events.tolist() == sorted(events.tolist(), key=lambda row: row[:2])
    for member in (0, 1):
        mine = events[events["staff"] == member]
        before = None
        for what in mine["what"].tolist():
            assert what in FOLLOWS[before]
            before = what
        assert before in (None, SHIFT_END)
        # only a spell's beginning and its OFFLINE share an instant
        same = np.flatnonzero(np.diff(mine["at"]) == 0)
        assert set(mine["what"][same]) <= {AWAY_START}


def test_without_luck_a_roster_is_worked_as_planned() -> None:
    planned = (Planned(0, 8 * HOUR, ((3 * HOUR, 4 * HOUR),)), Planned(20 * HOUR, 30 * HOUR))
    events = draw_staff_events(
        (BOON, ANONG), {"Anong": planned}, StaffBehaviour(), Service(), Streams(1)
    )

    assert events.tolist() == [
        (0, 1, SHIFT_START),
        (3 * HOUR, 1, BREAK_START),
        (4 * HOUR, 1, BREAK_END),
        (8 * HOUR, 1, SHIFT_END),
        (20 * HOUR, 1, SHIFT_START),
        (30 * HOUR, 1, SHIFT_END),
    ]


def test_a_night_shift_passes_midnight(shop: Callable[..., Scenario]) -> None:
    night = Shift(member="Anong", days=("mon", "sun"), start="22:00", end="06:00")
    scenario = shop(days=2.0, roster=Roster(shifts=(night,)))
    events = draw_staff_events(
        scenario.members, scenario.shifts(), scenario.staff, scenario.service, Streams(1)
    )

    assert events.tolist() == [
        (0, 0, SHIFT_START),
        (6 * HOUR, 0, SHIFT_END),
        (22 * HOUR, 0, SHIFT_START),
        (30 * HOUR, 0, SHIFT_END),
    ]


@pytest.mark.parametrize(("member", "idle_after"), [(ANONG, 600), (BOON, 60)])
def test_an_unused_device_turns_idle_after_its_own_time(member: Member, idle_after: int) -> None:
    spells = Spells(between=Constant(value_s=1000.0), length=Constant(value_s=601.0))
    behaviour = StaffBehaviour(dashboard_spells=spells, mobile_spells=spells)
    shifts = {member.name: (Planned(0, 2000 * SECOND),)}
    events = draw_staff_events((member,), shifts, behaviour, Service(), Streams(1))

    assert events.tolist() == [
        (0, 0, SHIFT_START),
        (1000 * SECOND, 0, AWAY_START),
        ((1000 + idle_after) * SECOND, 0, TURNS_IDLE),
        (1601 * SECOND, 0, AWAY_END),
        (2000 * SECOND, 0, SHIFT_END),
    ]


def test_a_short_spell_is_not_seen_and_one_past_the_end_is_left_out() -> None:
    spells = Spells(between=Constant(value_s=1000.0), length=Constant(value_s=600.0))
    shifts = {"Anong": (Planned(0, 3200 * SECOND),)}
    events = draw_staff_events(
        (ANONG,), shifts, StaffBehaviour(dashboard_spells=spells), Service(), Streams(1)
    )

    assert events["what"].tolist() == [SHIFT_START, AWAY_START, AWAY_END, SHIFT_END]


def test_an_app_in_the_background_is_offline_at_once_in_its_share_of_spells() -> None:
    shifts = {"Boon": (Planned(0, 2000 * HOUR),)}
    events = draw_staff_events(
        (BOON,), shifts, StaffBehaviour(mobile_spells=OFTEN), Service(), Streams(1)
    )
    starts = np.flatnonzero(events["what"] == AWAY_START)
    offline = events["what"][starts + 1] == TURNS_OFFLINE
    ends = events["at"][events["what"] == AWAY_END]
    spells_s = (ends - events["at"][starts]) / SECOND

    assert np.all(events["at"][starts + 1][offline] == events["at"][starts][offline])
    assert offline.mean() == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(len(starts)))
    assert spells_s.mean() == pytest.approx(300, abs=4 * 300 / math.sqrt(len(starts)))
    assert 2000 * 3600 / len(starts) == pytest.approx(1200, rel=0.05)


def test_absence_lateness_and_jitter_have_their_shares() -> None:
    planned = tuple(Planned(day * 24 * HOUR, day * 24 * HOUR + 8 * HOUR) for day in range(4000))
    punctuality = Punctuality(
        absence=0.1, late_share=0.2, late_by=Constant(value_s=1800.0), end_jitter_s=600.0
    )
    worked = list(worked_shifts(planned, punctuality, "Anong", Streams(1)))
    late = [shift.start_us % (24 * HOUR) == 1800 * SECOND for shift in worked]
    ends_s = np.array([shift.end_us % (24 * HOUR) - 8 * HOUR for shift in worked]) / SECOND

    assert len(worked) / 4000 == pytest.approx(0.9, abs=4 * 0.3 / math.sqrt(4000))
    assert np.mean(late) == pytest.approx(0.2, abs=4 * 0.4 / math.sqrt(len(worked)))
    assert np.abs(ends_s).max() <= 600
    assert ends_s.std() == pytest.approx(600 / math.sqrt(3), rel=0.05)


def test_one_more_member_moves_nobody() -> None:
    behaviour = StaffBehaviour(
        punctuality=Punctuality(start_jitter_s=600.0, absence=0.2),
        dashboard_spells=OFTEN,
        mobile_spells=OFTEN,
        speed=Speed(cv=0.4),
    )
    shifts = {name: (Planned(HOUR, 9 * HOUR),) for name in ("Anong", "Boon", "Chai")}
    more = (ANONG, BOON, Member(name="Chai"))
    few, many = (
        draw_staff_events(members, shifts, behaviour, Service(), Streams(1))
        for members in (more[:2], more)
    )
    slow, fast = (
        draw_workers(members, behaviour, Tables(), Streams(1))["speed"]
        for members in (more[:2], more)
    )

    assert few.tolist() == many[many["staff"] < 2].tolist()
    assert slow.tolist() == fast[:2].tolist()


def test_workers_are_as_their_device_and_their_name_say() -> None:
    behaviour = StaffBehaviour(
        reaction=Reaction(
            dashboard=Constant(value_s=1.0),
            mobile=Constant(value_s=2.0),
            by_member={"Chai": Constant(value_s=3.0)},
        ),
        speed=Speed(by_member={"Boon": 1.5}),
        at_shift_end="transfer",
    )
    tables = Tables()
    members = (ANONG, BOON, Member(name="Chai"))
    workers = draw_workers(members, behaviour, tables, Streams(1))

    assert workers["speed"].tolist() == [1.0, 1.5, 1.0]
    assert tables.array()[workers["reaction_table"], 0].tolist() == [10**6, 2 * 10**6, 3 * 10**6]
    assert set(workers["at_shift_end"]) == {2}


def test_drawn_speeds_have_mean_one_and_their_spread() -> None:
    members = tuple(Member(name=f"member {number}") for number in range(2000))
    speeds = draw_workers(members, StaffBehaviour(speed=Speed(cv=0.4)), Tables(), Streams(1))[
        "speed"
    ]

    assert speeds.mean() == pytest.approx(1, abs=4 * 0.4 / math.sqrt(2000))
    assert speeds.std() == pytest.approx(0.4, rel=0.1)


@pytest.mark.parametrize(
    ("slow_down", "each"),
    [
        (NoSlowDown(), [1.0]),
        (SlowDownByPower(exponent=1.0), [1.0, 1.0, 1.0, 1.0]),
        (SlowDownByPower(exponent=0.0), [1.0, 1 / 2, 1 / 3, 1 / 4]),
        (SlowDownByLoad(total_rates=(1.0, 1.6)), [1.0, 0.8, 1.6 / 3, 0.4]),
    ],
)
def test_rates_of_one_chat_share_the_total(slow_down: SlowDown, each: list[float]) -> None:
    assert rates(slow_down, (4, 2))[1:] == pytest.approx(each)


def test_rates_without_a_cap_go_far() -> None:
    assert len(rates(SlowDownByPower(), (None, 3))) == 257
