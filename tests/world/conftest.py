"""A small service to draw worlds from."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from line_sim.desk.setup import Alternative, Channel, Member, Queue
from line_sim.scenario.behaviour import ConstantRate, Customers
from line_sim.scenario.config import Scenario

MONDAY = dt.datetime(2026, 11, 2)  # noqa: DTZ001 - local to the scenario's offset


def shop(**changes: Any) -> Scenario:  # noqa: ANN401 - any field of a scenario
    """Two people, one on a phone, one queue and one channel with 100 visits an hour."""
    content: dict[str, Any] = {
        "name": "shop",
        "start": MONDAY,
        "utc_offset": "+07:00",
        "members": (Member(name="Anong"), Member(name="Boon", device="mobile")),
        "destinations": (Queue(name="desk", staff=("Anong", "Boon")),),
        "channels": (Channel(name="shop", rule=Alternative(destinations=("desk",))),),
        "customers": Customers(arrivals={"shop": ConstantRate(per_hour=100.0)}),
    }
    return Scenario(**content | changes)


@pytest.fixture(name="shop")
def _shop() -> Callable[..., Scenario]:
    return shop
