"""Small random worlds, for laws that must hold in every one of them.

Times are coarse, so that many things happen at one instant. What comes in columns (a visit's work,
its patience, ...) is chosen from short menus by a seed; the first choice of every menu is the plain
one, and a world with fewer visits has the same first visits, so counterexamples shrink well.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from line_sim.desk.model import NEVER, NOBODY, SECOND
from line_sim.desk.setup import (
    Alternative,
    AutoMessages,
    Channel,
    Chatbot,
    Condition,
    DeskSetup,
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
from line_sim.world.by_hand import plain_world
from line_sim.world.drawn import FINISH, HAND_OVER, KEEP, SHIFT_START, TABLE_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.desk.setup import Destination, Rule
    from line_sim.world.drawn import World

STEP = 5 * SECOND
"""Most times are multiples of this."""

MOST_VISITS = 100
"""With three tries each at most, 300 enquiries or hardly more."""

LAST_STEP = 480
"""Worlds end after 40 minutes."""

LANGUAGES = ("th", "ja")
CLASSES = ("customer", "vip")
METHODS = (
    "simultaneous", "fixed_order", "most_idle", "round_robin", "least_active",
    "most_spare_capacity", "weighted_round_robin", "uniform_random", "expanding_pool",
)  # fmt: skip
STARTS = (
    dt.datetime(2026, 11, 2, 23, 45),  # noqa: DTZ001 - a Monday, local to the desk's offset
    dt.datetime(2026, 11, 1, 23, 45),  # noqa: DTZ001
)
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = ("00:00", "23:45", "23:46", "23:50", "00:05", "00:10", "12:00")
DATES = (dt.date(2026, 11, 2), dt.date(2026, 11, 3), dt.date(2026, 11, 1))


def fewest_pickups(member: Any, enquiry: Any, now: int) -> float:  # noqa: ANN401, ARG001
    """A planner's own method: whoever has taken the fewest."""
    return float(member.pickups)


def same_again(member: Any, enquiry: Any, now: int) -> float:  # noqa: ANN401, ARG001
    """A planner's own method: by visitor, with many ties."""
    return float((member.first_seat + enquiry.visitor) % 3)


def longest_shift(member: Any, enquiry: Any, now: int) -> float:  # noqa: ANN401
    """A planner's own method: by time received, the busy last, with fractions."""
    waited = now - enquiry.created_at
    return (member.receiving_since - now) / (3.0 + member.open_chats) + waited * 0.1


OWN_METHODS = (fewest_pickups, same_again, longest_shift)


def spans(*seconds: float | None) -> st.SearchStrategy[Any]:
    """One of a few times; the first is the plain one."""
    return st.sampled_from(seconds)


def names(of: Sequence[Any], least: int = 1) -> st.SearchStrategy[tuple[Any, ...]]:
    """Some of these names, each once, in any order."""
    return st.lists(st.sampled_from(of), min_size=least, max_size=5, unique=True).map(tuple)


members = st.builds(
    Member,
    name=st.just(""),
    role=st.sampled_from(("agent", "administrator")),
    max_concurrent=st.sampled_from((None, 1, 2, 4)),
    account=st.sampled_from(("live",) * 7 + ("suspended",)),
)

services = st.builds(
    Service,
    strict_cinnox=st.sampled_from((False,)),
    receiving_statuses=st.sampled_from(
        (("active",), ("active",), ("active", "idle"), ("active", "busy"), ("idle", "busy"))
    ),
    max_concurrent=st.sampled_from((None, 1, 2, 8)),
    max_wait_s=spans(60.0, None, 5.0, 20.0, 300.0, 1e-7),
    max_wait_scope=st.sampled_from(("destination", "enquiry")),
    offer_timeout_s=spans(20.0, None, 5.0, 10.0, 60.0),
    recycle_offers=st.booleans(),
    late_join=st.booleans(),
    skip_ineligible_destination=st.booleans(),
    auto_pickup=st.sampled_from((False, False, False, True)),
    auto_pickup_requires_eligible=st.booleans(),
    miss_immediately_when_unstaffed=st.booleans(),
    missed_absorbs_messages=st.booleans(),
    reopen_window_s=spans(0.0, 30.0, 600.0),
    reassign_on_offline=st.booleans(),
    auto_close=st.booleans(),
    auto_close_after_s=spans(60.0, 20.0, 200.0),
    auto_close_notice_s=spans(None, 5.0, 10.0),
    transfer_wait_s=spans(60.0, None, 5.0),
)

stickies = st.builds(
    Sticky,
    enabled=st.booleans(),
    sticky_wait_s=spans(60.0, None, 5.0, 20.0),
    sticky_ttl_s=spans(None, 60.0, 600.0),
    sticky_who=st.sampled_from(("last_owner", "first_owner", "most_frequent")),
    sticky_scope=st.sampled_from(("channel", "service")),
    sticky_unavailable=st.sampled_from(("fallback", "wait", "miss")),
    sticky_require_membership=st.booleans(),
)

messages = st.builds(
    AutoMessages,
    welcome=st.booleans(),
    away=st.booleans(),
    close=st.booleans(),
    welcome_scope=st.sampled_from(("visitor", "enquiry")),
    welcome_before_away=st.booleans(),
    away_trigger=st.sampled_from(("either", "missed", "no_eligible")),
    away_once_per=st.sampled_from(("enquiry", "visitor_window")),
    away_cooldown_s=spans(0.0, 60.0),
)


@st.composite
def destinations(draw: st.DrawFn, name: str, staff: Sequence[str]) -> Destination:
    """A group, a queue or a chatbot."""
    languages = draw(st.sampled_from((("*",), ("th",), ("th", "ja"))))
    kind = draw(st.sampled_from((Queue, ServiceGroup, Queue, ServiceGroup, Queue, Chatbot)))
    if kind is Chatbot:
        return Chatbot(name=name, support_languages=languages)
    listed = draw(names(staff, least=draw(st.sampled_from((1, 1, 1, 0)))))
    weighed = draw(st.booleans())
    own: dict[str, Any] = {}
    if kind is Queue:
        own["queue_max_hold_s"] = draw(spans(60.0, None, 5.0, 20.0, 300.0))
        own["queue_max_size"] = draw(st.sampled_from((None, None, 3, 1, 0)))
    return kind(
        name=name,
        staff=listed,
        distribution=draw(st.sampled_from(METHODS)),
        weights=tuple(1.0 + place % 3 for place in range(len(listed))) if weighed else None,
        support_languages=languages,
        rr_advance_on=draw(st.sampled_from(("offer", "pickup"))),
        idle_since=draw(st.sampled_from(("last_activity", "last_pickup", "last_close"))),
        idle_resets_on_login=draw(st.booleans()),
        pool_start=draw(st.integers(1, 2)),
        pool_step=draw(st.integers(1, 2)),
        pool_every_s=draw(spans(5.0, 15.0)),
        **own,
    )


def conditions(of: Sequence[str]) -> st.SearchStrategy[Condition]:
    """A window of the day, often one that passes midnight."""
    return st.builds(
        Condition,
        days=st.sampled_from((EVERY_DAY, EVERY_DAY, ("mon",), ("sun", "tue"))),
        from_time=st.sampled_from(CLOCK),
        to_time=st.sampled_from((*CLOCK, "24:00")),
        destinations=names(of),
    )


@st.composite
def rules(draw: st.DrawFn, of: Sequence[str]) -> Rule:
    """One of the three rules."""
    kind = draw(st.sampled_from((Alternative, Percentage, Time, Time)))
    mode = draw(st.sampled_from(("failover", "rotate")))
    if kind is Alternative:
        return Alternative(destinations=draw(names(of)), alternative_mode=mode)
    if kind is Percentage:
        percentages = draw(st.sampled_from(((100,), (50, 50), (40,), (30, 30), (60, 30, 10))))
        return Percentage(
            shares=tuple(Share(percentage=p, destinations=draw(names(of))) for p in percentages),
            percentage_remainder=draw(names(of)) if sum(percentages) < 100 else None,
            percentage_mode=draw(st.sampled_from(("random", "smooth_wrr"))),
            percentage_spill=draw(st.booleans()),
            alternative_mode=mode,
        )
    special = draw(names(DATES, least=0))[: draw(st.integers(0, 2))]
    return Time(
        conditions=tuple(draw(st.lists(conditions(of), min_size=1, max_size=3))),
        other_schedule=draw(names(of, least=0)),
        holidays=tuple(special[:1]),
        special_days=tuple(
            SpecialDay(date=date, conditions=tuple(draw(st.lists(conditions(of), max_size=2))))
            for date in special[1:]
        ),
        reroute_on_schedule_change=draw(st.sampled_from((True, False))),
        alternative_mode=mode,
    )


@st.composite
def setups(draw: st.DrawFn) -> DeskSetup:
    """A faultless desk of one to six members, one to four destinations, one to three channels."""
    staff = [
        dataclasses.replace(draw(members), name=f"m{i}")
        for i in range(draw(st.sampled_from((3, 1, 2, 6))))
    ]
    called = [member.name for member in staff]
    places = [draw(destinations(f"d{i}", called)) for i in range(draw(st.integers(1, 4)))]
    listed = [place.name for place in places]
    channels = tuple(
        Channel(
            name=f"c{i}",
            rule=draw(rules(listed)),
            sticky=draw(stickies),
            messages=draw(messages),
            state=draw(st.sampled_from(("enabled",) * 7 + ("suspended",))),
            utc_offset=draw(st.sampled_from((None, None, "+07:10", "+06:55"))),
            filter_by_language=draw(st.booleans()),
        )
        for i in range(draw(st.sampled_from((1, 1, 2, 3))))
    )
    staffed = [place.name for place in places if not isinstance(place, Chatbot)]
    service = draw(services)
    if any(getattr(place, "distribution", "") == "most_spare_capacity" for place in places):
        service = dataclasses.replace(service, max_concurrent=service.max_concurrent or 3)
    own = draw(st.lists(st.sampled_from(staffed), max_size=2, unique=True)) if staffed else []
    return DeskSetup(
        start=draw(st.sampled_from(STARTS)),
        utc_offset="+07:00",
        members=tuple(staff),
        destinations=tuple(places),
        channels=channels,
        tags={"tag": draw(names(listed))},
        classes=CLASSES,
        priorities=draw(st.sampled_from(((), (1, 0), (0, 2)))),
        languages=LANGUAGES,
        methods={name: draw(st.sampled_from(OWN_METHODS)) for name in own},
        service=service,
    )


@st.composite
def rosters(draw: st.DrawFn, staff: int) -> list[tuple[int, int, int]]:
    """What happens to each member: mostly there from the start, then anything, in any order."""
    things = st.tuples(st.integers(0, LAST_STEP // 4), st.integers(0, 7))
    rows: list[tuple[int, int, int]] = []
    for m in range(staff):
        if draw(st.integers(0, 5)) < 5:
            rows.append((0, m, SHIFT_START))
        listed = sorted(draw(st.lists(things, max_size=8)), key=lambda thing: thing[0])
        rows += [(at * 4 * STEP, m, what) for at, what in listed]
    return rows


class Menus:
    """Columns of values chosen from short menus."""

    def __init__(self, draw: st.DrawFn, visits: int) -> None:
        self.draw = draw
        self.visits = visits
        self.seed = draw(st.integers(0, 1 << 30))
        self.columns = 0

    def some(self, *values: Any) -> list[Any]:  # noqa: ANN401 - numbers
        """One to three of these values, the first of them by preference."""
        return self.draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True))

    def column(self, *values: Any) -> np.ndarray:  # noqa: ANN401 - numbers
        """One of some of these values a visit."""
        return self.chosen(np.array(self.some(*values)))

    def chosen(self, menu: np.ndarray) -> np.ndarray:
        """One of these values a visit."""
        self.columns += 1
        rng = np.random.default_rng([self.seed, self.columns])
        return menu[(rng.random(self.visits) * len(menu)).astype(np.int64)]

    def table(self, *values: int) -> np.ndarray:
        """A table of quantiles of some of these values."""
        menu = np.array(sorted(self.some(*values)), np.int64)
        return np.repeat(menu, -(-TABLE_SIZE // len(menu)))[:TABLE_SIZE]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A desk and people around it: at most 100 visits in 40 minutes."""
    setup = draw(setups())
    staff = len(setup.members)
    visits = draw(st.one_of(st.integers(0, 12), st.integers(0, MOST_VISITS)))
    menus = Menus(draw, visits)
    at = np.cumsum(menus.column(STEP, 0, 2 * STEP, 12 * STEP))
    visitors = menus.draw(st.sampled_from((MOST_VISITS, 1, 3, 20)))
    owners = menus.column(-1, *range(staff))
    return plain_world(
        setup,
        at,
        menus.column(6.0 * STEP, 1.0, 1.0 * STEP, STEP / 3, 40.0 * STEP),
        reactions=[menus.table(2 * STEP, STEP, 1, 0, 6 * STEP, NEVER) for _ in range(staff)],
        speeds=[draw(st.sampled_from((1.0, 0.5, 1.3))) for _ in range(staff)],
        at_shift_end=[draw(st.sampled_from((FINISH, KEEP, HAND_OVER))) for _ in range(staff)],
        staff_events=draw(rosters(staff)),
        rates=draw(st.sampled_from(((0.0, 1.0), (0.0, 1.0, 0.6), (0.0, 1.0, 0.5, 0.3)))),
        pauses=[menus.table(STEP, 1, 0, 6 * STEP) for _ in setup.classes],
        retry_delay=menus.table(2 * STEP, 1, 0, 20 * STEP),
        per_go=menus.table(1, 2, 3),
        spacing=menus.table(STEP, 1, 0),
        message_types=menus.table(0, 3, 6),
        known=(0,) if visits and draw(st.booleans()) else (),
        memory=[(0, 0, staff - 1)] if visits and draw(st.booleans()) else (),
        abandonment=draw(st.sampled_from(("silent", "visible"))),
        transfer_to=draw(st.sampled_from(("", "tag"))),
        seed=menus.seed,
        until_us=draw(st.sampled_from((LAST_STEP * STEP, 24 * STEP))),
        visitor=menus.chosen(np.arange(visitors)),
        visitor_class=menus.column(0, 1),
        channel=menus.chosen(np.arange(len(setup.channels))),
        language=menus.column(0, 1),
        turns=menus.column(1, 2, 3),
        owner=np.where(at == 0, owners, -1),
        patience=menus.column(NEVER, 0, STEP, 4 * STEP, 12 * STEP),
        notice=menus.column(1.0, STEP / 2),
        retries=menus.column(0, 1, 2),
        bot_solves=menus.column(0, 1),
        bot_time=menus.column(STEP, 1),
        follow_up=menus.column(NEVER, STEP, 30 * STEP),
        transfer_at=menus.column(-1.0, 0.0, 1.0 * STEP),
        take_over_at=menus.column(-1.0, 0.0, 2.0 * STEP),
    )


def first_free(desk: Any, d: int, _e: int, _now: int) -> int:  # noqa: ANN401
    """Who follows up: the first who may, chosen without touching the desk's own counters."""
    destination = desk.destinations[d]
    for seat in range(destination.first_seat, destination.first_seat + destination.width):
        member = desk.seats[seat].member
        if desk.members[member].free == 1:
            return int(member)
    return NOBODY
