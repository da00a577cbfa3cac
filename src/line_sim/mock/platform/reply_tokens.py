"""The ledger of reply tokens: each works once, for a minute from every hand-over."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from line_sim.net.clock import SECOND_US
from line_sim.wire.refusals import REPLY_TOKEN, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.settings import ReplySettings
    from line_sim.net.clock import Instant

_REMEMBERED = 2_000
"""Dead tokens whose end can still be told apart; older ones are just unknown."""


@dataclass(slots=True)
class ReplyToken:
    """One token that is not dead yet; times are contract microseconds."""

    event: str
    """The id of its webhook event."""
    chat: str
    made_us: int
    handed_us: int | None = None
    """The latest hand-over; None: no bot can know it yet."""


class ReplyTokens:
    """The reply tokens of one channel (Messaging API reference, send reply message; D1, D2)."""

    __slots__ = ("_cap_us", "_dead", "_forgot_us", "_life_us", "_live")

    def __init__(self, settings: ReplySettings) -> None:
        self._life_us = int((settings.ttl_s + settings.grace_s) * SECOND_US)
        self._cap_us = int(settings.cap_s * SECOND_US)
        self._live: dict[str, ReplyToken] = {}
        self._forgot_us = 0
        self._dead: OrderedDict[str, int | None] = OrderedDict()
        """When each was used, in contract microseconds; None: it expired."""

    def __len__(self) -> int:
        return len(self._live)

    def add(self, token: str, event: str, chat: str, now: Instant) -> None:
        """A new token; it works from its first hand-over on."""
        self._forget(now)
        self._live[token] = ReplyToken(event, chat, now.contract_us)

    def handed_over(self, token: str, now: Instant) -> None:
        """The webhook's bytes are about to reach the bot, for the first time or again."""
        found = self._live.get(token)
        if found is not None:
            found.handed_us = now.contract_us

    def find(self, token: str, now: Instant) -> ReplyToken:
        """The living token.

        Raises
        ------
        RefusedError
            In LINE's words, with the true reason for the tester.
        """
        found = self._live.get(token)
        if found is None:
            raise RefusedError(REPLY_TOKEN, why=self.why_dead(token) or "unknown reply token")
        if found.handed_us is None:
            raise RefusedError(REPLY_TOKEN, why="its webhook was not handed over yet")
        late_us = max(
            now.contract_us - found.handed_us - self._life_us,
            now.contract_us - found.made_us - self._cap_us,
        )
        if late_us > 0:
            raise RefusedError(REPLY_TOKEN, why=f"expired {late_us / SECOND_US:.1f} s ago")
        return found

    def use(self, token: str, now: Instant) -> float:
        """Spend a token that :meth:`find` found; contract seconds since its latest hand-over."""
        found = self._live.pop(token)
        self._bury(token, now.contract_us)
        return (now.contract_us - (found.handed_us or found.made_us)) / SECOND_US

    def chats(self, token: str) -> tuple[str, ...]:
        """The chat that a living token answers in; empty for others."""
        found = self._live.get(token)
        return (found.chat,) if found is not None else ()

    def why_dead(self, token: str) -> str:
        """Why a token works no more; empty where this channel does not know it."""
        if token in self._live:
            return "still alive"
        if token not in self._dead:
            return ""
        used_us = self._dead[token]
        if used_us is None:
            return "expired: too long after its event"
        return f"already used {used_us / SECOND_US:.1f} s after the start"

    def _bury(self, token: str, used_us: int | None) -> None:
        self._dead[token] = used_us
        if len(self._dead) > _REMEMBERED:
            self._dead.popitem(last=False)

    def _forget(self, now: Instant) -> None:
        """Drop what is beyond every hope, later than the cap after its event; once a second."""
        if now.contract_us - self._forgot_us < SECOND_US:
            return
        self._forgot_us = now.contract_us
        gone_us = now.contract_us - self._cap_us
        gone = []
        for token, found in self._live.items():  # in the order they were made
            if found.made_us >= gone_us:
                break
            gone.append(token)
        for token in gone:
            del self._live[token]
            self._bury(token, None)
