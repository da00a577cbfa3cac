"""What a run is measured by: lateness, answers, what is in flight, stalls of the event loop."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from line_sim.mock.lateness import Lateness

if TYPE_CHECKING:
    from line_sim.mock.bad_luck import Sending
    from line_sim.mock.platform.calls import Outcome
    from line_sim.net.clock import Clock, Instant

BEAT_S = 0.005
"""How often the event loop is asked whether it stands."""
STALL_MS = 20.0
"""What counts as a stall."""


@dataclass(frozen=True, slots=True)
class InFlight:
    """A webhook that was under way when a run, or a bridge, ended."""

    exchange: int
    """Its number in the ledger."""
    channel: str
    recorded: int | None
    """The number of its line in the recording."""
    loop: int
    events: tuple[str, ...]
    """Live ``webhookEventId`` of its events."""

    def __str__(self) -> str:
        events = ", ".join(self.events) or "no event"
        return f"webhook {self.exchange} of {self.channel} ({events}; line {self.recorded})"


class Watching:
    """Hears of every webhook from the mock's dispatcher, on its loop.

    Parameters
    ----------
    clock
        Whose schedule due times are on.

    Attributes
    ----------
    measured_from_us
        Webhooks due before it are warm-up: they are counted and not measured.
    lateness
        From intended to handed to the socket, wall time; those that waited for room apart.
    own
        From intended to begun: what the player itself was late, room and connections apart.
    answers
        From the first byte sent to the whole answer, of webhooks that were answered.
    backpressure
        Webhooks that waited for room because so many were unanswered: the bridge's doing.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.measured_from_us = 0
        self._open: dict[int, tuple[Sending, int]] = {}
        self.lateness = Lateness()
        self.own = Lateness()
        self.answers = Lateness()
        self.stalls = Lateness()
        self.backpressure = 0
        self.started_count = self.measured = self.confirmed = self.peak = 0
        self.copies = 0
        self.first_s = self.last_s = 0.0
        self.failed: Counter[str] = Counter()

    def started(self, sending: Sending, exchange: int) -> None:
        """See :class:`line_sim.mock.posting.Watch`."""
        self._open[id(sending)] = sending, exchange
        self.peak = max(self.peak, len(self._open))
        if sending.copy or sending.delivery.attempt > 1:  # nothing that the feed put there
            self.copies += 1
        else:
            self.started_count += 1
        if sending.pressed:
            self.backpressure += 1
        due_us = sending.shown.due_us
        if due_us >= self.measured_from_us:
            self.measured += 1
            self.last_s = time.monotonic()
            self.first_s = self.first_s or self.last_s
            if not sending.pressed and not sending.copy and not self._clock.stepped:
                late_us = self._clock.now().schedule_us - due_us
                self.own.add(late_us / self._clock.speed)

    def handed_over(self, sending: Sending, now: Instant) -> None:
        """See :class:`line_sim.mock.posting.Watch`."""
        due_us = sending.shown.due_us
        own = not (sending.pressed or sending.copy or self._clock.stepped)
        if own and due_us >= self.measured_from_us:
            self.lateness.add((now.schedule_us - due_us) / self._clock.speed)

    def ended(self, sending: Sending, outcome: Outcome) -> None:
        """See :class:`line_sim.mock.posting.Watch`."""
        self._open.pop(id(sending), None)
        if outcome.ok:
            self.confirmed += 1
        else:
            self.failed[" ".join(filter(None, (outcome.reason, outcome.detail)))] += 1
        if outcome.status is not None and sending.shown.due_us >= self.measured_from_us:
            self.answers.add(outcome.took_ms * 1_000)

    @property
    def open(self) -> int:
        """How many webhooks are under way."""
        return len(self._open)

    def in_flight(self) -> tuple[InFlight, ...]:
        """Those under way, oldest first."""
        return tuple(_in_flight(*each) for each in list(self._open.values()))

    async def beat(self) -> None:
        """Ask the loop again and again whether it stands; until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + BEAT_S
            await asyncio.sleep(BEAT_S)
            self.stalls.add((loop.time() - due_s) * 1e6)


def _in_flight(sending: Sending, exchange: int) -> InFlight:
    line = sending.shown.flags.get("line", {})
    names = (each.get("webhookEventId") for each in sending.shown.events)
    return InFlight(
        exchange,
        sending.shown.channel.name,
        line.get("recorded"),
        line.get("loop", 0),
        tuple(name for name in names if name),
    )


def shown(measured: Lateness) -> dict[str, float]:
    """Counts as p50, p95, p99 and the most, in milliseconds; at most 5 % too high."""
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
    quantiles = {name: round(measured.quantile_ms(share), 3) for name, share in shares.items()}
    return {"count": measured.count, **quantiles, "max_ms": round(measured.most_ms, 3)}
