"""One attempt to fetch what a customer sent, and what its outcome means."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from line_sim.bridge.media import rules
from line_sim.bridge.media.results import Refusal
from line_sim.net.http import foreign
from line_sim.net.http.failures import ExchangeError

if TYPE_CHECKING:
    import ssl

    from sqlalchemy import Row

    from line_sim.bridge.media.checking import Checker
    from line_sim.bridge.media.line_content import LineContent
    from line_sim.bridge.media.needs import Channel, Settings
    from line_sim.bridge.media.vault import Draft
    from line_sim.net.http.foreign import Received

PREPARED_WITHIN_S = 600.0
"""Chosen: how long LINE may take to prepare a long film."""
GIVEN_UP_S = 86_400.0
"""Chosen: how long it is tried while LINE refuses our token."""
AT_ONCE = 8
"""Chosen: exchanges under way of one channel; waiting for LINE to prepare takes none of them."""
_PLAIN = "application/octet-stream"
_BUSY = frozenset({429, 500, 502, 503, 504})

State = Literal["failed", "too_big", "expired"]


class Got(NamedTuple):
    """Content came; what it is."""

    media_type: str


class Missing(NamedTuple):
    """There is no content and will be none: for ``entries.fetch``, and why, for staff."""

    state: State
    reason: str


class Again(NamedTuple):
    """It is worth another attempt, unless there were enough or it takes too long."""

    reason: str
    counts: bool = True
    most_s: float = GIVEN_UP_S


Outcome = Got | Missing | Again


class Attempts:
    """Asks LINE, or the server where content lies; has it looked at."""

    def __init__(
        self,
        settings: Settings,
        checker: Checker,
        content: LineContent,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._checker = checker
        self._content = content
        self._trust = trust
        self._some: defaultdict[int, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )

    async def once(self, row: Row[Any], channel: Channel, draft: Draft) -> Outcome:
        """Fetch an entry's content into a draft. Raises OSError where that cannot be written."""
        cap = most_bytes(row.kind, channel)
        try:
            async with self._some[channel.id]:
                if row.source_url:
                    answer = await self._foreign(row.source_url, draft, cap)
                else:
                    answer = await self._content.content(channel, row.message, draft.write, cap)
        except ExchangeError as error:
            return Again(f"it could not be loaded: {error.detail}")
        except foreign.NotPublicError:
            return Missing("failed", "its address is no public one, so it is not loaded")
        finally:
            draft.done()
        if answer.status == HTTPStatus.OK:
            return await self._arrived(row, draft, answer, cap)
        if row.source_url:
            return _refused(answer.status, "its server")
        return await self._not_yet(row, channel, answer.status)

    async def _foreign(self, url: str, draft: Draft, cap: int) -> Received:
        return await foreign.exchange(
            "GET",
            url,
            draft.write,
            most_bytes=cap,
            loopback=self._settings.allow_loopback,
            trust=self._trust,
        )

    async def _not_yet(self, row: Row[Any], channel: Channel, status: int) -> Outcome:
        match status:
            case HTTPStatus.ACCEPTED:
                if await self._content.preparation(channel, row.message) == "failed":
                    return Missing("failed", "LINE could not prepare it")
                reason = "LINE did not prepare it in time"
                return Again(reason, counts=False, most_s=PREPARED_WITHIN_S)
            case HTTPStatus.UNAUTHORIZED:
                return Again("LINE refused the channel's token", counts=False)
        return _refused(status, "LINE")

    async def _arrived(self, row: Row[Any], draft: Draft, answer: Received, cap: int) -> Outcome:
        """What came, by what is in it."""
        if answer.cut:
            told = answer.told_bytes
            size = f"more than {cap:,} bytes" if told is None else f"{told:,} bytes"
            return Missing("too_big", f"too large: {size}; at most {cap:,} are fetched")
        if not draft.size_bytes:
            return Again("there was nothing in it")
        if row.kind == "file":
            return Got(_PLAIN)
        found = await self._checker.look(draft.path)
        if isinstance(found, Refusal):
            return Again(f"it is damaged: {found.reason}")
        if found.kind != row.kind:
            return Missing("failed", f"it is {found.media_type}, not {row.kind}")
        return Got(found.media_type)


def _refused(status: int, whose: str) -> Missing | Again:
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Missing("expired", "it is gone")
    reason = f"{whose} answered {status}"
    return Again(reason) if status in _BUSY else Missing("failed", reason)


def most_bytes(kind: str, channel: Channel) -> int:
    """The largest content that is fetched: the profile's, and for files its largest of any kind."""
    if kind in {"image", "audio", "video"}:
        return rules.most_bytes(kind, channel.limits)
    return rules.largest(channel.limits)
