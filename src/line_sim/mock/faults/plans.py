"""What is to happen to one call or one webhook, all faults taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Answer


@dataclass(slots=True)
class CallPlan:
    """What happens to one call instead of, or beside, its being answered.

    In this order: wait `delay_s`; then, where set, give `instead` or do `before`, and the call is
    not acted on; otherwise act, and give the answer as `after` and `truncate` leave it. Of two
    faults that would settle the same thing, the one added first does; delays add up.
    """

    names: tuple[str, ...] = ()
    """The faults that fired, as they are written in Python; for the ledger."""
    delay_s: float = 0.0
    """Contract seconds before anything else."""
    instead: Answer | None = None
    """Answered without acting."""
    before: Literal["reset", "hang"] | None = None
    """How the connection ends without acting."""
    after: Literal["reset", "hang", "500"] | None = None
    """How the answer is lost although the call was acted on."""
    truncate: float | None = None
    """The share of the answer's body that is sent, below 1."""
    keeps_length: bool = True
    """Whether Content-Length still promises all of it, so that the caller can see the loss."""
    enriches: bool = False
    """Whether the answer has properties and headers that no bot can know."""
    voids_token: bool = False
    """Whether the access token of the call is dead from now on."""

    @property
    def acts(self) -> bool:
        """Whether the platform acts on the call."""
        return self.instead is None and self.before is None

    def answer_instead(self, answer: Answer) -> None:
        """Answer so, unless something before settled it."""
        if self.acts:
            self.instead = answer

    def end_before(self, how: Literal["reset", "hang"]) -> None:
        """End the connection so, unless something before settled it."""
        if self.acts:
            self.before = how


@dataclass(slots=True)
class WebhookPlan:
    """What happens to one sending of a webhook. Delays and skews add up; else the first wins."""

    names: tuple[str, ...] = ()
    delay_s: float = 0.0
    """Schedule seconds that it goes out later."""
    copies: int = 0
    """How often it is sent again although it arrived."""
    copies_after_s: float = 0.0
    """Schedule seconds from the sending to the first copy, and from each to the next."""
    copies_flagged: bool = False
    """Whether copies say ``isRedelivery: true``."""
    hold_behind: int = 0
    """How many later webhooks of the channel go out before it."""
    hold_at_most_s: float = 0.0
    """Schedule seconds after which it goes out although they did not come."""
    skew_ms: int = 0
    """Added to each event's ``timestamp``."""
    signature: str = ""
    """A name of :data:`line_sim.wire.signature.WRONG`; empty: the right one."""
    mutant: str = ""
    """A name of :data:`line_sim.wire.mutants.MUTANTS`; empty: as LINE documents it."""
    style: str = ""
    """A body style; empty: as the settings say."""
    header_case: str = ""
    """The case of header names; empty: as the settings say."""
    user_agent: str = ""
    """What the webhook says of its sender; empty: what LINE says."""
    unheard: bool = False
    """Whether LINE takes the bot's answer for one that came too late."""
    drop: str = ""
    """LINE's reason for not having reached the bot; empty: it is sent."""
    drop_detail: str = ""
