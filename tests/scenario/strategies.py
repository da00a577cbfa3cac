"""Random scenarios for the laws of reading and writing; none of them is meant to be run."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from line_sim.desk.setup import (
    Alternative,
    AutoMessages,
    Channel,
    Chatbot,
    Condition,
    Member,
    Percentage,
    Queue,
    Service,
    ServiceGroup,
    Share,
    SpecialDay,
    Sticky,
    Time,
)
from line_sim.scenario import Costs, Recorded, RecordedEnquiry, Roster, Scenario, Shift
from line_sim.scenario.behaviour import (
    Campaign,
    ConstantRate,
    Customers,
    Exponential,
    Language,
    ListedTimes,
    Lognormal,
    Patience,
    Profile,
    Punctuality,
    Quantiles,
    SlowDownByLoad,
    Spells,
    StaffBehaviour,
    Uniform,
    VisitorClass,
    WarmStart,
)

START = dt.datetime(2026, 11, 2)  # noqa: DTZ001 - a scenario's start is local to its offset
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

names = st.text(
    st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12
).filter(lambda name: name.strip() == name != "none")
seconds = st.floats(1.0, 1e6)
shares = st.floats(0.0, 1.0)
clocks = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
dates = st.dates(dt.date(2026, 10, 1), dt.date(2026, 12, 31))
days = st.sets(st.sampled_from(DAYS), min_size=1).map(lambda found: tuple(sorted(found)))
laws = st.one_of(
    st.builds(Exponential, mean_s=seconds),
    st.builds(Lognormal, mean_s=seconds, cv=st.floats(0.1, 3.0)),
    st.builds(Uniform, low_s=st.just(1.0), high_s=st.floats(2.0, 60.0)),
    st.just(Quantiles(levels=(0.0, 0.5, 1.0), values_s=(1.0, 60.0, 3600.0))),
)


def rules(destinations: list[str]) -> st.SearchStrategy[Alternative | Percentage | Time]:
    """Any rule over some destinations."""
    some = st.lists(st.sampled_from(destinations), min_size=1, max_size=5, unique=True).map(tuple)
    conditions = st.lists(
        st.builds(Condition, days=days, from_time=clocks, to_time=clocks, destinations=some),
        max_size=3,
    ).map(tuple)
    special = st.lists(
        st.builds(SpecialDay, date=dates, conditions=conditions),
        max_size=2,
        unique_by=lambda day: day.date,
    ).map(tuple)
    return st.one_of(
        st.builds(
            Alternative,
            destinations=some,
            alternative_mode=st.sampled_from(["failover", "rotate"]),
        ),
        st.builds(
            Percentage,
            shares=st.builds(Share, percentage=st.integers(1, 99), destinations=some).map(
                lambda share: (share,)
            ),
            percentage_remainder=some,
            percentage_spill=st.booleans(),
        ),
        st.builds(Time, conditions=conditions, other_schedule=some, special_days=special),
    )


shifts_of_a_day = st.one_of(
    st.builds(Shift, member=names, date=dates),
    st.builds(Shift, member=names, date=dates, start=clocks, end=clocks),
    st.builds(Shift, member=names, days=days, start=clocks, end=clocks),
    st.builds(
        Shift,
        member=names,
        days=days,
        start=st.just("22:00"),
        end=st.just("06:00"),
        breaks=st.just((("23:50", "00:10"), ("03:00", "03:30"))),
    ),
)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A faultless scenario with a bit of everything."""
    staff = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    teams = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    some = st.lists(st.sampled_from(staff), unique=True).map(tuple)
    destinations = tuple(
        draw(
            st.one_of(
                st.builds(ServiceGroup, name=st.just(name), staff=some),
                st.builds(
                    Queue,
                    name=st.just(name),
                    staff=some,
                    queue_max_hold_s=st.none() | seconds,
                    queue_max_size=st.none() | st.integers(0, 50),
                ),
                st.builds(Chatbot, name=st.just(name)),
            )
        )
        for name in teams
    )
    channels = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    recorded = draw(st.booleans())
    return Scenario(
        name=draw(names),
        start=START,
        utc_offset=draw(st.sampled_from(["+07:00", "-03:30", "+00:00"])),
        source=draw(st.text(st.characters(codec="utf-8", exclude_categories=["C"]))),
        days=draw(st.floats(0.1, 10.0)),
        drain_s=draw(st.floats(0.0, 1e5)),
        members=tuple(
            Member(name=name, max_concurrent=draw(st.none() | st.integers(1, 9))) for name in staff
        ),
        destinations=destinations,
        channels=tuple(
            Channel(
                name=name,
                rule=draw(rules(teams)),
                sticky=draw(st.builds(Sticky, sticky_wait_s=st.none() | seconds)),
                messages=draw(st.builds(AutoMessages, away=st.booleans())),
                utc_offset=draw(st.none() | st.just("+09:00")),
            )
            for name in channels
        ),
        tags=dict.fromkeys(draw(st.lists(names, max_size=2)), (teams[0],)),
        service=draw(st.builds(Service, max_wait_s=st.none() | seconds, max_concurrent=st.just(3))),
        customers=draw(_customers(channels, recorded=recorded)),
        staff=draw(_behaviour()),
        roster=Roster(holidays=(draw(dates),), shifts=draw(_shifts(staff))),
        recorded=draw(_recorded(channels)) if recorded else Recorded(),
        warm_start=WarmStart(open_chats={staff[0]: 2}, open_chats_channel=channels[-1]),
        targets={"away_rate": "<= 5 %"},
        costs=draw(st.builds(Costs, staff_per_hour=st.floats(0, 100.0))),
    )


def _customers(channels: list[str], *, recorded: bool) -> st.SearchStrategy[Customers]:
    arrivals = st.one_of(
        st.builds(ConstantRate, per_hour=st.floats(0, 100.0)),
        st.builds(ListedTimes, at_s=st.lists(seconds, max_size=5).map(tuple)),
        st.builds(
            Profile,
            per_hour=st.just({"weekday": (1.0, 2.5, 3.0), "sat": (0.0,)}),
            special_dates=st.dictionaries(dates, st.just((1.0, 2.0)), max_size=2),
            day_factor_shape=st.none() | st.floats(1.0, 30.0),
        ),
    )
    return st.builds(
        Customers,
        arrivals=st.just({}) if recorded else st.dictionaries(st.sampled_from(channels), arrivals),
        campaigns=st.just((Campaign(name="c", channel=channels[0], at=START, audience=9),)),
        classes=st.builds(
            VisitorClass,
            work=laws,
            priority=st.integers(0, 3),
            patience=st.builds(Patience, until_leaving=st.none() | laws, zero_share=shares),
        ).map(lambda each: (each,)),
        languages=st.just((Language(code="th", mix={"text": 1.0}), Language(code="ja", mix="JP"))),
    )


def _behaviour() -> st.SearchStrategy[StaffBehaviour]:
    return st.builds(
        StaffBehaviour,
        slow_down=st.just(SlowDownByLoad(total_rates=(1.0, 1.5))),
        punctuality=st.builds(Punctuality, absence=shares),
        mobile_spells=st.none() | st.builds(Spells, background_share=shares),
    )


def _shifts(staff: list[str]) -> st.SearchStrategy[tuple[Shift, ...]]:
    one = st.builds(
        Shift,
        member=st.sampled_from(staff),
        days=days,
        start=st.just("09:00"),
        end=st.just("17:30"),
        breaks=st.just((("12:00", "13:00"),)),
    )
    return st.lists(one, max_size=3, unique_by=lambda shift: shift.member).map(tuple)


def _recorded(channels: list[str]) -> st.SearchStrategy[Recorded]:
    enquiry = st.builds(
        RecordedEnquiry,
        at_s=st.floats(0.0, 8000.0),
        channel=st.none() | st.sampled_from(channels),
        customer=st.none() | names,
        handling_s=st.none() | seconds,
        patience_s=st.none() | seconds,
    )
    return st.builds(Recorded, enquiries=st.lists(enquiry, max_size=5).map(tuple))
