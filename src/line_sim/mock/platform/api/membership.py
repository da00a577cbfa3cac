"""Membership plans and who subscribed to them (Messaging API reference, membership)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.memberships import Memberships
from line_sim.mock.platform.named_users import known_user
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.mock.platform.queries import page
from line_sim.mock.platform.simpler import SIMPLER
from line_sim.wire.refusals import NOT_FOUND, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()

_PATH = "/v2/bot/membership"
_LIMIT = Limit(200, 1)


@operations.answers(
    "getMembershipSubscription", "GET", f"{_PATH}/subscription/{{userId}}", tier=3, limit=_LIMIT,
    result="GetMembershipSubscriptionResponse",
)  # fmt: skip
def subscriptions(asked: Asked) -> Answer:
    """The plans that one user has subscribed to."""
    user_id = known_user(asked).id
    plans = asked.channel.part(Memberships).plans.values()
    found = [
        {"membership": plan.to_wire(), "user": plan.subscribers[user_id].to_wire()}
        for plan in plans
        if user_id in plan.subscribers
    ]
    return Answer(content={"subscriptions": found}, findings=(SIMPLER,))


@operations.answers(
    "getMembershipList", "GET", f"{_PATH}/list", tier=3, limit=_LIMIT,
    result="MembershipListResponse",
)  # fmt: skip
def listed(asked: Asked) -> Answer:
    """Every plan; LINE answers 404 where the account has none."""
    plans = asked.channel.part(Memberships).plans.values()
    if not plans:
        raise RefusedError(NOT_FOUND, why="the account has no membership plan")
    published = {"memberLimit": None, "isInAppPurchase": True, "isPublished": True}
    found = [
        {**plan.to_wire(), "memberCount": len(plan.subscribers), **published} for plan in plans
    ]
    return Answer(content={"memberships": found}, findings=(SIMPLER,))


@operations.answers(
    "getJoinedMembershipUsers", "GET", f"{_PATH}/{{membershipId}}/users/ids", tier=3,
    limit=_LIMIT, result="GetJoinedMembershipUsersResponse",
)  # fmt: skip
def subscribers(asked: Asked) -> Answer:
    """Ids of a plan's subscribers, by pages."""
    plan = asked.channel.part(Memberships).plan(asked.parameters["membershipId"])
    found = page(asked, list(plan.subscribers), usual=300, most=1_000)
    return Answer(content=found.named("userIds"), findings=(SIMPLER,))
