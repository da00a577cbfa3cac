"""The schedule of webhooks: what goes out when, what comes again, and in which bunches."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from line_sim.net.clock import SECOND_US
from line_sim.wire.events import redelivered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from line_sim.mock.platform.calls import Outcome
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.settings import Settings
    from line_sim.net.clock import Instant


_NEVER_US = -1


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
    url: str = ""
    """Where it was sent: the channel's endpoint when it was due."""
    flags: dict[str, Any] = field(default_factory=dict)
    """What faults or a test want otherwise: a wrong signature, a body style, raw bytes."""


class Deliveries:
    """Every webhook that is to be sent; times are the schedule's.

    Several events share a webhook where ``dispatch.batch`` says so, or within :meth:`together`.
    """

    def __init__(self, settings: Settings, epoch_ms: int) -> None:
        self._seed = settings.seed
        self._epoch_ms = epoch_ms
        self._dispatch = settings.dispatch
        self._again = settings.redelivery
        self._number = 0
        self._heap: list[tuple[int, int, int, Delivery]] = []
        self._filling: dict[str, Delivery] = {}
        """By channel id, the webhook that still takes events."""
        self._bunch: dict[str, Delivery] | None = None

    def __len__(self) -> int:
        """How many are scheduled."""
        return sum(1 for due_us, _, _, each in self._heap if due_us == each.due_us)

    def add(  # noqa: PLR0913 - the ways an event may go out
        self,
        channel: Channel,
        event: dict[str, Any],
        now: Instant,
        *,
        delay_s: float = 0.0,
        together: bool | None = None,
        flags: Mapping[str, Any] | None = None,
    ) -> Delivery:
        """Schedule an event; it must not be changed from now on.

        Parameters
        ----------
        delay_s
            Schedule seconds until it may go out.
        together
            True: in the webhook that is being filled, whatever the settings; False: alone.
        flags
            Kept with the delivery, which then takes no other events.
        """
        shared = self._shared(channel, together=together, alone=bool(flags or delay_s))
        if shared is not None:
            shared.events.append(event)
            if len(shared.events) >= self._dispatch.batch and self._bunch is None:
                self._bring_forward(shared, now.schedule_us)
            return shared
        self._number += 1
        due_us = now.schedule_us + int(delay_s * SECOND_US)
        made = Delivery(self._number, channel, [event], due_us, flags=dict(flags or {}))
        if together is not False and not flags and not delay_s:
            self._open(made)
        if self._bunch is None or self._bunch.get(channel.id) is not made:
            self._push(made)
        return made

    def schedule(
        self,
        channel: Channel,
        events: list[dict[str, Any]],
        due_us: int,
        flags: Mapping[str, Any],
    ) -> Delivery:
        """Schedule a webhook that was made elsewhere, as a replay's; it takes no other events."""
        self._number += 1
        made = Delivery(self._number, channel, events, due_us, flags=dict(flags))
        self._push(made)
        return made

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything scheduled within goes out as one webhook for each channel."""
        before, self._bunch = self._bunch, {}
        try:
            yield
        finally:
            bunch, self._bunch = self._bunch, before
            for delivery in bunch.values():
                self._push(delivery)

    def next_due_us(self) -> int | None:
        """When the next webhook is due; None: nothing is scheduled."""
        while self._heap and self._heap[0][0] != self._heap[0][3].due_us:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def cancel(self, event: Mapping[str, Any]) -> None:
        """Let an event that went on the schedule alone not happen, if it is still there."""
        for _, _, _, delivery in self._heap:
            if delivery.events[0] is event:
                delivery.due_us = _NEVER_US  # the heap's entry no longer counts

    def take_due(self, now: Instant) -> list[Delivery]:
        """Those that are due, in order, no longer scheduled.

        A webhook whose channel has no endpoint, or has webhooks (of a redelivery: redelivery)
        switched off by now, is only counted.
        """
        taken: list[Delivery] = []
        while (due_us := self.next_due_us()) is not None and due_us <= now.schedule_us:
            delivery = heappop(self._heap)[3]
            channel = delivery.channel
            if self._filling.get(channel.id) is delivery:
                del self._filling[channel.id]
            if channel.sends_webhooks() and (delivery.attempt == 1 or channel.redelivery):
                delivery.url = channel.endpoint or ""
                taken.append(delivery)
            else:
                channel.not_sent += 1
        return taken

    def handed_over(self, delivery: Delivery, now: Instant) -> None:
        """Right before the bytes are written: from now on its reply tokens live."""
        tokens = delivery.channel.reply_tokens
        for event in delivery.events:
            token = event.get("replyToken")
            if token:
                tokens.handed_over(token, now)

    def ended(self, delivery: Delivery, outcome: Outcome, now: Instant) -> Delivery | None:
        """Count a failure and schedule the webhook again where the channel's switch is on.

        Returns
        -------
        Delivery or None
            The redelivery: copies of the same events, with only ``isRedelivery`` changed.
        """
        if outcome.ok:
            return None
        channel = delivery.channel
        if channel.error_statistics:
            unix_ms = self._epoch_ms + now.schedule_us // 1_000
            channel.errors.add(outcome, delivery.url, unix_ms)
        tries = len(self._again.after_s)
        if not (channel.redelivery and channel.use_webhook) or delivery.attempt > tries:
            return None
        first_us = delivery.first_failed_us
        first_us = now.schedule_us if first_us is None else first_us
        wait_us = int(self._again.after_s[delivery.attempt - 1] * SECOND_US)
        due_us = first_us + int(wait_us * (1 + self._again.jitter * self._luck(delivery)))
        again = Delivery(
            delivery.number,
            channel,
            [redelivered(event) for event in delivery.events],
            max(due_us, now.schedule_us),
            delivery.attempt + 1,
            first_us,
            flags=dict(delivery.flags),
        )
        self._push(again)
        return again

    def _shared(self, channel: Channel, *, together: bool | None, alone: bool) -> Delivery | None:
        """The webhook that takes one more event of this channel."""
        if together is False or alone:
            return None
        if self._bunch is not None:
            return self._bunch.get(channel.id)
        found = self._filling.get(channel.id)
        if found is None or (together is None and len(found.events) >= self._dispatch.batch):
            return None
        return found

    def _open(self, made: Delivery) -> None:
        """Let a new webhook take more events."""
        if self._bunch is not None:
            self._bunch[made.channel.id] = made
            return
        self._filling[made.channel.id] = made
        if self._dispatch.batch > 1:
            made.due_us += int(self._dispatch.batch_wait_s * SECOND_US)

    def _bring_forward(self, delivery: Delivery, due_us: int) -> None:
        """A full webhook waits for nobody; the heap's old entry no longer counts."""
        if delivery.due_us > due_us:
            delivery.due_us = due_us
            self._push(delivery)

    def _push(self, delivery: Delivery) -> None:
        heappush(self._heap, (delivery.due_us, delivery.number, delivery.attempt, delivery))

    def _luck(self, delivery: Delivery) -> float:
        """From -1 to 1, the same whenever asked."""
        text = f"{self._seed} redelivery {delivery.number} {delivery.attempt}".encode()
        drawn = int.from_bytes(blake2b(text, digest_size=6).digest(), "big")
        return drawn / 2**47 - 1
