"""Recorded enquiries become visits one to one; what they do not say is drawn."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from line_sim.desk.model import NEVER
from line_sim.scenario.behaviour import (
    Campaign,
    Constant,
    Customers,
    Exponential,
    Language,
    Patience,
    VisitorClass,
)
from line_sim.scenario.config import Scenario
from line_sim.scenario.recorded import Recorded, RecordedEnquiry
from line_sim.world.draw import draw

CUSTOMERS = Customers(
    classes=(
        VisitorClass(name="order", work=Constant(value_s=7.0)),
        VisitorClass(
            name="complaint",
            work=Constant(value_s=9.0),
            patience=Patience(until_leaving=Constant(value_s=30.0)),
        ),
    ),
    languages=(Language(code="th"), Language(code="en")),
)


def enquiry(at_s: float, **told: object) -> RecordedEnquiry:
    return RecordedEnquiry(at_s=at_s, **told)  # type: ignore[arg-type]


def replayed(shop: Callable[..., Scenario], *enquiries: RecordedEnquiry) -> np.ndarray:
    scenario = shop(customers=CUSTOMERS, recorded=Recorded(enquiries=enquiries))
    return draw(scenario, seed=1).visits


def test_what_a_record_says_is_taken_as_it_is(shop: Callable[..., Scenario]) -> None:
    visits = replayed(
        shop,
        enquiry(20.5, visitor_class="complaint", language="en", handling_s=33.0, patience_s=12.0),
        enquiry(10.25, visitor_class="order", handling_s=44.0),
    )

    assert visits["at"].tolist() == [10_250_000, 20_500_000]
    assert visits["work"].tolist() == [44e6, 33e6]
    assert visits["patience"].tolist() == [NEVER, 12_000_000]
    assert visits["visitor_class"].tolist() == [0, 1]
    assert visits["language"][1] == 1


def test_a_customer_who_comes_back_is_one_visitor(shop: Callable[..., Scenario]) -> None:
    visits = replayed(
        shop,
        enquiry(1.0, customer="c2"),
        enquiry(2.0),
        enquiry(3.0, customer="c1"),
        enquiry(4.0, customer="c2"),
    )

    assert visits["visitor"].tolist() == [1, 2, 0, 1]


def test_patience_and_work_follow_the_class_where_nothing_is_told(
    shop: Callable[..., Scenario],
) -> None:
    visits = replayed(shop, enquiry(1.0, visitor_class="complaint"), enquiry(2.0))

    assert visits["work"].tolist() == [9e6, 7e6]
    assert visits["patience"].tolist() == [30_000_000, NEVER]


def test_unknown_work_is_one_of_the_recorded_of_the_same_class(
    shop: Callable[..., Scenario],
) -> None:
    told = [enquiry(1.0, handling_s=11.0), enquiry(2.0, handling_s=13.0)]
    other = enquiry(3.0, visitor_class="complaint", handling_s=99.0)
    visits = replayed(shop, *told, other, *(enquiry(5.0 + n) for n in range(100)))

    assert set(visits["work"][3:].tolist()) == {11e6, 13e6}


def test_campaigns_go_on_beside_a_record(
    shop: Callable[..., Scenario],
) -> None:
    scenario = shop(customers=CUSTOMERS, recorded=Recorded(enquiries=(enquiry(5.0),)))
    campaign = Campaign(name="sale", channel="shop", at=scenario.start, audience=10_000)
    content = {name: getattr(CUSTOMERS, name) for name in CUSTOMERS.__dataclass_fields__}
    more = scenario.replace(customers=Customers(**content | {"campaigns": (campaign,)}))

    assert len(draw(scenario, seed=1).visits) == 1
    assert 50 < len(draw(more, seed=1).visits) < 300


def test_leavers_keep_their_patience_and_the_answered_get_what_hides_behind_the_wait(
    shop: Callable[..., Scenario],
) -> None:
    size = 5000
    rng = np.random.default_rng(8)
    patience, offered = rng.exponential(300.0, size), rng.exponential(100.0, size)
    history = tuple(
        enquiry(float(place), waited_s=float(min(own, other)), gave_up=bool(own < other))
        for place, (own, other) in enumerate(zip(patience, offered, strict=True))
    )
    found = replayed(shop, *history)["patience"] / 1e6
    left = patience < offered

    assert found[left] == pytest.approx(patience[left], abs=1e-6)
    assert np.all(found[~left] >= offered[~left] - 1e-6)
    for time in (50.0, 150.0, 300.0):
        truth = math.exp(-time / 300)
        assert (found > time).mean() == pytest.approx(truth, abs=0.04)


def test_a_class_whose_people_leave_sooner_does_so_behind_its_waits_too(
    shop: Callable[..., Scenario],
) -> None:
    """Half of each class left after 10 s and 100 s; the others were answered just before."""
    history = [
        enquiry(
            float(place), visitor_class=name, waited_s=left_s - (place % 2), gave_up=place % 2 == 0
        )
        for name, left_s in (("order", 100.0), ("complaint", 10.0))
        for place in range(100)
    ]
    visits = replayed(shop, *history)
    of_class = [visits["patience"][visits["visitor_class"] == number] for number in (0, 1)]

    assert [set(found.tolist()) for found in of_class] == [{100_000_000}, {10_000_000}]


def test_a_leaver_at_once_still_takes_a_microsecond(shop: Callable[..., Scenario]) -> None:
    visits = replayed(shop, enquiry(1.0, waited_s=0.0, gave_up=True))

    assert visits["patience"].tolist() == [1]


def test_recorded_visits_draw_what_is_left_as_anybody(shop: Callable[..., Scenario]) -> None:
    customers = Customers(classes=(VisitorClass(work=Exponential(mean_s=100.0)),))
    recorded = Recorded(enquiries=tuple(enquiry(float(place)) for place in range(4000)))
    visits = draw(shop(customers=customers, recorded=recorded), seed=1).visits

    assert visits["work"].mean() / 1e6 == pytest.approx(100, abs=4 * 100 / math.sqrt(4000))
    assert len(set(visits["luck"].tolist())) > 3990
