"""A row of the outbox as it is brought to its end, and the ends there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy import Row

    from line_sim.bridge.channels.connected import Connected

State = Literal["sent", "failed", "unknown", "skipped_stale"]


@dataclass(slots=True)
class Call:
    """One call: what is in it never changes, how far it got is kept equal to its row."""

    id: int
    channel: Connected
    chat: int
    to: str
    """LINE's id of the chat."""
    messages: list[dict[str, Any]]
    retry_key: str
    cause: str
    made_at: float
    reply_token: str
    token_came_at: float
    route: str
    first_tried_at: float
    ambiguous: bool
    """Whether LINE may have taken it."""

    @staticmethod
    def of(row: Row[Any], channel: Connected, to: str) -> Call:
        """The call of a row of the table ``outbox``."""
        return Call(
            row.id, channel, row.chat, to, row.messages, row.retry_key, row.cause, row.made_at,
            row.reply_token, row.token_came_at, row.route, row.first_tried_at, bool(row.ambiguous),
        )  # fmt: skip


class Outcome(NamedTuple):
    """The end of a call, why, and what LINE says it sent."""

    state: State
    reason: str = ""
    sent: tuple[dict[str, Any], ...] = ()
