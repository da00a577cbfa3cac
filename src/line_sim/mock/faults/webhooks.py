"""Faults of webhooks: what a bot meets when LINE calls it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from line_sim.mock.faults.fields import number, switch, word
from line_sim.mock.faults.selectors import Fault, pattern_matches
from line_sim.wire.bodies import CASES, STYLES
from line_sim.wire.mutants import MUTANTS
from line_sim.wire.signature import WRONG

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from line_sim.mock.faults.plans import WebhookPlan

REASONS = ("could_not_connect", "request_timeout", "unclassified")
"""LINE's words for a webhook without an answer (Check webhook error causes)."""
DETAILS = {
    "could_not_connect": "Connection failed",
    "request_timeout": "Request timeout",
    "unclassified": "Unclassified webhook dispatch error",
}


@dataclass(frozen=True, repr=False, kw_only=True)
class WebhookFault(Fault):
    """A fault of webhooks, narrowed by the type of their events and by the attempt."""

    event: str = word("", allowed="an event type, or a glob")
    """The type of at least one event, or a glob: ``message``, ``member*``; empty: any."""
    attempt: int = number(0, whole=True, least=0, allowed="a whole number, 0 or more")
    """1 for the first sending, 2 for the first redelivery ...; 0: any."""

    def concerns(self, events: Collection[Mapping[str, Any]], attempt: int) -> bool:
        """Whether events and attempt match."""
        return self.attempt in {0, attempt} and (
            not self.event
            or any(pattern_matches(self.event, str(each.get("type"))) for each in events)
        )

    def spoil(self, plan: WebhookPlan) -> None:
        """Put what it does into the plan."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class DuplicatesWebhook(WebhookFault):
    """The same webhook comes again although it was answered (Receive messages, duplicates)."""

    copies: int = number(1, whole=True, least=1, most=100, allowed="1 to 100")
    after_each_s: float = number(0.0, least=0, allowed="0 s or more")
    """Schedule seconds from the sending to the first copy, and from each to the next."""
    flagged: bool = switch(default=False)
    """Whether the copies say ``isRedelivery: true``."""

    def spoil(self, plan: WebhookPlan) -> None:
        """See :meth:`WebhookFault.spoil`."""
        if not plan.copies:
            plan.copies, plan.copies_after_s = self.copies, self.after_each_s
            plan.copies_flagged = self.flagged


@dataclass(frozen=True, repr=False)
class OvertakesWebhook(WebhookFault):
    """The next `by` webhooks of the channel go out before this one; their timestamps tell."""

    by: int = number(1, whole=True, least=1, most=1_000, allowed="1 to 1,000")
    at_most_s: float = number(5.0, above=0, allowed="above 0 s")
    """Schedule seconds after which it goes out although no others came."""

    def spoil(self, plan: WebhookPlan) -> None:
        """See :meth:`WebhookFault.spoil`."""
        if not plan.hold_behind:
            plan.hold_behind, plan.hold_at_most_s = self.by, self.at_most_s


@dataclass(frozen=True, repr=False)
class DelaysWebhook(WebhookFault):
    """The webhook goes out `seconds` late (schedule time); its timestamp does not."""

    seconds: float = number(5.0, above=0, allowed="above 0 s")

    def spoil(self, plan: WebhookPlan) -> None:
        """See :meth:`WebhookFault.spoil`."""
        plan.delay_s += self.seconds


@dataclass(frozen=True, repr=False)
class SkewsClock(WebhookFault):
    """LINE's clock differs from the bot's: timestamps are `seconds` later, or earlier below 0."""

    seconds: float = number(300.0, least=-1e9, most=1e9, allowed="-1e9 to 1e9 s")

    def spoil(self, plan: WebhookPlan) -> None:
        """See :meth:`WebhookFault.spoil`."""
        plan.skew_ms += round(self.seconds * 1_000)


@dataclass(frozen=True, repr=False)
class DropsWebhook(WebhookFault):
    """LINE does not reach the bot; where redelivery is on it tries again."""

    reason: str = word("could_not_connect", words=REASONS)

    def spoil(self, plan: WebhookPlan) -> None:
        """See :meth:`WebhookFault.spoil`."""
        if not plan.drop:
            plan.drop, plan.drop_detail = self.reason, DETAILS[self.reason]


@dataclass(frozen=True, repr=False)
class LosesConfirmation(WebhookFault):
    """The bot is reached, and its answer is not heard in time; where redelivery is on, again."""

    def spoil(self, plan: WebhookPlan) -> None:
        """See :meth:`WebhookFault.spoil`."""
        plan.unheard = True


@dataclass(frozen=True, repr=False)
class WrongSignature(WebhookFault):
    """Somebody else's webhook: its signature is wrong in the way `name` says, or missing."""

    name: str = word("other_secret", words=tuple(WRONG))

    def spoil(self, plan: WebhookPlan) -> None:
        """See :meth:`WebhookFault.spoil`."""
        plan.signature = plan.signature or self.name


@dataclass(frozen=True, repr=False)
class MutatesWebhook(WebhookFault):
    """The webhook is new or wrong in the way `name` says (:mod:`line_sim.wire.mutants`).

    It concerns only webhooks that have what the mutant changes; the first event that fits is.
    """

    name: str = word("unknown_event_type", words=tuple(MUTANTS))

    def concerns(self, events: Collection[Mapping[str, Any]], attempt: int) -> bool:
        """Whether events and attempt match, and there is something to change."""
        webhook = {"destination": "", "events": list(events)}
        return super().concerns(events, attempt) and MUTANTS[self.name].fits(webhook)

    def spoil(self, plan: WebhookPlan) -> None:
        """See :meth:`WebhookFault.spoil`."""
        plan.mutant = plan.mutant or self.name


@dataclass(frozen=True, repr=False)
class RestylesWebhook(WebhookFault):
    """The webhook says the same in other bytes, as LINE may any time (development guidelines)."""

    style: str = word("pretty", words=STYLES)
    header_case: str = word("lower", words=CASES)
    user_agent: str = word("", allowed="a User-Agent; empty: LINE's")

    def spoil(self, plan: WebhookPlan) -> None:
        """See :meth:`WebhookFault.spoil`."""
        plan.style = plan.style or self.style
        plan.header_case = plan.header_case or self.header_case
        plan.user_agent = plan.user_agent or self.user_agent
