"""What is there at the start of a day, drawn or carried over."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from line_sim.desk.model import (
    BY_STAFF,
    KIND_CLOSED,
    KIND_MISSED,
    NEVER,
    PICKED_UP,
    RECEIVED,
    SECOND,
    TRANSFERRED,
)
from line_sim.desk.setup import Alternative, Channel, Member, Sticky
from line_sim.log import EventLog
from line_sim.scenario.behaviour import (
    ConstantRate,
    Customers,
    Exponential,
    Patience,
    Population,
    VisitorClass,
    WarmStart,
)
from line_sim.scenario.config import Scenario
from line_sim.world.draw import draw
from line_sim.world.warm import carry_over

HEADER = {
    "members": [{"name": "Boon"}, {"name": "Anong"}, {"name": "Gone"}],
    "channels": [{"name": "shop"}, {"name": "closed down"}],
    "classes": ["customer"],
}
BOON, ANONG, GONE = range(3)


def yesterday(*happenings: tuple[int, int, int, int, int]) -> EventLog:
    """A log of (kind, enquiry, visitor, staff, channel), a second apart."""
    log = EventLog(header=HEADER)
    for second, (kind, enquiry, visitor, staff, channel) in enumerate(happenings):
        reason = BY_STAFF if kind == KIND_CLOSED else 0
        log.append(
            second * SECOND,
            kind,
            enquiry=enquiry,
            visitor=visitor,
            staff=staff,
            channel=channel,
            reason=reason,
        )
    return log


DAY = yesterday(
    (RECEIVED, 0, 4, -1, 0),
    (PICKED_UP, 0, 4, BOON, 0),
    (RECEIVED, 1, 7, -1, 0),
    (PICKED_UP, 1, 7, BOON, 0),
    (KIND_CLOSED, 0, 4, BOON, 0),
    (TRANSFERRED, 1, 7, ANONG, 0),
    (RECEIVED, 2, 9, -1, 0),
    (KIND_MISSED, 2, 9, -1, 0),
    (RECEIVED, 3, 4, -1, 0),
    (PICKED_UP, 3, 4, ANONG, 0),
    (KIND_CLOSED, 3, 4, ANONG, 0),
    (RECEIVED, 4, 4, -1, 0),
    (PICKED_UP, 4, 4, ANONG, 0),
    (KIND_CLOSED, 4, 4, ANONG, 0),
    (RECEIVED, 5, 4, -1, 0),
    (PICKED_UP, 5, 4, BOON, 0),
    (KIND_CLOSED, 5, 4, BOON, 0),
    (RECEIVED, 6, 5, -1, 0),
    (PICKED_UP, 6, 5, GONE, 0),
    (RECEIVED, 7, 6, -1, 1),
    (PICKED_UP, 7, 6, BOON, 1),
)
TODAY = {"Anong": 0, "Boon": 1}


def test_open_chats_are_visits_at_the_start_that_do_not_leave(
    shop: Callable[..., Scenario],
) -> None:
    impatient = VisitorClass(patience=Patience(until_leaving=Exponential(mean_s=1.0)))
    scenario = shop(
        customers=Customers(arrivals={"shop": ConstantRate(per_hour=60.0)}, classes=(impatient,)),
        warm_start=WarmStart(open_chats={"Boon": 2, "Anong": 1}),
    )
    visits = draw(scenario, seed=1).visits

    assert visits["owner"][:4].tolist() == [1, 1, 0, -1]
    assert visits["at"][:3].tolist() == [0, 0, 0]
    assert visits["patience"][:3].tolist() == [NEVER] * 3
    assert visits["visitor"].tolist() == list(range(len(visits)))


def test_a_warm_start_changes_nobody_who_comes_later(shop: Callable[..., Scenario]) -> None:
    cold = draw(shop(), seed=1).visits
    warm = draw(shop(warm_start=WarmStart(open_chats={"Boon": 2})), seed=1).visits

    assert cold["luck"].tolist() == warm["luck"][2:].tolist()
    assert cold["work"].tolist() == warm["work"][2:].tolist()


def test_known_visitors_and_memory_have_their_shares(shop: Callable[..., Scenario]) -> None:
    size = 5000
    customers = Customers(population=Population(new_share=0.5, size=size))
    world = draw(
        shop(customers=customers, warm_start=WarmStart(known_share=0.6, memory_share=0.3)), seed=1
    )
    error = 4 * 0.5 / math.sqrt(size)
    helped = world.memory[:, 0]

    assert len(helped) / size == pytest.approx(0.3, abs=error)
    assert len(set(helped.tolist())) == len(helped)
    # known, or helped and so known
    assert len(world.known) / size == pytest.approx(1 - 0.4 * 0.7, abs=error)
    assert np.isin(helped, world.known).all()
    assert set(world.memory[:, 2].tolist()) == {0, 1}


def test_chats_open_at_the_end_of_a_day_open_the_next(shop: Callable[..., Scenario]) -> None:
    found = carry_over(DAY, shop().desk_setup()).open_chats

    assert found[["visitor", "channel", "owner"]].tolist() == [(7, 0, TODAY["Anong"])]


def test_everybody_who_wrote_is_known(shop: Callable[..., Scenario]) -> None:
    assert carry_over(DAY, shop().desk_setup()).known.tolist() == [4, 5, 6, 7, 9]


@pytest.mark.parametrize(
    ("who", "remembered"),
    [("last_owner", "Boon"), ("first_owner", "Boon"), ("most_frequent", "Boon")],
)
def test_the_helper_remembered_is_the_one_the_channel_asks_for(
    shop: Callable[..., Scenario], who: str, remembered: str
) -> None:
    sticky = Sticky(enabled=True, sticky_who=who)  # type: ignore[arg-type]
    channel = Channel(name="shop", rule=Alternative(destinations=("desk",)), sticky=sticky)
    setup = shop(channels=(channel,)).desk_setup()
    # visitor 4: Boon, Anong, Anong, Boon (a tie, Boon the latest); visitor 7: Boon, then Anong
    of_seven = {"last_owner": "Anong", "first_owner": "Boon", "most_frequent": "Anong"}[who]

    assert carry_over(DAY, setup).memory.tolist() == [
        [4, 0, TODAY[remembered]],
        [7, 0, TODAY[of_seven]],
    ]


def test_new_visitors_are_numbered_after_those_of_the_day_before(
    shop: Callable[..., Scenario],
) -> None:
    world = draw(shop(), seed=1, carry=DAY)

    assert world.visits["visitor"][:3].tolist() == [7, 10, 11]
    assert world.visitors == 10 + len(world.visits) - 1


def test_a_log_in_which_nothing_happened_leaves_nothing_behind(
    shop: Callable[..., Scenario],
) -> None:
    setup = shop(members=(Member(name="Anong"), Member(name="Boon"))).desk_setup()
    found = carry_over(EventLog(header=HEADER), setup)

    assert [len(part) for part in found[:3]] == [0, 0, 0]
    assert found.visitors == 0
