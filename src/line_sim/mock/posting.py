"""One webhook's exchange: a line in the ledger, the bytes, LINE's limit, a line in the ledger."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from line_sim.errors import TargetNotAllowedError
from line_sim.mock.faults.webhooks import DETAILS
from line_sim.mock.lateness import Lateness
from line_sim.mock.outgoing import BROKEN, NO_CONNECTION, Outgoing, outcome_of, outgoing, signed
from line_sim.mock.platform.calls import Outcome
from line_sim.mock.turns import Turns
from line_sim.net.clock import SECOND_US
from line_sim.net.http.failures import ExchangeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.mock.bad_luck import Sending
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.platform import Platform
    from line_sim.mock.settings import Settings
    from line_sim.mock.turns import Turn
    from line_sim.net.clock import Clock, Instant
    from line_sim.net.http.pool import Pool
    from line_sim.recording.writer import Writer

_MOST_ERRORS = 100
UNHEARD = Outcome(None, "request_timeout", DETAILS["request_timeout"])
"""A webhook whose answer came too late, as far as LINE can tell."""


class Watch(Protocol):
    """Hears of every webhook's way, on the mock's loop; tests of a URL apart."""

    def started(self, sending: Sending, exchange: int) -> None:
        """Its line is in the ledger; the connection comes next."""
        ...

    def handed_over(self, sending: Sending, now: Instant) -> None:
        """Right before its bytes are given to the socket."""
        ...

    def ended(self, sending: Sending, outcome: Outcome) -> None:
        """It was answered, or will not be; not called where it is cut off."""
        ...


class Posting:
    """Sends webhooks one by one, and remembers how late their bytes left.

    Attributes
    ----------
    lateness
        From due to handed to the socket, in wall time; tests of a URL apart.
    errors
        The first hundred exceptions that are the mock's own, not a bot's.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a mock, handed on
        self,
        platform: Platform,
        clock: Clock,
        ledger: Writer,
        pool: Pool,
        settings: Settings,
        broke: Callable[[str, BaseException], None],
    ) -> None:
        self.platform = platform
        self.clock = clock
        self.ledger = ledger
        self.pool = pool
        self.settings = settings
        self.lateness = Lateness()
        self.errors: list[BaseException] = []
        self.watch: Watch | None = None
        self.turns = Turns()
        self._broke = broke
        self._timeout_s = clock.contract_wall_s(settings.dispatch.timeout_s)

    async def deliver(self, sending: Sending) -> None:
        """Send a webhook that is due, and tell the platform how it ended."""
        shown = sending.shown
        sent = outgoing(shown, self.settings)
        outcome = await self._exchange(shown.url, shown.channel, sent, sending)
        if self.watch is not None:
            self.watch.ended(sending, outcome)
        if not sending.copy:
            self.platform.deliveries.ended(sending.delivery, outcome, self.clock.now())

    async def probe(self, url: str, channel: Channel) -> Outcome:
        """Send an empty webhook, as LINE does to verify a URL: no statistics, no redelivery."""
        return await self._exchange(url, channel, signed(channel, [], self.settings), None)

    def note(self, where: str, error: BaseException) -> None:
        """Keep an exception of our own, and tell of it."""
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(error)
        self._broke(where, error)

    async def _exchange(
        self, url: str, channel: Channel, sent: Outgoing, sending: Sending | None
    ) -> Outcome:
        exchange = self.ledger.exchange()
        delivery = sending.shown if sending else None
        faults = sending.faults if sending else ()
        due_us = delivery.due_us if delivery else self.clock.now().schedule_us
        line: dict[str, Any] = {
            "exchange": exchange,
            "channel": channel.name,
            "attempt": delivery.attempt if delivery else 1,
            "due_s": due_us / SECOND_US,
            "headers": dict(sent.headers),
            "body": sent.body,
        }
        if delivery is None:
            line["test"] = True
        elif delivery.flags:
            line |= delivery.flags.get("line", {})
        self.ledger.write("webhook", **line)
        if self.watch is not None and sending is not None:
            self.watch.started(sending, exchange)
        for name in faults:
            self.ledger.write("fault", exchange=exchange, fault=name)
        lanes = delivery.flags.get("lanes") if delivery is not None and delivery.flags else None
        turn = self.turns.next(lanes) if lanes else None
        started_ns = time.perf_counter_ns()
        outcome = BROKEN
        try:
            instead = sending.instead if sending else None
            outcome = instead or await self._answer(url, sent, sending, turn)
            if sending is not None and sending.unheard and outcome.status is not None:
                outcome = UNHEARD
        except Exception as error:  # noqa: BLE001 - kept, and told among the mock's findings
            self.note(f"webhook {exchange} to {url}", error)
        finally:  # also where it is cut off: no webhook without its end
            if turn is not None:
                turn.over()
            took_ms = round((time.perf_counter_ns() - started_ns) / 1e6, 3)
            self.ledger.write(
                "webhook_end",
                exchange=exchange,
                status=outcome.status,
                reason=outcome.reason or None,
                detail=outcome.detail or None,
                took_ms=took_ms,
                fault=list(faults) or None,
            )
        return replace(outcome, took_ms=took_ms)

    async def _answer(
        self, url: str, sent: Outgoing, sending: Sending | None, turn: Turn | None
    ) -> Outcome:
        def handed_over() -> None:
            if sending is not None:
                self._handed_over(sending)

        try:
            reply = await self.pool.send(
                "POST",
                url,
                headers=sent.headers,
                body=sent.body,
                timeout_s=self._timeout_s,
                handed_over=handed_over,
                turn=turn.come if turn else None,
            )
        except ExchangeError as error:
            return Outcome(None, error.reason, error.detail)
        except TargetNotAllowedError as error:
            self.note("a webhook", error)
            return NO_CONNECTION
        return outcome_of(reply)

    def _handed_over(self, sending: Sending) -> None:
        delivery, now = sending.shown, self.clock.now()
        late_us = now.schedule_us - delivery.due_us
        self.lateness.add(0 if self.clock.stepped else late_us / self.clock.speed)
        self.platform.deliveries.handed_over(delivery, now)
        if self.watch is not None:
            self.watch.handed_over(sending, now)
