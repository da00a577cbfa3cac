"""Decides which faults meet a call or a webhook: by counting and by a seeded hash, never by dice.

The same calls meet the same faults in every run. A fault's luck depends on the seed, on its own
number and on how many occasions matched it before, so that adding, removing or reaching another
fault changes nothing for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError
from line_sim.errors import Fault as Mistake
from line_sim.mock.faults.calls import (
    QUOTA_QUESTIONS,
    TRANSCODING,
    CallFault,
    PreparesContent,
    RunsOutOfQuota,
)
from line_sim.mock.faults.plans import CallPlan, WebhookPlan
from line_sim.mock.faults.selectors import SECOND_US, plain_name
from line_sim.mock.faults.webhooks import WebhookFault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from line_sim.mock.faults.selectors import Fault
    from line_sim.net.clock import Instant

REMEMBERED = 10_000
"""Messages whose preparation one fault remembers."""


@dataclass(slots=True)
class Running:
    """A fault in force, and what it has counted."""

    fault: Fault
    number: int
    matched: int = 0
    """Occasions that matched its selectors."""
    fired: int = 0
    """Occasions it spoilt."""
    ready_us: dict[str, int] = field(default_factory=dict)
    """Of a preparation: when it is over (contract time), by the path of the message."""


class Faults:
    """The faults in force.

    Parameters
    ----------
    faults
        From the start; numbered from 1 in this order.
    seed
        Decides which occasions a probability below 1 spoils.
    operations
        The names that an `operation` may have; empty: any.

    Attributes
    ----------
    active : bool
        Whether there is a fault of calls; where not, :meth:`for_call` need not be asked.
    active_webhooks : bool
        The same of :meth:`for_webhook`.
    by_user : bool
        Whether any fault selects by user; where not, nobody need find out whom a call is about.

    Raises
    ------
    ConfigurationError
        When a fault names an operation that is not among `operations`.
    """

    def __init__(
        self, faults: Iterable[Fault] = (), seed: int = 0, *, operations: Iterable[str] = ()
    ) -> None:
        self.active = self.active_webhooks = self.by_user = False
        self._seed = seed
        self._operations = frozenset(operations)
        self._last = 0
        self._running: dict[int, Running] = {}
        for each in faults:
            self.add(each)

    def add(self, fault: Fault) -> int:
        """Put a fault in force; its number."""
        name = getattr(fault, "operation", "")
        if self._operations and plain_name(name) and name not in self._operations:
            where = f"{type(fault).__name__}.operation"
            raise ConfigurationError([Mistake.unknown(where, name, self._operations)])
        self._last += 1
        self._running[self._last] = Running(fault, self._last)
        self._look()
        return self._last

    def remove(self, number: int) -> None:
        """End a fault; the others keep their numbers and their luck.

        Raises
        ------
        ConfigurationError
            When no fault in force has that number.
        """
        if self._running.pop(number, None) is None:
            there = ", ".join(map(str, self._running)) or "none is in force"
            raise ConfigurationError([Mistake("faults", f"no number {number}", there)])
        self._look()

    def clear(self) -> None:
        """End all faults. Numbers go on, so what comes after has luck of its own."""
        self._running.clear()
        self._look()

    def restart(self) -> None:
        """Let every fault count from the start again."""
        self._running = {
            number: Running(each.fault, number) for number, each in self._running.items()
        }

    def state(self) -> list[dict[str, Any]]:
        """Every fault in force with its number, and how often it matched and fired."""
        return [
            {
                "number": each.number,
                **each.fault.to_dict(),
                "matched": each.matched,
                "fired": each.fired,
            }
            for each in self._running.values()
        ]

    def for_call(
        self,
        operation: str,
        path: str,
        channels: Collection[str],
        users: Collection[str],
        now: Instant,
    ) -> CallPlan | None:
        """What is to happen to a call; None where nothing is.

        Parameters
        ----------
        operation, path
            LINE's operationId, ``""`` where there is none, and the path as called.
        channels
            What its channel is called: id and name; empty where the token is nobody's.
        users
            Whom it is about: the ids, and visitors' names, of users, groups and rooms.
        """
        if not self.active:
            return None
        plan, names = CallPlan(), []
        for each in self._running.values():
            fault = each.fault
            if (
                isinstance(fault, CallFault)
                and fault.matches(channels, users, now)
                and self._spoils_call(each, fault, plan, operation, path, now)
            ):
                names.append(repr(fault))
        plan.names = tuple(names)
        return plan if names else None

    def for_webhook(
        self,
        channels: Collection[str],
        events: Collection[Mapping[str, Any]],
        attempt: int,
        users: Collection[str],
        now: Instant,
    ) -> WebhookPlan | None:
        """What is to happen to one sending of a webhook; None where nothing is."""
        if not self.active_webhooks:
            return None
        plan, names = WebhookPlan(), []
        for each in self._running.values():
            fault = each.fault
            if (
                isinstance(fault, WebhookFault)
                and fault.matches(channels, users, now)
                and fault.concerns(events, attempt)
                and self._fires(each)
            ):
                fault.spoil(plan)
                names.append(repr(fault))
        plan.names = tuple(names)
        return plan if names else None

    def _look(self) -> None:
        faults = [each.fault for each in self._running.values()]
        self.active = any(isinstance(each, CallFault) for each in faults)
        self.active_webhooks = any(isinstance(each, WebhookFault) for each in faults)
        self.by_user = any(each.user for each in faults)

    def _spoils_call(  # noqa: PLR0913, PLR0917 - one call
        self,
        each: Running,
        fault: CallFault,
        plan: CallPlan,
        operation: str,
        path: str,
        now: Instant,
    ) -> bool:
        """Whether the fault fires on a call; the plan then holds what it does."""
        if isinstance(fault, RunsOutOfQuota) and operation in QUOTA_QUESTIONS:
            out = self._would_fire(each)  # a question is no occasion, only a look at the next
            if out:
                fault.spoil_question(plan, operation)
            return out
        if not fault.concerns(operation, path):
            return False
        if isinstance(fault, PreparesContent):
            preparing = self._is_preparing(each, fault, path, now)
            if preparing and operation == TRANSCODING:
                fault.spoil_transcoding(plan)
            elif preparing:
                fault.spoil(plan)
            return preparing
        fires = self._fires(each)
        if fires:
            fault.spoil(plan)
        return fires

    def _is_preparing(self, each: Running, fault: PreparesContent, path: str, now: Instant) -> bool:
        """Whether the message at a path is still being prepared; decided once for each message."""
        message = path.partition("/content")[0]
        ready_us = each.ready_us.get(message)
        if ready_us is None:
            fires = self._fires(each)
            ready_us = now.contract_us + round(fault.seconds * SECOND_US) if fires else 0
            if len(each.ready_us) >= REMEMBERED:
                del each.ready_us[next(iter(each.ready_us))]
            each.ready_us[message] = ready_us
        return now.contract_us < ready_us

    def _fires(self, each: Running) -> bool:
        """Count one matching occasion; whether it is spoilt."""
        fires = self._would_fire(each)
        each.matched += 1
        each.fired += fires
        return fires

    def _would_fire(self, each: Running) -> bool:
        """Whether the next matching occasion would be spoilt."""
        fault = each.fault
        occasion = each.matched + 1
        place = occasion - fault.skip
        return (
            place > 0
            and place % fault.every == 0
            and (fault.first is None or each.fired < fault.first)
            and self._is_unlucky(each.number, occasion, fault.probability)
        )

    def _is_unlucky(self, number: int, occasion: int, probability: float) -> bool:
        if probability >= 1:
            return True
        drawn = blake2b(f"{self._seed} {number} {occasion}".encode(), digest_size=8).digest()
        return int.from_bytes(drawn, "big") < probability * 2**64
