"""One replay on the mock's event loop: fed, watched, waited for."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from line_sim.errors import ConfigurationError, Fault, UnreachableError
from line_sim.net.clock import SECOND_US
from line_sim.replay.closed_loop import ClosedLoop
from line_sim.replay.feeding import (
    BUSY_HEAD_S,
    BUSY_PER_S,
    HEAD_START_S,
    AsFastAsPossible,
    OpenLoop,
    Schedule,
    Stepped,
)
from line_sim.replay.live_answers import LiveAnswers
from line_sim.replay.living import Living
from line_sim.replay.orders import DRAIN_S
from line_sim.replay.plan import Plan
from line_sim.replay.run import Death
from line_sim.replay.staging import Staging
from line_sim.replay.token_map import TokenMap
from line_sim.replay.watching import Watching

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.service import Service
    from line_sim.replay.feeding import Feed
    from line_sim.replay.orders import Orders
    from line_sim.replay.scan import Recorded, Scan

PATIENT_S = 2.5
"""Longest that a webhook stays unanswered, LINE's two seconds and a little, at the end of a run."""


class Playing:
    """A replay under way; its methods but :meth:`progress` run on the mock's loop.

    Parameters
    ----------
    service
        The mock at work.
    recording, seen, orders
        What is played, what is known of it, and how.
    """

    def __init__(self, service: Service, recording: Recorded, seen: Scan, orders: Orders) -> None:
        self.service = service
        self.orders = orders
        self.seen = seen
        self.map = TokenMap()
        self.plan = Plan(recording, seen, orders.selection)
        self.deaths: list[Death] = []
        self.ended = "done"
        self.begun_s = self.span_s = 0.0
        clock = service.clock
        self._busy = self._is_busy()
        self.zero_us = self.measured_from_us = 0
        self.watching = Watching(clock)
        self.answers = LiveAnswers(clock, self.map)
        service.on_sent = self.answers.sent
        service.dispatcher.watch(self.watching)
        names = list(seen.channels) or [""]
        live = list(service.platform.channels.values())
        self.channels: dict[str, Channel] = dict(zip(names, live, strict=False))
        living = Living(
            service.platform, recording, seen, self.map,
            lambda recorded: self.answers.message(recorded, self.plan.answers),
        )  # fmt: skip
        staging = Staging(self.channels, living)
        self.schedule = Schedule(service, staging, self.map, self.answers, self.watching)

    async def reach(self, urls: Mapping[str, str]) -> None:
        """Set the webhook URLs, by live channel name, and see that each is answered.

        Raises
        ------
        UnreachableError
            Where nobody answers.
        ConfigurationError
            Where a signed empty webhook is answered with something else than a 2xx.
        """
        for channel in self.channels.values():
            url = channel.endpoint = urls[channel.name]
            if not self.orders.verify:
                continue
            outcome = await self.service.dispatcher.probe(url, channel)
            if outcome.status is None:
                raise UnreachableError(url, outcome.detail)
            if not outcome.ok:
                mend = "does the bridge know the channel secret (--secret), and is the path right?"
                what = f"{url} answered a signed empty webhook with {outcome.status}"
                raise ConfigurationError([Fault("to", what, "a 2xx within 2 s", mend)])

    async def run(self) -> None:
        """Play all of it, then wait until the bridge has come to rest."""
        self.begun_s = time.monotonic()
        self._set_out()
        beat = asyncio.ensure_future(self.watching.beat())
        try:
            await self._feed().run(self.plan)
            await self._drain()
        finally:
            beat.cancel()
            self.span_s = time.monotonic() - self.begun_s
            with contextlib.suppress(asyncio.CancelledError):
                await beat

    def stop(self, why: str) -> None:
        """Send nothing more, and wait for nothing."""
        self.ended = why
        self.schedule.stopped = True
        self.service.activity.touch()

    def died(self, exit_code: int, last_words: tuple[str, ...], *, restarted: bool) -> None:
        """Note that the bridge ended by itself."""
        at_s = self.service.clock.now().schedule_us / SECOND_US
        in_flight = self.watching.in_flight()
        self.deaths.append(Death(at_s, exit_code, in_flight, last_words, restarted))
        self.service.ledger.write(
            "note", text="the bridge ended", exit_code=exit_code, restarted=restarted,
            in_flight=[each.exchange for each in in_flight],
        )  # fmt: skip

    @property
    def planned(self) -> int:
        """Webhooks in all loops, where all of every loop is played; else at most so many."""
        return self.seen.webhooks * self.orders.selection.loops

    def rate_per_s(self) -> float:
        """Webhooks a second so far, after the warm-up."""
        watching = self.watching
        took_s = watching.last_s - watching.first_s
        return (watching.measured - 1) / took_s if took_s > 0 else 0.0

    def _feed(self) -> Feed:
        orders = self.orders
        if orders.speed == "max":
            return AsFastAsPossible(self.schedule, orders.most)
        if orders.speed == "stepped":
            return Stepped(self.schedule, self.zero_us)
        if orders.closed:
            return ClosedLoop(self.schedule, self.zero_us)
        return OpenLoop(self.schedule, self.zero_us, busy=self._busy)

    def _set_out(self) -> None:
        """Decide when the replay's first moment is, on the schedule."""
        orders, clock = self.orders, self.service.clock
        head_s = BUSY_HEAD_S if self._busy else HEAD_START_S
        head_us = 0 if orders.speed == "stepped" else int(head_s * clock.speed * SECOND_US)
        self.zero_us = clock.now().schedule_us + head_us
        if orders.warm_up_s:
            warm_us = int(orders.warm_up_s * clock.speed * SECOND_US)
            self.measured_from_us = self.watching.measured_from_us = self.zero_us + warm_us

    def _is_busy(self) -> bool:
        """Whether so much is to be sent that its start needs room."""
        seen, orders = self.seen, self.orders
        if isinstance(orders.speed, str) or orders.closed:
            return False
        took_s = max(seen.last_s - seen.first_s, 1e-3) / orders.clock_speed
        return seen.webhooks * orders.selection.share / max(took_s, 1.0) >= BUSY_PER_S

    async def _drain(self) -> None:
        """Wait for what was sent, and for the calls that follow from it."""
        service, stepped = self.service, self.orders.speed == "stepped"
        self.schedule.write_map()
        while self.schedule.waiting and not self.schedule.stopped and not stepped:
            service.dispatcher.wake()
            await asyncio.sleep(0.005)
        end_s = time.monotonic() + max(DRAIN_S, self.orders.quiet_s)
        while not self.schedule.stopped and time.monotonic() < end_s:
            busy = self.watching.open or service.open_calls
            quiet_s = service.activity.quiet_s
            if not busy and quiet_s >= self.orders.quiet_s:
                return
            await service.activity.touched(max(0.001, self.orders.quiet_s - quiet_s))
