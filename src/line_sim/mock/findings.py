"""What a strict mock does not let pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from line_sim.mock.platform.calls import Answer, Call

MOST = 1_000
"""Findings kept; of more only the number is."""

ACCEPTED_BEFORE = "retried"
"""The 409 of a retry key: LINE's way of saying that all is well."""


class Findings:
    """Findings in their order, a bounded number of them.

    Parameters
    ----------
    allowed
        Ids of rules (:data:`line_sim.wire.refusals.RULES`) whose breaking is no finding.
    redact
        Takes secrets out of a finding.
    """

    def __init__(
        self, allowed: Iterable[str] = (), redact: Callable[[str], str] = lambda text: text
    ) -> None:
        self.allowed = frozenset(allowed) | {ACCEPTED_BEFORE}
        self.redact = redact
        self.kept: list[str] = []
        self.more = 0

    def add(self, finding: str) -> None:
        """Keep a finding, or count it where there are too many."""
        if len(self.kept) < MOST:
            self.kept.append(self.redact(finding))
        else:
            self.more += 1

    def of_answer(self, exchange: int, call: Call, answer: Answer, *, injected: bool) -> None:
        """Note that LINE refused a call, unless a fault or the tester wanted that."""
        rule = answer.rule
        if rule is None or injected or rule.id in self.allowed:
            return
        why = f": {answer.why}" if answer.why else ""
        said = answer.content if isinstance(answer.content, dict) else {}
        message = said.get("message", said.get("error_description", ""))
        self.add(
            f"call {exchange}: {call.method} {call.path} was answered {answer.status}"
            f" {message!r} by rule {rule.id} ({rule.basis}; {rule.source}){why}"
        )

    def all(self) -> list[str]:
        """Every finding kept, and how many are not."""
        return [*self.kept, *([f"and {self.more} more"] if self.more else [])]
