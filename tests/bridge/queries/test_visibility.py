"""Who sees what, against the rule written down once more, over any shop."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from daily_shop import clear, open_store
from hypothesis import given, settings
from hypothesis import strategies as st

from line_sim.bridge.queries import chats, enquiries
from line_sim.bridge.queries.visibility import Sight, Viewer
from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from line_sim.bridge.store.store import Store

STORE = open_store()
IDS = st.integers(1, 13)
"""Of staff: 1 and 13, 3 and 13 share digits."""


@dataclasses.dataclass
class World:
    """A shop as plain data; ids count from 1."""

    teams: list[tuple[bool, set[int]]]
    """Of each destination: whether it is there, and its staff."""
    rules: list[dict[str, Any]]
    """Of each channel."""
    enquiries: list[dict[str, Any]]
    offers: set[tuple[int, int]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Any shop of 13 members."""
    teams = draw(
        st.lists(st.tuples(st.booleans(), st.sets(IDS, max_size=3)), min_size=1, max_size=4)
    )
    place = st.integers(1, len(teams))
    listed = st.lists(place, max_size=2)
    rule = st.one_of(
        st.builds(lambda d: {"kind": "alternative", "destinations": d}, listed),
        st.builds(
            lambda a, b: {"kind": "percentage",
                          "shares": [{"percentage": 60, "destinations": a}],
                          "percentage_remainder": b},
            listed, listed,
        ),
        st.builds(
            lambda a, b: {"kind": "time", "conditions": [{"days": [1, 2], "destinations": a}],
                          "other_schedule": b},
            listed, listed,
        ),
    )  # fmt: skip
    rules = draw(st.lists(rule, min_size=1, max_size=3))
    found = draw(
        st.lists(
            st.fixed_dictionaries({
                "channel": st.integers(1, len(rules)),
                "chat": st.integers(1, 4),
                "destination": st.none() | place,
                "owner": st.none() | IDS,
                "room": st.lists(IDS, max_size=3, unique=True),
            }),
            max_size=8,
        )
    )  # fmt: skip
    alerted = draw(st.sets(st.tuples(st.integers(0, 7), IDS), max_size=4))
    return World(teams, rules, found, {each for each in alerted if each[0] < len(found)})


def fill(store: Store, world: World) -> None:
    """Write a world down."""
    clear(store)
    with store.transaction():
        for member in range(1, 14):
            store.add(
                tables.staff, id=member, number=member, login=str(member), first_name="A",
                last_name="B", created_at=0.0,
            )  # fmt: skip
        for number, (there, staff) in enumerate(world.teams, 1):
            store.add(
                tables.destinations, id=number, number=number, name="T",
                state="enabled" if there else "deleted", config={"staff": sorted(staff)},
            )  # fmt: skip
        for number, rule in enumerate(world.rules, 1):
            store.add(
                tables.channels, id=number, name="C", path=str(number), created_at=0.0,
                config={"rule": rule},
            )  # fmt: skip
        for number in range(1, 5):
            store.add(tables.chats, id=number, channel=1, kind="user", line_id=str(number))
        for number, each in enumerate(world.enquiries):
            store.add(tables.enquiries, number=number, state="open", created_at=0.0, **each)
        for enquiry, member in world.offers:
            store.add(tables.offers, enquiry=enquiry, staff=member, since=0.0)


def leads_to(rule: dict[str, Any]) -> set[int]:
    """The destinations of a rule, by its kind."""
    if rule["kind"] == "alternative":
        return set(rule["destinations"])
    if rule["kind"] == "percentage":
        shares = {each for share in rule["shares"] for each in share["destinations"]}
        return shares | set(rule["percentage_remainder"])
    timed = {each for one in rule["conditions"] for each in one["destinations"]}
    return timed | set(rule["other_schedule"])


def sees(world: World, member: int, number: int) -> bool:
    """The rule, in plain words."""
    enquiry = world.enquiries[number]
    mine = {
        place for place, (there, staff) in enumerate(world.teams, 1) if there and member in staff
    }
    if enquiry["destination"] is None:
        of_mine = bool(mine & leads_to(world.rules[enquiry["channel"] - 1]))
    else:
        of_mine = enquiry["destination"] in mine
    added = member == enquiry["owner"] or member in enquiry["room"]
    return of_mine or added or (number, member) in world.offers


@given(worlds(), IDS)
def test_staff_see_what_is_of_their_destinations_theirs_or_shared_with_them(
    world: World, member: int
) -> None:
    fill(STORE, world)
    sight = Sight(STORE, Viewer(member))
    everything = range(len(world.enquiries))

    expected = {number for number in everything if sees(world, member, number)}
    listed = enquiries.page(STORE, sight, limit=200)
    assert sorted(expected, reverse=True) == [each["number"] for each in listed]
    assert expected == {number for number in everything if sight.enquiry(number)}
    assert expected == {
        number for number in everything if enquiries.one(STORE, sight, number) is not None
    }
    theirs = {world.enquiries[number]["chat"] for number in expected}
    assert theirs == {each["id"] for each in chats.page(STORE, sight)}
    assert theirs == {chat for chat in range(1, 6) if sight.chat(chat)}
    assert theirs == {chat for chat in range(1, 6) if chats.one(STORE, sight, chat) is not None}
    for chat in theirs:
        (told,) = [each for each in [chats.one(STORE, sight, chat)] if each]
        assert set(told["enquiries"]) == {
            number for number in expected if world.enquiries[number]["chat"] == chat
        }


@settings(max_examples=30)
@given(worlds(), IDS)
def test_mine_is_what_i_own_or_was_added_to(world: World, member: int) -> None:
    fill(STORE, world)

    listed = enquiries.page(STORE, Sight(STORE, Viewer(member)), mine=True)

    assert {each["number"] for each in listed} == {
        number
        for number, each in enumerate(world.enquiries)
        if member == each["owner"] or member in each["room"]
    }


@settings(max_examples=30)
@given(worlds(), IDS)
def test_alerts_are_mine_alone(world: World, member: int) -> None:
    fill(STORE, world)

    listed = enquiries.alerted(STORE, Sight(STORE, Viewer(member)))

    assert {each["number"] for each in listed} == {e for e, s in world.offers if s == member}


@settings(max_examples=30)
@given(worlds())
def test_administrators_see_everything(world: World) -> None:
    fill(STORE, world)
    sight = Sight(STORE, Viewer(1, administrator=True))

    assert len(world.enquiries) == len(enquiries.page(STORE, sight, limit=200))
    assert {1, 2, 3, 4} == {each["id"] for each in chats.page(STORE, sight)}
    assert sight.chat(4)
    assert not sight.chat(5)
    assert not sight.enquiry(len(world.enquiries))


@pytest.mark.parametrize("limit", [1, 3])
def test_pages_follow_one_another(limit: int) -> None:
    each = {"channel": 1, "chat": 1, "destination": 1, "owner": None, "room": []}
    fill(
        STORE,
        World([(True, {1})], [{"kind": "alternative", "destinations": [1]}], [each] * 7, set()),
    )
    sight, found, before = Sight(STORE, Viewer(1)), list[int](), None
    while page := enquiries.page(STORE, sight, before=before, limit=limit):
        assert len(page) <= limit
        found += [each["number"] for each in page]
        before = found[-1]

    assert [6, 5, 4, 3, 2, 1, 0] == found
