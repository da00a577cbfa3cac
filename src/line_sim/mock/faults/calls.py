"""Faults of calls: what a bot meets when it calls LINE."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - fields of dataclasses
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from line_sim.errors import Fault as Mistake
from line_sim.mock.faults.fields import number, switch, word
from line_sim.mock.faults.selectors import Fault, pattern_matches, plain_name
from line_sim.mock.platform.answering import refusal
from line_sim.mock.platform.calls import Answer
from line_sim.wire import refusals
from line_sim.wire.refusals import RefusedError, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.mock.faults.plans import CallPlan

CONTENT = ("getMessageContent", "getMessageContentPreview")
TRANSCODING = "getMessageContentTranscodingByMessageId"
COUNTED = ("pushMessage", "multicast", "narrowcast", "broadcast")
"""The operations that use up quota; replies do not."""
QUOTA_QUESTIONS = ("getMessageQuota", "getMessageQuotaConsumption")
REFUSALS: Mapping[int, Rule] = MappingProxyType({
    400: refusals.FAILED_TO_SEND,
    401: refusals.TOKEN,
    403: refusals.PERMISSION,
    404: refusals.NOT_FOUND,
    410: refusals.CONTENT_GONE,
    413: refusals.TOO_LARGE,
    423: refusals.CHAT_CONTROL,
    429: refusals.RATE,
})  # fmt: skip
"""LINE's words for each status that a fault may refuse with."""
BROKEN = "Internal server error"


def injected(rule: Rule, fault: Fault) -> Answer:
    """LINE's refusal by `rule`, whose source says that it was planned."""
    planned = rule._replace(source=f"planned fault {fault!r}", basis="chosen")
    return refusal(RefusedError(planned, why="a planned fault, not the call's own"))


@dataclass(frozen=True, repr=False, kw_only=True)
class CallFault(Fault):
    """A fault of calls, narrowed by the operation."""

    SCOPE: ClassVar[tuple[str, ...]] = ()
    """The operations it can concern; empty: all."""

    operation: str = word("", allowed="an operationId, or a glob over it or the path")
    """LINE's operationId, ``pushMessage``, or a glob over it or the path, ``/v2/bot/richmenu*``."""

    def _mistakes(self) -> Iterator[Mistake]:
        yield from super()._mistakes()
        known = not self.SCOPE or self.operation in self.SCOPE
        if isinstance(self.operation, str) and plain_name(self.operation) and not known:
            where = f"{type(self).__name__}.operation"
            yield Mistake.unknown(where, self.operation, self.SCOPE)

    def concerns(self, operation: str, path: str) -> bool:
        """Whether the operation matches."""
        return (not self.SCOPE or operation in self.SCOPE) and pattern_matches(
            self.operation, operation, path
        )

    def spoil(self, plan: CallPlan) -> None:
        """Put what it does into the plan."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class Refuses(CallFault):
    """LINE refuses the call in its own words, 429 (rate limit) by default; it is not acted on."""

    status: int = number(
        429, whole=True, least=400, most=499, allowed="400, 401, 403, 404, 410, 413, 423 or 429"
    )

    def _mistakes(self) -> Iterator[Mistake]:
        found = list(super()._mistakes())
        yield from found
        if not found and self.status not in REFUSALS:
            allowed = f"one of {', '.join(map(str, REFUSALS))}"
            yield Mistake("Refuses.status", str(self.status), allowed)

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.answer_instead(injected(REFUSALS[self.status], self))


@dataclass(frozen=True, repr=False)
class FailsWith(CallFault):
    """LINE fails, 500 by default, and does not act on the call; a retry is right."""

    status: int = number(500, whole=True, least=500, most=599, allowed="500 to 599")

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.answer_instead(injected(Rule("broken", self.status, BROKEN, ""), self))


@dataclass(frozen=True, repr=False)
class Slow(CallFault):
    """The answer takes `seconds` longer (contract time); the call is acted on after them."""

    seconds: float = number(3.0, above=0, most=86_400, allowed="above 0 s, at most 86,400 s")

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.delay_s += self.seconds


@dataclass(frozen=True, repr=False)
class Hangs(CallFault):
    """No answer ever comes, and the call is not acted on."""

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.end_before("hang")


@dataclass(frozen=True, repr=False)
class ResetsConnection(CallFault):
    """The connection is reset, and the call is not acted on."""

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.end_before("reset")


@dataclass(frozen=True, repr=False)
class LosesResponse(CallFault):
    """The call is accepted and acted on, but its answer is lost: the customer has the message.

    Without a retry key a bot that tries again sends twice (Retrying an API request).
    """

    how: Literal["500", "hang", "reset"] = word("500", words=("500", "hang", "reset"))
    """What the bot sees instead."""

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.after = plan.after or self.how


@dataclass(frozen=True, repr=False)
class TruncatesContent(CallFault):
    """Only the first `share` of a file is sent."""

    SCOPE: ClassVar[tuple[str, ...]] = CONTENT

    share: float = number(0.5, least=0, most=0.999_999, allowed="0 or more, below 1")
    keeps_length: bool = switch(default=True)
    """Whether Content-Length still promises all of it."""

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        if plan.truncate is None:
            plan.truncate, plan.keeps_length = self.share, self.keeps_length


@dataclass(frozen=True, repr=False)
class PreparesContent(CallFault):
    """A file answers 202, and its transcoding ``processing``, for `seconds` from the first request.

    Contract seconds, for each message on its own; a message is one occasion, not each call for it.
    """

    SCOPE: ClassVar[tuple[str, ...]] = ("getMessageContent", TRANSCODING)

    seconds: float = number(5.0, above=0, allowed="above 0 s")

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.answer_instead(Answer(202))

    @staticmethod
    def spoil_transcoding(plan: CallPlan) -> None:
        """What asking for the state of the preparation gives."""
        plan.answer_instead(Answer(200, {"status": "processing"}))


@dataclass(frozen=True, repr=False)
class ContentGone(CallFault):
    """A file answers 410, as after the customer took the message back."""

    SCOPE: ClassVar[tuple[str, ...]] = (*CONTENT, TRANSCODING)

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.answer_instead(injected(refusals.CONTENT_GONE, self))


@dataclass(frozen=True, repr=False)
class ExpiresToken(CallFault):
    """The access token that a call comes with is dead from then on: 401; once by default.

    A token issued afterwards works, so a bot that renews its token recovers.
    """

    first: int | None = number(
        1, whole=True, least=1, allowed="a whole number, 1 or more", kw_only=True
    )

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.answer_instead(injected(refusals.TOKEN, self))
        plan.voids_token = True


@dataclass(frozen=True, repr=False)
class EnrichesAnswers(CallFault):
    """LINE's answer has a property and a header more, as LINE may add any time (guidelines)."""

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.enriches = True


@dataclass(frozen=True, repr=False)
class RunsOutOfQuota(CallFault):
    """The month's messages are used up: sends that count are refused, and the quota says so too.

    While the next such send would be refused, asking for quota and consumption answers `limit` of
    `limit`, for a bot tells a used-up quota from a rate limit by asking.
    """

    SCOPE: ClassVar[tuple[str, ...]] = COUNTED

    limit: int = number(200, whole=True, least=0, allowed="a whole number, 0 or more")
    """Messages a month, as the questions show it."""

    def spoil(self, plan: CallPlan) -> None:
        """See :meth:`CallFault.spoil`."""
        plan.answer_instead(injected(refusals.QUOTA, self))

    def spoil_question(self, plan: CallPlan, operation: str) -> None:
        """What asking for quota or consumption gives."""
        limited = {"type": "limited", "value": self.limit}
        used = {"totalUsage": self.limit}
        plan.answer_instead(Answer(200, limited if operation == QUOTA_QUESTIONS[0] else used))
