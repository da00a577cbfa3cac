"""Narrowcasts: accepted first, sent later; how far each has come can be asked for 14 days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from line_sim.net.clock import SECOND_US

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel
    from line_sim.net.clock import Instant

WAITING_S = 1
"""Schedule seconds in phase ``waiting``: chosen, LINE names none."""
SENDING_S = 1
"""Schedule seconds in phase ``sending``: chosen."""
_KEPT_US = 14 * 86_400 * SECOND_US
"""Get narrowcast progress status: available for 14 days."""


@dataclass(frozen=True, slots=True)
class Narrowcast:
    """One that was accepted; times are schedule microseconds."""

    accepted_us: int
    recipients: tuple[str, ...]
    target: int
    """How many were aimed at, the unreachable among them."""

    @property
    def done_us(self) -> int:
        """When everything is sent."""
        return self.accepted_us + (WAITING_S + SENDING_S) * SECOND_US


class Narrowcasts:
    """The narrowcasts of one channel."""

    def __init__(self, channel: Channel) -> None:
        self._epoch_ms = channel.platform.epoch_ms
        self._by_request: dict[str, Narrowcast] = {}

    def add(self, request_id: str, accepted: Narrowcast) -> None:
        """Keep one; what is older than 14 days is forgotten."""
        old = [
            each
            for each, other in self._by_request.items()
            if accepted.accepted_us - other.accepted_us > _KEPT_US
        ]
        for each in old:
            del self._by_request[each]
        self._by_request[request_id] = accepted

    def find(self, request_id: str, now: Instant) -> Narrowcast | None:
        """One by the request id of its call."""
        found = self._by_request.get(request_id)
        if found is None or now.schedule_us - found.accepted_us > _KEPT_US:
            return None
        return found

    def progress(self, found: Narrowcast, now: Instant) -> dict[str, Any]:
        """As LINE tells it."""
        told: dict[str, Any] = {
            "phase": "waiting",
            "acceptedTime": self._moment(found.accepted_us),
        }
        if now.schedule_us >= found.accepted_us + WAITING_S * SECOND_US:
            told["phase"] = "sending"
            told |= {"successCount": 0, "failureCount": 0, "targetCount": found.target}
        if now.schedule_us >= found.done_us:
            reached = len(found.recipients)
            told |= {"phase": "succeeded", "completedTime": self._moment(found.done_us)}
            told |= {"successCount": reached, "failureCount": found.target - reached}
        return told

    def _moment(self, schedule_us: int) -> str:
        unix_ms = self._epoch_ms + schedule_us // 1_000
        moment = dt.datetime.fromtimestamp(unix_ms / 1_000, tz=dt.UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
