"""The schedule of webhooks: what goes out when, what comes again, and in which bunches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel


@dataclass(slots=True)
class Delivery:
    """One webhook to be sent, or sent again."""

    number: int
    """Counts deliveries, attempts apart; its order among those due at one instant."""
    channel: Channel
    events: list[dict[str, Any]]
    """Events as they go out; ``deliveryContext.isRedelivery`` already says which attempt it is."""
    due_us: int
    attempt: int = 1
    first_failed_us: int | None = None
    flags: dict[str, Any] = field(default_factory=dict)
    """What faults or a test want otherwise: a wrong signature, a body style, raw bytes."""
