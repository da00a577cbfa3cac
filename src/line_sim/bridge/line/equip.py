"""Gives each channel what it calls LINE with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from line_sim.bridge.line.api import LineApi
from line_sim.bridge.line.tokens import Tokens
from line_sim.net.http.pool import Pool

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.line.needs import Owner

MOST_CALLS = 64
"""Chosen: calls to LINE at once. A call takes 0.1 s or so, and LINE lets 2,000 a second pass."""


class Equip:
    """One install's connections to LINE; ``equip(connected)`` sets its `tokens` and `api`.

    Belongs to one event loop, which runs when the first channel is equipped.
    """

    def __init__(self, bridge: Owner) -> None:
        self._bridge = bridge
        host = urlsplit(bridge.settings.line_api_url).hostname
        self._pool = Pool(allow=frozenset({host}) if host else frozenset())
        self._turns = asyncio.Semaphore(MOST_CALLS)
        self._tokens: list[Tokens] = []

    def __call__(self, channel: Connected) -> None:
        """Equip a channel."""
        tokens = Tokens(self._bridge, channel)
        channel.tokens = tokens
        tokens.api = channel.api = LineApi(self._bridge, channel, tokens, self._pool, self._turns)
        self._tokens.append(tokens)
        tokens.begin()

    async def close(self) -> None:
        """Hang up."""
        for each in self._tokens:
            await each.close()
        await self._pool.close()


def equip(bridge: Owner) -> Equip:
    """What equips the channels of a bridge."""
    return Equip(bridge)
