"""The month's quota and what was used of it (Messaging API reference, message quota)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Operations

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()


@operations.answers(
    "getMessageQuota", "GET", "/v2/bot/message/quota", tier=1, result="MessageQuotaResponse"
)
def quota(asked: Asked) -> Answer:
    """The limit of this month."""
    limit = asked.channel.quota.limit
    if limit is None:
        return Answer(content={"type": "none"})
    return Answer(content={"type": "limited", "value": limit})


@operations.answers(
    "getMessageQuotaConsumption", "GET", "/v2/bot/message/quota/consumption", tier=1,
    result="QuotaConsumptionResponse",
)  # fmt: skip
def consumption(asked: Asked) -> Answer:
    """The messages of this month; LINE calls its own number approximate, this one is exact."""
    used = asked.channel.quota.used(asked.platform.unix_ms(asked.now))
    return Answer(content={"totalUsage": used})
