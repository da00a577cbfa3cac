"""A whole world: who comes, what they want, and what it depends on."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from line_sim.desk.model import MESSAGE_TYPES, NEVER
from line_sim.desk.setup import Alternative, Channel, Member, Percentage, Queue, Service, Share
from line_sim.scenario.behaviour import (
    BotOutcome,
    Campaign,
    Constant,
    ConstantRate,
    Customers,
    Exponential,
    FollowUp,
    Geometric,
    HandOvers,
    Language,
    ListedTimes,
    Patience,
    Population,
    Retry,
    StaffBehaviour,
    VisitorClass,
)
from line_sim.scenario.config import Costs, Scenario
from line_sim.scenario.shifts import Roster, Shift
from line_sim.world.draw import draw

MANY = {"shop": ConstantRate(per_hour=20_000 / 24)}
EVERYTHING = Customers(
    arrivals=MANY,
    classes=(
        VisitorClass(
            name="order",
            share=3.0,
            work=Exponential(mean_s=100.0),
            patience=Patience(until_leaving=Exponential(mean_s=300.0), zero_share=0.1),
            turns=Geometric(mean=3.0),
        ),
        VisitorClass(name="complaint", share=1.0, work=Constant(value_s=500.0), priority=1),
    ),
    languages=(Language(code="th", share=0.8, mix="TH"), Language(code="en", share=0.2)),
    population=Population(new_share=0.4, size=500),
    retry=Retry(probability=0.5, at_most=2),
    bot=BotOutcome(solves=0.25),
    hand_overs=HandOvers(transfer_share=0.1, take_over_share=0.02),
    follow_up=FollowUp(share=0.3),
)


def share(found: np.ndarray) -> object:
    """What four standard errors allow a share of so many to be."""
    mean = float(np.mean(found))
    return pytest.approx(mean, abs=4 * math.sqrt(mean * (1 - mean) / len(found)) + 1e-12)


def test_the_plain_model_is_plain(shop: Callable[..., Scenario]) -> None:
    visits = draw(shop(), seed=1).visits
    neutral = {
        "channel": 0, "visitor_class": 0, "language": 0, "turns": 1, "owner": -1,
        "patience": NEVER, "retries": 0, "follow_up": NEVER, "transfer_at": -1,
        "take_over_at": -1,
    }  # fmt: skip

    assert len(visits) > 2000
    assert {name: set(visits[name].tolist()) for name in neutral} == {
        name: {value} for name, value in neutral.items()
    }
    assert visits["visitor"].tolist() == list(range(len(visits)))


def test_everything_drawn_has_its_share(shop: Callable[..., Scenario]) -> None:
    world = draw(shop(customers=EVERYTHING), seed=1)
    visits = world.visits
    orders = visits[visits["visitor_class"] == 0]

    assert share(visits["visitor"] < 500) == 0.6
    assert share(orders["patience"] == 1) == 0.1
    assert share(visits["retries"] >= 1) == 0.5
    assert share(visits["retries"] == 2) == 0.25
    assert share(visits["bot_solves"] == 1) == 0.25
    assert share(visits["follow_up"] < NEVER) == 0.3
    assert share(visits["transfer_at"] >= 0) == 0.1
    assert share(visits["take_over_at"] >= 0) == 0.02
    new = visits[visits["visitor"] >= 500]
    assert share(new["visitor_class"] == 0) == 0.75
    assert share(new["language"] == 0) == 0.8
    mean = orders["work"].mean() / 1e6
    assert mean == pytest.approx(100, abs=4 * 100 / math.sqrt(len(orders)))
    assert orders["turns"].mean() == pytest.approx(3, abs=4 * 2.5 / math.sqrt(len(orders)))


def test_every_column_is_in_its_range(shop: Callable[..., Scenario]) -> None:
    world = draw(shop(customers=EVERYTHING), seed=2)
    visits = world.visits

    assert np.all(np.diff(visits["at"]) >= 0)
    assert visits["at"].min() >= 0
    assert visits["at"].max() < world.end_us
    for column in ("work", "notice", "patience", "bot_time", "follow_up", "turns"):
        assert visits[column].min() >= 1
    assert np.all(visits["luck"] >= 0)
    asked = visits[visits["transfer_at"] >= 0]
    assert np.all(asked["transfer_at"] < asked["work"])
    assert visits["visitor"].max() == world.visitors - 1
    assert np.all(world.quantiles >= 0)
    for row in world.type_table:
        assert world.quantiles[row].max() < len(MESSAGE_TYPES)


def test_who_comes_back_stays_the_same_person(shop: Callable[..., Scenario]) -> None:
    visits = draw(shop(customers=EVERYTHING), seed=1).visits
    returning = visits[visits["visitor"] < 500]
    traits = np.unique(returning[["visitor", "visitor_class", "language"]])

    assert len(traits) == len(np.unique(returning["visitor"]))


@pytest.mark.parametrize("shape", [0.5, 4.0])
def test_visits_a_person_are_gamma_poisson(shop: Callable[..., Scenario], shape: float) -> None:
    """Variance / mean of counts is 1 + mean / shape; within what 2,000 people let one know."""
    people = 2000
    population = Population(new_share=0.0, size=people, visit_rate_shape=shape)
    customers = Customers(arrivals=MANY, population=population)
    visits = draw(shop(customers=customers), seed=3).visits
    counts = np.bincount(visits["visitor"], minlength=people)
    mean = len(visits) / people

    assert counts.var() / mean == pytest.approx(1 + mean / shape, rel=0.25)


def test_a_replication_is_another_day_and_the_same_seed_the_same(
    shop: Callable[..., Scenario],
) -> None:
    scenario = shop(customers=EVERYTHING)
    one, same, other, seed = (
        draw(scenario, seed=seed, replication=replication)
        for seed, replication in ((1, 0), (1, 0), (1, 1), (2, 0))
    )

    assert one.visits.tobytes() == same.visits.tobytes()
    assert one.quantiles.tobytes() == same.quantiles.tobytes()
    assert one.visits[:50].tolist() != other.visits[:50].tolist()
    assert one.visits[:50].tolist() != seed.visits[:50].tolist()


def test_routing_does_not_change_the_customers_or_the_staff(shop: Callable[..., Scenario]) -> None:
    plain = shop(customers=EVERYTHING)
    rule = Percentage(shares=(Share(percentage=100, destinations=("desk",)),))
    routed = plain.replace(
        destinations=(Queue(name="desk", staff=("Boon", "Anong"), distribution="uniform_random"),),
        channels=(Channel(name="shop", rule=rule),),
        service=Service(strict_cinnox=False, max_wait_s=5.0, max_concurrent=3),
    )
    first, second = draw(plain, seed=1), draw(routed, seed=1)

    assert first.visits.tobytes() == second.visits.tobytes()
    assert first.staff_events.tobytes() == second.staff_events.tobytes()
    assert first.workers.tobytes() == second.workers.tobytes()


def with_a_second_channel(scenario: Scenario) -> Scenario:
    second = Channel(name="outlet", rule=Alternative(destinations=("desk",)))
    arrivals = {**scenario.customers.arrivals, "outlet": ConstantRate(per_hour=300.0)}
    content = {name: getattr(EVERYTHING, name) for name in EVERYTHING.__dataclass_fields__}
    return scenario.replace(
        channels=(*scenario.channels, second),
        customers=Customers(**content | {"arrivals": arrivals}),
    )


def test_a_second_channel_changes_nobody_of_the_first(shop: Callable[..., Scenario]) -> None:
    scenario = shop(customers=EVERYTHING)
    before = draw(scenario, seed=1)
    after = draw(with_a_second_channel(scenario), seed=1)
    mine = after.visits[after.visits["channel"] == 0]
    returning = before.visits["visitor"] < 500

    for name in before.visits.dtype.names:
        if name != "visitor":
            assert before.visits[name].tolist() == mine[name].tolist()
    # new visitors are numbered in order of time over all channels
    assert before.visits["visitor"][returning].tolist() == mine["visitor"][returning].tolist()
    assert len(after.visits) > len(before.visits)


def changed(**changes: object) -> Customers:
    content = {name: getattr(EVERYTHING, name) for name in EVERYTHING.__dataclass_fields__}
    return Customers(**content | changes)


@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({"retry": Retry(probability=0.9)}, {"retries"}),
        ({"follow_up": FollowUp(share=0.9)}, {"follow_up"}),
        ({"hand_overs": HandOvers(take_over_share=0.5)}, {"transfer_at", "take_over_at"}),
        ({"bot": BotOutcome(takes=Constant(value_s=5.0), solves=0.25)}, {"bot_time"}),
    ],
)
def test_a_changed_law_changes_its_own_columns_only(
    shop: Callable[..., Scenario], changes: dict[str, object], columns: set[str]
) -> None:
    before = draw(shop(customers=EVERYTHING), seed=1).visits
    after = draw(shop(customers=changed(**changes)), seed=1).visits
    different = {name for name in before.dtype.names if np.any(before[name] != after[name])}

    assert columns == different


def test_a_campaign_adds_visits_and_changes_none(shop: Callable[..., Scenario]) -> None:
    scenario = shop(customers=EVERYTHING)
    campaign = Campaign(name="sale", channel="shop", at=scenario.start, audience=100_000)
    before = draw(scenario, seed=1).visits
    after = draw(shop(customers=changed(campaigns=(campaign,))), seed=1).visits
    added = len(after) - len(before)

    assert added == pytest.approx(100_000 * 0.6 * 0.03 * 0.8, rel=0.15)
    assert np.isin(before["luck"], after["luck"]).all()


def test_at_one_instant_visits_keep_the_order_of_their_channels(
    shop: Callable[..., Scenario],
) -> None:
    arrivals = {name: ListedTimes(at_s=(5.0, 5.0, 9.0)) for name in ("shop", "outlet")}
    scenario = with_a_second_channel(shop()).replace(customers=Customers(arrivals=arrivals))
    world = draw(scenario, seed=1)

    assert world.visits["channel"].tolist() == [0, 0, 1, 1, 0, 1]
    assert world.visits["visitor"].tolist() == [0, 1, 2, 3, 4, 5]


def test_nobody_at_all_is_a_world_too(shop: Callable[..., Scenario]) -> None:
    world = draw(shop(customers=Customers()), seed=1)

    assert len(world.visits) == 0
    assert world.visitors == 0


def test_the_header_carries_planned_shifts_and_costs(shop: Callable[..., Scenario]) -> None:
    scenario = shop(
        members=(Member(name="Anong"), Member(name="Boon"), Member(name="Chai")),
        roster=Roster(shifts=(Shift(member="Anong", days=("mon",), start="09:00", end="17:00"),)),
        costs=Costs(staff_per_hour=100.0, by_member={"Boon": 150.0}),
        staff=StaffBehaviour(at_shift_end="keep"),
    )
    world = draw(scenario, seed=1, replication=3)

    assert world.cast == {
        "replication": 3,
        "shifts": [[[32_400.0, 61_200.0]], [], []],
        "cost_per_hour": [100.0, 150.0, 100.0],
    }
    assert set(world.workers["at_shift_end"]) == {1}


def test_what_the_run_needs_to_know_of_leaving_and_transfers_comes_along(
    shop: Callable[..., Scenario],
) -> None:
    customers = Customers(abandonment="visible", hand_overs=HandOvers(transfer_to="experts"))
    world = draw(shop(customers=customers, tags={"experts": ("desk",)}), seed=1)

    assert (world.abandonment, world.transfer_to) == ("visible", "experts")
