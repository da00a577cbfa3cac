"""Membership plans: monthly subscriptions, which the console makes and no API does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from line_sim.wire.refusals import NOT_FOUND, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel


@dataclass(slots=True)
class Subscriber:
    """Whoever has subscribed to a plan."""

    number: int
    joined_s: int
    """Unix time."""
    next_billing: str
    """``yyyy-MM-dd``."""
    months: int = 1

    def to_wire(self) -> dict[str, Any]:
        """As LINE shows it."""
        return {
            "membershipNo": self.number,
            "joinedTime": self.joined_s,
            "nextBillingDate": self.next_billing,
            "totalSubscriptionMonths": self.months,
        }


@dataclass(slots=True)
class Plan:
    """One membership plan."""

    id: int
    title: str
    description: str = ""
    benefits: tuple[str, ...] = ("none",)
    price: float = 500.0
    currency: str = "JPY"
    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    """By user id."""

    def to_wire(self) -> dict[str, Any]:
        """As LINE shows it to a subscriber."""
        return {
            "membershipId": self.id,
            "title": self.title,
            "description": self.description,
            "benefits": list(self.benefits),
            "price": self.price,
            "currency": self.currency,
        }


class Memberships:
    """The plans of one channel's account."""

    def __init__(self, _channel: Channel) -> None:
        self.plans: dict[int, Plan] = {}

    def plan(self, membership_id: str) -> Plan:
        """The plan of that id; raises :class:`RefusedError` where there is none."""
        known = membership_id.isascii() and membership_id.isdecimal()
        found = self.plans.get(int(membership_id)) if known else None
        if found is None:
            why = f"no membership plan {membership_id[:40]!r}; plans are made by the console"
            raise RefusedError(NOT_FOUND, why=why)
        return found
