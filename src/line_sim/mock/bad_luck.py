"""Webhooks under faults: lost, doubled, held back, made wrong."""

from __future__ import annotations

from dataclasses import replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol

from line_sim.mock.platform.calls import Outcome
from line_sim.net.clock import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from line_sim.mock.platform.deliveries import Deliveries, Delivery
    from line_sim.net.clock import Instant
    from line_sim.recording.writer import Writer


class WebhookPlan(Protocol):
    """What faults make of one webhook."""

    @property
    def names(self) -> tuple[str, ...]:
        """The faults that struck, for the ledger."""

    @property
    def flags(self) -> Mapping[str, object]:
        """Added to the delivery's own (:func:`line_sim.mock.outgoing.outgoing`)."""

    @property
    def delay_s(self) -> float:
        """Schedule seconds it is held back, so that others overtake it."""

    @property
    def copies(self) -> int:
        """How often it goes out besides, with nothing to tell the copies apart."""

    @property
    def lost(self) -> bool:
        """Whether it does not go out at all, and LINE believes it arrived."""


class WebhookFaults(Protocol):
    """Whoever decides the bad luck of webhooks."""

    def webhook(self, delivery: Delivery, now: Instant) -> WebhookPlan | None:
        """What happens to a webhook that is due; None: nothing."""


class Due:
    """What the platform has due, as faults leave it.

    Parameters
    ----------
    deliveries
        The platform's schedule.
    faults
        Who decides; None: nobody, and everything goes out as it is.
    ledger
        Where a fault that struck is written down.
    """

    def __init__(
        self, deliveries: Deliveries, faults: WebhookFaults | None, ledger: Writer
    ) -> None:
        self._deliveries = deliveries
        self._faults = faults
        self._ledger = ledger
        self._held: list[tuple[int, int, int, Delivery]] = []
        self._holdings = 0

    def next_us(self) -> int | None:
        """When the next webhook is due, on the schedule; None: nothing is scheduled."""
        due_us = self._deliveries.next_due_us()
        if self._held and (due_us is None or self._held[0][0] < due_us):
            return self._held[0][0]
        return due_us

    def take(self, now: Instant) -> list[Delivery]:
        """Those to be sent now, in order."""
        taken = self._deliveries.take_due(now)
        if self._faults is not None:
            taken = [each for delivery in taken for each in self._left(delivery, now)]
        while self._held and self._held[0][0] <= now.schedule_us:
            taken.append(heappop(self._held)[3])
        return taken

    def _left(self, delivery: Delivery, now: Instant) -> Iterator[Delivery]:
        """What goes out at once in place of `delivery`; what is held back is put aside."""
        plan = None if self._faults is None else self._faults.webhook(delivery, now)
        if plan is None:
            yield delivery
            return
        for name in plan.names:
            self._ledger.write("fault", fault=name, channel=delivery.channel.name)
        if plan.lost:
            self._deliveries.ended(delivery, Outcome(200), now)
            return
        changed = replace(delivery, flags={**delivery.flags, **plan.flags})
        copy = replace(changed, flags={**changed.flags, "copy": True})
        for each in (changed, *([copy] * plan.copies)):
            if plan.delay_s > 0:
                due_us = now.schedule_us + int(plan.delay_s * SECOND_US)
                self._holdings += 1
                heappush(self._held, (due_us, each.number, self._holdings, each))
            else:
                yield each
