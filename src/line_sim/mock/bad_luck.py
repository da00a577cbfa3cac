"""What is due, as faults leave it: doubled, held back, overtaken, made wrong, never sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.calls import Outcome
from line_sim.net.clock import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.mock.faults.engine import Faults
    from line_sim.mock.faults.plans import WebhookPlan
    from line_sim.mock.platform.deliveries import Delivery
    from line_sim.mock.platform.platform import Platform
    from line_sim.net.clock import Instant


@dataclass(slots=True, eq=False)
class Sending:
    """One webhook on its way out."""

    delivery: Delivery
    """As the platform scheduled it, and hears of its end."""
    shown: Delivery
    """As it goes out."""
    faults: tuple[str, ...] = ()
    """Those that struck, for the ledger."""
    instead: Outcome | None = None
    """How it ends without being sent."""
    unheard: bool = False
    """Whether its answer is taken for one that came too late."""
    copy: bool = False
    """Whether the platform knows nothing of it."""
    gone: bool = False
    """Whether one that is held back went out already."""
    pressed: bool = False
    """Whether it had to wait for room: too many exchanges were under way when it was due."""


class Due:
    """What the platform has due, as faults leave it.

    Parameters
    ----------
    platform
        Whose schedule it is.
    faults
        Who decides; None: nobody, and everything goes out as it is.
    """

    def __init__(self, platform: Platform, faults: Faults | None) -> None:
        self._platform = platform
        self._deliveries = platform.deliveries
        self._faults = faults
        self._held: list[tuple[int, int, Sending]] = []
        self._holdings = 0
        self._behind: dict[str, list[tuple[int, Sending]]] = {}
        """By channel id, those that let others overtake them, and how many more."""

    def next_us(self) -> int | None:
        """When the next webhook is due, on the schedule; None: nothing is scheduled."""
        while self._held and self._held[0][2].gone:
            heappop(self._held)
        due_us = self._deliveries.next_due_us()
        if self._held and (due_us is None or self._held[0][0] < due_us):
            return self._held[0][0]
        return due_us

    def take(self, now: Instant) -> list[Sending]:
        """Those to be sent now, in order."""
        due = self._deliveries.take_due(now)
        if self._faults is None or not (self._faults.active_webhooks or self._held):
            return [Sending(each, each) for each in due]
        taken = [each for delivery in due for each in self._left(delivery, now)]
        while self._held and self._held[0][0] <= now.schedule_us:
            sending = heappop(self._held)[2]
            if not sending.gone:
                taken.append(sending)
                sending.gone = True
        return taken

    def _left(self, delivery: Delivery, now: Instant) -> Iterator[Sending]:
        """What goes out at once in place of `delivery`, and what that sets free."""
        plan = self._plan(delivery, now)
        if plan is None:
            yield Sending(delivery, delivery)
            yield from self._overtaken(delivery.channel.id)
            return
        sending = _spoilt(delivery, plan)
        delay_us = int(plan.delay_s * SECOND_US)
        for number in range(1, plan.copies + 1):
            after_us = int(number * plan.copies_after_s * SECOND_US)
            self._hold(_copy(sending, flagged=plan.copies_flagged), now, delay_us + after_us)
        if plan.hold_behind:
            self._behind.setdefault(delivery.channel.id, []).append((plan.hold_behind, sending))
            self._hold(sending, now, int(plan.hold_at_most_s * SECOND_US))
        elif delay_us:
            self._hold(sending, now, delay_us)
        else:
            yield sending
            yield from self._overtaken(delivery.channel.id)

    def _plan(self, delivery: Delivery, now: Instant) -> WebhookPlan | None:
        if self._faults is None:
            return None
        channel = delivery.channel
        users = self._users(delivery) if self._faults.by_user else ()
        names = (channel.id, channel.name)
        return self._faults.for_webhook(names, delivery.events, delivery.attempt, users, now)

    def _users(self, delivery: Delivery) -> set[str]:
        """The ids and names of everybody the events are about."""
        sources = [event.get("source") or {} for event in delivery.events]
        ids = {
            source[key]
            for source in sources
            for key in ("userId", "groupId", "roomId")
            if key in source
        }
        return ids | {self._platform.name_of(each) for each in ids}

    def _hold(self, sending: Sending, now: Instant, for_us: int) -> None:
        self._holdings += 1
        heappush(self._held, (now.schedule_us + for_us, self._holdings, sending))

    def _overtaken(self, channel: str) -> Iterator[Sending]:
        """Count a webhook that went out; those that enough others have overtaken follow it."""
        waiting = self._behind.pop(channel, [])
        left = [(more - 1, each) for more, each in waiting if not each.gone]
        for more, each in left:
            if not more:
                each.gone = True
                yield each
        if still := [(more, each) for more, each in left if more]:
            self._behind[channel] = still


def _spoilt(delivery: Delivery, plan: WebhookPlan) -> Sending:
    """A delivery as a plan leaves it."""
    if plan.skew_ms and "skewed" not in delivery.flags:
        # kept for its redelivery, whose timestamp is that of the first sending
        skewed = [_skewed(event, plan.skew_ms) for event in delivery.events]
        delivery = replace(delivery, events=skewed, flags={**delivery.flags, "skewed": True})
    shown = delivery
    wanted: dict[str, Any] = {
        name: getattr(plan, name) for name in ("signature", "mutant", "style", "header_case")
    }
    if plan.user_agent:
        wanted["headers"] = {"user-agent": plan.user_agent}
    if flags := {name: value for name, value in wanted.items() if value}:
        shown = replace(delivery, flags={**delivery.flags, **flags})
    instead = Outcome(None, plan.drop, plan.drop_detail) if plan.drop else None
    return Sending(delivery, shown, plan.names, instead, plan.unheard)


def _skewed(event: dict[str, Any], skew_ms: int) -> dict[str, Any]:
    return {**event, "timestamp": event["timestamp"] + skew_ms} if "timestamp" in event else event


def _copy(sending: Sending, *, flagged: bool) -> Sending:
    shown = sending.shown
    if flagged:
        context = {"deliveryContext": {"isRedelivery": True}}
        shown = replace(shown, events=[{**event, **context} for event in shown.events])
    return Sending(sending.delivery, shown, sending.faults, copy=True)
